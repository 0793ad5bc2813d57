"""The plan (RTL) of one case in words: its recommendations and its actions, as cards. Which page shows them is not in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.casework.plan_board import STATE_LABELS, State, state_of
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action, Status
from audit.people.agencies import agency_words
from audit.regions import full_name, is_region
from audit.render.wording import MISSING, date_range, date_words, list_words
from audit.steps.recommend.rules import FUNDING
from audit.steps.recommend.tables import Recommendation, RtlAction
from audit.steps.review.rules import CAUSE_BY_CODE
from audit.web.addresses import of_action
from audit.web.parts import Badge, Button, Fact

_TONES: Mapping[State, tuple[str, str]] = {
    State.PROPOSED: ("neutral", "pencil"),
    State.APPROVED: ("info", "check"),
    State.RUNNING: ("info", "player-play"),
    State.BLOCKED: ("warn", "alert-triangle"),
    State.REPORTED: ("info", "flag"),
    State.CONFIRMED: ("good", "circle-check"),
    State.CANCELLED: ("neutral", "ban"),
}
_SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """One thing the panel asks for, and by which actions it is answered."""

    over: str
    text: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action of the plan. key: unique on the page."""

    key: str
    over: str
    title: str
    badges: Sequence[Badge]
    facts: Sequence[Fact]
    buttons: Sequence[Button]


def state_badge(state: State) -> Badge:
    """Where an action stands, in a word with its colour and icon."""
    tone, icon = _TONES[state]
    return Badge(STATE_LABELS[state], tone, icon)


def due_badges(days_left: int | None, *, is_escalated: bool) -> tuple[Badge, ...]:
    """How long an action that is not done may still take, and that the chair was told of it. days_left: None when it no longer matters."""
    if days_left is None:
        return ()
    told = (Badge("sudah dieskalasi", "bad", "bell"),) if is_escalated else ()
    if days_left < 0:
        return (Badge(f"terlambat {-days_left} hari", "bad", "clock-exclamation"), *told)
    words = "hari ini" if days_left == 0 else f"{days_left} hari lagi"
    return (Badge(words, "warn" if days_left <= _SOON_DAYS else "neutral", "clock"), *told)


def recommendation_views(
    recommendations: Iterable[Recommendation], answered: Mapping[int, Sequence[int]]
) -> tuple[RecommendationView, ...]:
    """What the panel asks for. answered: number of a recommendation -> numbers of the actions that answer it."""
    return tuple(
        RecommendationView(
            over=f"Rekomendasi {one.number} · {INTERVENTION_CLASSES[one.intervention_class]} · {CAUSE_BY_CODE[one.cause].label}",
            text=one.text,
            badge=_answered(answered.get(one.number, ())),
        )
        for one in recommendations
    )


def action_views(
    facts: CaseFacts, rows: Iterable[RtlAction], *, may_report: str | None, may_confirm: bool, agencies: Mapping[str, str]
) -> tuple[ActionView, ...]:
    """The actions of a plan as cards. may_report: the agency that may report on its own now, None: nobody; may_confirm: any."""
    return tuple(_action_view(facts, row, may_report=may_report, may_confirm=may_confirm, agencies=agencies) for row in rows)


def _answered(numbers: Sequence[int]) -> Badge:
    if not numbers:
        return Badge("belum ada kegiatan", "warn", "alert-triangle")
    return Badge(f"dijawab kegiatan {list_words([str(n) for n in numbers])}", "good", "check")


def _action_view(facts: CaseFacts, row: RtlAction, *, may_report: str | None, may_confirm: bool, agencies: Mapping[str, str]) -> ActionView:
    state = state_of(row.status, is_confirmed=row.confirmed_on is not None)
    days_left = (row.ends_on - facts.on).days if row.ends_on and state.is_open and facts.status is Status.FOLLOW_UP else None
    which = f"?kegiatan={row.number}"
    buttons = []
    if may_report == row.owner_agency and state.is_open:
        report = of_action(facts.number, Action.REPORT_PROGRESS) + which
        buttons.append(Button("Laporkan kemajuan", report, icon="flag"))
    if may_confirm and state is State.REPORTED:
        confirm = of_action(facts.number, Action.CONFIRM_ACTION) + which
        buttons.append(Button("Pastikan", confirm, icon="circle-check"))
    return ActionView(
        key=f"kegiatan-{row.number}",
        over=f"Kegiatan {row.number} · {INTERVENTION_CLASSES[row.intervention_class]}",
        title=row.activity,
        badges=(state_badge(state), *due_badges(days_left, is_escalated=row.escalated_on is not None)),
        facts=tuple(_facts(row, agencies)),
        buttons=tuple(buttons),
    )


def _facts(row: RtlAction, agencies: Mapping[str, str]) -> Iterable[Fact]:
    yield Fact("Penanggung jawab", agency_words(row.owner_agency, agencies))
    yield Fact("Pelaksana", row.implementer or MISSING)
    yield Fact("Sasaran", row.target or MISSING)
    yield Fact("Lokasi", place_words(row.place_code))
    yield Fact("Waktu", date_range(row.starts_on, row.ends_on))
    yield Fact("Sumber dana", FUNDING.get(row.funding or "", MISSING))
    yield Fact("Indikator", row.indicator or MISSING)
    yield Fact("Keadaan awal", row.baseline or MISSING)
    yield Fact("Target", row.goal or MISSING)
    if row.reported_on:
        yield Fact("Dilaporkan", date_words(row.reported_on), note=row.evidence or "")
    if row.obstacle and row.status != "usulan":
        yield Fact("Kendala", row.obstacle)
    if row.confirmed_on:
        yield Fact("Dipastikan", date_words(row.confirmed_on))
    if row.is_effective is not None:
        yield Fact("Berdampak", "ya" if row.is_effective else "belum terlihat")


def place_words(code: str | None) -> str:
    """The place of an action by name; a code that the table does not know stays a code."""
    if not code:
        return MISSING
    return full_name(code) if is_region(code) else code
