"""The first draft of a plan: one action for each recommendation, with the agency and the time its kind usually takes."""

from __future__ import annotations

from datetime import date

import pytest

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.people.roles import AGENCIES
from audit.steps.recommend.forms import ACTION, PROGRESS_STATUSES
from audit.steps.recommend.rules import ACTION_STATUSES, DRAFT_MONTHS, REQUIRED_COLUMNS, draft_actions
from audit.steps.recommend.tables import RtlAction


@pytest.mark.parametrize(
    ("intervention_class", "cause", "on", "agency", "ends_on"),
    [
        ("spesifik", "intake_protein", date(2026, 9, 1), "puskesmas", date(2026, 12, 1)),
        ("spesifik", "tuberculosis", date(2026, 11, 30), "dinkes", date(2027, 2, 28)),
        ("sensitif", "sanitation", date(2026, 9, 1), "perkim", date(2026, 12, 1)),
        ("koordinatif", "coordination", date(2026, 1, 31), "kecamatan", date(2026, 2, 28)),
        ("koordinatif", "no_civil_record", date(2026, 9, 1), "dukcapil", date(2026, 10, 1)),
    ],
)
def test_an_action_is_drafted_from_its_recommendation(intervention_class: str, cause: str, on: date, agency: str, ends_on: date) -> None:
    (draft,) = draft_actions([(7, intervention_class, cause, "Lakukan")], place_code="35.09.22.2001", on=on)
    assert (draft.recommendation_id, draft.intervention_class, draft.cause, draft.activity) == (7, intervention_class, cause, "Lakukan")
    assert (draft.owner_agency, draft.place_code, draft.starts_on, draft.ends_on) == (agency, "35.09.22.2001", on, ends_on)


def test_drafts_keep_the_order_of_the_recommendations_and_none_gives_none() -> None:
    rows = [(n, "spesifik", "worms", str(n)) for n in (3, 1, 2)]
    assert [d.recommendation_id for d in draft_actions(rows, place_code="35", on=date(2026, 9, 1))] == [3, 1, 2]
    assert draft_actions([], place_code="35", on=date(2026, 9, 1)) == []


def test_what_a_plan_requires_can_be_answered_and_stored() -> None:
    assert set(REQUIRED_COLUMNS) <= {f.name for f in ACTION.fields}
    assert set(REQUIRED_COLUMNS) <= {column.key for column in RtlAction.__table__.columns}
    assert set(DRAFT_MONTHS) == set(INTERVENTION_CLASSES)
    assert set(PROGRESS_STATUSES) == set(ACTION_STATUSES) - {"usulan", "disetujui"}
    assert next(f for f in ACTION.fields if f.name == "owner_agency").choices == AGENCIES
