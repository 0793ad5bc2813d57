"""The official minutes of the agreed plan (berita acara): frozen, worded, printed. It counts cases and actions and names none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action, Status
from audit.people.roles import AGENCIES, DISCIPLINE_LABELS, Discipline
from audit.people.tables import Account
from audit.render.wording import date_short, date_words, list_words
from audit.reports.cases import HAS_PLAN
from audit.reports.cleaning import printable
from audit.reports.dissemination.texts import LEGAL_BASIS
from audit.reports.frozen import as_day, frozen_cycle
from audit.reports.pages import Column, Signatory, Table
from audit.reports.panel.pages import OfficialMinutesPage
from audit.reports.panel.phrases import class_counts, decree_words, in_pairs, with_fields
from audit.reports.panel.spelled import counted, date_in_words
from audit.reports.phrases import LINE, agency_head, agency_name, cycle_words, region_words, secretariat_words, town
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.steps.recommend.tables import RtlAction
from audit.steps.review.tables import Assignment

TEMPLATE = "report/official_minutes"
SNAPSHOT_FORMAT = 1

_MOST_DAYS_NAMED = 4


def official_minutes_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the official minutes of a cycle show, plain and ready for canonical JSON; 6 statements however many cases.

    Only plans that are approved now: progress since then changes nothing. Dated with the last approval, None in `approved_on` before it.
    """
    del subject, at, on  # the whole cycle, as it stands in the record
    cycle = session.get_one(Cycle, cycle_id)
    statuses = session.scalars(select(Case.status).where(Case.cycle_id == cycle_id)).all()
    planned = select(Case.id).where(Case.cycle_id == cycle_id, Case.status.in_(HAS_PLAN))
    actions = session.execute(
        select(RtlAction.owner_agency, RtlAction.intervention_class, RtlAction.ends_on).where(
            RtlAction.case_id.in_(planned), RtlAction.superseded_at.is_(None)
        )
    ).all()
    approvals = _newest(session, planned, Action.APPROVE_PLAN)
    agreements = _newest(session, planned, Action.RECORD_CONSENSUS)
    last = max((event_at for event_at, _ in approvals.values()), default=None)
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "official-minutes",
        "cycle": frozen_cycle(session, cycle),
        "dated": (last or cycle.opened_at).astimezone(UTC).isoformat(),
        "approved_on": local_date(last, cycle.timezone).isoformat() if last else None,
        "approved_by": sorted({name for _, name in approvals.values()}),
        "sat_on": sorted({local_date(event_at, cycle.timezone).isoformat() for event_at, _ in agreements.values()}),
        "cases": len(approvals),
        "without_plan": sum(status not in (*HAS_PLAN, Status.WITHDRAWN) for status in statuses),
        "experts": _experts(session, planned),
        "agencies": [
            _owned(code, [row for row in actions if row[0] == code]) for code in AGENCIES if any(row[0] == code for row in actions)
        ],
    }


def official_minutes_page(record: Record) -> OfficialMinutesPage:
    """The page record of the official minutes, every sentence worded. record: its content is as `official_minutes_snapshot` froze it."""
    content = printable(record.content)
    cycle, wording = content["cycle"], content["cycle"]["wording"]
    kabupaten, team = cycle["kabupaten_code"], wording.get("team") or "TPPS"
    region_name, words = region_words(kabupaten), cycle_words(cycle["code"], wording)
    approved_on = as_day(content["approved_on"])
    heads = tuple(Signatory(agency_head(cycle, one["agency"]), "", "", f"opd-{one['agency']}") for one in content["agencies"])
    signatories = with_fields(cycle["signatories"] or _usual_signatories(team, region_name), beside=[head.field for head in heads])
    return OfficialMinutesPage(
        foot=foot_of(record, title="Berita acara kesepakatan RTL", description=f"Berita acara kesepakatan rencana tindak lanjut, {words}"),
        title="Berita Acara",
        subtitle=f"Kesepakatan Rencana Tindak Lanjut (RTL) Audit Kasus Stunting {region_name}, {words}",
        number=f"Nomor {record.number}",
        pending="" if approved_on else "Belum ada RTL yang disetujui pada siklus ini. Hari dan tanggal diisi setelah persetujuan.",
        opening=_opening(approved_on, region_name, words),
        bases=(*LEGAL_BASIS, f"{decree_words(cycle['decree'])}."),
        parties=_parties(content, team, region_name),
        agreed=_agreed(content, approved_on, team),
        agencies=_agencies(cycle, content["agencies"]),
        pledges=_pledges(secretariat_words(kabupaten, wording), team),
        closing="Demikian berita acara ini dibuat dengan sebenarnya dan ditandatangani untuk dipergunakan sebagaimana mestinya.",
        place_and_date=f"{town(kabupaten)}, {date_words(approved_on) if approved_on else LINE}",
        heads=heads,
        signatories=in_pairs(signatories[1:]),
        approver=signatories[0],
    )


def draw_official_minutes(record: Record) -> bytes:
    """The official minutes as an archival PDF; equal records give equal bytes."""
    return print_document(official_minutes_page(record), record, template=TEMPLATE)


def _newest(session: Session, cases: Any, action: Action) -> dict[int, tuple[datetime, str]]:
    """Case id -> when the action was done to it last, and the name of who did it; one statement."""
    rows = session.execute(
        select(CaseEvent.case_id, CaseEvent.at, Account.name)
        .join(Account, Account.id == CaseEvent.by_id)
        .where(CaseEvent.case_id.in_(cases), CaseEvent.action == action)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    return {case_id: (event_at, name) for case_id, event_at, name in rows}


def _experts(session: Session, cases: Any) -> list[dict[str, str]]:
    """Everybody who kept a seat on one of these cases, by discipline and name; one statement."""
    rows = session.execute(
        select(Account.name, Assignment.discipline)
        .join(Assignment, Assignment.person_id == Account.id)
        .where(Assignment.case_id.in_(cases), Assignment.recused_at.is_(None))
        .distinct()
    )
    found = sorted((list(DISCIPLINE_LABELS).index(Discipline(discipline)), name, discipline) for name, discipline in rows)
    return [{"name": name, "discipline": discipline} for _, name, discipline in found]


def _owned(agency: str, actions: Sequence[Any]) -> dict[str, Any]:
    ends = sorted(row[2] for row in actions if row[2])
    return {
        "agency": agency,
        "classes": dict(Counter(row[1] for row in actions)),
        "first_end_on": ends[0].isoformat() if ends else None,
        "last_end_on": ends[-1].isoformat() if ends else None,
    }


def _opening(on: date | None, region_name: str, words: str) -> str:
    return (
        f"Pada hari ini, {date_in_words(on)}, bertempat di {LINE}, telah disepakati dan disetujui rencana tindak lanjut (RTL) "
        f"Audit Kasus Stunting {region_name}, {words}, oleh para pihak yang bertanda tangan di bawah ini."
    )


def _parties(content: Mapping[str, Any], team: str, region_name: str) -> Table:
    cycle, owners = content["cycle"], [one["agency"] for one in content["agencies"]]
    chairs = [(name, f"{team} {region_name}", "Menyetujui RTL") for name in content["approved_by"]]
    experts = [(one["name"], "Tim pakar", DISCIPLINE_LABELS[Discipline(one["discipline"])]) for one in content["experts"]]
    agencies = [(agency_head(cycle, one), agency_name(cycle, one), "Penanggung jawab kegiatan") for one in owners]
    rows = tuple((str(n), *row) for n, row in enumerate((*chairs, *experts, *agencies), start=1))
    columns = (Column("No.", 6, "number"), Column("Nama atau jabatan", 36), Column("Unsur", 28), Column("Kedudukan", 30))
    return Table("t-pihak", "", columns, rows, empty="Para pihak dicatat setelah RTL disetujui.")


def _agreed(content: Mapping[str, Any], approved_on: date | None, team: str) -> tuple[str, ...]:
    left = content["without_plan"]
    missing = (
        (f"Sebanyak {counted(left, 'kasus')} belum mempunyai RTL yang disetujui dan tidak termasuk berita acara ini.",) if left else ()
    )
    if approved_on is None:
        return missing
    classes: Counter[str] = Counter()
    for one in content["agencies"]:
        classes.update(one["classes"])
    total = sum(classes.values())
    return (
        f"Tim pakar telah mengkaji {counted(content['cases'], 'kasus')} serta menyepakati penyebab dan rekomendasinya "
        f"dalam sidang panel {_days(content['sat_on'])}.",
        f"Rencana tindak lanjut untuk {counted(content['cases'], 'kasus')} tersebut disetujui Ketua {team}, terakhir pada "
        f"{date_words(approved_on)}, dan terdiri atas {counted(total, 'kegiatan')}: {list_words(class_counts(classes))}.",
        f"Kegiatan itu menjadi tanggung jawab {counted(len(content['agencies']), 'perangkat daerah atau instansi')} menurut tabel "
        "di bawah; uraiannya tercantum pada lembar RTL masing-masing.",
        *missing,
    )


def _agencies(cycle: Mapping[str, Any], agencies: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (
            str(n),
            agency_name(cycle, one["agency"]),
            *(_count(one["classes"].get(code, 0)) for code in INTERVENTION_CLASSES),
            *_total_and_end(one),
        )
        for n, one in enumerate(agencies, start=1)
    )
    by_class = [sum(one["classes"].get(code, 0) for one in agencies) for code in INTERVENTION_CLASSES]
    total = ("", "Jumlah", *(_count(each) for each in by_class), str(sum(by_class)), "")
    columns = (
        Column("No.", 6, "number"),
        Column("Penanggung jawab", 27),
        *(Column(code.capitalize(), 11, "number") for code in INTERVENTION_CLASSES),
        Column("Jumlah", 8, "number"),
        Column("Tenggat", 26),
    )
    return Table("t-opd", "", columns, rows, total=total if rows else None, empty="Belum ada kegiatan yang disetujui.")


def _total_and_end(one: Mapping[str, Any]) -> tuple[str, str]:
    first, last = as_day(one["first_end_on"]), as_day(one["last_end_on"])
    ends = date_short(last) if first == last else f"{date_short(first)} – {date_short(last)}"
    return str(sum(one["classes"].values())), ends


def _pledges(secretariat: str, team: str) -> tuple[str, ...]:
    return (
        "Perangkat daerah dan instansi penanggung jawab melaksanakan kegiatannya sesuai dengan sasaran, lokasi, sumber dana, dan tenggat "
        "yang tercantum dalam RTL.",
        f"Kemajuan, bukti, dan kendala disampaikan kepada {secretariat}. Kegiatan dinyatakan selesai setelah dipastikan oleh pihak lain.",
        f"Kegiatan yang melewati tenggat disampaikan kepada Ketua {team} untuk diselesaikan.",
        "Identitas sasaran dirahasiakan dan hanya dipakai untuk pelaksanaan kegiatan.",
        f"Perubahan RTL berlaku setelah disetujui Ketua {team}.",
    )


def _usual_signatories(team: str, region_name: str) -> list[dict[str, str]]:
    return [{"office": f"Ketua {team} {region_name}"}, {"office": "Ketua Tim Audit Kasus Stunting"}, {"office": "Perwakilan Tim Pakar"}]


def _days(days: Sequence[str]) -> str:
    read = [date.fromisoformat(day) for day in days]
    if len(read) <= _MOST_DAYS_NAMED:
        return f"pada {list_words([date_words(day) for day in read])}"
    return f"selama {counted(len(read), 'hari')}, dari {date_words(read[0])} sampai {date_words(read[-1])}"


def _count(number: int) -> str:
    return str(number) if number else "–"
