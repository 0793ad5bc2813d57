"""A cycle whose panel met on two days, with every detour that its papers tell of; all by real actions, every person invented."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import page as checker
import pikepdf
import pypdfium2
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.book import entry, record_of
from audit.reports.record import RECORD_NAME, Record
from audit.store.canonical import canonical_json
from tests import factory
from tests.factory import World

NAME, NIK, BORN = "Bunga Anggraini", "3509225708249001", "17 Agustus 2024"
WHY_STEPPED_BACK = "Sasaran adalah keponakan saya."
DISSENT = f"<b>Ibu {NAME}</b> =1+1 lahir 17-08-2024, NIK 3509 2257 0824 9001: beban pengasuhan lebih menentukan 😀"
GAP = "Hasil pemeriksaan feses belum ada."
SETTINGS: dict[str, Any] = {
    "signatories": [
        {"office": "Ketua TP3S Kabupaten Jember", "name": "Haryo Danuarta", "below_name": "Wakil Bupati Jember"},
        {"office": "Ketua Tim Audit Kasus Stunting", "name": "dr. Endang Pertiwi, M.Kes.", "below_name": "NIP 19710101 199903 2 001"},
        {"office": "Perwakilan Tim Pakar", "name": "dr. Sasmita Adi, Sp.A", "below_name": "SIP 503/001/2025"},
    ],
    "decree": {
        "number": "188.45/120/2026",
        "about": "Tim Audit Kasus Stunting Kabupaten Jember Tahun 2026",
        "decided_on": "2026-07-01",
        "decided_by": "Bupati Jember",
    },
}


NAMES = ("notulen", "berita-acara", "daftar-hadir")


def panel_world(session: Session) -> World:
    """Cases 001 to 007: approved; divided and submitted; an expert stepped back, approved a day later; data asked for and returned by
    the chair; sent back for data and not agreed; approved and withdrawn; agreed without a plan."""
    world = World(session)
    world.cycle.settings = world.cycle.settings | SETTINGS
    world.case_at(Status.APPROVED)
    _divided(world)
    stepped_back, asked = world.open(), world.open(Group.BUMIL)
    for case in (stepped_back, asked):
        factory._fill_and_freeze(world, case)
    world.do(stepped_back, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    world.do(stepped_back, Action.RECUSE, "dr.anak", {"reason": WHY_STEPPED_BACK})
    world.do(stepped_back, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2"})
    world.do(stepped_back, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    world.do(stepped_back, Action.OPEN_REVIEW, "sistem")
    factory._seat_and_open(world, asked)
    world.do(asked, Action.ASK_FOR_DATA, "dr.obgyn", {"note": "Hb diukur ulang"})
    waiting = world.case_at(Status.UNDER_REVIEW)
    world.do(waiting, Action.ASK_FOR_DATA, "gizi", {"note": "Recall makan 24 jam"})
    withdrawn = world.case_at(Status.APPROVED)
    world.case_at(Status.RECOMMENDED)
    world.pass_days(1)
    _answer(world, stepped_back, data_gaps=GAP)
    _finish(world, stepped_back)
    factory._fill_and_freeze(world, asked)
    world.do(asked, Action.OPEN_REVIEW, "sistem")
    _answer(world, asked)
    factory._agree(world, asked)
    factory._plan(world, asked)
    world.do(asked, Action.RETURN_PLAN, "ketua", {"note": "Anggaran belum jelas"})
    world.do(withdrawn, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    return world


def _divided(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", factory.OPINION)
    world.do(case, Action.SUBMIT_OPINION, "gizi", {**factory.OPINION, "main_cause": "sanitation", "avoidability": "likely"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    agreed = {**factory.CONSENSUS, "indirect_causes": ["sanitation", "caregiving"], "dissent": [{"expert": "gizi", "text": DISSENT}]}
    agreed["avoidability"] = "possible"
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", agreed)
    factory._plan(world, case)


def _answer(world: World, case: Case, **more: Any) -> None:
    usernames = {person.id: username for username, person in world.people.items()}
    for seat in world.facts(case).seats:
        world.do(case, Action.SUBMIT_OPINION, usernames[seat.person_id], {**factory.OPINION, **more})
    world.do(case, Action.CLOSE_REVIEW, "sistem")


def _finish(world: World, case: Case) -> None:
    for step in (factory._agree, factory._plan, factory._approve):
        step(world, case)


def frozen(world: World, name: str) -> dict[str, Any]:
    """The snapshot of a document of the cycle, as it comes back from the store."""
    made = entry(name).freeze(world.session, world.cycle.id, "", at=world.at, on=world.on)
    read: dict[str, Any] = json.loads(canonical_json(made))
    return read


def as_record(name: str, snapshot: dict[str, Any]) -> Record:
    """The first revision of a document."""
    return record_of(entry(name), snapshot, edition="terbatas", subject="", revision=1)


def pages_of(file: bytes) -> list[str]:
    """The text of every page, spaces made equal."""
    document = pypdfium2.PdfDocument(file)
    texts = []
    for one in document:
        text = one.get_textpage()
        texts.append(re.sub(r"\s+", " ", text.get_text_bounded()))
        text.close()
        one.close()
    document.close()
    return texts


def attached_record(file: bytes) -> bytes:
    """The record that lies inside the file."""
    with pikepdf.open(io.BytesIO(file)) as opened:
        return bytes(opened.attachments[RECORD_NAME].get_file().read_bytes())


def broken_rules(file: bytes) -> list[str]:
    """What stands against PDF/A-3a and PDF/UA-1; empty when the file is both."""
    profiles = (checker.ValidationProfile.PDF_A_3A, checker.ValidationProfile.PDF_UA_1)
    return [str(each) for profile in profiles for each in checker.validate_pdf_bytes(file, profile=profile).failures]
