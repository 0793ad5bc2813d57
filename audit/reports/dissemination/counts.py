"""Every count of the dissemination reports by name, and every sum a reader can know between them. Nothing is hidden here, nothing worded.

A cell is named by what stands before and after a colon ("group:balita"), crossed ones with a bar between ("child:0-5|sex:male").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Group
from audit.reports.disclosure import CHILD_BANDS, WOMAN_BANDS, Sum, age_band
from audit.reports.dissemination.stage import FIRST, UNFINISHED_STAGES
from audit.steps.evaluate.rules import UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.review.rules import CAUSE_BY_CODE, CAUSES

SENSITIVE_CAUSES: Mapping[str, str] = {"tuberculosis": "other_direct", "mental_health": "other_indirect"}
"""Findings that are not named in public, and what they are counted under: infections with a stigma, and the health of the mind."""

STAGES: Mapping[str, str] = {
    "selected": "worksheet",
    "ready": "worksheet",
    "under_review": "review",
    "reviewed": "review",
    "recommended": "plan",
    "planned": "plan",
    "approved": "approved",
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

_FOLLOWING = frozenset(
    {
        *("stage", "unfinished", "level", "told", "seen", "open", "late", "escalated", "visits", "due"),
        *("outcomes", "verdict", "known", "unknown", "judged"),
    }
)

KEPT = ("cases", "actions", "agreed", "outcomes", "candidates", "visits")
"""Totals that the public edition gives up last."""

_CHILD = [code for _, code in CHILD_BANDS] + ["unknown"]
_WOMAN = [code for _, code in WOMAN_BANDS] + ["unknown"]
_SEX = {True: "male", False: "female", None: "unknown"}


def counts(snapshot: Mapping[str, Any], code_of: Callable[[str], str]) -> tuple[dict[str, int], list[Sum]]:
    """Every count of the report by name, and every sum that a reader can know between them. code_of: what a cause is counted under."""
    cases = snapshot["cases"]
    cells: Counter[str] = Counter()
    sums: list[Sum] = []

    def whole(total: str, parts: Iterable[str]) -> None:
        named = tuple(parts)
        cells.update(dict.fromkeys((total, *named), 0))
        sums.append(Sum(total, named))

    _shape_of_cases(snapshot, whole)
    _shape_of_work(cases, whole)
    for case in cases:
        cells.update(_of_case(case, code_of, UNFINISHED_STAGES[snapshot["stage"]]))
    for action in (action for case in cases for action in case["actions"]):
        cells.update(_of_action(action))
    if snapshot["stage"] == FIRST:
        whole("actions", (f"due:{month}" for month in sorted({_due(action) for case in cases for action in case["actions"]})))
        cells.update(f"due:{_due(action)}" for case in cases for action in case["actions"])
    for row in rows(snapshot, code_of):
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


def settled(snapshot: Mapping[str, Any]) -> list[str]:
    """Cells that are known to be 0 because the report is no draft: nothing is hidden behind them."""
    return [] if is_unfinished(snapshot) else ["unfinished", *(f"stage:{stage}" for stage in UNFINISHED_STAGES[snapshot["stage"]])]


def is_unfinished(snapshot: Mapping[str, Any]) -> bool:
    """Whether the report can only be a draft: there is no case yet, or a case that its dissemination waits for."""
    waits_for = UNFINISHED_STAGES[snapshot["stage"]]
    return not snapshot["cases"] or any(STAGES[case["status"]] in waits_for for case in snapshot["cases"])


def is_standing(name: str) -> bool:
    """Whether a count is the same in both disseminations of a finished audit: cases, findings and the plan, but nothing that follows."""
    return name.partition(":")[0] not in _FOLLOWING


def groups_of(snapshot: Mapping[str, Any]) -> list[str]:
    """The target groups of the cycle and of its cases, in the order of the vocabulary."""
    found = {case["group"] for case in snapshot["cases"]} | set(snapshot["cycle"]["groups"] or ())
    return [g.value for g in Group if g in found]


def areas_of(snapshot: Mapping[str, Any]) -> list[str]:
    """The codes of the kecamatan that are in focus or have a case, in order."""
    return sorted({kecamatan_of(case["desa_code"]) for case in snapshot["cases"]} | set(snapshot["cycle"]["focus_areas"] or ()))


def kecamatan_of(desa_code: str) -> str:
    """The code of the kecamatan a village lies in."""
    return ".".join(desa_code.split(".")[:3])


def level_of(action: Mapping[str, Any]) -> str:
    """Where an action of the record stands: one of LEVELS."""
    if action["confirmed_on"]:
        return "effective" if action["is_effective"] else "confirmed"
    return {"usulan": "proposed", "selesai": "reported", "terkendala": "stuck", "batal": "cancelled"}.get(action["status"], "todo")


def _shape_of_cases(snapshot: Mapping[str, Any], whole: Callable[[str, Iterable[str]], None]) -> None:
    """The tables of cases: kecamatan by group, children and women by age, stages, agreement, outcomes."""
    groups, areas = groups_of(snapshot), areas_of(snapshot)
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
    whole("unfinished", (f"stage:{s}" for s in UNFINISHED_STAGES[snapshot["stage"]]))
    whole("agreed", (f"agreement:{a}" for a in AGREEMENTS))
    whole("outcomes", ("stage:evaluated", "stage:carried_over"))
    whole("outcomes", (f"verdict:{v}" for v in VERDICT_LABELS))
    whole("verdict:unknown", (f"unknown:{r}" for r in UNKNOWN_BECAUSE))
    whole("known", (f"verdict:{v}" for v in VERDICT_LABELS if v != "unknown"))
    whole("known", ("judged:haz", "judged:whz", "judged:muac"))


def _shape_of_work(cases: Iterable[Mapping[str, Any]], whole: Callable[[str, Iterable[str]], None]) -> None:
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
    whole("told", ("level:reported", "level:confirmed", "level:effective"))
    whole("open", ("level:proposed", "level:todo", "level:stuck", "level:reported"))
    whole("visits", ("visits:planned", "visits:done", "visits:missed"))


def _of_case(case: Mapping[str, Any], code_of: Callable[[str], str], unfinished: Collection[str]) -> Counter[str]:
    group, area, agreed = case["group"], kecamatan_of(case["desa_code"]), case["consensus"]
    names = ["cases", f"group:{group}", f"kecamatan:{area}", f"kecamatan:{area}|group:{group}", f"stage:{STAGES[case['status']]}"]
    if Group(group).is_child:
        band, sex = age_band(case["age_months"], CHILD_BANDS), _SEX[case["is_male"]]
        names += ["children", f"child:{band}", f"sex:{sex}", f"child:{band}|sex:{sex}"]
    else:
        names += ["women", f"woman:{age_band(case['age_months'], WOMAN_BANDS)}"]
    names += ["unfinished"] * (STAGES[case["status"]] in unfinished)
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


def _of_action(action: Mapping[str, Any]) -> list[str]:
    agency, intervention_class, level = action["owner_agency"], action["intervention_class"], level_of(action)
    names = ["actions", f"agency:{agency}", f"class:{intervention_class}", f"agency:{agency}|class:{intervention_class}", f"level:{level}"]
    names += ["seen"] * (level in ("confirmed", "effective")) + ["open"] * (level in ("proposed", "todo", "stuck", "reported"))
    names += ["escalated"] * bool(action["escalated_on"])
    names += ["told"] * (level in ("reported", "confirmed", "effective"))
    return names + ["late"] * bool(action["is_late"])


def _due(action: Mapping[str, Any]) -> str:
    """The month an action is to end in, "2026-09"; "none" without a day."""
    return action["ends_on"][:7] if action["ends_on"] else "none"


def _agreement(agreed: Mapping[str, Any]) -> str:
    """How far the opinions named the same main cause: all, more than half, or fewer."""
    most = max(agreed["main_causes"].values(), default=0)
    if most == agreed["opinions"]:
        return "unanimous"
    return "majority" if most * 2 > agreed["opinions"] else "divided"


def rows(snapshot: Mapping[str, Any], code_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The actions put together by class, cause and agency, in the order of the taxonomy."""
    found: dict[tuple[str, str, str], list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for case in snapshot["cases"]:
        for action in case["actions"]:
            key = (action["intervention_class"], code_of(action["cause"]), action["owner_agency"])
            found.setdefault(key, []).append((case, action))
    classes, causes = list(INTERVENTION_CLASSES), [*(c.code for c in CAUSES), *SENSITIVE_CAUSES.values()]
    made = []
    for key in sorted(found, key=lambda key: (classes.index(key[0]), causes.index(key[1]), key[2])):
        together = [action for _, action in found[key]]
        levels = Counter(level_of(action) for action in together)
        made.append(
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
    return made


def _done(levels: Counter[str]) -> int:
    return levels["confirmed"] + levels["effective"]


def _guessable(snapshot: Mapping[str, Any], cells: Mapping[str, int], code_of: Callable[[str], str]) -> list[Sum]:
    """Relations that need not hold but do: a reader may guess them, so they are treated as known.

    Rows of the matrix count cases, where the table of agencies counts actions and that of causes what was agreed on. Cases without a
    consensus or a plan are mostly those whose worksheet or review is not finished, or who left before. All candidates may have been chosen.
    """
    rows_of: dict[str, list[str]] = {}
    for row in rows(snapshot, code_of):
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


def cause_is_direct(code: str) -> bool:
    """Whether a cause of a view, also a folded one, is a direct cause."""
    return code == "other_direct" or (code in CAUSE_BY_CODE and CAUSE_BY_CODE[code].is_direct)
