"""Choosing a password with a link of the secretariat, the first one or a new one.

The code of a link stands behind its "#", which no browser sends and no log sees; a small script puts it into the field, and without
scripts it is typed. From there on it travels in the body of the form only.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from audit.errors import Refused
from audit.people.invitations import Invitee, accept, look_up
from audit.people.passwords import LEAST
from audit.people.sign_in import sign_in
from audit.render.wording import as_sentence
from audit.web.form_parts import FieldView, ProblemLine
from audit.web.open_door import OtherWay, Visitor, beside, door, one_form, sentence_at
from audit.web.own_address import from_outside
from audit.web.pages.first_run import NOT_THE_SAME
from audit.web.parts import Button
from audit.web.sent import Sent

ADDRESS = "/undangan"
NO_LINK = "Tautan ini tidak berlaku: sudah dipakai, sudah lewat tujuh hari, sudah diganti, atau kodenya kurang lengkap."
_LONGEST_CODE = 100
_FIELDS = ("link", "password", "again")


def link_for(request: Request, token: str) -> str:
    """The link to send to somebody, with the code behind the "#"."""
    return f"{from_outside(request, ADDRESS)}#{token}"


def show(visitor: Visitor) -> Response:
    """The question for the code; a link fills it in."""
    return _ask_code(visitor)


def take(visitor: Visitor, sent: Sent) -> Response:
    """First the code alone, which shows for whom it is; then, with a password, the link is used and its owner signed in."""
    code = sent.text("link").strip()[:_LONGEST_CODE]
    with visitor.installation.reading() as session:
        invitee = look_up(session, code, at=visitor.at) if code else None
    if invitee is None:
        return _ask_code(visitor, code, NO_LINK if code else "Kode undangan: wajib diisi.", status=422)
    if not sent.has("password"):
        return _ask_password(visitor, invitee, code)
    password = sent.text("password")
    if password != sent.text("again"):
        return _ask_password(visitor, invitee, code, (ProblemLine("f-again", NOT_THE_SAME),), status=422)
    sessions = visitor.installation.sessions
    try:
        person = accept(sessions, code, password, at=visitor.at)
    except Refused as refusal:
        return _ask_password(visitor, invitee, code, beside(refusal, _FIELDS), status=422)
    try:
        opened = sign_in(sessions, person.username, password, at=visitor.at, device=visitor.device)
    except Refused:  # locked for a while after failed tries: the password is set all the same
        return visitor.go("/masuk", said="Kata sandi terpasang. Masuklah beberapa menit lagi.")
    address = "/masuk/kode" if opened.needs_second_factor else "/"
    return visitor.go(address, said="Kata sandi terpasang, dan Anda sudah masuk.", token=opened.token)


def _ask_code(visitor: Visitor, code: str = "", problem: str = "", *, status: int = 200) -> Response:
    field = FieldView(
        "link",
        "Kode undangan",
        value=code,
        is_required=True,
        problem=problem,
        help="Bagian tautan sesudah tanda #. Terisi sendiri bila Anda membuka tautannya; bila tidak, salin ke sini.",
    )
    problems = (ProblemLine("f-link", problem),) if problem else ()
    view = one_form(ADDRESS, (field,), "Lanjutkan", problems=problems)
    lead = "Sekretariat mengundang Anda, atau memberi Anda tautan untuk kata sandi baru."
    return visitor.draw("Undangan", view, lead=lead, script="invitation.js", status=status)


def _ask_password(visitor: Visitor, invitee: Invitee, code: str, problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    def asked(name: str, label: str, help: str) -> FieldView:
        problem = sentence_at(problems, name)
        return FieldView(name, label, "password", help=help, is_required=True, autocomplete="new-password", problem=problem)

    view = one_form(
        ADDRESS,
        (
            FieldView("username", "Nama pengguna Anda", value=invitee.username, is_readonly=True, autocomplete="username"),
            asked("password", "Kata sandi baru", f"Paling sedikit {LEAST} huruf; beberapa kata yang mudah diingat."),
            asked("again", "Kata sandi sekali lagi", ""),
        ),
        "Pasang kata sandi dan masuk",
        hidden=(("link", code),),
        problems=problems,
    )
    title = "Kata sandi baru" if invitee.is_reset else "Selamat datang"
    service = visitor.request.app.state.oidc
    other = OtherWay("/masuk/kantor", (("link", code),), Button("Pakai akun kantor, tanpa kata sandi AKS", icon="key")) if service else None
    return visitor.draw(title, view, lead=as_sentence(f"Untuk {invitee.name}"), other=other, status=status)


ROUTES = (door(ADDRESS, show, take),)
