"""Every row of the table that a person may do, pressed in a real browser: once allowed, once refused. The rows are taken from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from audit.lifecycle.access import may_see_case
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.transitions import TRANSITIONS, Transition
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person
from audit.people.roles import Role
from audit.people.sessions import open_session
from audit.steps.review.actions import keep_draft
from audit.web.addresses import of_action, of_case
from audit.web.app import create_app
from audit.web.desk import COOKIE
from audit.web.fields import typed
from tests.browser.conftest import DESK, PHONE, serving
from tests.browser.field_pages import field_pages
from tests.browser.office import answer, press
from tests.factory import CONSENSUS, OPINION, START, World, complete_plan, worksheet_answers
from tests.web.conftest import Pages

A = Action
Prepare = Callable[[World, Case], None]


@dataclass(frozen=True)
class Press:
    """How one action is done by hand. who: does it; refused: the person to whom it is refused, in a case made by refused_when.

    ready: what must have happened before. labels: what is pressed after the button of the case page, in order; the answers are typed before
    the last of them. days: how long after the case came to its status.
    """

    who: str
    refused: str
    answers: Callable[[World], Mapping[str, Any]] = lambda world: {}
    ready: Prepare = lambda world, case: None
    refused_when: Prepare = lambda world, case: None
    labels: Sequence[str] = ()
    days: int = 0


def _send_worksheet(world: World, case: Case) -> None:
    world.do(case, A.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})


def _seat(world: World, case: Case) -> None:
    world.do(case, A.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})


def _answer(world: World, case: Case) -> None:
    if case.status == Status.UNDER_REVIEW:
        world.do(case, A.SUBMIT_OPINION, "dr.anak", OPINION)


def _seat_when_none(world: World, case: Case) -> None:
    if case.status == Status.READY:
        _seat(world, case)


def _return_form(world: World, case: Case) -> None:
    gizi, secretary = world.people["gizi"].id, world.people["sekretariat"]
    keep_draft(world.session, world.facts(case), expert_id=gizi, answers=OPINION, file_sha256="e" * 64, by=secretary, at=world.at)


def _propose(world: World, case: Case) -> None:
    world.do(case, A.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)


def _plan(world: World, case: Case) -> None:
    world.do(case, A.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))


def _report(world: World, case: Case) -> None:
    world.do(case, A.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Daftar terima"})


def _confirm_all(world: World, case: Case) -> None:
    """Nothing is left to do: both actions were done and seen, and the case was judged again."""
    world.do(case, A.REOPEN, "sekretariat")
    for number, agency in ((1, "puskesmas"), (2, "perkim")):
        world.do(case, A.REPORT_PROGRESS, agency, {"action": number, "status": "selesai", "evidence": "Daftar terima"})
        world.do(case, A.CONFIRM_ACTION, "bidan.arjasa", {"action": number, "seen": "Sudah dilihat"})
    world.do(case, A.EVALUATE, "sekretariat")


def _close_cycle(world: World, case: Case) -> None:
    world.cycle.closed_at = world.at


def _visit(world: World) -> dict[str, Any]:
    return {"visited_on": world.on, "weight_kg": 8.4}


PRESSES: Mapping[Action, Press] = {
    A.OPEN_CASE: Press("sekretariat", "bidan.arjasa"),
    A.SUBMIT_WORKSHEET: Press("bidan.arjasa", "bidan.silo"),
    A.RETURN_WORKSHEET: Press("sekretariat", "sekretariat", lambda world: {"note": "Jamban belum diisi"}, _send_worksheet),
    A.ASSIGN_EXPERT: Press("sekretariat", "ketua", lambda world: {"expert": "gizi2"}),
    A.RECUSE: Press("dr.anak", "dr.anak", lambda world: {"reason": "Keluarga dekat"}, _seat_when_none, _answer),
    A.SUBMIT_OPINION: Press("dr.anak", "dr.anak", lambda world: OPINION, refused_when=_answer, labels=("Kirim pendapat",)),
    A.ENTER_OPINION: Press("sekretariat", "sekretariat", lambda world: {"expert": "gizi"}, _return_form),
    A.ASK_FOR_DATA: Press("dr.anak", "dr.anak", lambda world: {"note": "Hasil Mantoux"}, refused_when=_answer),
    A.COMMENT: Press("gizi", "dr.anak2", lambda world: {"text": "Selera makan belum dinilai"}),
    A.PROPOSE_CONSENSUS: Press("dr.anak", "gizi", lambda world: CONSENSUS),
    A.VOTE: Press("gizi", "gizi", lambda world: {"vote": "agree"}, _propose),
    A.RECORD_CONSENSUS: Press("dr.anak", "gizi", lambda world: CONSENSUS, labels=("Catat kesepakatan panel", "Catat kesepakatan")),
    A.PLAN_ACTIONS: Press("sekretariat", "ketua", lambda world: complete_plan(world.on), labels=("Simpan",)),
    A.SUBMIT_PLAN: Press("sekretariat", "sekretariat", ready=_plan),
    A.APPROVE_PLAN: Press("ketua", "sekretariat"),
    A.RETURN_PLAN: Press("ketua", "sekretariat", lambda world: {"note": "Ganti sumber dana"}),
    A.NAME_PERSON_IN_CHARGE: Press("sekretariat", "ketua", lambda world: {"person": "bidan.arjasa"}),
    A.RECORD_VISIT: Press("bidan.arjasa", "bidan.silo", _visit, days=2),
    A.REPORT_PROGRESS: Press("puskesmas", "dinsos", lambda world: {"action": "1", "status": "berjalan", "evidence": "Daftar terima"}),
    A.CONFIRM_ACTION: Press("bidan.arjasa", "bidan.arjasa", lambda world: {"action": "1", "seen": "PMT dimakan"}, _report),
    A.EVALUATE: Press("sekretariat", "sekretariat", ready=lambda world, case: world.pass_days(100)),
    A.CARRY_OVER: Press("sekretariat", "sekretariat", refused_when=_confirm_all),
    A.WITHDRAW: Press("sekretariat", "ketua", lambda world: {"reason": "moved_away"}),
    A.REOPEN: Press("sekretariat", "sekretariat", refused_when=_close_cycle),
    A.OPEN_IDENTITY: Press("sekretariat", "bidan.silo", lambda world: {"reason": "contact"}),
}
"""One press for every action of a person; its rows differ in the status the case is in."""

OF_PEOPLE = [row for row in TRANSITIONS if row.by - {Role.SYSTEM}]
WIDTHS = {(row.action, row.source): (PHONE, DESK)[n % 2] for n, row in enumerate(OF_PEOPLE)}


@dataclass
class Office:
    """One app for the whole module, and a browser context for each width."""

    pages: Pages
    base: str
    contexts: Mapping[int, BrowserContext]

    @property
    def world(self) -> World:
        return self.pages.world

    def case_in(self, status: Status, then: Prepare) -> Case:
        """A new case of its own in this status, on a day of its own."""
        self.world.at = START
        case = _brought_to(self.world, status)
        then(self.world, case)
        self.world.session.commit()
        return case

    def page(self, who: str, width: int) -> Page:
        """A page of this width in which this person has just signed in."""
        self.world.session.commit()
        with self.pages.installation.sessions.begin() as session:
            opened = open_session(session, self.world.people[who].id, how="password", at=self.world.at, device="Chromium")
        context = self.contexts[width]
        context.add_cookies([{"name": COOKIE, "value": opened.token, "url": self.base}])
        return context.pages[0]

    def events(self, case: Case) -> list[tuple[str, int]]:
        with self.pages.installation.reading() as session:
            rows = session.execute(select(CaseEvent.action, CaseEvent.by_id).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq))
            return [(action, by_id) for action, by_id in rows]

    def cases(self) -> int:
        with self.pages.installation.reading() as session:
            return session.scalar(select(func.count()).select_from(Case)) or 0


def _brought_to(world: World, status: Status) -> Case:
    if status is Status.WITHDRAWN:
        case = world.case_at(Status.SELECTED)
        world.do(case, A.WITHDRAW, "sekretariat", {"reason": "moved_away"})
        return case
    if status is Status.CARRIED_OVER:
        case = world.case_at(Status.EVALUATED)
        world.do(case, A.CARRY_OVER, "sekretariat")
        return case
    return world.case_at(status)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Office]:
    with field_pages(tmp_path_factory.mktemp("tombol")) as pages, serving() as serve:
        world = pages.world
        social = {"username": "dinsos", "name": "Kabid Sosial", "roles": ["agency"], "agency": "dinsos"}
        world.people["dinsos"] = add_person(world.session, social, at=START)
        world.session.commit()
        base = serve(create_app(pages.installation, now=lambda: world.at))
        contexts = {
            width: chromium.new_context(viewport={"width": width, "height": 800}, base_url=base, locale="id-ID", has_touch=width == PHONE)
            for width in (PHONE, DESK)
        }
        for context in contexts.values():
            context.new_page()
        yield Office(pages, base, contexts)
        for context in contexts.values():
            context.close()


def _name(row: Transition) -> str:
    return f"{row.action}-from-{row.source or 'nothing'}"


def test_every_action_of_a_person_has_its_press() -> None:
    """A new action fails here until somebody says how it is pressed; a new status of an old one is walked by itself."""
    assert set(PRESSES) == {row.action for row in OF_PEOPLE}


@pytest.mark.parametrize("row", [row for row in OF_PEOPLE if row.source is not None], ids=_name)
def test_the_button_does_it_and_the_event_is_written(office: Office, row: Transition) -> None:
    world, done = office.world, PRESSES[row.action]
    assert row.source is not None
    case = office.case_in(row.source, done.ready)
    world.pass_days(done.days)
    page = office.page(done.who, WIDTHS[row.action, row.source])
    before = office.events(case)
    page.goto(of_case(case.number))
    _open_what_is_folded(page)
    press(page, row.label)
    _do(page, world, case, row, done)
    after = office.events(case)
    assert after[len(before) :] == [(row.action, world.people[done.who].id)], page.locator("main").inner_text()[:1200]
    assert office.pages.now(case).status == row.target


@pytest.mark.parametrize("row", [row for row in OF_PEOPLE if row.source is not None], ids=_name)
def test_who_may_not_is_told_why_and_a_form_made_by_hand_writes_nothing(office: Office, row: Transition) -> None:
    world, done = office.world, PRESSES[row.action]
    assert row.source is not None
    case = office.case_in(row.source, done.refused_when)
    who = "dr.anak2" if (row.action, row.source) == (A.RECUSE, Status.READY) else done.refused
    try:
        facts, person = world.facts(case), world.people[who]
        sentences = [reason.sentence for reason in row.refusals(facts, person)]
        assert sentences, f"{who} may do it"
        page = office.page(who, WIDTHS[row.action, row.source])
        response = page.goto(of_case(case.number))
        assert response is not None
        before = office.events(case)
        if not may_see_case(facts, person):
            assert response.status == 404
        else:
            _open_what_is_folded(page)
            _shows_why_not(page, row, sentences, is_of_the_role=bool(person.roles & row.by))
        given = {name: str(value) for name, value in done.answers(world).items() if not isinstance(value, list)}
        for address in {of_case(case.number, "tindakan", row.action), of_action(case.number, row.action)}:
            status = _post_by_hand(page, address, {**given, "seen_version": str(facts.version)})
            assert status in (404, 405, 409, 422), (address, status)
        assert office.events(case) == before
    finally:
        world.cycle.closed_at = None
        world.session.commit()


def test_a_case_is_opened_from_the_list_of_candidates_by_the_secretariat_alone(office: Office) -> None:
    world = office.world
    world.at = START
    candidate = world.candidate(name="Citra Lestari")
    page = office.page("bidan.arjasa", PHONE)
    before = office.cases()
    page.goto("/")
    answers = {"calon": str(candidate.id), "lakukan": "buka"}
    assert _post_by_hand(page, "/kandidat", answers) == 404 and office.cases() == before
    page = office.page("sekretariat", DESK)
    page.goto("/kandidat")
    page.locator(f'main input[name="calon"][value="{candidate.id}"]').check()
    press(page, "Buka kasus")
    assert office.cases() == before + 1
    with office.pages.installation.reading() as session:
        newest = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert (newest.action, newest.by_id) == (A.OPEN_CASE, world.people["sekretariat"].id)


def _open_what_is_folded(page: Page) -> None:
    folded = page.locator("#langkah details:not([open]) > summary:visible")
    while folded.count():
        folded.first.click()


def _do(page: Page, world: World, case: Case, row: Transition, done: Press) -> None:
    """From the page the button of the case led to: answer what it asks, and press what sends it."""
    if row.action is A.SUBMIT_WORKSHEET:
        page.goto(f"{of_action(case.number, row.action)}?bagian=visit")
        answers = typed(worksheet_answers(Group(case.target_group)))
        names = page.locator("main form.asks [name]").evaluate_all("all => all.map(it => it.name)")
        answer(page, {name: value for name, value in answers.items() if name in names})
        press(page, "Simpan dan lanjut")
        page.goto(f"{of_action(case.number, row.action)}?bagian=kirim")
        press(page, row.label)
        return
    for label in done.labels[:-1]:
        press(page, label)
    answers = dict(done.answers(world))
    rows = {name: answers.pop(name) for name in ("recommendations", "actions") if name in answers}
    answer(page, typed(answers))
    for name, listed in rows.items():
        for n, one in enumerate(listed, start=1):
            if not page.locator(f'[name^="{name}.{n}."]').count():
                with page.expect_navigation():
                    page.locator(f'button[name="tambah"][value="{name}"]').click()
            answer(page, {f"{name}.{n}.{key}": value for key, value in typed(one).items()})
    press(page, done.labels[-1] if done.labels else row.label)


def _shows_why_not(page: Page, row: Transition, sentences: Sequence[str], *, is_of_the_role: bool) -> None:
    """The refused button with its sentences; to other roles there is no such button at all."""
    main = page.locator("#langkah")
    assert not main.get_by_role("link", name=row.label, exact=True).count()
    refused = main.get_by_role("button", name=row.label, exact=True)
    if not is_of_the_role:
        assert not refused.count()
        return
    assert refused.get_attribute("aria-disabled") == "true"
    why = page.locator(f"#{refused.get_attribute('aria-describedby')}")
    assert why.is_visible() and all(sentence in why.inner_text() for sentence in sentences), why.inner_text()


def _post_by_hand(page: Page, address: str, answers: Mapping[str, str]) -> int:
    """The status of the answer to a form that somebody made up, sent from a page of this site with the token of their session."""
    page.goto("/")
    token = page.locator('input[name="csrf"]').first.get_attribute("value") or ""
    body = {"form_id": str(uuid4()), "csrf": token, **answers}
    return int(
        page.evaluate(
            "async ([at, body]) => (await fetch(at, {method: 'POST', body: new URLSearchParams(body), redirect: 'manual'})).status",
            [address, body],
        )
    )
