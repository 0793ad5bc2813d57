"""What each edition of the report is built from: the frozen record counted up, exactly for one, de-identified for the other. No wording.

Both views have the same shape, so that the same chapters are written from either. Every count has a name in `cells`; a cell of the
public view is a number, "<5" or "–", and nothing in that view is about one case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from audit.reports.disclosure import SMALLEST_SHOWN, Edition, Published, Sum, is_hidden, protect, remembered
from audit.reports.dissemination.counts import (
    CROSSINGS,
    KEPT,
    SENSITIVE_CAUSES,
    areas_of,
    counts,
    groups_of,
    is_standing,
    is_unfinished,
    primary_outcome,
    rows,
    settled,
)

EARLIER = "published"
"""Where publishing puts the cells of the public editions that the cycle had before; see `audit.reports.earlier`."""


def exact_view(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The record counted up with every number, expert and day: for the restricted edition only."""
    cells, _ = counts(snapshot, _codes_as_they_are)
    return {
        **_common(snapshot),
        "cells": cells,
        "crossings": list(CROSSINGS),
        "averages": _averages(snapshot),
        "steps": snapshot["steps"],
        "panel": _experts(snapshot),
        "panel_is_named": True,
        "rows": rows(snapshot, _codes_as_they_are),
    }


def public_derivative(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The record without identity, ready for canonical JSON: the public edition is rendered from this and nothing else.

    No case, no expert's name, no village, no note, no day but those of the cycle; findings of SENSITIVE_CAUSES go under another name;
    counts of 1 to 4, and those that would give one away, are hidden (see `disclosure.protect`), averages over hidden counts left out.
    snapshot: may hold the cells of earlier public editions under EARLIER; then no difference between them and this one is small.
    """
    counted, sums = counts(snapshot, _public_code)
    cells, crossings = _without_thin_crossings(counted)
    published = _published(cells, sums, settled(snapshot), snapshot.get(EARLIER, ()))
    experts = Counter(expert["discipline"] for expert in _experts(snapshot))
    return {
        **_common(snapshot),
        "cells": published,
        "crossings": crossings,
        "averages": {code: value for code, value in _averages(snapshot).items() if not is_hidden(published[f"judged:{code}"])},
        "steps": [{**step, "first_on": step["first_on"][:7], "last_on": step["last_on"][:7], "count": None} for step in snapshot["steps"]],
        "evaluation_by": snapshot["evaluation_by"] and snapshot["evaluation_by"][:7],
        "panel_is_named": False,
        "panel": [{"name": "", "discipline": discipline, "experts": n} for discipline, n in sorted(experts.items())],
        "rows": [_public_row(row, published) for row in rows(snapshot, _public_code)],
    }


def told_cells(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What the public edition of this record tells of its cells ("shown"), and what they are ("exact"): for EARLIER of the next one."""
    shown = public_derivative(snapshot)["cells"]
    exact, _ = counts(snapshot, _public_code)
    return {"exact": {name: exact[name] for name in shown}, "shown": shown}


def _codes_as_they_are(cause: str) -> str:
    return cause


def _public_code(cause: str) -> str:
    return SENSITIVE_CAUSES.get(cause, cause)


def _common(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What both views say alike: nothing in it is about a case."""
    return {
        "format": snapshot["format"],
        "stage": snapshot["stage"],
        "is_draft": is_unfinished(snapshot),
        "on": snapshot["on"],
        "dated": snapshot["dated"],
        "cycle": snapshot["cycle"],
        "groups": groups_of(snapshot),
        "kecamatan": areas_of(snapshot),
        "screening": {"files": snapshot["screening"]["files"], "rows": snapshot["screening"]["rows"]},
        "people": snapshot["people"],
        "history": snapshot["history"],
        "evaluation_by": snapshot["evaluation_by"],
    }


def _public_row(row: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its own count (that is in the cells); for few cases also without their kecamatan and progress."""
    shown = {key: value for key, value in row.items() if key != "cases"}
    return {**shown, "kecamatan": [], "seen": None} if is_hidden(published[row["cell"]]) else shown


def _without_thin_crossings(cells: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    """The cells without the inside of crossed tables in which most counts are small, and the names of the crossings that stay.

    Such a table would be all marks; its margins say more when nothing of its inside has to be protected.
    """
    kept = []
    for crossing in CROSSINGS:
        across, down = crossing.split("|")
        inside = [value for name, value in cells.items() if value and name.startswith(f"{across}:") and f"|{down}:" in name]
        if sum(value < SMALLEST_SHOWN for value in inside) * 2 <= len(inside):
            kept.append(crossing)
    gone = [tuple(crossing.split("|")) for crossing in CROSSINGS if crossing not in kept]
    left = {n: v for n, v in cells.items() if not any(n.startswith(f"{across}:") and f"|{down}:" in n for across, down in gone)}
    return left, kept


def _published(
    cells: Mapping[str, int], sums: Sequence[Sum], known: Sequence[str], earlier: Sequence[Mapping[str, Any]]
) -> dict[str, Published]:
    """The counts as they are published, so that the first and the second report hide the same ones of what both of them print.

    Whoever lays both side by side must not read in one what the other hides. So what stands in both is protected by itself, those marks
    stay, and what such a count shows is given up for the rest only when nothing else helps. What changed a little since an earlier edition
    is hidden too; of what follows only the numbers behind averages, for the rest is not crossed with anything that tells who it is.
    """
    lasting = {name: value for name, value in cells.items() if is_standing(name) or name.startswith("judged:")}
    before = remembered(lasting, sums, [Edition(one["exact"], one["shown"]) for one in earlier], keep=KEPT)
    still = {name: value for name, value in cells.items() if is_standing(name)}
    standing = protect(still, sums, keep={*KEPT, *before.known}, hide=before.hide)
    seen = {name for name, shown in standing.items() if not is_hidden(shown)}
    whole = protect(cells, sums, keep={*KEPT, *seen, *known, *before.known}, hide=before.hide)
    return {name: standing[name] if name in standing and not is_hidden(shown) else shown for name, shown in whole.items()}


def _averages(snapshot: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The mean before, after and change of each indicator over the cases judged by it, in its whole units, one decimal."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for case in snapshot["cases"]:
        primary = primary_outcome(case)
        if primary is not None and primary["verdict"] != "unknown" and primary["change"] is not None:
            found.setdefault(primary["indicator"], []).append(primary)
    parts = {"before": "before_value", "after": "after_value", "change": "change"}
    return {
        code: {part: round(sum(one[column] for one in judged) / len(judged), 1) for part, column in parts.items()}
        for code, judged in sorted(found.items())
    }


def _experts(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The experts who kept a seat, by discipline and name, with the number of cases each sat on."""
    seats = Counter((seat["discipline"], seat["name"]) for case in snapshot["cases"] for seat in case["panel"] if not seat["is_recused"])
    return [{"name": name, "discipline": discipline, "cases": n} for (discipline, name), n in sorted(seats.items())]
