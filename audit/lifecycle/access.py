"""Who may see which case, and what of its panel: role, area, seat. What may be done to it is the transition table's business."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import ANSWERING_ACTIONS, DISCUSSING_ACTIONS, Action
from audit.people.roles import Person, Role


def is_in_area(code: str, areas: Sequence[str]) -> bool:
    """Whether a desa code lies in one of the areas (codes of any level); no areas means everywhere."""
    return not areas or any(code == area or code.startswith(area + ".") for area in areas)


class PanelMatter(StrEnum):
    """What a panel leaves behind that not everybody may see. ANSWER: that, and when, somebody answered; not a word of it."""

    OPINION = "opinion"
    ANSWER = "answer"
    COMMENT = "comment"
    PROPOSAL = "proposal"
    VOTE = "vote"


def may_see_case(facts: CaseFacts, person: Person) -> bool:
    """Secretary, chair, leader and the system see all; field workers their area; experts their seats; agencies their actions.

    An expert who stepped back no longer sees the case, whatever else they are; only the secretariat and the system do.
    """
    if person.roles & {Role.SECRETARY, Role.SYSTEM}:
        return True
    if _stepped_back(facts, person):
        return False
    if person.roles & {Role.CHAIR, Role.LEADER} or _sits_on(facts, person):
        return True
    if person.is_a(Role.AGENCY) and any(action.owner_agency == person.agency for action in facts.actions):
        return True
    return person.is_a(Role.FIELD) and is_in_area(facts.desa_code, person.areas)


def may_see_whole_case(facts: CaseFacts, person: Person) -> bool:
    """Whether a case is this person's as a whole. An agency that only owns actions of its plan sees those, and nothing about the child."""
    if not may_see_case(facts, person):
        return False
    inside = person.roles & {Role.SECRETARY, Role.SYSTEM, Role.CHAIR, Role.LEADER}
    return bool(inside) or _sits_on(facts, person) or (person.is_a(Role.FIELD) and is_in_area(facts.desa_code, person.areas))


def may_see_identity(facts: CaseFacts, person: Person) -> bool:
    """Names and addresses: the secretariat, the field worker of the area, and the experts of the case; not agencies or leaders."""
    if person.roles & {Role.SECRETARY, Role.SYSTEM}:
        return True
    if _stepped_back(facts, person):
        return False
    return _sits_on(facts, person) or (person.is_a(Role.FIELD) and is_in_area(facts.desa_code, person.areas))


def may_see_of_panel(facts: CaseFacts, reader: Person, what: PanelMatter, *, author_id: int, is_unsealed: bool) -> bool:
    """Whether this reader may see this matter of the panel of a case: the one rule for opinions, answers, comments, proposals and votes.

    author_id: who gave the opinion, answered, wrote, proposed or voted. is_unsealed: the review of that round was closed.
    One's own always, unless one stepped back. Of the others nothing before the round is closed, not even that they answered, for whoever
    sits on the panel, whatever else they are; the words of others stay sealed for everybody until then, the secretariat included. After
    it, words are for the panel and the secretariat only; that somebody answered is for all who see the whole case.
    """
    if not may_see_case(facts, reader):
        return False
    if author_id == reader.id and not _stepped_back(facts, reader):
        return True
    if what is PanelMatter.ANSWER:
        return may_see_whole_case(facts, reader) and (is_unsealed or not _sits_on(facts, reader))
    return is_unsealed and (bool(reader.roles & {Role.SECRETARY, Role.SYSTEM}) or _sits_on(facts, reader))


def may_see_event(
    facts: CaseFacts, reader: Person, action: str, *, by_id: int, about_id: int | None = None, is_unsealed: bool = False
) -> bool:
    """Whether this reader may see that this happened. about_id: the expert an opinion was entered for; None: the one who did it.

    Answers follow `may_see_of_panel`. That a panel discusses is its own affair: the chair, the leadership, the panel and the secretariat
    see it, agencies and field workers do not. An agency that only owns actions is told what becomes of the plan. Everything else is seen
    by whoever sees the case.
    """
    if action in ANSWERING_ACTIONS:
        told_of = by_id if about_id is None else about_id
        may = may_see_of_panel(facts, reader, PanelMatter.ANSWER, author_id=told_of, is_unsealed=is_unsealed)
        return may or (by_id == reader.id and may_see_case(facts, reader))
    if action in DISCUSSING_ACTIONS:
        inside = reader.roles & {Role.SECRETARY, Role.SYSTEM, Role.CHAIR, Role.LEADER}
        return may_see_case(facts, reader) and (bool(inside) or _sits_on(facts, reader))
    # That the system closed a review tells a panel nothing that it may not know: the round is closed.
    return may_see_whole_case(facts, reader) or (may_see_case(facts, reader) and action in _TOLD_TO_OWNERS)


_TOLD_TO_OWNERS = frozenset(
    {
        Action.APPROVE_PLAN,
        Action.START_FOLLOW_UP,
        Action.REPORT_PROGRESS,
        Action.CONFIRM_ACTION,
        Action.ESCALATE,
        Action.EVALUATE,
        Action.CARRY_OVER,
        Action.WITHDRAW,
        Action.REOPEN,
    }
)
"""What an agency is told of a case in whose plan it owns an action."""


def _sits_on(facts: CaseFacts, person: Person) -> bool:
    return person.is_a(Role.EXPERT) and any(seat.person_id == person.id for seat in facts.seats)


def _stepped_back(facts: CaseFacts, person: Person) -> bool:
    return any(seat.person_id == person.id and seat.is_recused for seat in facts.panel)
