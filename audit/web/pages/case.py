"""One case on one page, as far as this person may see it: where it stands, what to do, growth, worksheet, panel, plan, visits, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from audit.casework.case_file import CaseFile, read_case_file
from audit.lifecycle.access import may_see_whole_case
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.people.roles import ROLE_LABELS, Role
from audit.regions import region
from audit.render.wording import date_words, list_words
from audit.steps.packet.queries import snapshot_of
from audit.web import case_parts as parts
from audit.web import case_steps as steps
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.due_words import due_badge
from audit.web.growth_view import GrowthCard, growth_card
from audit.web.own_address import from_outside
from audit.web.parts import Badge, Button, Event, Fact, PageHead, Progress, Shell, Stage, Tab, Table
from audit.web.reminder import late_with_others, reminder, whom


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is. sentence: whether it is shown, and until when. button: how to open it, None when it is open or not for this person."""

    facts: tuple[Fact, ...]
    sentence: str
    button: Button | None


@dataclass(frozen=True, slots=True)
class Moves:
    """What may be done. waits: whom the case waits for, in a sentence. reminder: a text to send to remind_whom, "" when nothing is late."""

    can: tuple[Button, ...]
    cannot: tuple[Button, ...]
    aside: tuple[Button, ...]
    by_itself: tuple[str, ...]
    waits: str
    reminder: str
    remind_whom: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The worksheet, by discipline; no answer is in here."""

    badge: Badge
    words: str
    parts: tuple[Progress, ...]
    lacking: tuple[Fact, ...]
    asked_for: str
    button: Button | None


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel: seats, the opinions this person may read, and what was agreed. button: to its discussion."""

    seats: Table
    sealed: str
    opinions: tuple[tuple[str, tuple[Fact, ...]], ...]
    consensus: tuple[Fact, ...]
    recommendations: Table
    button: Button | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case. A part that this person has nothing of is None or empty and is not drawn."""

    shell: Shell
    head: PageHead
    tabs: tuple[Tab, ...]
    stages: tuple[Stage, ...]
    about: tuple[Fact, ...]
    identity: Identity
    moves: Moves
    growth: GrowthCard | None
    sheet: Sheet | None
    packet: tuple[Fact, ...]
    packet_button: Button | None
    panel: Panel | None
    plan: Table
    plan_button: Button | None
    visits: Table | None
    visit_progress: Progress | None
    outcomes: tuple[Fact, ...]
    history: tuple[Event, ...]


def show(desk: Desk) -> Response:
    """The case; at most 22 statements with the session, however much there is of it."""
    facts = desk.case()
    file = read_case_file(desk.session, facts, desk.person)
    until = desk.identities_open().get(facts.case_id) if file.subject else None
    return desk.draw("web/case/case.html", _page(desk, file, until, _growth(desk, file, is_open=until is not None)))


def _growth(desk: Desk, file: CaseFile, *, is_open: bool) -> GrowthCard | None:
    if file.subject is None:
        return None
    snapshot = snapshot_of(
        file.case,
        file.cycle,
        file.subject,
        on=file.facts.on,
        packet=file.packet,
        worksheet=file.worksheet,
        measured=file.measured or (),
        reasons=(),
    )
    return growth_card(snapshot, in_months=not is_open)


def _page(desk: Desk, file: CaseFile, until: datetime | None, growth: GrowthCard | None) -> CasePage:
    facts = file.facts
    first = file.owed[0] if file.owed else None
    due = due_badge(first, facts.on)
    badges = (Badge(STATUS_LABELS[facts.status], "info", "circle-dot"), *((due,) if due else ()))
    kecamatan = region(".".join(facts.desa_code.split(".")[:3])).name
    group = f"{GROUP_LABELS[facts.group]} · " if may_see_whole_case(facts, desk.person) else ""
    can, cannot, aside = parts.moves(file)
    late = late_with_others(facts, file.owed, desk.person)
    here = from_outside(desk.request, of_case(facts.number))
    page = CasePage(
        shell=desk.frame(f"Kasus {facts.number}", place="kasus", crumbs=(("Kasus", "/kasus"),)),
        head=PageHead(
            f"Kasus {facts.number}",
            lead=f"{group}Desa {region(facts.desa_code).name}, Kecamatan {kecamatan}",
            badges=badges,
        ),
        tabs=(),
        stages=parts.stages(file),
        about=parts.about(file),
        identity=_identity(file, until),
        moves=Moves(can, cannot, aside, parts.by_itself(file), _waits(file), reminder(facts, late, address=here), whom(late)),
        growth=growth,
        sheet=_sheet(desk, file) if file.is_whole else None,
        packet=_packet(file),
        packet_button=Button("Buka dokumen kasus", "/dokumen", icon="file-text") if file.packet and file.subject else None,
        panel=_panel(desk, file) if file.is_whole and file.panel else None,
        plan=steps.plan(file, desk.agencies),
        plan_button=Button("Buka RTL", "/rtl", icon="list-check") if file.actions and not desk.person.is_a(Role.EXPERT) else None,
        visits=steps.visits(file) if file.visits else None,
        visit_progress=steps.visit_progress(file),
        outcomes=steps.outcomes(file),
        history=parts.history(file),
    )
    return _with_tabs(page)


def _with_tabs(page: CasePage) -> CasePage:
    return replace(page, tabs=tuple(_tabs(page)))


def _tabs(page: CasePage) -> Iterator[Tab]:
    """Where the parts of the page are; a part that is not drawn has none."""
    yield Tab("Langkah", "#langkah", icon="player-play")
    if page.growth:
        yield Tab(page.growth.title.partition(" ")[0], "#pertumbuhan", icon="chart-line")
    if page.sheet:
        yield Tab("Kertas kerja", "#kertas-kerja", icon="clipboard-text")
    if page.panel:
        yield Tab("Panel", "#panel", icon="users")
    if page.plan.rows:
        yield Tab("RTL", "#rtl", icon="list-check")
    if page.visits:
        yield Tab("Kunjungan", "#kunjungan", icon="map-pin")
    yield Tab("Tentang kasus", "#tahap", icon="info-circle")
    yield Tab("Riwayat", "#riwayat", icon="history")


def _waits(file: CaseFile) -> str:
    """For whom the case waits, in a sentence; "" when nothing has a day."""
    if not file.owed:
        return ""
    first = file.owed[0]
    who = list_words([ROLE_LABELS[role] for role in sorted(first.by) if role is not Role.SYSTEM], last="atau")
    until = ", seharusnya paling lambat" if first.is_late(file.facts.on) else " paling lambat"
    by = f"{until} {date_words(first.due_on)}" if first.due_on else ""
    return f"Menunggu {who}: {first.what}{by}."


def _identity(file: CaseFile, until: datetime | None) -> Identity:
    if file.subject is None:
        return Identity((), "Identitas sasaran tidak ditampilkan untuk peran Anda.", None)
    facts = parts.identity(file, until=until)
    if until is not None:
        clock = until.astimezone(ZoneInfo(file.cycle.timezone))
        return Identity(
            facts, f"Anda membukanya dengan alasan yang tercatat; tampil sampai {date_words(clock.date())} pukul {clock:%H.%M}.", None
        )
    button = Button("Buka identitas", of_action(file.facts.number, Action.OPEN_IDENTITY), icon="eye")
    return Identity(facts, "Tertutup. Membukanya perlu alasan dan tercatat dalam riwayat kasus.", button)


def _sheet(desk: Desk, file: CaseFile) -> Sheet:
    sheet, person = file.worksheet, desk.person
    may_open = person.roles & {Role.FIELD, Role.SECRETARY} and file.subject is not None
    words = "Kertas kerja belum dikirim oleh petugas lapangan."
    if sheet is not None:
        lacking = sum(map(len, sheet.missing.values()))
        words = f"{lacking} isian wajib belum terjawab." if lacking else "Semua isian wajib terjawab."
        words += f" {sheet.unusual} isian di luar kisaran lazim." if sheet.unusual else ""
    asked = sheet.returned_note if sheet and sheet.state == "returned" and file.subject else None
    address = of_action(file.facts.number, Action.SUBMIT_WORKSHEET)
    button = Button("Buka kertas kerja", address, icon="clipboard-text") if may_open else None
    return Sheet(steps.sheet_badge(file), words, steps.completeness(file), steps.lacking(file), asked or "", button)


def _packet(file: CaseFile) -> tuple[Fact, ...]:
    if file.packet is None:
        return ()
    frozen = file.packet.frozen_at.astimezone(ZoneInfo(file.cycle.timezone))
    return (Fact("Paket", f"Putaran ke-{file.packet.round}"), Fact("Dibekukan", f"{date_words(frozen.date())}, {frozen:%H.%M}"))


_DISCUSSED: Sequence[Status] = (Status.REVIEWED, Status.RECOMMENDED, Status.PLANNED, Status.APPROVED, Status.FOLLOW_UP, Status.EVALUATED)


def _panel(desk: Desk, file: CaseFile) -> Panel:
    on_the_panel = any(seat.person_id == desk.person.id for seat in file.facts.seats)
    is_open = file.facts.status in _DISCUSSED
    may_discuss = on_the_panel or desk.person.is_a(Role.SECRETARY)
    sealed = "" if is_open or file.facts.status is not Status.UNDER_REVIEW else "Pendapat pakar lain tersegel sampai kajian ditutup."
    return Panel(
        seats=steps.seats(file),
        sealed=sealed,
        opinions=steps.opinions(file),
        consensus=steps.consensus(file),
        recommendations=steps.recommendations(file),
        button=Button("Buka sidang panel", of_case(file.facts.number, "sidang"), icon="users") if is_open and may_discuss else None,
    )


PAGES = (Page("/kasus/{number}", show),)
