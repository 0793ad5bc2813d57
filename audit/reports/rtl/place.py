"""The follow-up sheet of a kecamatan or desa: what must happen there, by whom, and what its head is asked to see to. Never a subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Status
from audit.people.roles import AGENCIES
from audit.regions import Level, region
from audit.render.wording import date_short, date_words, number
from audit.reports.cases import HAS_PLAN
from audit.reports.cleaning import printable
from audit.reports.frozen import as_day
from audit.reports.pages import Column, Fact, Table
from audit.reports.phrases import cycle_words, place_words, region_words, secretariat_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.reports.rtl.asked import asked_of_head
from audit.reports.rtl.pages import OwnerGroup, RtlPlacePage
from audit.reports.rtl.places import DESA, KECAMATAN, check_place, happens_in, lives_in, places_with_actions
from audit.reports.rtl.plan import plan_snapshot, planned_actions
from audit.reports.rtl.rows import owned_action, place_and_date, receiver, sender, status_words, with_owners

TEMPLATE = "report/rtl_place"

NEXT_DEADLINES = 6
"""As many of the next deadlines as stand on the first page."""

_HEADS: Mapping[Level, str] = {Level.KECAMATAN: "Camat", Level.DESA: "Kepala Desa", Level.KELURAHAN: "Lurah"}
_ORDER = {code: place for place, code in enumerate(AGENCIES)}


def kecamatan_with_actions(session: Session, cycle_id: int) -> list[str]:
    """Codes of the kecamatan to which an action of an approved plan of this cycle belongs; one statement."""
    return places_with_actions(session, cycle_id, depth=KECAMATAN)


def desa_with_actions(session: Session, cycle_id: int) -> list[str]:
    """Codes of the desa to which an action of an approved plan of this cycle belongs; one statement."""
    return places_with_actions(session, cycle_id, depth=DESA)


def rtl_kecamatan_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the sheet of a kecamatan (subject: its code) shows; 4 statements. Raises Refused for a code that is none of its."""
    return _snapshot(session, cycle_id, subject, depth=KECAMATAN, at=at, on=on)


def rtl_desa_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the sheet of a desa or kelurahan (subject: its code) shows; 4 statements. Raises Refused for a code that is none."""
    return _snapshot(session, cycle_id, subject, depth=DESA, at=at, on=on)


def rtl_place_page(record: Record) -> RtlPlacePage:
    """The page record of the sheet, every sentence worded. record: its content is as a snapshot of this room."""
    snapshot = printable(record.content)
    cycle, code = snapshot["cycle"], snapshot["place"]
    kabupaten, name = cycle["kabupaten_code"], place_words(code)
    actions, cases = with_owners(snapshot), snapshot["cases"]
    head = f"{_HEADS[region(code).level]} {region(code).name}"
    return RtlPlacePage(
        foot=foot_of(record, title=f"Lembar RTL {name}", description=f"Rencana tindak lanjut di {name}"),
        place=name,
        region=region_words(kabupaten),
        lead=_lead(name, actions, cases),
        facts=(
            Fact("Siklus", cycle_words(cycle["code"], cycle["wording"])),
            Fact("Kasus di wilayah ini", number(cases["living_here"])),
            Fact("Kegiatan", _counted(actions)),
            Fact("Disetujui", date_words(as_day(snapshot["approved_on"]))),
            Fact("Keadaan per", date_words(as_day(snapshot["changed_on"]))),
        ),
        asked_of=f"Yang diminta dari {head}",
        asked=asked_of_head(actions, own="kecamatan" if region(code).level is Level.KECAMATAN else "desa", without_person=cases["nobody"]),
        deadlines=_deadlines(actions),
        groups=_groups(actions),
        contact=secretariat_words(kabupaten, cycle["wording"]),
        place_and_date=place_and_date(kabupaten),
        sender=sender(cycle),
        receiver=receiver(head),
    )


def draw_rtl_place(record: Record) -> bytes:
    """The sheet as an archival PDF; equal records give equal bytes."""
    return print_document(rtl_place_page(record), record, template=TEMPLATE)


def _snapshot(session: Session, cycle_id: int, code: str, *, depth: int, at: datetime, on: date) -> dict[str, Any]:
    cycle = session.get_one(Cycle, cycle_id)
    check_place(code, depth=depth, kabupaten_code=cycle.kabupaten_code)
    plan = planned_actions(session, cycle_id, happens_in(code), at=at)
    plan.sort(key=lambda p: _ORDER[p.row.owner_agency])  # stable: the order of the deadlines stays within an owner
    return plan_snapshot(session, cycle, plan, kind="rtl-place", on=on) | {"place": code, "cases": _cases(session, cycle_id, code)}


def _cases(session: Session, cycle_id: int, code: str) -> dict[str, int]:
    """How many cases live here, how many of them have an approved plan, and how many of those have nobody who waits on them."""
    found = session.execute(
        select(Case.status, Case.person_in_charge_id).where(Case.cycle_id == cycle_id, Case.status != Status.WITHDRAWN, lives_in(code))
    ).all()
    planned = [person for status, person in found if status in HAS_PLAN]
    return {"living_here": len(found), "with_plan": len(planned), "nobody": planned.count(None)}


def _lead(name: str, actions: Sequence[Mapping[str, Any]], cases: Mapping[str, int]) -> str:
    if not actions:
        return f"Belum ada kegiatan dari rencana tindak lanjut yang disetujui untuk {name} pada siklus ini."
    owners = len({action["owner"] for action in actions})
    lives = (
        f"Di wilayah ini ada {number(cases['living_here'])} kasus; rencana yang disetujui ketua tim sudah ada "
        f"untuk {_how_many(cases['with_plan'], cases['living_here'])}. "
        if cases["living_here"]
        else ""
    )
    return (
        f"{lives}Lembar ini memuat {number(len(actions))} kegiatan yang harus terlaksana di {name}, "
        f"dikelompokkan menurut penanggung jawabnya ({number(owners)})."
    )


def _how_many(part: int, whole: int) -> str:
    """ "semuanya", or "3 kasus"."""
    return "semuanya" if part == whole else f"{number(part)} kasus"


def _counted(actions: Sequence[Mapping[str, Any]]) -> str:
    late = sum(action["is_late"] for action in actions)
    return f"{number(len(actions))}, di antaranya {number(late)} lewat tenggat" if late else number(len(actions))


def _deadlines(actions: Sequence[Mapping[str, Any]]) -> Table:
    waiting = sorted((a for a in actions if a["ends_on"] and not a["is_over"]), key=lambda a: (a["ends_on"], a["case_number"]))
    more = len(waiting) - NEXT_DEADLINES
    return Table(
        "tenggat",
        "Tenggat terdekat; yang sudah lewat didahulukan",
        (
            Column("Tenggat", 12, "code"),
            Column("Kasus", 18, "code"),
            Column("Kegiatan", 34),
            Column("Penanggung jawab", 20),
            Column("Keadaan", 16),
        ),
        tuple(
            (
                date_short(as_day(a["ends_on"])),
                a["case_number"],
                a["activity"],
                a["owner_name"],
                status_words({**a, "obstacle": None}),
            )
            for a in waiting[:NEXT_DEADLINES]
        ),
        note=f"{number(more)} tenggat lain ada pada matriks." if more > 0 else "",
        empty="Tidak ada kegiatan yang masih menunggu tenggat.",
    )


def _groups(actions: Sequence[Mapping[str, Any]]) -> tuple[OwnerGroup, ...]:
    count = Counter(action["owner_name"] for action in actions)
    numbered = list(enumerate(actions, start=1))
    return tuple(
        OwnerGroup(f"{owner} ({number(count[owner])} kegiatan)", tuple(owned_action(place, action) for place, action in found))
        for owner, found in groupby(numbered, key=lambda pair: str(pair[1]["owner_name"]))
    )
