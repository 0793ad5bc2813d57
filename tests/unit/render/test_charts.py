"""The drawings: well formed, said in words, legible without colour."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from audit.growth.standards import Index, curve
from audit.render import charts, svg
from audit.render.growth_charts import DRAWN_Z, Point, alternative_text, growth_chart

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: Markup) -> ElementTree.Element:
    assert isinstance(drawing, Markup)
    return ElementTree.fromstring(drawing)


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def chart(index: Index, points: list[Point], **how: bool) -> ElementTree.Element:
    return parsed(growth_chart(index, is_male=True, points=points, title="Grafik <uji> & lain", **how))


@pytest.mark.parametrize("index", list(Index))
def test_every_index_names_its_curves_and_carries_an_alternative_text(index: Index) -> None:
    root = chart(index, [])
    assert root.findtext(f"{SVG}title") == "Grafik <uji> & lain"
    labels = {f"+{z}" if z > 0 else str(z).replace("-", "−") for z in DRAWN_Z[index]}
    assert labels <= set(texts(root))
    assert "Belum ada pengukuran" in texts(root)


def test_nothing_is_drawn_that_a_printer_or_reader_does_not_know() -> None:
    drawings = [growth_chart(index, is_male=False, points=[], title="x") for index in Index]
    drawings.append(charts.bars([charts.Bar("Arjasa", 3, "3")], title="x"))
    for drawing in drawings:
        assert not re.search(r"Gradient|filter|style=|<style|var\(|url\(", drawing)


def line_count(root: ElementTree.Element, colour: str) -> int:
    return sum(path.get("stroke") == colour for path in root.iter(f"{SVG}path"))


def test_height_for_age_lifts_the_pen_at_two_years_and_weight_does_not() -> None:
    old = [Point(1400.0, 95.0), Point(1500.0, 97.0)]
    assert line_count(chart(Index.HAZ, old), svg.ACCENT) == 2
    assert line_count(chart(Index.WAZ, [Point(1400.0, 13.0), Point(1500.0, 14.0)]), svg.ACCENT) == 1


def test_the_child_s_line_does_not_run_over_two_years() -> None:
    points = [Point(day, 80.0 + day / 100) for day in (600.0, 700.0, 760.0, 800.0)]
    outer_curves = 2 * len([z for z in DRAWN_Z[Index.HAZ] if abs(z) == 3])
    halves_of_the_line, the_points = 2, 1
    assert line_count(chart(Index.HAZ, points), svg.INK) == outer_curves + halves_of_the_line + the_points


def dots(root: ElementTree.Element) -> list[tuple[float, float]]:
    """The places of the filled points: round ends of lines without length."""
    drawn = [path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("stroke-linecap") == "round"]
    return [(float(x), float(y)) for d in drawn for x, y in re.findall(r"M([\d.]+) ([\d.]+)h0", d)]


def test_an_implausible_point_is_hollow_and_off_the_line() -> None:
    points = [Point(200.0, 66.0), Point(230.0, 43.0, is_flagged=True), Point(260.0, 69.0, "−1,10")]
    root = chart(Index.HAZ, points)
    (hollow,) = root.iter(f"{SVG}circle")
    assert hollow.get("fill") == "#ffffff" and len(dots(root)) == 2
    child = [path for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "1.9"]
    assert len(child) == 1 and (child[0].get("d") or "").count("L") == 1
    assert "−1,10" in texts(root)


def test_a_point_stands_on_the_curve_it_was_read_from() -> None:
    days, heights = curve(Index.HAZ, is_male=True, z=0.0)
    root = chart(Index.HAZ, [Point(float(days[300]), float(heights[300]))])
    ((across, down),) = dots(root)
    median = next(path for path in root.iter(f"{SVG}path") if path.get("stroke") == svg.ACCENT)
    spots = [tuple(map(float, step.split())) for step in (median.get("d") or "")[1:].split("L")]
    near = sorted(spots, key=lambda spot: abs(spot[0] - across))[:2]
    low, high = sorted(y for _, y in near)
    assert low - 0.6 <= down <= high + 0.6


def test_a_point_outside_the_table_is_not_drawn_outside_the_plot() -> None:
    root = chart(Index.WHZ, [Point(50.0, 3.0), Point(80.0, 10.0)], is_standing=True)
    assert len(dots(root)) == 1


def test_the_alternative_text_says_how_many_and_the_last() -> None:
    words = alternative_text(Index.HAZ, [Point(1, 1), Point(2, 2, "−3,21", is_flagged=True)], category="Sangat pendek")
    assert "2 pengukuran, 1 di antaranya di luar kewajaran" in words and "−3,21 sangat pendek" in words
    assert "belum ada pengukuran" in alternative_text(Index.HAZ, [], category="")


def test_a_suppressed_bar_has_no_length() -> None:
    root = parsed(charts.bars([charts.Bar("Arjasa", 12, "12"), charts.Bar("Silo", None, "<5")], title="x"))
    assert len(list(root.iter(f"{SVG}rect"))) == 1
    assert {"12", "<5"} <= set(texts(root))


def test_bars_are_as_long_as_their_values() -> None:
    root = parsed(charts.bars([charts.Bar("a", 10, "10"), charts.Bar("b", 5, "5")], title="x"))
    long, short = (float(rect.get("width", "0")) for rect in root.iter(f"{SVG}rect"))
    assert long == pytest.approx(2 * short, abs=0.02)


@pytest.mark.parametrize("drawing", [charts.bars([], title="x"), charts.columns([], title="x"), charts.gain_strip([], title="x")])
def test_no_data_is_said(drawing: Markup) -> None:
    assert texts(parsed(drawing)) == ["Tidak ada data"]


def test_the_gain_strip_says_each_month_in_letters() -> None:
    gains = [charts.Gain("Feb", 310, 300, "N"), charts.Gain("Mar", -80, 300, "T"), charts.Gain("Apr", None, None, "O")]
    words = texts(parsed(charts.gain_strip(gains, title="x")))
    assert {"N +310", "T −80", "O", "Feb", "Mar", "Apr"} <= set(words)


def test_panels_show_values_and_threshold() -> None:
    panel = charts.Panel("LiLA", ((10.0, 21.8, "21,8"),), 23.5, "KEK < 23,5")
    words = texts(parsed(charts.panels([panel], title="x", axis="Minggu", x_range=(8, 40))))
    assert {"21,8", "KEK < 23,5", "Minggu"} <= set(words)


@pytest.mark.parametrize(("low", "high", "wanted", "ticks"), [(0, 10, 5, (0, 2, 4, 6, 8, 10)), (44.0, 96.0, 5, (60, 80)), (0, 0, 3, (0,))])
def test_ticks_are_round(low: float, high: float, wanted: int, ticks: tuple[float, ...]) -> None:
    assert svg.round_ticks(low, high, wanted) == ticks


def test_the_labels_of_a_small_chart_do_not_touch() -> None:
    root = parsed(growth_chart(Index.HAZ, is_male=True, points=[], title="x", width=330, height=165))
    places = sorted(
        float(each.get("y", "0"))
        for each in root.iter(f"{SVG}text")
        if each.text in ("+3", "+2", "0", "−2", "−3") and each.get("font-size") == "10"
    )
    assert len(places) == 5
    assert min(after - before for before, after in pairwise(places)) >= 9
