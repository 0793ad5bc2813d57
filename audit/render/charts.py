"""Bars, the weight-gain strip and the panels of LiLA and Hb, as SVG. Growth charts are next door in `growth_charts`.

The same drawing stands in a document and on a web page. What must not be lost in grey is said by length, shape or a word, never by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from audit.render import svg
from audit.render.svg import ACCENT, ALARM, GRID, INK, PALE, QUIET, Frame
from audit.render.wording import MINUS, MISSING, number


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. value None (not known, or suppressed) draws no bar, only `shown` ("<5", "–"); values are not negative."""

    label: str
    value: float | None
    shown: str


@dataclass(frozen=True, slots=True)
class Gain:
    """The weight gain between two adjacent months. label: "Mar"; gain_g None when a month was not weighed; needed_g: the least gain (KBM).

    mark: "N" gained, "T" did not, "O" not weighed the month before, "B" first weighing.
    """

    label: str
    gain_g: float | None
    needed_g: float | None
    mark: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure over time with the line below which it is a risk. points: (x, value, what is printed beside it) in order of x."""

    label: str
    points: tuple[tuple[float, float, str], ...]
    threshold: float
    threshold_label: str
    decimals: int = 1


def bars(items: Sequence[Bar], *, title: str, width: float = 640, label_share: float = 0.4) -> Markup:
    """Horizontal bars from one zero line, the printed value at the end of each. For ranked things with long names."""
    row, top = 21.0, 4.0
    height = top * 2 + row * max(len(items), 1)
    if not items:
        return _nothing(width, height, title)
    left = width * label_share
    longest = max((item.value or 0 for item in items), default=0) or 1
    room = width - left - 64
    parts: list[str] = []
    for place, item in enumerate(items):
        middle = top + row * place + row / 2
        length = room * (item.value or 0) / longest
        parts.append(svg.text(left - 8, middle + 3.6, svg.clipped(item.label, int(left / 5.1)), anchor="end"))
        parts.append(svg.box(left, middle - 6.5, length, 13, fill=ACCENT))
        parts.append(svg.text(left + length + 6, middle + 3.6, item.shown, bold=True))
    parts.append(svg.line(left, top, left, height - top, stroke=QUIET, width=0.9))
    return svg.drawing(width, height, title, parts)


def columns(items: Sequence[Bar], *, title: str, width: float = 640, height: float = 220, axis: str = "") -> Markup:
    """Vertical bars in the given order, the printed value on top of each. For things with a natural order (age, month)."""
    if not items:
        return _nothing(width, 40, title)
    largest = max((item.value or 0 for item in items), default=0) or 1
    frame = Frame(52 if axis else 34, 18, width - 6, height - 26, (0, len(items)), (0, largest * 1.08))
    ticks = [tick for tick in svg.round_ticks(0, largest, 4) if tick == int(tick)]
    parts = [svg.y_axis(frame, ticks, axis)]
    step = (frame.right - frame.left) / len(items)
    for place, item in enumerate(items):
        middle = frame.left + step * (place + 0.5)
        head = frame.y(item.value or 0)
        thick = min(step * 0.62, 54)
        parts.append(svg.box(middle - thick / 2, head, thick, frame.bottom - head, fill=ACCENT))
        parts.append(svg.text(middle, head - 5, item.shown, anchor="middle", bold=True))
        parts.append(svg.text(middle, frame.bottom + 15, svg.clipped(item.label, max(int(step / 5.4), 4)), anchor="middle"))
    parts.append(svg.border(frame))
    return svg.drawing(width, height, title, parts)


def gain_strip(gains: Sequence[Gain], *, title: str, width: float = 640) -> Markup:
    """A strip of small bars, one for each month: the letter N, T, O or B with what was gained, and the least that was needed (a tick).

    A month that did not gain enough is filled dark, one that did is pale with an outline. At most the last twelve are drawn.
    """
    height, left = 80.0, 74.0
    shown = list(gains)[-12:]
    if not shown:
        return _nothing(width, 40, title)
    values = [value for gain in shown for value in (gain.gain_g, gain.needed_g) if value is not None]
    low, high = min([0.0, *values]), max([100.0, *values])
    frame = Frame(left, 16, width, 62, (0, len(shown)), (low, high))
    zero, step = frame.y(0), min((frame.right - frame.left) / len(shown), 74)
    parts = [
        svg.text(0, 36, "Kenaikan (g)", fill=QUIET),
        svg.text(0, 49, "Garis: minimal", fill=QUIET, size=9),
        svg.text(0, 76, "Bulan", fill=QUIET),
        svg.line(left, zero, left + step * len(shown), zero, stroke=QUIET),
    ]
    for place, gain in enumerate(shown):
        parts.append(_one_gain(frame, gain, middle=left + step * (place + 0.5), step=step))
    return svg.drawing(width, height, title, parts)


def panels(
    items: Sequence[Panel],
    *,
    title: str,
    axis: str,
    x_range: tuple[float, float],
    width: float = 640,
    height: float = 150,
    only_last: bool = False,
) -> Markup:
    """Measures one below the other over the same axis, each with its line of risk. For LiLA and Hb of a mother over the weeks.

    only_last: write only the last value, beside its dot, where panels are too low for a value above or below each dot.
    """
    if not items:
        return _nothing(width, 40, title)
    parts: list[str] = []
    for place, panel in enumerate(items):
        values = [value for _, value, _ in panel.points] + [panel.threshold]
        slack = max((max(values) - min(values)) * 0.25, 10.0**-panel.decimals * 5)
        top = place * height + 20
        frame = Frame(48, top, width - 62, top + height - 44, x_range, (min(values) - slack, max(values) + slack))
        is_last = place == len(items) - 1
        parts.append(_panel(frame, panel, axis=axis if is_last else "", only_last=only_last))
    return svg.drawing(width, height * len(items) + 12, title, parts)


def _panel(frame: Frame, panel: Panel, *, axis: str, only_last: bool) -> str:
    risk = frame.y(panel.threshold)
    spots = [(frame.x(x), frame.y(value)) for x, value, _ in panel.points]
    parts = [
        svg.text(frame.left, frame.top - 7, panel.label, bold=True),
        svg.x_axis(frame, svg.round_ticks(*frame.x_range, 8), axis),
        svg.y_axis(frame, svg.round_ticks(*frame.y_range, 4), "", decimals=panel.decimals),
        svg.line(frame.left, risk, frame.right, risk, stroke=ALARM, width=1.2, dash="5 3"),
        svg.text(frame.right + 4, risk + 3.5, panel.threshold_label, fill=ALARM),
        svg.border(frame),
        svg.path(spots, stroke=INK, width=1.7),
    ]
    for (x, y), (_, value, shown) in zip(spots, panel.points, strict=True):
        parts.append(svg.dot(x, y, is_hollow=False))
        if not only_last:
            is_below = value < panel.threshold and y + 17 < frame.bottom  # never over the axis
            parts.append(svg.text(x, y + (15 if is_below else -8), shown, anchor="middle", size=9.5))
    if only_last and spots:
        parts.append(svg.text(spots[-1][0] + 7, spots[-1][1] + 3.5, panel.points[-1][2], size=9.5, bold=True))
    if not spots:
        parts.append(
            svg.text((frame.left + frame.right) / 2, frame.y(panel.threshold) - 12, "Belum ada pengukuran", anchor="middle", fill=QUIET)
        )
    return "".join(parts)


def _one_gain(frame: Frame, gain: Gain, *, middle: float, step: float) -> str:
    thick = min(step * 0.56, 34)
    is_short = gain.mark == "T"
    parts = [svg.text(middle, 76, gain.label, anchor="middle", fill=QUIET)]
    if gain.gain_g is None:
        return "".join([*parts, svg.text(middle, frame.y(0) - 5, gain.mark, anchor="middle", fill=QUIET)])
    head, zero = frame.y(max(gain.gain_g, 0)), frame.y(0)
    tail = frame.y(min(gain.gain_g, 0))
    parts.append(
        svg.box(middle - thick / 2, head, thick, zero - head, fill=ALARM if is_short else PALE, stroke=ALARM if is_short else ACCENT)
    )
    parts.append(svg.box(middle - thick / 2, zero, thick, tail - zero, fill=ALARM, stroke=ALARM))
    top = head
    if gain.needed_g is not None:
        needed = frame.y(gain.needed_g)
        parts.append(svg.line(middle - thick / 2 - 5, needed, middle + thick / 2 + 5, needed, stroke=INK, width=1.2))
        top = min(head, needed)
    shown = number(gain.gain_g)
    signed = shown if shown.startswith(MINUS) or shown == "0" else f"+{shown}"
    words = f"{gain.mark} {signed}".removeprefix(f"{MISSING} ")
    parts.append(svg.text(middle, top - 4, words, anchor="middle", size=9.5, bold=is_short, fill=ALARM if is_short else INK))
    return "".join(parts)


def _nothing(width: float, height: float, title: str) -> Markup:
    """What is drawn when there is nothing to draw: said, not left blank."""
    frame = svg.box(0.5, 0.5, width - 1, height - 1, fill="none", stroke=GRID)
    return svg.drawing(width, height, title, [frame, svg.text(width / 2, height / 2 + 4, "Tidak ada data", anchor="middle", fill=QUIET)])
