"""Kandidat: who the screening points at, ranked, with reasons in words; several are chosen or dropped at once. Nobody's name is in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import uuid4

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.asking_back import stamp_of
from audit.casework.candidates import (
    STATES,
    CandidateLine,
    CandidatesWanted,
    count_candidates,
    drop_candidates,
    list_candidates,
    open_cases,
    take_back_candidates,
)
from audit.casework.receipts import keep_receipt, receipt_of
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import Group
from audit.people.roles import Role
from audit.regions import region
from audit.render.wording import age_of_months, date_short, facility, list_words, number
from audit.steps.identify.forms import DROP_REASONS
from audit.steps.identify.queries import candidate_counts, cases_in_quota
from audit.web.addresses import of_case
from audit.web.asked_back import box
from audit.web.cycle_terms import SHORT_GROUPS
from audit.web.desk import Desk, Page
from audit.web.form_parts import Choice, FieldView, Filter
from audit.web.pages.cycle_errands import ErrandCard, errand_card
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Stat, Table
from audit.web.sent import Sent

SIZE = 50
ALL = "semua"
_ONLY = frozenset({Role.SECRETARY})
_SAID_BACK = 6
ABOVE_QUOTA = "di_atas_kuota"
"""The field in which somebody says that more than the quota is meant; its value stands for these ticks and no others."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """The form around the list. buttons: what can be done to what is ticked; reason: why it is dropped, None where nothing can be.

    above_quota: the box to tick when more is opened than the quota has, None until that was asked back.
    """

    address: str
    csrf: str
    form_id: str
    ticked_words: str
    above_quota: FieldView | None
    open: Button | None
    reason: FieldView | None
    drop: Button | None
    take_back: Button | None


@dataclass(frozen=True, slots=True)
class CandidatesPage:
    """The list, or why there is none. errands: screening again."""

    shell: Shell
    head: PageHead
    alerts: Sequence[Alert]
    figures: Sequence[Stat]
    filter: Filter | None
    table: Table
    deciding: Deciding | None
    errands: ErrandCard | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and the same as it is written there."""

    wanted: CandidatesWanted
    query: Mapping[str, str]


def show(desk: Desk) -> Response:
    """One page of the list: 7 statements however many candidates there are, the session's included."""
    cycle = desk.cycle()
    if cycle is None:
        empty = Empty("Belum ada siklus", "Calon muncul sesudah siklus dibuka dan berkas registri dimuat.", "calendar", _OPEN_A_CYCLE)
        table = Table("Kandidat", (), (), empty)
        return desk.draw("web/candidates/list.html", CandidatesPage(_frame(desk), _head(None), (), (), None, table, None, None))
    return _draw(desk, cycle, form_id=str(uuid4()))


def take(desk: Desk, sent: Sent) -> Response:
    """Open, drop or take back what was ticked, all or none. What cannot be done comes back with the ticks as they were.

    More than the quota is asked back once, before anything is opened.
    """
    cycle = desk.cycle()
    if cycle is None:
        raise HTTPException(404)
    form_id, ticked = sent.text("form_id"), _ticked(sent)
    if sent.text("lakukan") not in _DOES:
        raise HTTPException(400)
    try:
        with desk.writing() as session:
            if receipt_of(session, form_id, desk.person) is not None:
                return desk.go(_here(desk, cycle), said="Formulir yang sama terkirim dua kali; dikerjakan sekali.", tone="info")
            said, tone = _do(desk, session, cycle, sent, ticked)
            keep_receipt(session, form_id, by=desk.person, at=desk.at)
    except _AboveQuota as above:
        told = f"Di atas kuota bila dibuka: {above.words}. Kurangi centangnya, atau beri centang pada “Ya, buka di atas kuota” di bawah."
        asked = (Alert(told, "warn", heading="Belum ada kasus yang dibuka", button=Button("Ke centang itu", "#putuskan")),)
        return _draw(desk, cycle, form_id=form_id, ticked=ticked, alerts=asked, above_quota=above.stamp, status=422)
    except Problems as found:
        problem = found.problems[0].message
        return _draw(desk, cycle, form_id=form_id, ticked=ticked, reason=sent.text("reason"), problem=problem, status=422)
    except Refused as refusal:
        alerts = tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons)
        again = form_id if form_id.isprintable() else str(uuid4())
        return _draw(desk, cycle, form_id=again, ticked=ticked, reason=sent.text("reason"), alerts=alerts, status=409)
    return desk.go(_here(desk, cycle), said=said, tone=tone)


def _do(desk: Desk, session: Session, cycle: Cycle, sent: Sent, ticked: Sequence[int]) -> tuple[str, str]:
    """Do it, and what is said of it, with a tone."""
    match sent.text("lakukan"):
        case "buka":
            before = cases_in_quota(session, cycle.id)
            numbers = open_cases(session, cycle.id, ticked, by=desk.person, at=desk.at)
            after = cases_in_quota(session, cycle.id)
            over = _over_quota(cycle, {cell: n for cell, n in after.items() if n > before.get(cell, 0)})
            stamp = stamp_of([sorted(ticked), over])
            if over and sent.text(ABOVE_QUOTA) != stamp:
                raise _AboveQuota(over, stamp)  # leaves the block: nothing stays opened
            listed = list_words(numbers) if len(numbers) <= _SAID_BACK else f"{numbers[0]} sampai {numbers[-1]}"
            told = f"{len(numbers)} kasus dibuka: {listed}."
            return (f"{told} Di atas kuota: {over}.", "warn") if over else (told, "good")
        case "keluarkan":
            given = {"reason": sent.text("reason")}
            n = drop_candidates(session, cycle.id, ticked, given, by=desk.person, at=desk.at)
            return f"{n} calon dikeluarkan dari daftar. Penapisan berikutnya tidak memasukkannya lagi.", "good"
        case _:
            n = take_back_candidates(session, cycle.id, ticked, by=desk.person)
            return f"{n} calon kembali ke daftar.", "good"


class _AboveQuota(Exception):
    """More would be opened than the quota has, and nobody said yet that this is meant."""

    def __init__(self, words: str, stamp: str) -> None:
        self.words, self.stamp = words, stamp


_DOES = ("buka", "keluarkan", "kembalikan")
_OPEN_A_CYCLE = Button("Buka siklus", "/siklus/baru", "plus", "primary")


def _draw(
    desk: Desk,
    cycle: Cycle,
    *,
    form_id: str,
    ticked: Sequence[int] = (),
    reason: str = "",
    problem: str = "",
    alerts: Sequence[Alert] = (),
    above_quota: str = "",
    status: int = 200,
) -> Response:
    asked = _asked(desk, cycle)
    total = count_candidates(desk.session, cycle.id, asked.wanted)
    at = page_asked(desk.query("hal"), total=total, size=SIZE)
    lines = list_candidates(desk.session, cycle.id, asked.wanted, skip=(at - 1) * SIZE, most=SIZE)
    counts = candidate_counts(desk.session, cycle.id)
    table = Table(
        "Kandidat menurut urutan",
        (Column("Pilih"), Column("Urutan"), Column("Sasaran"), Column("Tempat"), Column("Alasan"), Column("Keadaan")),
        tuple(_row(line, is_open=cycle.closed_at is None, is_ticked=line.id in ticked) for line in lines),
        _empty(cycle, asked, has_any=bool(counts)),
        pager("/kandidat", asked.query, at=at, total=total, size=SIZE, what="calon"),
    )
    page = CandidatesPage(
        shell=_frame(desk),
        head=_head(cycle),
        alerts=tuple(alerts),
        figures=_figures(cycle, counts, cases_in_quota(desk.session, cycle.id), asked),
        filter=_filter(desk, cycle, asked, total),
        table=table,
        deciding=_deciding(desk, asked, at, form_id, reason, problem, above_quota) if lines and cycle.closed_at is None else None,
        errands=errand_card(desk, cycle, place="kandidat"),
    )
    return desk.draw("web/candidates/list.html", page, status=status)


def _asked(desk: Desk, cycle: Cycle) -> Asked:
    """What nobody offers is as if it had not been asked. Without a word about the state: those still to be decided."""
    group = desk.query("sasaran") if desk.query("sasaran") in cycle.settings["groups"] else ""
    kecamatan = desk.query("kecamatan") if desk.query("kecamatan") in cycle.settings["focus_areas"] else ""
    state = desk.query("keadaan") if desk.query("keadaan") in (*STATES, ALL) else "proposed"
    query = {"siklus": cycle.code, "sasaran": group, "kecamatan": kecamatan, "keadaan": "" if state == "proposed" else state}
    return Asked(CandidatesWanted(group, kecamatan, "" if state == ALL else state), query)


def _here(desk: Desk, cycle: Cycle) -> str:
    query = {**_asked(desk, cycle).query, "hal": desk.query("hal") if desk.query("hal").isdecimal() else ""}
    return f"/kandidat?{urlencode({name: value for name, value in query.items() if value})}"


def _ticked(sent: Sent) -> list[int]:
    return [int(one) for one in sent.many("calon")[:1000] if one.isascii() and one.isdecimal() and len(one) < 10]


def _frame(desk: Desk) -> Shell:
    return desk.frame("Kandidat", place="kandidat")


def _head(cycle: Cycle | None) -> PageHead:
    lead = "Diurutkan menurut risiko dalam setiap kecamatan dan kelompok. Nama baru dibuka sesudah menjadi kasus."
    return PageHead("Kandidat", lead=lead, over=f"Siklus {cycle.code}" if cycle else "")


def _row(line: CandidateLine, *, is_open: bool, is_ticked: bool) -> Row:
    group, kecamatan = SHORT_GROUPS[Group(line.group)], region(line.kecamatan_code).name
    who = f"urutan {line.rank}, {group.lower()} {kecamatan}"
    can_tick = is_open and line.state != "chosen"
    return Row(
        (
            Cell(f"Pilih {who}", tick_name="calon", tick_value=str(line.id), is_ticked=is_ticked) if can_tick else Cell("–"),
            Cell(str(line.rank), note=f"{group} · {kecamatan}"),
            Cell(_person_words(line), note=_measured_words(line)),
            Cell(region(line.desa_code).name, note=_served(line)),
            Cell("; ".join(line.reasons), note=f"skor {line.score}"),
            _state_cell(line),
        ),
        tone="warn" if line.needs_remeasuring and line.state == "proposed" else "",
    )


def _person_words(line: CandidateLine) -> str:
    sex = {True: "Laki-laki", False: "Perempuan", None: "Jenis kelamin tidak tercatat"}[line.is_male]
    if not Group(line.group).is_child:
        return SHORT_GROUPS[Group(line.group)]
    return sex


def _measured_words(line: CandidateLine) -> str:
    """When, and how old a child was then: the age in the reasons is the one on the day of the screening."""
    told = f"diukur {date_short(line.measured_on)}"
    is_old_enough = Group(line.group).is_child and line.age_months is not None
    return f"{told} pada umur {age_of_months(line.age_months or 0)}" if is_old_enough else told


def _served(line: CandidateLine) -> str:
    return ", ".join(
        part
        for part in (
            facility("Posyandu", line.posyandu) if line.posyandu else "",
            facility("Puskesmas", line.puskesmas) if line.puskesmas else "",
        )
        if part
    )


def _state_cell(line: CandidateLine) -> Cell:
    if line.state == "chosen":
        badge = Badge("Menjadi kasus", "good", "circle-check")
        return Cell(line.case_number or "", of_case(line.case_number) if line.case_number else "", badges=(badge,))
    if line.state == "dropped":
        return Cell("", badges=(Badge("Dikeluarkan", "neutral", "ban"),), note=DROP_REASONS.get(line.drop_reason or "", ""))
    badges = [Badge("Ukur ulang dahulu", "warn", "ruler-measure")] if line.needs_remeasuring else []
    if line.is_elsewhere:
        badges.append(Badge("Masih diaudit di siklus lain", "warn", "git-compare"))
    return Cell("" if badges else "Belum diputuskan", badges=tuple(badges))


def _figures(
    cycle: Cycle, counts: Mapping[tuple[str, str], Mapping[str, int]], taken: Mapping[tuple[str, str], int], asked: Asked
) -> tuple[Stat, ...]:
    """How full the quota is and how many candidates there are, of the group and kecamatan that are asked for."""
    cells = [
        (group, area)
        for group in cycle.settings["groups"]
        for area in cycle.settings["focus_areas"]
        if asked.wanted.group in ("", group) and asked.wanted.kecamatan in ("", area)
    ]
    quota = sum((cycle.settings.get("quotas") or {}).get(group, {}).get(area, 0) for group, area in cells)
    cases = sum(taken.get(cell, 0) for cell in cells)
    sums = {state: sum(counts.get(cell, {}).get(state, 0) for cell in cells) for state in STATES}
    left = quota - cases
    note = f"masih {number(left)} tempat" if left > 0 else "kuota terisi" if left == 0 else f"{number(-left)} di atas kuota"
    return (
        Stat("Kuota terpakai", f"{number(cases)} dari {number(quota)}", note, "", "target", "warn" if left < 0 else "neutral"),
        Stat("Dapat dipilih", number(sums["proposed"]), "calon", _narrowed(asked, ""), "user-search"),
        Stat("Perlu diukur ulang", number(sums["remeasure"]), "sebelum dipilih", _narrowed(asked, "remeasure"), "ruler-measure"),
        Stat("Dikeluarkan", number(sums["dropped"]), "dengan alasan", _narrowed(asked, "dropped"), "ban"),
    )


def _narrowed(asked: Asked, state: str) -> str:
    query = {**asked.query, "keadaan": state}
    return f"/kandidat?{urlencode({name: value for name, value in query.items() if value})}"


def _filter(desk: Desk, cycle: Cycle, asked: Asked, total: int) -> Filter:
    places = {code: region(code).name for code in cycle.settings["focus_areas"]}
    groups = {group: SHORT_GROUPS[Group(group)] for group in cycle.settings["groups"]}
    state = asked.query["keadaan"] or "proposed"
    cycles = {one.code: one.code for one in desk.cycles()}
    fields = [
        _select("sasaran", "Kelompok sasaran", {"": "Semua", **groups}, asked.wanted.group),
        _select("kecamatan", "Kecamatan", {"": "Semua", **places}, asked.wanted.kecamatan),
        _select("keadaan", "Keadaan", {**STATES, ALL: "Semua"}, state),
    ]
    if len(cycles) > 1:
        fields.insert(0, _select("siklus", "Siklus", cycles, cycle.code))
    else:
        fields.insert(0, FieldView("siklus", "", "hidden", cycle.code))
    chosen = [
        groups.get(asked.wanted.group, ""),
        places.get(asked.wanted.kecamatan, ""),
        "" if state == "proposed" else STATES.get(state, ""),
    ]
    words = " · ".join(part for part in chosen if part)
    narrowed = f"{number(total)} calon: {words}." if words else ""
    return Filter("/kandidat", fields, narrowed, f"/kandidat?siklus={quote(cycle.code)}" if words else "")


def _select(name: str, label: str, choices: Mapping[str, str], chosen: str) -> FieldView:
    offered = tuple(Choice(value, text, is_chosen=value == chosen) for value, text in choices.items())
    return FieldView(name, label, "select", chosen, offered, id=f"saring-{name}")


def _deciding(desk: Desk, asked: Asked, at: int, form_id: str, reason: str, problem: str, above_quota: str) -> Deciding:
    state = asked.wanted.state
    query = {name: value for name, value in {**asked.query, "hal": str(at) if at > 1 else ""}.items() if value}
    choices = tuple(Choice(code, label, is_chosen=code == reason) for code, label in DROP_REASONS.items())
    can_choose, can_take_back = state not in ("dropped", "chosen"), state in ("dropped", "")
    return Deciding(
        address=f"/kandidat?{urlencode(query)}",
        csrf=desk.token,
        form_id=form_id,
        ticked_words="Centang calon di atas, lalu:",
        above_quota=box(ABOVE_QUOTA, "Kuota", above_quota, "Ya, buka di atas kuota") if above_quota else None,
        open=Button("Buka kasus", tone="primary", icon="folder", name="lakukan", value="buka") if can_choose else None,
        reason=FieldView("reason", "Alasan mengeluarkan", "select", reason, choices, problem=problem) if can_choose else None,
        drop=Button("Keluarkan dari daftar", icon="ban", name="lakukan", value="keluarkan") if can_choose else None,
        take_back=Button("Kembalikan ke daftar", icon="arrow-back-up", name="lakukan", value="kembalikan") if can_take_back else None,
    )


def _empty(cycle: Cycle, asked: Asked, *, has_any: bool) -> Empty:
    if has_any:
        return Empty("Tidak ada calon yang cocok", "Longgarkan saringannya.", "filter", Button("Tampilkan semua", _narrowed(asked, ALL)))
    text = "Muat berkas registri, lalu tekan Tapis di bawah. Setiap calon muncul dengan alasannya."
    return Empty(f"Siklus {cycle.code} belum ditapis", text, "user-search", Button("Impor", "/impor", "upload"))


def _over_quota(cycle: Cycle, taken: Mapping[tuple[str, str], int]) -> str:
    """Which of these groups and kecamatan have more cases than their quota, "" for none; a cycle without any quota has none to exceed."""
    quotas = cycle.settings.get("quotas") or {}
    if not quotas:
        return ""
    over = [
        f"{SHORT_GROUPS[Group(group)].lower()} {region(area).name} {n} dari {quotas.get(group, {}).get(area, 0)}"
        for (group, area), n in sorted(taken.items())
        if n > quotas.get(group, {}).get(area, 0)
    ]
    return list_words(over) if over else ""


PAGES = (Page("/kandidat", show, take, roles=_ONLY),)
