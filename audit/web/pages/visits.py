"""Kunjungan: the day of a field worker in a list, late visits first, and the names behind them. Recording one is in visit_record.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.responses import Response

from audit.casework.field_visits import DueVisit, Known, field_day, open_names, who_they_are
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, Action
from audit.people.roles import Role
from audit.regions import full_name
from audit.render.wording import date_words
from audit.web.addresses import of_action
from audit.web.desk import Desk, Page
from audit.web.form_parts import FormView
from audit.web.offline import kept_by_the_phone
from audit.web.parts import Badge, Button, Empty, PageHead, Shell, Tab, Task
from audit.web.sent import Sent

LIST = "/kunjungan"
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
FIELD = frozenset({Role.FIELD})


@dataclass(frozen=True, slots=True)
class VisitGroup:
    """Visits of one place or one day."""

    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class VisitList:
    """The day of one field worker. form: the button that opens the names; None when there is nothing to open."""

    shell: Shell
    head: PageHead
    tabs: tuple[Tab, ...]
    form: FormView | None
    names_words: str
    today: tuple[VisitGroup, ...]
    coming: tuple[VisitGroup, ...]
    worksheets: tuple[Task, ...]
    empty: Empty | None


def show(desk: Desk) -> Response:
    """The visits of today, late ones first, then those of the next days."""
    on = desk.on(desk.cycle())
    everybody = desk.query("semua") == "ya"
    day = field_day(desk.session, desk.person, on=on, everybody=everybody)
    known = who_they_are(desk.session, [v.facts for v in day.visits] + list(day.worksheets), by=desk.person, at=desk.at)
    today = day.today()
    late = sum(v.days_left < 0 for v in today)
    closed = [v for v in today if v.facts.case_id not in known]
    counted = f"{len(today)} kunjungan hari ini" + (f", {late} di antaranya terlambat" if late else "")
    coming = [v for v in day.visits if v.days_left > 0]
    page = VisitList(
        shell=desk.frame("Kunjungan", place="kunjungan"),
        head=PageHead(
            "Kunjungan",
            lead=f"{_day_words(on)} · {counted if today else 'tidak ada kunjungan yang menunggu hari ini'}",
            buttons=(Button("Mulai kunjungan pertama", _record(today[0]), icon="player-play", tone="primary"),) if today else (),
        ),
        tabs=(Tab("Tugas saya", LIST, is_current=not everybody), Tab("Semua di wilayah saya", f"{LIST}?semua=ya", is_current=everybody)),
        form=_names_form(desk, everybody) if closed else None,
        names_words=_names_words(today, closed),
        today=tuple(
            VisitGroup(full_name(code), tuple(_task(v, known) for v in group))
            for code, group in groupby(sorted(today, key=lambda v: (v.facts.desa_code, v.planned_on)), key=lambda v: v.facts.desa_code)
        ),
        coming=tuple(
            VisitGroup(_day_words(planned), tuple(_task(v, known, with_place=True) for v in group))
            for planned, group in groupby(coming, key=lambda v: v.planned_on)
        ),
        worksheets=tuple(_worksheet_task(f, known) for f in day.worksheets),
        empty=None
        if day.visits
        else Empty(
            "Belum ada kunjungan", "Kunjungan muncul di sini setelah RTL disetujui dan Anda ditunjuk sebagai penanggung jawab kasus."
        ),
    )
    return kept_by_the_phone(desk.draw("web/visits/list.html", page), is_masked=not known)


def open_the_names(desk: Desk, sent: Sent) -> Response:
    """Open the names behind the visits of today, one event for each case."""
    on, everybody = desk.on(desk.cycle()), sent.text("semua") == "ya"
    today = field_day(desk.session, desk.person, on=on, everybody=everybody).today()
    with desk.writing() as session:
        n = open_names(session, [v.facts.case_id for v in today], by=desk.person, at=desk.at)
    told = f"Nama dibuka untuk {n} kasus sampai 12 jam ke depan; pembukaan ini tercatat pada riwayat tiap kasus."
    return desk.go(f"{LIST}?semua=ya" if everybody else LIST, said=told if n else "Semua nama kunjungan hari ini sudah terbuka.")


def recorded_words(desk: Desk, facts: CaseFacts, *, is_again: bool) -> str:
    """What is said after a visit was recorded, and where the next one of today is."""
    told = f"Kunjungan kasus {facts.number} tercatat."
    if is_again:
        told += " Formulir yang sama terkirim dua kali; dicatat sekali."
    with desk.installation.reading() as session:
        left = field_day(session, desk.person, on=facts.on).today()
    if not left:
        return f"{told} Tidak ada lagi kunjungan Anda hari ini."
    place = full_name(left[0].facts.desa_code)
    return f"{told} Berikutnya: kasus {left[0].facts.number}, {place}."


def in_days(n: int) -> str:
    """ "3 hari"."""
    return f"{n} hari"


def _names_form(desk: Desk, everybody: bool) -> FormView:
    return FormView(
        address=f"{LIST}/nama",
        sections=(),
        buttons=(Button("Buka nama untuk kunjungan hari ini", icon="eye"),),
        csrf=desk.token,
        hidden=(("semua", "ya"),) if everybody else (),
        is_guarded=False,
        id="nama",
    )


def _names_words(today: Sequence[DueVisit], closed: Sequence[DueVisit]) -> str:
    if not today:
        return ""
    if closed:
        return f"Nama {len(closed)} dari {len(today)} kasus hari ini tertutup. Membukanya tercatat pada riwayat tiap kasus."
    return "Nama kunjungan hari ini terbuka; halaman ini tidak disimpan di ponsel selama nama terlihat."


def _task(visit: DueVisit, known: Mapping[int, Known], *, with_place: bool = False) -> Task:
    who = known.get(visit.facts.case_id)
    parts = [visit.facts.number if who else GROUP_LABELS[visit.facts.group]]
    parts += [full_name(visit.facts.desa_code)] if with_place else []
    parts += ["timbang dan ukur"] if visit.with_measurement else []
    return Task(
        who.name if who else f"Kasus {visit.facts.number}",
        _record(visit),
        " · ".join(parts),
        due=_due_badge(visit),
        icon="ruler-measure" if visit.with_measurement else "map-pin",
    )


def _due_badge(visit: DueVisit) -> Badge:
    if visit.days_left < 0:
        return Badge(f"terlambat {in_days(-visit.days_left)}", "bad", "clock-exclamation")
    if visit.days_left == 0:
        return Badge("hari ini", "info", "calendar-due")
    return Badge(f"{in_days(visit.days_left)} lagi", "neutral", "calendar")


def _worksheet_task(facts: CaseFacts, known: Mapping[int, Known]) -> Task:
    who = known.get(facts.case_id)
    told = {
        "returned": Badge("dikembalikan", "warn", "arrow-back-up"),
        "submitted": Badge(f"kurang {facts.missing_total} isian", "warn", "notes"),
    }
    return Task(
        who.name if who else f"Kasus {facts.number}",
        of_action(facts.number, Action.SUBMIT_WORKSHEET),
        f"{GROUP_LABELS[facts.group]} · {full_name(facts.desa_code)}",
        due=told.get(facts.worksheet_state, Badge("belum dikirim", "info", "clipboard-list")),
        icon="clipboard-text",
    )


def _record(visit: DueVisit) -> str:
    return of_action(visit.facts.number, Action.RECORD_VISIT)


def _day_words(on: date) -> str:
    return f"{DAYS[on.weekday()]}, {date_words(on)}"


PAGES = (
    Page(LIST, show, roles=FIELD),
    Page(f"{LIST}/nama", take=open_the_names, roles=FIELD),
)
