"""A reminder about a case that is late, as a text to be sent by whatever means the office has. Nothing of who it is about is in it."""

from __future__ import annotations

from collections.abc import Sequence

from audit.casework.deadlines import Deadline
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import Action
from audit.people.roles import ROLE_LABELS, Person, Role
from audit.render.wording import date_words, list_words
from audit.web.own_address import opens_only_here
from audit.web.time_words import days_words

ANCHOR = "ingatkan"


def reminds_others(person: Person) -> bool:
    """Who chases what is late."""
    return person.is_a(Role.SECRETARY)


def whom(owed: Sequence[Deadline]) -> str:
    """The roles that are waited for."""
    roles = {role for one in owed for role in one.by} - {Role.SYSTEM}
    return list_words([ROLE_LABELS[role] for role in sorted(roles)], last="atau")


def late_with_others(facts: CaseFacts, owed: Sequence[Deadline], person: Person) -> tuple[Deadline, ...]:
    """What is late and not this person's own to do; nothing for who does not remind."""
    if not reminds_others(person):
        return ()
    return tuple(one for one in owed if one.is_late(facts.on) and not one.by & person.roles)


def reminder(facts: CaseFacts, late: Sequence[Deadline], *, address: str) -> str:
    """The text: number of the case, each step with its day, and where the page is, if others can open it; "" when nothing is late."""
    if not late:
        return ""
    steps = dict.fromkeys(f"- {_step(one)}{_when(one, facts)}" for one in late)
    where = "Buka AKS, lalu cari nomor kasus itu." if opens_only_here(address) else f"Buka: {address}"
    return "\n".join((f"Pengingat audit kasus stunting, kasus {facts.number}.", "Yang ditunggu:", *steps, where))


def _step(one: Deadline) -> str:
    """What is to be done; for visits how many, for an agency what it has to do with its action."""
    return "Laporkan kemajuan kegiatan RTL" if one.action is Action.REPORT_PROGRESS else one.what


def _when(one: Deadline, facts: CaseFacts) -> str:
    if one.due_on is None:
        return ""
    return f", paling lambat {date_words(one.due_on)} ({days_words((one.due_on - facts.on).days)})"
