"""The three ways a thing can fail to happen, as every door of the program knows them. How they are shown is decided at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: a code for programs, a sentence in Indonesian for people."""

    code: str
    sentence: str


class Refused(Exception):
    """A person may not do this now, or a file cannot be used. Carries sentences without identity; shown, not logged as an error."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(r.sentence for r in reasons))
        self.reasons: Sequence[Reason] = reasons

    @classmethod
    def because(cls, code: str, sentence: str) -> Refused:
        """The common case: one reason."""
        return cls(Reason(code, sentence))


class Stale(Refused):
    """The case changed since the person looked at it; nothing was written."""


class Fault(Exception):
    """A promise of ours broke (a missing key, a damaged file). Carries a sentence without identity; logged with an id at the edge."""
