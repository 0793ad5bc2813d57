"""The parts of a case page that say where the case is: its road, what it is, whose it is, what may be done, what happened. Worded from a
case file; nothing is looked up in here, and nothing decides who may see what. What its steps brought is in case_steps.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.casework.case_file import CaseFile
from audit.casework.event_words import detail, happened, moved
from audit.casework.worklists import Offer
from audit.lifecycle.calendar import local_date
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.regions import region
from audit.render.wording import MISSING, date_short, date_words, facility, home_words
from audit.web.addresses import of_action
from audit.web.parts import Button, Event, Fact, Stage

MASK = "•••••"
_ASIDE = (Action.REOPEN, Action.RECUSE, Action.WITHDRAW)
"""What may be done beside the process; it stands below what brings the case further."""

_ALWAYS_AHEAD = frozenset({Action.RECORD_VISIT, Action.CONFIRM_ACTION, Action.REPORT_PROGRESS, Action.ENTER_OPINION})
"""What brings a case further although no day is set for it."""

_ICONS: Mapping[Action, str] = {
    Action.OPEN_CASE: "folder",
    Action.SUBMIT_WORKSHEET: "clipboard-check",
    Action.RETURN_WORKSHEET: "arrow-back-up",
    Action.FREEZE_PACKET: "files",
    Action.ASSIGN_EXPERT: "user-plus",
    Action.RECUSE: "user-off",
    Action.OPEN_REVIEW: "stethoscope",
    Action.SUBMIT_OPINION: "message",
    Action.ENTER_OPINION: "file-import",
    Action.ASK_FOR_DATA: "help-circle",
    Action.CLOSE_REVIEW: "lock-open",
    Action.COMMENT: "messages",
    Action.PROPOSE_CONSENSUS: "bulb",
    Action.VOTE: "check",
    Action.RECORD_CONSENSUS: "users-group",
    Action.PLAN_ACTIONS: "list-check",
    Action.SUBMIT_PLAN: "send",
    Action.APPROVE_PLAN: "circle-check",
    Action.RETURN_PLAN: "arrow-back-up",
    Action.NAME_PERSON_IN_CHARGE: "user-check",
    Action.START_FOLLOW_UP: "player-play",
    Action.RECORD_VISIT: "map-pin",
    Action.MARK_VISIT_MISSED: "clock-exclamation",
    Action.REPORT_PROGRESS: "report",
    Action.CONFIRM_ACTION: "shield-check",
    Action.ESCALATE: "alert-triangle",
    Action.EVALUATE: "target",
    Action.CARRY_OVER: "arrow-right",
    Action.WITHDRAW: "ban",
    Action.REOPEN: "refresh",
    Action.OPEN_IDENTITY: "eye",
}
_EVENT_TONES: Mapping[Action, str] = {
    Action.MARK_VISIT_MISSED: "warn",
    Action.ESCALATE: "warn",
    Action.WITHDRAW: "warn",
    Action.APPROVE_PLAN: "good",
    Action.CONFIRM_ACTION: "good",
}


def stages(file: CaseFile) -> tuple[Stage, ...]:
    """Every status of the process and how far the case is. A case that left the process shows where it got to, and how it left."""
    now = file.facts.status
    left_on = {
        Status(event.from_status): local_date(event.at, file.cycle.timezone)
        for event in file.events
        if event.from_status is not None and event.from_status != event.to_status
    }
    road = [status for status in Status if status not in (Status.CARRIED_OVER, Status.WITHDRAWN)]
    order: dict[Status, int] = {status: place for place, status in enumerate(road)}
    reached = order.get(now, max((order.get(status, -1) for status in left_on), default=-1) + 1)
    drawn = [_stage(file, status, order[status] < reached, left_on.get(status)) for status in road]
    if now not in order:
        drawn.append(Stage(STATUS_LABELS[now], "out", f"sejak {date_short(file.since)}"))
    return tuple(drawn)


def _stage(file: CaseFile, status: Status, is_behind: bool, left_on: date | None) -> Stage:
    if status is file.facts.status:
        is_late = any(one.is_late(file.facts.on) for one in file.owed)
        return Stage(STATUS_LABELS[status], "late" if is_late else "current", f"sejak {date_short(file.since)}")
    if is_behind:
        when = f"selesai {date_short(left_on)}" if left_on else "selesai"
        return Stage(STATUS_LABELS[status], "done", when)
    return Stage(STATUS_LABELS[status], "ahead")


def about(file: CaseFile) -> tuple[Fact, ...]:
    """What a case is, without a word of who it is."""
    facts = file.facts
    kecamatan = region(".".join(facts.desa_code.split(".")[:3])).name
    found = [
        Fact("Sasaran", GROUP_LABELS[facts.group]),
        Fact("Desa", region(facts.desa_code).name, note=f"Kecamatan {kecamatan}"),
        Fact("Puskesmas", facility("Puskesmas", facts.puskesmas) or MISSING),
        Fact("Siklus", file.cycle.code),
    ]
    if file.is_whole and facts.person_in_charge_id is not None:
        found.append(Fact("Penanggung jawab", file.name(facts.person_in_charge_id) or MISSING))
    if facts.follow_up_ends_on:
        found.append(Fact("Tindak lanjut sampai", date_words(facts.follow_up_ends_on)))
    if file.reasons:
        found.append(Fact("Dipilih karena", "; ".join(file.reasons)))
    return tuple(found)


def identity(file: CaseFile, *, until: datetime | None) -> tuple[Fact, ...]:
    """Who it is, or masks of it. until: when the masks come back; None: they are on."""
    if file.subject is None:
        return ()
    labels = ("Nama", "NIK", "Tanggal lahir", "Orang tua atau suami", "Alamat", "Telepon")
    if until is None:
        return tuple(Fact(label, MASK, is_masked=True) for label in labels)
    known = file.subject.identity
    birth = known.get("birth_date")
    values = (
        known.get("name"),
        known.get("nik"),
        date_words(datetime.fromisoformat(str(birth)).date()) if birth else "",
        known.get("parents") or known.get("husband"),
        home_words(str(known.get("address") or ""), known.get("rt"), known.get("rw")),
        known.get("phone"),
    )
    return tuple(Fact(label, _joined(value) or MISSING) for label, value in zip(labels, values, strict=True))


def _joined(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def moves(file: CaseFile) -> tuple[tuple[Button, ...], tuple[Button, ...], tuple[Button, ...]]:
    """What this person may do, what they may not do yet and why, and what stands beside the process."""
    process = [one for one in file.offers if one.row.action not in (*_ASIDE, Action.OPEN_IDENTITY)]
    owed = {one.action for one in file.owed} | _ALWAYS_AHEAD
    can = [_button(file, one, "primary" if one.row.action in owed else "secondary") for one in process if not one.refusals]
    can.sort(key=lambda button: button.tone != "primary")
    cannot = [_button(file, one, "secondary") for one in process if one.refusals]
    aside = [
        _button(file, one, "danger" if one.row.action is Action.WITHDRAW else "secondary")
        for one in file.offers
        if one.row.action in _ASIDE
    ]
    return tuple(can), tuple(cannot), tuple(aside)


def _button(file: CaseFile, offer: Offer, tone: str) -> Button:
    row = offer.row
    refusals = tuple(reason.sentence for reason in offer.refusals)
    address = of_action(file.facts.number, row.action)
    return Button(row.label, address, icon=_ICONS.get(row.action, ""), tone=tone, refusals=refusals, id=f"b-{row.action}")


def by_itself(file: CaseFile) -> tuple[str, ...]:
    """What the system does next, in sentences."""
    return tuple(f"“{one.row.label}” dikerjakan sistem tanpa menunggu siapa pun." for one in file.system)


def history(file: CaseFile) -> tuple[Event, ...]:
    """What happened, the newest first, as far as this person may know it."""
    zone = ZoneInfo(file.cycle.timezone)
    told = []
    for one in reversed(file.events):
        at = one.at.astimezone(zone)
        told.append(
            Event(
                title=happened(one),
                when=f"{date_words(at.date())}, {at:%H.%M}",
                instant=one.at.isoformat(),
                who=file.name(one.by_id),
                text=" ".join(text for text in (detail(one, file.names), moved(one)) if text),
                icon=_ICONS.get(Action(one.action), "point"),
                tone=_EVENT_TONES.get(Action(one.action), "info" if moved(one) else "neutral"),
            )
        )
    return tuple(told)
