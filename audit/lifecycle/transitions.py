"""Everything that can happen to a case: one row each. Nobody repeats this table; the door, the flows, the manual and the tests read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.errors import Reason
from audit.lifecycle import guards as g
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.guards import Guard
from audit.lifecycle.vocabulary import STATUS_LABELS, Action, Status
from audit.people.roles import ROLE_LABELS, Person, Role

A, S, R = Action, Status, Role


@dataclass(frozen=True, slots=True)
class Transition:
    """One row. source None: the case does not exist yet. notify: the role that gets a notice, None for nobody.

    working_days: how long a case may wait in the source status for this action before it counts as late; None: no limit of its own.
    """

    action: Action
    source: Status | None
    target: Status
    by: frozenset[Role]
    guards: tuple[Guard, ...]
    step: str
    label: str
    notify: Role | None = None
    working_days: int | None = None

    def refusals(self, facts: CaseFacts, person: Person) -> list[Reason]:
        """Why this person may not do this to this case now; empty when they may."""
        if not person.roles & self.by:
            who = " atau ".join(ROLE_LABELS[r] for r in sorted(self.by))
            return [Reason("wrong_role", f"Hanya {who} yang dapat melakukan “{self.label}”.")]
        return [reason for guard in self.guards if (reason := guard(facts, person))]


def _rows(
    action: Action,
    source: Status | Sequence[Status] | None,
    target: Status | None,
    by: Role | Sequence[Role],
    step: str,
    label: str,
    only_when: tuple[Guard, ...] = (),
    *,
    notify: Role | None = None,
    days: int | None = None,
) -> Iterator[Transition]:
    """One row per source; target None means the case stays where it is."""
    roles = frozenset([by] if isinstance(by, Role) else by)
    for one in [source] if source is None or isinstance(source, Status) else source:
        to = target or one
        assert to is not None, "a case that does not exist yet cannot stay where it is"
        yield Transition(action, one, to, roles, only_when, step, label, notify, days)


_BEFORE_FOLLOW_UP = (S.SELECTED, S.READY, S.UNDER_REVIEW, S.REVIEWED, S.RECOMMENDED, S.PLANNED, S.APPROVED)

# fmt: off
TRANSITIONS: tuple[Transition, ...] = (
    # what happens            from               to              by           step         label                         only when
    *_rows(A.OPEN_CASE, None, S.SELECTED, R.SECRETARY, "identify", "Buka kasus", notify=R.FIELD),
    *_rows(A.SUBMIT_WORKSHEET, S.SELECTED, None, R.FIELD, "packet", "Kirim kertas kerja", (g.in_own_area,), days=10),
    *_rows(A.RETURN_WORKSHEET, S.SELECTED, None, R.SECRETARY, "packet", "Kembalikan kertas kerja", (g.worksheet_was_submitted,), notify=R.FIELD),
    *_rows(A.FREEZE_PACKET, S.SELECTED, S.READY, R.SYSTEM, "packet", "Bekukan paket", (g.worksheet_is_complete,)),
    *_rows(A.ASSIGN_EXPERT, (S.READY, S.UNDER_REVIEW), None, (R.SECRETARY, R.SYSTEM), "review", "Tugaskan pakar", (g.a_seat_is_empty,), notify=R.EXPERT, days=3),
    *_rows(A.RECUSE, (S.READY, S.UNDER_REVIEW), None, R.EXPERT, "review", "Undurkan diri", (g.is_assigned, g.has_not_answered), notify=R.SECRETARY),
    *_rows(A.OPEN_REVIEW, S.READY, S.UNDER_REVIEW, R.SYSTEM, "review", "Buka kajian", (g.quorum_is_assigned, g.panel_has_a_lead), notify=R.EXPERT),
    *_rows(A.SUBMIT_OPINION, S.UNDER_REVIEW, None, R.EXPERT, "review", "Kirim pendapat", (g.is_assigned, g.has_not_answered), days=10),
    *_rows(A.ENTER_OPINION, S.UNDER_REVIEW, None, R.SECRETARY, "review", "Masukkan kajian dari kertas", (g.a_returned_form_waits,), notify=R.EXPERT),
    *_rows(A.ASK_FOR_DATA, S.UNDER_REVIEW, S.SELECTED, R.EXPERT, "review", "Minta data tambahan", (g.is_assigned, g.has_not_answered), notify=R.FIELD),
    *_rows(A.CLOSE_REVIEW, S.UNDER_REVIEW, S.REVIEWED, R.SYSTEM, "review", "Tutup kajian", (g.quorum_is_assigned, g.quorum_is_in, g.panel_has_a_lead), notify=R.SECRETARY),
    *_rows(A.COMMENT, S.REVIEWED, None, (R.EXPERT, R.SECRETARY), "review", "Tanggapi dalam diskusi panel", (g.is_on_the_panel,)),
    *_rows(A.PROPOSE_CONSENSUS, S.REVIEWED, None, R.EXPERT, "recommend", "Usulkan kesepakatan", (g.is_lead,), notify=R.EXPERT),
    *_rows(A.VOTE, S.REVIEWED, None, R.EXPERT, "recommend", "Beri suara", (g.is_assigned, g.a_proposal_stands)),
    *_rows(A.RECORD_CONSENSUS, S.REVIEWED, S.RECOMMENDED, R.EXPERT, "recommend", "Catat kesepakatan panel", (g.is_lead,), notify=R.SECRETARY, days=5),
    *_rows(A.PLAN_ACTIONS, S.RECOMMENDED, None, (R.SECRETARY, R.SYSTEM), "recommend", "Susun RTL", (g.plan_is_empty,)),
    *_rows(
        A.SUBMIT_PLAN, S.RECOMMENDED, S.PLANNED, R.SECRETARY, "recommend", "Ajukan RTL",
        (g.every_action_is_complete, g.every_recommendation_has_an_action), notify=R.CHAIR, days=5,
    ),
    *_rows(A.APPROVE_PLAN, S.PLANNED, S.APPROVED, R.CHAIR, "recommend", "Setujui RTL", notify=R.AGENCY, days=5),
    *_rows(A.RETURN_PLAN, S.PLANNED, S.RECOMMENDED, R.CHAIR, "recommend", "Kembalikan RTL", notify=R.SECRETARY),
    *_rows(A.NAME_PERSON_IN_CHARGE, (S.APPROVED, S.FOLLOW_UP), None, R.SECRETARY, "followup", "Tunjuk penanggung jawab kasus", notify=R.FIELD, days=3),
    *_rows(
        A.START_FOLLOW_UP, S.APPROVED, S.FOLLOW_UP, R.SYSTEM, "followup", "Mulai tindak lanjut",
        (g.every_action_has_an_owner, g.has_person_in_charge), notify=R.FIELD,
    ),
    *_rows(A.RECORD_VISIT, S.FOLLOW_UP, None, R.FIELD, "followup", "Catat kunjungan", (g.in_own_area,)),
    *_rows(A.MARK_VISIT_MISSED, S.FOLLOW_UP, None, R.SYSTEM, "followup", "Tandai kunjungan terlewat", (g.a_visit_is_overdue,), notify=R.FIELD),
    *_rows(A.REPORT_PROGRESS, S.FOLLOW_UP, None, R.AGENCY, "followup", "Laporkan kemajuan", (g.owns_an_action,)),
    *_rows(A.CONFIRM_ACTION, S.FOLLOW_UP, None, (R.FIELD, R.SECRETARY), "followup", "Pastikan kegiatan", (g.in_own_area, g.an_action_is_reported)),
    *_rows(A.ESCALATE, S.FOLLOW_UP, None, R.SYSTEM, "followup", "Eskalasi kegiatan terlambat", (g.an_action_is_overdue,), notify=R.CHAIR),
    *_rows(A.EVALUATE, S.FOLLOW_UP, S.EVALUATED, R.SECRETARY, "evaluate", "Evaluasi hasil", (g.follow_up_is_over,), notify=R.LEADER, days=10),
    *_rows(A.CARRY_OVER, S.EVALUATED, S.CARRIED_OVER, R.SECRETARY, "evaluate", "Lanjutkan ke siklus berikut", (g.something_is_left_to_do,)),
    *_rows(A.WITHDRAW, (*_BEFORE_FOLLOW_UP, S.FOLLOW_UP), S.WITHDRAWN, R.SECRETARY, "identify", "Keluarkan dari audit", notify=R.LEADER),
    *_rows(A.REOPEN, S.WITHDRAWN, S.SELECTED, R.SECRETARY, "identify", "Buka kembali", (g.cycle_is_open,), notify=R.FIELD),
    *_rows(A.REOPEN, S.EVALUATED, S.FOLLOW_UP, R.SECRETARY, "identify", "Buka kembali", (g.cycle_is_open,), notify=R.FIELD),
    *_rows(A.OPEN_IDENTITY, tuple(S), None, (R.SECRETARY, R.FIELD, R.EXPERT), "identify", "Buka identitas", (g.may_know_who,)),
)
# fmt: on

_BY_KEY = {(row.action, row.source): row for row in TRANSITIONS}
assert len(_BY_KEY) == len(TRANSITIONS), "two rows say what one action does in one status"


def transition(action: Action, source: Status | None) -> Transition:
    """The row of an action in a status. Raises KeyError when the action cannot happen there (see `where_possible`)."""
    return _BY_KEY[action, source]


def transitions_from(source: Status | None) -> tuple[Transition, ...]:
    """Every row that starts at a status, in the order of the table."""
    return tuple(row for row in TRANSITIONS if row.source == source)


def where_possible(action: Action) -> str:
    """The statuses in which an action can happen, in words, for a refusal."""
    return " atau ".join(f"“{STATUS_LABELS[row.source]}”" for row in TRANSITIONS if row.action is action and row.source)


def rows_of_the_system() -> tuple[Transition, ...]:
    """The rows that flows walk: nobody has to decide them."""
    return tuple(row for row in TRANSITIONS if R.SYSTEM in row.by)
