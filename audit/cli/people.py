"""`aks people add|list`: the accounts of those who work on the audit, never its subjects. What an account may do is in audit/lifecycle."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import show
from audit.cli.answers import read_answers
from audit.cli.indonesian import Command, application
from audit.cli.opening import AsOption, desk, only_secretariat
from audit.errors import Refused

if TYPE_CHECKING:
    from audit.people.roles import Person

_log = logging.getLogger(__name__)
app = application("Tambah dan daftar orang yang bekerja pada audit.")


@app.command("add", cls=Command, options_metavar="[PILIHAN]")
def add_command(
    username: Annotated[str | None, typer.Argument(metavar="[PENGGUNA]", help="Nama pengguna, misalnya bidan.arjasa.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAMA", help="Nama dan gelar seperti tercetak pada berita acara.")] = None,
    role: Annotated[
        list[str] | None, typer.Option(metavar="PERAN", help="secretary, field, expert, chair, agency, atau leader; boleh berulang.")
    ] = None,
    area: Annotated[list[str] | None, typer.Option(metavar="KODE", help="Wilayah kerja, kode kecamatan atau desa; boleh berulang.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Seluruh kabupaten, sebagai ganti --area.")] = False,
    discipline: Annotated[
        str | None, typer.Option(metavar="DISIPLIN", help="Untuk pakar: paediatrics, obstetrics, nutrition, atau psychology.")
    ] = None,
    agency: Annotated[str | None, typer.Option(metavar="OPD", help="Untuk perangkat daerah, misalnya dinkes atau perkim.")] = None,
    puskesmas: Annotated[
        str | None, typer.Option(metavar="NAMA", help="Tempat kerja tenaga kesehatan (untuk benturan kepentingan).")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--with", metavar="BERKAS.yaml", help="Banyak orang sekaligus: people, lalu satu butir seorang.")
    ] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Tambah akun, satu dari pilihan atau banyak dari berkas YAML. Bila satu saja keliru, tidak ada yang ditambahkan.

    Contoh: aks people add dr.anak --name "dr. Sasmita Adi, Sp.A" --role expert --discipline paediatrics
    """
    from audit.people.directory import add_people
    from audit.people.reading import EVERYWHERE

    wanted = _from_file(answers) if answers else []
    if username:
        options = {
            "name": name,
            "areas": area,
            "everywhere": everywhere,
            "discipline": discipline,
            "agency": agency,
            "puskesmas": puskesmas,
        }
        wanted.append({"username": username, "roles": role or [], **{key: value for key, value in options.items() if value}})
    if not wanted:
        raise typer.BadParameter("sebutkan nama pengguna, atau berkas dengan --with.", param_hint="PENGGUNA")
    with desk(user) as here:
        only_secretariat(here.person, "menambah akun")
        try:
            added = add_people(here.session, wanted, at=here.at)
        except Refused as refused:
            if any(reason.code == EVERYWHERE for reason in refused.reasons):
                show.remark("Wilayah ditulis --area KODE atau --everywhere; di berkas: areas: [KODE] atau everywhere: ya.")
            raise
    for person in added:
        _log.info("account added", extra={"account_id": person.id, "roles": ",".join(sorted(person.roles))})
    value = {"added": [as_plain(person) for person in added]}
    show.answer(as_json, value, lambda: show.say(*(f"Akun {p.username} ditambahkan." for p in added)))


@app.command("list", cls=Command, options_metavar="[PILIHAN]")
def list_command(
    role: Annotated[str | None, typer.Option(metavar="PERAN", help="Hanya yang berperan ini.")] = None, as_json: show.Json = False
) -> None:
    """Daftar akun yang aktif."""
    from audit.people.agencies import agency_words
    from audit.people.agency_queries import own_names
    from audit.people.directory import people
    from audit.people.roles import DISCIPLINE_LABELS, ROLE_LABELS, Role

    if role and role not in [r.value for r in Role]:
        raise typer.BadParameter(f"“{role}” tidak dikenal; pilih dari {', '.join(Role)}.", param_hint="--role")
    with desk(None, reading=True) as here:
        found, named = people(here.session, Role(role) if role else None), own_names(here.session)
    rows = [
        (
            p.username,
            p.name,
            ", ".join(ROLE_LABELS[r] for r in sorted(p.roles)),
            (DISCIPLINE_LABELS[p.discipline] if p.discipline else None) or agency_words(p.agency or "", named) or p.puskesmas,
            ", ".join(p.areas),
        )
        for p in found
    ]
    columns = ("Pengguna", "Nama", "Peran", "Disiplin/instansi", "Wilayah")
    show.answer(as_json, {"people": [as_plain(p) for p in found]}, lambda: show.table(columns, rows))


def as_plain(person: Person) -> dict[str, Any]:
    """An account as JSON values."""
    return {
        "username": person.username,
        "name": person.name,
        "roles": sorted(person.roles),
        "areas": list(person.areas),
        "discipline": person.discipline,
        "agency": person.agency,
        "puskesmas": person.puskesmas,
    }


def _from_file(file: Path) -> list[dict[str, Any]]:
    listed = read_answers(file).get("people")
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise Refused.because(
            "people_list", f"{file.name}: tulis people: lalu satu orang satu butir, masing-masing dengan username dan roles."
        )
    return [{str(key): _listed(key, value) for key, value in one.items()} for one in listed]


def _listed(key: Any, value: Any) -> Any:
    """Roles and areas may be written as one text."""
    return [value] if key in ("roles", "areas") and isinstance(value, str) else value
