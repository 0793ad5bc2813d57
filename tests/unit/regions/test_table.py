"""The table of regions: its bytes, its counts, its agreement with the Kemendagri list of Jember, and its look-ups. Not name matching."""

from __future__ import annotations

import csv
import hashlib
import lzma
from importlib.resources import files
from pathlib import Path

import pytest

from audit import regions
from audit.errors import Refused
from audit.regions import Level

JEMBER = "35.09"
KEMENDAGRI_LIST = Path(__file__).parents[4] / "shared" / "data" / "wilayah_jember.csv"


def test_the_shipped_table_is_the_one_whose_checksum_is_written_beside_it() -> None:
    data = files("audit.regions") / "data"
    table = lzma.decompress((data / "wilayah.tsv.xz").read_bytes())
    assert hashlib.sha256(table).hexdigest() == (data / "wilayah.sha256").read_text().split()[0]


@pytest.mark.skipif(not KEMENDAGRI_LIST.exists(), reason="daftar Kemendagri pembanding tidak ada di samping repositori")
def test_jember_agrees_with_the_kemendagri_list_in_every_code_name_and_level() -> None:
    with KEMENDAGRI_LIST.open(encoding="utf-8") as lines:
        wanted = {row["kode"]: (row["nama"], row["level"]) for row in csv.DictReader(lines)}
    ours = [regions.kabupaten(JEMBER), *regions.kecamatan_of(JEMBER), *regions.desa_of(JEMBER)]
    assert {r.code: (r.name, str(r.level)) for r in ours} == wanted


def test_jember_has_31_kecamatan_226_desa_and_22_kelurahan() -> None:
    levels = [r.level for r in [*regions.kecamatan_of(JEMBER), *regions.desa_of(JEMBER)]]
    assert [levels.count(level) for level in (Level.KECAMATAN, Level.DESA, Level.KELURAHAN)] == [31, 226, 22]


def test_the_villages_of_a_kabupaten_are_those_of_its_kecamatan_together() -> None:
    by_kecamatan = [d for k in regions.kecamatan_of("35.78") for d in regions.desa_of(k.code)]
    assert list(regions.desa_of("35.78")) == by_kecamatan and len(by_kecamatan) > 100


def test_the_last_kabupaten_of_the_table_has_its_regions_too() -> None:
    last = "96.71"  # Kota Sorong
    assert regions.kabupaten(last).level is Level.KOTA
    assert all(regions.is_inside(k.code, last) for k in regions.kecamatan_of(last)) and regions.kecamatan_of(last)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("35", "Provinsi Jawa Timur"),
        ("35.09", "Kabupaten Jember"),
        ("35.78", "Kota Surabaya"),
        ("35.09.26", "Kecamatan Mayang"),
        ("35.09.26.2003", "Desa Seputih, Kecamatan Mayang"),
        ("35.09.19.1001", "Kelurahan Mangli, Kecamatan Kaliwates"),
    ],
)
def test_a_region_is_written_as_people_write_it(code: str, written: str) -> None:
    assert regions.full_name(code) == written


def test_the_parent_of_a_village_is_its_kecamatan_and_a_province_has_none() -> None:
    above = regions.parent("35.09.22.2003")
    assert above is not None and above.name == "Arjasa"
    assert regions.parent("35") is None


@pytest.mark.parametrize(
    ("code", "area", "inside"),
    [
        ("35.09.22.2003", "35.09.22", True),
        ("35.09.22", "35.09.22", True),
        ("35.09.22", "35.09.2", False),
        ("35.09", "35.09.22", False),
    ],
)
def test_inside_goes_by_whole_parts_of_the_code(code: str, area: str, inside: bool) -> None:
    assert regions.is_inside(code, area) is inside


@pytest.mark.parametrize("code", ["", "99", "35.09.99", "35.9", "Jember"])
def test_an_unknown_code_is_refused_with_the_code_in_the_sentence(code: str) -> None:
    with pytest.raises(Refused) as refused:
        regions.region(code)
    assert refused.value.reasons[0].code == "unknown_region" and repr(code) in refused.value.reasons[0].sentence
    assert not regions.is_region(code)


def test_a_kecamatan_is_refused_where_a_kabupaten_is_asked_for() -> None:
    with pytest.raises(Refused, match=r"kecamatan Arjasa, bukan kabupaten"):
        regions.kecamatan_of("35.09.22")
