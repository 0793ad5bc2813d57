"""What keeps experts from seats, said by people: absences and conflicts of interest. One's own; for the secretariat everybody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from audit.casework.declarations import (
    absences_seen_by,
    conflicts_seen_by,
    declare_absence,
    declare_conflict,
    withdraw_absence,
    withdraw_conflict,
)
from audit.casework.receipts import keep_receipt, receipt_of
from audit.errors import Refused
from audit.forms import Form, Problem, Problems
from audit.people.directory import people, people_by_id
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.regions import full_name, is_region
from audit.render.wording import date_range
from audit.steps.review.forms import ABSENCE, CONFLICT
from audit.steps.review.rules import CONFLICT_KINDS
from audit.web.desk import Desk, Page
from audit.web.fields import field_view
from audit.web.form_parts import Choice, FieldView, FormView, ProblemLine, SectionView
from audit.web.parts import Alert, Button, PageHead, Shell
from audit.web.sent import Sent


@dataclass(frozen=True, slots=True)
class Declaration:
    """One absence or conflict that stands, and the form that takes it back. who: "" on an expert's own page."""

    who: str
    what: str
    note: str
    withdraw: FormView


@dataclass(frozen=True, slots=True)
class Declarations:
    """The standing ones of a kind, and the form for another."""

    title: str
    icon: str
    lead: str
    standing: tuple[Declaration, ...]
    none_yet: str
    form: FormView


@dataclass(frozen=True, slots=True)
class AvailabilityPage:
    """Absences and conflicts of interest."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    kinds: tuple[Declarations, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two kinds of declaration. code: of its form, and before the names of its fields."""

    code: str
    form: Form
    title: str
    icon: str
    lead: str
    none_yet: str
    button: str
    said: str


_ABSENCE = _Kind(
    "berhalangan", ABSENCE, "Berhalangan", "calendar",
    "Pada hari-hari ini tidak ada kasus baru yang ditugaskan. Kursi yang sudah ada tetap.",
    "Tidak ada yang berhalangan.", "Catat berhalangan", "Berhalangan tercatat.",
)  # fmt: skip
_CONFLICT = _Kind(
    "benturan", CONFLICT, "Benturan kepentingan", "shield-check",
    "Kasus yang terkena tidak akan ditugaskan. Yang terlihat dari data (puskesmas, desa, pasien sendiri) diperiksa oleh sistem.",
    "Tidak ada benturan yang dinyatakan.", "Nyatakan benturan", "Benturan kepentingan tercatat.",
)  # fmt: skip
_KINDS = (_ABSENCE, _CONFLICT)


@dataclass(frozen=True, slots=True)
class _Back:
    """A form that was refused, with what was typed."""

    code: str
    answers: Mapping[str, Any]
    expert: str
    form_id: str
    problems: Sequence[Problem]
    lines: Sequence[ProblemLine]


def _shower(address: str, *, is_own: bool) -> Callable[[Desk], Response]:
    def show(desk: Desk) -> Response:
        """What stands, and the forms for more."""
        return _draw(desk, address, is_own=is_own)

    return show


def _taker(address: str, *, is_own: bool) -> Callable[[Desk, Sent], Response]:
    def take(desk: Desk, sent: Sent) -> Response:
        """Declare, or take back."""
        if sent.has("tarik"):
            return _withdraw(desk, sent, address, is_own=is_own)
        kind = next((one for one in _KINDS if one.code == sent.text("bentuk")), _ABSENCE)
        answers = {f.name: sent.text(f"{kind.code}.{f.name}") for f in kind.form.fields}
        expert, form_id = sent.text(f"{kind.code}.expert"), sent.text("form_id")
        try:
            of = desk.person if is_own else _chosen(desk, expert)
            if receipt_of(desk.session, form_id, desk.person) is not None:
                return desk.go(address, said=f"{kind.said} Formulir yang sama terkirim dua kali; dicatat sekali.")
            with desk.writing() as session:
                if kind is _ABSENCE:
                    declare_absence(session, answers, of=of, by=desk.person, on=desk.on(), at=desk.at)
                else:
                    declare_conflict(session, answers, of=of, by=desk.person, at=desk.at)
                keep_receipt(session, form_id, by=desk.person, at=desk.at)
        except Problems as found:
            back = _Back(kind.code, answers, expert, form_id, found.problems, ())
            return _draw(desk, address, is_own=is_own, back=back, status=422)
        except Refused as refusal:
            lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
            return _draw(desk, address, is_own=is_own, back=_Back(kind.code, answers, expert, form_id, (), lines), status=409)
        return desk.go(address, said=kind.said)

    return take


def _withdraw(desk: Desk, sent: Sent, address: str, *, is_own: bool) -> Response:
    kind, _, number = sent.text("tarik").partition(".")
    which = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
    try:
        with desk.writing() as session:
            (withdraw_conflict if kind == _CONFLICT.code else withdraw_absence)(session, which, by=desk.person, at=desk.at)
    except Refused as refusal:
        alerts = tuple(Alert(reason.sentence, "warn") for reason in refusal.reasons)
        return _draw(desk, address, is_own=is_own, alerts=alerts, status=409)
    return desk.go(address, said="Pernyataan ditarik. Catatannya tetap ada.")


def _chosen(desk: Desk, username: str) -> Person:
    """The expert that the secretariat chose. Raises Problems when there is none of this name."""
    found = next((one for one in people(desk.session, Role.EXPERT) if one.username == username), None)
    if found is None:
        sentence = f"Pakar: “{username[:60]}” bukan anggota tim pakar; pilih salah satu." if username else "Pakar: wajib dipilih."
        raise Problems([Problem("expert", username[:60], "not_an_expert", sentence)])
    return found


def _draw(
    desk: Desk, address: str, *, is_own: bool, back: _Back | None = None, alerts: tuple[Alert, ...] = (), status: int = 200
) -> Response:
    experts = [] if is_own else people(desk.session, Role.EXPERT)
    absences = [one for one in absences_seen_by(desk.session, desk.person, on=desk.on()) if not is_own or one.person_id == desk.person.id]
    conflicts = [one for one in conflicts_seen_by(desk.session, desk.person) if not is_own or one.person_id == desk.person.id]
    named = {} if is_own else people_by_id(desk.session, {one.person_id for one in absences} | {one.person_id for one in conflicts})
    names = {person_id: _expert(person) for person_id, person in named.items()}
    standing = {
        _ABSENCE.code: tuple(
            Declaration(
                names.get(one.person_id, ""),
                date_range(one.from_on, one.to_on),
                one.note or "",
                _take_back(desk, address, "berhalangan", one.id),
            )
            for one in absences
        ),
        _CONFLICT.code: tuple(
            Declaration(
                names.get(one.person_id, ""), _conflict(one.kind, one.value), one.note or "", _take_back(desk, address, "benturan", one.id)
            )
            for one in conflicts
        ),
    }
    page = AvailabilityPage(
        shell=desk.frame(
            "Ketersediaan saya" if is_own else "Ketersediaan pakar",
            place="telaah" if is_own else "panel",
            crumbs=(("Telaah", "/telaah"),) if is_own else (("Penugasan panel", "/panel"),),
        ),
        head=PageHead(
            "Ketersediaan saya" if is_own else "Ketersediaan pakar",
            lead="Yang Anda nyatakan di sini dihormati saat panel disusun." if is_own else "Dihormati saat panel disusun.",
        ),
        alerts=alerts,
        kinds=tuple(
            Declarations(
                kind.title,
                kind.icon,
                kind.lead,
                standing[kind.code],
                kind.none_yet,
                _form(desk, address, kind, experts, is_own=is_own, back=back),
            )
            for kind in _KINDS
        ),
    )
    return desk.draw("web/panel/availability.html", page, status=status)


def _form(desk: Desk, address: str, kind: _Kind, experts: Sequence[Person], *, is_own: bool, back: _Back | None) -> FormView:
    came_back = back if back is not None and back.code == kind.code else None
    problems = came_back.problems if came_back else ()
    answers = came_back.answers if came_back else {}
    wrong = {f"{kind.code}.{p.place}": p.message for p in reversed(problems)}
    fields = [field_view(f, answers.get(f.name), wrong, {}, before=f"{kind.code}.") for f in kind.form.fields]
    if not is_own:
        fields.insert(0, _who(kind, experts, came_back.expert if came_back else "", wrong))
    lines = came_back.lines if came_back else ()
    return FormView(
        address=address,
        sections=(SectionView(kind.code, "", tuple(fields)),),
        buttons=(Button(kind.button, icon="plus"),),
        csrf=desk.token,
        hidden=(("form_id", came_back.form_id if came_back else str(uuid4())), ("bentuk", kind.code)),
        problems=(*lines, *(ProblemLine(f"f-{kind.code}.{p.place}", p.message) for p in problems)),
        id=kind.code,
    )


def _who(kind: _Kind, experts: Sequence[Person], chosen: str, wrong: Mapping[str, str]) -> FieldView:
    name = f"{kind.code}.expert"
    choices = tuple(Choice(one.username, _expert(one), is_chosen=one.username == chosen) for one in experts)
    return FieldView(name, "Pakar", "select", chosen, choices, problem=wrong.get(name, ""), is_required=True)


def _take_back(desk: Desk, address: str, kind: str, number: int) -> FormView:
    button = Button("Tarik", name="tarik", value=f"{kind}.{number}", icon="arrow-back-up", id=f"tarik-{kind}-{number}")
    return FormView(address, (), (button,), csrf=desk.token, is_guarded=False, id=f"tarik-{kind}-{number}-formulir")


def _conflict(kind: str, value: str) -> str:
    place = full_name(value) if kind == "desa" and is_region(value) else value
    return f"{CONFLICT_KINDS.get(kind, kind)}: {place}"


def _expert(person: Person) -> str:
    return f"{person.name} · {DISCIPLINE_LABELS[person.discipline]}" if person.discipline else person.name


_OWN, _ALL = "/panel/saya", "/panel/pernyataan"

PAGES = (
    Page(_OWN, _shower(_OWN, is_own=True), _taker(_OWN, is_own=True), roles=frozenset({Role.EXPERT})),
    Page(_ALL, _shower(_ALL, is_own=False), _taker(_ALL, is_own=False), roles=frozenset({Role.SECRETARY})),
)
