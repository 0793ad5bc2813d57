"""Pengaturan: where everything is set, what the next cycle starts from, what agencies are called. Accounts: settings_accounts.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.office_settings import PARTS, Kept, SettingsPart, answers_of, keep, kept
from audit.errors import Refused, Stale
from audit.forms import Problem, Problems
from audit.lifecycle.tables import Cycle
from audit.people.accounts import accounts
from audit.people.roles import ROLE_LABELS, Role
from audit.web.cycle_terms import terms
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections, typed, without_row
from audit.web.form_parts import FormView, ProblemLine
from audit.web.parts import Alert, Button, Fact, PageHead, Shell, Task
from audit.web.sent import Sent
from audit.web.time_words import instant_words

ADDRESS = "/pengaturan/bawaan"
SECRETARIAT = frozenset({Role.SECRETARY})
_HOLDS = {
    False: "Siklus yang sudah dibuka tidak berubah: pengaturannya dibekukan. Yang Anda simpan di sini menjadi awal siklus berikutnya.",
    True: "Nama baru langsung dipakai pada halaman dan pada dokumen yang dibuat sesudahnya; dokumen yang sudah ada tidak berubah. "
    "Nama yang dikosongkan kembali ke nama bawaan.",
}
"""From when on a part holds, by `is_at_once`."""

_ABOVE = (("Pengaturan", "/pengaturan"),)


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """All there is to set. people: accounts and agencies; parts: what the next cycle starts from; cycle: what the newest began with."""

    shell: Shell
    head: PageHead
    people: tuple[Task, ...]
    parts: tuple[Task, ...]
    cycle_code: str
    cycle_address: str
    cycle: tuple[Fact, ...]
    roles: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part of what the next cycle starts from."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    form: FormView


def show(desk: Desk) -> Response:
    """The parts, each with what is kept of it; five statements."""
    zone = desk.installation.settings.timezone
    found, lines, cycle = kept(desk.session), accounts(desk.session, at=desk.at), desk.cycle()
    waiting = sum(line.is_active and not line.has_password and not line.has_identity and line.invited_until is None for line in lines)
    locked = sum(line.is_locked for line in lines)
    notes = [f"{sum(line.is_active for line in lines)} aktif"]
    notes += [f"{waiting} belum diundang"] if waiting else []
    notes += [f"{locked} terkunci"] if locked else []
    page = SettingsPage(
        desk.frame("Pengaturan", place="pengaturan"),
        PageHead("Pengaturan", lead="Akun, wilayah kerja, dan apa yang dibawa siklus berikutnya."),
        (
            Task("Akun, peran, dan wilayah kerja", "/pengaturan/akun", f"{', '.join(notes)}.", icon="users"),
            *(_task(part, found.get(part.code), zone) for part in PARTS if part.is_at_once),
        ),
        tuple(_task(part, found.get(part.code), zone) for part in PARTS if not part.is_at_once),
        cycle.code if cycle else "",
        f"/siklus/{cycle.code}" if cycle else "",
        _terms(cycle),
        tuple(
            Fact(ROLE_LABELS[role], _count_words(sum(role in line.person.roles and line.is_active for line in lines)))
            for role in Role
            if role is not Role.SYSTEM
        ),
    )
    return desk.draw("web/settings/settings.html", page)


def show_part(desk: Desk) -> Response:
    """The form of one part, with what is kept or else the defaults."""
    part, now = _part(desk), kept(desk.session)
    found = now.get(part.code)
    return _draw(desk, part, typed(answers_of(part, found.value if found else {})), found, found.revision if found else 0)


def take_part(desk: Desk, sent: Sent) -> Response:
    """Keep it. What cannot be used comes back as it was typed, and so does a form from before somebody else's change."""
    part = _part(desk)
    answers = given(sent, part.asked)
    seen = sent.whole("seen_revision")
    if sent.has("tambah") or sent.has("hapus"):
        return _draw(desk, part, without_row(answers, sent.text("hapus")), None, seen or 0, more_rows=sent.text("tambah"))
    try:
        with desk.writing() as session:
            is_new = keep(session, part, answers, by=desk.person, at=desk.at, seen_revision=-1 if seen is None else seen)
    except Stale as stale:
        found = kept(desk.session).get(part.code)
        lines = (*(ProblemLine("", reason.sentence) for reason in stale.reasons), *_difference(part, answers, found))
        return _draw(desk, part, answers, found, found.revision if found else 0, lines=lines, status=409)
    except Problems as problems:
        return _draw(desk, part, answers, None, seen or 0, problems=problems.problems, status=422)
    except Refused as refusal:
        lines = tuple(ProblemLine("", reason.sentence) for reason in refusal.reasons)
        return _draw(desk, part, answers, None, seen or 0, lines=lines, status=409)
    desk.request.app.state.names.forget()
    kept_for = "" if part.is_at_once else " untuk siklus berikutnya"
    said = f"“{part.title}” tersimpan{kept_for}." if is_new else "Tidak ada yang berubah."
    return desk.go("/pengaturan", said=said, tone="good" if is_new else "info")


def _draw(
    desk: Desk,
    part: SettingsPart,
    answers: Mapping[str, Any],
    found: Kept | None,
    revision: int,
    *,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    more_rows: str = "",
    status: int = 200,
) -> Response:
    state = _state(found, desk.installation.settings.timezone)
    form = FormView(
        address=f"{ADDRESS}/{part.code}",
        sections=sections(part.asked, answers, problems=problems, more_rows=more_rows),
        buttons=(
            Button("Simpan" if part.is_at_once else "Simpan untuk siklus berikutnya", tone="primary"),
            Button("Batal", "/pengaturan", tone="quiet"),
        ),
        csrf=desk.token,
        hidden=(("seen_revision", str(revision)),),
        problems=(*lines, *problem_lines(problems)),
        id=part.code,
    )
    page = PartPage(
        desk.frame(part.title, place="pengaturan", crumbs=_ABOVE),
        PageHead(part.title, over="" if part.is_at_once else "Bawaan siklus berikutnya", lead=part.about),
        (Alert(_HOLDS[part.is_at_once], "info"), *((Alert(state, "neutral"),) if state else ())),
        form,
    )
    return desk.draw("web/settings/part.html", page, status=status)


def _difference(part: SettingsPart, answers: Mapping[str, Any], found: Kept | None) -> tuple[ProblemLine, ...]:
    """What is kept now where it is not what was typed."""
    now = typed(answers_of(part, found.value if found else {}))
    fields = [f for f in part.asked.form.fields if str(now.get(f.name) or "").strip() != str(answers.get(f.name) or "").strip()]
    return tuple(ProblemLine(f"f-{f.name}", f"{f.label}, yang tersimpan sekarang: {now.get(f.name) or '(kosong)'}.") for f in fields)


def _task(part: SettingsPart, found: Kept | None, zone: str) -> Task:
    return Task(part.title, f"{ADDRESS}/{part.code}", _state(found, zone) or part.about, icon=part.icon)


def _state(found: Kept | None, zone: str) -> str:
    if found is None or found.changed_at is None:
        return ""
    when = instant_words(found.changed_at, zone)
    return f"Diatur oleh {found.changed_by}, {when}." if found.value else f"Dikembalikan ke bawaan program oleh {found.changed_by}, {when}."


def _terms(cycle: Cycle | None) -> tuple[Fact, ...]:
    return tuple(terms(cycle)) if cycle else ()


def _count_words(count: int) -> str:
    return f"{count} orang" if count else "belum ada"


def _part(desk: Desk) -> SettingsPart:
    found = next((part for part in PARTS if part.code == desk.path("part")), None)
    if found is None:
        raise HTTPException(404)
    return found


PAGES = (Page("/pengaturan", show, roles=SECRETARIAT), Page(f"{ADDRESS}/{{part}}", show_part, take_part, roles=SECRETARIAT))
