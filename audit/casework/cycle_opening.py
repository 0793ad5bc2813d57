"""Opening a cycle from a form on a page: what is asked for one kabupaten, what it starts from, and its answers as settings.

The check of the settings is in cycle_settings.py, the opening itself in cycles.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.cycle_settings import (
    DEFAULT_QUOTAS,
    DEFAULT_SETTINGS,
    HIGHEST_QUORUM,
    HIGHEST_QUOTA,
    OFFICE,
    VISITS,
    WORDING,
)
from audit.casework.cycles import OPENING, open_cycle
from audit.casework.office_settings import office_defaults
from audit.errors import Refused
from audit.forms import Field, Form, Kind, Problem, Problems, Section, parse
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import GROUP_LABELS, Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline, Person, Role
from audit.regions import kecamatan_of
from audit.steps.review.rules import DEFAULT_QUORUM, lead_discipline

_CARRIED_OVER = ("criteria", "signatories", "decree", "office", "texts", "visits", "wording", "follow_up_months")
"""Settings that a new cycle takes from the one before as they are, where the form does not ask for them again."""

_SHORT: Mapping[Group, str] = {
    Group.BADUTA: "baduta",
    Group.BALITA: "balita",
    Group.BUMIL: "ibu hamil",
    Group.BUFAS: "ibu nifas",
    Group.CATIN: "calon pengantin",
}
_LISTED = re.compile(r"[\s,;]+")


def opening_form(kabupaten_code: str) -> Form:
    """What is asked when a cycle of this kabupaten is opened on a page. Refused when there is no such kabupaten."""
    asked = {f.name: f for f in OPENING.fields}
    places = {place.code: place.name for place in kecamatan_of(kabupaten_code)}
    return Form(
        "buka-siklus",
        "Buka siklus",
        (
            Section(
                "siklus",
                "Siklus",
                tuple(asked[name] for name in ("year", "number", "starts_on", "ends_on", "dissemination_on")),
            ),
            Section(
                "lokus",
                "Lokus dan sasaran",
                (
                    Field("focus_areas", "Kecamatan lokus", Kind.CHOICES, choices=places, is_required=True),
                    Field(
                        "groups",
                        "Kelompok sasaran",
                        Kind.CHOICES,
                        choices={g.value: label for g, label in GROUP_LABELS.items()},
                        is_required=True,
                    ),
                ),
            ),
            *(_of_a_group(group) for group in Group),
            Section("kunjungan", "Kunjungan dan tindak lanjut", (*_renamed(VISITS, "visits"), _FOLLOW_UP)),
            Section("libur", "Hari libur", (_HOLIDAYS,)),
            Section(
                "sebutan",
                "Sebutan dan kantor",
                (*_renamed(WORDING, "wording"), *_renamed(OFFICE, "office", only=("name",)), asked["timezone"]),
            ),
        ),
    )


def starting_point(session: Session, kabupaten_code: str, *, on: date) -> tuple[dict[str, Any], str]:
    """The answers the form begins with, by field, and the code of the cycle they come from ("" for the defaults). Two statements.

    What the office keeps for the next cycle goes before what the last one had.
    """
    before = _cycle_before(session, kabupaten_code)
    wanted = {part: value for part, value in office_defaults(session).items() if part in ("visits", "wording", "office")}
    settings = {**DEFAULT_SETTINGS, **(before.settings if before else {})}
    settings |= {part: {**settings[part], **value} for part, value in wanted.items()}
    year, number = _next(before, on)
    answers: dict[str, Any] = {
        "year": year,
        "number": number,
        "timezone": before.timezone if before else "",
        "focus_areas": settings["focus_areas"],
        "groups": settings["groups"],
        "follow_up_months": settings["follow_up_months"],
    }
    for group in Group:
        answers[f"quota_{group}"] = _one_quota(settings["quotas"].get(group), DEFAULT_QUOTAS[group])
        for discipline in _disciplines(group):
            answers[f"quorum_{group}_{discipline}"] = settings["quorum"].get(group, DEFAULT_QUORUM[group]).get(discipline, 0)
    for part in ("visits", "wording", "office"):
        answers |= {f"{part}_{name}": value for name, value in settings[part].items()}
    return answers, before.code if before else ""


def open_from(session: Session, kabupaten_code: str, answers: Mapping[str, Any], *, by: Person, at: datetime) -> Cycle:
    """Open the cycle that was asked for; flushed, the caller commits, and rolls back when this raises.

    answers: by field of `opening_form`, as typed. Raises Problems, each with the name of its field as place; Refused for anybody but the
    secretariat.
    """
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang dapat membuka siklus.")
    form = opening_form(kabupaten_code)
    problems: list[Problem] = []
    try:
        values = parse(form, answers).values
    except Problems as found:
        problems += found.problems
        bad = {p.place for p in found.problems}
        values = parse(form, {name: answer for name, answer in answers.items() if name not in bad}, partial=True).values
    before = _cycle_before(session, kabupaten_code)
    try:
        cycle = open_cycle(session, {"kabupaten": kabupaten_code, **_given(values, before, office_defaults(session))}, at=at)
    except Problems as found:
        known = {p.place for p in problems}
        problems += [p for p in _on_the_form(found.problems, form) if p.place not in known]
        raise Problems(problems) from None
    if problems:
        raise Problems(problems)
    return cycle


_FOLLOW_UP = Field("follow_up_months", "Masa tindak lanjut", Kind.WHOLE, "bulan", lowest=1, highest=12)
_HOLIDAYS = Field(
    "holidays",
    "Hari libur nasional, daerah, dan cuti bersama",
    Kind.TEXT,
    help="satu tanggal pada setiap baris, misalnya 17/08/2026; akhir pekan tidak perlu ditulis",
)


def _of_a_group(group: Group) -> Section:
    name = _SHORT[group]
    quota = Field(f"quota_{group}", f"Kuota {name} per kecamatan", Kind.WHOLE, "kasus", lowest=0, highest=HIGHEST_QUOTA)
    quorum = (
        Field(
            f"quorum_{group}_{discipline}",
            f"Pendapat {DISCIPLINE_LABELS[discipline].lower()}",
            Kind.WHOLE,
            "pakar",
            lowest=0,
            highest=HIGHEST_QUORUM,
        )
        for discipline in _disciplines(group)
    )
    return Section(f"sasaran-{group}", f"Bila {name} ikut: kuota dan kuorum", (quota, *quorum))


def _disciplines(group: Group) -> tuple[Discipline, ...]:
    return (lead_discipline(group), Discipline.NUTRITION, Discipline.PSYCHOLOGY)


def _renamed(form: Form, part: str, *, only: tuple[str, ...] = ()) -> Iterator[Field]:
    for f in form.fields:
        if not only or f.name in only:
            yield replace(f, name=f"{part}_{f.name}")


def _given(values: Mapping[str, Any], before: Cycle | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as `open_cycle` takes them, over what the office keeps for the next cycle (wanted) and what the last one had."""
    given: dict[str, Any] = {name: before.settings[name] for name in _CARRIED_OVER if name in before.settings} if before else {}
    given |= wanted
    own = ("year", "number", "starts_on", "ends_on", "dissemination_on", "timezone", "focus_areas", "groups", "follow_up_months")
    given |= {name: values[name] for name in own if name in values}
    groups = [Group(group) for group in values.get("groups", ())]
    given["quotas"] = {g.value: values[f"quota_{g}"] for g in groups if f"quota_{g}" in values}
    given["quorum"] = {g.value: {d.value: values.get(f"quorum_{g}_{d}", 0) for d in _disciplines(g)} for g in groups}
    given["holidays"] = [day for day in _LISTED.split(values.get("holidays", "")) if day]
    for part in ("visits", "wording", "office"):
        typed = {name.removeprefix(f"{part}_"): value for name, value in values.items() if name.startswith(f"{part}_")}
        given[part] = dict(given.get(part) or {}) | typed
    return given


_PLACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"quotas\.(\w+).*"), r"quota_\1"),
    (re.compile(r"quorum\.(\w+)\.(\w+)"), r"quorum_\1_\2"),
    (re.compile(r"(visits|wording|office)\.(\w+)"), r"\1_\2"),
    (re.compile(r"holidays\[\d+\].*"), "holidays"),
)
"""Where a problem of the settings stands on the form."""

_SAID_HERE: Mapping[str, str] = {
    "cycle_exists": "siklus ini sudah dibuka; ganti nomornya, atau lihat di daftar siklus",
}


def _on_the_form(problems: tuple[Problem, ...], form: Form) -> Iterator[Problem]:
    """The same problems with the names and labels of the form; each sentence once."""
    labels = {f.name: f.label for f in form.fields}
    seen: set[tuple[str, str]] = set()
    for p in problems:
        field = "number" if p.code == "cycle_exists" else _field_of(p.place, labels)
        label = labels.get(field, "")
        said = _SAID_HERE.get(p.code) or (p.message.removeprefix(f"{p.place}: ") if p.message.startswith(f"{p.place}: ") else "")
        message = f"{label}: {said.rstrip('.')}." if said and label else p.message
        if (field, message) not in seen:
            seen.add((field, message))
            yield Problem(field, p.value, p.code, message)


def _field_of(place: str, labels: Mapping[str, str]) -> str:
    if (group := place.removeprefix("quorum.")) != place and group in list(Group):
        return f"quorum_{group}_{lead_discipline(Group(group))}"
    for pattern, name in _PLACES:
        if found := pattern.fullmatch(place):
            place = found.expand(name)
            break
    return place if place in labels else ""


def _cycle_before(session: Session, kabupaten_code: str) -> Cycle | None:
    newest = select(Cycle).where(Cycle.kabupaten_code == kabupaten_code).order_by(Cycle.year.desc(), Cycle.number.desc()).limit(1)
    return session.scalar(newest)


def _next(before: Cycle | None, on: date) -> tuple[int, int]:
    """Year and number that are asked for most likely: the semester of today, or the one after the newest cycle."""
    today = (on.year, 1 if on.month <= 6 else 2)
    if before is None or (before.year, before.number) < today:
        return today
    return (before.year, before.number + 1) if before.number < 2 else (before.year + 1, 1)


def _one_quota(places: Any, default: int) -> int:
    """The quota of a group as one number: the highest of its kecamatan."""
    if isinstance(places, Mapping):
        return max((int(n) for n in places.values()), default=default)
    return int(places) if places is not None else default
