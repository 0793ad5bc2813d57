"""How an action of the plan, its state and those who sign for it are worded on every sheet. Frozen values in, page records out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.render.wording import MISSING
from audit.reports.frozen import as_day
from audit.reports.pages import Signatory
from audit.reports.phrases import LINE, agency_name, chair_of, period_words, place_words, town
from audit.reports.rtl.pages import OwnedAction
from audit.steps.recommend.rules import ACTION_STATUSES, FUNDING
from audit.steps.review.rules import CAUSE_BY_CODE


def with_owners(snapshot: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The actions of a snapshot, each with what its owner was called then under `owner_name`."""
    return [{**action, "owner_name": agency_name(snapshot["cycle"], action["owner"])} for action in snapshot["actions"]]


def owned_action(place: int, action: Mapping[str, Any]) -> OwnedAction:
    """One row of a sheet. place: its number there; action: as `plan.frozen_action` froze it."""
    goal, baseline = action["goal"] or MISSING, action["baseline"]
    by = f" (pelaksana: {action['implementer']})" if action["implementer"] else ""
    return OwnedAction(
        number=str(place),
        case_number=action["case_number"],
        action_class=INTERVENTION_CLASSES[action["class"]],
        activity=action["activity"],
        reason=f"{CAUSE_BY_CODE[action['cause']].label}{by}",
        beneficiary=action["target"] or MISSING,
        place=place_words(action["place_code"]),
        period=period_words(as_day(action["starts_on"]), as_day(action["ends_on"])),
        funding=funding_words(action["funding"]),
        indicator=action["indicator"] or MISSING,
        target=f"{goal} (awal {baseline})" if baseline else goal,
        status=status_words(action),
        in_charge=action["in_charge"] or "belum ditunjuk",
    )


def funding_words(code: str | None) -> str:
    """ "APBN/DAK BOK" for its code; a code of an older list as it is; a dash for None."""
    return FUNDING.get(code or "", code or MISSING)


def status_words(action: Mapping[str, Any]) -> str:
    """ "Berjalan, lewat tenggat. Kendala: stok habis": status, whether it was confirmed, whether it is late, and what stands in the way."""
    told = ACTION_STATUSES[action["status"]]
    if action["is_confirmed"]:
        told += ", sudah dipastikan"
    if action["is_late"]:
        told += ", lewat tenggat"
    if action["is_escalated"]:
        told += ", sudah dieskalasi"
    return f"{told}. Kendala: {action['obstacle']}" if action["obstacle"] else told


def sender(cycle: Mapping[str, Any]) -> Signatory:
    """Who signs the sheet for the team."""
    return chair_of(cycle, field="ketua")


def receiver(office: str) -> Signatory:
    """Who signs for having received the sheet; the name is written by hand."""
    return Signatory(office, "", field="penerima")


def place_and_date(kabupaten_code: str) -> str:
    """ "Jember, ……" over the signature of the sender."""
    return f"{town(kabupaten_code)}, {LINE}"
