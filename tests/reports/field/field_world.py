"""What the tests of the documents for the field share: cases with other causes and plans, records, texts of files, checks. No test."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import page as checker
import pikepdf
import pypdfium2
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.book import entry, record_of
from audit.reports.record import RECORD_NAME, Record
from audit.store.canonical import canonical_json
from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.factory import CONSENSUS, World, complete_plan

NAME, NIK, BORN = "Bunga Anggraini", "3509225708249001", "2024-08-17"
LONG_NAME = ("Siti " + "Nurhayatiningsih Kusumawardhani " * 7)[:200]
AWKWARD = "=1+1 <b>tebal</b> & 😀"


@contextmanager
def sqlite_world(template: Path, folder: Path) -> Iterator[World]:
    """A world on SQLite that outlives one test, so that a document is drawn once for a module."""
    path = folder / "dokumen.db"
    shutil.copy(template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        yield World(session)
    engine.dispose()


def planned(
    world: World,
    group: Group = Group.BALITA,
    *,
    main: str = "intake_protein",
    indirect: Sequence[str] = ("sanitation",),
    activities: Sequence[str] = ("PMT lokal", "Bangun jamban"),
    causes: Sequence[str] = (),
    until: Status = Status.APPROVED,
    dissent: str = "",
    **about: Any,
) -> Case:
    """A case whose panel found these causes and whose plan has one action for each activity, brought to APPROVED or FOLLOW_UP.

    causes: what each activity answers, the main cause where nothing is said.
    """
    case = world.case_at(Status.REVIEWED, group, **about)
    lead = next(u for u, p in world.people.items() if p.id == next(s.person_id for s in world.facts(case).seats if s.is_lead))
    answers = causes or [main] * len(activities)
    given = {
        **CONSENSUS,
        "direct_causes": [main],
        "indirect_causes": list(indirect),
        "main_cause": main,
        "recommendations": [{"class": "spesifik", "cause": cause, "text": f"Anjuran {n}"} for n, cause in enumerate(answers, 1)],
    }
    world.do(case, Action.RECORD_CONSENSUS, lead, given | ({"summary": dissent} if dissent else {}))
    first = complete_plan(world.on)["actions"][0]
    rows = [first | {"recommendation": n, "activity": what} for n, what in enumerate(activities, 1)]
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": rows})
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    if until is Status.FOLLOW_UP:
        begin(world, case)
    return case


def begin(world: World, case: Case) -> None:
    """The follow-up of an approved case starts."""
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    world.do(case, Action.START_FOLLOW_UP, "sistem")


def frozen(world: World, name: str, subject: str) -> dict[str, Any]:
    """The snapshot of a document as it is kept."""
    made = entry(name).freeze(world.session, world.cycle.id, subject, at=world.at, on=world.on)
    read: dict[str, Any] = json.loads(canonical_json(made))
    return read


def as_record(world: World, name: str, subject: str) -> Record:
    """The first revision of a document of the field."""
    return record_of(entry(name), frozen(world, name, subject), edition="terbatas", subject=subject, revision=1)


def pages_of(file: bytes) -> list[str]:
    """The text of every page, one blank between words."""
    opened = pypdfium2.PdfDocument(file)
    texts = []
    for sheet in opened:
        content = sheet.get_textpage()
        texts.append(" ".join(content.get_text_range().split()))
        content.close()
        sheet.close()
    opened.close()
    return texts


def attached(file: bytes) -> bytes:
    """The record that lies inside the file."""
    with pikepdf.open(io.BytesIO(file)) as opened:
        return bytes(opened.attachments[RECORD_NAME].get_file().read_bytes())


def faults_of(file: bytes) -> list[str]:
    """The rules of PDF/A-3a and PDF/UA-1 that the file breaks."""
    profiles = (checker.ValidationProfile.PDF_A_3A, checker.ValidationProfile.PDF_UA_1)
    return [str(each) for profile in profiles for each in checker.validate_pdf_bytes(file, profile=profile).failures]


def selects(engine: Engine, work: Callable[[], Any]) -> int:
    """How many SELECT statements this takes."""
    seen: list[str] = []

    def keep(*given: Any) -> None:
        seen.append(given[2])

    event.listen(engine, "before_cursor_execute", keep)
    work()
    event.remove(engine, "before_cursor_execute", keep)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])
