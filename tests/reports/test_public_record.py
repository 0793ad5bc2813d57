"""The type of the public edition: nothing in it could hold a person, a case or a village."""

from __future__ import annotations

import dataclasses
import re
import types
import typing

from audit.reports.dissemination import pages as report

FORBIDDEN_FIELDS = re.compile(
    r"nik|birth|born|address|village|desa|phone|photo|parent|mother|child|case_number|subject|identity|problem|worksheet|attendance|decree"
)
RESTRICTED_TYPES = {"CaseSummary", "CasePlan", "CaseAction", "PacketPage", "WorksheetSection", "Indicator", "OwnedAction"}
PEOPLE_WHO_SIGN = {"Signatory"}


def reachable(start: type) -> set[type]:
    """Every record a record of this type can hold, itself included."""
    found: set[type] = set()
    waiting: list[object] = [start]
    while waiting:
        kind = waiting.pop()
        if typing.get_origin(kind) is not None or isinstance(kind, types.UnionType):
            waiting.extend(typing.get_args(kind))
        elif isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind not in found:
            found.add(kind)
            hints = typing.get_type_hints(kind)
            waiting.extend(hints[field.name] for field in dataclasses.fields(kind))
    return found


def test_the_walk_sees_what_the_restricted_edition_holds() -> None:
    assert {"CaseSummary", "CaseAction", "Indicator"} <= {kind.__name__ for kind in reachable(report.RestrictedReport)}


def test_the_public_record_reaches_no_restricted_type() -> None:
    assert not {kind.__name__ for kind in reachable(report.PublicReport)} & RESTRICTED_TYPES


def test_the_public_record_has_no_field_for_an_identity() -> None:
    fields = {f"{kind.__name__}.{field.name}" for kind in reachable(report.PublicReport) for field in dataclasses.fields(kind)}
    assert not {field for field in fields if FORBIDDEN_FIELDS.search(field.split(".")[1])}


def test_only_those_who_sign_have_a_name() -> None:
    named = {kind.__name__ for kind in reachable(report.PublicReport) if any(f.name == "name" for f in dataclasses.fields(kind))}
    assert named == PEOPLE_WHO_SIGN | {"DataField"}


def test_both_editions_share_everything_but_plans_and_annexes() -> None:
    public = {field.name for field in dataclasses.fields(report.PublicReport)}
    restricted = {field.name for field in dataclasses.fields(report.RestrictedReport)}
    assert public - restricted == {"suppression", "data_sentence", "data_fields"}
    assert restricted - public == {"cases", "decree", "attendance"}
