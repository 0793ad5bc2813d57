"""Beranda: what waits for this person, soonest first, and a few figures. What waits at all is decided in audit/casework/agenda.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from starlette.responses import Response

from audit.casework.agenda import WATCHING, Agenda, LateElsewhere, Matter, Waiting, agenda
from audit.casework.errands import TERMS, ErrandKind
from audit.casework.plan_board import numbered_activities
from audit.lifecycle.tables import Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.people.roles import ROLE_LABELS, Role
from audit.render.wording import date_words, list_words
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.home_figures import figures
from audit.web.pages.cycle import address_of
from audit.web.parts import Badge, Button, Empty, PageHead, Shell, Stat, Task
from audit.web.time_words import days_badge, days_words

_LONGEST_ACTIVITY = 90
SHOWN_EACH = 3
"""So many of a kind stand by themselves; more become one line that leads to their list."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page after signing in. tasks: what waits; elsewhere: what is late with others, for who watches over them.

    are_figures_first: for who watches over the whole; whoever has to do something sees that first.
    """

    shell: Shell
    head: PageHead
    figures: Sequence[Stat]
    are_figures_first: bool
    tasks: Sequence[Task]
    empty: Empty
    elsewhere: Sequence[Task]
    steps: Sequence[Task]


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of work is said. one, many: "{n}" is the number of the case, or how many. list_address: where all of them are."""

    one: str
    many: str
    icon: str
    list_address: str


WORDS: Mapping[Matter, Words] = {
    Matter.RETURNED_WORKSHEET: Words(
        "Lengkapi kertas kerja {n}", "{n} kertas kerja dikembalikan", "clipboard-text", "/kasus?status=selected"
    ),
    Matter.WORKSHEET: Words("Isi kertas kerja {n}", "{n} kasus menunggu kertas kerja", "clipboard-text", "/kasus?status=selected"),
    Matter.VISIT: Words("Kunjungi {n}", "{n} kunjungan menunggu dicatat", "map-pin", "/kunjungan"),
    Matter.CONFIRM: Words("Pastikan kegiatan {n}", "{n} kasus dengan kegiatan yang perlu dipastikan", "clipboard-check", "/rtl"),
    Matter.OPINION: Words("Beri pendapat {n}", "{n} kasus menunggu pendapat Anda", "stethoscope", "/telaah"),
    Matter.VOTE: Words("Beri suara {n}", "{n} usul kesepakatan menunggu suara Anda", "messages", "/sidang"),
    Matter.CONSENSUS: Words("Catat kesepakatan {n}", "{n} kasus menunggu kesepakatan panel", "users", "/sidang"),
    Matter.APPROVE: Words("Periksa dan setujui RTL {n}", "{n} RTL menunggu persetujuan Anda", "file-check", "/rtl"),
    Matter.REPORT: Words("Laporkan kegiatan: {n}", "{n} kegiatan menunggu laporan", "list-check", "/rtl"),
    Matter.INCOMPLETE_WORKSHEET: Words(
        "Periksa kertas kerja {n}", "{n} kertas kerja dikirim tetapi belum lengkap", "clipboard-list", "/kasus?status=selected"
    ),
    Matter.PANEL: Words("Lengkapi panel {n}", "{n} kasus belum mempunyai panel lengkap", "affiliate", "/panel"),
    Matter.PAPER_OPINION: Words(
        "Masukkan kajian dari kertas {n}", "{n} formulir kajian menunggu dimasukkan", "file-import", "/kasus?status=under_review"
    ),
    Matter.PLAN: Words("Susun dan ajukan RTL {n}", "{n} RTL menunggu diajukan", "list-check", "/kasus?status=recommended"),
    Matter.IN_CHARGE: Words(
        "Tunjuk penanggung jawab {n}", "{n} kasus belum mempunyai penanggung jawab", "user-plus", "/kasus?status=approved"
    ),
    Matter.EVALUATE: Words("Evaluasi hasil {n}", "{n} kasus menunggu evaluasi", "report-analytics", "/kasus?status=follow_up"),
    Matter.DRAFT: Words("Lanjutkan isian {n}", "{n} isian belum dikirim", "pencil", "/kasus"),
    Matter.DOUBT: Words("Putuskan {n} pencocokan yang meragukan", "{n} pencocokan yang meragukan", "git-compare", "/impor"),
    Matter.ERRAND: Words("{n} gagal", "{n} pekerjaan sistem gagal", "alert-triangle", "/siklus"),
}
assert set(WORDS) == set(Matter), "every matter is said"


def show(desk: Desk) -> Response:
    """What waits for this person, soonest first."""
    found = agenda(desk.session, desk.person, at=desk.at, timezone=desk.installation.settings.timezone)
    newest = found.cycles[0] if found.cycles else None
    page = HomePage(
        shell=desk.frame("Beranda", place="beranda"),
        head=PageHead("Beranda", over=date_words(found.on), lead=_lead(newest, found.on)),
        figures=figures(found, desk.person),
        are_figures_first=bool(desk.person.roles & WATCHING),
        tasks=tuple(tasks(found, _activities(desk, found))),
        empty=_empty(desk, found),
        elsewhere=tuple(_elsewhere(line, found) for line in found.late_elsewhere),
        steps=_first_steps(desk, found),
    )
    return desk.draw("web/home.html", page)


def tasks(found: Agenda, activities: Mapping[int, tuple[int, str]]) -> list[Task]:
    """One line for each thing that waits, or one for many alike, soonest first.

    activities: id of a row of the plan -> its number and what is to be done, of those that wait for a report.
    """
    alike: dict[Matter, list[Waiting]] = {}
    for one in found.waiting:
        alike.setdefault(one.matter, []).append(one)
    lines: list[tuple[date, Task]] = []
    for matter, waiting in alike.items():
        if matter in (Matter.DOUBT, Matter.ERRAND) or len(waiting) <= SHOWN_EACH:
            lines += [(one.due_on or date.max, _single(one, found.on, activities.get(one.action_id or 0))) for one in waiting]
        else:
            lines.append((waiting[0].due_on or date.max, _digest(matter, waiting, found.on, activities)))
    return [task for _, task in sorted(lines, key=lambda line: line[0])]


def _activities(desk: Desk, found: Agenda) -> Mapping[int, tuple[int, str]]:
    """What is to be done in the rows of the plan that are named on the page. One statement, none where nothing waits for a report."""
    ids = [one.action_id for one in found.waiting if one.action_id is not None]
    ids = ids if len(ids) <= SHOWN_EACH else ids[:1]
    return numbered_activities(desk.session, ids) if ids else {}


def _single(one: Waiting, on: date, activity: tuple[int, str] | None) -> Task:
    words = WORDS[one.matter]
    number, what = activity or (0, "")
    said = _about(one)
    about = " · ".join(part for part in (f"Kasus {one.case_number}", said[:1].lower() + said[1:]) if part) if what else said
    return Task(
        title=words.one.format(n=_short(what) if what else _subject(one)),
        address=_address(one) + (f"?kegiatan={number}" if number else ""),
        text=about,
        due=_due(one.due_on, on) or (Badge("Perlu dilihat", "bad", "alert-triangle") if one.matter is Matter.ERRAND else None),
        icon=words.icon,
    )


def _subject(one: Waiting) -> str:
    if one.matter is Matter.ERRAND:
        return f"“{TERMS[ErrandKind(one.detail)].label}”"
    return str(one.count) if not one.case_number else f"kasus {one.case_number}"


def _about(one: Waiting) -> str:
    if one.matter is Matter.DRAFT and one.action:
        label = next(row.label for row in TRANSITIONS if row.action is one.action)
        return f"{label}; isian Anda tersimpan, belum dikirim"
    if one.matter is Matter.VISIT and one.due_on:
        return f"Direncanakan {date_words(one.due_on)}"
    if one.matter is Matter.DOUBT:
        return "Orang yang sama atau bukan? Baris itu belum masuk ke data."
    if one.matter is Matter.ERRAND:
        return "Lihat sebabnya pada halaman siklus, lalu minta lagi."
    parts = ["sudah mulai diisi, belum dikirim"] if one.is_begun else []
    if one.due_on:
        parts.insert(0, f"paling lambat {date_words(one.due_on)}")
    return _sentence("; ".join(parts))


def _address(one: Waiting) -> str:
    if one.case_number and one.action:
        return of_action(one.case_number, one.action)
    return of_case(one.case_number) if one.case_number else WORDS[one.matter].list_address


def _short(activity: str) -> str:
    """The first words of what is to be done, cut between words."""
    return shorten(activity, _LONGEST_ACTIVITY, placeholder="…")


def _digest(matter: Matter, waiting: Sequence[Waiting], on: date, activities: Mapping[int, tuple[int, str]]) -> Task:
    words = WORDS[matter]
    late = sum(one.due_on is not None and one.due_on < on for one in waiting)
    begun = sum(one.is_begun for one in waiting)
    first = activities.get(waiting[0].action_id or 0)
    said = [
        *([f"{late} terlambat"] if late else []),
        *([f"{begun} sudah mulai diisi"] if begun else []),
        f"paling dekat: {waiting[0].case_number}" + (f", {_short(first[1])}" if first else ""),
    ]
    text = _sentence(", ".join(said))
    return Task(words.many.format(n=len(waiting)), words.list_address, text, _due(waiting[0].due_on, on), words.icon)


def _due(due_on: date | None, on: date) -> Badge | None:
    return None if due_on is None else days_badge((due_on - on).days)


def _sentence(text: str) -> str:
    """With a capital at its beginning; months keep theirs."""
    return text[:1].upper() + text[1:]


def _elsewhere(line: LateElsewhere, found: Agenda) -> Task:
    label = next(row.label for row in TRANSITIONS if row.action is line.action)
    whom = list_words(
        [ROLE_LABELS[role][:1].lower() + ROLE_LABELS[role][1:] for role in sorted(line.by) if role is not Role.SYSTEM], "atau"
    )
    since = f"paling lama {days_words((line.oldest_on - found.on).days)}" if line.oldest_on else ""
    return Task(
        title=f"{label}: {line.cases} kasus",
        address=f"{address_of(found.cycles[0])}#terlambat",
        text=_sentence(", ".join(part for part in (f"pada {whom}" if whom else "", since) if part)),
        due=Badge("Terlambat", "bad", "clock-exclamation"),
        icon="hourglass",
    )


def _lead(cycle: Cycle | None, on: date) -> str:
    if cycle is None:
        return "Belum ada siklus yang terbuka."
    if cycle.dissemination_on is None:
        return f"Siklus {cycle.code}"
    left = (cycle.dissemination_on - on).days
    when = "hari ini" if left == 0 else f"{left} hari lagi" if left > 0 else f"{-left} hari yang lalu"
    return f"Siklus {cycle.code} · diseminasi {date_words(cycle.dissemination_on)}, {when}"


_COMES_NEXT: Mapping[Role, str] = {
    Role.SECRETARY: "Yang berikutnya datang sendiri: kertas kerja dari petugas, pendapat dari pakar, laporan dari perangkat daerah.",
    Role.FIELD: "Kertas kerja dan kunjungan di wilayah Anda muncul di sini begitu ada kasusnya.",
    Role.EXPERT: "Kasus muncul di sini begitu paketnya siap dan Anda ditugaskan.",
    Role.CHAIR: "RTL muncul di sini begitu sekretariat mengajukannya.",
    Role.AGENCY: "Kegiatan instansi Anda muncul di sini begitu RTL disetujui.",
    Role.LEADER: "Anda tidak perlu mengerjakan apa pun; kemajuannya ada di halaman siklus dan rapor.",
}


def _empty(desk: Desk, found: Agenda) -> Empty:
    roles = [role for role in Role if role in desk.person.roles and role in _COMES_NEXT]
    text = " ".join(_COMES_NEXT[role] for role in roles[:2])
    button = Button("Lihat siklus", "/siklus", "calendar") if desk.person.roles & {Role.LEADER, Role.CHAIR} and found.cycles else None
    return Empty("Tidak ada yang menunggu Anda", text, "circle-check", button)


def _first_steps(desk: Desk, found: Agenda) -> tuple[Task, ...]:
    """How a semester begins, for the secretariat, until the first case is open."""
    if not desk.person.is_a(Role.SECRETARY) or found.cases:
        return ()
    if not found.cycles:
        return (Task("Buka siklus", "/siklus/baru", "Tentukan kecamatan lokus, kelompok, kuota, dan tanggal diseminasi", icon="calendar"),)
    return (
        Task("Muat berkas registri", "/impor", "e-PPGBM dan berkas lain; diperiksa dahulu sebelum masuk", icon="upload"),
        Task("Tapis dan pilih kandidat", "/kandidat", "Urut menurut risiko, dengan alasan dalam kata", icon="user-search"),
    )


PAGES = (Page("/", show),)
