"""The parts of a case page that say what its steps brought: worksheet, panel, plan, visits, outcome. Worded from a case file; nothing is
looked up in here, and nothing decides who may see what. Where the case is, is in case_parts.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit.casework.case_file import CaseFile
from audit.lifecycle.calendar import local_date
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.people.agencies import agency_words
from audit.people.roles import DISCIPLINE_LABELS
from audit.render.wording import MISSING, date_short, date_words, list_words, signed
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.packet.rules import in_words
from audit.steps.recommend.rules import ACTION_STATUSES
from audit.steps.recommend.tables import RtlAction
from audit.steps.review.forms import OPINION
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE
from audit.web.parts import Badge, Cell, Column, Empty, Fact, Progress, Row, Table


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
