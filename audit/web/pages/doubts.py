"""Rows of a registry file that may be somebody already known, side by side with who it may be; each is decided by a person.

Names are shown here, because nobody can decide without them; NIK and family card only with their ends. For the secretariat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.imports import NEW, SAME, Described, Doubt, DoubtLine, decide_doubt, doubt, next_doubt, waiting_doubt_lines
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.render.wording import date_words, facility, home_words, list_words, masked_nik, number, with_unit
from audit.reports.phrases import place_words
from audit.web.desk import Desk, Page
from audit.web.form_parts import Choice, CompareRow, Comparison, FieldView, FormView, ProblemLine, SectionView
from audit.web.pages.imports import ADDRESS, CRUMB, SECRETARIAT, of_import
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Button, Cell, Column, Empty, PageHead, Row, Shell, Table
from audit.web.sent import Sent, whole_number

_log = logging.getLogger(__name__)

LIST = f"{ADDRESS}/ragu"
_ON_A_PAGE = 50
_UNDECIDED = "Pilih salah satu: orang yang sama, atau orang baru."


@dataclass(frozen=True, slots=True)
class DoubtsPage:
    """The rows that wait."""

    shell: Shell
    head: PageHead
    doubts: Table


@dataclass(frozen=True, slots=True)
class DoubtPage:
    """One row beside everybody it may be. form: None when it was decided."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    comparisons: tuple[Comparison, ...]
    form: FormView | None


def show(desk: Desk) -> Response:
    """The rows that wait, oldest first; of one import with ?impor=. Three statements."""
    of_one = whole_number(desk.query("impor"))
    _, total = waiting_doubt_lines(desk.session, import_id=of_one, first=0, count=0)
    at = page_asked(desk.query("hal"), total=total, size=_ON_A_PAGE)
    lines, total = waiting_doubt_lines(desk.session, import_id=of_one, first=(at - 1) * _ON_A_PAGE, count=_ON_A_PAGE)
    asked = {"impor": str(of_one) if of_one is not None else ""}
    buttons = (Button("Mulai memutuskan", of_doubt(lines[0].id), "git-compare", "primary"),) if lines else ()
    page = DoubtsPage(
        shell=desk.frame("Baris yang meragukan", place="impor", crumbs=(CRUMB,)),
        head=PageHead(
            "Baris yang meragukan",
            lead="Baris berkas yang mungkin orang yang sudah tercatat. Tidak ada yang digabung tanpa keputusan Anda.",
            buttons=buttons,
        ),
        doubts=_table(lines, at=at, total=total, asked=asked),
    )
    return desk.draw("web/imports/doubts.html", page)


def show_one(desk: Desk) -> Response:
    """One row beside everybody it may be. Five statements."""
    return _draw(desk, _doubt(desk))


def take_one(desk: Desk, sent: Sent) -> Response:
    """Take the decision and go on to the next row that waits."""
    one = _doubt(desk)
    answer = sent.text("keputusan")
    decision, _, whom = answer.partition("-")
    subject_id = whole_number(whom)
    known = {person.subject_id for person in one.known}
    if decision not in (SAME, NEW) or (decision == SAME and subject_id not in known) or (decision == NEW and whom):
        return _draw(desk, one, chosen=answer, problem=_UNDECIDED, status=422)
    try:
        with desk.writing() as session:
            is_new = decide_doubt(session, one.line.id, decision=decision, subject_id=subject_id, by=desk.person, at=desk.at)
            following = next_doubt(session, after=one.line.id)
    except Refused as refusal:
        sentences = tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons)
        return _draw(desk, _doubt(desk), alerts=sentences, status=409)
    _log.info("doubtful match decided", extra={"doubt_id": one.line.id, "decision": decision, "by_id": desk.person.id})
    told = f"Baris {one.line.row} dicatat sebagai orang {'baru' if decision == NEW else 'yang sama'}."
    said = told if is_new else f"{told} Formulir yang sama terkirim dua kali; dicatat sekali."
    if following is None:
        return desk.go(LIST, said=f"{said} Tidak ada lagi baris yang menunggu.")
    return desk.go(of_doubt(following), said=said)


def of_doubt(doubt_id: int) -> str:
    """The page of one doubtful row."""
    return f"{LIST}/{doubt_id}"


def _doubt(desk: Desk) -> Doubt:
    wanted = whole_number(desk.path("doubt"))
    found = doubt(desk.session, wanted) if wanted is not None else None
    if found is None:
        raise HTTPException(404)
    return found


def _table(lines: Sequence[DoubtLine], *, at: int, total: int, asked: dict[str, str]) -> Table:
    columns = (Column("Baris"), Column("Berkas"), Column("Desa, kecamatan"), Column("Mungkin orang ini"))
    rows = tuple(
        Row(
            (
                Cell(f"Baris {number(one.row)}", of_doubt(one.id)),
                Cell(one.file_name, of_import(one.import_id)),
                Cell(place_words(one.desa_code)),
                Cell(f"{number(one.known)} orang yang tercatat"),
            )
        )
        for one in lines
    )
    empty = Empty(
        "Tidak ada yang menunggu", "Semua baris yang meragukan sudah diputuskan.", "circle-check", Button("Ke daftar impor", ADDRESS)
    )
    below = pager(LIST, asked, at=at, total=total, size=_ON_A_PAGE, what="baris")
    return Table("Baris yang menunggu keputusan", columns, rows, empty, below)


def _draw(desk: Desk, one: Doubt, *, chosen: str = "", problem: str = "", alerts: tuple[Alert, ...] = (), status: int = 200) -> Response:
    _log.info("doubtful match shown", extra={"doubt_id": one.line.id, "by_id": desk.person.id})
    lettered = tuple(zip(map(_letter, range(len(one.known))), one.known, strict=True))
    page = DoubtPage(
        shell=desk.frame("Baris yang meragukan", place="impor", crumbs=(CRUMB, ("Baris yang meragukan", LIST))),
        head=PageHead(
            "Orang yang sama atau orang baru?",
            over=f"{one.line.file_name}, baris {number(one.line.row)}",
            lead="Bandingkan baris berkas dengan orang yang sudah tercatat, lalu putuskan.",
        ),
        alerts=(*alerts, *_decided(desk, one)),
        comparisons=tuple(_comparison(letter, one.written, person, is_alone=len(lettered) == 1) for letter, person in lettered),
        form=_form(desk, one, lettered, chosen, problem) if one.line.decided is None else None,
    )
    return desk.draw("web/imports/doubt.html", page, status=status)


def _decided(desk: Desk, one: Doubt) -> tuple[Alert, ...]:
    if one.line.decided is None or one.decided_at is None:
        return ()
    words = "orang baru" if one.line.decided == NEW else "orang yang sudah tercatat"
    on = date_words(local_date(one.decided_at, desk.installation.settings.timezone))
    return (Alert(f"Sudah diputuskan: {words}, oleh {one.decided_by}, {on}.", "info", button=Button("Ke daftar yang menunggu", LIST)),)


def _letter(n: int) -> str:
    return chr(ord("A") + n) if n < 26 else str(n + 1)


def _form(desk: Desk, one: Doubt, lettered: Sequence[tuple[str, Described]], chosen: str, problem: str) -> FormView:
    choices = [
        Choice(
            f"{SAME}-{person.subject_id}",
            "Orang yang sama" if len(lettered) == 1 else f"Orang yang sama dengan {letter}",
            is_chosen=chosen == f"{SAME}-{person.subject_id}",
            help=f"{person.identity.get('name', 'tanpa nama')}: pengukuran di baris ini dicatat padanya.",
        )
        for letter, person in lettered
    ]
    choices.append(Choice(NEW, "Orang baru", is_chosen=chosen == NEW, help="Dicatat sebagai orang yang belum pernah tercatat."))
    field = FieldView("keputusan", "Keputusan Anda", "radio", chosen, tuple(choices), problem=problem, is_required=True)
    return FormView(
        of_doubt(one.line.id),
        (SectionView("keputusan", "", (field,)),),
        (Button("Simpan dan lanjut", tone="primary", icon="check"), Button("Nanti saja", LIST, tone="quiet")),
        csrf=desk.token,
        problems=(ProblemLine(field.key, problem),) if problem else (),
        is_guarded=False,
    )


_SEXES = {True: "Laki-laki", False: "Perempuan", None: ""}


def _day(person: Described) -> str:
    try:
        return date_words(date.fromisoformat(str(person.identity.get("birth_date", ""))))
    except ValueError:
        return ""


def _measured(person: Described) -> str:
    if person.measured_on is None:
        return ""
    units = (("weight_kg", "kg", 1), ("height_cm", "cm", 1), ("muac_cm", "cm LiLA", 1))
    said = [with_unit(person.latest.get(name), unit, decimals) for name, unit, decimals in units if person.latest.get(name) is not None]
    return f"{date_words(person.measured_on)}: {list_words(said)}" if said else date_words(person.measured_on)


def _text(name: str) -> Callable[[Described], str]:
    return lambda person: str(person.identity.get(name) or "")


def _home(person: Described) -> str:
    known: dict[str, Any] = dict(person.identity)
    return home_words(str(known.get("address") or ""), known.get("rt"), known.get("rw"))


_MOST_DIGITS_APART = 4
"""So many differing digits look like a slip of the pen and are shown; more are two different numbers, and those stay covered."""


def _numbers(name: str) -> Callable[[Described, Described], tuple[str, str]]:
    """A NIK or family card number of both, covered but for its ends and the few digits in which they differ."""

    def shown(written: Described, known: Described) -> tuple[str, str]:
        left, right = (str(one.identity.get(name) or "") for one in (written, known))
        covered = [masked_nik(each) if each else "" for each in (left, right)]
        apart = [place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other]
        if len(left) != len(right) or not 0 < len(apart) <= _MOST_DIGITS_APART:
            return covered[0], covered[1]
        return _uncovered(covered[0], left, apart), _uncovered(covered[1], right, apart)

    return shown


def _uncovered(covered: str, number_of: str, places: Sequence[int]) -> str:
    return "".join(number_of[place] if place in places else sign for place, sign in enumerate(covered))


def _each(word: Callable[[Described], str]) -> Callable[[Described, Described], tuple[str, str]]:
    return lambda written, known: (word(written), word(known))


def _differ(compared: Callable[[Described], Any]) -> Callable[[Described, Described], bool]:
    return lambda written, known: str(compared(written) or "").casefold() != str(compared(known) or "").casefold()


def _measured_otherwise(written: Described, known: Described) -> bool:
    """Two days are no contradiction; two results of one day are."""
    return written.measured_on == known.measured_on and _measured(written) != _measured(known)


def _sex(person: Described) -> str:
    return _SEXES[person.is_male]


_ROWS: Sequence[tuple[str, Callable[[Described, Described], tuple[str, str]], Callable[[Described, Described], bool]]] = (
    ("Nama", _each(_text("name")), _differ(_text("name"))),
    ("Tanggal lahir", _each(_day), _differ(_text("birth_date"))),
    ("Jenis kelamin", _each(_sex), _differ(_sex)),
    ("NIK", _numbers("nik"), _differ(_text("nik"))),
    ("Nomor KK", _numbers("kk"), _differ(_text("kk"))),
    ("Orang tua", _each(_text("parents")), _differ(_text("parents"))),
    ("Suami", _each(_text("husband")), _differ(_text("husband"))),
    ("Desa, kecamatan", _each(lambda person: place_words(person.desa_code)), _differ(lambda person: person.desa_code)),
    ("Alamat", _each(_home), _differ(_home)),
    ("Puskesmas", _each(lambda person: facility("Puskesmas", person.puskesmas)), _differ(lambda person: person.puskesmas)),
    ("Posyandu", _each(lambda person: facility("Posyandu", person.posyandu)), _differ(lambda person: person.posyandu)),
    ("Pengukuran terakhir", _each(_measured), _measured_otherwise),
)
"""What is compared: the label, how both are shown, whether they differ (a NIK by all its digits)."""


def _comparison(letter: str, written: Described, known: Described, *, is_alone: bool) -> Comparison:
    rows = []
    for label, shown, differ in _ROWS:
        left, right = shown(written, known)
        if left or right:
            rows.append(CompareRow(label, left, right, is_different=differ(written, known)))
    title = "Sudah tercatat" if is_alone else f"{letter}: sudah tercatat"
    return Comparison(f"Baris berkas dan orang yang tercatat{'' if is_alone else ' ' + letter}", "Di berkas", title, tuple(rows))


PAGES = (
    Page(LIST, show, None, SECRETARIAT),
    Page(f"{LIST}/{{doubt}}", show_one, take_one, SECRETARIAT),
)
