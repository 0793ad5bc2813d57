"""`aks cycle map`: the kecamatan of a cycle as a map for its documents. How the file is read is in audit/render/maps.py."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.opening import AsOption, CycleOption, chosen_cycle, desk, only_secretariat
from audit.errors import Refused

_log = logging.getLogger(__name__)


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

    text = _text(file)
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


def _text(file: Path) -> str:
    path = file.expanduser()
    if not path.is_file():
        raise Refused.because("no_such_file", f"Berkas {file.name} tidak ada.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused.because("not_utf8", f"Berkas {file.name} bukan teks UTF-8; simpan ulang sebagai GeoJSON.") from None
    except OSError as error:
        raise Refused.because("unreadable", f"Berkas {file.name} tidak dapat dibaca: {error.strerror}.") from None
