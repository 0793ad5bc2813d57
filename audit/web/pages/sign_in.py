"""Coming in and going out: password, the code after it, signing out, and in the demo district changing places. Not accounts, not OIDC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from audit.errors import Refused
from audit.people.agency_queries import own_names
from audit.people.devices import device_words
from audit.people.directory import people, person_named
from audit.people.second_factor import RECOVERY_CODES
from audit.people.sessions import SignedIn, end_session, open_session
from audit.people.sign_in import pass_second_factor, sign_in
from audit.web import csrf
from audit.web.desk import Desk, Page, drop_cookie, set_cookie, who_asks
from audit.web.form_parts import FieldView, ProblemLine
from audit.web.handling import form_not_ours
from audit.web.open_door import Visitor, beside, door, one_form, only_here, sentence_at, with_wanted
from audit.web.parts import Alert, Button, DemoRole, PageHead, Shell
from audit.web.sent import Sent, read_sent
from audit.web.shell import answer, role_words, said, shell

_LOST = "Mintalah tautan kata sandi baru kepada sekretariat bila Anda lupa."


@dataclass(frozen=True, slots=True)
class DemoDoorPage:
    """The door of the demo district: everybody there is, to sit down as."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    places: tuple[DemoRole, ...]


def show(visitor: Visitor) -> Response:
    """The question who somebody is; whoever is in already goes on, and before the first account there is the page that makes it."""
    wanted = visitor.request.query_params.get("lanjut", "")
    known = visitor.signed_in()
    if known is not None and not known.needs_second_factor:
        return visitor.go(only_here(wanted))
    if visitor.is_first():
        return visitor.go("/mulai")
    return _draw(visitor, wanted, username="")


def take(visitor: Visitor, sent: Sent) -> Response:
    """Right: on to where one wanted to go, or to the question for the code. Wrong: the question again with one sentence."""
    wanted, username = sent.text("lanjut"), sent.text("username")
    try:
        opened = sign_in(visitor.installation.sessions, username, sent.text("password"), at=visitor.at, device=visitor.device)
    except Refused as refusal:
        return _draw(visitor, wanted, username=username[:200], problem=refusal.reasons[0].sentence, status=422)
    return visitor.go(with_wanted("/masuk/kode", wanted) if opened.needs_second_factor else only_here(wanted), token=opened.token)


def _draw(visitor: Visitor, wanted: str, *, username: str, problem: str = "", status: int = 200) -> Response:
    if visitor.request.app.state.is_demo:
        return _demo_door(visitor)
    view = one_form(
        "/masuk",
        (
            FieldView("username", "Nama pengguna", value=username, is_required=True, autocomplete="username"),
            FieldView("password", "Kata sandi", "password", is_required=True, autocomplete="current-password", help=_LOST),
        ),
        "Masuk",
        hidden=(("lanjut", wanted),),
        problems=(ProblemLine("f-username", problem),) if problem else (),
    )
    other = visitor.request.app.state.oidc
    links = (Button(other.label, with_wanted("/masuk/kantor", wanted), icon="key"),) if other else ()
    return visitor.draw("Masuk", view, links=links, status=status)


def _demo_door(visitor: Visitor) -> Response:
    with visitor.installation.reading() as session:
        agencies = own_names(session)
        places = tuple(DemoRole(p.username, f"{role_words(p, agencies)} · {p.name}") for p in people(session))
    lead = "Kabupaten contoh dengan keluarga rekaan. Duduklah sebagai siapa pun; kata sandi tidak diminta."
    page = DemoDoorPage(shell("Masuk"), PageHead("Pilih peran", lead=lead), said(visitor.request), places)
    return answer("web/sign_in_demo.html", page)


def show_code(visitor: Visitor) -> Response:
    """The question for the code of who has given the password."""
    known = visitor.signed_in()
    wanted = visitor.request.query_params.get("lanjut", "")
    if known is None or not known.needs_second_factor:
        return visitor.go(with_wanted("/masuk", wanted) if known is None else only_here(wanted))
    return _draw_code(visitor, known, wanted)


def take_code(visitor: Visitor, sent: Sent) -> Response:
    """The code right: the session is whole, with a new token. A wrong one counts like a wrong password."""
    known, wanted = visitor.signed_in(), sent.text("lanjut")
    if known is None:
        return visitor.go(
            with_wanted("/masuk", wanted), said="Terlalu lama sejak kata sandi diberikan. Masukkan kata sandi lagi.", tone="warn"
        )
    if not known.needs_second_factor:
        return visitor.go(only_here(wanted))
    if not csrf.is_ours(known.csrf, sent.text(csrf.FIELD)):
        return form_not_ours(visitor.request)
    try:
        opened = pass_second_factor(visitor.installation.sessions, known, sent.text("code"), at=visitor.at)
    except Refused as refusal:
        return _draw_code(visitor, known, wanted, problems=beside(refusal, ("code",)), status=422)
    return visitor.go(only_here(wanted), token=opened.token)


def _draw_code(visitor: Visitor, known: SignedIn, wanted: str, *, problems: Sequence[ProblemLine] = (), status: int = 200) -> Response:
    view = one_form(
        "/masuk/kode",
        (
            FieldView(
                "code",
                "Kode enam angka",
                "code",
                is_required=True,
                help=f"Telepon hilang? Pakai satu dari {RECOVERY_CODES} kode cadangan Anda; setiap kode berlaku sekali.",
                problem=sentence_at(problems, "code"),
            ),
        ),
        "Lanjutkan",
        hidden=(("lanjut", wanted),),
        problems=problems,
        csrf=csrf.masked(known.csrf),
    )
    lead = "Buka aplikasi kode di telepon Anda, lalu ketik angka yang tertera untuk AKS."
    return visitor.draw("Kode masuk", view, lead=lead, links=(Button("Masuk dengan akun lain", "/masuk", tone="quiet"),), status=status)


def sign_out(desk: Desk, sent: Sent) -> Response:
    """End this session, on the server and in the browser."""
    del sent
    with desk.writing() as session:
        end_session(session, desk.signed_in.session_id, account_id=desk.person.id, at=desk.at)
    response = RedirectResponse("/masuk", status_code=303)
    drop_cookie(desk.request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # also where no script runs
    return response


async def demo(request: Request) -> Response:
    """In the demo district only: sit down as somebody else, without a password."""
    if not request.app.state.is_demo:
        raise HTTPException(404)
    if not csrf.comes_from_here(request):
        return form_not_ours(request)
    return await run_in_threadpool(_sit_down, request, await read_sent(request))


def _sit_down(request: Request, sent: Sent) -> Response:
    installation, at = request.app.state.installation, request.app.state.now()
    try:
        with installation.sessions.begin() as session:
            person = person_named(session, sent.text("akun").strip().lower())
            before = who_asks(request, session, at)
            if before is not None:
                end_session(session, before.session_id, account_id=before.person.id, at=at)
            opened = open_session(session, person.id, how="demo", at=at, device=device_words(request.headers.get("user-agent", "")))
    except Refused:
        raise HTTPException(404) from None
    response = RedirectResponse("/", status_code=303)
    set_cookie(request, response, opened.token)
    return response


ROUTES = (door("/masuk", show, take), door("/masuk/kode", show_code, take_code), Route("/demo/ganti", demo, methods=["POST"]))
PAGES = (Page("/keluar", take=sign_out),)
