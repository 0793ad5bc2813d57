"""May this person change accounts? The one place where it is decided. What may be done to a case is in audit/lifecycle."""

from __future__ import annotations

from audit.errors import Refused
from audit.people.roles import Person, Role


def only_managers(by: Person) -> None:
    """Raises Refused unless the person belongs to the secretariat (or is the system itself)."""
    if not (by.is_a(Role.SECRETARY) or by.is_a(Role.SYSTEM)):
        raise Refused.because("not_allowed", "Hanya sekretariat yang dapat mengatur akun.")


def only_managers_or_owner(by: Person, account_id: int) -> None:
    """Raises Refused unless it is the person's own account or the person may manage accounts."""
    if by.id != account_id:
        only_managers(by)
