"""Kunjungan: how a measurement that is odd is asked back on the page. What is odd, and when, is in casework/asking_back.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from audit.casework.asking_back import visit_doubts
from audit.forms import Doubted, Problems, parse
from audit.lifecycle.facts import CaseFacts
from audit.steps.followup.forms import VISIT
from audit.web.asked_back import box
from audit.web.form_parts import FieldView
from audit.web.sent import Sent

MEASURED_AGAIN = "diukur_ulang"
"""The field in which somebody says that doubted numbers are right; its value stands for these numbers and no others."""

ASKED_BACK = "Belum tercatat: pastikan dahulu angkanya"


def still_ticked(session: Session, facts: CaseFacts, answers: Mapping[str, Any], sent: Sent) -> Doubted | None:
    """The doubts of which somebody said already that they are none; None when nobody did, or when numbers or doubts are others now."""
    if not (stamp := sent.text(MEASURED_AGAIN)):
        return None
    try:
        found = visit_doubts(session, facts, parse(VISIT, answers).values)
    except Problems:
        return None
    return found if found is not None and found.stamp == stamp else None


def beside(doubted: Doubted | None) -> dict[str, str]:
    """Field name -> everything that is odd about it."""
    problems = doubted.problems if doubted else ()
    return {place: " ".join(p.message for p in problems if p.place == place) for place in {p.place for p in problems}}


def again_field(doubted: Doubted | None, *, is_ticked: bool) -> tuple[FieldView, ...]:
    """The box to tick when doubted numbers were measured again and are right; ticked only when it was, for these very numbers."""
    if doubted is None:
        return ()
    told = "Ukur ulang dan perbaiki angkanya. Bila hasilnya tetap sama, beri centang lalu catat."
    words = "Sudah diukur ulang, angkanya memang demikian"
    return (box(MEASURED_AGAIN, "Angka yang diragukan", doubted.stamp, words, help=told, is_ticked=is_ticked),)
