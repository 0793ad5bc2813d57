"""What the API answers with and takes, as models: they are the OpenAPI document. Where the values come from is not in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """One thing as it goes over the wire; nothing beyond the named fields is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReasonOut(Record):
    """Why something was refused: a code for programs, a sentence for people."""

    code: str
    sentence: str


class ProblemOut(ReasonOut):
    """An answer that cannot be used: where it is (`actions[3].ends_on`) and what was found there."""

    place: str
    value: str


class Errors(Record):
    """Every answer that is not a success.

    doubts_stamp: only when the problems are doubts (code "measure_again") and nothing else: the numbers are to be measured again. Who finds
    the same once more sends the move again with this as confirmed_doubts; it stands for these numbers and no others.
    """

    reasons: list[ReasonOut]
    problems: list[ProblemOut] = Field(default_factory=list)
    doubts_stamp: str | None = None


class Me(Record):
    """For whom this token speaks, and how far."""

    username: str
    name: str
    roles: list[str]
    areas: list[str]
    discipline: str | None
    agency: str | None
    scopes: list[str]


class CycleOut(Record):
    """One audit semester."""

    code: str
    kabupaten_code: str
    year: int
    number: int
    starts_on: date
    ends_on: date
    dissemination_on: date | None
    is_open: bool


class CaseLineOut(Record):
    """A case in a list, without identity. due, due_on, days_left: of what is owed first.

    group, puskesmas: null for an agency that sees only its own actions.
    """

    number: str
    cycle: str
    status: str
    status_label: str
    since: date
    desa_code: str
    group: str | None
    puskesmas: str | None
    due: str | None
    due_on: date | None
    days_left: int | None
    can: list[str]


class CasePageOut(Record):
    """One page of a list."""

    total: int
    page: int
    pages: int
    cases: list[CaseLineOut]


class SeatOut(Record):
    """One seat of the panel. has_answered: null for who may not know."""

    expert: str
    name: str
    discipline: str
    is_lead: bool
    is_recused: bool
    has_answered: bool | None


class CaseOut(Record):
    """One case. identity: only for who opened it with a reason and as long as that lasts. version: to be sent back with a move."""

    number: str
    cycle: str
    version: int
    status: str
    status_label: str
    desa_code: str
    group: str | None
    puskesmas: str | None
    round: int | None
    worksheet_state: str | None
    worksheet_missing: dict[str, int] | None
    panel: list[SeatOut] | None
    person_in_charge: str | None
    follow_up_ends_on: date | None
    visits_planned: int | None
    visits_done: int | None
    visits_overdue: int | None
    identity: Mapping[str, Any] | None
    identity_open_until: datetime | None


class EventOut(Record):
    """One link of the history. Gaps in seq are what the reader may not see yet."""

    seq: int
    at: datetime
    action: str
    label: str
    from_status: str | None
    to_status: str
    by: str
    hash: str


class OfferOut(Record):
    """Something that could happen to the case now, and what stands in the way of this person."""

    action: str
    label: str
    is_allowed: bool
    refusals: list[ReasonOut]


class MovesOut(Record):
    """What can happen to a case now. version: to be sent back as seen_version."""

    version: int
    moves: list[OfferOut]


class MoveIn(Record):
    """A move. form_id: drawn anew for each, sent again when the answer got lost; given: the answers of the action's form.

    confirmed_doubts: the doubts_stamp of the refusal before, by which somebody says that the doubted numbers were measured again and are
    right; empty otherwise.
    """

    form_id: str = Field(min_length=1, max_length=36, pattern=r"^[!-~]+$")
    seen_version: int | None = Field(default=None, ge=0, le=2_147_483_647)
    given: dict[str, Any] = Field(default_factory=dict)
    confirmed_doubts: str = Field(default="", max_length=64)


class MoveOut(Record):
    """What came of a move. is_again: this form had been taken before, and nothing was done now."""

    event: EventOut
    is_again: bool
    version: int


class OpinionOut(Record):
    """One opinion that the reader may see now."""

    expert: str
    discipline: str
    submitted_at: datetime
    content: Mapping[str, Any]


class ActionOut(Record):
    """One action of the plan."""

    number: int
    intervention_class: str
    activity: str
    owner_agency: str
    implementer: str | None
    target: str | None
    place_code: str | None
    starts_on: date | None
    ends_on: date | None
    funding: str | None
    indicator: str | None
    baseline: str | None
    goal: str | None
    state: str
    evidence: str | None
    obstacle: str | None
    reported_on: date | None
    confirmed_on: date | None
    escalated_on: date | None
    is_effective: bool | None


class DocumentOut(Record):
    """One document. sha256: of the file that is handed out. shows_identity: the identity of its case has to be opened first."""

    id: int
    name: str
    title: str
    edition: str
    subject: str
    number: str
    revision: int
    made_at: datetime
    is_signed: bool
    sha256: str
    shows_identity: bool


class WaitingOut(Record):
    """Something that waits for this person. case_number: "" when it is about no case."""

    matter: str
    case_number: str
    action: str | None
    due_on: date | None
    days_left: int | None
    count: int
