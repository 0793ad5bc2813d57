"""One's own second factor: turned on with a QR code, its recovery codes shown once, turned off. Its secret is in no address and no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from audit.errors import Refused
from audit.people.second_factor import begin, begun, confirm, new_recovery_codes, state, turn_off_own
from audit.render.qr import qr_code
from audit.web.desk import Desk, Page
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.open_door import beside, sentence_at
from audit.web.parts import Button, PageHead, Shell
from audit.web.sent import Sent

ADDRESS = "/akun/dua-langkah"
_ABOVE = (("Akun saya", "/akun"),)


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    """drawing, secret: while it is being turned on. forms: what may be done now."""

    shell: Shell
    head: PageHead
    drawing: Markup | None
    secret: str
    forms: tuple[FormView, ...]


@dataclass(frozen=True, slots=True)
class CodesPage:
    """The recovery codes, shown this once."""

    shell: Shell
    head: PageHead
    codes: tuple[str, ...]
    next: Button


def show(desk: Desk) -> Response:
    """Off: how to begin. Begun: the QR code. On: what may be done with it."""
    return _draw(desk)


def take(desk: Desk, sent: Sent) -> Response:
    """What the pressed button asks for."""
    verb, code = sent.text("lakukan"), sent.text("code")
    sessions = desk.installation.sessions
    try:
        if verb == "mulai":
            with desk.writing() as session:
                begin(session, desk.person.id)
            return desk.go(ADDRESS)
        if verb == "nyalakan":
            with desk.writing() as session:
                codes = confirm(session, desk.person.id, code, at=desk.at)
            return _draw_codes(desk, codes)
        if verb == "kode-baru":
            return _draw_codes(desk, new_recovery_codes(sessions, desk.signed_in, code, at=desk.at))
        if verb == "matikan":
            turn_off_own(sessions, desk.signed_in, code, at=desk.at)
            return desk.go("/akun", said="Verifikasi dua langkah dimatikan.")
    except Refused as refusal:
        return _draw(desk, verb, beside(refusal, ("code",)), status=422)
    return _draw(desk, "", (ProblemLine("", "Pilih dahulu apa yang akan dilakukan."),), status=422)


def _draw(desk: Desk, verb: str = "", problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    now, enrolment = state(desk.session, desk.person.id), begun(desk.session, desk.person.id)
    asks = _Asks(desk, verb, problems)
    drawing, secret = None, ""
    forms: tuple[FormView, ...]
    if now.is_on:
        lead = f"Menyala. Tersisa {now.recovery_codes_left} kode cadangan."
        forms = (
            asks.form("kode-baru", "Buat kode cadangan baru", "Kode cadangan yang lama tidak berlaku lagi.", with_code=True),
            asks.form(
                "matikan", "Matikan verifikasi dua langkah", "Sesudah itu kata sandi saja cukup untuk masuk.", with_code=True, tone="danger"
            ),
        )
    elif enrolment is not None:
        lead = "Pindai kode ini dengan aplikasi kode di telepon Anda, lalu ketik angka yang ditampilkannya."
        drawing, secret = qr_code(enrolment.uri, title="Kode QR untuk aplikasi kode"), " ".join(_fours(enrolment.secret))
        forms = (
            asks.form("nyalakan", "Nyalakan", "Enam angka dari aplikasi membuktikan bahwa telepon Anda siap.", with_code=True),
            asks.form("mulai", "Buat kode QR lain", "", with_code=False, tone="quiet"),
        )
    else:
        lead = "Selain kata sandi, setiap kali masuk Anda mengetik enam angka dari aplikasi kode di telepon Anda."
        forms = (
            asks.form("mulai", "Mulai", "Siapkan aplikasi kode, misalnya Aegis, FreeOTP, atau Google Authenticator.", with_code=False),
        )
    page = SecondFactorPage(
        desk.frame("Verifikasi dua langkah", crumbs=_ABOVE), PageHead("Verifikasi dua langkah", lead=lead), drawing, secret, forms
    )
    return desk.draw("web/account/second_factor.html", page, status=status)


@dataclass(frozen=True, slots=True)
class _Asks:
    """Makes the small forms of the page; a problem stands in the one that was sent."""

    desk: Desk
    verb: str
    problems: Sequence[ProblemLine]

    def form(self, verb: str, label: str, help: str, *, with_code: bool, tone: str = "primary") -> FormView:
        is_this = verb == self.verb or (not self.verb and verb == "mulai")
        lines = tuple(self.problems) if is_this else ()
        code = FieldView("code", "Kode enam angka", "code", is_required=True, id=f"f-code-{verb}", problem=sentence_at(lines, "code"))
        return FormView(
            address=ADDRESS,
            sections=(SectionView(verb, label if with_code else "", (code,) if with_code else (), help=help),) if help else (),
            buttons=(Button(label, tone=tone),),
            csrf=self.desk.token,
            hidden=(("lakukan", verb),),
            problems=tuple(ProblemLine(f"f-code-{verb}" if line.key else "", line.sentence) for line in lines),
            is_guarded=False,
            id=f"form-{verb}",
        )


def _draw_codes(desk: Desk, codes: Sequence[str]) -> Response:
    page = CodesPage(
        desk.frame("Kode cadangan", crumbs=_ABOVE),
        PageHead("Kode cadangan", lead="Verifikasi dua langkah menyala. Simpan kode ini sekarang: hanya ditampilkan sekali."),
        tuple(codes),
        Button("Sudah saya simpan", "/akun", tone="primary"),
    )
    return desk.draw("web/account/codes.html", page)


def _fours(secret: str) -> tuple[str, ...]:
    return tuple(secret[start : start + 4] for start in range(0, len(secret), 4))


PAGES = (Page(ADDRESS, show, take),)
