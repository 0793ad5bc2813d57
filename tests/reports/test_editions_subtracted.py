"""Public editions laid side by side: the first report, the same report once more with one case more, the second, the summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Document
from audit.lifecycle.vocabulary import Group, Status
from audit.reports.disclosure import Sum, is_hidden
from audit.reports.dissemination.counts import is_standing
from audit.reports.dissemination.view import EARLIER
from audit.reports.publish import Published, publish
from audit.reports.record import read_record
from audit.store.files import Files
from audit.store.session import session_maker
from tests.conftest import KEYRING
from tests.reports.dissemination_world import DESA, ReportWorld
from tests.reports.test_disclosure import found_by_elimination, side_by_side

FEW_CASES, MORE_CASES = 11, 12


class Office:
    """A cycle with cases whose plans are approved, and public documents published from it; their files are their records."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.world, self.session = ReportWorld(session), session
        engine = session.get_bind()
        assert isinstance(engine, Engine)
        self.sessions, self.files = session_maker(engine), Files(folder, KEYRING)

    def bring_in(self, cases: int) -> None:
        for n in range(cases):
            case = self.world.subject(Group.BALITA, DESA[(n % 2) * 2], months=25 + n % 2, is_male=n % 2 == 0)
            self.world.bring(case, Status.APPROVED)
        self.session.commit()

    def publish(self, name: str, edition: str = "publik") -> Published:
        world = self.world
        return publish(self.sessions, self.files, world.cycle.id, name, edition=edition, at=world.at, on=world.on, draw=lambda raw: raw)

    def cells(self, made: Published) -> dict[str, Any]:
        return dict(read_record(self.files.get(made.file_sha256)).content["cells"])


@pytest.fixture
def office(session: Session, tmp_path: Path) -> Office:
    made = Office(session, tmp_path / "berkas")
    made.bring_in(FEW_CASES)
    return made


def test_one_case_more_cannot_be_told_from_two_editions(office: Office) -> None:
    first = office.cells(office.publish("diseminasi"))
    assert first["cases"] == FEW_CASES
    office.bring_in(1)
    for name in ("diseminasi", "diseminasi-2", "ringkasan"):
        second = office.cells(office.publish(name))
        both = [cell for cell in first if cell in second and is_standing(cell)]
        shown = {cell: (first[cell], second[cell]) for cell in both if not is_hidden(first[cell]) and not is_hidden(second[cell])}
        assert len(shown) > 20
        assert not {cell: told for cell, told in shown.items() if told[0] != told[1]}
        assert is_hidden(second["cases"]) and is_hidden(second["actions"]) and second["kecamatan:35.09.25"] == 0
        wholes = {"cases": ("group", "kecamatan"), "children": ("child", "sex"), "actions": ("class", "agency")}
        sums = [
            Sum(total, tuple(cell for cell in both if cell.startswith(f"{prefix}:") and "|" not in cell))
            for total, prefixes in wholes.items()
            for prefix in prefixes
        ]
        unchanged = [cell for cell, told in shown.items() if told[0] == told[1]]
        published, linked = side_by_side({c: first[c] for c in both}, {c: second[c] for c in both}, sums, unchanged)
        assert not found_by_elimination(published, linked)


def test_many_cases_more_are_told(office: Office) -> None:
    first = office.cells(office.publish("diseminasi"))
    office.bring_in(20)
    second = office.cells(office.publish("diseminasi"))
    assert (first["cases"], second["cases"]) == (11, 31)


def test_an_unchanged_audit_publishes_nothing_new_and_hides_nothing_more(office: Office) -> None:
    made = [office.publish(name) for name in ("diseminasi", "diseminasi-2", "ringkasan")]
    again = [office.publish(name) for name in ("diseminasi", "diseminasi-2", "ringkasan")]
    assert [one.document_id for one in again] == [one.document_id for one in made] and not any(one.is_new for one in again)
    first, second, summary = map(office.cells, made)
    assert second == summary
    assert {cell for cell, told in first.items() if is_standing(cell) and told != second[cell] and not is_hidden(second[cell])} == set()


def test_a_public_record_does_not_tell_what_is_behind_an_earlier_one(office: Office) -> None:
    office.publish("diseminasi")
    made = office.publish("diseminasi-2")
    assert EARLIER in json.loads(office.files.get(made.snapshot_sha256))
    assert EARLIER not in read_record(office.files.get(made.file_sha256)).content
    restricted = office.publish("diseminasi-2", "terbatas")
    assert EARLIER not in json.loads(office.files.get(restricted.snapshot_sha256))
    with office.sessions() as session:
        assert len(session.scalars(select(Document.id)).all()) == 3
