"""The pencil of the charts: a plotting frame with two scales, axes, lines and texts as SVG. Knows no growth and no case.

Everything is a flat fill or a plain stroke with attributes on the element: that is what prints alike from WeasyPrint, browsers and
grey printers, and what does not leak styles when the drawing stands in a web page. One unit is about one CSS pixel in print.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from audit.render.fonts import FAMILY
from audit.render.wording import number

INK = "#1d2730"
QUIET = "#5b6770"
GRID = "#dfe4e7"
ACCENT = "#0b5563"
PALE = "#dcebed"
ALARM = "#9a3412"

TEXT_SIZE = 10.5


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot area inside a drawing, and how values become places. Left, top, right, bottom are in drawing units, y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        """The place of a value on the horizontal axis."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """The place of a value on the vertical axis."""
        low, high = self.y_range
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def drawing(width: float, height: float, title: str, parts: Iterable[str]) -> Markup:
    """The whole SVG. title: the alternative text, what a person who does not see the drawing should know."""
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" font-family="{FAMILY}" font-size="{TEXT_SIZE}" fill="{INK}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: float = TEXT_SIZE, bold: bool = False, turn: float = 0
) -> str:
    """A line of text with its baseline at y. turn: degrees clockwise around (x, y)."""
    weight = ' font-weight="600"' if bold else ""
    turned = f' transform="rotate({_n(turn)} {_n(x)} {_n(y)})"' if turn else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    coloured = "" if fill == INK else f' fill="{fill}"'
    sized = "" if size == TEXT_SIZE else f' font-size="{_n(size)}"'
    return f'<text x="{_n(x)}" y="{_n(y)}"{placed}{coloured}{sized}{weight}{turned}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = GRID, width: float = 0.7, dash: str = "") -> str:
    """A straight line."""
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}" stroke-width="{_n(width)}"{_dashed(dash)}/>'


def path(points: Sequence[tuple[float, float]], *, stroke: str, width: float, dash: str = "") -> str:
    """An open line through points in drawing units; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    steps = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return f'<path d="M{steps}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}" stroke-linejoin="round"{_dashed(dash)}/>'


def dot(x: float, y: float, *, radius: float = 3.4, is_hollow: bool = False, stroke: str = INK) -> str:
    """A measured point: filled, or hollow when it must be read with care."""
    fill = "#ffffff" if is_hollow else stroke
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="1.3"/>'


def dots(places: Sequence[tuple[float, float]], *, radius: float = 3.4, stroke: str = INK) -> str:
    """Filled points, all as one path: lines without length whose round ends are the points."""
    if not places:
        return ""
    steps = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in places)
    return f'<path d="{steps}" fill="none" stroke="{stroke}" stroke-width="{_n(radius * 2 + 1.3)}" stroke-linecap="round"/>'


def readable(x: float, y: float, words: str, *, radius: float = 6) -> str:
    """An unseen spot over a point that a screen reads out when it is pointed at; paper shows nothing of it."""
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="none" pointer-events="all" data-tip="{escape(words)}"/>'


def box(x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none") -> str:
    """A rectangle; a negative size draws nothing."""
    if width <= 0 or height <= 0:
        return ""
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}" stroke="{stroke}" stroke-width="0.9"/>'


def x_axis(frame: Frame, ticks: Sequence[float], label: str, *, decimals: int = 0) -> str:
    """Vertical grid lines, the numbers below them and the name of the axis."""
    drawn = [_grid(f"M{_n(frame.x(tick))} {_n(frame.top)}V{_n(frame.bottom)}" for tick in ticks)]
    drawn += [text(frame.x(tick), frame.bottom + 14, number(tick, decimals), anchor="middle", fill=QUIET) for tick in ticks]
    drawn.append(text((frame.left + frame.right) / 2, frame.bottom + 29, label, anchor="middle", fill=QUIET))
    return "".join(drawn)


def y_axis(frame: Frame, ticks: Sequence[float], label: str, *, decimals: int = 0) -> str:
    """Horizontal grid lines, the numbers beside them and the turned name of the axis."""
    drawn = [_grid(f"M{_n(frame.left)} {_n(frame.y(tick))}H{_n(frame.right)}" for tick in ticks)]
    drawn += [text(frame.left - 6, frame.y(tick) + 3.5, number(tick, decimals), anchor="end", fill=QUIET) for tick in ticks]
    drawn.append(text(frame.left - 33, (frame.top + frame.bottom) / 2, label, anchor="middle", fill=QUIET, turn=-90))
    return "".join(drawn)


def border(frame: Frame) -> str:
    """The left and bottom edge of the plot."""
    corner = ((frame.left, frame.top), (frame.left, frame.bottom), (frame.right, frame.bottom))
    return path(corner, stroke=QUIET, width=0.7)


def round_ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    """Round values inside [low, high], about as many as wanted: steps of 1, 2 or 5 times a power of ten."""
    rough = max(high - low, 1e-9) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return tuple(round(index * step, 6) for index in range(first, math.floor(high / step + 1e-9) + 1))


def clipped(words: str, length: int) -> str:
    """At most so many characters, the last an ellipsis when something was cut."""
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def _grid(steps: Iterable[str]) -> str:
    """All grid lines of an axis as one path: a drawing costs by the element."""
    return f'<path d="{"".join(steps)}" fill="none" stroke="{GRID}" stroke-width="0.7"/>'


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


@lru_cache(maxsize=8192)
def _n(value: float) -> str:
    """Two decimals at most and no trailing zeros: short, and the same on every machine. A point is written in its line, dot and tip."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
