"""The records of the follow-up sheets (lembar RTL) on paper: of one agency, of one place. Restricted: cases and villages, never a NIK."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Foot, Signatory, Table


@dataclass(frozen=True, slots=True)
class OwnedAction:
    """One action of the plan. period: "1 Jul – 30 Sep 2026"; status: "Disetujui"; target: "3 kunjungan per minggu".

    in_charge: the field worker who waits on the case, "belum ditunjuk" when nobody was named.
    """

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
    in_charge: str = ""


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


@dataclass(frozen=True, slots=True)
class OwnerGroup:
    """The actions of one agency in a place, in the order of their deadline. heading: "Puskesmas (3 kegiatan)"."""

    heading: str
    actions: tuple[OwnedAction, ...]


@dataclass(frozen=True, slots=True)
class RtlPlacePage:
    """The sheet of a kecamatan or desa. asked: sentences to its head, each an order to see to; asked_of: "Yang diminta dari Camat".

    deadlines: the next ones; its `empty` sentence where nothing is open. groups: by owner, in the order of the list of agencies.
    """

    foot: Foot
    place: str
    region: str
    lead: str
    facts: tuple[Fact, ...]
    asked_of: str
    asked: tuple[str, ...]
    deadlines: Table
    groups: tuple[OwnerGroup, ...]
    contact: str
    place_and_date: str
    sender: Signatory
    receiver: Signatory
