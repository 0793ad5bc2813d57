"""What the office calls the agencies of its district, as a form: the usual names to be changed, and places for agencies of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.forms import Field, Form, Problem, Problems, Section
from audit.people.agencies import agencies
from audit.people.agency_queries import PART
from audit.people.roles import AGENCIES, OWN_AGENCIES
from audit.people.tables import Account
from audit.steps.recommend.tables import RtlAction

_LONGEST = 80
"""Characters of a name: a few lines of the narrowest column it is printed in."""

_FIELDS = {code: Field(code, name, highest=_LONGEST) for code, name in AGENCIES.items()}
_USUAL = tuple(field for code, field in _FIELDS.items() if code not in OWN_AGENCIES)
_OWN = tuple(_FIELDS[code] for code in OWN_AGENCIES)
AGENCY_NAMES = Form(
    PART, "Perangkat daerah", (Section("usual", "Nama di kabupaten ini", _USUAL), Section("own", "Yang belum ada dalam daftar", _OWN))
)


def otherwise_named(typed: Mapping[str, Any]) -> dict[str, str]:
    """Code -> name of those that are called otherwise than usual. typed: values of AGENCY_NAMES; what is left empty keeps its usual name.

    Raises Problems where two agencies are called the same.
    """
    named = {code: name for code, given in typed.items() if (name := " ".join(str(given).split())) and name != AGENCIES[code]}
    first: dict[str, str] = {}
    problems = []
    for code, name in agencies(named).items():
        if (other := first.setdefault(name.casefold(), code)) != code:
            sentence = f"{AGENCIES[code]}: “{name}” sudah menjadi nama {AGENCIES[other]}; beri nama yang berbeda."
            problems.append(Problem(code, name, "same_name", sentence))
    if problems:
        raise Problems(problems)
    return named


def refuse_nameless(session: Session, named: Mapping[str, Any]) -> None:
    """Raises Problems where an agency of the office's own loses its name although an account or an action still has it. Two statements."""
    used = {*session.scalars(select(Account.agency).where(Account.is_active, Account.agency.in_(OWN_AGENCIES)).distinct())}
    used |= {*session.scalars(select(RtlAction.owner_agency).where(RtlAction.owner_agency.in_(OWN_AGENCIES)).distinct())}
    problems = [
        Problem(code, "", "in_use", f"{AGENCIES[code]}: masih dipakai oleh akun atau kegiatan RTL, jadi namanya tidak dapat dikosongkan.")
        for code in OWN_AGENCIES
        if code in used and code not in named
    ]
    if problems:
        raise Problems(problems)
