"""Growth charts: the WHO curves of one index and sex with the points of one child. Arithmetic of z-scores is not here (`audit.growth`).

Curves −3, −2, 0, +2, +3; also +1 for BB/U and ±1 for BB/TB and IMT/U. TB/U and IMT/U lift the pen at 24 months, where lying ends and
standing begins. Points that WHO calls implausible are hollow and off the child's line. Lines differ by dash and carry their number, so
that grey paper shows all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from audit.growth.ages import DAYS_PER_MONTH
from audit.growth.standards import BREAK_AT_DAY, MEANING, Index, curve
from audit.render import svg
from audit.render.svg import ACCENT, ALARM, INK, QUIET, Frame
from audit.render.wording import number

DRAWN_Z: Mapping[Index, tuple[int, ...]] = {
    Index.HAZ: (-3, -2, 0, 2, 3),
    Index.WAZ: (-3, -2, 0, 1, 2, 3),
    Index.WHZ: (-3, -2, -1, 0, 1, 2, 3),
    Index.BAZ: (-3, -2, -1, 0, 1, 2, 3),
    Index.HCZ: (-3, -2, 0, 2, 3),
    Index.MCZ: (-3, -2, 0, 2, 3),
}
_BROKEN = frozenset({Index.HAZ, Index.BAZ})
_Y_LABEL: Mapping[Index, str] = {
    Index.HAZ: "Panjang/tinggi (cm)",
    Index.WAZ: "Berat badan (kg)",
    Index.WHZ: "Berat badan (kg)",
    Index.BAZ: "IMT (kg/m²)",
    Index.HCZ: "Lingkar kepala (cm)",
    Index.MCZ: "LiLA (cm)",
}
_PEN: Mapping[int, tuple[str, float, str]] = {
    0: (ACCENT, 1.8, ""),
    1: (QUIET, 0.8, "2 2"),
    2: (ALARM, 1.2, "6 3"),
    3: (INK, 1.0, ""),
}
"""Colour, width and dash of a curve by the size of its z."""

_LABEL_ROOM = 9.5
"""The least distance between two labels, in drawing units."""

_MONTH_RANGES = (12, 24, 36, 48, 60)


@dataclass(frozen=True, slots=True)
class Point:
    """A measurement of the child. x: age in days, or for BB/TB the length or height in cm; y: in the unit of the index.

    shown: what is printed beside the last point, its z ("−3,21"). is_flagged: WHO calls the z implausible. tip: what the point says on a
    screen when it is pointed at, "" for paper.
    """

    x: float
    y: float
    shown: str = ""
    is_flagged: bool = False
    tip: str = ""


def growth_chart(
    index: Index,
    *,
    is_male: bool,
    points: Sequence[Point],
    title: str,
    is_standing: bool = True,
    width: float = 640,
    height: float = 330,
) -> Markup:
    """The chart of one index, in months (BB/TB: cm). points: in order of time, as measured or as positioned; may be empty.

    is_standing: for BB/TB only, whether the height table is meant (from 731 days on). title: the alternative text.
    A point beyond the curves' own range of age or height has no z and is not drawn.
    """
    by_height = index is Index.WHZ
    scale = 1.0 if by_height else DAYS_PER_MONTH
    spots = [(point.x / scale, point.y) for point in points]
    x_range = _heights(spots, is_standing) if by_height else (0.0, float(_months(spots)))
    curves = _curves(index, is_male, is_standing, x_range)
    low, high = _vertical(list(curves.values()), [y for _, y in spots])
    frame = Frame(46, 10, width - 26, height - 36, x_range, (low, high))
    pen_up = BREAK_AT_DAY / scale if index in _BROKEN else None
    ground = _ground(index, is_male, is_standing, x_range, (low, high), width, height)
    return svg.drawing(width, height, title, [ground, _child(frame, points, spots, pen_up)])


def alternative_text(index: Index, points: Sequence[Point], *, category: str) -> str:
    """A sentence that says what the chart shows to a person who does not see it."""
    name = f"Grafik {MEANING[index].label} ({MEANING[index].measured})"
    if not points:
        return f"{name}: belum ada pengukuran."
    flagged = sum(point.is_flagged for point in points)
    doubt = f", {flagged} di antaranya di luar kewajaran WHO" if flagged else ""
    last = f" z terakhir {points[-1].shown}" if points[-1].shown else ""
    return f"{name}: {number(len(points))} pengukuran{doubt};{last} {category.lower()}."


@lru_cache(maxsize=256)
def _curves(index: Index, is_male: bool, is_standing: bool, x_range: tuple[float, float]) -> Mapping[int, tuple[np.ndarray, np.ndarray]]:
    """The drawn part of the curves by z; the same for every child of a sex in this range. Nobody writes into it."""
    scale = 1.0 if index is Index.WHZ else DAYS_PER_MONTH
    return {
        z: _within(*curve(index, is_male=is_male, z=float(z), standing=is_standing), scale=scale, x_range=x_range) for z in DRAWN_Z[index]
    }


@lru_cache(maxsize=256)
def _ground(
    index: Index, is_male: bool, is_standing: bool, x_range: tuple[float, float], y_range: tuple[float, float], width: float, height: float
) -> str:
    """Axes and curves: what lies under the points of a child. Kept, as it holds nothing of any child but the range."""
    frame = Frame(46, 10, width - 26, height - 36, x_range, y_range)
    by_height = index is Index.WHZ
    curves = _curves(index, is_male, is_standing, x_range)
    step = _tick_step(x_range, width)
    ticks: list[float] = np.arange(np.ceil(x_range[0] / step) * step, x_range[1] + 0.01, step).tolist()
    pen_up = BREAK_AT_DAY / (1.0 if by_height else DAYS_PER_MONTH) if index in _BROKEN else None
    return "".join(
        (
            svg.x_axis(frame, ticks, ("Tinggi badan (cm)" if is_standing else "Panjang badan (cm)") if by_height else "Umur (bulan)"),
            svg.y_axis(frame, svg.round_ticks(*y_range, max(int(height / 42), 3)), _Y_LABEL[index]),
            svg.border(frame),
            *(_curve(frame, z, x, y, pen_up) for z, (x, y) in curves.items()),
            _labels(frame, curves),
        )
    )


def _curve(frame: Frame, z: int, x: np.ndarray, y: np.ndarray, pen_up: float | None) -> str:
    stroke, width, dash = _PEN[abs(z)]
    halves = [np.ones(x.shape, dtype=bool)] if pen_up is None else [x < pen_up, x >= pen_up]
    drawn = [
        svg.path([(frame.x(a), frame.y(b)) for a, b in zip(x[half], y[half], strict=True)], stroke=stroke, width=width, dash=dash)
        for half in halves
    ]
    return "".join(drawn)


def _labels(frame: Frame, curves: Mapping[int, tuple[np.ndarray, np.ndarray]]) -> str:
    """The z of every curve at its right end, from the top down, moved apart where two would touch."""
    drawn, above = [], -_LABEL_ROOM
    for z, (x, y) in sorted(curves.items(), reverse=True):
        if not x.size:
            continue
        above = max(frame.y(y[-1]), above + _LABEL_ROOM)
        label = f"+{z}" if z > 0 else number(z)
        drawn.append(svg.text(frame.x(x[-1]) + 4, above + 3.5, label, fill=_PEN[abs(z)][0], size=10, bold=z in (-2, -3)))
    return "".join(drawn)


def _child(frame: Frame, points: Sequence[Point], spots: Sequence[tuple[float, float]], pen_up: float | None) -> str:
    """The child's line through the plausible points, then all points, then the z of the last one on a white ground."""
    inside = [(point, spot) for point, spot in zip(points, spots, strict=True) if frame.x_range[0] <= spot[0] <= frame.x_range[1]]
    places = [(frame.x(x), frame.y(y)) for _, (x, y) in inside]
    trusted = [(place, x) for place, (point, (x, _)) in zip(places, inside, strict=True) if not point.is_flagged]
    before = [place for place, x in trusted if pen_up is None or x < pen_up]
    after = [place for place, x in trusted if pen_up is not None and x >= pen_up]
    drawn = [svg.path(half, stroke=INK, width=1.9) for half in (before, after)]
    drawn.append(svg.dots([place for place, _ in trusted]))
    drawn += [svg.dot(x, y, is_hollow=True) for (x, y), (point, _) in zip(places, inside, strict=True) if point.is_flagged]
    drawn += [svg.readable(x, y, point.tip) for (x, y), (point, _) in zip(places, inside, strict=True) if point.tip]
    if not places:
        x, y = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
        ground = svg.box(x - 66, y - 15, 132, 22, fill="#ffffff", stroke=QUIET)
        return ground + svg.text(x, y, "Belum ada pengukuran", anchor="middle", fill=INK, size=12)
    shown = inside[-1][0].shown
    if shown:
        x, y = places[-1]
        size = 6.2 * len(shown) + 6
        start = min(x + 7, frame.right - size)
        drawn.append(svg.box(start, y + 5, size, 14, fill="#ffffff", stroke=INK))
        drawn.append(svg.text(start + size / 2, y + 15.5, shown, anchor="middle", bold=True, size=10.5))
    return "".join(drawn)


def _months(spots: Sequence[tuple[float, float]]) -> int:
    """The shortest usual range that holds the last point with room for its label."""
    last = max((x for x, _ in spots), default=0.0)
    return next((months for months in _MONTH_RANGES if months >= max(last + 1.5, 23)), _MONTH_RANGES[-1])


def _heights(spots: Sequence[tuple[float, float]], is_standing: bool) -> tuple[float, float]:
    """The part of the table around the points, at least 30 cm wide, in steps of 5 cm."""
    first, last = (65.0, 120.0) if is_standing else (45.0, 110.0)
    if not spots:
        return first, last
    low = np.floor((min(x for x, _ in spots) - 6) / 5) * 5
    high = np.ceil((max(x for x, _ in spots) + 8) / 5) * 5
    grow = max(0.0, 30 - (high - low)) / 2
    return float(max(first, low - grow)), float(min(last, high + grow))


def _within(x: np.ndarray, y: np.ndarray, *, scale: float, x_range: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The part of a curve inside the range, thinned to what an eye can see (about 24 points), the ends and the break kept."""
    placed = x / scale
    kept = (placed >= x_range[0]) & (placed <= x_range[1] + 1e-9)
    placed, y = placed[kept], y[kept]
    every = max(placed.size // 24, 1)
    chosen = np.zeros(placed.shape, dtype=bool)
    chosen[::every] = True
    if placed.size:
        chosen[-1] = True
        after = int(np.searchsorted(placed, BREAK_AT_DAY / scale))
        chosen[max(after - 1, 0) : after + 1] = True
    return placed[chosen], y[chosen]


def _vertical(curves: Sequence[tuple[np.ndarray, np.ndarray]], measured: Sequence[float]) -> tuple[float, float]:
    values = np.concatenate([*(y for _, y in curves), np.asarray(measured, dtype=float)])
    low, high = float(values.min()), float(values.max())
    slack = (high - low) * 0.03
    return low - slack, high + slack


def _tick_step(x_range: tuple[float, float], width: float) -> float:
    """The smallest of a few usual steps that leaves every number 50 units: a drawing costs by the word."""
    span = x_range[1] - x_range[0]
    return next((step for step in (1.0, 2.0, 3.0, 5.0, 6.0, 10.0, 12.0) if step / span * (width - 72) >= 50), 12.0)
