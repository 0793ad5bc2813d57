"""Approved plans for the tests of the sheets, made by real actions, and a drawn page for looking at. Everybody in them is invented."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import page as checker
import pypdfium2
from sqlalchemy import Engine, event

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.agencies import agencies
from tests.factory import DESA, World, complete_plan

AWKWARD = '=1+1 <b>"tebal"</b> & <script>alert(1)</script> 😀'
LONG_NAME = "Siti " + " ".join(["Nurhayatiningsih Kusumawardhani"] * 6) + " binti Al"


def planned(world: World, *, desa: str = DESA, **changes: Any) -> Case:
    """A case in a desa whose first action is changed before the chair approves."""
    case = world.case_at(Status.RECOMMENDED)
    case.desa_code = desa
    plan = complete_plan(world.on)
    plan["actions"][0] |= changes
    plan["actions"][1] |= {"place_code": changes.get("place_code", desa)}
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", plan)
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    return case


def many_planned(world: World, count: int, *, most: int = 99) -> list[Case]:
    """Cases with `count` actions between them, at most `most` in each; owners, deadlines and texts differ, one text is awkward."""
    owners, cases = list(agencies({})), []
    while count:
        case = world.case_at(Status.RECOMMENDED)
        first, second = complete_plan(world.on)["actions"]
        rows = [(first if n % 2 else second) | _varied(world, n, owners) for n in range(min(count, most))]
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": rows})
        world.do(case, Action.SUBMIT_PLAN, "sekretariat")
        world.do(case, Action.APPROVE_PLAN, "ketua")
        cases.append(case)
        count -= len(rows)
    return cases


def _varied(world: World, n: int, owners: list[str]) -> dict[str, Any]:
    return {
        "owner_agency": owners[n % len(owners)],
        "activity": AWKWARD if n == 3 else f"Kegiatan nomor {n + 1} untuk keluarga sasaran",
        "implementer": LONG_NAME[:200] if n == 4 else "Tim pendamping keluarga",
        "ends_on": world.on + timedelta(days=10 + 3 * (n % 40)),
        "funding": "dana_desa" if n % 5 == 0 else "apbd",
    }


def selects(engine: Engine, work: Callable[[], Any]) -> int:
    """How many SELECT statements this takes."""
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    work()
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])


def pages_of(file: bytes) -> list[str]:
    """The text of every page, one blank between words."""
    opened = pypdfium2.PdfDocument(io.BytesIO(file))
    texts = []
    for sheet in opened:
        content = sheet.get_textpage()
        texts.append(" ".join(content.get_text_range().split()))
        content.close()
        sheet.close()
    opened.close()
    return texts


def faults_of(file: bytes) -> list[str]:
    """The rules of PDF/A-3a and PDF/UA-1 that the checker says the file breaks."""
    profiles = (checker.ValidationProfile.PDF_A_3A, checker.ValidationProfile.PDF_UA_1)
    return [str(each) for profile in profiles for each in checker.validate_pdf_bytes(file, profile=profile).failures]
