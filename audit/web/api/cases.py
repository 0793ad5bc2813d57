"""Cases by the API: lists, one case, its history, moves, opinions and plan. The same visibility and the same door as the pages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session

from audit.casework.case_lists import CaseLine, Sort, Wanted, page_of_cases
from audit.casework.cycles import list_cycles
from audit.casework.identity import identity_seen_by
from audit.casework.plan_board import actions_seen_by, state_of
from audit.casework.receipts import do_once
from audit.casework.worklists import offers
from audit.errors import Refused
from audit.lifecycle.access import may_see_whole_case
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import CaseEvent, Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import STATUS_LABELS, Action, Group, Status
from audit.people.directory import people_by_id
from audit.people.roles import Person
from audit.steps.review.queries import answers_seen_by, events_seen_by, opinions_seen_by
from audit.web.api.door import NOT_HERE, ApiDesk, ApiError, Token, asking
from audit.web.api.records import (
    ActionOut,
    CaseLineOut,
    CaseOut,
    CasePageOut,
    CycleOut,
    Errors,
    EventOut,
    MoveIn,
    MoveOut,
    MovesOut,
    OfferOut,
    OpinionOut,
    ReasonOut,
    SeatOut,
)

MOST_ON_A_PAGE = 200

ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": Errors, "description": words}
    for code, words in (
        (401, "Tanpa token yang berlaku"),
        (403, "Token tidak dibuat untuk ini"),
        (404, "Tidak ada, atau bukan untuk orang ini"),
        (422, "Tidak sesuai"),
        (429, "Terlalu sering"),
    )
}

router = APIRouter(responses=ERRORS)

CaseNumber = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", description="Nomor kasus, misalnya AKS-3509-2026-2-007")]
_LABELS: Mapping[str, str] = {row.action: row.label for row in TRANSITIONS}


@router.get("/cycles")
def cycles(request: Request, token: Token) -> list[CycleOut]:
    """Every cycle, the newest first."""
    with asking(request, token, "cases:read") as desk:
        return [
            CycleOut(
                code=one.code,
                kabupaten_code=one.kabupaten_code,
                year=one.year,
                number=one.number,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                dissemination_on=one.dissemination_on,
                is_open=one.closed_at is None,
            )
            for one in list_cycles(desk.session)
        ]


@router.get("/cases")
def cases(
    request: Request,
    token: Token,
    cycle: Annotated[str, Query(max_length=20, description="Kode siklus; kosong: semua siklus")] = "",
    status: Status | None = None,
    group: Group | None = None,
    kecamatan: Annotated[str, Query(pattern=r"^([0-9]{2}\.[0-9]{2}\.[0-9]{2})?$", description="Kode kecamatan, misalnya 35.09.22")] = "",
    late: bool = False,
    mine: bool = False,
    sort: Sort = Sort.DUE,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)] = 50,
) -> CasePageOut:
    """The cases this person may see; a page beyond the last is the last one. Identity is never in a list."""
    with asking(request, token, "cases:read") as desk:
        known = list_cycles(desk.session)
        chosen = next((one for one in known if one.code == cycle), None)
        if cycle and chosen is None:
            raise ApiError(404, NOT_HERE)
        wanted = Wanted(chosen.id if chosen else None, status, group, kecamatan, "", late, mine, sort, False, page)
        found = page_of_cases(desk.session, desk.person, known, wanted, at=desk.at, size=size)
        return CasePageOut(total=found.total, page=found.page, pages=found.pages, cases=[_line(one, desk.person) for one in found.lines])


@router.get("/cases/{number}")
def case(request: Request, token: Token, number: CaseNumber) -> CaseOut:
    """One case as this person may see it."""
    with asking(request, token, "cases:read") as desk:
        return _case(desk, desk.case(number))


@router.get("/cases/{number}/events")
def events(request: Request, token: Token, number: CaseNumber) -> list[EventOut]:
    """The history of the case, oldest first."""
    with asking(request, token, "cases:read") as desk:
        seen = events_seen_by(desk.session, desk.case(number), desk.person)
        names = people_by_id(desk.session, {one.by_id for one in seen})
        return [_event(one, names) for one in seen]


@router.get("/cases/{number}/moves")
def moves(request: Request, token: Token, number: CaseNumber) -> MovesOut:
    """What this person may do to the case now, and what stands in the way of the rest."""
    with asking(request, token, "cases:read") as desk:
        facts = desk.case(number)
        return MovesOut(
            version=facts.version,
            moves=[
                OfferOut(
                    action=offer.row.action,
                    label=offer.row.label,
                    is_allowed=not offer.refusals,
                    refusals=[ReasonOut(code=r.code, sentence=r.sentence) for r in offer.refusals],
                )
                for offer in offers(facts, desk.person)
            ],
        )


_OF_A_MOVE: dict[int | str, dict[str, Any]] = {
    code: {"model": Errors, "description": words}
    for code, words in (
        (400, "Tidak dapat dibaca"),
        (409, "Tidak dapat dilakukan sekarang"),
        (413, "Terlalu besar"),
        (422, "Tidak sesuai; atau diragukan (measure_again): ukur ulang, lalu kirim doubts_stamp sebagai confirmed_doubts"),
    )
}


@router.post("/cases/{number}/moves/{action}", responses=_OF_A_MOVE)
def move(request: Request, token: Token, number: CaseNumber, action: Action, sent: MoveIn) -> MoveOut:
    """Do it once: the same form_id sent again is answered with what came of it the first time.

    A measurement that is odd is asked back before it is recorded, as on the page: 422 with what is doubted and a doubts_stamp.
    """
    with asking(request, token, "cases:act") as desk:
        facts = desk.case(number)
        if not _is_finite(sent.given):
            raise Refused.because("not_finite", "Bilangan NaN dan tak hingga tidak dapat dipakai.")
        with desk.writing() as session:
            taken = do_once(
                session,
                facts.case_id,
                action,
                form_id=sent.form_id,
                by=desk.person,
                at=desk.at,
                given=sent.given,
                seen_version=sent.seen_version,
                confirmed_doubts=sent.confirmed_doubts,
            )
            names = people_by_id(session, {taken.event.by_id})
            return MoveOut(event=_event(taken.event, names), is_again=taken.is_again, version=taken.event.seq)


@router.get("/cases/{number}/opinions")
def opinions(request: Request, token: Token, number: CaseNumber) -> list[OpinionOut]:
    """The opinions that this person may see now: sealed ones of others are not among them."""
    with asking(request, token, "cases:read") as desk:
        seen = opinions_seen_by(desk.session, desk.case(number), desk.person)
        names = people_by_id(desk.session, {one.person_id for one in seen})
        return [
            OpinionOut(expert=names[one.person_id].username, discipline=one.discipline, submitted_at=one.submitted_at, content=one.content)
            for one in seen
        ]


@router.get("/cases/{number}/actions")
def actions(request: Request, token: Token, number: CaseNumber) -> list[ActionOut]:
    """The current plan; whoever sees a case only through actions of their own finds those."""
    with asking(request, token, "cases:read") as desk:
        plain = set(ActionOut.model_fields) - {"state"}
        return [
            ActionOut(state=state_of(row.status, is_confirmed=row.confirmed_on is not None), **{name: getattr(row, name) for name in plain})
            for row in actions_seen_by(desk.session, desk.case(number), desk.person)
        ]


def _line(one: CaseLine, reader: Person) -> CaseLineOut:
    facts, is_whole = one.facts, may_see_whole_case(one.facts, reader)
    return CaseLineOut(
        number=facts.number,
        cycle=one.cycle_code,
        status=facts.status,
        status_label=STATUS_LABELS[facts.status],
        since=one.since,
        desa_code=facts.desa_code,
        group=facts.group if is_whole else None,
        puskesmas=facts.puskesmas if is_whole else None,
        due=one.next_due.what if one.next_due else None,
        due_on=one.next_due.due_on if one.next_due else None,
        days_left=one.days_left,
        can=[offer.row.action for offer in one.can],
    )


def _case(desk: ApiDesk, facts: CaseFacts) -> CaseOut:
    is_whole = may_see_whole_case(facts, desk.person)
    shown = identity_seen_by(desk.session, facts, desk.person, at=desk.at)
    return CaseOut(
        number=facts.number,
        cycle=desk.session.get_one(Cycle, facts.cycle_id).code,
        version=facts.version,
        status=facts.status,
        status_label=STATUS_LABELS[facts.status],
        desa_code=facts.desa_code,
        group=facts.group if is_whole else None,
        puskesmas=facts.puskesmas if is_whole else None,
        round=facts.round if is_whole else None,
        worksheet_state=facts.worksheet_state if is_whole else None,
        worksheet_missing=dict(facts.missing) if is_whole else None,
        panel=_panel(desk.session, facts, desk.person) if is_whole else None,
        person_in_charge=_username(desk.session, facts.person_in_charge_id) if is_whole else None,
        follow_up_ends_on=facts.follow_up_ends_on,
        visits_planned=facts.visits_planned if is_whole else None,
        visits_done=facts.visits_done if is_whole else None,
        visits_overdue=facts.visits_overdue if is_whole else None,
        identity=shown.identity if shown else None,
        identity_open_until=shown.until if shown else None,
    )


def _panel(session: Session, facts: CaseFacts, reader: Person) -> list[SeatOut]:
    answered = answers_seen_by(session, facts, reader)
    names = people_by_id(session, {seat.person_id for seat in facts.panel})
    return [
        SeatOut(
            expert=names[seat.person_id].username,
            name=names[seat.person_id].name,
            discipline=seat.discipline,
            is_lead=seat.is_lead,
            is_recused=seat.is_recused,
            has_answered=answered[seat.person_id],
        )
        for seat in facts.panel
    ]


def _username(session: Session, person_id: int | None) -> str | None:
    return None if person_id is None else people_by_id(session, {person_id})[person_id].username


def _event(one: CaseEvent, names: Mapping[int, Person]) -> EventOut:
    return EventOut(
        seq=one.seq,
        at=one.at,
        action=one.action,
        label=_LABELS[one.action],
        from_status=one.from_status,
        to_status=one.to_status,
        by=names[one.by_id].username,
        hash=one.hash,
    )


def _is_finite(value: Any) -> bool:
    """JSON has no NaN and no infinity; Python reads them all the same."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
