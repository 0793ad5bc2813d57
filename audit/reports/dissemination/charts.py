"""The small chart of one case in the restricted annex: height for age of a child, LiLA and Hb of a woman. No count is drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.growth.ages import DAYS_PER_MONTH
from audit.growth.categories import CATEGORIES, category
from audit.growth.standards import Index
from audit.lifecycle.vocabulary import Group
from audit.render import charts, wording
from audit.render.growth_charts import Point, alternative_text, growth_chart
from audit.reports.pages import Figure

_HAZ_FLAG = 1
_LAST_MONTH = 60
_THRESHOLDS = (("muac_cm", "LiLA (cm)", 23.5, "< 23,5"), ("hb_g_dl", "Hb (g/dL)", 11.0, "< 11,0"))


def case_chart(case: Mapping[str, Any], anchor: str) -> Figure | None:
    """The chart of a case of the record; None without a measurement that can be drawn.

    A child stands in the middle of its completed month, because the record holds no exact age.
    """
    return _child(case, anchor) if Group(case["group"]).is_child else _woman(case, anchor)


def _child(case: Mapping[str, Any], anchor: str) -> Figure | None:
    measured = [
        m for m in case["measurements"] if m["height_cm"] is not None and m["age_months"] is not None and 0 <= m["age_months"] < _LAST_MONTH
    ]
    if not measured or case["is_male"] is None:
        return None
    points = [
        Point(
            (m["age_months"] + 0.5) * DAYS_PER_MONTH,
            m["height_cm"],
            "" if m["haz"] is None else wording.z_score(m["haz"] / 100),
            bool(m["flags"] & _HAZ_FLAG),
        )
        for m in measured
    ]
    last = measured[-1]["haz"]
    name = "tanpa nilai z" if last is None else CATEGORIES[Index.HAZ][int(category(Index.HAZ, last / 100)[0])].label.lower()
    title = alternative_text(Index.HAZ, points, category=name)
    drawn = growth_chart(Index.HAZ, is_male=case["is_male"], points=points, title=title, width=330, height=124)
    sex = "laki-laki" if case["is_male"] else "perempuan"
    return Figure(anchor, f"TB/U, kurva WHO 2006 {sex}; umur dalam bulan penuh", drawn)


def _woman(case: Mapping[str, Any], anchor: str) -> Figure | None:
    """LiLA and Hb over the days since the first measurement."""
    measured = [m for m in case["measurements"] if m["muac_cm"] is not None or m["hb_g_dl"] is not None]
    if not measured:
        return None
    first = date.fromisoformat(measured[0]["measured_on"])
    days = [(date.fromisoformat(m["measured_on"]) - first).days for m in measured]
    panels = []
    for column, label, threshold, below in _THRESHOLDS:
        points = tuple(
            (float(day), m[column], wording.number(m[column], 1)) for day, m in zip(days, measured, strict=True) if m[column] is not None
        )
        if points:
            panels.append(charts.Panel(label, points, threshold, below))
    said = "; ".join(f"{panel.label} terakhir {panel.points[-1][2]}" for panel in panels)
    last = float(max(days[-1], 7))
    drawn = charts.panels(
        panels, title=said, axis="Hari sejak pengukuran pertama", x_range=(-last * 0.12, last * 1.15), width=330, height=92, only_last=True
    )
    return Figure(anchor, "LiLA dan Hb; garis putus-putus: batas risiko", drawn)
