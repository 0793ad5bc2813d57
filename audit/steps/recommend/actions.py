"""What is done to a case in the recommend step: consensus proposed, voted on and recorded; plan made and approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Form, Problem, Problems, parse
from audit.lifecycle.move import Move
from audit.people.agencies import agencies
from audit.people.agency_queries import own_names
from audit.people.directory import person_named
from audit.people.roles import Role
from audit.regions import is_region
from audit.steps.recommend.forms import ACTION, CONSENSUS, DISSENT, NOTHING, PLAN_RETURN, RECOMMENDATION, VOTE
from audit.steps.recommend.queries import current_actions, recommendations_of, standing_proposal, votes_on
from audit.steps.recommend.rules import draft_actions
from audit.steps.recommend.tables import Consensus, ConsensusProposal, Recommendation, RtlAction, Vote
from audit.steps.review.queries import opinions_of_round
from audit.steps.review.rules import agreement

MOST_ROWS = 300
MOST_RECOMMENDATIONS = 99
"""As many as an action can name: the form's number of a recommendation has two digits."""


def propose_consensus(session: Session, move: Move) -> dict[str, Any]:
    """Put a consensus to the panel before it is recorded. given: as `record_consensus`, without dissent: that comes by votes.

    A new proposal takes the place of the one before, and nobody has voted on it yet. Raises Problems with every answer that cannot be used.
    """
    values, wanted, _ = _consensus_given(move.given, takes_dissent=False)
    if old := standing_proposal(session, move.case.id, move.facts.round):
        old.superseded_at = move.at
    content = {**values, "recommendations": wanted}
    proposal = ConsensusProposal(
        case_id=move.case.id, round=move.facts.round, content=content, proposed_by_id=move.by.id, proposed_at=move.at
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    return {"proposal": proposal.id, "round": proposal.round, "replaces": old.id if old else None}


def vote(session: Session, move: Move) -> dict[str, Any]:
    """Agree or disagree with the standing proposal. given: `vote`, and `text` when disagreeing. A second vote takes the place of the first.

    The history gets that somebody voted, not how.
    """
    values = dict(parse(VOTE, move.given).values)
    if values["vote"] == "disagree" and not values.get("text"):
        sentence = "Pendapat berbeda: wajib diisi bila Anda tidak setuju, karena akan dicatat atas nama Anda."
        raise Problems([Problem("text", "", "required", sentence)])
    proposal = standing_proposal(session, move.case.id, move.facts.round)
    assert proposal is not None, "the facts say that a proposal stands"
    given = next((one for one in votes_on(session, proposal.id) if one.person_id == move.by.id), None)
    if given is None:
        given = Vote(proposal_id=proposal.id, person_id=move.by.id, content=values, voted_at=move.at)
        session.add(given)
    given.content, given.voted_at = values, move.at
    session.flush()
    return {"proposal": proposal.id, "vote": given.id}


def record_consensus(session: Session, move: Move) -> dict[str, Any]:
    """Record what the panel agreed. given: summary, direct_causes, indirect_causes, main_cause, avoidability, `recommendations` and, where
    views differ, `dissent` (each with `expert` and `text`).

    Who voted against the standing proposal dissents in their own words. A divided panel must say in whose words it differs.
    Raises Problems with every answer that cannot be used.
    """
    values, wanted, differing = _consensus_given(move.given, takes_dissent=True)
    found = agreement([o.content for o in opinions_of_round(session, [move.case.id]).get(move.case.id, [])])
    voted = _dissent_by_vote(session, move)
    dissent = [*voted, *_dissent_given(session, move, differing, voted)]
    if found.is_divided and not dissent:
        raise Refused.because(
            "dissent_required", "Panel terbelah: tidak ada penyebab utama dengan suara terbanyak. Catat pendapat berbeda pada dissent."
        )
    consensus = Consensus(
        case_id=move.case.id,
        round=move.facts.round,
        direct_causes=values["direct_causes"],
        indirect_causes=values.get("indirect_causes", []),
        main_cause=values["main_cause"],
        avoidability=values.get("avoidability"),
        summary=values["summary"],
        dissent=dissent or None,
        agreement={
            "opinions": found.opinions,
            "named": dict(found.named),
            "main_causes": dict(found.main_causes),
            "avoidability": dict(found.avoidability),
        },
        recorded_by_id=move.by.id,
        recorded_at=move.at,
    )
    session.add(consensus)
    for old in current_actions(session, [move.case.id]):  # of a case that was taken up again: they answer an earlier consensus
        old.superseded_at = move.at
    session.add_all(
        Recommendation(
            case_id=move.case.id, round=move.facts.round, number=n, intervention_class=row["class"], cause=row["cause"], text=row["text"]
        )
        for n, row in enumerate(wanted, start=1)
    )
    session.flush()
    return {
        "consensus": consensus.id,
        "causes": [*values["direct_causes"], *values.get("indirect_causes", [])],
        "recommendations": len(wanted),
        "divided": found.is_divided,
        "dissent": len(dissent),
    }


def plan_actions(session: Session, move: Move) -> dict[str, Any]:
    """Write the plan. From the secretariat, given: `actions`, the whole plan; an earlier draft is kept as superseded.
    From the system, given nothing: a first draft, one action per recommendation, still without what only people know.
    """
    asked_for = {r.number: r for r in recommendations_of(session, move.case.id, move.facts.round)}
    if move.by.is_a(Role.SYSTEM):
        drafts = draft_actions(
            [(r.id, r.intervention_class, r.cause, r.text) for r in asked_for.values()], place_code=move.case.desa_code, on=move.on
        )
        rows = [RtlAction(case_id=move.case.id, number=n, status="usulan", **asdict(d)) for n, d in enumerate(drafts, start=1)]
    else:
        rows = _rows_given(move, asked_for, agencies(own_names(session)))
    superseded = current_actions(session, [move.case.id])
    for old in superseded:
        old.superseded_at = move.at
    session.add_all(rows)
    session.flush()
    return {"actions": [row.id for row in rows], "superseded": [row.id for row in superseded]}


def submit_plan(session: Session, move: Move) -> dict[str, Any]:
    """The plan goes to the chair."""
    parse(NOTHING, move.given)
    return {"actions": [action.id for action in move.facts.actions]}


def approve_plan(session: Session, move: Move) -> dict[str, Any]:
    """The chair approves every action of the plan; what stood against it when it was returned is settled."""
    parse(NOTHING, move.given)
    actions = current_actions(session, [move.case.id])
    for action in actions:
        action.status, action.obstacle = "disetujui", None
    return {"actions": [action.id for action in actions]}


def return_plan(session: Session, move: Move) -> dict[str, Any]:
    """The chair sends the plan back. given: `note`, what has to change; kept as the obstacle of every action."""
    note = parse(PLAN_RETURN, move.given).values["note"]
    actions = current_actions(session, [move.case.id])
    for action in actions:
        action.obstacle = note
    return {"actions": [action.id for action in actions]}


def _rows_given(move: Move, asked_for: Mapping[int, Recommendation], owners: Mapping[str, str]) -> list[RtlAction]:
    rows = []
    parse(NOTHING, {name: value for name, value in move.given.items() if name != "actions"})
    problems = []
    for n, values in enumerate(_many(move.given.get("actions"), ACTION, "actions", at_least=1), start=1):
        recommendation = asked_for.get(values.pop("recommendation"))
        if recommendation is None:
            known = ", ".join(map(str, asked_for))
            problems.append(
                Problem(f"actions[{n}].recommendation", "", "no_such_recommendation", f"Kegiatan {n}: pilih rekomendasi nomor {known}.")
            )
            continue
        if (owner := values["owner_agency"]) not in owners:
            sentence = f"Kegiatan {n}: perangkat daerah “{owner}” belum diberi nama dalam Pengaturan; pilih dari {', '.join(owners)}."
            problems.append(Problem(f"actions[{n}].owner_agency", owner, "agency_without_name", sentence))
        if (place := values.get("place_code")) and not is_region(place):
            sentence = f"Kegiatan {n}: lokasi “{place}” bukan kode wilayah; contoh yang benar: {move.case.desa_code}."
            problems.append(Problem(f"actions[{n}].place_code", place, "unknown_region", sentence))
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            sentence = f"Kegiatan {n}: selesai {values['ends_on']} lebih awal daripada mulai {values['starts_on']}."
            problems.append(Problem(f"actions[{n}].ends_on", str(values["ends_on"]), "ends_before_start", sentence))
        intervention_class = values.pop("class", recommendation.intervention_class)
        values.setdefault("place_code", move.case.desa_code)
        rows.append(
            RtlAction(
                case_id=move.case.id,
                recommendation_id=recommendation.id,
                number=n,
                cause=recommendation.cause,
                intervention_class=intervention_class,
                status="usulan",
                **values,
            )
        )
    if problems:
        raise Problems(problems)
    return rows


def _dissent_by_vote(session: Session, move: Move) -> list[dict[str, Any]]:
    """What those said who voted against the standing proposal."""
    proposal = standing_proposal(session, move.case.id, move.facts.round)
    disciplines = {seat.person_id: seat.discipline for seat in move.facts.seats}
    return [
        {"person_id": one.person_id, "discipline": disciplines[one.person_id], "text": one.content["text"]}
        for one in (votes_on(session, proposal.id) if proposal else [])
        if one.content["vote"] == "disagree"
    ]


def _dissent_given(
    session: Session, move: Move, given: Sequence[Mapping[str, Any]], voted: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Dissent that the lead writes down for others; never in place of what somebody said in their own vote."""
    disciplines = {seat.person_id: seat.discipline for seat in move.facts.seats}
    own_words = {one["person_id"]: one["text"] for one in voted}
    dissent = []
    for n, row in enumerate(given, start=1):
        person = person_named(session, row["expert"])
        if person.id not in disciplines:
            raise Refused.because("dissent_not_seated", f"dissent: {person.username} bukan pakar yang ditugaskan pada kasus ini.")
        if own_words.get(person.id, row["text"]) != row["text"]:
            sentence = f"Pendapat berbeda {n}: {person.username} sudah menyatakannya sendiri lewat suaranya; kosongkan baris ini."
            raise Problems([Problem(f"dissent[{n}].text", "", "said_by_vote", sentence)])
        if person.id not in own_words:
            dissent.append({"person_id": person.id, "discipline": disciplines[person.id], "text": row["text"]})
    return dissent


def _consensus_given(
    given: Mapping[str, Any], *, takes_dissent: bool
) -> tuple[Mapping[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The consensus, its recommendations and its dissent; problems of all three at once."""
    lists = [("recommendations", RECOMMENDATION, 1), *([("dissent", DISSENT, 0)] if takes_dissent else [])]
    apart = [name for name, _, _ in lists]
    problems: list[Problem] = []
    values: Mapping[str, Any] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    try:
        values = parse(CONSENSUS, {name: value for name, value in given.items() if name not in apart}).values
    except Problems as found:
        problems += found.problems
    for name, form, at_least in lists:
        try:
            rows[name] = _many(given.get(name), form, name, at_least=at_least, at_most=MOST_RECOMMENDATIONS)
        except Problems as found:
            problems += found.problems
    if values and values["main_cause"] not in [*values["direct_causes"], *values.get("indirect_causes", [])]:
        sentence = "Penyebab utama: harus salah satu dari penyebab yang dipilih."
        problems.append(Problem("main_cause", values["main_cause"], "not_among_causes", sentence))
    if problems:
        raise Problems(problems)
    return values, rows["recommendations"], rows.get("dissent", [])


def _many(given: Any, form: Form, place: str, *, at_least: int = 0, at_most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """A list of answers to one form; problems of every row at once, each with its place such as `actions[3].ends_on`."""
    listed: Sequence[Any] = given if isinstance(given, (list, tuple)) else [] if given is None else [given]
    if not at_least <= len(listed) <= at_most:
        sentence = f"{place}: {len(listed)} baris; yang dapat diterima {at_least}–{at_most}."
        raise Problems([Problem(place, str(len(listed)), "row_count", sentence)])
    rows, problems = [], []
    for n, one in enumerate(listed, start=1):
        if not isinstance(one, Mapping):
            problems.append(Problem(f"{place}[{n}]", "", "not_a_row", f"{place} baris {n}: tulis sebagai pasangan nama dan nilai."))
            continue
        try:
            rows.append(dict(parse(form, one).values))
        except Problems as found:
            problems += [Problem(f"{place}[{n}].{p.place}", p.value, p.code, f"{form.title} {n}, {p.message}") for p in found.problems]
    if problems:
        raise Problems(problems)
    return rows
