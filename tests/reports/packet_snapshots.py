"""Packet snapshots of invented people, as the packet step freezes them, without a database. What is printed of them is tested elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.growth.indices import score
from audit.lifecycle.vocabulary import Group
from audit.reports.book import entry, record_of
from audit.reports.record import Record
from tests.factory import worksheet_answers

BORN = date(2024, 8, 17)
FROZEN = date(2026, 7, 6)
NIK = "3509225708249001"
NAME = "Bunga Anggraini"


def weighed(on: date, weight_kg: float | None, height_cm: float | None = None, **about: Any) -> dict[str, Any]:
    """A measurement of the girl born on BORN as a snapshot holds it, with real z-scores."""
    nan = float("nan")
    z = score(
        age_days=(on - BORN).days, is_male=0, weight_kg=weight_kg or nan, height_cm=height_cm or nan, position=about.get("position", 1)
    )
    hundredths = {name: None if (v := float(getattr(z, name)[0])) != v else round(v * 100) for name in ("haz", "waz", "whz", "baz")}
    empty = dict.fromkeys(
        ("head_cm", "muac_cm", "hb_g_dl", "pregnancy_weeks", "source_haz", "source_waz", "source_whz", "weight_gain", "recheck")
    )
    months = (on.year - BORN.year) * 12 + on.month - BORN.month - (on.day < BORN.day)
    return {
        **empty,
        "measured_on": on.isoformat(),
        "source": "registry",
        "age_months": months,
        "weight_kg": weight_kg,
        "height_cm": height_cm,
        "position": 1,
        "has_oedema": False,
        **hundredths,
        "flags": 0,
        **about,
    }


def examined(on: date, **about: Any) -> dict[str, Any]:
    """A measurement of a woman, without any z."""
    return weighed(on, None) | {"age_months": None, "haz": None, "waz": None} | about


def snapshot(group: Group = Group.BALITA, *, measurements: list[dict[str, Any]] | None = None, **about: Any) -> dict[str, Any]:
    """A packet snapshot; `about` may set answers, identity, is_male, birth_weight_g, birth_length_cm, gestation_weeks, wording."""
    identity = {"name": NAME, "nik": NIK, "birth_date": BORN.isoformat() if group.is_child else "1996-02-03", "address": "Dusun Krajan"}
    return {
        "format": 2,
        "kind": "packet",
        "case": {
            "number": "AKS-3509-2026-2-007",
            "group": group,
            "round": 1,
            "desa_code": "35.09.22.2001",
            "puskesmas": "Puskesmas Arjasa",
        },
        "cycle": {"code": "2026-2", "kabupaten_code": "35.09", "wording": about.get("wording", {"team": "TP3S", "period": "semester"})},
        "dated": f"{FROZEN.isoformat()}T00:00:00+00:00",
        "frozen_on": FROZEN.isoformat(),
        "subject": {
            "is_male": about.get("is_male", False),
            "posyandu": "Melati 3",
            "birth_weight_g": about.get("birth_weight_g"),
            "birth_length_cm": about.get("birth_length_cm"),
            "gestation_weeks": about.get("gestation_weeks"),
            "identity": identity | about.get("identity", {}),
        },
        "reasons": [{"code": "balita.severely_stunted", "sentence": "TB/U −3,31 (sangat pendek)"}],
        "measurements": measurements if measurements is not None else [weighed(date(2026, 6, 20), 8.1, 74.0)],
        "worksheet": {"answers": about.get("answers", {}), "submitted_at": None},
    }


def record(made: dict[str, Any]) -> Record:
    """The record that a packet of this snapshot is drawn from."""
    return record_of(entry("paket"), made, edition="terbatas", subject=made["case"]["number"], revision=made["case"]["round"])


def answered(group: Group, **changes: Any) -> dict[str, Any]:
    """Plausible answers to every required question, as JSON values."""
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in worksheet_answers(group).items()}
    return plain | {"smoke": False} | changes


def monthly(*weights: float, until: date = date(2026, 6, 20)) -> list[dict[str, Any]]:
    """A weighing on the 20th of each month, the last in the month of `until`; 0 leaves a month out."""
    first = until.year * 12 + until.month - len(weights)
    days = [date((first + n) // 12, (first + n) % 12 + 1, 20) for n in range(len(weights))]
    return [weighed(day, weight, 74.0) for day, weight in zip(days, weights, strict=True) if weight]
