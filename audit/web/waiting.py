"""How an errand that is waited for stands on a page: its state, how far it is, what went wrong. Asking for it is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from audit.casework.errands import ASKED, DONE, FAILED, RUNNING, STATE_LABELS, is_over
from audit.casework.tables import Errand
from audit.render.wording import number
from audit.web.parts import Badge, Progress

_BADGES = {ASKED: ("info", "clock"), RUNNING: ("info", "player-play"), DONE: ("good", "circle-check"), FAILED: ("bad", "alert-circle")}
_SENTENCES = {
    ASKED: "Pekerjaan ini menunggu giliran. Halaman ini memperbarui diri; Anda boleh menutupnya dan kembali nanti.",
    RUNNING: "Sedang dikerjakan. Halaman ini memperbarui diri; Anda boleh menutupnya dan kembali nanti.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An errand that is not over yet. address: of the page it stands on, asked again every few seconds."""

    address: str
    sentence: str
    progress: Progress | None


def waiting_for(errand: Errand, *, address: str, unit: str = "bagian") -> Waiting | None:
    """How an errand is waited for on the page with this address; None when it is over. unit: what is counted of it ("dokumen")."""
    if is_over(errand):
        return None
    bar = None
    if errand.total:
        words = f"{number(errand.done)} dari {number(errand.total)} {unit}"
        bar = Progress("Sudah dikerjakan", errand.done, errand.total, words, tone="info")
    return Waiting(address, _SENTENCES[errand.state], bar)


def state_badge(errand: Errand) -> Badge:
    """The state of an errand in a word."""
    tone, icon = _BADGES[errand.state]
    return Badge(STATE_LABELS[errand.state], tone, icon)
