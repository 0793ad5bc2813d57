"""A map of kecamatan: a GeoJSON read, checked, projected and simplified once, and the choropleth drawn from it. Knows no case.

A geometry is plain JSON: code of a kecamatan -> rings -> points [x, y], x from 0 to 1000 from west to east, y downwards from the north.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

from markupsafe import Markup

from audit.errors import Reason, Refused
from audit.render import svg
from audit.render.svg import ACCENT, INK, QUIET
from audit.render.wording import list_words, number

Geometry: TypeAlias = Mapping[str, Sequence[Sequence[Sequence[float]]]]

MOST_POINTS = 60
"""Of one ring. More cannot be seen on paper, and every document carries them."""

MOST_CHARACTERS = 50_000_000
_WIDTH = 1000.0
_SPECK = 0.0004
"""A ring smaller than this part of the whole (an islet) is left out, unless its kecamatan has no larger one."""

_FINEST = 0.000004
"""A corner that encloses less than this part of the whole is not seen at a page's width."""

_NAMED = 5
_STEPS = ("#e3eff1", "#a5cbd1", "#4c94a0", ACCENT)
_ELSEWHERE = "#f6f7f8"
_WHITE = "#ffffff"
_EDGE = "#8a969d"


@dataclass(frozen=True, slots=True)
class Place:
    """One area with its count. value None (suppressed, or not known) is drawn white with a dashed edge; shown: what is printed in it."""

    label: str
    value: int | None
    shown: str


def read_geojson(text: str, *, code_of: Callable[[str], str | None]) -> dict[str, list[list[list[float]]]]:
    """The geometry of a GeoJSON FeatureCollection of polygons in degrees (WGS 84), ready for JSON.

    code_of: the code of the kecamatan that a property's text names, None when it names none; the property that names the most is used.
    Projected equirectangularly at the mean latitude; at most MOST_POINTS points in a ring. Several features of one code are put together.
    Raises Refused with every reason, each naming the feature and the value, when the file cannot be used.
    """
    features = _features(text)
    prop = _naming_property(features, code_of)
    refused: list[Reason] = []
    found: dict[str, list[list[tuple[float, float]]]] = {}
    unknown: list[str] = []
    for place, feature in enumerate(features, start=1):
        written = _written(feature["properties"].get(prop))
        code = code_of(written)
        if code is None:
            unknown.append(f"“{written[:40]}”" if written else f"bentuk ke-{place}")
            continue
        try:
            found.setdefault(code, []).extend(_rings(feature.get("geometry")))
        except ValueError as problem:
            refused.append(Reason("bad_geometry", f"Bentuk ke-{place} ({written[:40]}): {problem}."))
    if unknown:
        more = f" dan {len(unknown) - _NAMED} lainnya" if len(unknown) > _NAMED else ""
        refused.append(
            Reason("unknown_kecamatan", f"Kolom “{prop}” menyebut yang bukan kecamatan kabupaten ini: {', '.join(unknown[:_NAMED])}{more}.")
        )
    if refused:
        raise Refused(*refused)
    return _projected(found)


def map_chart(geometry: Geometry, values: Mapping[str, Place], *, title: str, unit: str, width: float = 640) -> Markup:
    """A choropleth: four steps from pale to dark that stay apart in grey, the printed number in each area, a legend.

    values: areas of the geometry by code; one without a value is drawn white and dashed, an area that is not in `values` plain. Only shown
    values decide the steps, so nothing can be read off the shades that is not printed. title: the alternative text.
    """
    right, bottom = (max(point[axis] for rings in geometry.values() for ring in rings for point in ring) for axis in (0, 1))
    scale = min((width - 150) / right, 430 / bottom)
    drawn = {code: [[(x * scale + 2, y * scale + 2) for x, y in ring] for ring in rings] for code, rings in sorted(geometry.items())}
    limits = _limits([place.value for place in values.values() if place.value is not None])
    parts = [_area(rings, _ELSEWHERE, edge="#c3cbd0") for code, rings in drawn.items() if code not in values]
    named = [(rings, values[code]) for code, rings in drawn.items() if code in values]
    parts += [_area(rings, _fill(place, limits), edge=INK, is_dashed=place.value is None) for rings, place in named]
    parts += [_label(rings, place, is_dark=_step(place, limits) >= 2) for rings, place in named]
    legend = _legend(limits, values.values(), unit, has_others=len(named) < len(drawn), left=right * scale + 22)
    return svg.drawing(width, max(bottom * scale + 4, 150), title, [*parts, legend])


def _features(text: str) -> list[dict[str, Any]]:
    if len(text) > MOST_CHARACTERS:
        raise Refused.because("too_large", f"Berkas peta lebih dari {MOST_CHARACTERS // 1_000_000} MB; sederhanakan batas wilayahnya.")
    try:
        read = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise Refused.because("not_json", "Berkas peta bukan JSON yang utuh; simpan ulang sebagai GeoJSON.") from None
    features = read.get("features") if isinstance(read, dict) and read.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise Refused.because("not_geojson", "Berkas peta bukan GeoJSON: yang diharapkan “FeatureCollection” dengan “features”.")
    if not features:
        raise Refused.because("no_feature", "Berkas peta tidak memuat satu wilayah pun.")
    if not all(isinstance(each, dict) and isinstance(each.get("properties"), dict) for each in features):
        raise Refused.because("not_geojson", "Setiap wilayah dalam berkas peta harus mempunyai “properties” yang menyebut kecamatannya.")
    return features


def _naming_property(features: Sequence[Mapping[str, Any]], code_of: Callable[[str], str | None]) -> str:
    """The property that names the most different kecamatan; the first in the alphabet of those that name as many."""
    found: dict[str, set[str]] = {}
    for feature in features:
        for prop, value in feature["properties"].items():
            if (code := code_of(_written(value))) is not None:
                found.setdefault(str(prop), set()).add(code)
    if not found:
        seen = sorted({str(prop) for feature in features for prop in feature["properties"]})[:12]
        raise Refused.because(
            "no_name",
            f"Tidak ada kolom yang menyebut kecamatan kabupaten ini. Kolom yang ada: {list_words(seen)}.",
        )
    return min(found, key=lambda prop: (-len(found[prop]), prop))


def _written(value: object) -> str:
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _rings(geometry: object) -> Iterator[list[tuple[float, float]]]:
    """The rings of a Polygon or a MultiPolygon, outer and inner alike. Raises ValueError saying what is wrong."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"jenisnya “{str(kind)[:20]}”, yang diharapkan Polygon atau MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons or not all(isinstance(rings, list) and rings for rings in polygons):
        raise ValueError("tidak mempunyai koordinat")
    for ring in (ring for rings in polygons for ring in rings):
        if not isinstance(ring, list) or len(ring) < 4:
            raise ValueError("ada garis batas dengan kurang dari empat titik")
        yield [_point(point) for point in ring]


def _point(point: object) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in point[:2]):
        raise ValueError("ada titik yang bukan pasangan bujur dan lintang")
    longitude, latitude = point[:2]
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # NaN is in no range either
        raise ValueError(
            f"titik ({str(longitude)[:12]}, {str(latitude)[:12]}) bukan bujur dan lintang dalam derajat; "
            "simpan ulang sebagai WGS 84 (EPSG:4326)"
        )
    return float(longitude), float(latitude)


def _projected(found: Mapping[str, Sequence[Sequence[tuple[float, float]]]]) -> dict[str, list[list[list[float]]]]:
    points = [point for rings in found.values() for ring in rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(math.radians((south + north) / 2))
    if east - west <= 0 or north - south <= 0:
        raise Refused.because("bad_geometry", "Semua titik dalam berkas peta terletak pada satu garis.")
    scale = _WIDTH / ((east - west) * narrow)
    whole = _WIDTH * (north - south) * scale
    made = {}
    for code, rings in sorted(found.items()):
        flat = [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in rings]
        largest = max(flat, key=_extent)
        kept = [ring for ring in flat if ring is largest or _extent(ring) >= whole * _SPECK]
        made[code] = [[[round(x, 1), round(y, 1)] for x, y in _simplified(ring, least=whole * _FINEST)] for ring in kept]
    return made


def _simplified(ring: Sequence[tuple[float, float]], *, least: float) -> list[tuple[float, float]]:
    """The ring, not closed, without the corners that matter least (Visvalingam): all below `least`, and down to MOST_POINTS.

    The same for a border seen from either side, as long as it is not cut down further on one of them.
    """
    points = list(ring[:-1] if ring[0] == ring[-1] else ring)
    count = len(points)
    before, after = [(i - 1) % count for i in range(count)], [(i + 1) % count for i in range(count)]
    weights = [_triangle(points[before[i]], points[i], points[after[i]]) for i in range(count)]
    heap = [(weight, i) for i, weight in enumerate(weights)]
    heapify(heap)
    gone: set[int] = set()
    while heap and count - len(gone) > 4:
        weight, i = heappop(heap)
        if i in gone or weight != weights[i]:
            continue
        if weight >= least and count - len(gone) <= MOST_POINTS:
            break
        gone.add(i)
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            weights[j] = max(weight, _triangle(points[before[j]], points[j], points[after[j]]))
            heappush(heap, (weights[j], j))
    return [point for i, point in enumerate(points) if i not in gone]


def _triangle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _extent(ring: Sequence[Sequence[float]]) -> float:
    """The area of a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _limits(values: Sequence[int]) -> list[int]:
    """The highest value of each step but the last, rising; fewer steps where there are fewer values."""
    known = sorted(set(values) - {0})
    if len(known) <= len(_STEPS):
        return known[:-1]
    return [known[round(len(known) * part / len(_STEPS)) - 1] for part in range(1, len(_STEPS))]


def _step(place: Place, limits: Sequence[int]) -> int:
    """The step of a place, 0 the palest; -1 for none, and for a count of 0."""
    if not place.value:
        return -1
    return sum(place.value > limit for limit in limits) + len(_STEPS) - 1 - len(limits)


def _fill(place: Place, limits: Sequence[int]) -> str:
    step = _step(place, limits)
    return _WHITE if step < 0 else _STEPS[step]


def _area(rings: Sequence[Sequence[tuple[float, float]]], fill: str, *, edge: str, is_dashed: bool = False) -> str:
    outline = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)
    dash = ' stroke-dasharray="3 2"' if is_dashed else ""
    return f'<path d="{outline}" fill="{fill}" fill-rule="evenodd" stroke="{edge}" stroke-width="0.8" stroke-linejoin="round"{dash}/>'


def _label(rings: Sequence[Sequence[tuple[float, float]]], place: Place, *, is_dark: bool) -> str:
    """The number in the widest part of the largest ring, with the name under it where it fits."""
    x, y, room = _widest(max(rings, key=_extent))
    fill = _WHITE if is_dark else INK
    has_name = len(place.label) * 4.3 <= room
    lines = [svg.text(x, y + (0 if has_name else 4), place.shown, anchor="middle", bold=True, fill=fill)]
    if has_name:
        lines.append(svg.text(x, y + 9.5, place.label, anchor="middle", size=8, fill=fill))
    return "".join(lines)


def _widest(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The middle of the longest level line inside a ring that is not near its top or bottom, and its length."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best = (ring[0][0], (low + high) / 2, 0.0)
    for part in range(7, 12):
        level = low + (high - low) * part / 20
        edges = zip(ring, [*ring[1:], ring[0]], strict=True)
        cuts = sorted(a[0] + (level - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in edges if (a[1] <= level) != (b[1] <= level))
        for left, right in zip(cuts[::2], cuts[1::2], strict=True):
            if right - left > best[2]:
                best = ((left + right) / 2, level, right - left)
    return best


def _legend(limits: Sequence[int], places: Iterable[Place], unit: str, *, has_others: bool, left: float) -> str:
    """One line for each step with the least and the highest number in it, the darkest first; then what is hidden, and what has no count."""
    shown = list(places)
    lines: list[tuple[str, str, bool]] = []
    for step in range(len(_STEPS) - 1, -1, -1):
        inside = [place.value for place in shown if place.value and _step(place, limits) == step]
        if inside:
            low, high = min(inside), max(inside)
            lines.append((_STEPS[step], f"{number(high) if low == high else f'{number(low)}–{number(high)}'} {unit}", False))
    if any(place.value == 0 for place in shown):
        lines.append((_WHITE, f"0 {unit}", False))
    if any(place.value is None for place in shown):
        lines.append((_WHITE, "angka ditutup", True))
    if has_others:
        lines.append((_ELSEWHERE, "bukan lokus audit", False))
    parts = []
    for row, (fill, words, is_dashed) in enumerate(lines):
        y = 14 + row * 18.0
        corner = [(left, y - 9), (left + 16, y - 9), (left + 16, y + 2), (left, y + 2)]
        parts.append(_area([corner], fill, edge=_EDGE if not is_dashed else INK, is_dashed=is_dashed))
        parts.append(svg.text(left + 23, y, words, fill=QUIET if fill == _ELSEWHERE else INK))
    return "".join(parts)
