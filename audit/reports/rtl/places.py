"""Which actions belong to a kecamatan or desa: where they happen, or, where the plan names nothing closer, where the family lives."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.regions import is_region, region
from audit.reports.rtl.plan import in_approved_plan
from audit.steps.recommend.tables import RtlAction

KECAMATAN, DESA = 3, 4
"""How many parts the code of each has."""

_KINDS = {KECAMATAN: "kecamatan", DESA: "desa"}


def check_place(code: str, *, depth: int, kabupaten_code: str) -> None:
    """Raises Refused when the code is no kecamatan (depth 3) or desa (depth 4) of this kabupaten."""
    if not (is_region(code) and len(code.split(".")) == depth and code.startswith(kabupaten_code + ".")):
        name = region(kabupaten_code).name if is_region(kabupaten_code) else kabupaten_code
        raise Refused.because("unknown_place", f"Kode “{code}” bukan {_KINDS[depth]} di {name}.")


def lives_in(code: str) -> ColumnElement[bool]:
    """Whether the family of a case lives in this place; for a statement that joins `Case`."""
    return or_(Case.desa_code == code, Case.desa_code.startswith(code + ".", autoescape=True))


def happens_in(code: str) -> ColumnElement[bool]:
    """Whether an action belongs to this place: it happens there, or only a wider area (or none) is named and the family lives there."""
    parts = code.split(".")
    wider = [".".join(parts[:n]) for n in range(1, len(parts))]
    inside = or_(RtlAction.place_code == code, RtlAction.place_code.startswith(code + ".", autoescape=True))
    return or_(inside, and_(or_(RtlAction.place_code.is_(None), RtlAction.place_code.in_(wider)), lives_in(code)))


def place_of(place_code: str | None, home_code: str, *, depth: int) -> str | None:
    """The kecamatan (depth 3) or desa (depth 4) an action belongs to, as `happens_in` sees it; None when no single one."""
    named = place_code.split(".") if place_code else []
    home = home_code.split(".")
    if len(named) >= depth:
        return ".".join(named[:depth])
    return ".".join(home[:depth]) if home[: len(named)] == named and len(home) >= depth else None


def places_with_actions(session: Session, cycle_id: int, *, depth: int) -> list[str]:
    """Codes of the kecamatan (depth 3) or desa (depth 4) to which an action of an approved plan belongs, in order; one statement."""
    pairs = session.execute(
        select(RtlAction.place_code, Case.desa_code).join(Case, Case.id == RtlAction.case_id).where(*in_approved_plan(cycle_id)).distinct()
    )
    found = {place_of(place_code, home_code, depth=depth) for place_code, home_code in pairs}
    return sorted(code for code in found if code)
