"""`aks cycle map`: a map is put into a cycle by the secretariat, and what cannot be used is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Aks
from tests.factory import World

SQUARE = [[113.6, -8.2], [113.7, -8.2], [113.7, -8.1], [113.6, -8.1], [113.6, -8.2]]


def written(path: Path, name: str) -> Path:
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    text = json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"nama": name}, "geometry": shape}]})
    path.write_text(text, encoding="utf-8")
    return path


def test_a_map_is_put_into_the_cycle(aks: Aks, world: World, tmp_path: Path) -> None:
    done = aks("cycle", "map", written(tmp_path / "peta.geojson", "Arjasa"), "--cycle", "2026-2", "--json")
    assert done.code == 0, done.err
    assert done.json == {"cycle": "2026-2", "kecamatan": ["35.09.22"], "points": 4}
    world.session.refresh(world.cycle)
    assert list(world.cycle.settings["map"]) == ["35.09.22"] and world.cycle.settings["focus_areas"] == ["35.09.22"]


def test_a_file_or_a_person_that_will_not_do_is_refused(aks: Aks, world: World, tmp_path: Path) -> None:
    good = written(tmp_path / "peta.geojson", "Arjasa")
    broken = tmp_path / "rusak.geojson"
    broken.write_bytes(b"\xff\xfe\x00")
    for given, sentence in (
        ((tmp_path / "tidak-ada.geojson",), "tidak ada"),
        ((broken,), "bukan teks UTF-8"),
        ((written(tmp_path / "lain.geojson", "Silo"),), "Peta tidak memuat kecamatan lokus: Arjasa"),
        ((good, "--as", "ketua"), "Hanya Sekretariat"),
    ):
        done = aks("cycle", "map", *given)
        assert done.code == 1 and sentence in done.err, done.err
    world.session.refresh(world.cycle)
    assert "map" not in world.cycle.settings
