"""Who sits on which panel: one minimum-cost flow over all cases that need seats. Not how the result is told: wording.py does that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.lifecycle.vocabulary import Group
from audit.people.roles import Discipline, Person
from audit.render.wording import date_words
from audit.steps.review.rules.panel import lead_discipline
from audit.steps.review.rules.wording import Lacking, PassedOver, Repair, lacking_of, outside_repair, person_repair

_ABSENT, _OUTSIDE = 2, 10
"""What a repair costs where raising a limit by one case costs 1: asking somebody who is away for a case, inviting an expert for a case."""


@dataclass(frozen=True, slots=True)
class PanelNeed:
    """A case that may need seats. seated: (person, discipline, leads) now. barred: person id -> why they may not sit here, in words."""

    case_id: int
    number: str
    group: Group
    quorum: Mapping[Discipline, int]
    seated: Sequence[tuple[int, Discipline, bool]]
    barred: Mapping[int, str]

    def lacks(self, discipline: Discipline) -> int:
        """Seats of a discipline that the quorum asks for and nobody fills."""
        return max(0, self.quorum.get(discipline, 0) - sum(one == discipline for _, one, _ in self.seated))


@dataclass(frozen=True, slots=True)
class Reviewer:
    """An expert who can be asked. load: cases of the cycle on which they sit. away_until: last day of a long absence, None when there."""

    person: Person
    load: int
    away_until: date | None = None

    @property
    def room(self) -> int | None:
        """Further cases within their own limit; None when they set none."""
        most = self.person.most_cases
        return None if most is None else max(0, most - self.load)


@dataclass(frozen=True, slots=True)
class Seated:
    """One seat to be given. load_before, load_after: of this person, counting the seats before it in the plan."""

    case_id: int
    case_number: str
    discipline: Discipline
    person_id: int
    name: str
    is_lead: bool
    load_before: int
    load_after: int
    passed_over: tuple[PassedOver, ...]

    @property
    def sentence(self) -> str:
        leads = " sebagai pakar utama" if self.is_lead else ""
        told = f"Kasus {self.case_number}: {self.name}{leads}, beban {self.load_before} → {self.load_after} kasus."
        if not self.passed_over:
            return f"{told} Tidak ada pakar lain dari disiplin ini."
        return f"{told} Tidak dipilih: {'; '.join(f'{one.name} ({one.why})' for one in self.passed_over)}."


@dataclass(frozen=True, slots=True)
class Plan:
    """Seats that can be given now, what is lacking after them, and the cheapest way to mend that. Nothing of it is written yet.

    loads: person id -> cases before and after, for every expert who was considered.
    """

    seats: tuple[Seated, ...]
    lacking: tuple[Lacking, ...]
    repairs: tuple[Repair, ...]
    loads: Mapping[int, tuple[int, int]]

    @property
    def is_complete(self) -> bool:
        return not self.lacking

    @property
    def spread(self) -> str:
        """How far the loads lie apart, before and after, in a sentence."""
        if not self.loads:
            return "Belum ada pakar."
        before, after = zip(*self.loads.values(), strict=True)
        return f"Beban pakar sebelum: {min(before)}–{max(before)} kasus; sesudah: {min(after)}–{max(after)} kasus."


def plan_panels(needs: Sequence[PanelNeed], reviewers: Sequence[Reviewer]) -> Plan:
    """Fill every empty seat of these cases at once: as many as can be filled, then the cheapest repair, then the evenest load.

    A conflict of interest (`barred`) is never relaxed; a limit or an absence only as a repair that somebody has to agree to. Evenest:
    the smallest sum of squares of the loads. Between equals the experts take turns in the order of their ids. The leading discipline
    leads; where the quorum does not ask for it or its seat is filled without a lead, the first one seated leads.
    """
    ordered = sorted(reviewers, key=lambda one: one.person.id)
    chosen: dict[tuple[int, Discipline], list[int]] = {}
    lacking: list[Lacking] = []
    repairs: list[Repair] = []
    for discipline in dict.fromkeys(d for need in needs for d in need.quorum):
        asking = [need for need in needs if need.lacks(discipline)]
        able = [one for one in ordered if one.person.discipline is discipline]
        if asking:
            flow = _Flow(discipline, asking, able)
            chosen.update({(case_id, discipline): people for case_id, people in flow.given.items()})
            lacking += flow.lacking()
            repairs += flow.repairs()
    return Plan(_seats(needs, ordered, chosen), tuple(lacking), tuple(repairs), _loads(ordered, chosen))


class _Flow:
    """The flow of one discipline. An expert has one discipline, so that the disciplines do not meet and are solved one by one.

    given: case id -> people seated within every rule. over, absent: person id -> cases only they could take beyond their limit or in their
    absence. outside: cases nobody can take, once for each seat.
    """

    def __init__(self, discipline: Discipline, needs: Sequence[PanelNeed], able: Sequence[Reviewer]) -> None:
        self.discipline, self.needs, self.able = discipline, needs, able
        self.given: dict[int, list[int]] = {need.case_id: [] for need in needs}
        self.over: dict[int, list[PanelNeed]] = defaultdict(list)
        self.absent: dict[int, list[PanelNeed]] = defaultdict(list)
        self.outside: list[PanelNeed] = []
        self._solve()

    def _solve(self) -> None:
        import networkx as nx  # half a second to import, and only this function needs it

        wanted = sum(need.lacks(self.discipline) for need in self.needs)
        turns = wanted * max(1, len(self.able)) + 1
        repair = turns * (sum(one.load for one in self.able) + wanted + 1) ** 2
        empty = repair * (_OUTSIDE * wanted + 1)
        graph: nx.MultiDiGraph[tuple[str, int]] = nx.MultiDiGraph()
        source, sink, outside = ("source", 0), ("sink", 0), ("outside", 0)
        graph.add_node(source, demand=-wanted)
        graph.add_node(sink, demand=wanted)
        graph.add_edge(outside, sink, capacity=wanted, weight=empty + repair * _OUTSIDE)
        asked: Counter[int] = Counter()
        for turn, need in enumerate(self.needs):
            graph.add_edge(source, ("case", need.case_id), capacity=need.lacks(self.discipline), weight=0)
            graph.add_edge(("case", need.case_id), outside, capacity=need.lacks(self.discipline), weight=0)
            for place, one in enumerate(self.able):
                if not self._is_barred(need, one):
                    asked[one.person.id] += 1
                    waits = (place - turn) % len(self.able)
                    graph.add_edge(("case", need.case_id), ("expert", one.person.id), capacity=1, weight=waits)
        for one in self.able:
            node = ("expert", one.person.id)
            for extra in range(asked[one.person.id]):
                evenness = turns * (2 * (one.load + extra) + 1)
                is_over = one.room is not None and extra >= one.room
                price = empty + repair * _ABSENT if one.away_until is not None else empty + repair if is_over else 0
                if not (is_over and one.away_until is not None):  # nobody is asked for two favours at once
                    graph.add_edge(node, sink, capacity=1, weight=evenness + price)
        flows: Mapping[tuple[str, int], Mapping[tuple[str, int], Mapping[int, int]]] = nx.network_simplex(graph)[1]
        self._read(flows, outside)

    def _read(self, flows: Mapping[tuple[str, int], Mapping[tuple[str, int], Mapping[int, int]]], outside: tuple[str, int]) -> None:
        taken: Counter[int] = Counter()
        for need in self.needs:
            onward = flows[("case", need.case_id)]
            for one in self.able:
                if not sum(onward.get(("expert", one.person.id), {}).values()):
                    continue
                taken[one.person.id] += 1
                if one.away_until is not None:
                    self.absent[one.person.id].append(need)
                elif one.room is not None and taken[one.person.id] > one.room:
                    self.over[one.person.id].append(need)
                else:
                    self.given[need.case_id].append(one.person.id)
            self.outside += [need] * sum(onward[outside].values())

    def _is_barred(self, need: PanelNeed, one: Reviewer) -> bool:
        return one.person.id in need.barred or any(person_id == one.person.id for person_id, _, _ in need.seated)

    def lacking(self) -> list[Lacking]:
        """Cases with an empty seat, put together by why it stays empty."""
        why: dict[str, list[str]] = defaultdict(list)
        for need in self.needs:
            if len(self.given[need.case_id]) < need.lacks(self.discipline):
                why[self._why_empty(need)].append(need.number)
        return [lacking_of(self.discipline, code, tuple(numbers)) for code, numbers in why.items()]

    def _why_empty(self, need: PanelNeed) -> str:
        """Code of wording.WHY_LACKING: nobody, conflict, away, full."""
        if not self.able:
            return "nobody"
        left = [one for one in self.able if not self._is_barred(need, one) and one.person.id not in self.given[need.case_id]]
        if not left:
            return "conflict"
        return "away" if all(one.away_until is not None for one in left) else "full"

    def repairs(self) -> list[Repair]:
        """What would fill the seats that stay empty, the cheapest kind first."""
        by_id = {one.person.id: one for one in self.able}
        found = [
            person_repair(
                "raise_limit", by_id[person_id].person, _numbers(needs), limit=by_id[person_id].load + self._with(person_id, needs)
            )
            for person_id, needs in self.over.items()
        ]
        found += [
            person_repair("ask_absent", by_id[person_id].person, _numbers(needs), until=by_id[person_id].away_until)
            for person_id, needs in self.absent.items()
        ]
        if self.outside:
            people = max(Counter(need.case_id for need in self.outside).values())
            found.append(outside_repair(self.discipline, _numbers(self.outside), people=people))
        return found

    def _with(self, person_id: int, more: Sequence[PanelNeed]) -> int:
        return sum(person_id in people for people in self.given.values()) + len(more)


def _numbers(needs: Sequence[PanelNeed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(need.number for need in needs))


def _seats(
    needs: Sequence[PanelNeed], reviewers: Sequence[Reviewer], chosen: Mapping[tuple[int, Discipline], Sequence[int]]
) -> tuple[Seated, ...]:
    loads = _loads(reviewers, chosen)
    running = {one.person.id: one.load for one in reviewers}
    people = {one.person.id: one for one in reviewers}
    seats: list[Seated] = []
    for need in needs:
        leading = lead_discipline(need.group)
        has_lead = any(leads for _, _, leads in need.seated)
        anybody_leads = need.lacks(leading) == 0
        for discipline in need.quorum:
            for person_id in chosen.get((need.case_id, discipline), ()):
                leads = not has_lead and (anybody_leads or discipline is leading)
                has_lead = has_lead or leads
                before = running[person_id]
                running[person_id] += 1
                others = [one for one in reviewers if one.person.discipline is discipline and one.person.id != person_id]
                passed = tuple(_passed_over(need, one, loads, chosen[need.case_id, discipline]) for one in others)
                seats.append(
                    Seated(
                        need.case_id, need.number, discipline, person_id, people[person_id].person.name, leads, before, before + 1, passed
                    )
                )  # fmt: skip
    return tuple(seats)


def _passed_over(need: PanelNeed, one: Reviewer, loads: Mapping[int, tuple[int, int]], together: Sequence[int]) -> PassedOver:
    """Why somebody of the same discipline does not take this seat."""
    name, person_id = one.person.name, one.person.id
    load = loads[person_id][1]
    if person_id in together or any(person_id == seated for seated, _, _ in need.seated):
        why = "juga duduk pada kasus ini"
    elif person_id in need.barred:
        why = need.barred[person_id]
    elif one.away_until is not None:
        why = f"berhalangan sampai {date_words(one.away_until)}"
    elif one.person.most_cases is not None and load >= one.person.most_cases:
        why = f"sudah mencapai batas {one.person.most_cases} kasus"
    else:
        why = f"seluruhnya {load} kasus pada pembagian ini"
    return PassedOver(person_id, name, why)


def _loads(reviewers: Sequence[Reviewer], chosen: Mapping[tuple[int, Discipline], Sequence[int]]) -> dict[int, tuple[int, int]]:
    added = Counter(person_id for people in chosen.values() for person_id in people)
    return {one.person.id: (one.load, one.load + added[one.person.id]) for one in reviewers}
