"""The record of the follow-up sheet (lembar RTL) that one agency receives. Restricted: it names cases and villages, never a NIK."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Foot, Signatory


@dataclass(frozen=True, slots=True)
class OwnedAction:
    """One action this agency owns. period: "1 Jul – 30 Sep 2026"; status: "Disetujui"; target: "3 kunjungan per minggu"."""

    number: str
    case_number: str
    action_class: str
    activity: str
    reason: str
    beneficiary: str
    place: str
    period: str
    funding: str
    indicator: str
    target: str
    status: str


@dataclass(frozen=True, slots=True)
class RtlAgencyPage:
    """The sheet of one agency. facts: agency, cycle, number of actions, first deadline; reply_by: "15 Juli 2026".

    contact: how the secretariat is reached. actions: in the order of their deadline.
    """

    foot: Foot
    agency: str
    region: str
    facts: tuple[Fact, ...]
    actions: tuple[OwnedAction, ...]
    reply_by: str
    contact: str
    place_and_date: str
    sender: Signatory
    receiver: Signatory
