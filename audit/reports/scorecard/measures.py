"""What a unit did in a quarter, counted from a standing of the ledger. Pure; worked examples in tests/reports/scorecard/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from audit.reports.scorecard.ledger import CasePlace, Judged, Planned, PlannedVisit, Standing
from audit.reports.scorecard.units import KECAMATAN, OPD, PUSKESMAS, Quarter, Unit
from audit.steps.evaluate.rules import is_effective

FEW = 5
"""Below so many nothing is concluded from a share."""

MOST_ATTENTION = 5


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a quarter that is looked at.

    through: the first day that is not over; a deadline before it has passed. as_of: the day the state is told for.
    """

    quarter: Quarter
    through: date
    as_of: date

    @property
    def is_complete(self) -> bool:
        return self.through > self.quarter.last

    def has_passed(self, day: date) -> bool:
        """Whether this deadline is behind us."""
        return day < self.through


@dataclass(frozen=True, slots=True)
class Measures:
    """The counts of a unit in a quarter.

    due: actions whose deadline fell in the quarter and has passed, or that were done before it; the five after it add up to it.
    running, stuck, silent: not done, by what the owner last told. ahead: deadline in the quarter still to come. cancelled: called off.
    overdue: not done past the deadline, in this quarter or before it, while the case is still followed; arrears: those from before it.
    unseen: told done and confirmed by nobody, while the case is still followed. so_far: due since the cycle began, and of these the three
    levels: reported, confirmed, effective; judged: how many can be said to be effective or not. An effect shows months after a deadline,
    so the levels do not stop at the quarter. days_late: median over those due that were or are late, None without any.
    visits_due: planned in the quarter and either made or past their days of grace. cases_judged, cases_improved: evaluations.
    """

    due: int
    on_time: int
    late: int
    running: int
    stuck: int
    silent: int
    ahead: int
    cancelled: int
    overdue: int
    arrears: int
    unseen: int
    so_far: int
    reported: int
    confirmed: int
    effective: int
    judged: int
    days_late: float | None
    visits_due: int
    visits_done: int
    visits_missed: int
    cases_judged: int
    cases_improved: int

    @property
    def has_anything(self) -> bool:
        """Whether there is something to tell of the unit in this quarter."""
        return bool(self.due or self.ahead or self.cancelled or self.arrears or self.visits_due or self.cases_judged)


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a unit stands among those of its kind. place: 1 is the best; of: how many have something due; tied: others on the place."""

    place: int
    of: int
    tied: int


def units_of(standing: Standing, cases: Mapping[int, CasePlace]) -> list[Unit]:
    """Every unit that has an action, a visit or a verdict, by kind and code."""
    seen = {action.case_id for action in standing.actions} | {v.case_id for v in standing.visits} | {j.case_id for j in standing.judged}
    opd = {action.owner for action in standing.actions}
    kecamatan = {action.kecamatan for action in standing.actions if action.kecamatan} | {cases[case_id].kecamatan for case_id in seen}
    puskesmas = {cases[case_id].puskesmas for case_id in seen} - {""}
    return [Unit(kind, code) for kind, codes in ((OPD, opd), (KECAMATAN, kecamatan), (PUSKESMAS, puskesmas)) for code in sorted(codes)]


def actions_of(standing: Standing, unit: Unit) -> list[Planned]:
    """The actions a unit answers for: those an agency owns; those in a kecamatan, whoever owns them; the puskesmas' own of its cases."""
    if unit.kind == OPD:
        return [action for action in standing.actions if action.owner == unit.code]
    if unit.kind == KECAMATAN:
        return [action for action in standing.actions if action.kecamatan == unit.code]
    return [action for action in standing.actions if action.owner == "puskesmas" and action.puskesmas == unit.code]


def measures(standing: Standing, cases: Mapping[int, CasePlace], unit: Unit, window: Window) -> Measures:
    """The counts of a unit in the quarter of the window."""
    actions = actions_of(standing, unit)
    mine = _cases_of(actions, cases, unit)
    quarter = window.quarter
    of_quarter = [action for action in actions if quarter.first <= action.ends_on <= quarter.last]
    live = [action for action in of_quarter if action.status != "batal"]
    due = [action for action in live if _is_due(action, window)]
    so_far = [a for a in actions if a.status != "batal" and a.ends_on <= quarter.last and _is_due(a, window)]
    waiting = [action for action in due if action.is_open]
    overdue = _overdue(actions, window)
    levels = [is_effective(action.verdict or "unknown", is_confirmed=action.is_confirmed) for action in so_far]
    visits = [visit for visit in standing.visits if visit.case_id in mine and quarter.first <= visit.planned_on <= quarter.last]
    judged = [one for one in standing.judged if one.case_id in mine and quarter.first <= one.on <= quarter.last]
    return Measures(
        due=len(due),
        on_time=sum(action.done_on is not None and action.done_on <= action.ends_on for action in due),
        late=sum(action.done_on is not None and action.done_on > action.ends_on for action in due),
        running=sum(action.is_reported and action.status != "terkendala" for action in waiting),
        stuck=sum(action.status == "terkendala" for action in waiting),
        silent=sum(not action.is_reported for action in waiting),
        ahead=len(live) - len(due),
        cancelled=len(of_quarter) - len(live),
        overdue=len(overdue),
        arrears=sum(action.ends_on < quarter.first for action in overdue),
        unseen=len(_unseen(actions, window)),
        so_far=len(so_far),
        reported=sum(action.done_on is not None for action in so_far),
        confirmed=sum(action.is_confirmed for action in so_far),
        effective=sum(level is True for level in levels),
        judged=sum(level is not None for level in levels),
        days_late=_median_late(due, window),
        **_visits(visits, window),
        **_verdicts(judged),
    )


def days_late(action: Planned, window: Window) -> int:
    """How many days past its deadline an action was done, or stands on the day of the window; 0 when it is not late."""
    if action.done_on is None and not window.has_passed(action.ends_on):
        return 0
    return max(((action.done_on or max(window.as_of, action.ends_on + timedelta(days=1))) - action.ends_on).days, 0)


def rank_of(unit: Unit, by_unit: Mapping[Unit, Measures]) -> Rank | None:
    """The place of a unit among those of its kind by the share done in time; None when nothing of it was due, or it is the only one."""
    shares = {other: counts.on_time / counts.due for other, counts in by_unit.items() if other.kind == unit.kind and counts.due}
    if unit not in shares or len(shares) < 2:
        return None
    own = shares[unit]
    return Rank(1 + sum(share > own for share in shares.values()), len(shares), sum(share == own for share in shares.values()) - 1)


def needing_attention(actions: Sequence[Planned], window: Window) -> list[Planned]:
    """At most five: what is past its deadline, the oldest first; then what is stuck; then what was told done and nobody has seen."""
    late, unseen = _overdue(actions, window), _unseen(actions, window)
    stuck = [a for a in actions if a.status == "terkendala" and not a.is_closed and a.ends_on <= window.quarter.last and a not in late]
    ordered = [action for group in (late, stuck, unseen) for action in sorted(group, key=lambda a: (a.ends_on, a.id))]
    return ordered[:MOST_ATTENTION]


def _overdue(actions: Iterable[Planned], window: Window) -> list[Planned]:
    last = window.quarter.last
    return [a for a in actions if a.is_open and not a.is_closed and a.ends_on <= last and window.has_passed(a.ends_on)]


def _unseen(actions: Iterable[Planned], window: Window) -> list[Planned]:
    return [a for a in actions if a.done_on and not a.is_confirmed and not a.is_closed and a.ends_on <= window.quarter.last]


def _is_due(action: Planned, window: Window) -> bool:
    return action.done_on is not None or window.has_passed(action.ends_on)


def _cases_of(actions: Sequence[Planned], cases: Mapping[int, CasePlace], unit: Unit) -> set[int]:
    if unit.kind == OPD:
        return {action.case_id for action in actions if action.status != "batal"}
    return {case_id for case_id, place in cases.items() if unit.code == (place.kecamatan if unit.kind == KECAMATAN else place.puskesmas)}


def _median_late(due: Sequence[Planned], window: Window) -> float | None:
    late = [days for action in due if (days := days_late(action, window))]
    return float(median(late)) if late else None


def _visits(visits: Sequence[PlannedVisit], window: Window) -> dict[str, int]:
    done = sum(visit.recorded_on is not None for visit in visits)
    missed = sum(visit.recorded_on is None and window.has_passed(visit.late_after) for visit in visits)
    return {"visits_due": done + missed, "visits_done": done, "visits_missed": missed}


def _verdicts(judged: Sequence[Judged]) -> dict[str, int]:
    """Cases, each by its newest verdict; one that nobody can judge is not counted."""
    newest = {one.case_id: one.verdict for one in judged}
    known = [verdict for verdict in newest.values() if verdict != "unknown"]
    return {"cases_judged": len(known), "cases_improved": known.count("improved")}
