"""The packet of a case: from the frozen snapshot to its record and its PDF. What is frozen is the packet step's; when, the flow's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.lifecycle.vocabulary import GROUP_LABELS, Group
from audit.render.wording import date_words, home_words, masked_nik, with_unit
from audit.reports.packet import worksheet as packet_worksheet
from audit.reports.packet.child import child_part
from audit.reports.packet.facts import PacketFacts, by_loudness, read_packet
from audit.reports.packet.pages import Flag, OpinionSpace, PacketPage
from audit.reports.packet.woman import woman_part
from audit.reports.pages import Fact
from audit.reports.phrases import place_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record

TEMPLATE = "report/packet"
_NUMBERS = ("nik", "kk")
_MOST_FLAGS = 8
"""More flags than this would push the first page over; the rest is told as a number."""


def packet_page(record: Record) -> PacketPage:
    """The page record of the packet, every sentence worded. Identity stands in `identity` only; the NIK is masked.

    record: its content is as `audit.steps.packet.queries.packet_snapshot` froze it, less what `without_numbers` masks.
    """
    facts = read_packet(record.content)
    part = child_part(facts) if facts.group.is_child else woman_part(facts)
    return PacketPage(
        foot=foot_of(
            record,
            title=f"Paket Kasus {facts.number}",
            description=f"Paket kasus untuk tim pakar, putaran {facts.round}, dibekukan {date_words(facts.frozen_on)}",
        ),
        case_number=facts.number,
        target_group=GROUP_LABELS[facts.group],
        summary=part.summary,
        frozen_on=date_words(facts.frozen_on),
        question=part.question,
        chart=part.chart,
        indicators=part.indicators,
        gain=part.gain,
        gain_sentence=part.gain_sentence,
        flags=_at_most(by_loudness((*part.flags, *packet_worksheet.risks(facts)))),
        gaps=(*part.gaps, *packet_worksheet.gaps(facts)),
        gap_sentence=packet_worksheet.gap_sentence(facts),
        reasons=tuple(Flag(sentence.rstrip("."), "", "watch") for sentence in facts.reasons),
        more_charts=part.more_charts,
        identity=identity_facts(facts),
        measurements=part.measurements,
        worksheet=packet_worksheet.sections(facts),
        opinion=OpinionSpace("", ""),
    )


def draw_packet(record: Record) -> bytes:
    """The packet as an archival PDF; equal records give equal bytes."""
    return print_document(packet_page(record), record, template=TEMPLATE)


def without_numbers(content: dict[str, Any], edition: str) -> dict[str, Any]:
    """The snapshot as the packet may carry it: NIK and number of the family card masked as they are printed, for a file is passed on."""
    del edition  # a packet has one
    subject = content["subject"]
    identity = {key: masked_nik(str(value)) if key in _NUMBERS and value else value for key, value in subject["identity"].items()}
    return {**content, "subject": {**subject, "identity": identity}}


def identity_facts(facts: PacketFacts) -> tuple[Fact, ...]:
    """Who the packet is about, as its second page prints it; the first page says nothing of it."""
    about = facts.identity
    parents = about.get("parents")
    named = " / ".join(map(str, parents)) if isinstance(parents, list) else str(parents or "")
    nik, kk = about.get("nik"), about.get("kk")
    return (
        Fact("Nama", str(about.get("name") or "")),
        Fact("NIK", str(nik) if nik else ""),
        Fact("Nomor KK", str(kk) if kk else ""),
        Fact("Tanggal lahir", date_words(facts.birth_on) if facts.birth_on else ""),
        Fact("Suami" if facts.group in (Group.BUMIL, Group.BUFAS) else "Orang tua", named),
        *(_birth(facts) if facts.group.is_child else ()),
        Fact("Alamat", ", ".join(filter(None, (_street(about), place_words(facts.desa_code))))),
        Fact("Puskesmas / posyandu", " / ".join(filter(None, (facts.puskesmas, facts.posyandu)))),
        Fact("Nomor telepon", str(about.get("phone") or "")),
        Fact("Paket dibekukan", f"{date_words(facts.frozen_on)} (putaran {facts.round})"),
    )


def _birth(facts: PacketFacts) -> tuple[Fact, ...]:
    """The facts of the birth, whether or not one of them is a risk."""
    weight, length = facts.birth_weight_g, facts.birth_length_cm
    return (
        Fact("Berat lahir", with_unit(weight, "gram") if weight else ""),
        Fact("Panjang lahir", with_unit(length, "cm", 1) if length else ""),
        Fact("Usia kehamilan saat lahir", with_unit(facts.gestation_weeks, "minggu") if facts.gestation_weeks else ""),
    )


def _street(about: Mapping[str, Any]) -> str:
    """The address with RT and RW, each only where the address text does not already tell it."""
    return home_words(str(about.get("address") or "").strip(), about.get("rt"), about.get("rw"))


def _at_most(flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    if len(flags) <= _MOST_FLAGS:
        return flags
    left = len(flags) - _MOST_FLAGS + 1
    return (*flags[: _MOST_FLAGS - 1], Flag(f"{left} risiko lain", "lihat identitas, pengukuran, dan kertas kerja", "watch"))
