"""The letter to a family (surat keluarga): frozen, worded, printed on one page. Plain and without blame; the words of causes are next door.

What it must never tell is left out before anything is frozen: findings in confidence, opinions and dissent of experts, other families.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.vocabulary import Action, Group
from audit.render.wording import date_words, facility, list_words, number
from audit.reports.cases import HAS_PLAN, case_numbers
from audit.reports.cleaning import printable
from audit.reports.field.cases import FieldCase, field_case, who_acts
from audit.reports.field.letter_words import LOOKED_AT, helps, needs, tips, told_causes
from audit.reports.field.pages import FamilyAction, FamilyLetterPage
from audit.reports.field.texts import cut, told_to_a_family
from audit.reports.frozen import frozen_cycle
from audit.reports.office_words import office_words
from audit.reports.phrases import chair_of, place_words, secretariat_words, town
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.steps.recommend.tables import Consensus

TEMPLATE = "report/family_letter"
SNAPSHOT_FORMAT = 1

MARK = "SURAT PRIBADI"
"""At the head of the page, where other documents say that they are secret."""

MOST_ACTIONS = 5
LONGEST_ACTION = 90
_LONGEST_CALL = 40
"""A longer name is told in full once, in the address."""

_ROOMY = 260
"""Characters of the name and the actions together that fit one page in large type."""

_BESIDE_SIGNATURE = 180
"""Characters of the closing that stand beside the signature and take no room of their own."""

_SHOWN_MOVES = (Action.APPROVE_PLAN, Action.NAME_PERSON_IN_CHARGE, Action.START_FOLLOW_UP)


def cases_with_letter(session: Session, cycle_id: int) -> list[str]:
    """The numbers of the cases with an approved plan; nobody else gets a letter."""
    return case_numbers(session, cycle_id, HAS_PLAN)


def family_letter_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the letter to a family (subject: case number) tells, plain and ready for canonical JSON; 6 statements.

    It holds the name, and neither NIK nor birth date nor the code of a cause that is kept in confidence.
    Raises Refused for a case that is not known or has no approved plan.
    """
    del on  # a letter is the same on every day
    found = field_case(session, cycle_id, subject, at=at)
    consensus = session.scalar(select(Consensus).where(Consensus.case_id == found.case.id).order_by(Consensus.round.desc()).limit(1))
    causes = told_causes(consensus.main_cause, [*consensus.direct_causes, *consensus.indirect_causes]) if consensus else []
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "family-letter",
        "cycle": frozen_cycle(session, found.cycle),
        "dated": found.newest(_SHOWN_MOVES).isoformat(),
        "case_number": found.case.number,
        "group": found.case.target_group,
        "name": str(found.subject.identity.get("name") or ""),
        "is_male": found.subject.is_male if found.group is Group.CATIN else None,
        "puskesmas": found.case.puskesmas,
        "desa_code": found.case.desa_code,
        "causes": causes,
        "actions": _actions(found)[:MOST_ACTIONS],
        "actions_left": max(0, len(_actions(found)) - MOST_ACTIONS),
        "officer": found.officer,
        "visits": _visits(found),
    }


def family_letter_page(record: Record) -> FamilyLetterPage:
    """The page record of the letter, every sentence worded. record: its content is as `family_letter_snapshot` froze it."""
    content = printable(record.content)
    cycle, group = content["cycle"], Group(content["group"])
    office: Mapping[str, Any] = cycle["office"]
    puskesmas = facility("Puskesmas", content["puskesmas"])
    left = content["actions_left"]
    told = len(content["name"]) + sum(len(action["what"]) for action in content["actions"])
    thanks = " ".join(office_words(cycle, "letter_closing")) or _thanks(group)
    return FamilyLetterPage(
        foot=foot_of(record, title="Surat untuk keluarga", description="Surat untuk keluarga sasaran audit kasus stunting", mark=MARK),
        is_tight=told + max(0, len(thanks) - _BESIDE_SIGNATURE) > _ROOMY,
        letterhead=str(office.get("name") or secretariat_words(cycle["kabupaten_code"], cycle["wording"])),
        letterhead_lines=tuple(str(office[name]) for name in ("address", "contact") if office.get(name)),
        place_and_date=f"{town(cycle['kabupaten_code'])}, {date_words(local_date(record.at, cycle['timezone']))}",
        addressee=_addressee(content, group),
        address=place_words(content["desa_code"]),
        greeting="Salam sehat,",
        looked_at=f"Terima kasih sudah menerima petugas kami. Bersama dokter dan ahli gizi, kami mempelajari {LOOKED_AT[group]}.",
        found=_found(content, group),
        actions=tuple(_action(action, puskesmas, cycle) for action in content["actions"]),
        more_actions=f"Ada {number(left)} kegiatan lain; petugas menjelaskannya saat berkunjung." if left else "",
        at_home=tips(content["causes"], group),
        visits=_when(content, group),
        contact=_contact(office, content, puskesmas),
        thanks=thanks,
        signatory=chair_of(cycle),
    )


def draw_family_letter(record: Record) -> bytes:
    """The letter as an archival PDF; equal records give equal bytes."""
    return print_document(family_letter_page(record), record, template=TEMPLATE)


def _actions(found: FieldCase) -> list[dict[str, Any]]:
    """What is done for the family, each text once for its agency, in the order of the plan."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for action in found.actions:
        what = told_to_a_family(action.activity, cause=action.cause, most=LONGEST_ACTION)
        ends_on = action.ends_on.isoformat() if action.ends_on else None
        told.setdefault((what, action.owner_agency), {"what": what, "agency": action.owner_agency, "ends_on": ends_on})
    return list(told.values())


def _visits(found: FieldCase) -> dict[str, Any] | None:
    """The days of the follow-up as they were planned; done or missed makes no difference. None before it began."""
    days = [visit.planned_on for visit in found.visits]
    if not days:
        return None
    return {"first": days[0].isoformat(), "last": days[-1].isoformat(), "count": len(days)}


def _addressee(content: Mapping[str, Any], group: Group) -> str:
    name = content["name"]
    if group.is_child:
        return f"Keluarga Ananda {name}" if name else "Ayah dan Ibu"
    title = {True: "Saudara", False: "Saudari", None: "Saudara/Saudari"}[content["is_male"]] if group is Group.CATIN else "Ibu"
    return f"{title} {name}".rstrip()


def _found(content: Mapping[str, Any], group: Group) -> tuple[str, ...]:
    """One sentence on the person and one on the home; a kind one when the panel named nothing that can be told."""
    own, home = needs(content["causes"], is_child=group.is_child), helps(content["causes"], is_child=group.is_child)
    who = _called(content, group)
    told = [f"{who} perlu {list_words(own)}."] if own else []
    if home:
        told.append(f"{'Keluarga juga' if own else 'Keluarga'} akan dibantu supaya {list_words(home)}.")
    return tuple(told) or (f"{who} perlu didampingi supaya tetap sehat.",)


def _called(content: Mapping[str, Any], group: Group) -> str:
    """How the person is called within a sentence: a child by name where it is short."""
    if group.is_child:
        return f"Ananda {content['name']}" if 0 < len(content["name"]) <= _LONGEST_CALL else "Ananda"
    return "Ibu" if group is not Group.CATIN else {True: "Saudara", False: "Saudari", None: "Anda"}[content["is_male"]]


def _action(action: Mapping[str, Any], puskesmas: str, cycle: Mapping[str, Any]) -> FamilyAction:
    by = f"sampai {date_words(date.fromisoformat(action['ends_on']))}" if action["ends_on"] else ""
    return FamilyAction(action["what"], who_acts(action["agency"], puskesmas, cycle), by)


def _when(content: Mapping[str, Any], group: Group) -> str:
    officer = f"Petugas kami, {cut(content['officer'], 80)}," if content["officer"] else "Petugas puskesmas"
    visits = content["visits"]
    if visits is None:
        return f"{officer} akan datang ke rumah dan memberi tahu harinya lebih dahulu."
    first, last = (date_words(date.fromisoformat(visits[name])) for name in ("first", "last"))
    measured = "Setiap bulan anak ditimbang dan diukur." if group.is_child else "Setiap bulan kesehatan diperiksa."
    return f"{officer} datang ke rumah mulai {first} sampai {last}, kira-kira {number(visits['count'])} kali. {measured}"


def _contact(office: Mapping[str, Any], content: Mapping[str, Any], puskesmas: str) -> str:
    """Whom to call; an emergency is never sent to an office."""
    near = puskesmas or "puskesmas terdekat"
    call = f"hubungi {office['contact']}" if office.get("contact") else f"datang ke {near} atau bertanya kepada kader posyandu"
    return f"Ada pertanyaan, atau jadwalnya tidak cocok? Silakan {call}. Bila ada yang sakit, segera ke {near}; jangan menunggu kunjungan."


def _thanks(group: Group) -> str:
    goal = {
        Group.BUMIL: "ibu dan bayi sehat",
        Group.BUFAS: "ibu dan bayi sehat",
        Group.CATIN: "keluarga baru yang sehat",
    }.get(group, "anak tumbuh sehat dan kuat")
    return f"Terima kasih atas kerja sama Bapak, Ibu, dan keluarga. Mari bersama-sama kita usahakan {goal}."
