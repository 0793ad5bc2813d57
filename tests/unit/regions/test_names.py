"""Matching written names of kecamatan and desa: what is found, what is only suggested, what is left alone. Not the table."""

from __future__ import annotations

import random
import re

import pytest

from audit import regions
from audit.errors import Refused

JEMBER = "35.09"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def one(kecamatan: str | None, desa: str | None) -> regions.NameMatch:
    return regions.match_desa([kecamatan], [desa], kabupaten=JEMBER)[0]


@pytest.mark.parametrize("kecamatan", ["Mayang", "MAYANG", " kec. mayang ", "Kecamatan  Mayang", "KEC MAYANG"])
@pytest.mark.parametrize("desa", ["Seputih", "DESA SEPUTIH", "Ds. Seputih", "se putih", "Seputih."])
def test_case_spaces_punctuation_and_the_word_desa_do_not_matter(kecamatan: str, desa: str) -> None:
    assert one(kecamatan, desa) == regions.NameMatch("35.09.26.2003", None, True)


def test_every_official_name_finds_its_own_code() -> None:
    villages = regions.desa_of(JEMBER)
    kecamatan = [regions.region(v.code[:8]).name for v in villages]
    found = regions.match_desa(kecamatan, [v.name for v in villages], kabupaten=JEMBER)
    assert [m.code for m in found] == [v.code for v in villages] and all(m.is_exact for m in found)


def test_a_typing_error_is_understood_or_left_to_a_person_and_never_taken_for_another_village() -> None:
    rng = random.Random(35_09)
    villages = [v for v in regions.desa_of(JEMBER) for _ in range(8)]
    kecamatan = [regions.region(v.code[:8]).name for v in villages]
    found = regions.match_desa(kecamatan, [_mistyped(v.name, rng) for v in villages], kabupaten=JEMBER)
    assert not [(v.name, m) for v, m in zip(villages, found, strict=True) if m.code not in (None, v.code)]
    assert sum(m.code is not None for m in found) > 0.95 * len(villages)


def test_a_village_of_another_kecamatan_is_only_suggested() -> None:
    match = one("Arjasa", "Seputih")
    assert match.code is None and match.nearest is not None and match.nearest.code == "35.09.26.2003"


def test_a_blank_kecamatan_is_made_good_by_a_village_name_that_occurs_once() -> None:
    assert one("", "Seputih").code == "35.09.26.2003"


def test_a_blank_kecamatan_and_a_village_name_that_occurs_twice_waits_for_a_person() -> None:
    names = [v.name for v in regions.desa_of(JEMBER)]
    twice = next(name for name in names if names.count(name) > 1)
    match = one(None, twice)
    assert match.code is None and match.nearest is not None and match.nearest.name == twice


def test_a_blank_kecamatan_and_a_mistyped_village_is_only_suggested() -> None:
    match = one(None, "Sepputih")
    assert match.code is None and match.nearest is not None and match.nearest.name == "Seputih"


@pytest.mark.parametrize(
    ("kecamatan", "written", "why"),
    [
        ("35.08.10", "Wogotrunan", "Rogotrunan and Jogotrunan are one letter away"),
        ("14.07.06", "Panipahann", "a desa and a kelurahan bear the same name"),
        ("35.09.22", "Darsini", "two letters of seven differ from Darsono"),
    ],
)
def test_a_name_that_could_mean_two_or_hardly_anything_is_left_to_a_person(kecamatan: str, written: str, why: str) -> None:
    match = regions.match_desa([regions.region(kecamatan).name], [written], kabupaten=kecamatan[:5])[0]
    assert match.code is None, why


@pytest.mark.parametrize("written", ["", None, "   ", "-"])
def test_nothing_written_means_nothing(written: str | None) -> None:
    assert one("Arjasa", written) == regions.NameMatch(None, None, False)


def test_the_kecamatan_of_a_column_come_in_the_order_of_the_column() -> None:
    found = regions.match_kecamatan(["Silo", "Arjosa", "Silo", None, "Xyz"], kabupaten=JEMBER)
    assert [m.code for m in found] == ["35.09.30", "35.09.22", "35.09.30", None, None]


def test_columns_of_different_length_are_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zip"):
        regions.match_desa(["Silo"], ["Silo", "Pace"], kabupaten=JEMBER)


def _mistyped(name: str, rng: random.Random) -> str:
    """The name with one letter changed, left out or doubled up, or two swapped."""
    text, i, letter = name.lower(), rng.randrange(len(name)), rng.choice(LETTERS)
    return rng.choice([text[:i] + letter + text[i + 1 :], text[:i] + text[i + 1 :], text[:i] + letter + text[i:], _swapped(text, i)])


def _swapped(text: str, i: int) -> str:
    return text[:i] + text[i + 1 : i + 2] + text[i : i + 1] + text[i + 2 :]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("35.09", "35.09"),
        ("3509", "35.09"),
        ("Jember", "35.09"),
        (" kabupaten  JEMBER ", "35.09"),
        ("Kab. Jember", "35.09"),
        ("Kabupaten Jember, Jawa Timur", "35.09"),
        ("Kota Madiun", "35.77"),
        ("Kabupaten Madiun", "35.19"),
        ("Kotabaru", "63.02"),
    ],
)
def test_a_kabupaten_is_found_by_its_code_or_its_name(written: str, code: str) -> None:
    assert regions.find_kabupaten(written).code == code


def test_every_kabupaten_is_found_by_the_name_that_is_offered() -> None:
    for one in regions.every_kabupaten():
        assert regions.find_kabupaten(regions.with_province(one)) == one


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Madiun", "Kabupaten Madiun, Jawa Timur atau Kota Madiun, Jawa Timur"),
        ("Jembr", "Mungkin maksudnya Kabupaten Jember, Jawa Timur."),
        ("Jember, Jawa Barat", "Kabupaten Jember, Jawa Timur"),
        ("Atlantis Raya Sejahtera", "bukan nama atau kode kabupaten/kota"),
        ("99.99", "tidak ada dalam tabel wilayah"),
        ("", "bukan nama atau kode"),
        ("x" * 5000, "bukan nama atau kode"),
    ],
)
def test_what_is_no_kabupaten_or_several_is_refused_with_what_may_be_meant(written: str, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        regions.find_kabupaten(written)
