"""The plan, decided without a database: which columns an action needs, sources of funds, and a first draft from the recommendations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.lifecycle.calendar import add_months
from audit.steps.review.rules import CAUSE_BY_CODE

FUNDING: Mapping[str, str] = {
    "apbn_bok": "APBN/DAK BOK",
    "apbn_bokb": "APBN/DAK BOKB",
    "apbd": "APBD",
    "dana_desa": "Dana Desa",
    "csr": "CSR",
    "baznas": "Baznas",
    "self": "Swadaya",
}

ACTION_STATUSES: Mapping[str, str] = {
    "usulan": "Usulan",
    "disetujui": "Disetujui",
    "berjalan": "Berjalan",
    "selesai": "Selesai",
    "terkendala": "Terkendala",
    "batal": "Batal",
}

REQUIRED_COLUMNS = ("implementer", "target", "place_code", "starts_on", "ends_on", "funding", "indicator", "baseline", "goal")
"""What a plan must say of each action before it can be submitted, beside what every draft has."""

DRAFT_MONTHS: Mapping[str, int] = {"spesifik": 3, "sensitif": 3, "koordinatif": 1}
"""How long a drafted action is given, by class: the follow-up of a case lasts three months."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What can be said of an action from its recommendation alone."""

    recommendation_id: int
    intervention_class: str
    cause: str
    activity: str
    owner_agency: str
    place_code: str
    starts_on: date
    ends_on: date


def draft_actions(recommendations: Sequence[tuple[int, str, str, str]], *, place_code: str, on: date) -> list[Draft]:
    """One drafted action for each recommendation (id, class, cause, text), owned by the agency that usually answers the cause."""
    return [
        Draft(
            recommendation_id=number,
            intervention_class=intervention_class,
            cause=cause,
            activity=text,
            owner_agency=CAUSE_BY_CODE[cause].agency,
            place_code=place_code,
            starts_on=on,
            ends_on=add_months(on, DRAFT_MONTHS[intervention_class]),
        )
        for number, intervention_class, cause, text in recommendations
    ]
