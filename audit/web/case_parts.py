"""The parts of a case page, worded from a case file. Nothing is looked up in here, and nothing decides who may see what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.casework.case_file import CaseFile
from audit.casework.event_words import detail, happened, moved
from audit.casework.worklists import Offer
from audit.lifecycle.calendar import local_date
from audit.lifecycle.vocabulary import GROUP_LABELS, INTERVENTION_CLASSES, STATUS_LABELS, Action, Status
from audit.people.agencies import agency_words
from audit.people.roles import DISCIPLINE_LABELS
from audit.regions import region
from audit.render.wording import MISSING, date_short, date_words, facility, home_words, list_words, signed
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.packet.rules import in_words
from audit.steps.recommend.rules import ACTION_STATUSES
from audit.steps.recommend.tables import RtlAction
from audit.steps.review.forms import OPINION
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE
from audit.web.addresses import of_action
from audit.web.parts import Badge, Button, Cell, Column, Empty, Event, Fact, Progress, Row, Stage, Table

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


def completeness(file: CaseFile) -> tuple[Progress, ...]:
    """How much of the worksheet is answered, by who is asked. Only which questions, never an answer."""
    sheet = file.worksheet
    if sheet is None:
        return ()
    required: dict[str, int] = {}
    for f in WORKSHEETS[file.facts.group].fields:
        if f.is_required:
            required[f.asked_by] = required.get(f.asked_by, 0) + 1
    found = []
    for asked_by, most in required.items():
        lacking = min(len(sheet.missing.get(asked_by, ())), most)
        tone = "warn" if lacking else "good"
        found.append(Progress(ASKED_BY_LABELS[asked_by], most - lacking, most, f"{most - lacking} dari {most} isian wajib", tone))
    return tuple(found)


def lacking(file: CaseFile) -> tuple[Fact, ...]:
    """The questions still without an answer, by who is asked."""
    if file.worksheet is None:
        return ()
    labels = {f.name: f.label for f in WORKSHEETS[file.facts.group].fields}
    return tuple(
        Fact(ASKED_BY_LABELS.get(asked_by, asked_by), "; ".join(labels.get(name, name) for name in names))
        for asked_by, names in file.worksheet.missing.items()
        if names
    )


_SHEET_STATES: Mapping[str, Badge] = {
    "draft": Badge("Masih draf", "neutral", "pencil"),
    "submitted": Badge("Sudah dikirim", "good", "circle-check"),
    "returned": Badge("Dikembalikan", "warn", "arrow-back-up"),
}


def sheet_badge(file: CaseFile) -> Badge:
    """Where the worksheet is."""
    return Badge("Belum dikirim", "neutral", "clock") if file.worksheet is None else _SHEET_STATES[file.worksheet.state]


def seats(file: CaseFile) -> Table:
    """Who sits on the panel, and whether they answered, as far as the reader may know."""
    rows = []
    for seat in file.panel:
        answered = file.answered.get(seat.person_id)
        state = {
            True: Badge("Sudah menjawab", "good", "circle-check"),
            False: Badge("Belum menjawab", "neutral", "clock"),
            None: Badge("Tersegel", "neutral", "lock"),
        }[answered]
        if seat.is_recused:
            state = Badge("Mengundurkan diri", "warn", "user-off")
        lead = (Badge("Pakar utama", "info", "star"),) if seat.is_lead and not seat.is_recused else ()
        rows.append(
            Row((Cell(file.name(seat.person_id), badges=lead), Cell(DISCIPLINE_LABELS[seat.discipline]), Cell("", badges=(state,))))
        )
    return Table(
        "Panel kasus",
        (Column("Pakar"), Column("Disiplin"), Column("Pendapat")),
        tuple(rows),
        Empty("Belum ada pakar", "Pakar ditugaskan setelah paket siap.", "users"),
    )


def opinions(file: CaseFile) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """The opinions this person may read: whose, and each answer that was given."""
    found = []
    for opinion in file.opinions:
        given = ((f.label, in_words(f, opinion.content.get(f.name))) for f in OPINION.fields if f.name != "licence_number")
        title = f"{file.name(opinion.person_id)}, {date_words(local_date(opinion.submitted_at, file.cycle.timezone))}"
        found.append((title, tuple(Fact(label, text) for label, text in given if text)))
    return tuple(found)


def consensus(file: CaseFile) -> tuple[Fact, ...]:
    """What the panel agreed, and who did not."""
    agreed = file.consensus
    if agreed is None:
        return ()
    facts = [
        Fact("Kesimpulan", agreed.summary),
        Fact("Penyebab utama", _cause(agreed.main_cause)),
        Fact("Penyebab langsung", list_words([_cause(code) for code in agreed.direct_causes])),
        Fact("Penyebab tidak langsung", list_words([_cause(code) for code in agreed.indirect_causes])),
    ]
    if agreed.avoidability:
        facts.append(Fact("Keterhindaran", AVOIDABILITY[agreed.avoidability]))
    facts += [Fact("Pendapat berbeda", str(one["text"]), note=file.name(one.get("person_id"))) for one in agreed.dissent or []]
    return tuple(facts)


def _cause(code: str) -> str:
    return CAUSE_BY_CODE[code].label if code in CAUSE_BY_CODE else code


def recommendations(file: CaseFile) -> Table:
    """What the panel asks for."""
    rows = tuple(
        Row((Cell(str(r.number)), Cell(r.text), Cell(INTERVENTION_CLASSES[r.intervention_class]), Cell(_cause(r.cause))))
        for r in file.recommendations
    )
    columns = (Column("Nomor"), Column("Rekomendasi"), Column("Golongan"), Column("Penyebab"))
    return Table("Rekomendasi panel", columns, rows, Empty("Belum ada rekomendasi", "", "bulb"), is_caption_hidden=False)


def plan(file: CaseFile, agencies: Mapping[str, str]) -> Table:
    """The actions of the plan, each with its three levels: reported by the owner, confirmed by somebody else, effective."""
    return Table(
        "Kegiatan RTL",
        (Column("Kegiatan"), Column("Penanggung jawab"), Column("Waktu"), Column("Keadaan"), Column("Pelaksanaan")),
        tuple(_action(file, one, agencies) for one in file.actions),
        Empty("Belum ada RTL", "Kegiatan disusun setelah panel sepakat.", "list-check"),
    )


def _action(file: CaseFile, one: RtlAction, agencies: Mapping[str, str]) -> Row:
    on = file.facts.on
    is_late = bool(one.ends_on and one.ends_on < on and one.confirmed_on is None and one.status not in ("batal", "selesai"))
    levels = tuple(_levels(one))
    when = " – ".join(date_short(day) for day in (one.starts_on, one.ends_on) if day) or MISSING
    late = (Badge(f"Terlambat {(on - one.ends_on).days} hari", "bad", "clock-exclamation"),) if is_late and one.ends_on else ()
    told = "; ".join(
        text for text in (f"Kendala: {one.obstacle}" if one.obstacle else "", f"Bukti: {one.evidence}" if one.evidence else "") if text
    )
    return Row(
        (
            Cell(f"{one.number}. {one.activity}", note=INTERVENTION_CLASSES[one.intervention_class]),
            Cell(agency_words(one.owner_agency, agencies), note=one.implementer or ""),
            Cell(when, badges=late),
            Cell(ACTION_STATUSES[one.status], note=told),
            Cell("", badges=levels),
        ),
        tone="bad" if is_late else "",
    )


def _levels(one: RtlAction) -> Iterator[Badge]:
    if one.reported_on is None:
        yield Badge("Belum dilaporkan", "neutral", "circle")
        return
    yield Badge(f"Dilaporkan {date_short(one.reported_on)}", "info", "check")
    if one.confirmed_on is None:
        yield Badge("Belum dipastikan", "neutral", "circle")
        return
    yield Badge(f"Dipastikan {date_short(one.confirmed_on)}", "good", "shield-check")
    if one.is_effective is None:
        yield Badge("Dampak belum dapat dinilai", "neutral", "help-circle")
    else:
        yield Badge("Berdampak", "good", "trending-up") if one.is_effective else Badge("Belum berdampak", "warn", "minus")


_VISIT_STATES: Mapping[str, Badge] = {
    "planned": Badge("Direncanakan", "neutral", "calendar"),
    "done": Badge("Terlaksana", "good", "circle-check"),
    "missed": Badge("Terlewat", "bad", "clock-exclamation"),
}


def visits(file: CaseFile) -> Table:
    """The visit plan: done, waiting, missed."""
    rows = []
    for one in file.visits:
        is_overdue = one.state == "planned" and one.late_after < file.facts.on
        state = Badge("Belum dicatat", "warn", "clock-exclamation") if is_overdue else _VISIT_STATES[one.state]
        made = f"{date_short(one.visited_on)}, {file.name(one.visited_by_id)}" if one.visited_on else MISSING
        rows.append(
            Row(
                (
                    Cell(date_short(one.planned_on), note="dengan pengukuran" if one.with_measurement else ""),
                    Cell("", badges=(state,)),
                    Cell(made),
                )
            )
        )
    return Table(
        "Rencana kunjungan",
        (Column("Direncanakan"), Column("Keadaan"), Column("Dikunjungi")),
        tuple(rows),
        Empty("Belum ada rencana kunjungan", "Rencana dibuat ketika tindak lanjut dimulai.", "map-pin"),
    )


def visit_progress(file: CaseFile) -> Progress | None:
    """How much of the visit plan is done; None without one."""
    if not file.visits:
        return None
    done, missed = (sum(one.state == state for one in file.visits) for state in ("done", "missed"))
    words = f"{done} dari {len(file.visits)} terlaksana" + (f", {missed} terlewat" if missed else "")
    return Progress("Kunjungan", done, len(file.visits), words, "warn" if missed else "good")


_VERDICTS: Mapping[str, tuple[str, str]] = {
    "improved": ("good", "trending-up"),
    "unchanged": ("neutral", "minus"),
    "worse": ("bad", "trending-down"),
    "unknown": ("neutral", "help-circle"),
}


def outcomes(file: CaseFile) -> tuple[Fact, ...]:
    """What changed, or why nobody can say."""
    found = []
    for one in sorted(file.outcomes, key=lambda one: not one.is_primary):
        indicator = INDICATORS[one.indicator]
        tone, icon = _VERDICTS[one.verdict]
        decimals = 2 if indicator.per_unit == 100 else 1
        value = MISSING if one.change is None else f"{signed(one.change / indicator.per_unit, decimals)} {indicator.unit}"
        note = UNKNOWN_BECAUSE.get(one.unknown_because or "", "")
        primary = "ukuran utama kasus" if one.is_primary else ""
        found.append(
            Fact(
                indicator.label,
                value,
                note="; ".join(t for t in (primary, note) if t),
                badge=Badge(VERDICT_LABELS[one.verdict], tone, icon),
            )
        )
    return tuple(found)


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
