"""`aks cycle map`: the kecamatan of a cycle as a map for its documents. How the file is read is in audit/render/maps.py."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.given import read_given_text
from audit.cli.opening import AsOption, CycleOption, chosen_cycle, desk, only_secretariat

_log = logging.getLogger(__name__)

LARGEST_FILE = 100_000_000
"""Bytes. A district's borders as the agencies hand them out take some millions."""


def map_command(
    file: Annotated[Path, typer.Argument(metavar="BERKAS.geojson", help="Batas kecamatan dalam derajat (WGS 84), sebagai GeoJSON.")],
    cycle: CycleOption = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Pasang peta kecamatan untuk dokumen siklus. Batasnya disederhanakan; peta yang lama diganti.

    Contoh: aks cycle map batas-kecamatan.geojson --cycle 2026-2
    """
    from audit.casework.cycles import kecamatan_named, set_map
    from audit.render.maps import read_geojson

    text = read_given_text(file, largest=LARGEST_FILE)
    with desk(user) as here:
        only_secretariat(here.person, "memasang peta")
        chosen = chosen_cycle(here.session, cycle)
        place = chosen.kabupaten_code
        geometry = read_geojson(text, code_of=lambda written: kecamatan_named(place, written))
        set_map(here.session, chosen.code, geometry)
        code = chosen.code
    points = sum(len(ring) for rings in geometry.values() for ring in rings)
    _log.info("cycle map set", extra={"cycle": code, "areas": len(geometry), "points": points})
    value = {"cycle": code, "kecamatan": sorted(geometry), "points": points}
    show.answer(as_json, value, lambda: show.say(f"Peta {len(geometry)} kecamatan dipasang pada siklus {code} ({points} titik)."))
