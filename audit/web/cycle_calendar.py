"""The calendar of a cycle and its deadline planner, worded. What they say is computed in audit/casework/timetable.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.casework.cycle_progress import CycleProgress
from audit.casework.timetable import MOST_A_DAY, Forecast, Milestone, Timetable, forecast, working_days_between
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import Status
from audit.people.roles import DISCIPLINE_LABELS, Person
from audit.render.wording import date_words, list_words, number
from audit.web.form_parts import FieldView
from audit.web.parts import Alert, Event
from audit.web.time_words import days_words

PER_DAY = 3
_PAST_BEFORE = "Sudah lewat ketika siklus dibuka"


@dataclass(frozen=True, slots=True)
class Planner:
    """The question (how many packets a day) and its answer."""

    address: str
    field: FieldView
    answer: Alert
    facts: Sequence[str]


def calendar(
    cycle: Cycle, times: Timetable | None, labels: Mapping[Status, str], *, on: date, holidays: Collection[date]
) -> tuple[Event, ...]:
    """The days of the cycle in order, today among them. Without a day of dissemination only its beginning and end.

    What was due before the cycle was opened is not late: nobody could have done it.
    """
    opened_on = local_date(cycle.opened_at, cycle.timezone)
    days: list[tuple[date, int, Event]] = [
        (cycle.starts_on, 0, _day(cycle.starts_on, "Siklus dimulai", icon="flag", tone="neutral")),
        (cycle.ends_on, 9, _day(cycle.ends_on, "Siklus berakhir", icon="flag", tone="neutral")),
        (on, 5, _day(on, "Hari ini", icon="map-pin", tone="info", text=_left_words(cycle, on, holidays))),
    ]
    if times:
        cases = times.milestones[0].cases
        days.append((times.latest_start_on, 1, _start(times.latest_start_on, cases, on, opened_on)))
        days += [(one.latest_on, 2 + n, _milestone(one, labels[one.after], on, opened_on)) for n, one in enumerate(times.milestones)]
    if cycle.dissemination_on:
        tone = "neutral" if cycle.dissemination_on > on else "info"
        days.append((cycle.dissemination_on, 10, _day(cycle.dissemination_on, "Diseminasi", icon="users-group", tone=tone)))
    return tuple(event for _, _, event in sorted(days, key=lambda day: day[:2]))


def planner(cycle: Cycle, progress: CycleProgress, *, reader: Person, on: date, holidays: Collection[date], asked: str) -> Planner | None:
    """When the panel is through at so many packets a day. None when the cycle is closed. asked: what was typed, "" at first."""
    if cycle.closed_at is not None:
        return None
    is_usable = asked.isascii() and asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= MOST_A_DAY
    per_day = int(asked) if is_usable else PER_DAY
    problem = "" if is_usable or not asked else f"“{asked[:20]}” tidak dapat dipakai; tulis bilangan bulat 1 sampai {MOST_A_DAY}."
    found = forecast(
        progress.cases,
        experts=progress.experts,
        expected=progress.expected,
        per_day=per_day,
        on=max(on, cycle.starts_on),
        by=cycle.dissemination_on,
        reader=reader,
        holidays=holidays,
    )
    field = FieldView("per_hari", "Paket per pakar per hari", "number", asked or str(PER_DAY), unit="paket", problem=problem, width="short")
    return Planner(f"/siklus/{cycle.code}", field, _answer(found, cycle), _why(found, progress))


def _answer(found: Forecast, cycle: Cycle) -> Alert:
    if found.nobody:
        lacking = list_words([DISCIPLINE_LABELS[d].lower() for d in found.nobody])
        return Alert(f"Belum dapat dihitung: tidak ada {lacking} di antara pakar.", "bad")
    if not found.opinions:
        return Alert("Semua pendapat pakar sudah masuk.", "good")
    start = f"Dengan {found.per_day} paket per pakar per hari"
    if found.finish_on is None or cycle.dissemination_on is None or found.days_late is None:
        return Alert(f"{start}, RTL kasus terakhir disetujui {date_words(found.finish_on)}. Tanggal diseminasi belum ditetapkan.", "info")
    finish = date_words(found.finish_on)
    if found.days_late <= 0:
        spare = f", {number(-found.days_late)} hari kerja sebelum diseminasi" if found.days_late else ", tepat pada hari diseminasi"
        return Alert(f"{start}, RTL kasus terakhir disetujui {finish}{spare}.", "good")
    late = f"{start}, selesai {number(found.days_late)} hari kerja terlambat: {finish}."
    if found.enough_a_day and found.enough_a_day > found.per_day:
        return Alert(f"{late} Dengan {found.enough_a_day} paket masih tepat waktu.", "warn")
    return Alert(f"{late} Membaca lebih cepat saja tidak cukup; majukan kertas kerja atau mundurkan diseminasi.", "bad")


def _why(found: Forecast, progress: CycleProgress) -> tuple[str, ...]:
    if found.nobody or not found.opinions:
        return ()
    basis = "Dihitung dari kasus yang ada" if progress.cases else "Dihitung dari kuota penuh, karena belum ada kasus"
    lines = [f"{basis}: masih {number(found.opinions)} pendapat, langkah lain memakai hari kerja paling lama yang dibolehkan."]
    if found.slowest and found.days_reading:
        who = DISCIPLINE_LABELS[found.slowest].lower()
        n = progress.experts.get(found.slowest, 0)
        lines.append(f"Yang paling lama: {who} ({number(n)} orang), {number(found.days_reading)} hari kerja membaca.")
    return tuple(lines)


def _day(on: date, title: str, *, icon: str, tone: str, text: str = "") -> Event:
    return Event(title, date_words(on), on.isoformat(), text=text, icon=icon, tone=tone)


def _start(latest_on: date, cases: int, on: date, opened_on: date) -> Event:
    if cases:
        return _day(latest_on, "Kasus dibuka", icon="check", tone="good", text=f"{number(cases)} kasus")
    if latest_on < opened_on:
        return _day(latest_on, "Kasus dibuka paling lambat", icon="point", tone="neutral", text=f"{_PAST_BEFORE}. Buka kasus secepatnya.")
    if latest_on < on:
        return _day(latest_on, "Kasus seharusnya dibuka", icon="clock-exclamation", tone="bad", text="Belum ada kasus; sudah lewat.")
    return _day(latest_on, "Kasus dibuka paling lambat", icon="point", tone="neutral", text=days_words((latest_on - on).days))


def _milestone(one: Milestone, label: str, on: date, opened_on: date) -> Event:
    so_far = f"{number(one.passed)} dari {number(one.cases)} kasus" if one.cases else "belum ada kasus"
    if one.is_reached:
        return _day(one.latest_on, label, icon="check", tone="good", text=so_far)
    if one.latest_on < opened_on:
        return _day(one.latest_on, label, icon="point", tone="neutral", text=f"{so_far}; {_PAST_BEFORE[:1].lower()}{_PAST_BEFORE[1:]}")
    if one.latest_on < on:
        return _day(one.latest_on, label, icon="clock-exclamation", tone="bad", text=f"{so_far}; {days_words((one.latest_on - on).days)}")
    return _day(one.latest_on, label, icon="point", tone="neutral", text=f"{so_far}; {days_words((one.latest_on - on).days)}")


def _left_words(cycle: Cycle, on: date, holidays: Collection[date]) -> str:
    if cycle.dissemination_on is None:
        return "Tanggal diseminasi belum ditetapkan."
    left = working_days_between(on, cycle.dissemination_on, holidays)
    return f"{number(left)} hari kerja sampai diseminasi" if left >= 0 else "Diseminasi sudah lewat"
