"""Where the cases are and how old the children are: map or ranked bars of kecamatan, columns of ages. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.regions import region
from audit.render import charts
from audit.render.maps import Place, map_chart
from audit.reports.dissemination import texts
from audit.reports.dissemination.numbers import Numbering, Numbers
from audit.reports.pages import Figure


def case_figures(view: Mapping[str, Any], numbers: Numbers, numbering: Numbering) -> tuple[Figure, ...]:
    """The figures of 2.1. A figure in which every count is hidden is left out."""
    figures = []
    if (drawn := place_figure(view, numbers)) is not None:
        figures.append(Figure(drawn.anchor, drawn.caption, drawn.drawing, numbering.next("Gambar", 2), note=drawn.note))
    bands = [(f"child:{code}", label) for code, label in texts.CHILD_BAND_LABELS.items() if code != "unknown"]
    if numbers.any_bar(bands):
        title = alternative("Kasus anak menurut umur", numbers, bands)
        drawing = charts.columns([numbers.bar(*each) for each in bands], title=title, axis="Kasus", height=140)
        figures.append(Figure("g-umur", "Jumlah kasus anak menurut umur", drawing, numbering.next("Gambar", 2)))
    return tuple(figures)


def place_figure(view: Mapping[str, Any], numbers: Numbers) -> Figure | None:
    """Cases by kecamatan, not numbered: a map where the cycle has one, ranked bars where not; None for one kecamatan or nothing to draw."""
    places = [(f"kecamatan:{area}", region(area).name) for area in view["kecamatan"]]
    if len(places) < 2 or not numbers.any_bar(places):
        return None
    title = alternative("Kasus menurut kecamatan", numbers, places)
    geometry = view["cycle"].get("map")
    if geometry:
        shown = {area: Place(region(area).name, numbers.value(name), numbers.shown(name)) for area, (name, _) in _by_code(places)}
        drawing = map_chart(geometry, shown, title=title, unit="kasus")
        return Figure("g-kecamatan", "Kasus menurut kecamatan", drawing, note="batas wilayah disederhanakan.")
    ranked = sorted((numbers.bar(*each) for each in places), key=lambda bar: -1.0 if bar.value is None else bar.value, reverse=True)
    drawing = charts.bars(ranked, title=title)
    return Figure("g-kecamatan", "Jumlah kasus menurut kecamatan, dari yang terbanyak", drawing)


def alternative(title: str, numbers: Numbers, named: Sequence[tuple[str, str]]) -> str:
    """The alternative text of a bar chart: its title and every bar as printed."""
    return f"{title}: " + "; ".join(f"{label} {numbers.shown(name)}" for name, label in named)


def _by_code(places: Sequence[tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
    return [(name.removeprefix("kecamatan:"), (name, label)) for name, label in places]
