"""What every command begins with: which home, which person, which cycle, what time it is. No command is in here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit import clock
from audit.errors import Refused
from audit.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from audit.casework.installation import Installation
    from audit.lifecycle.tables import Cycle
    from audit.people.roles import Person

CycleOption = Annotated[
    str | None, typer.Option("--cycle", metavar="KODE", help="Kode siklus; bila kosong, satu-satunya siklus yang terbuka.")
]
AsOption = Annotated[
    str | None, typer.Option("--as", metavar="PENGGUNA", help="Bekerja sebagai pengguna ini; bila kosong: AKS_USER, lalu sekretariat.")
]

HOME: ContextVar[Path | None] = ContextVar("HOME", default=None)
"""The folder given with --home in this run; None: as the environment says."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One open transaction with the person who works in it. It is committed when the command ends well."""

    installation: Installation
    session: Session
    person: Person
    at: datetime

    def on(self, cycle: Cycle | None = None) -> date:
        """Today in the district of the cycle, or where this installation stands."""
        from audit.lifecycle.calendar import local_date

        return local_date(self.at, cycle.timezone if cycle else self.installation.settings.timezone)


def current_settings() -> Settings:
    """The settings of this run."""
    return read_settings(HOME.get())


@contextmanager
def installation() -> Iterator[Installation]:
    """The installation of this run, closed afterwards. Raises Fault with what to do when it cannot be opened."""
    from audit.casework.installation import open_installation

    opened = open_installation(current_settings())
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def desk(user: str | None, *, reading: bool = False) -> Iterator[Desk]:
    """A transaction for one person. reading: nothing will be written, so that writers are not kept waiting.

    Raises Refused for an unknown person and for the system itself, in whose name nobody works by hand.
    """
    from audit.people.directory import person_named
    from audit.people.roles import Role

    with installation() as opened, opened.reading() if reading else opened.sessions() as session, session.begin():
        person = person_named(session, (user or opened.settings.user).strip().lower())
        if person.is_a(Role.SYSTEM):
            raise Refused.because("system_account", "Nama “sistem” tidak dipakai orang. Untuk langkah yang dikerjakan sistem: aks run")
        yield Desk(opened, session, person, clock.now())


def only_secretariat(person: Person, what: str) -> None:
    """Raises Refused for anybody but the secretariat."""
    from audit.people.roles import Role

    if not person.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", f"Hanya Sekretariat yang dapat {what}. Sebutkan akunnya dengan --as.")


def chosen_cycle(session: Session, code: str | None) -> Cycle:
    """The cycle of this code or, without one, the only open one. Refused when there is none, or more than one to choose from."""
    from audit.casework.cycles import cycle_by_code

    if code:
        return cycle_by_code(session, code.strip())
    found = open_cycles(session)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused.because("no_open_cycle", "Belum ada siklus yang terbuka. Buka dengan: aks cycle open")
    codes = ", ".join(cycle.code for cycle in found)
    raise Refused.because("several_open_cycles", f"Ada beberapa siklus terbuka ({codes}). Pilih satu dengan --cycle.")


def open_cycles(session: Session) -> list[Cycle]:
    """The cycles that are not closed, the newest first."""
    from audit.casework.cycles import list_cycles

    return [cycle for cycle in list_cycles(session) if cycle.closed_at is None]
