"""The form of one expert for one packet: frozen with its seal, worded, drawn. What comes back is read in `returned.py`.

The seal says which form this is: an HMAC over case, round, expert, packet and form version, under a key that only the installation has.
The drawing must depend on the record alone, so the seal is made when the form is frozen (the session knows the keyring) and lies in
the record. Whoever changes one of the five needs the key to make a seal that fits.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Status
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.people.tables import Account
from audit.render import html, pdf
from audit.reports.cases import case_named
from audit.reports.opinion_form.pages import OpinionFormPage, parts_of
from audit.reports.packet.document import TEMPLATE as PACKET_TEMPLATE
from audit.reports.packet.document import packet_page
from audit.reports.packet.pages import PacketPage
from audit.reports.pages import Fact
from audit.reports.printing import foot_of
from audit.reports.record import Record
from audit.steps.packet.queries import newest_packet
from audit.steps.packet.tables import Packet
from audit.steps.review.forms import OPINION
from audit.steps.review.queries import seat
from audit.steps.review.tables import Assignment, Opinion
from audit.store.canonical import canonical_json, sha256_hex
from audit.store.sealed import Keyring
from audit.store.session import keyring

TEMPLATE = "report/opinion_form"
FORM_VERSION = sha256_hex(canonical_json(asdict(OPINION)))[:16]
"""Of the questions themselves: another question, choice or limit is another version."""

HIDDEN = ("aks_case", "aks_round", "aks_expert", "aks_packet", "aks_form", "aks_seal", "aks_record")
"""The fields of the file that say which form it is, in the order of the seal; then the seal, and the record the form was drawn from."""


def seats_to_answer(session: Session, cycle_id: int) -> list[str]:
    """ "case number:username" of every seat of a case under review whose opinion is not in; one statement."""
    newest = select(Packet.round).where(Packet.case_id == Case.id).order_by(Packet.round.desc()).limit(1).scalar_subquery()
    answered = select(Opinion.id).where(
        Opinion.case_id == Case.id, Opinion.person_id == Assignment.person_id, Opinion.round == newest
    )  # fmt: skip
    rows = session.execute(
        select(Case.number, Account.username)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Account, Account.id == Assignment.person_id)
        .where(Case.cycle_id == cycle_id, Case.status == Status.UNDER_REVIEW, Assignment.recused_at.is_(None), ~answered.exists())
        .order_by(Case.number, Account.username)
    )
    return [f"{number}:{username}" for number, username in rows]


def packet_under(session: Session, cycle_id: int, subject: str) -> str:
    """The SHA-256 of the snapshot of the packet that the panel reads now. Raises Refused when the case is not under review."""
    return _packet(session, _case(session, cycle_id, subject)).snapshot_sha256


def form_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """What the form adds to the frozen packet (see `DocumentEntry.base`): for whom it is, and its seal; 5 statements.

    subject: "case number:username". Raises Refused when the case is not under review or the expert has no seat on it.
    """
    del at, on  # a form shows nothing of the day it is made
    case = _case(session, cycle_id, subject)
    packet = _packet(session, case)
    username = subject.partition(":")[2]
    account = session.scalar(select(Account).where(Account.username == username))
    taken = seat(session, case.id, account.id) if account else None
    if account is None or taken is None or taken.recused_at is not None:
        raise Refused.because("not_seated", f"“{username}” tidak ditugaskan pada kasus {case.number}; lihat panel kasus itu.")
    identified = {"case": case.number, "round": packet.round, "expert": username, "packet": packet.snapshot_sha256, "form": FORM_VERSION}
    return {
        "dated": max(packet.frozen_at, taken.assigned_at).isoformat(),
        "form": {
            **identified,
            "seal": seal_of(keyring(session), identified),
            "name": account.name,
            "discipline": taken.discipline,
        },
    }


def seal_of(keys: Keyring, identified: dict[str, Any]) -> str:
    """The seal of a form (64 hex digits). identified: case, round (as a number or its digits), expert, packet, form."""
    names = ("case", "round", "expert", "packet", "form")
    return keys.fingerprint({"seal of an opinion form": [str(identified[name]) for name in names]})


def opinion_form_page(record: Record) -> OpinionFormPage:
    """The page record: the packet as it was frozen, and the form of this expert. record: its content is snapshot and base together."""
    packet, about = packet_page(record), record.content["form"]
    discipline = DISCIPLINE_LABELS[Discipline(about["discipline"])]
    shared = {f.name: getattr(packet, f.name) for f in fields(PacketPage)}
    shared["foot"] = foot_of(
        record,
        title=f"Kajian Kasus {about['case']}",
        description=f"Paket kasus dan formulir kajian, putaran {about['round']}; formulir isian, bukan arsip",
        mark="TERBATAS · Formulir isian, bukan arsip",
    )
    return OpinionFormPage(
        **shared,
        about=(
            Fact("Kasus", f"{about['case']} · paket putaran {about['round']}"),
            Fact("Nama pakar", about["name"]),
            Fact("Disiplin", discipline),
        ),
        expert=about["name"],
        parts=parts_of(OPINION),
    )


def draw_opinion_form(record: Record, *, is_strict: bool = False) -> bytes:
    """The packet with the form as a PDF to be filled in; equal records give equal bytes. is_strict: as in `pdf.to_pdf`."""
    about = record.content["form"]
    values = [str(about[name.removeprefix("aks_")]) for name in HIDDEN[:-1]]
    return pdf.to_form(
        html.render(f"{TEMPLATE}/report.html", opinion_form_page(record)),
        stylesheets=(f"{PACKET_TEMPLATE}/style.css", f"{TEMPLATE}/style.css"),
        identifier=record.sha256,
        hidden=dict(zip(HIDDEN, (*values, record.sha256), strict=True)),
        is_strict=is_strict,
    )


def _case(session: Session, cycle_id: int, subject: str) -> Case:
    case = case_named(session, cycle_id, subject.partition(":")[0])
    if case.status != Status.UNDER_REVIEW:
        raise Refused.because("not_under_review", f"Kasus {case.number} tidak sedang dikaji; formulir kajian dibuat selama kajian terbuka.")
    return case


def _packet(session: Session, case: Case) -> Packet:
    packet = newest_packet(session, case.id)
    assert packet is not None, "a case under review has a packet"
    return packet
