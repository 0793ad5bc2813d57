"""What a scorecard says in words: what is asked of the head, the state of an action, and cautions. Frozen values in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.render.wording import date_words, number, percent
from audit.reports.scorecard.measures import FEW
from audit.reports.scorecard.units import KECAMATAN, KINDS, OPD, Unit

TOO_FEW = "terlalu sedikit untuk disimpulkan"

Counts = Mapping[str, Any]


def asked_of(unit: Unit, content: Mapping[str, Any]) -> tuple[str, ...]:
    """One to three sentences to the head of the unit: what to do first, about what nobody has seen, about visits; never none."""
    now: Counts = content["now"]
    by = date_words(date.fromisoformat(content["reply_by"]))
    asked = [_overdue(unit, now, by), _unseen(now), _visits(unit, now)]
    return tuple(sentence for sentence in asked if sentence) or (_nothing_wrong(unit, content),)


def state_words(action: Mapping[str, Any]) -> str:
    """ "Belum dilaporkan", "Terkendala, sudah dieskalasi", "Selesai, belum dipastikan"."""
    if action["status"] == "selesai":
        return "Selesai, belum dipastikan"
    told = "Terkendala" if action["status"] == "terkendala" else "Berjalan"
    return (told if action["is_reported"] else "Belum dilaporkan") + (", sudah dieskalasi" if action["is_escalated"] else "")


def out_of(part: int, whole: int) -> str:
    """ "7 dari 10"; a dash when there is no whole."""
    return f"{number(part)} dari {number(whole)}" if whole else "–"


def share_or_caution(part: int, whole: int) -> str:
    """ "70 %", or for fewer than five that it is too few to conclude from; "" when there is nothing."""
    if not whole:
        return ""
    return TOO_FEW if whole < FEW else percent(100 * part / whole, 0)


def rank_words(unit: Unit, rank: Mapping[str, Any] | None) -> tuple[str, str]:
    """ "3 dari 7" and "perangkat daerah, bersama 1 lainnya"; a dash and why there is none."""
    if rank is None:
        return "–", "belum dapat diurutkan"
    tied = f", bersama {number(rank['tied'])} lainnya" if rank["tied"] else ""
    return f"{number(rank['place'])} dari {number(rank['of'])}", f"{KINDS[unit.kind]}{tied}"


def improved_words(now: Counts) -> str:
    """ "2 dari 3 kasus yang dinilai membaik (terlalu sedikit untuk disimpulkan)"."""
    if not now["cases_judged"]:
        return "belum ada kasus yang dapat dinilai pada triwulan ini"
    caution = f" ({TOO_FEW})" if now["cases_judged"] < FEW else ""
    return f"{out_of(now['cases_improved'], now['cases_judged'])} kasus yang dinilai{caution}"


def visits_words(now: Counts) -> str:
    """ "40 dari 48 terlaksana, 8 terlewat"."""
    if not now["visits_due"]:
        return "tidak ada kunjungan yang jatuh pada triwulan ini"
    return f"{out_of(now['visits_done'], now['visits_due'])} terlaksana, {number(now['visits_missed'])} terlewat"


def _overdue(unit: Unit, now: Counts, by: str) -> str:
    count = now["overdue"]
    if not count:
        return ""
    if unit.kind == KECAMATAN:
        return (
            f"Mohon mengumpulkan para penanggung jawab {number(count)} kegiatan yang lewat tenggat di wilayah ini dan menyepakati "
            f"tanggal penyelesaiannya paling lambat {by}."
        )
    stuck = "; kendala yang dihadapi disampaikan agar dapat dibantu" if now["stuck"] else ""
    return f"Mohon menyelesaikan dan melaporkan {number(count)} kegiatan yang lewat tenggat paling lambat {by}{stuck}."


def _unseen(now: Counts) -> str:
    count = now["unseen"]
    if not count:
        return ""
    return f"Mohon agar {number(count)} kegiatan yang sudah dilaporkan selesai dilihat langsung oleh petugas lain."


def _visits(unit: Unit, now: Counts) -> str:
    """Visits are asked of those whose people make them, not of an agency."""
    if unit.kind == OPD or not now["visits_missed"]:
        return ""
    return f"Mohon agar {number(now['visits_missed'])} kunjungan rumah yang terlewat segera diganti oleh petugas kasusnya."


def _left_open(now: Counts) -> int:
    """How many that fell due in the quarter were never done; without any overdue, these belong to cases that are no longer followed."""
    return int(now["running"]) + int(now["stuck"]) + int(now["silent"])


def _nothing_wrong(unit: Unit, content: Mapping[str, Any]) -> str:
    """Thanks and what comes next, but no thanks for work that was never done because its case had ended first."""
    if left := _left_open(content["now"]):
        return (
            f"Mohon {number(left)} kegiatan yang belum selesai ketika kasusnya berhenti diikuti dibahas pada rapat evaluasi: "
            "diteruskan pada siklus berikutnya atau dihentikan dengan alasan."
        )
    coming = content["next"]
    if coming:
        day = date_words(date.fromisoformat(coming["on"]))
        said = "Semua kegiatan yang jatuh tempo sudah selesai. " if content["now"]["due"] else "Tidak ada kegiatan yang jatuh tempo. "
        return f"{said}Mohon {number(coming['count'])} kegiatan dengan tenggat berikutnya, {day}, tetap berjalan."
    if content["now"]["due"]:
        name = unit.label(content["cycle"].get("agencies", {}))
        return f"Semua kegiatan yang jatuh tempo sudah selesai dan dipastikan; terima kasih kepada {name}."
    return "Tidak ada yang diminta pada triwulan ini."
