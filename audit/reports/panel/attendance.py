"""The attendance list of the event (daftar hadir): who is invited, frozen; worded, filled up with empty rows, printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.lifecycle.access import is_in_area
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import as_person
from audit.people.roles import AGENCIES, DISCIPLINE_LABELS, SYSTEM, Discipline, Person, Role
from audit.people.tables import Account
from audit.regions import full_name, is_region
from audit.render.wording import facility, list_words
from audit.reports.cleaning import printable
from audit.reports.frozen import frozen_cycle
from audit.reports.pages import Fact, Signatory
from audit.reports.panel.pages import AttendancePage, AttendanceRow
from audit.reports.panel.spelled import day_and_date
from audit.reports.phrases import LINE, agency_head, agency_name, cycle_words, region_words, secretariat_words, signatory_for, town
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.steps.recommend.tables import RtlAction
from audit.steps.review.tables import Assignment

TEMPLATE = "report/attendance"
SNAPSHOT_FORMAT = 1

LEAST_EMPTY_ROWS = 15
_ZONES: Mapping[str, str] = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_AREAS_NAMED = 3


def attendance_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the attendance list of a cycle shows, plain and ready for canonical JSON; 6 statements however many people.

    Invited are the chair, the secretariat, the experts with a seat on a case, the field workers of the focus areas, and who speaks for an
    agency that owns an action; an agency nobody speaks for gets a line without a name. Somebody with two roles is listed once.
    """
    del subject, at, on  # the whole cycle, as it stands in the record
    cycle = session.get_one(Cycle, cycle_id)
    accounts = session.scalars(select(Account).where(Account.is_active, Account.id != SYSTEM.id).order_by(Account.name, Account.id)).all()
    seats = session.execute(
        select(Assignment.person_id, func.max(Assignment.assigned_at))
        .join(Case, Case.id == Assignment.case_id)
        .where(Case.cycle_id == cycle_id, Assignment.recused_at.is_(None))
        .group_by(Assignment.person_id)
    )
    seated = {person_id: assigned_at for person_id, assigned_at in seats}  # noqa: C416 - a Row is a tuple only at run time
    owners = set(
        session.scalars(
            select(RtlAction.owner_agency)
            .join(Case, Case.id == RtlAction.case_id)
            .where(Case.cycle_id == cycle_id, Case.status != Status.WITHDRAWN, RtlAction.superseded_at.is_(None))
            .distinct()
        )
    )
    planned_at = session.scalar(
        select(func.max(CaseEvent.at))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, CaseEvent.action == Action.PLAN_ACTIONS)
    )
    invited = _invited([as_person(a) for a in accounts], set(seated), owners, cycle.settings.get("focus_areas") or ())
    ids = {row["id"] for row in invited}
    instants = [*(a.created_at for a in accounts if a.id in ids), *(seated[one] for one in seated if one in ids)]
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "attendance",
        "cycle": frozen_cycle(session, cycle),
        "dated": max([cycle.opened_at, *instants, *([planned_at] if planned_at and owners else [])]).astimezone(UTC).isoformat(),
        "invited": [{key: value for key, value in row.items() if key != "id"} for row in invited],
    }


def attendance_page(record: Record) -> AttendancePage:
    """The page record of the list, every value worded. record: its content is as `attendance_snapshot` froze it."""
    content = printable(record.content)
    cycle, wording = content["cycle"], content["cycle"]["wording"]
    kabupaten, team = cycle["kabupaten_code"], wording.get("team") or "TPPS"
    event = cycle["dissemination_on"]
    named = [(row["name"], *_place_and_function(row, cycle)) for row in content["invited"]]
    chair = _chair(cycle, f"Ketua {team} {region_words(kabupaten)}")
    subtitle = f"Diseminasi dan Penyepakatan RTL Audit Kasus Stunting {region_words(kabupaten)}, {cycle_words(cycle['code'], wording)}"
    empty = [("", "", "")] * _empty_rows(named, subtitle, chair)
    return AttendancePage(
        foot=foot_of(record, title="Daftar hadir", description=f"Daftar hadir diseminasi audit kasus stunting {region_words(kabupaten)}"),
        title="Daftar Hadir",
        subtitle=subtitle,
        facts=(
            Fact("Hari, tanggal", day_and_date(date.fromisoformat(event)) if event else LINE),
            Fact("Waktu", f"pukul .................... sampai .................... {_ZONES.get(cycle['timezone'], '')}".rstrip()),
            Fact("Tempat", LINE),
        ),
        rows=tuple(_row(n, *row) for n, row in enumerate((*named, *empty), start=1)),
        place_and_date=f"{town(kabupaten)}, {LINE}",
        chair=chair,
    )


def draw_attendance(record: Record) -> bytes:
    """The list as an archival PDF; equal records give equal bytes."""
    return print_document(attendance_page(record), record, template=TEMPLATE)


def _invited(everybody: Sequence[Person], seated: set[int], owners: set[str], focus_areas: Sequence[str]) -> list[dict[str, Any]]:
    """Those invited, in the order of the list: by role, experts by discipline, agencies in the order of AGENCIES, then by name."""
    rows: list[dict[str, Any]] = []
    taken: set[int] = set()

    def add(role: Role, people: Iterable[Person]) -> None:
        for person in people:
            if person.id not in taken:
                taken.add(person.id)
                rows.append(_frozen(role, person, focus_areas))

    add(Role.CHAIR, (p for p in everybody if p.is_a(Role.CHAIR)))
    add(Role.SECRETARY, (p for p in everybody if p.is_a(Role.SECRETARY)))
    for discipline in Discipline:
        add(Role.EXPERT, (p for p in everybody if p.id in seated and p.discipline is discipline))
    add(Role.FIELD, (p for p in everybody if p.is_a(Role.FIELD) and _works_in(p, focus_areas)))
    for agency in (code for code in AGENCIES if code in owners):
        speakers = [p for p in everybody if p.is_a(Role.AGENCY) and p.agency == agency]
        add(Role.AGENCY, speakers)
        if not speakers:
            rows.append({"id": None, "name": "", "role": Role.AGENCY.value, "of": [agency], "puskesmas": ""})
    return rows


def _frozen(role: Role, person: Person, focus_areas: Sequence[str]) -> dict[str, Any]:
    areas = [area for area in person.areas if _overlaps(area, focus_areas)]
    of = {Role.EXPERT: [person.discipline or ""], Role.AGENCY: [person.agency or ""], Role.FIELD: areas}.get(role, [])
    return {
        "id": person.id,
        "name": person.name,
        "role": role.value,
        "of": list(map(str, of)),
        "puskesmas": (person.puskesmas or "") if role in (Role.EXPERT, Role.FIELD) else "",
    }


def _works_in(person: Person, focus_areas: Sequence[str]) -> bool:
    return not person.areas or not focus_areas or any(_overlaps(area, focus_areas) for area in person.areas)


def _overlaps(area: str, focus_areas: Sequence[str]) -> bool:
    return is_in_area(area, focus_areas) or any(is_in_area(focus, [area]) for focus in focus_areas)


def _place_and_function(row: Mapping[str, Any], cycle: Mapping[str, Any]) -> tuple[str, str]:
    """Institution and function of somebody invited; an institution the record does not know is left to be written."""
    kabupaten, wording = cycle["kabupaten_code"], cycle["wording"]
    role, team, of = Role(row["role"]), wording.get("team") or "TPPS", row["of"]
    workplace = facility("Puskesmas", row["puskesmas"])
    if role is Role.CHAIR:
        return f"{team} {region_words(kabupaten)}", "Ketua"
    if role is Role.SECRETARY:
        return secretariat_words(kabupaten, wording), "Sekretariat"
    if role is Role.EXPERT:
        return workplace, DISCIPLINE_LABELS[Discipline(of[0])]
    if role is Role.AGENCY:
        return agency_name(cycle, of[0]), "Penanggung jawab RTL" if row["name"] else agency_head(cycle, of[0])
    return workplace or _areas(of), "Petugas lapangan"


def _areas(codes: Sequence[str]) -> str:
    """ "Kecamatan Arjasa"; more than a few are counted; none is a place to be written."""
    if len(codes) > _AREAS_NAMED:
        return f"{len(codes)} wilayah lokus"
    return list_words([full_name(code) if is_region(code) else code for code in codes]) if codes else ""


def _chair(cycle: Mapping[str, Any], office: str) -> Signatory:
    chosen = signatory_for(cycle, ("ketua",)) or {"office": office}
    return Signatory(chosen["office"], chosen.get("name") or "", chosen.get("below_name") or "", "ketua")


def _row(number: int, name: str, institution: str, function: str) -> AttendanceRow:
    left, right = (str(number), "") if number % 2 else ("", str(number))
    return AttendanceRow(str(number), name, institution, function, left, right)


# How the page is filled, in millimetres, as style.css sets it.
_PAGE = 257.0
_TEXT_WIDTH = 172.0
_HEAD, _HEAD_LINE, _HEAD_LETTER = 37.5, 5.2, 1.75
_TABLE_HEAD = 6.5
_TAIL, _TAIL_LINE, _TAIL_LETTER = 66.5, 4.7, 1.85
_ROW, _ROW_LINE, _ROW_LETTER, _ROW_PADDING = 10.0, 3.95, 1.42, 1.8
_WIDTHS = (28, 22, 21)


def _empty_rows(named: Sequence[tuple[str, str, str]], subtitle: str, chair: Signatory) -> int:
    """How many empty rows follow: at least LEAST_EMPTY_ROWS, and as many more as leave no space above what stands below the list."""
    used = _HEAD + _TABLE_HEAD + _HEAD_LINE * (_lines(subtitle, _TEXT_WIDTH, _HEAD_LETTER) - 1)
    below = sum(_lines(text, _TEXT_WIDTH / 2 - 6, _TAIL_LETTER) for text in (chair.office, chair.name, chair.below_name) if text)
    tail = _TAIL + _TAIL_LINE * max(0, below - 3)
    for height in [*map(_height, named), *[_ROW] * LEAST_EMPTY_ROWS]:
        used = _placed(used, height)
    rows = LEAST_EMPTY_ROWS
    while not 0 <= _PAGE - used - tail < _ROW:
        used = _placed(used, _ROW)
        rows += 1
    return rows


def _placed(used: float, height: float) -> float:
    """How much of its page is used after a row of this height, which starts a new page when it does not fit."""
    return used + height if used + height <= _PAGE else _TABLE_HEAD + height


def _height(cells: Sequence[str]) -> float:
    """About how high a row becomes: its longest cell in lines of average letters."""
    lines = max(_lines(text, _TEXT_WIDTH * width / 100 - 3.2, _ROW_LETTER) for text, width in zip(cells, _WIDTHS, strict=True))
    return max(_ROW, lines * _ROW_LINE + _ROW_PADDING)


def _lines(text: str, width: float, letter: float) -> int:
    return max(1, len(textwrap.wrap(text, int(width / letter))))
