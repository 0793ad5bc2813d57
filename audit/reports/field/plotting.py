"""A growth chart to be written on: the months of the follow-up drawn large, a grid fine enough for a pencil. Only weight for age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor

import numpy as np
from markupsafe import Markup

from audit.growth.ages import DAYS_PER_MONTH
from audit.growth.standards import Index, curve
from audit.lifecycle.calendar import add_months
from audit.render import svg
from audit.render.growth_charts import Point
from audit.render.svg import ACCENT, ALARM, GRID, INK, QUIET, Frame
from audit.render.wording import date_short, number

LAST_MONTH = 60
"""Where the curves of WHO end."""

MONTHS_BEFORE, MONTHS_AFTER = 6, 1
"""How much is drawn before the follow-up begins and after it ends."""

_DRAWN = (-3, -2, -1, 0, 1)
_PEN = {0: (ACCENT, 1.8, ""), 1: (QUIET, 0.8, "2 2"), 2: (ALARM, 1.3, "6 3"), 3: (INK, 1.2, "")}
"""Colour, width and dash of a curve by the size of its z, as on the charts of the packet; without +2 and +3 the rest is large."""

_STEP_KG = 0.2
_LABEL_ROOM = 9.5


def window(first_month: float, last_month: float) -> tuple[int, int] | None:
    """The months of age that are drawn, for a follow-up that lasts from one age to the other; None when it begins past five years."""
    if first_month >= LAST_MONTH:
        return None
    return max(0, floor(first_month) - MONTHS_BEFORE), min(LAST_MONTH, ceil(last_month) + MONTHS_AFTER)


def plotting_chart(
    *, is_male: bool, birth_on: date, months: tuple[int, int], points: Sequence[Point], title: str, width: float = 480, height: float = 318
) -> Markup:
    """The chart of weight for age between two whole months of age. points: x in days of age, y in kg; those outside are left out.

    Under every month stands the day on which the child completes it, so that a weighing finds its place without arithmetic.
    title: the alternative text.
    """
    spots = [(p.x / DAYS_PER_MONTH, p.y, p.is_flagged) for p in points if months[0] <= p.x / DAYS_PER_MONTH <= months[1]]
    curves = {z: _between(*curve(Index.WAZ, is_male=is_male, z=float(z)), months) for z in _DRAWN}
    lowest = min([*(float(y.min()) for _, y in curves.values()), *(y for _, y, _ in spots)])
    highest = max([*(float(y.max()) for _, y in curves.values()), *(y for _, y, _ in spots)])
    frame = Frame(38, 8, width - 24, height - 40, (float(months[0]), float(months[1])), (floor(lowest - 0.4), ceil(highest + 0.2)))
    parts = [_grid(frame), *_axes(frame, birth_on), svg.border(frame)]
    for z, (x, y) in curves.items():
        stroke, pen, dash = _PEN[abs(z)]
        parts.append(svg.path([(frame.x(a), frame.y(b)) for a, b in zip(x, y, strict=True)], stroke=stroke, width=pen, dash=dash))
    parts.append(_labels(frame, {z: float(y[-1]) for z, (_, y) in curves.items()}))
    parts.append(svg.path([(frame.x(x), frame.y(y)) for x, y, is_flagged in spots if not is_flagged], stroke=INK, width=1.9))
    parts += [svg.dot(frame.x(x), frame.y(y), is_hollow=is_flagged) for x, y, is_flagged in spots]
    return svg.drawing(width, height, title, parts)


def _grid(frame: Frame) -> str:
    """A line for every month and every fifth of a kilogram; whole kilograms are darker."""
    low, high = frame.y_range
    fine = range(round(low / _STEP_KG), round(high / _STEP_KG) + 1)
    lines = [svg.line(frame.left, frame.y(n * _STEP_KG), frame.right, frame.y(n * _STEP_KG), width=0.4) for n in fine]
    lines += [svg.line(frame.left, frame.y(kg), frame.right, frame.y(kg), stroke="#aab4ba") for kg in _whole(low, high)]
    lines += [svg.line(frame.x(month), frame.top, frame.x(month), frame.bottom, stroke=GRID, width=0.9) for month in _whole(*frame.x_range)]
    return "".join(lines)


def _axes(frame: Frame, birth_on: date) -> list[str]:
    every = 1 if frame.x_range[1] - frame.x_range[0] <= 13 else 2
    drawn = [svg.text(frame.left - 5, frame.y(kg) + 3.5, number(kg), anchor="end", fill=QUIET) for kg in _whole(*frame.y_range)]
    for month in range(round(frame.x_range[0]), round(frame.x_range[1]) + 1, every):
        day = date_short(add_months(birth_on, month)).rpartition(" ")[0]
        drawn.append(svg.text(frame.x(month), frame.bottom + 12, number(month), anchor="middle", bold=True))
        drawn.append(svg.text(frame.x(month), frame.bottom + 22, day, anchor="middle", fill=QUIET, size=8))
    drawn.append(svg.text((frame.left + frame.right) / 2, frame.bottom + 36, "Umur (bulan) dan tanggalnya", anchor="middle", fill=QUIET))
    drawn.append(svg.text(frame.left - 27, (frame.top + frame.bottom) / 2, "Berat badan (kg)", anchor="middle", fill=QUIET, turn=-90))
    return drawn


def _labels(frame: Frame, ends: dict[int, float]) -> str:
    """The z of every curve at its right end, from the top down, moved apart where two would touch."""
    drawn, above = [], -_LABEL_ROOM
    for z, end in sorted(ends.items(), reverse=True):
        above = max(frame.y(end), above + _LABEL_ROOM)
        drawn.append(
            svg.text(frame.right + 4, above + 3.5, f"+{z}" if z > 0 else number(z), fill=_PEN[abs(z)][0], size=10, bold=z in (-2, -3))
        )
    return "".join(drawn)


def _between(days: np.ndarray, y: np.ndarray, months: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The part of a curve between two months, about every tenth day, both ends kept."""
    x = days / DAYS_PER_MONTH
    inside = np.flatnonzero((x >= months[0]) & (x <= months[1]))
    chosen = np.unique([*inside[::10], inside[-1]])
    return x[chosen], y[chosen]


def _whole(low: float, high: float) -> range:
    return range(ceil(low), floor(high) + 1)
