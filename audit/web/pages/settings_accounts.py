"""Pengaturan › Akun: who may come in and what each is to the audit. What is done with an account after a question is in
settings_account_steps.py, one's own account in account.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from audit.errors import Refused, Stale
from audit.people.account_history import account_events
from audit.people.accounts import AccountLine, accounts, add_account, change_account
from audit.web.account_form import Typed, account_sections, area_words, lines_of, typed_from, typed_of, values_of
from audit.web.account_words import change_words
from audit.web.desk import Desk, Page
from audit.web.form_page import TEMPLATE, FormPage
from audit.web.form_parts import FormView, ProblemLine
from audit.web.pages.settings_account_steps import ABOVE, ADDRESS, SECRETARIAT, line_of, step_buttons
from audit.web.parts import Badge, Button, Cell, Column, Empty, Event, Fact, PageHead, Row, Shell, Table
from audit.web.sent import Sent
from audit.web.shell import role_words
from audit.web.time_words import instant_words


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Every account, the active ones first."""

    shell: Shell
    head: PageHead
    table: Table


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account: its state, what may be done with it, its form, and what happened to it lately."""

    shell: Shell
    head: PageHead
    facts: tuple[Fact, ...]
    buttons: tuple[Button, ...]
    form: FormView
    events: tuple[Event, ...]
    history_address: str


def show_all(desk: Desk) -> Response:
    """Every account; four statements, however many there are."""
    lines = accounts(desk.session, at=desk.at)
    active = sum(line.is_active for line in lines)
    page = AccountsPage(
        desk.frame("Akun", place="pengaturan", crumbs=ABOVE),
        PageHead(
            "Akun",
            lead=f"{active} akun aktif dari {len(lines)}.",
            buttons=(Button("Tambah akun", f"{ADDRESS}/baru", icon="user-plus", tone="primary"),),
        ),
        Table(
            caption="Daftar akun",
            columns=(Column("Nama"), Column("Peran"), Column("Wilayah kerja"), Column("Keadaan"), Column("Terakhir masuk")),
            rows=tuple(_row(desk, line) for line in lines),
            empty=Empty("Belum ada akun", icon="users"),
        ),
    )
    return desk.draw("web/settings/accounts.html", page)


def show_new(desk: Desk) -> Response:
    """The empty form."""
    return _draw_new(desk, Typed())


def take_new(desk: Desk, sent: Sent) -> Response:
    """Add the account and go to it; inviting is the next step there."""
    typed = typed_from(sent)
    try:
        values = values_of(typed, kabupaten_of(desk), is_new=True)
        with desk.writing() as session:
            person = add_account(session, values, by=desk.person, at=desk.at)
    except Refused as refusal:
        return _draw_new(desk, typed, lines_of(refusal), status=422)
    said = f"Akun {person.username} dibuat. Buat tautan undangan supaya pemiliknya dapat memasang kata sandi."
    return desk.go(f"{ADDRESS}/{person.id}", said=said)


def show_one(desk: Desk) -> Response:
    """One account with its form."""
    line = line_of(desk)
    return _draw_one(desk, line, typed_of(line.person, kabupaten_of(desk)), seen_version=line.version)


def take_one(desk: Desk, sent: Sent) -> Response:
    """Change the account; a form from before somebody else's change comes back with what is stored now beside it."""
    line, typed = line_of(desk), typed_from(sent)
    seen_version = sent.whole("seen_version")
    try:
        values = values_of(typed, kabupaten_of(desk), is_new=False)
        with desk.writing() as session:
            changed = change_account(
                session, line.person.id, values, by=desk.person, at=desk.at, seen_version=-1 if seen_version is None else seen_version
            )
    except Stale as stale:
        now = line_of(desk)
        lines = tuple(ProblemLine("", reason.sentence) for reason in stale.reasons)
        return _draw_one(desk, now, typed, lines, seen_version=now.version, status=409, is_stale=True)
    except Refused as refusal:
        return _draw_one(
            desk, line, typed, lines_of(refusal), seen_version=line.version if seen_version is None else seen_version, status=422
        )
    said = "Perubahan tersimpan." if changed else "Tidak ada yang berubah."
    return desk.go(f"{ADDRESS}/{line.person.id}", said=said, tone="good" if changed else "info")


def kabupaten_of(desk: Desk) -> str:
    """Code of the district this office works in: that of the newest cycle; "" before the first."""
    cycle = desk.cycle()
    return cycle.kabupaten_code if cycle else ""


def state_badges(line: AccountLine) -> tuple[Badge, ...]:
    """How an account stands, in short words."""
    if not line.is_active:
        return (Badge("Tidak aktif", "neutral", "user-off"),)
    found = []
    if line.is_locked:
        found.append(Badge("Terkunci sementara", "bad", "lock"))
    if line.invited_until:
        found.append(Badge("Diundang", "info", "mail"))
    elif not line.has_password and not line.has_identity:
        found.append(Badge("Belum dapat masuk", "warn", "alert-triangle"))
    if line.has_second_factor:
        found.append(Badge("Dua langkah", "good", "shield-check"))
    return tuple(found) or (Badge("Aktif", "good", "check"),)


def _row(desk: Desk, line: AccountLine) -> Row:
    person = line.person
    last = line.last_signed_in_at
    return Row(
        (
            Cell(person.name, f"{ADDRESS}/{person.id}", note=person.username),
            Cell(role_words(person, desk.agencies)),
            Cell(area_words(person)),
            Cell("", badges=state_badges(line)),
            Cell(instant_words(last, desk.installation.settings.timezone) if last else "Belum pernah"),
        )
    )


def _draw_new(desk: Desk, typed: Typed, problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    form = FormView(
        address=f"{ADDRESS}/baru",
        sections=account_sections(typed, kabupaten_of(desk), problems, agencies=desk.agencies, is_new=True),
        buttons=(Button("Tambah akun", tone="primary"), Button("Batal", ADDRESS, tone="quiet")),
        csrf=desk.token,
        problems=tuple(problems),
    )
    page = FormPage(
        desk.frame("Tambah akun", place="pengaturan", crumbs=(*ABOVE, ("Akun", ADDRESS))),
        PageHead("Tambah akun", lead="Sesudah ini Anda dapat membuat tautan undangan untuk pemiliknya."),
        form,
    )
    return desk.draw(TEMPLATE, page, status=status)


def _draw_one(
    desk: Desk,
    line: AccountLine,
    typed: Typed,
    problems: Sequence[ProblemLine] = (),
    *,
    seen_version: int,
    status: int = 200,
    is_stale: bool = False,
) -> Response:
    person, zone = line.person, desk.installation.settings.timezone
    kabupaten = kabupaten_of(desk)
    stored = _difference(typed, typed_of(person, kabupaten), desk.agencies) if is_stale else ()
    form = FormView(
        address=f"{ADDRESS}/{person.id}",
        sections=account_sections(typed, kabupaten, problems, agencies=desk.agencies, is_new=False),
        buttons=(Button("Simpan perubahan", tone="primary"), Button("Batal", ADDRESS, tone="quiet")),
        csrf=desk.token,
        hidden=(("seen_version", str(seen_version)),),
        problems=(*problems, *stored),
        problems_heading="Akun ini berubah selagi Anda mengisi" if is_stale else "Ada isian yang perlu diperbaiki",
    )
    events = tuple(
        Event(e.what_label, instant_words(e.at, zone), e.at.isoformat(), who=e.by_name, text=change_words(e, desk.agencies), icon="user")
        for e in account_events(desk.session, person.id, most=8)
    )
    page = AccountPage(
        desk.frame(person.name, place="pengaturan", crumbs=(*ABOVE, ("Akun", ADDRESS))),
        PageHead(person.name, over=person.username, lead=role_words(person, desk.agencies), badges=state_badges(line)),
        _facts(line, zone),
        step_buttons(line),
        form,
        events,
        f"/riwayat?jenis=akun&akun={person.username}",
    )
    return desk.draw("web/settings/account.html", page, status=status)


def _difference(typed: Typed, stored: Typed, agencies: Mapping[str, str]) -> tuple[ProblemLine, ...]:
    """What is stored now where it is not what was typed, so that nothing is overwritten unseen."""
    fields = {f.name: f for section in account_sections(stored, "", agencies=agencies, is_new=False) for f in section.fields}
    shown = {name: next((c.label for c in f.choices if c.is_chosen), f.value) for name, f in fields.items()}
    texts = [
        (name, f"{fields[name].label} yang tersimpan sekarang: {shown[name] or '(kosong)'}.")
        for name in stored.texts
        if name in fields and stored.texts[name].strip() != typed.texts.get(name, "").strip()
    ]
    many = [
        (name, f"{words} yang tersimpan sekarang berbeda dari centang Anda.")
        for name, words in (("roles", "Peran"), ("kecamatan", "Kecamatan"))
        if sorted(stored.many[name]) != sorted(typed.many.get(name, ()))
    ]
    return tuple(ProblemLine(f"f-{name}", sentence) for name, sentence in (*texts, *many))


def _facts(line: AccountLine, zone: str) -> tuple[Fact, ...]:
    last = instant_words(line.last_signed_in_at, zone) if line.last_signed_in_at else "Belum pernah"
    ways = [words for words, has in (("kata sandi", line.has_password), ("akun kantor", line.has_identity)) if has]
    found = [
        Fact("Cara masuk", " dan ".join(ways).capitalize() or "Belum ada"),
        Fact("Verifikasi dua langkah", "Menyala" if line.has_second_factor else "Tidak menyala"),
        Fact("Terakhir masuk", last),
        Fact("Dibuat", instant_words(line.created_at, zone)),
    ]
    if line.invited_until:
        found.append(Fact("Tautan berlaku sampai", instant_words(line.invited_until, zone)))
    return tuple(found)


PAGES = (
    Page(ADDRESS, show_all, roles=SECRETARIAT),
    Page(f"{ADDRESS}/baru", show_new, take_new, roles=SECRETARIAT),
    Page(f"{ADDRESS}/{{id}}", show_one, take_one, roles=SECRETARIAT),
)
