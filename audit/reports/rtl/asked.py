"""What the head of a kecamatan or desa is asked to see to, decided from the frozen actions of the place. Pure; sentences, no layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audit.people.roles import AGENCIES
from audit.render.wording import date_words, list_words, number
from audit.reports.frozen import as_day

Row = Mapping[str, Any]
"""An action of a snapshot, as `rows.with_owners` gives it."""


def asked_of_head(actions: Sequence[Row], *, own: str, without_person: int) -> tuple[str, ...]:
    """One sentence for each thing that needs the head of the place, the most pressing first; each begins with "Pastikan".

    own: code of the agency the head speaks for ("kecamatan" or "desa"). without_person: cases with a plan that nobody waits on.
    Without any action only that of confidentiality stays.
    """
    rules: tuple[Callable[[Sequence[Row]], str], ...] = (_late, _stuck, lambda rows: _own(rows, own), _next, _unseen, _village_funds)
    asked = [sentence for rule in rules if (sentence := rule(actions))]
    if without_person:
        asked.append(f"Pastikan {number(without_person)} kasus yang belum memiliki petugas penanggung jawab segera mendapat petugas.")
    return (*asked, "Pastikan lembar ini hanya dibaca oleh yang menindaklanjutinya; nomor kasus tidak dikaitkan dengan nama keluarga.")


def _late(rows: Sequence[Row]) -> str:
    late = [row for row in rows if row["is_late"]]
    if not late:
        return ""
    return f"Pastikan {_count(late)} yang lewat tenggat segera diselesaikan {_owners(late)}, dan hambatannya sampai kepada sekretariat."


def _stuck(rows: Sequence[Row]) -> str:
    stuck = [row for row in rows if row["status"] == "terkendala" and not row["is_over"]]
    return f"Pastikan kendala pada {_count(stuck)} milik {_owners(stuck)} dibahas dan dicarikan jalan keluar." if stuck else ""


def _own(rows: Sequence[Row], own: str) -> str:
    mine = [row for row in rows if row["owner"] == own and not row["is_over"]]
    return f"Pastikan {_count(mine)} yang menjadi tanggung jawab {mine[0]['owner_name']} sendiri berjalan dan dilaporkan." if mine else ""


def _next(rows: Sequence[Row]) -> str:
    waiting = [row for row in rows if row["ends_on"] and not row["is_over"] and not row["is_late"]]
    if not waiting:
        return ""
    first = min(row["ends_on"] for row in waiting)
    due = [row for row in waiting if row["ends_on"] == first]
    return f"Pastikan {_owners(due)} menyelesaikan {_count(due)} sebelum tenggat terdekat, {date_words(as_day(first))}."


def _unseen(rows: Sequence[Row]) -> str:
    unseen = [row for row in rows if row["status"] == "selesai" and not row["is_confirmed"]]
    return (
        f"Pastikan {_count(unseen)} yang dilaporkan selesai dilihat langsung oleh petugas lain sebelum dianggap terlaksana."
        if unseen
        else ""
    )


def _village_funds(rows: Sequence[Row]) -> str:
    funded = [row for row in rows if row["funding"] == "dana_desa" and not row["is_over"]]
    return f"Pastikan {_count(funded)} bersumber Dana Desa tercantum dalam APB Desa tahun berjalan." if funded else ""


def _count(rows: Sequence[Row]) -> str:
    return f"{number(len(rows))} kegiatan"


def _owners(rows: Sequence[Row]) -> str:
    """The owners by name, each once, in the order of the list of agencies; more than three are counted."""
    names = {row["owner"]: row["owner_name"] for row in rows}
    owners = [names[code] for code in AGENCIES if code in names]
    return list_words(owners) if len(owners) <= 3 else f"{number(len(owners))} perangkat daerah"
