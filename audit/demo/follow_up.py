"""The three months of follow-up, day by day: visits and measurements, reports of agencies, what is missed and what is late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from audit.demo.days import EVALUATION, FOLLOW_UP, MISSED_VISIT, MOVED_AWAY, MOVING_DAY, OVERDUE_AGENCY
from audit.demo.pregnancies import check
from audit.demo.stage import Player, Stage
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.followup.tables import Visit
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import RtlAction


def follow_up(play: Stage) -> None:
    """Three months, day by day: visits and measurements, reports and confirmations, what is missed and what is late."""
    days = (EVALUATION - FOLLOW_UP).days
    play.show.stage("Tindak lanjut tiga bulan", days)
    by_id = {p.case_id: p for p in play.players}
    for n in range(1, days + 1):
        today = FOLLOW_UP + timedelta(days=n)
        play.go_to(today)
        if today == MOVING_DAY:
            moved = play.child(MOVED_AWAY)
            play.do(moved, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
            play.show.note(f"Keluarga kasus {moved.number} pindah; kasus dikeluarkan dari audit")
        for case_id in visits_on(play, today):
            player = by_id[case_id]
            skipped = player is play.child(MISSED_VISIT) and timedelta(days=15) < today - FOLLOW_UP < timedelta(days=40)
            if not skipped:
                visit(play, player, today, since=FOLLOW_UP)
        _agencies_report(play, today)
        if today.weekday() == 0:
            play.heartbeat()
        play.show.advance()


def visit(play: Stage, player: Player, today: date, *, since: date) -> None:
    """One visit of the plan, with what it measures and what it sees done. since: the day the help began."""
    field = play.field_worker(player.desa_code)
    values: dict[str, Any] = {"visited_on": today, "note": "Kunjungan rumah, keluarga ditemui."}
    values |= _measured(play, player, today, since)
    play.do(player, Action.RECORD_VISIT, field, values)
    for action in play.facts(player).actions:
        if action.is_reported_done and action.is_open:
            number = action_numbers(play, player)[action.id]
            play.do(player, Action.CONFIRM_ACTION, field, {"action": number, "seen": "Terlihat saat kunjungan rumah."})


def _agencies_report(play: Stage, today: date) -> None:
    """Each agency reports an action as under way after three weeks and as done three days before its date, except the late one."""
    for player, action in _actions_in_hand(play):
        by = next(p for p in play.people.values() if p.agency == action.owner_agency)
        is_late_one = action.owner_agency == OVERDUE_AGENCY
        if today == FOLLOW_UP + timedelta(days=21) and action.status == "disetujui":
            play.do(player, Action.REPORT_PROGRESS, by, {"action": action.number, "status": "berjalan"})
        elif action.ends_on and today == action.ends_on - timedelta(days=3) and not is_late_one:
            done = {"action": action.number, "status": "selesai", "evidence": "Laporan dan foto kegiatan di kantor."}
            play.do(player, Action.REPORT_PROGRESS, by, done)
        elif action.ends_on and today == action.ends_on + timedelta(days=10) and is_late_one:
            late = {"action": action.number, "status": "terkendala", "obstacle": "Menunggu pencairan anggaran tahap kedua."}
            play.do(player, Action.REPORT_PROGRESS, by, late)


def _measured(play: Stage, player: Player, today: date, since: date) -> dict[str, Any]:
    """What the scales say on a visit of the plan that measures, nothing on the others."""
    with play.here.reading() as session:
        visit = session.scalar(select(Visit).where(Visit.case_id == player.case_id, Visit.planned_on == today))
    if visit is None or not visit.with_measurement:
        return {}
    if player.child:
        [m] = play.district.follow_up(player.child, [today], since=since, effect=player.story.effect)
        return {"weight_kg": m.weight_kg, "height_cm": m.height_cm, "position": "standing" if m.is_standing else "lying"}
    if player.pregnancy:
        found = check(player.pregnancy, today, effect=player.story.effect, since=since)
        return {"weight_kg": found.weight_kg, "muac_cm": found.muac_cm, "hb_g_dl": found.hb}
    return {}


def _actions_in_hand(play: Stage) -> list[tuple[Player, RtlAction]]:
    """The actions of the cases still followed up, with their case."""
    with play.here.reading() as session:
        open_ids = set(session.scalars(select(Case.id).where(Case.cycle_id == play.cycle.id, Case.status == Status.FOLLOW_UP)))
        actions = current_actions(session, open_ids)
    by_id = {p.case_id: p for p in play.players}
    return [(by_id[a.case_id], a) for a in actions if a.confirmed_on is None]


def action_numbers(play: Stage, player: Player) -> dict[int, int]:
    """Id of each action of a case -> its number in the plan."""
    with play.here.reading() as session:
        return {a.id: a.number for a in current_actions(session, [player.case_id])}


def visits_on(play: Stage, today: date) -> list[int]:
    """The cases to which a visit is planned on this day."""
    with play.here.reading() as session:
        return list(
            session.scalars(
                select(Visit.case_id)
                .join(Case, Case.id == Visit.case_id)
                .where(Visit.planned_on == today, Visit.state == "planned", Case.status == Status.FOLLOW_UP)
                .order_by(Visit.case_id)
            )
        )
