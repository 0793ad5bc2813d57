"""Who may read a restricted document of the book. Pure; who may see a case is decided in lifecycle/access."""

from __future__ import annotations

from audit.errors import Reason
from audit.lifecycle.access import is_in_area, may_see_identity
from audit.lifecycle.facts import CaseFacts
from audit.people.roles import Person, Role
from audit.reports.document import PUBLIC, DocumentEntry, Per, Readers

_HEADED = (Per.KECAMATAN, Per.DESA)
_OFFICE = {Role.SECRETARY, Role.CHAIR, Role.LEADER, Role.SYSTEM}


def may_not_read(one: DocumentEntry, person: Person, *, edition: str, subject: str, facts: CaseFacts | None = None) -> Reason | None:
    """Why this person may not read the document; None when they may. facts: of the case, where the document is about one."""
    if edition == PUBLIC or (one.readers is not Readers.IDENTITY and person.roles & _OFFICE):
        return None
    if one.readers is Readers.IDENTITY:
        is_allowed = facts is not None and may_see_identity(facts, person) and _is_own_seat(one, person, subject)
        return None if is_allowed else Reason("no_identity", f"{one.title} memuat identitas; peran Anda tidak boleh membacanya.")
    allowed = {
        Readers.OFFICE: False,
        Readers.PANEL: person.is_a(Role.EXPERT),
        Readers.OWNER: _is_own_score(person, subject) if one.per is Per.SCORE else _speaks_for(person, subject),
        Readers.AREA: _works_in(one, person, subject) or (one.per in _HEADED and _heads(person, subject)),
    }[one.readers]
    if allowed:
        return None
    return Reason("restricted", f"{one.title} edisi terbatas hanya untuk Sekretariat, Ketua, {_also(one)}.")


def _is_own_seat(one: DocumentEntry, person: Person, subject: str) -> bool:
    return one.per is not Per.SEAT or person.is_a(Role.SECRETARY) or subject.rpartition(":")[2] == person.username


def _speaks_for(person: Person, agency: str) -> bool:
    return person.is_a(Role.AGENCY) and agency != "" and person.agency == agency


def _is_own_score(person: Person, subject: str) -> bool:
    """An agency reads its own; that of a kecamatan or puskesmas is for those who work there, and for the head of the kecamatan."""
    kind, _, code = subject.partition(":")[2].partition(":")
    is_field = person.is_a(Role.FIELD)
    return {
        "opd": _speaks_for(person, code),
        "kecamatan": (is_field and is_in_area(code, person.areas)) or _heads(person, code),
        "puskesmas": is_field and person.puskesmas == code,
    }.get(kind, False)


def _works_in(one: DocumentEntry, person: Person, subject: str) -> bool:
    if one.per is Per.PUSKESMAS:
        return person.is_a(Role.FIELD) and person.puskesmas == subject
    return person.is_a(Role.FIELD) and one.per in _HEADED and is_in_area(subject, person.areas)


def _heads(person: Person, code: str) -> bool:
    """The camat, lurah or kepala desa: speaks for the government of a place and has this very place, or one around it, as area."""
    return person.is_a(Role.AGENCY) and person.agency in ("kecamatan", "desa") and person.areas != () and is_in_area(code, person.areas)


def _also(one: DocumentEntry) -> str:
    return {
        Readers.PANEL: "pimpinan, dan tim pakar",
        Readers.OWNER: "pimpinan, dan perangkat daerah pemiliknya",
        Readers.AREA: "pimpinan, dan petugas wilayahnya",
    }.get(one.readers, "dan pimpinan")
