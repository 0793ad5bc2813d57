"""Kunjungan: a measurement that is odd is asked back before it is recorded. How it is judged is in casework/measuring.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from audit.casework.measuring import Doubt, check_measurement
from audit.forms import parse
from audit.lifecycle.facts import CaseFacts
from audit.steps.followup.forms import MEASURES, VISIT
from audit.web.asked_back import box, stamp_of
from audit.web.form_parts import FieldView, ProblemLine
from audit.web.sent import Sent

MEASURED_AGAIN = "diukur_ulang"
"""The field in which somebody says that doubted numbers are right; its value stands for these numbers and no others."""

ASKED_BACK = "Belum tercatat: pastikan dahulu angkanya"


class Doubted(Exception):
    """The numbers are odd, and nobody said yet that they were measured again. answers: as they were to be recorded."""

    def __init__(self, doubts: Sequence[Doubt], answers: Mapping[str, Any]) -> None:
        self.doubts, self.answers = doubts, answers


def ask_back(session: Session, facts: CaseFacts, answers: Mapping[str, Any], sent: Sent) -> None:
    """Raise Doubted when something is to be measured again, unless the box for these very numbers was ticked.

    answers: such as `parse` takes without a problem. Three statements.
    """
    values = parse(VISIT, answers).values
    if not MEASURES & values.keys():
        return
    checked = check_measurement(session, facts, values, on=values["visited_on"])
    doubts = [doubt for doubt in checked.doubts if doubt.is_asked]
    if doubts and sent.text(MEASURED_AGAIN) != _stamp(doubts, answers):
        raise Doubted(doubts, answers)


def beside(doubts: Sequence[Doubt]) -> dict[str, str]:
    """Field name -> everything that is odd about it."""
    return {place: " ".join(doubt.sentence for doubt in doubts if doubt.place == place) for place in {doubt.place for doubt in doubts}}


def doubt_lines(doubts: Sequence[Doubt]) -> tuple[ProblemLine, ...]:
    """The summary on top of the form, each line leading to its field."""
    return tuple(ProblemLine(f"f-{doubt.place}", doubt.sentence) for doubt in doubts)


def again_field(doubts: Sequence[Doubt], answers: Mapping[str, Any]) -> tuple[FieldView, ...]:
    """The box to tick when doubted numbers were measured again and are right; never ticked beforehand."""
    if not doubts:
        return ()
    told = "Ukur ulang dan perbaiki angkanya. Bila hasilnya tetap sama, beri centang lalu catat."
    stamp, words = _stamp(doubts, answers), "Sudah diukur ulang, angkanya memang demikian"
    return (box(MEASURED_AGAIN, "Angka yang diragukan", stamp, words, help=told),)


def _stamp(doubts: Sequence[Doubt], answers: Mapping[str, Any]) -> str:
    """Stands for these numbers with these doubts: others are asked about anew."""
    values = {name: value for name, value in parse(VISIT, answers).values.items() if name != "note"}
    return stamp_of([values, [doubt.sentence for doubt in doubts]])
