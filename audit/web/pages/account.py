"""One's own account: who one is to the audit, the password, where one is signed in, and the identity at the office's sign-in service.

The second factor and tokens have pages of their own; other people's accounts are in settings_accounts.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from audit.errors import Refused
from audit.people.accounts import account
from audit.people.external import links, unlink
from audit.people.passwords import LEAST
from audit.people.roles import Person, Role
from audit.people.second_factor import SecondFactor, state
from audit.people.sessions import SessionLine, end_session, end_sessions, open_sessions
from audit.people.sign_in import change_password
from audit.people.tokens import tokens
from audit.web.account_form import area_words
from audit.web.desk import Desk, Page
from audit.web.form_page import TEMPLATE, FormPage
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.open_door import beside, sentence_at
from audit.web.pages.first_run import NOT_THE_SAME
from audit.web.parts import Badge, Button, Cell, Column, Empty, Fact, PageHead, Row, Shell, Table
from audit.web.sent import Sent
from audit.web.shell import role_words
from audit.web.time_words import instant_words

_ABOVE = (("Akun saya", "/akun"),)
_HOW = {"password": "Kata sandi", "oidc": "Akun kantor", "demo": "Kantor contoh"}


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account. sessions, identities: forms with a button in each row; identities None where the office has no such service."""

    shell: Shell
    head: PageHead
    facts: tuple[Fact, ...]
    ways: tuple[Fact, ...]
    way_buttons: tuple[Button, ...]
    sessions: Table
    sessions_button: Button | None
    identities: Table | None
    identity_button: Button | None


def show(desk: Desk) -> Response:
    """The account of who asks."""
    person, zone = desk.person, desk.installation.settings.timezone
    second, sessions = state(desk.session, person.id), open_sessions(desk.session, person.id, at=desk.at)
    oidc = desk.request.app.state.oidc
    found = links(desk.session, person.id)
    page = AccountPage(
        desk.frame("Akun saya"),
        PageHead(person.name, over="Akun saya", lead=role_words(person, desk.agencies)),
        _facts(person, desk.agencies),
        _ways(second, len(tokens(desk.session, person.id, at=desk.at))),
        _way_buttons(person),
        Table(
            caption="Tempat Anda masuk",
            columns=(
                Column("Perangkat"),
                Column("Masuk dengan"),
                Column("Sejak"),
                Column("Terakhir dipakai"),
                Column("Akhiri", is_hidden=True),
            ),
            rows=tuple(_session_row(desk, line, zone) for line in sessions),
            empty=Empty("Tidak ada sesi"),
        ),
        Button("Akhiri semua yang lain", name="akhiri", value="semua", icon="logout") if len(sessions) > 1 else None,
        Table(
            caption="Akun kantor yang terhubung",
            columns=(Column("Layanan"), Column("Sejak"), Column("Putuskan", is_hidden=True)),
            rows=tuple(
                Row(
                    (
                        Cell(line.issuer),
                        Cell(instant_words(line.linked_at, zone)),
                        Cell("", buttons=(Button("Putuskan", name="putuskan", value=str(line.id), id=f"putuskan-{line.id}"),)),
                    )
                )
                for line in found
            ),
            empty=Empty("Belum terhubung", "Hubungkan supaya Anda dapat masuk tanpa kata sandi AKS.", "link"),
        )
        if oidc or found
        else None,
        Button("Hubungkan akun kantor", name="hubungkan", value="ya", icon="link") if oidc and not found else None,
    )
    return desk.draw("web/account/account.html", page)


def end(desk: Desk, sent: Sent) -> Response:
    """End one of one's sessions, or all but this one."""
    wanted = sent.text("akhiri")
    with desk.writing() as session:
        if wanted == "semua":
            count = end_sessions(session, desk.person.id, at=desk.at, keep=desk.signed_in.session_id)
            return desk.go("/akun", said=f"{count} sesi lain diakhiri.")
        number = sent.whole("akhiri")
        done = number is not None and end_session(session, number, account_id=desk.person.id, at=desk.at)
    if not done:
        return desk.go("/akun", said="Sesi itu sudah berakhir.", tone="info")
    return desk.go("/akun", said="Sesi diakhiri.")


def cut(desk: Desk, sent: Sent) -> Response:
    """Forget an identity at the office's service. The last way to come in is not taken away."""
    number = sent.whole("putuskan")
    if not account(desk.session, desk.person.id, at=desk.at).has_password:
        return desk.go("/akun", said="Itu satu-satunya cara Anda masuk. Mintalah tautan kata sandi kepada sekretariat dahulu.", tone="warn")
    with desk.writing() as session:
        done = number is not None and unlink(session, number, account_id=desk.person.id, by=desk.person, at=desk.at)
    return desk.go("/akun", said="Hubungan diputus." if done else "Hubungan itu sudah tidak ada.", tone="good" if done else "info")


def show_password(desk: Desk) -> Response:
    """The form for a new password."""
    return _draw_password(desk)


def take_password(desk: Desk, sent: Sent) -> Response:
    """Change it; every other session of the person ends."""
    new = sent.text("password")
    if new != sent.text("again"):
        return _draw_password(desk, (ProblemLine("f-again", NOT_THE_SAME),), status=422)
    try:
        change_password(desk.installation.sessions, desk.signed_in, sent.text("old"), new, at=desk.at)
    except Refused as refusal:
        return _draw_password(desk, beside(refusal, ("old", "password")), status=422)
    return desk.go("/akun", said="Kata sandi diganti. Semua sesi Anda yang lain diakhiri.")


def _draw_password(desk: Desk, problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    def asked(name: str, label: str, autocomplete: str, help: str = "") -> FieldView:
        problem = sentence_at(problems, name)
        return FieldView(name, label, "password", help=help, is_required=True, autocomplete=autocomplete, problem=problem)

    fields = (
        asked("old", "Kata sandi sekarang", "current-password"),
        asked("password", "Kata sandi baru", "new-password", f"Paling sedikit {LEAST} huruf; beberapa kata yang mudah diingat."),
        asked("again", "Kata sandi baru sekali lagi", "new-password"),
    )
    form = FormView(
        address="/akun/sandi",
        sections=(SectionView("sandi", "", fields),),
        buttons=(Button("Ganti kata sandi", tone="primary"), Button("Batal", "/akun", tone="quiet")),
        csrf=desk.token,
        problems=tuple(problems),
        is_guarded=False,
    )
    lead = "Sesi Anda di perangkat lain akan diakhiri."
    page = FormPage(desk.frame("Ganti kata sandi", crumbs=_ABOVE), PageHead("Ganti kata sandi", lead=lead), form)
    return desk.draw(TEMPLATE, page, status=status)


def _facts(person: Person, agencies: Mapping[str, str]) -> tuple[Fact, ...]:
    found = [Fact("Nama pengguna", person.username), Fact("Peran", role_words(person, agencies)), Fact("Wilayah kerja", area_words(person))]
    if person.puskesmas:
        found.append(Fact("Puskesmas", person.puskesmas))
    if person.email:
        found.append(Fact("Alamat surel", person.email))
    return tuple(found)


def _ways(second: SecondFactor, token_count: int) -> tuple[Fact, ...]:
    if second.is_on:
        few = second.recovery_codes_left < 3
        badge = Badge("Menyala", "good", "shield-check")
        note = f"{second.recovery_codes_left} kode cadangan tersisa{'; buat yang baru' if few else ''}."
        factor = Fact("Verifikasi dua langkah", "", badge=badge, note=note)
    else:
        factor = Fact("Verifikasi dua langkah", "", badge=Badge("Tidak menyala", "warn", "alert-triangle"))
    return (factor, Fact("Token aplikasi", f"{token_count} berlaku" if token_count else "Tidak ada"))


def _way_buttons(person: Person) -> tuple[Button, ...]:
    found = [
        Button("Ganti kata sandi", "/akun/sandi", icon="key"),
        Button("Verifikasi dua langkah", "/akun/dua-langkah", icon="shield-lock"),
        Button("Token aplikasi", "/akun/token", icon="template"),
    ]
    if person.is_a(Role.EXPERT):
        found.append(Button("Ketidakhadiran dan benturan kepentingan", "/panel/saya", icon="calendar"))
    return tuple(found)


def _session_row(desk: Desk, line: SessionLine, zone: str) -> Row:
    is_this = line.id == desk.signed_in.session_id
    button = Button("Akhiri", name="akhiri", value=str(line.id), id=f"akhiri-{line.id}")
    return Row(
        (
            Cell(line.device, badges=(Badge("Perangkat ini", "info", "check"),) if is_this else ()),
            Cell(_HOW.get(line.how, line.how)),
            Cell(instant_words(line.created_at, zone)),
            Cell(instant_words(line.last_seen_at, zone)),
            Cell("Keluar lewat menu" if is_this else "", buttons=() if is_this else (button,)),
        )
    )


PAGES = (
    Page("/akun", show),
    Page("/akun/sesi", take=end),
    Page("/akun/hubungan", take=cut),
    Page("/akun/sandi", show_password, take_password),
)
