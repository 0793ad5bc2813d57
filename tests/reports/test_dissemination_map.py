"""The map of kecamatan: what a GeoJSON becomes, what is refused, what the drawing says and hides, and the command that loads it."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.casework.cycles import kecamatan_named, set_map
from audit.errors import Refused
from audit.lifecycle.vocabulary import Group
from audit.render.maps import MOST_POINTS, Place, map_chart, read_geojson
from audit.reports.disclosure import FEW, WITHHELD
from audit.reports.dissemination.figures import place_figure
from audit.reports.dissemination.numbers import Numbers
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.view import public_derivative
from tests.reports.dissemination_world import DESA, ReportWorld

NAMES = ("Arjasa", "Jelbuk", "Silo", "Ledokombo")
CODES = ("35.09.22", "35.09.25", "35.09.30", "35.09.28")


def code_of(written: str) -> str | None:
    return kecamatan_named("35.09", written)


def square(west: float, south: float, *, size: float = 0.1, points: int = 4) -> list[list[float]]:
    """A closed ring around a square, each side cut into pieces and bent a little."""
    side = points // 4
    ring = []
    for corner in range(4):
        for step in range(side):
            along, bend = step / side, 0.004 * math.sin(step / side * math.pi * 6)
            x, y = ((along, bend), (1 - bend, along), (1 - along, 1 - bend), (bend, 1 - along))[corner]
            ring.append([west + x * size, south + y * size])
    return [*ring, ring[0]]


def feature(name: Any, ring: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature",
        "properties": {"OBJECTID": 7, "WADMKC": name, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def district(points: int = 400) -> str:
    return collection(*(feature(name, square(113.6 + 0.1 * n, -8.2, points=points)) for n, name in enumerate(NAMES)))


def test_a_map_is_projected_simplified_and_keyed_by_code() -> None:
    geometry = read_geojson(district(), code_of=code_of)
    assert tuple(sorted(geometry)) == tuple(sorted(CODES))
    rings = [ring for rings in geometry.values() for ring in rings]
    assert all(4 <= len(ring) <= MOST_POINTS for ring in rings)
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    assert min(xs) == 0 and max(xs) == 1000 and min(ys) == 0
    assert max(ys) == pytest.approx(250 / math.cos(math.radians(8.15)), rel=0.02), (
        "a degree is as long north as it is east, at this latitude"
    )
    assert max(x for x, _ in geometry["35.09.22"][0]) < max(x for x, _ in geometry["35.09.30"][0]), "west is left"
    assert json.loads(json.dumps(geometry)) == geometry


def test_a_ring_keeps_its_shape_when_it_is_simplified() -> None:
    fine, coarse = (read_geojson(district(points), code_of=code_of)["35.09.22"][0] for points in (4000, 40))
    assert area(fine) == pytest.approx(area(coarse), rel=0.05)


def area(ring: list[list[float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


@pytest.mark.parametrize("written", ["35.09.22", "350922", "Arjasa", "ARJASA", "Kecamatan Arjasa"])
def test_a_kecamatan_is_known_by_code_or_name(written: str) -> None:
    assert code_of(written) == "35.09.22"


@pytest.mark.parametrize("written", ["3509220", "35.10.01", "Glagah", "Arjas", "", "7"])
def test_what_is_no_kecamatan_of_the_district_has_no_code(written: str) -> None:
    assert code_of(written) is None


def test_islands_are_kept_and_specks_are_not() -> None:
    ring, island, speck = square(113.6, -8.2), square(113.75, -8.2, size=0.03), square(113.72, -8.2, size=0.0005)
    many = {"type": "MultiPolygon", "coordinates": [[ring], [island], [speck]]}
    geometry = read_geojson(collection({"type": "Feature", "properties": {"nama": "Silo"}, "geometry": many}), code_of=code_of)
    assert len(geometry["35.09.30"]) == 2


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("{", "not_json", "JSON"),
        ("[" * 100_000, "not_json", "JSON"),
        ("[]", "not_geojson", "FeatureCollection"),
        ('{"type": "Topology"}', "not_geojson", "FeatureCollection"),
        (collection(), "no_feature", "satu wilayah pun"),
        (collection({"type": "Feature", "geometry": None}), "not_geojson", "properties"),
        (collection(feature("Glagah", square(114, -8))), "no_name", "OBJECTID dan WADMKC"),
        (collection(feature("Silo", square(113, -8)), feature("Glagah", square(114, -8))), "unknown_kecamatan", "“Glagah”"),
        (collection(feature("Silo", square(113, -8), "LineString")), "bad_geometry", "“LineString”"),
        (collection(feature("Silo", square(813000, 9090000))), "bad_geometry", "EPSG:4326"),
        (collection(feature("Silo", [[113, -8], [113.1, -8], [113, -8]])), "bad_geometry", "kurang dari empat titik"),
        (collection(feature("Silo", [["a", "b"]] * 5)), "bad_geometry", "bujur dan lintang"),
        (collection(feature("Silo", [[float("nan"), -8.0]] * 5)), "bad_geometry", "(nan, -8.0)"),
        (collection(feature("Silo", [[113.0, -8.0]] * 5)), "bad_geometry", "satu garis"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_file_that_cannot_be_used_is_refused_with_what_is_wrong(text: str, code: str, named: str) -> None:
    with pytest.raises(Refused) as refused:
        read_geojson(text, code_of=code_of)
    assert [reason.code for reason in refused.value.reasons] == [code] and named in refused.value.reasons[0].sentence


def test_every_bad_shape_is_named_at_once() -> None:
    bad = collection(*(feature(name, square(113, -8), "Point") for name in NAMES))
    with pytest.raises(Refused) as refused:
        read_geojson(bad, code_of=code_of)
    assert len(refused.value.reasons) == 4


def shades(drawing: str) -> list[str]:
    return re.findall(r'<path d="M[^"]*Z" fill="(#\w+)"', drawing)


def test_the_map_prints_every_number_and_shades_only_what_is_shown() -> None:
    geometry = read_geojson(district(), code_of=code_of)
    values = {CODES[0]: Place("Arjasa", 12, "12"), CODES[1]: Place("Jelbuk", None, FEW), CODES[2]: Place("Silo", 5, "5")}
    drawing = str(map_chart(geometry, values, title="Kasus: Arjasa 12; Jelbuk <5; Silo 5", unit="kasus"))
    assert "<title>Kasus: Arjasa 12; Jelbuk &lt;5; Silo 5</title>" in drawing
    assert ">12</text>" in drawing and ">5</text>" in drawing and ">&lt;5</text>" in drawing
    assert "angka ditutup" in drawing and "bukan lokus audit" in drawing and ">12 kasus<" in drawing and ">5 kasus<" in drawing
    other = {**values, CODES[1]: Place("Jelbuk", None, WITHHELD)}
    again = str(map_chart(geometry, other, title="Kasus: Arjasa 12; Jelbuk <5; Silo 5", unit="kasus"))
    assert shades(again) == shades(drawing) and drawing.count('stroke-dasharray="3 2"') == 2


def test_the_steps_stay_apart_in_grey() -> None:
    geometry = read_geojson(district(), code_of=code_of)
    values = {code: Place(name, value, str(value)) for code, name, value in zip(CODES, NAMES, (2, 7, 11, 30), strict=True)}
    found = set(shades(str(map_chart(geometry, values, title="x", unit="kasus"))))
    greys = sorted(0.3 * int(s[1:3], 16) + 0.59 * int(s[3:5], 16) + 0.11 * int(s[5:7], 16) for s in found)
    assert len(greys) == 4 and min(b - a for a, b in pairwise(greys)) > 40


def test_the_public_report_draws_a_map_where_there_is_one_and_hides_on_it_what_the_table_hides(session: Session) -> None:
    world = ReportWorld(session)
    for n in range(15):
        world.subject(Group.BALITA, DESA[0] if n < 7 else DESA[2] if n < 13 else DESA[4], months=26 + n, is_male=True)
    set_map(session, world.cycle.code, read_geojson(district(), code_of=code_of))
    view = public_derivative(dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on))
    numbers = Numbers(view["cells"])
    mapped = place_figure(view, numbers)
    assert mapped is not None and "bukan lokus audit" in mapped.drawing
    assert numbers.shown("kecamatan:35.09.25") == FEW and ">&lt;5</text>" in mapped.drawing and ">2</text>" not in mapped.drawing
    bars = place_figure({**view, "cycle": {**view["cycle"], "map": None}}, numbers)
    assert bars is not None and "dari yang terbanyak" in bars.caption and "bukan lokus" not in bars.drawing


def test_a_map_without_a_focus_area_is_refused(session: Session) -> None:
    world = ReportWorld(session)
    only = read_geojson(collection(feature("Ledokombo", square(113.6, -8.2))), code_of=code_of)
    with pytest.raises(Refused, match="Arjasa, Jelbuk, Silo"):
        set_map(session, world.cycle.code, only)
    assert "map" not in world.cycle.settings


def test_ranked_bars_begin_with_the_most_and_end_with_what_is_hidden() -> None:
    view = {"kecamatan": list(CODES[:3]), "cycle": {}}
    cells = {"kecamatan:35.09.22": FEW, "kecamatan:35.09.25": 6, "kecamatan:35.09.30": 9}
    figure = place_figure(view, Numbers(cells))
    assert figure is not None and re.findall(r">(Silo|Jelbuk|Arjasa)<", figure.drawing) == ["Silo", "Jelbuk", "Arjasa"]
    assert place_figure(view, Numbers(dict.fromkeys(cells, FEW))) is None


def test_the_example_of_the_geojson_is_read_from_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "peta.geojson"
    file.write_text("\ufeff" + district(8), encoding="utf-8")
    assert len(read_geojson(file.read_text(encoding="utf-8"), code_of=code_of)) == 4
