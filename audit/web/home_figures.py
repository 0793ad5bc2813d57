"""The few figures on the first page, by role. They are counted from what the agenda found; nothing is looked up here."""

from __future__ import annotations

from collections.abc import Sequence

from audit.casework.agenda import Agenda, Matter, own_actions
from audit.lifecycle.vocabulary import Status
from audit.people.roles import Person, Role
from audit.web.parts import Stat

_MOST = 4
_OVER = (Status.EVALUATED, Status.CARRIED_OVER)


def figures(found: Agenda, person: Person) -> Sequence[Stat]:
    """At most four figures, of the person's first role in the order of the process; none before there is anything to count."""
    if person.roles & {Role.SECRETARY, Role.CHAIR, Role.LEADER}:
        return _of_the_whole(found, person) if found.cases else ()
    if person.is_a(Role.EXPERT):
        return _of_an_expert(found, person)
    if person.is_a(Role.FIELD):
        return _of_the_field(found)
    return _of_an_agency(found, person) if person.is_a(Role.AGENCY) else ()


def _of_the_whole(found: Agenda, person: Person) -> Sequence[Stat]:
    running = [f for f in found.cases if f.status is not Status.WITHDRAWN]
    actions = [action for f in running for action in f.actions if not action.is_cancelled]
    confirmed = sum(action.is_confirmed for action in actions)
    over = sum(f.status in _OVER for f in running)
    late = found.cases_late
    return (
        Stat("Kasus", str(len(running)), f"{over} sudah dievaluasi", "/kasus", "folder"),
        Stat(
            "Terlambat",
            str(late),
            "kasus dengan langkah yang lewat waktu",
            "/kasus?terlambat=ya",
            "clock-exclamation",
            "bad" if late else "good",
        ),
        Stat(
            "Menunggu paket",
            str(sum(f.status is Status.SELECTED for f in running)),
            "kertas kerja belum lengkap",
            "/kasus?status=selected",
            "clipboard-text",
        ),
        Stat("Kegiatan RTL", str(len(actions)), f"{confirmed} sudah dipastikan", "/rtl", "list-check"),
    )[:_MOST]


def _of_an_expert(found: Agenda, person: Person) -> Sequence[Stat]:
    mine = [f for f in found.cases if any(seat.person_id == person.id for seat in f.seats)]
    answered = sum(any(seat.person_id == person.id and seat.has_answered for seat in f.seats) for f in mine)
    waiting = sum(one.matter is Matter.OPINION for one in found.waiting)
    return (
        Stat("Menunggu pendapat", str(waiting), "kasus", "/telaah", "stethoscope", "warn" if waiting else "neutral"),
        Stat("Sudah Anda beri pendapat", str(answered), f"dari {len(mine)} kasus Anda", "/kasus", "circle-check"),
        Stat("Dalam sidang panel", str(sum(f.status is Status.REVIEWED for f in mine)), "kasus", "/sidang", "users"),
    )


def _of_the_field(found: Agenda) -> Sequence[Stat]:
    open_cases = [f for f in found.cases if f.status not in (*_OVER, Status.WITHDRAWN)]
    worksheets = sum(one.matter in (Matter.WORKSHEET, Matter.RETURNED_WORKSHEET) for one in found.waiting)
    late = found.visits_late
    return (
        Stat(
            "Kunjungan hari ini",
            str(found.visits_today),
            f"{late} di antaranya terlambat" if late else "tidak ada yang terlambat" if found.visits_today else "tidak ada yang menunggu",
            "/kunjungan",
            "map-pin",
            "warn" if found.visits_today else "neutral",
        ),
        Stat("Kunjungan terlambat", str(late), "belum dicatat", "/kunjungan", "clock-exclamation", "bad" if late else "good"),
        Stat("Kertas kerja", str(worksheets), "menunggu dikirim", "/kasus?status=selected", "clipboard-text"),
        Stat("Kasus di wilayah Anda", str(len(open_cases)), "masih berjalan", "/kasus", "folder"),
    )


def _of_an_agency(found: Agenda, person: Person) -> Sequence[Stat]:
    mine = [(f, action) for f in found.cases for action in own_actions(f, person) if not action.is_cancelled]
    late = sum(
        action.is_open and not action.is_reported_done and action.ends_on is not None and action.ends_on < found.on for _, action in mine
    )
    reported = sum(action.is_reported_done and not action.is_confirmed for _, action in mine)
    return (
        Stat("Kegiatan instansi Anda", str(len(mine)), "dalam RTL", "/rtl", "list-check"),
        Stat("Lewat tenggat", str(late), "belum dilaporkan selesai", "/rtl", "clock-exclamation", "bad" if late else "good"),
        Stat("Dilaporkan selesai", str(reported), "menunggu dipastikan", "/rtl", "send"),
        Stat("Sudah dipastikan", str(sum(action.is_confirmed for _, action in mine)), "oleh petugas lain", "/rtl", "circle-check"),
    )
