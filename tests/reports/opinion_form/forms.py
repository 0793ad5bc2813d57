"""Forms for tests: drawn without a database from an invented packet, or published for a real case; and ways to spoil them."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pikepdf
from sqlalchemy.orm import Session, sessionmaker

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group
from audit.reports.book import record_of
from audit.reports.drawers import draw
from audit.reports.opinion_form.document import FORM_VERSION, draw_opinion_form, seal_of
from audit.reports.opinion_form.entries import ENTRIES
from audit.reports.publish import publish
from audit.reports.record import Record
from audit.steps.packet.queries import packet_snapshot
from audit.store.canonical import canonical_json
from audit.store.files import Files
from tests.conftest import KEYRING
from tests.factory import OPINION, World, worksheet_answers
from tests.reports.packet_snapshots import answered, monthly, snapshot

(KAJIAN,) = ENTRIES
PACKET = "c" * 64
TYPED: Mapping[str, str] = {"summary": OPINION["summary"], "specific": OPINION["specific"]}
CLICKED: Sequence[str] = (
    *(f"direct_causes:{code}" for code in OPINION["direct_causes"]),
    *(f"indirect_causes:{code}" for code in OPINION["indirect_causes"]),
    f"main_cause={OPINION['main_cause']}",
)
"""The answers of the factory's OPINION, as they are typed and clicked."""

cached_draw = cache(draw)
"""The world of the tests stands still, so the form of one expert is the same in every test: drawn once."""


def record(*, name: str = "dr. Sasmita Adi, Sp.A", version: str = FORM_VERSION, **about: Any) -> Record:
    """The record of dr.anak's form for the packet of `packet_snapshots.snapshot(**about)`."""
    content = snapshot(Group.BALITA, **({"measurements": monthly(7.6, 7.9, 8.1), "answers": answered(Group.BALITA)} | about))
    said = {"case": content["case"]["number"], "round": 1, "expert": "dr.anak", "packet": PACKET, "form": version}
    content["form"] = {**said, "seal": seal_of(KEYRING, said), "name": name, "discipline": "paediatrics"}
    frozen = json.loads(json.dumps({"dated": "2026-07-06T00:00:00+00:00", **content}))
    return record_of(KAJIAN, frozen, edition="terbatas", subject=f"{said['case']}:dr.anak", revision=1)


@cache
def empty_form() -> bytes:
    """An empty form, drawn once; a warning of the engine fails the test."""
    return draw_opinion_form(record(), is_strict=True)


def altered(file: bytes, change: Callable[[pikepdf.Pdf], Any]) -> bytes:
    """The file after somebody did something to it with another program."""
    with pikepdf.open(io.BytesIO(file)) as opened:
        change(opened)
        out = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", pikepdf.exceptions.PageCopyWarning
            )  # a field without a place in the form is what some tests want
            opened.save(out)
    return out.getvalue()


def field(opened: pikepdf.Pdf, name: str) -> Any:
    """The field with this name."""
    return next(one for one in opened.Root.AcroForm.Fields if str(one.T) == name)


def reviewed_case(world: World, files: Files) -> Case:
    """A case under review by dr.anak and gizi whose packet was frozen for real; committed."""
    case = world.open()
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group(case.target_group)))
    freeze_and_open(world, files, case)
    return case


def freeze_and_open(world: World, files: Files, case: Case) -> None:
    """Freeze the packet of the next round, seat who is missing, open the review, commit."""
    kept = files.put(canonical_json(packet_snapshot(world.session, case.id, on=world.on)))
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": kept, "pdf_sha256": "b" * 64})
    seated = {seat.person_id for seat in world.facts(case).panel}
    for expert in ("dr.anak", "gizi"):
        if world.people[expert].id not in seated:
            world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": expert})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    world.session.commit()


def published_form(sessions: sessionmaker[Session], files: Files, world: World, case: Case, expert: str) -> bytes:
    """The form of an expert, made as `aks report kajian` makes it."""
    subject = f"{case.number}:{expert}"
    made = publish(
        sessions, files, world.cycle.id, "kajian", edition="terbatas", subject=subject, at=world.at, on=world.on, draw=cached_draw
    )  # fmt: skip
    return files.get(made.file_sha256)
