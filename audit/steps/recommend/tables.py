"""What the panel agreed and what the agencies will do: consensus, recommendations, RTL actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText

_CLASS = f"intervention_class in ({', '.join(map(repr, INTERVENTION_CLASSES))})"


class Consensus(Base):
    """The outcome of the panel on one round; dissent stands beside it and is printed."""

    __tablename__ = "consensus"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    round: Mapped[int] = mapped_column()
    direct_causes: Mapped[list[Any]] = mapped_column(comment="codes of the taxonomy")
    indirect_causes: Mapped[list[Any]] = mapped_column(comment="codes of the taxonomy")
    main_cause: Mapped[str] = mapped_column(String(40), comment="one of the causes")
    avoidability: Mapped[str | None] = mapped_column(String(20), comment="code of AVOIDABILITY; None when it was not graded")
    summary: Mapped[str] = mapped_column(SealedText)
    dissent: Mapped[list[Any] | None] = mapped_column(SealedJson, comment="[{person_id, discipline, text}]; None when all agree")
    agreement: Mapped[dict[str, Any]] = mapped_column(comment="cause -> number of opinions that name it; experts")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column()


class ConsensusProposal(Base):
    """What the lead puts to the panel before it is recorded. A new proposal supersedes the one before, and so its votes."""

    __tablename__ = "consensus_proposal"
    __table_args__ = (Index("ix_consensus_proposal_case", "case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    round: Mapped[int] = mapped_column(comment="of the packet it is about")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="answers of the consensus form, with `recommendations`")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column()
    superseded_at: Mapped[datetime | None] = mapped_column(comment="a newer proposal took its place")


class Vote(Base):
    """What one expert says to one proposal; may be changed until the consensus is recorded. Disagreeing becomes dissent."""

    __tablename__ = "panel_vote"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("consensus_proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="{vote, text}: agree or disagree, and in whose words")
    voted_at: Mapped[datetime] = mapped_column()


class Recommendation(Base):
    """One thing the panel asks for."""

    __tablename__ = "recommendation"
    __table_args__ = (CheckConstraint(_CLASS, name="intervention_class"), Index("ix_recommendation_case", "case_id", "round"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    round: Mapped[int] = mapped_column(comment="of the consensus it belongs to")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 within the consensus")
    intervention_class: Mapped[str] = mapped_column(String(12))
    cause: Mapped[str] = mapped_column(String(40), comment="code of the taxonomy it answers")
    text: Mapped[str] = mapped_column(SealedText)


class RtlAction(Base):
    """One row of the follow-up plan (RTL), with every column of the printed matrix."""

    __tablename__ = "rtl_action"
    __table_args__ = (CheckConstraint(_CLASS, name="intervention_class"), Index("ix_rtl_action_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    number: Mapped[int] = mapped_column(comment="1, 2, 3 within the case's current plan")
    intervention_class: Mapped[str] = mapped_column(String(12))
    cause: Mapped[str] = mapped_column(String(40), comment="the problem it answers, code of the taxonomy")
    activity: Mapped[str] = mapped_column(SealedText, comment="kegiatan")
    owner_agency: Mapped[str] = mapped_column(String(20), comment="penanggung jawab OPD, code")
    implementer: Mapped[str | None] = mapped_column(SealedText, comment="pelaksana")
    target: Mapped[str | None] = mapped_column(SealedText, comment="sasaran")
    place_code: Mapped[str | None] = mapped_column(String(13), comment="lokasi: kode desa")
    starts_on: Mapped[date | None] = mapped_column()
    ends_on: Mapped[date | None] = mapped_column()
    funding: Mapped[str | None] = mapped_column(String(20), comment="sumber dana, code")
    indicator: Mapped[str | None] = mapped_column(SealedText)
    baseline: Mapped[str | None] = mapped_column(SealedText)
    goal: Mapped[str | None] = mapped_column(SealedText, comment="target to be reached")
    status: Mapped[str] = mapped_column(String(12), comment="usulan, disetujui, berjalan, selesai, terkendala, batal")
    evidence: Mapped[str | None] = mapped_column(SealedText, comment="bukti")
    obstacle: Mapped[str | None] = mapped_column(SealedText, comment="kendala")
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="level 1: the owner says done")
    reported_on: Mapped[date | None] = mapped_column()
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="level 2: somebody else saw it")
    confirmed_on: Mapped[date | None] = mapped_column()
    is_effective: Mapped[bool | None] = mapped_column(comment="level 3: the measure moved; None while nobody can say")
    escalated_on: Mapped[date | None] = mapped_column()
    superseded_at: Mapped[datetime | None] = mapped_column(comment="an earlier draft of the plan, kept")
