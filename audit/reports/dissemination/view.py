"""What each edition of the report is built from: the frozen record counted up, exactly for one, de-identified for the other. No wording.

Both views have the same shape, so that the same chapters are written from either. Every count has a name in `cells`; a cell of the
public view is a number, "<5" or "–", and nothing in that view is about one case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Group
from audit.reports.disclosure import CHILD_BANDS, SMALLEST_SHOWN, WOMAN_BANDS, Sum, age_band, is_hidden, protect
from audit.steps.evaluate.rules import UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.review.rules import CAUSE_BY_CODE, CAUSES
from audit.store.canonical import canonical_json, sha256_hex

SENSITIVE_CAUSES: Mapping[str, str] = {"tuberculosis": "other_direct", "mental_health": "other_indirect"}
"""Findings that are not named in public, and what they are counted under: infections with a stigma, and the health of the mind."""

STAGES: Mapping[str, str] = {
    "selected": "worksheet",
    "ready": "worksheet",
    "under_review": "review",
    "reviewed": "review",
    "recommended": "plan",
    "planned": "plan",
    "approved": "plan",
    "follow_up": "follow_up",
    "evaluated": "evaluated",
    "carried_over": "carried_over",
    "withdrawn": "withdrawn",
}
"""Status of a case -> the stage it is counted in."""

LEVELS = ("proposed", "todo", "stuck", "cancelled", "reported", "confirmed", "effective")
"""Where an action stands, each in exactly one: not approved, going on, stuck, given up, said done, seen done, seen to have helped."""

AGREEMENTS = ("unanimous", "majority", "divided")
PROCESS = ("return-worksheet", "ask-for-data", "recuse", "return-plan")
"""Things that went otherwise than planned, counted by action."""

CROSSINGS = ("kecamatan|group", "child|sex", "agency|class")
"""The crossed tables, by what stands in their rows and columns; their inside is named such as "child:0-5|sex:male"."""

KEPT = ("cases", "actions", "agreed", "outcomes", "candidates", "visits")
"""Totals that the public edition gives up last."""

_CHILD = [code for _, code in CHILD_BANDS] + ["unknown"]
_WOMAN = [code for _, code in WOMAN_BANDS] + ["unknown"]
_SEX = {True: "male", False: "female", None: "unknown"}


def exact_view(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The record counted up with every number, expert and day: for the restricted edition only."""
    cells, _ = _counts(snapshot, _codes_as_they_are)
    return {
        **_common(snapshot),
        "cells": cells,
        "crossings": list(CROSSINGS),
        "averages": _averages(snapshot),
        "steps": snapshot["steps"],
        "panel": _experts(snapshot),
        "panel_is_named": True,
        "rows": _rows(snapshot, _codes_as_they_are),
    }


def public_derivative(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The record without identity, ready for canonical JSON: the public edition is rendered from this and nothing else.

    No case, no expert's name, no village, no note, no day but those of the cycle; findings of SENSITIVE_CAUSES go under another name;
    counts of 1 to 4, and those that would give one away, are hidden (see `disclosure.protect`), averages over hidden counts left out.
    """
    counted, sums = _counts(snapshot, _public_code)
    cells, crossings = _without_thin_crossings(counted)
    published = protect(cells, sums, keep=KEPT)
    experts = Counter(expert["discipline"] for expert in _experts(snapshot))
    return {
        **_common(snapshot),
        "cells": published,
        "crossings": crossings,
        "averages": {code: value for code, value in _averages(snapshot).items() if not is_hidden(published[f"judged:{code}"])},
        "steps": [{**step, "first_on": step["first_on"][:7], "last_on": step["last_on"][:7], "count": None} for step in snapshot["steps"]],
        "panel_is_named": False,
        "panel": [{"name": "", "discipline": discipline, "experts": n} for discipline, n in sorted(experts.items())],
        "rows": [_public_row(row, published) for row in _rows(snapshot, _public_code)],
    }


def kecamatan_of(desa_code: str) -> str:
    """The code of the kecamatan a village lies in."""
    return ".".join(desa_code.split(".")[:3])


def level_of(action: Mapping[str, Any]) -> str:
    """Where an action of the record stands: one of LEVELS."""
    if action["confirmed_on"]:
        return "effective" if action["is_effective"] else "confirmed"
    return {"usulan": "proposed", "selesai": "reported", "terkendala": "stuck", "batal": "cancelled"}.get(action["status"], "todo")


def _codes_as_they_are(cause: str) -> str:
    return cause


def _public_code(cause: str) -> str:
    return SENSITIVE_CAUSES.get(cause, cause)


def _common(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What both views say alike: nothing in it is about a case."""
    groups = {case["group"] for case in snapshot["cases"]}
    areas = {kecamatan_of(case["desa_code"]) for case in snapshot["cases"]}
    return {
        "format": snapshot["format"],
        "snapshot_sha256": sha256_hex(canonical_json(snapshot)),
        "on": snapshot["on"],
        "dated": snapshot["dated"],
        "cycle": snapshot["cycle"],
        "groups": [g.value for g in Group if g in groups or g in (snapshot["cycle"]["groups"] or ())],
        "kecamatan": sorted(areas | set(snapshot["cycle"]["focus_areas"] or ())),
        "screening": {"files": snapshot["screening"]["files"], "rows": snapshot["screening"]["rows"]},
        "people": snapshot["people"],
        "history": snapshot["history"],
    }


def _counts(snapshot: Mapping[str, Any], code_of: Any) -> tuple[dict[str, int], list[Sum]]:
    """Every count of the report by name, and every sum that a reader can know between them."""
    cases = snapshot["cases"]
    view = _common(snapshot)
    cells: Counter[str] = Counter()
    sums: list[Sum] = []

    def whole(total: str, parts: Iterable[str]) -> None:
        named = tuple(parts)
        cells.update(dict.fromkeys((total, *named), 0))
        sums.append(Sum(total, named))

    _shape_of_cases(view, whole)
    _shape_of_work(cases, whole)
    for case in cases:
        cells.update(_of_case(case, code_of))
    for action in (action for case in cases for action in case["actions"]):
        cells.update(_of_action(action, snapshot["on"]))
    for row in _rows(snapshot, code_of):
        cells[row["cell"]] = row["cases"]
    for row in snapshot["screening"]["candidates"]:
        cells[f"candidates:{row['kecamatan']}"] += row["count"]
        cells["candidates"] += row["count"]
    sums.append(Sum("candidates", tuple(sorted(name for name in cells if name.startswith("candidates:")))))
    sums += _guessable(snapshot, cells, code_of)
    done = {step["action"]: step["count"] for step in snapshot["steps"]}
    cells.update({f"process:{action}": done.get(action, 0) for action in PROCESS})
    cells.update(dict.fromkeys(("candidates", "dissent", "continues", "late", "escalated", "visits:measured"), 0))
    return dict(cells), sums


def _shape_of_cases(view: Mapping[str, Any], whole: Any) -> None:
    """The tables of cases: kecamatan by group, children and women by age, stages, agreement, outcomes."""
    groups, areas = view["groups"], view["kecamatan"]
    children = [g for g in groups if Group(g).is_child]
    whole("cases", (f"group:{g}" for g in groups))
    whole("cases", (f"kecamatan:{a}" for a in areas))
    for group in groups:
        whole(f"group:{group}", (f"kecamatan:{a}|group:{group}" for a in areas))
    for area in areas:
        whole(f"kecamatan:{area}", (f"kecamatan:{area}|group:{g}" for g in groups))
    whole("children", (f"group:{g}" for g in children))
    whole("women", (f"group:{g}" for g in groups if g not in children))
    whole("children", (f"sex:{s}" for s in _SEX.values()))
    whole("children", (f"child:{b}" for b in _CHILD))
    for sex in _SEX.values():
        whole(f"sex:{sex}", (f"child:{b}|sex:{sex}" for b in _CHILD))
    for band in _CHILD:
        whole(f"child:{band}", (f"child:{band}|sex:{s}" for s in _SEX.values()))
    whole("women", (f"woman:{b}" for b in _WOMAN))
    whole("cases", (f"stage:{s}" for s in dict.fromkeys(STAGES.values())))
    whole("agreed", (f"agreement:{a}" for a in AGREEMENTS))
    whole("outcomes", ("stage:evaluated", "stage:carried_over"))
    whole("outcomes", (f"verdict:{v}" for v in VERDICT_LABELS))
    whole("verdict:unknown", (f"unknown:{r}" for r in UNKNOWN_BECAUSE))
    whole("known", (f"verdict:{v}" for v in VERDICT_LABELS if v != "unknown"))
    whole("known", ("judged:haz", "judged:whz", "judged:muac"))


def _shape_of_work(cases: Iterable[Mapping[str, Any]], whole: Any) -> None:
    """The tables of actions and visits: agency by class, levels, visits by state."""
    agencies = sorted({action["owner_agency"] for case in cases for action in case["actions"]})
    whole("actions", (f"class:{c}" for c in INTERVENTION_CLASSES))
    whole("actions", (f"agency:{a}" for a in agencies))
    for agency in agencies:
        whole(f"agency:{agency}", (f"agency:{agency}|class:{c}" for c in INTERVENTION_CLASSES))
    for intervention_class in INTERVENTION_CLASSES:
        whole(f"class:{intervention_class}", (f"agency:{a}|class:{intervention_class}" for a in agencies))
    whole("actions", (f"level:{level}" for level in LEVELS))
    whole("seen", ("level:confirmed", "level:effective"))
    whole("open", ("level:proposed", "level:todo", "level:stuck", "level:reported"))
    whole("visits", ("visits:planned", "visits:done", "visits:missed"))


def _of_case(case: Mapping[str, Any], code_of: Any) -> Counter[str]:
    group, area, agreed = case["group"], kecamatan_of(case["desa_code"]), case["consensus"]
    names = ["cases", f"group:{group}", f"kecamatan:{area}", f"kecamatan:{area}|group:{group}", f"stage:{STAGES[case['status']]}"]
    if Group(group).is_child:
        band, sex = age_band(case["age_months"], CHILD_BANDS), _SEX[case["is_male"]]
        names += ["children", f"child:{band}", f"sex:{sex}", f"child:{band}|sex:{sex}"]
    else:
        names += ["women", f"woman:{age_band(case['age_months'], WOMAN_BANDS)}"]
    names += ["continues"] * case["continues"] + ["with_plan"] * bool(case["actions"])
    if agreed:
        names += ["agreed", f"agreement:{_agreement(agreed)}"]
        names += ["dissent"] * bool(agreed["dissent"])
        names += [f"cause:{code}" for code in dict.fromkeys(map(code_of, [*agreed["direct_causes"], *agreed["indirect_causes"]]))]
    names += _of_outcome(case)
    counted = Counter(names)
    visits = case["visits"]
    counted.update({f"visits:{state}": n for state, n in visits.items()})
    counted["visits"] += visits["planned"] + visits["done"] + visits["missed"]
    return counted


def _of_outcome(case: Mapping[str, Any]) -> list[str]:
    primary = primary_outcome(case)
    if primary is None:
        return []
    if primary["verdict"] == "unknown":
        return ["outcomes", "verdict:unknown", f"unknown:{primary['unknown_because']}"]
    return ["outcomes", "known", f"verdict:{primary['verdict']}", f"judged:{primary['indicator']}"]


def primary_outcome(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The outcome by which an evaluated case of the record is judged; None before its evaluation, or once it was reopened."""
    if case["status"] not in ("evaluated", "carried_over"):
        return None
    return next((outcome for outcome in case["outcomes"] if outcome["is_primary"]), None)


def _of_action(action: Mapping[str, Any], on: str) -> list[str]:
    agency, intervention_class, level = action["owner_agency"], action["intervention_class"], level_of(action)
    names = ["actions", f"agency:{agency}", f"class:{intervention_class}", f"agency:{agency}|class:{intervention_class}", f"level:{level}"]
    names += ["seen"] * (level in ("confirmed", "effective")) + ["open"] * (level in ("proposed", "todo", "stuck", "reported"))
    names += ["escalated"] * bool(action["escalated_on"])
    return names + ["late"] * (level in ("todo", "stuck") and bool(action["ends_on"]) and action["ends_on"] < on)


def _agreement(agreed: Mapping[str, Any]) -> str:
    """How far the opinions named the same main cause: all, more than half, or fewer."""
    most = max(agreed["main_causes"].values(), default=0)
    if most == agreed["opinions"]:
        return "unanimous"
    return "majority" if most * 2 > agreed["opinions"] else "divided"


def _rows(snapshot: Mapping[str, Any], code_of: Any) -> list[dict[str, Any]]:
    """The actions put together by class, cause and agency, in the order of the taxonomy."""
    found: dict[tuple[str, str, str], list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for case in snapshot["cases"]:
        for action in case["actions"]:
            key = (action["intervention_class"], code_of(action["cause"]), action["owner_agency"])
            found.setdefault(key, []).append((case, action))
    classes, causes = list(INTERVENTION_CLASSES), [*(c.code for c in CAUSES), *SENSITIVE_CAUSES.values()]
    rows = []
    for key in sorted(found, key=lambda key: (classes.index(key[0]), causes.index(key[1]), key[2])):
        together = [action for _, action in found[key]]
        levels = Counter(level_of(action) for action in together)
        rows.append(
            {
                "class": key[0],
                "cause": key[1],
                "agency": key[2],
                "cell": "row:" + "|".join(key),
                "cases": len({case["number"] for case, _ in found[key]}),
                "kecamatan": sorted({kecamatan_of(case["desa_code"]) for case, _ in found[key]}),
                "starts": min((action["starts_on"][:7] for action in together if action["starts_on"]), default=None),
                "ends": max((action["ends_on"][:7] for action in together if action["ends_on"]), default=None),
                "funding": sorted({action["funding"] for action in together if action["funding"]}),
                "seen": "none" if not _done(levels) else "all" if _done(levels) == len(together) else "some",
            }
        )
    return rows


def _public_row(row: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its own count (that is in the cells); for few cases also without their kecamatan and progress."""
    shown = {key: value for key, value in row.items() if key != "cases"}
    return {**shown, "kecamatan": [], "seen": None} if is_hidden(published[row["cell"]]) else shown


def _done(levels: Counter[str]) -> int:
    return levels["confirmed"] + levels["effective"]


def _guessable(snapshot: Mapping[str, Any], cells: Mapping[str, int], code_of: Any) -> list[Sum]:
    """Relations that need not hold but do: a reader may guess them, so they are treated as known.

    Rows of the matrix count cases, where the table of agencies counts actions and that of causes what was agreed on. Cases without a
    consensus or a plan are mostly those whose worksheet or review is not finished, or who left before. All candidates may have been chosen.
    """
    rows_of: dict[str, list[str]] = {}
    for row in _rows(snapshot, code_of):
        crossing = f"agency:{row['agency']}|class:{row['class']}"
        for total in (crossing, f"agency:{row['agency']}", f"class:{row['class']}", f"cause:{row['cause']}"):
            rows_of.setdefault(total, []).append(row["cell"])
    guesses = [Sum(total, tuple(parts)) for total, parts in rows_of.items()]
    for done in ("agreed", "with_plan"):
        begun = (done, "stage:worksheet", "stage:review")
        guesses += [Sum("cases", begun)] + [Sum("cases", (*begun, "stage:withdrawn"))] * bool(cells["stage:withdrawn"])
    guesses.append(Sum("agreed", ("with_plan",)))
    areas = [name for name in cells if name.startswith("kecamatan:") and "|" not in name]
    guesses += [Sum(f"candidates:{area.partition(':')[2]}", (area,)) for area in areas]
    return [guess for guess in guesses if sum(cells[part] for part in guess.parts) == cells[guess.total]]


def _without_thin_crossings(cells: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    """The cells without the inside of crossed tables in which most counts are small, and the names of the crossings that stay.

    Such a table would be all marks; its margins say more when nothing of its inside has to be protected.
    """
    kept = []
    for crossing in CROSSINGS:
        rows, columns = crossing.split("|")
        inside = [value for name, value in cells.items() if value and name.startswith(f"{rows}:") and f"|{columns}:" in name]
        if sum(value < SMALLEST_SHOWN for value in inside) * 2 <= len(inside):
            kept.append(crossing)
    gone = [tuple(crossing.split("|")) for crossing in CROSSINGS if crossing not in kept]
    left = {n: v for n, v in cells.items() if not any(n.startswith(f"{rows}:") and f"|{columns}:" in n for rows, columns in gone)}
    return left, kept


def _averages(snapshot: Mapping[str, Any]) -> dict[str, float]:
    """The mean change of each indicator over the cases judged by it, in its whole units, one decimal."""
    changes: dict[str, list[int]] = {}
    for case in snapshot["cases"]:
        primary = primary_outcome(case)
        if primary is not None and primary["verdict"] != "unknown" and primary["change"] is not None:
            changes.setdefault(primary["indicator"], []).append(primary["change"])
    return {code: round(sum(values) / len(values), 1) for code, values in sorted(changes.items())}


def _experts(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The experts who kept a seat, by discipline and name, with the number of cases each sat on."""
    seats = Counter((seat["discipline"], seat["name"]) for case in snapshot["cases"] for seat in case["panel"] if not seat["is_recused"])
    return [{"name": name, "discipline": discipline, "cases": n} for (discipline, name), n in sorted(seats.items())]


def cause_is_direct(code: str) -> bool:
    """Whether a cause of a view, also a folded one, is a direct cause."""
    return code == "other_direct" or (code in CAUSE_BY_CODE and CAUSE_BY_CODE[code].is_direct)
