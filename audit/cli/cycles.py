"""`aks cycle open|show|list`: a cycle opened from options or a YAML file, and how it stands. Rules are in audit/casework/cycles.py."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import maps, show
from audit.cli.answers import read_answers
from audit.cli.indonesian import Command, application
from audit.cli.opening import AsOption, chosen_cycle, desk, only_secretariat

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from audit.casework.cycles import CycleOverview
    from audit.lifecycle.tables import Cycle

_log = logging.getLogger(__name__)
app = application("Buka, lihat, dan daftar siklus audit.")

_LATE_SHOWN = 15

app.command("map", cls=Command, options_metavar="[PILIHAN]")(maps.map_command)


@app.command("open", cls=Command, options_metavar="[PILIHAN]")
def open_command(
    kabupaten: Annotated[str | None, typer.Option(metavar="KODE", help="Kode kabupaten/kota, misalnya 35.09.")] = None,
    year: Annotated[int | None, typer.Option(metavar="TAHUN", help="Tahun siklus.")] = None,
    number: Annotated[int | None, typer.Option(metavar="N", help="Nomor siklus dalam tahun itu: 1 atau 2.")] = None,
    code: Annotated[str | None, typer.Option(metavar="KODE", help="Kode siklus; bila kosong: tahun-nomor.")] = None,
    kecamatan: Annotated[
        list[str] | None, typer.Option(metavar="NAMA", help="Kecamatan lokus, nama atau kode; boleh berulang atau dipisah koma.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="KELOMPOK", help="baduta, balita, bumil, bufas, atau catin; boleh berulang.")
    ] = None,
    quota: Annotated[
        list[str] | None,
        typer.Option(metavar="KELOMPOK=N", help="Kasus per kecamatan, misalnya balita=5, atau balita:Arjasa=4; boleh berulang."),
    ] = None,
    starts: Annotated[str | None, typer.Option(metavar="TANGGAL", help="Hari pertama, misalnya 2026-07-01.")] = None,
    ends: Annotated[str | None, typer.Option(metavar="TANGGAL", help="Hari terakhir.")] = None,
    dissemination: Annotated[str | None, typer.Option(metavar="TANGGAL", help="Rencana tanggal diseminasi.")] = None,
    answers: Annotated[
        Path | None, typer.Option("--with", metavar="BERKAS.yaml", help="Pengaturan selengkapnya; pilihan lain mengalahkan isinya.")
    ] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Buka siklus audit. Lokus, kelompok sasaran, kuota, kriteria, dan kuorum dibekukan bersamanya.

    Contoh: aks cycle open --kabupaten 35.09 --year 2026 --number 2 --kecamatan Arjasa,Jelbuk,Silo --group balita --group bumil
    """
    from audit.casework.cycles import open_cycle

    given = read_answers(answers) if answers else {}
    plain: Mapping[str, Any] = {
        "kabupaten": kabupaten,
        "year": year,
        "number": number,
        "code": code,
        "focus_areas": _split(kecamatan),
        "groups": _split(group),
        "quotas": _quotas(quota or []),
        "starts_on": starts,
        "ends_on": ends,
        "dissemination_on": dissemination,
    }
    given |= {name: value for name, value in plain.items() if value}
    with desk(user) as here:
        only_secretariat(here.person, "membuka siklus")
        given["kabupaten"] = _kabupaten(here.session, given)
        cycle = open_cycle(here.session, {name: value for name, value in given.items() if value is not None}, at=here.at)
        opened = _overview(here.session, cycle, here.on(cycle))
    _log.info("cycle opened", extra={"cycle": cycle.code})
    show.answer(as_json, asdict(opened), lambda: _say_opened(opened))


@app.command("show", cls=Command, options_metavar="[PILIHAN]")
def show_command(
    code: Annotated[str | None, typer.Argument(metavar="[KODE]", help="Kode siklus; bila kosong, satu-satunya yang terbuka.")] = None,
    as_json: show.Json = False,
) -> None:
    """Tampilkan keadaan satu siklus: kuota, calon, kasus menurut status, dan apa yang terlambat."""
    with desk(None, reading=True) as here:
        cycle = chosen_cycle(here.session, code)
        overview = _overview(here.session, cycle, here.on(cycle))
    show.answer(as_json, asdict(overview), lambda: _say_overview(overview))


@app.command("list", cls=Command, options_metavar="[PILIHAN]")
def list_command(as_json: show.Json = False) -> None:
    """Daftar semua siklus, yang terbaru lebih dahulu."""
    from audit.casework.cycles import list_cycles
    from audit.regions import region
    from audit.render.wording import date_range, list_words

    with desk(None, reading=True) as here:
        cycles = list_cycles(here.session)
    value = {
        "cycles": [
            {
                "code": c.code,
                "kabupaten_code": c.kabupaten_code,
                "year": c.year,
                "number": c.number,
                "starts_on": c.starts_on,
                "ends_on": c.ends_on,
                "groups": c.settings.get("groups", []),
                "focus_areas": c.settings.get("focus_areas", []),
                "is_closed": c.closed_at is not None,
            }
            for c in cycles
        ]
    }
    rows = [
        (
            c.code,
            region(c.kabupaten_code).name,
            date_range(c.starts_on, c.ends_on),
            list_words([region(area).name for area in c.settings.get("focus_areas", [])]),
            "ditutup" if c.closed_at else "terbuka",
        )
        for c in cycles
    ]
    empty = "Belum ada siklus. Buka dengan: aks cycle open"
    show.answer(
        as_json, value, lambda: show.table(("Kode", "Kabupaten/kota", "Waktu", "Lokus", "Keadaan"), rows) if rows else show.say(empty)
    )


def _overview(session: Session, cycle: Cycle, on: Any) -> CycleOverview:
    from audit.casework.cycles import cycle_overview

    return cycle_overview(session, cycle.code, on=on)


def _split(values: list[str] | None) -> list[str]:
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]


def _quotas(written: list[str]) -> dict[str, Any]:
    """`balita=5` and `balita:Arjasa=4` as the settings take them. Raises a usage error for anything else."""
    quotas: dict[str, Any] = {}
    for one in _split(written):
        what, equals, number = one.partition("=")
        group, _, place = what.partition(":")
        if not equals or not number.strip().isdecimal() or not group.strip():
            raise typer.BadParameter(f"“{one}” tidak dimengerti; tulis misalnya balita=5 atau balita:Arjasa=4.", param_hint="--quota")
        if not place:
            quotas[group.strip().lower()] = int(number)
            continue
        per_place = quotas.setdefault(group.strip().lower(), {})
        if not isinstance(per_place, dict):
            raise typer.BadParameter(f"Kuota {group} ditulis umum dan per kecamatan; pilih salah satu.", param_hint="--quota")
        per_place[place.strip()] = int(number)
    return quotas


def _kabupaten(session: Session, given: Mapping[str, Any]) -> str | None:
    """The code that was given, else that of the newest cycle, else that of the focus areas written as codes."""
    from audit.casework.cycles import list_cycles

    written = given.get("kabupaten")
    if written is not None:
        return f"{written:05.2f}" if isinstance(written, float) else str(written)
    areas = given.get("focus_areas") or []
    for area in areas if isinstance(areas, list) else str(areas).split(","):
        if str(area).count(".") == 2:
            return str(area).strip().rpartition(".")[0]
    newest = next(iter(list_cycles(session)), None)
    return newest.kabupaten_code if newest else None


def _say_opened(opened: CycleOverview) -> None:
    _say_overview(opened)
    show.say("", f"Siklus {opened.code} dibuka. Berikutnya: aks import BERKAS")


def _say_overview(o: CycleOverview) -> None:
    from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Group, Status
    from audit.render.wording import date_range, date_words, list_words, number

    show.heading(f"Siklus {o.code} · {o.kabupaten}{' · ditutup' if o.is_closed else ''}")
    show.pairs(
        [
            ("Waktu", date_range(o.starts_on, o.ends_on)),
            ("Diseminasi", date_words(o.dissemination_on)),
            ("Lokus", list_words(list(o.focus_areas.values()))),
            ("Sasaran", list_words([GROUP_LABELS[Group(g)] for g in o.groups])),
            ("Kasus", number(o.cases)),
        ]
    )
    columns = ("Kelompok", "Kecamatan", "Kuota", "Kasus", "Calon", "Ukur ulang", "Dikeluarkan")
    rows = [(p.group, p.kecamatan, p.quota, p.cases, p.proposed, p.remeasure, p.dropped) for p in o.places]
    show.table(columns, rows, right=range(2, 7))
    if o.by_status:
        show.table(("Status", "Kasus"), [(STATUS_LABELS[Status(s)], n) for s, n in o.by_status.items()], right=[1])
    if o.late:
        show.heading(f"Terlambat: {number(len(o.late))}")
        show.table(("Kasus", "Apa", "Tenggat"), [(x.case_number, x.what, date_words(x.due_on)) for x in o.late[:_LATE_SHOWN]])
        if len(o.late) > _LATE_SHOWN:
            show.say(f"… dan {len(o.late) - _LATE_SHOWN} lainnya; daftar lengkap dengan --json.")
