"""Penugasan panel: the plan for every empty seat of a cycle, why it is so, what it lacks, and one button that carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from starlette.responses import Response

from audit.casework.panels import Proposal, propose
from audit.casework.receipts import keep_receipt, receipt_of
from audit.casework.seating import carry_out, cases_with_seats, print_of
from audit.errors import Refused
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import GROUP_LABELS, Action
from audit.people.directory import people_by_id
from audit.people.roles import DISCIPLINE_LABELS, Discipline, Person, Role
from audit.reports.phrases import kecamatan_words
from audit.steps.review.rules import Plan
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.form_parts import FormView, ProblemLine
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Progress, Row, Shell, Stat, Table
from audit.web.sent import Sent

PER_PAGE = 50
_SHORT: Mapping[Discipline, str] = {
    Discipline.PAEDIATRICS: "Dokter spesialis anak",
    Discipline.OBSTETRICS: "Dokter spesialis obgin",
    Discipline.NUTRITION: "Ahli gizi",
    Discipline.PSYCHOLOGY: "Psikolog",
}


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """The plan of a cycle. form: carries it out, None when there is nothing to give. why: one sentence for each proposed seat."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    stats: tuple[Stat, ...]
    form: FormView | None
    problems: tuple[str, ...]
    lacking: tuple[str, ...]
    repairs: tuple[str, ...]
    cases: Table
    why: tuple[str, ...]
    spread: str
    loads: tuple[Progress, ...]


def show(desk: Desk) -> Response:
    """The plan as it is now; nothing of it is written."""
    return _draw(desk, desk.cycle())


def take(desk: Desk, sent: Sent) -> Response:
    """Carry out the plan that was seen, all of it or nothing."""
    cycle = desk.cycle()
    form_id = sent.text("form_id")
    if cycle is None:
        return _draw(desk, None, status=409)
    try:
        if receipt_of(desk.session, form_id, desk.person) is not None:
            return desk.go(_address(cycle), said="Usulan ini sudah diterapkan; formulir yang sama terkirim dua kali, dicatat sekali.")
        with desk.writing() as session:
            seats = carry_out(session, cycle, seen=sent.text("usulan"), by=desk.person, at=desk.at)
            keep_receipt(session, form_id, by=desk.person, at=desk.at)
    except Refused as refusal:
        return _draw(desk, cycle, tuple(reason.sentence for reason in refusal.reasons), status=409)
    return desk.go(_address(cycle), said=f"{seats} kursi panel terisi sesuai usulan.")


def _draw(desk: Desk, cycle: Cycle | None, problems: tuple[str, ...] = (), *, status: int = 200) -> Response:
    shell = desk.frame("Penugasan panel", place="panel")
    declared = Button("Ketersediaan dan benturan", "/panel/pernyataan", icon="calendar")
    if cycle is None:
        head = PageHead("Penugasan panel", lead="Belum ada siklus.", buttons=(declared,))
        empty = Table("Panel", (), (), Empty("Belum ada siklus", "Buka siklus dahulu.", icon="calendar"))
        return desk.draw(
            "web/panel/assignment.html", AssignmentPage(shell, head, (), (), None, (), (), (), empty, (), "", ()), status=status
        )
    proposal = propose(desk.session, cycle.id, on=desk.on(cycle))
    facts = cases_with_seats(desk.session, cycle.id, on=desk.on(cycle))
    seated = {seat.person_id for one in facts for seat in one.seats}
    people = people_by_id(desk.session, seated | set(proposal.plan.loads))
    plan = proposal.plan
    page = AssignmentPage(
        shell=shell,
        head=PageHead("Penugasan panel", lead=f"Siklus {cycle.code}. {_lead(proposal)}", buttons=(declared,)),
        alerts=_conflicts(proposal),
        stats=_stats(facts, plan),
        form=_form(desk, cycle, plan) if plan.seats and cycle.closed_at is None else None,
        problems=problems,
        lacking=tuple(one.sentence for one in plan.lacking),
        repairs=tuple(one.sentence for one in plan.repairs),
        cases=_cases(desk, cycle, facts, plan, people),
        why=tuple(seat.sentence for seat in plan.seats),
        spread=plan.spread,
        loads=_loads(plan, people),
    )
    return desk.draw("web/panel/assignment.html", page, status=status)


def _lead(proposal: Proposal) -> str:
    if not proposal.cases:
        return "Belum ada kasus yang menunggu panel."
    empty = len(proposal.plan.seats)
    if not empty:
        return "Semua kursi yang dapat diisi sudah terisi."
    return f"{empty} kursi dapat diisi menurut disiplin, beban, ketersediaan, dan benturan kepentingan. Belum ada yang tercatat."


def _conflicts(proposal: Proposal) -> tuple[Alert, ...]:
    if not proposal.standing_conflicts:
        return ()
    return (Alert("Periksa kursi berikut.", "warn", "Benturan kepentingan pada kursi yang sudah terisi", proposal.standing_conflicts),)


def _stats(facts: Sequence[CaseFacts], plan: Plan) -> tuple[Stat, ...]:
    lacking = len({number for one in plan.lacking for number in one.cases})
    return (
        Stat("Kasus yang memerlukan panel", str(len(facts)), icon="folder"),
        Stat("Kursi yang diusulkan", str(len(plan.seats)), icon="user-plus", tone="info" if plan.seats else "neutral"),
        Stat("Kasus yang masih kurang pakar", str(lacking), icon="alert-triangle", tone="warn" if lacking else "good"),
    )


def _form(desk: Desk, cycle: Cycle, plan: Plan, lines: Sequence[ProblemLine] = ()) -> FormView:
    return FormView(
        address=_address(cycle),
        sections=(),
        buttons=(Button(f"Terapkan usulan ({len(plan.seats)} kursi)", tone="primary", icon="check"),),
        csrf=desk.token,
        hidden=(("form_id", str(uuid4())), ("usulan", print_of(plan))),
        problems=lines,
        is_guarded=False,
        id="usulan",
    )


def _cases(desk: Desk, cycle: Cycle, facts: Sequence[CaseFacts], plan: Plan, people: Mapping[int, Person]) -> Table:
    """Cases by disciplines: who sits, who is proposed, what is lacking. Cases with something to do come first."""
    disciplines = [d for d in Discipline if any(one.quorum.get(d) or any(s.discipline is d for s in one.seats) for one in facts)]
    open_cases = {seat.case_number for seat in plan.seats} | {number for one in plan.lacking for number in one.cases}
    ordered = sorted(facts, key=lambda one: (one.number not in open_cases, one.number))
    at = page_asked(desk.query("hal"), total=len(ordered), size=PER_PAGE)
    rows = tuple(_row(one, disciplines, plan, people) for one in ordered[(at - 1) * PER_PAGE : at * PER_PAGE])
    return Table(
        "Kasus dan panelnya",
        (Column("Kasus"), *(Column(_SHORT[d]) for d in disciplines), Column("Tindakan", is_hidden=True)),
        rows,
        Empty("Belum ada kasus yang menunggu panel", "Kasus muncul di sini setelah paketnya dibekukan.", icon="users"),
        pager=pager("/panel", {"siklus": cycle.code}, at=at, total=len(ordered), size=PER_PAGE, what="kasus"),
    )


def _row(one: CaseFacts, disciplines: Sequence[Discipline], plan: Plan, people: Mapping[int, Person]) -> Row:
    cells = [_cell(one, discipline, plan, people) for discipline in disciplines]
    change = Button("Ubah", of_action(one.number, Action.ASSIGN_EXPERT), icon="pencil", id=f"ubah-{one.number}")
    about = f"{GROUP_LABELS[one.group]}, {kecamatan_words(one.desa_code)}"
    return Row((Cell(one.number, of_case(one.number), note=about), *cells, Cell("", buttons=(change,))))


def _cell(one: CaseFacts, discipline: Discipline, plan: Plan, people: Mapping[int, Person]) -> Cell:
    seated = [seat for seat in one.seats if seat.discipline is discipline]
    proposed = [seat for seat in plan.seats if seat.case_id == one.case_id and seat.discipline is discipline]
    is_lacking = any(lack.discipline is discipline and one.number in lack.cases for lack in plan.lacking)
    names = [people[seat.person_id].name for seat in seated] + [seat.name for seat in proposed]
    badges = [Badge("Usulan", "info", "user-plus")] if proposed else []
    badges += [Badge("Pakar utama", "neutral", "star")] if any(s.is_lead for s in seated) or any(s.is_lead for s in proposed) else []
    badges += [Badge("Kurang pakar", "warn", "alert-triangle")] if is_lacking else []
    note = "; ".join(f"beban {seat.load_before} → {seat.load_after}" for seat in proposed)
    nothing = "–" if not badges else ""
    return Cell(", ".join(names) or nothing, badges=tuple(badges), note=note)


def _loads(plan: Plan, people: Mapping[int, Person]) -> tuple[Progress, ...]:
    """One bar for each expert, of their own limit or of the heaviest load; by discipline."""
    heaviest = max((after for _, after in plan.loads.values()), default=0)
    found = []
    order = list(Discipline)
    for person_id, (before, after) in plan.loads.items():
        person = people[person_id]
        most = person.most_cases
        label = f"{person.name} · {DISCIPLINE_LABELS[person.discipline]}" if person.discipline else person.name
        words = f"{before} → {after} kasus" if after != before else f"{after} kasus"
        words += f" dari paling banyak {most}" if most is not None else ""
        tone = "warn" if most is not None and after >= most else "neutral"
        place = order.index(person.discipline) if person.discipline else len(order)
        found.append((place, label, Progress(label, after, max(most or heaviest, after, 1), words, tone)))
    return tuple(one for _, _, one in sorted(found, key=lambda row: row[:2]))


def _address(cycle: Cycle) -> str:
    return f"/panel?siklus={cycle.code}"


PAGES = (Page("/panel", show, take, roles=frozenset({Role.SECRETARY})),)
