"""Pengaturan › Akun: what is done with one account after a question: a link for its password, its lock, its code, closed and opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.errors import Refused
from audit.people.accounts import AccountLine, account, deactivate, reactivate, unlock
from audit.people.invitations import GOOD_FOR, invite
from audit.people.roles import Role
from audit.people.second_factor import turn_off
from audit.web.desk import Desk, Page
from audit.web.form_parts import Confirm, FormView, ProblemLine
from audit.web.own_address import opens_only_here
from audit.web.pages.invitation import link_for
from audit.web.parts import Button, Fact, PageHead, Shell
from audit.web.sent import Sent, whole_number
from audit.web.shell import role_words
from audit.web.time_words import instant_words

ADDRESS = "/pengaturan/akun"
SECRETARIAT = frozenset({Role.SECRETARY})
ABOVE = (("Pengaturan", "/pengaturan"),)


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


def step_buttons(line: AccountLine) -> tuple[Button, ...]:
    """What may be done with this account as it stands; each button leads to its question."""
    return tuple(
        Button(step.label, f"{ADDRESS}/{line.person.id}/{name}", icon=step.icon, tone=step.tone)
        for name, step in _STEPS.items()
        if step.is_offered(line)
    )


def line_of(desk: Desk) -> AccountLine:
    """The account of this address. Ends in the page "not found" when there is none."""
    number = whole_number(desk.path("id"))
    try:
        return account(desk.session, -1 if number is None else number, at=desk.at)
    except Refused:
        raise HTTPException(404) from None


def show_step(desk: Desk) -> Response:
    """The question before it is done."""
    line, step = line_of(desk), _step(desk)
    return _draw_step(desk, line, step)


def take_step(desk: Desk, sent: Sent) -> Response:
    """Do it. An invitation answers with its link, shown this once; its code is in no address."""
    del sent
    line, step = line_of(desk), _step(desk)
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
    page = AccountStepPage(
        desk.frame(step.label, place="pengaturan", crumbs=_way(line)),
        PageHead(step.label, over=line.person.username),
        Confirm(
            step.heading,
            step.sentences,
            form,
            facts=(Fact("Nama", line.person.name), Fact("Peran", role_words(line.person, desk.agencies))),
        ),
    )
    return desk.draw("web/settings/step.html", page, status=status)


def _way(line: AccountLine) -> tuple[tuple[str, str], ...]:
    return (*ABOVE, ("Akun", ADDRESS), (line.person.username, f"{ADDRESS}/{line.person.id}"))


def _step(desk: Desk) -> _Step:
    step = _STEPS.get(desk.path("what"))
    if step is None:
        raise HTTPException(404)
    return step


PAGES = (Page(f"{ADDRESS}/{{id}}/{{what}}", show_step, take_step, roles=SECRETARIAT),)
