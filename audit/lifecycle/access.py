"""Who may see which case: role, area and seat. What may be done to it is the transition table's business."""

from __future__ import annotations

from collections.abc import Sequence

from audit.lifecycle.facts import CaseFacts
from audit.people.roles import Person, Role


def is_in_area(code: str, areas: Sequence[str]) -> bool:
    """Whether a desa code lies in one of the areas (codes of any level); no areas means everywhere."""
    return not areas or any(code == area or code.startswith(area + ".") for area in areas)


def may_see_case(facts: CaseFacts, person: Person) -> bool:
    """Secretary, chair, leader and the system see all; field workers their area; experts their seats; agencies their actions.

    An expert who stepped back no longer sees the case.
    """
    if person.roles & {Role.SECRETARY, Role.CHAIR, Role.LEADER, Role.SYSTEM}:
        return True
    if _sits_on(facts, person):
        return True
    if person.is_a(Role.AGENCY) and any(action.owner_agency == person.agency for action in facts.actions):
        return True
    return person.is_a(Role.FIELD) and is_in_area(facts.desa_code, person.areas)


def may_see_identity(facts: CaseFacts, person: Person) -> bool:
    """Names and addresses: the secretariat, the field worker of the area, and the experts of the case; not agencies or leaders."""
    if person.roles & {Role.SECRETARY, Role.SYSTEM} or _sits_on(facts, person):
        return True
    return person.is_a(Role.FIELD) and is_in_area(facts.desa_code, person.areas)


def may_see_opinions(facts: CaseFacts, person: Person) -> bool:
    """Other people's opinions, once the review was closed: the panel of the case and the secretariat; nobody who stepped back."""
    return bool(person.roles & {Role.SECRETARY, Role.SYSTEM}) or _sits_on(facts, person)


def _sits_on(facts: CaseFacts, person: Person) -> bool:
    return person.is_a(Role.EXPERT) and any(seat.person_id == person.id for seat in facts.seats)
