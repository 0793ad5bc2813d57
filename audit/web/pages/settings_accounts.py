"""Pengaturan › Akun: who may come in and what each is to the audit. One's own account is in account.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.errors import Refused, Stale
from audit.people.account_history import account_events
from audit.people.accounts import AccountLine, account, accounts, add_account, change_account, deactivate, reactivate, unlock
from audit.people.invitations import GOOD_FOR, invite
from audit.people.roles import Role
from audit.people.second_factor import turn_off
from audit.web.account_form import Typed, account_sections, area_words, lines_of, typed_from, typed_of, values_of
from audit.web.account_words import change_words
from audit.web.desk import Desk, Page
from audit.web.form_page import TEMPLATE, FormPage
from audit.web.form_parts import Confirm, FormView, ProblemLine
from audit.web.own_address import opens_only_here
from audit.web.pages.invitation import link_for
from audit.web.parts import Badge, Button, Cell, Column, Empty, Event, Fact, PageHead, Row, Shell, Table
from audit.web.sent import Sent, whole_number
from audit.web.shell import role_words
from audit.web.time_words import instant_words

ADDRESS = "/pengaturan/akun"
SECRETARIAT = frozenset({Role.SECRETARY})
_ABOVE = (("Pengaturan", "/pengaturan"),)


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


@dataclass(frozen=True, slots=True)
class AccountStepPage:
    """The question before something is done with an account."""

    shell: Shell
    head: PageHead
    confirm: Confirm


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A link just made, shown this once. only_here: a warning that nobody can open it from another machine, "" when they can."""

    shell: Shell
    head: PageHead
    name: str
    link: str
    only_here: str
    code: str
    until: str
    next: Button


def show_all(desk: Desk) -> Response:
    """Every account; four statements, however many there are."""
    lines = accounts(desk.session, at=desk.at)
    active = sum(line.is_active for line in lines)
    page = AccountsPage(
        desk.frame("Akun", place="pengaturan", crumbs=_ABOVE),
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
    line = _line(desk)
    return _draw_one(desk, line, typed_of(line.person, kabupaten_of(desk)), seen_version=line.version)


def take_one(desk: Desk, sent: Sent) -> Response:
    """Change the account; a form from before somebody else's change comes back with what is stored now beside it."""
    line, typed = _line(desk), typed_from(sent)
    seen_version = sent.whole("seen_version")
    try:
        values = values_of(typed, kabupaten_of(desk), is_new=False)
        with desk.writing() as session:
            changed = change_account(
                session, line.person.id, values, by=desk.person, at=desk.at, seen_version=-1 if seen_version is None else seen_version
            )
    except Stale as stale:
        now = _line(desk)
        lines = tuple(ProblemLine("", reason.sentence) for reason in stale.reasons)
        return _draw_one(desk, now, typed, lines, seen_version=now.version, status=409, is_stale=True)
    except Refused as refusal:
        return _draw_one(
            desk, line, typed, lines_of(refusal), seen_version=line.version if seen_version is None else seen_version, status=422
        )
    said = "Perubahan tersimpan." if changed else "Tidak ada yang berubah."
    return desk.go(f"{ADDRESS}/{line.person.id}", said=said, tone="good" if changed else "info")


@dataclass(frozen=True, slots=True)
class _Step:
    """Something done with an account after a question. does: None for the invitation, which answers with its link."""

    label: str
    heading: str
    sentences: tuple[str, ...]
    done: str
    does: Callable[..., None] | None
    is_offered: Callable[[AccountLine], bool]
    tone: str = "secondary"
    icon: str = ""


_STEPS: Mapping[str, _Step] = {
    "undang": _Step(
        "Buat tautan kata sandi",
        "Buat tautan untuk memasang kata sandi?",
        (
            f"Tautan berlaku {GOOD_FOR.days} hari dan sekali pakai. Tautan sebelumnya tidak berlaku lagi.",
            "Kata sandi yang sekarang, bila ada, tetap berlaku sampai tautan dipakai.",
        ),
        "",
        None,
        lambda line: line.is_active,
        icon="mail",
    ),
    "buka-kunci": _Step(
        "Buka kunci",
        "Buka kunci akun ini?",
        ("Akun ditutup sementara karena beberapa kali salah kata sandi. Setelah dibuka, pemiliknya dapat langsung mencoba lagi.",),
        "Kunci dibuka.",
        unlock,
        lambda line: line.is_locked,
        icon="lock-open",
    ),
    "matikan-kode": _Step(
        "Matikan verifikasi dua langkah",
        "Matikan verifikasi dua langkah akun ini?",
        ("Pastikan bahwa yang meminta benar pemiliknya, misalnya karena teleponnya hilang.", "Semua sesi akun ini diakhiri."),
        "Verifikasi dua langkah dimatikan.",
        turn_off,
        lambda line: line.has_second_factor,
        icon="shield-lock",
    ),
    "nonaktifkan": _Step(
        "Nonaktifkan",
        "Nonaktifkan akun ini?",
        (
            "Sesi, token, dan tautannya diakhiri, dan pemiliknya tidak dapat masuk lagi.",
            "Namanya tetap tercantum pada riwayat dan dokumen.",
        ),
        "Akun dinonaktifkan.",
        deactivate,
        lambda line: line.is_active,
        "danger",
        "user-off",
    ),
    "aktifkan": _Step(
        "Aktifkan kembali",
        "Aktifkan akun ini kembali?",
        ("Kata sandinya seperti dahulu. Sesi dan token yang telah diakhiri tetap berakhir.",),
        "Akun aktif kembali.",
        reactivate,
        lambda line: not line.is_active,
        icon="user-check",
    ),
}


def show_step(desk: Desk) -> Response:
    """The question before it is done."""
    line, step = _line(desk), _step(desk)
    return _draw_step(desk, line, step)


def take_step(desk: Desk, sent: Sent) -> Response:
    """Do it. An invitation answers with its link, shown this once; its code is in no address."""
    del sent
    line, step = _line(desk), _step(desk)
    try:
        with desk.writing() as session:
            if step.does is not None:
                step.does(session, line.person.id, by=desk.person, at=desk.at)
                return desk.go(f"{ADDRESS}/{line.person.id}", said=step.done)
            invited = invite(session, line.person.id, by=desk.person, at=desk.at)
    except Refused as refusal:
        return _draw_step(desk, line, step, tuple(ProblemLine("", reason.sentence) for reason in refusal.reasons), status=409)
    link = link_for(desk.request, invited.token)
    page = LinkPage(
        desk.frame("Tautan kata sandi", place="pengaturan", crumbs=_way(line)),
        PageHead("Tautan kata sandi baru" if invited.is_reset else "Tautan undangan", over=line.person.name),
        line.person.name,
        link,
        _ONLY_HERE if opens_only_here(link) else "",
        invited.token,
        instant_words(invited.expires_at, desk.installation.settings.timezone),
        Button("Sudah saya salin", f"{ADDRESS}/{line.person.id}", tone="primary"),
    )
    return desk.draw("web/settings/link.html", page)


_ONLY_HERE = (
    "Tautan ini hanya terbuka di komputer ini, karena AKS sedang Anda buka lewat alamat komputer ini sendiri. Buka AKS lewat alamat yang "
    "juga dapat dibuka pemilik akun, lalu buat tautannya lagi."
)


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
        desk.frame("Tambah akun", place="pengaturan", crumbs=(*_ABOVE, ("Akun", ADDRESS))),
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
        desk.frame(person.name, place="pengaturan", crumbs=(*_ABOVE, ("Akun", ADDRESS))),
        PageHead(person.name, over=person.username, lead=role_words(person, desk.agencies), badges=state_badges(line)),
        _facts(line, zone),
        tuple(
            Button(step.label, f"{ADDRESS}/{person.id}/{name}", icon=step.icon, tone=step.tone)
            for name, step in _STEPS.items()
            if step.is_offered(line)
        ),
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


def _draw_step(desk: Desk, line: AccountLine, step: _Step, problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    form = FormView(
        address=desk.request.url.path,
        sections=(),
        buttons=(
            Button(step.label, tone=step.tone if step.tone == "danger" else "primary"),
            Button("Batal", f"{ADDRESS}/{line.person.id}", tone="quiet"),
        ),
        csrf=desk.token,
        problems=tuple(problems),
        problems_heading="Tidak dapat dilakukan",
        is_guarded=False,
    )
    roles = role_words(line.person, desk.agencies)
    page = AccountStepPage(
        desk.frame(step.label, place="pengaturan", crumbs=_way(line)),
        PageHead(step.label, over=line.person.username),
        Confirm(
            step.heading,
            step.sentences,
            form,
            facts=(Fact("Nama", line.person.name), Fact("Peran", roles)),
        ),
    )
    return desk.draw("web/settings/step.html", page, status=status)


def _way(line: AccountLine) -> tuple[tuple[str, str], ...]:
    return (*_ABOVE, ("Akun", ADDRESS), (line.person.username, f"{ADDRESS}/{line.person.id}"))


def _line(desk: Desk) -> AccountLine:
    """The account of this address. Ends in the page "not found" when there is none."""
    number = whole_number(desk.path("id"))
    try:
        return account(desk.session, -1 if number is None else number, at=desk.at)
    except Refused:
        raise HTTPException(404) from None


def _step(desk: Desk) -> _Step:
    step = _STEPS.get(desk.path("what"))
    if step is None:
        raise HTTPException(404)
    return step


PAGES = (
    Page(ADDRESS, show_all, roles=SECRETARIAT),
    Page(f"{ADDRESS}/baru", show_new, take_new, roles=SECRETARIAT),
    Page(f"{ADDRESS}/{{id}}", show_one, take_one, roles=SECRETARIAT),
    Page(f"{ADDRESS}/{{id}}/{{what}}", show_step, take_step, roles=SECRETARIAT),
)
