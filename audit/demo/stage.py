"""What every part of the play stands on: the installation, the virtual clock, the people and the cases, and how a move is made. No days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from audit.casework.facts import facts_of
from audit.casework.installation import Installation
from audit.casework.perform import perform
from audit.demo.families import Child, District
from audit.demo.pregnancies import Pregnancy, check
from audit.demo.story import Story, story_for
from audit.errors import Fault
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Group
from audit.people.roles import Person, Role
from audit.steps.intake.tables import Subject

RunFlow = Callable[..., Mapping[str, Any]]


class Show(Protocol):
    """Where the play reports how far it is."""

    def stage(self, title: str, total: int = 1) -> None:
        """A new stage of so many steps begins."""

    def advance(self) -> None:
        """One step of it is done."""

    def note(self, sentence: str) -> None:
        """Something worth telling happened."""


@dataclass(frozen=True, slots=True)
class Player:
    """One case of the play: its story, and the invented child or mother behind it."""

    case_id: int
    number: str
    group: Group
    desa_code: str
    story: Story
    child: Child | None
    pregnancy: Pregnancy | None


class Stage:
    """A play under way. at: the virtual clock; district, cycle, people, players: set when the play comes to them."""

    district: District
    cycle: Cycle

    def __init__(self, here: Installation, run_flow: RunFlow, show: Show) -> None:
        self.here, self.run_flow, self.show = here, run_flow, show
        self.at = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
        self.people: dict[str, Person] = {}
        self.players: list[Player] = []

    def find_players(self, case_ids: Collection[int] | None = None) -> list[Player]:
        """The cases of the cycle (these, when given) matched with the invented families and given their stories; by number."""
        children = {(c.name, c.birth_on): c for c in self.district.children}
        mothers = {(f.mother.name, f.mother.birth_on): p for p in self.district.pregnancies for f in [self.district.families[p.family]]}
        cases = select(Case, Subject).join(Subject, Subject.id == Case.subject_id).where(Case.cycle_id == self.cycle.id)
        with self.here.reading() as session:
            rows = session.execute(cases if case_ids is None else cases.where(Case.id.in_(case_ids))).all()
        found = []
        for case, subject in sorted(rows, key=lambda row: str(row[0].number)):
            group = Group(case.target_group)
            who = (subject.identity["name"], date.fromisoformat(subject.identity["birth_date"]))
            turn = sum(p.group.is_child == group.is_child for p in self.players)
            player = Player(case.id, case.number, group, case.desa_code, story_for(group, turn), children.get(who), mothers.get(who))
            self.players.append(player)
            found.append(player)
        return found

    def known(self, player: Player) -> dict[str, Any]:
        """What the registry says of this child or mother on this day and the worksheet asks again."""
        if player.child:
            child = player.child
            return {
                "birth_weight_g": round(child.birth_weight_kg * 1000),
                "birth_length_cm": round(child.birth_length_cm, 1),
                "gestation_weeks": child.gestation_weeks,
            }
        if player.pregnancy:
            found = check(player.pregnancy, self.at.date())
            return {
                "gravida": player.pregnancy.gravida, "para": player.pregnancy.para, "abortus": player.pregnancy.abortus,
                "last_period_on": player.pregnancy.lmp_on, "pregnancy_weeks": found.weeks, "weight_kg": found.weight_kg,
                "weight_before_kg": player.pregnancy.weight_before_kg, "height_cm": player.pregnancy.height_cm,
                "muac_cm": found.muac_cm, "hb_g_dl": found.hb,
            }  # fmt: skip
        return {}

    def child(self, place: int) -> Player:
        """The case that meets a detour."""
        return [p for p in self.players if p.group.is_child][place]

    def field_worker(self, desa_code: str) -> Person:
        return next(p for p in self.people.values() if p.is_a(Role.FIELD) and any(desa_code.startswith(a) for a in p.areas))

    def person(self, person_id: int) -> Person:
        return next(p for p in self.people.values() if p.id == person_id)

    def facts(self, player: Player) -> CaseFacts:
        with self.here.reading() as session:
            return facts_of(session, player.case_id, on=self.at.date())

    def do(self, player: Player, action: Action, by: Person | str, given: Mapping[str, Any] | None = None) -> None:
        person = self.people[by] if isinstance(by, str) else by
        with self.here.sessions.begin() as session:
            perform(session, player.case_id, action, by=person, at=self.at, given=given)

    def flow(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        return self.run_flow(name, self.here.settings, cycle_id=self.cycle.id, at=self.at.isoformat(), **parameters)

    def heartbeat(self) -> None:
        self.flow("semester")

    def documents(self, title: str, *names: str) -> None:
        """Make these documents of the book as they stand on this day, all of them without a name; raises Fault when one cannot be made."""
        told = 0

        def watch(done: int, total: int) -> None:
            nonlocal told
            if done == 0:
                self.show.stage(title, total)
            for _ in range(told, done):
                self.show.advance()
            told = done

        made = self.flow("documents", names=list(names) or None, watch=watch)
        if made["failed"]:
            failed = ", ".join(" ".join((one["document"], one["subject"], one["sentence"])).strip() for one in made["failures"][:3])
            raise Fault(f"{made['failed']} dokumen contoh tidak dapat dibuat: {failed}.")

    def go_to(self, day: date) -> None:
        """Nine o'clock in the morning of a day, local time."""
        self.at = datetime.combine(day, time(9), tzinfo=ZoneInfo(self.cycle.timezone)).astimezone(UTC)
