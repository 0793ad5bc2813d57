"""A person's due dates as an iCalendar feed, and the page where its address is made and ended. Which days there are is in casework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from icalendar import Calendar, Event, vDuration
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audit.casework.calendar_feed import Day, days_of
from audit.casework.installation import Installation
from audit.casework.receipts import keep_receipt, receipt_of
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.people.tokens import MOST_DAYS, TokenLine, end_token, find_token, make_token, tokens, touch_token
from audit.render.wording import date_words
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.parts import Alert, Button, Empty, PageHead, Shell
from audit.web.sent import Sent

ADDRESS = "/akun/kalender"
SCOPE = "calendar:read"
_ONLY = frozenset({SCOPE})
"""What a token in an address may be good for: addresses end up in backups and settings of other programs."""

_REFRESH = timedelta(hours=6)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One address that is still good."""

    name: str
    note: str
    end: Button


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """address: the one just made, shown once, None otherwise."""

    shell: Shell
    head: PageHead
    alerts: Sequence[Alert]
    address: FieldView | None
    lines: Sequence[AddressLine]
    nothing: Empty
    form: FormView
    csrf: str


def feed(request: Request) -> Response:
    """The calendar of whoever the token in the address speaks for; as unknown as any other address when it is not good for just this."""
    installation: Installation = request.app.state.installation
    at: datetime = request.app.state.now()
    timezone = installation.settings.timezone
    with installation.reading() as session:
        bearer = find_token(session, str(request.path_params["token"]), at=at)
        if bearer is None or bearer.scopes != _ONLY:
            raise HTTPException(404)
        days = days_of(session, bearer.person, at=at, timezone=timezone)
    today = local_date(at, timezone)
    if bearer.last_used_on != today:
        with installation.sessions.begin() as writing:
            touch_token(writing, bearer.token_id, on=today)
    base = str(request.base_url).rstrip("/")
    return Response(as_calendar(days, at=at, base=base), media_type="text/calendar", headers={"Cache-Control": "no-store"})


def as_calendar(days: Sequence[Day], *, at: datetime, base: str) -> bytes:
    """The days as iCalendar (RFC 5545), whole days that keep nobody busy, without alarms. base: where the links of the cases begin."""
    calendar = Calendar()
    calendar.add("prodid", "-//AKS//Tenggat//ID")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Tenggat AKS")
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    for day in days:
        event = Event()
        event.add("uid", f"{day.key}@aks")
        event.add("dtstamp", at)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.title)
        event.add("transp", "TRANSPARENT")
        if day.case_number:
            event.add("url", base + of_case(day.case_number))
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def show(desk: Desk) -> Response:
    """The addresses that are good, and a form for a new one."""
    return _draw(desk)


def take(desk: Desk, sent: Sent) -> Response:
    """Make an address, shown on the answer and never again; or end one."""
    if sent.has("akhiri"):
        return _end(desk, sent)
    name = sent.text("name").strip()
    if not name:
        return _draw(desk, typed=sent.text("name"), problem="Nama: wajib diisi, misalnya “Telepon saya”.", status=422)
    try:
        with desk.writing() as session:
            if receipt_of(session, sent.text("form_id"), desk.person) is not None:
                words = "Alamat ini sudah dibuat dan hanya ditampilkan sekali. Bila belum sempat disalin, akhiri lalu buat lagi."
                return _draw(desk, alerts=(Alert(words, "info"),))
            made = make_token(session, desk.person.id, name=name, scopes=[SCOPE], days=MOST_DAYS, by=desk.person, at=desk.at)
            keep_receipt(session, sent.text("form_id"), by=desk.person, at=desk.at)
    except Refused as refusal:
        problem = " ".join(reason.sentence for reason in refusal.reasons)
        return _draw(desk, typed=sent.text("name"), problem=problem, status=422)
    address = f"{str(desk.request.base_url).rstrip('/')}/kalender/{made.token}.ics"
    said = Alert(f"Alamat “{name}” berlaku sampai {date_words(made.expires_at.date())}.", "good")
    return _draw(desk, alerts=(said,), address=address)


def _end(desk: Desk, sent: Sent) -> Response:
    token_id = sent.whole("akhiri")
    with desk.writing() as session:
        mine = {line.id for line in _lines(tokens(session, desk.person.id, at=desk.at))}
        is_ended = token_id in mine and end_token(session, token_id or 0, account_id=desk.person.id, by=desk.person, at=desk.at)
    if not is_ended:
        return desk.go(ADDRESS, said="Alamat itu sudah tidak berlaku.", tone="info")
    return desk.go(ADDRESS, said="Alamat kalender diakhiri. Aplikasi yang memakainya tidak mendapat tenggat lagi.")


def _lines(found: Sequence[TokenLine]) -> list[TokenLine]:
    return [line for line in found if frozenset(line.scopes) == _ONLY]


def _draw(
    desk: Desk, *, alerts: Sequence[Alert] = (), address: str = "", typed: str = "", problem: str = "", status: int = 200
) -> Response:
    with desk.installation.reading() as session:
        lines = _lines(tokens(session, desk.person.id, at=desk.at))
    field = FieldView(
        "name", "Nama", "text", typed, help="Untuk apa alamat ini dipakai.", problem=problem, is_required=True, longest=_LONGEST_NAME
    )
    form = FormView(
        address=ADDRESS,
        sections=(SectionView("baru", "Alamat baru", (field,)),),
        buttons=(Button("Buat alamat kalender", icon="plus", tone="primary"),),
        csrf=desk.token,
        hidden=(("form_id", str(uuid4())),),
        problems=(ProblemLine("f-name", problem),) if problem else (),
        is_guarded=False,
    )
    page = CalendarPage(
        shell=desk.frame("Kalender", crumbs=(("Akun", "/akun"),)),
        head=PageHead(
            "Kalender tenggat",
            lead="Lihat tenggat Anda di kalender telepon atau laptop. Isinya nomor kasus dan langkahnya saja, tanpa identitas.",
        ),
        alerts=alerts,
        address=FieldView("alamat", "Alamat", "text", address, is_readonly=True) if address else None,
        lines=tuple(_line(one, desk) for one in lines),
        nothing=Empty("Belum ada alamat", "Buat satu di bawah untuk setiap perangkat.", "calendar"),
        form=form,
        csrf=desk.token,
    )
    return desk.draw("web/calendar/page.html", page, status=status)


def _line(one: TokenLine, desk: Desk) -> AddressLine:
    used = f"terakhir dipakai {date_words(one.last_used_on)}" if one.last_used_on else "belum pernah dipakai"
    until = date_words(local_date(one.expires_at, desk.installation.settings.timezone))
    return AddressLine(
        one.name, f"{used}; berlaku sampai {until}", Button("Akhiri", name="akhiri", value=str(one.id), id=f"akhiri-{one.id}")
    )


PAGES = (Page(ADDRESS, show, take),)
ROUTES = (Route("/kalender/{token}.ics", feed),)
