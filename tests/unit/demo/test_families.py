"""The invented district: the same from the same seed, numbers by the rule, plausible stunting, help that helps. Not the files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from audit import regions
from audit.demo import pregnancies
from audit.demo.families import FOCUS, District, make_district
from audit.errors import Refused
from audit.growth.indices import Position, Scores, score

ON = date(2026, 8, 1)


@pytest.fixture(scope="module")
def jember() -> District:
    return make_district(35_09, on=ON)


@pytest.fixture(scope="module")
def silo() -> District:
    return make_district(4, on=ON, kecamatan=["35.09.30"])


def scores(district: District, month: date = ON) -> Scores:
    seen = district.measured_in(month)
    return score(
        age_days=seen.age_days,
        is_male=district.bodies.is_male[seen.rows],
        weight_kg=seen.reading.weight_kg,
        height_cm=seen.reading.height_cm,
        position=np.where(seen.reading.is_standing, Position.STANDING, Position.LYING),
    )


def test_the_same_seed_invents_the_same_people_and_measurements(silo: District) -> None:
    again = make_district(4, on=ON, kecamatan=["35.09.30"])
    assert (again.families, again.children, again.pregnancies) == (silo.families, silo.children, silo.pregnancies)
    assert np.array_equal(again.measured_in(ON).reading.height_cm, silo.measured_in(ON).reading.height_cm)


def test_another_seed_invents_other_people(silo: District) -> None:
    other = make_district(5, on=ON, kecamatan=["35.09.30"])
    assert {c.nik for c in other.children} != {c.nik for c in silo.children}


def test_every_village_of_jember_is_settled_by_six_to_eight_thousand_children(jember: District) -> None:
    assert {c.family.home.village.code for c in jember.children} == {d.code for d in regions.desa_of("35.09")}
    assert 6000 <= len(jember.children) <= 8000
    assert 45 <= len({v.puskesmas for v in jember.villages}) <= 55


def test_children_are_under_five_on_the_day_and_younger_than_their_mothers_by_seventeen_years(jember: District) -> None:
    assert all(0 <= (ON - c.birth_on).days < 1826 for c in jember.children)
    assert min((c.birth_on - c.family.mother.birth_on).days for c in jember.children) >= 16.9 * 365


def test_a_nik_follows_the_rule_with_a_serial_that_is_never_given_out(jember: District) -> None:
    for child in jember.children:
        day = child.birth_on.day + (0 if child.is_male else 40)
        wanted = child.family.home.village.kecamatan_code.replace(".", "") + f"{day:02d}{child.birth_on:%m%y}"
        assert child.nik[:12] == wanted and len(child.nik) == 16 and child.nik[12:] >= "9001"


def test_no_two_people_share_a_nik(jember: District) -> None:
    everybody = [c.nik for c in jember.children] + [p.nik for f in jember.families for p in (f.mother, f.father)]
    assert len(set(everybody)) == len(everybody)


def test_telephones_are_of_the_block_that_nobody_has(jember: District) -> None:
    assert all(f.phone.startswith("0860") and len(f.phone) == 12 for f in jember.families)


def test_about_a_quarter_are_stunted_some_are_wasted_and_no_z_is_impossible(jember: District) -> None:
    z = scores(jember)
    assert 0.21 < (z.haz < -2).mean() < 0.29
    assert 0.03 < (z.haz < -3).mean() < 0.08
    assert 0.02 < (z.whz < -2).mean() < 0.08
    assert not z.haz_flag.any() and not z.whz_flag.any() and not np.isnan(z.haz).any()


def test_the_focus_areas_are_worse_off(jember: District) -> None:
    stunted = scores(jember).haz < -2
    focus = np.array([jember.children[i].family.home.village.kecamatan_code in FOCUS for i in jember.measured_in(ON).rows])
    assert stunted[focus].mean() > stunted[~focus].mean() + 0.05


def test_a_plausible_share_is_born_light_short_or_early(jember: District) -> None:
    born = jember.bodies
    assert 0.05 < (born.birth_weight_kg < 2.5).mean() < 0.11
    assert 0.12 < (born.birth_length_cm < 48).mean() < 0.28
    assert 0.04 < (born.gestation_weeks < 37).mean() < 0.10
    assert born.birth_weight_kg.min() > 0.8 and born.birth_weight_kg.max() < 5.5


def test_a_reading_has_one_decimal_and_halves_are_liked(jember: District) -> None:
    tenths = np.round(jember.measured_in(ON).reading.weight_kg * 10, 6)
    assert np.array_equal(tenths, np.round(tenths))
    assert (tenths % 5 == 0).mean() > 0.3  # a fifth of all tenths without the liking


def test_a_child_grows_from_month_to_month(jember: District) -> None:
    first, last = jember.measured_in(date(2026, 2, 1)), jember.measured_in(date(2026, 12, 1))
    both, i, j = np.intersect1d(first.rows, last.rows, return_indices=True)
    assert len(both) > 4000
    assert ((last.reading.height_cm[j] - first.reading.height_cm[i]) > 1).mean() > 0.97


def test_one_child_is_looked_up_as_in_its_month(silo: District) -> None:
    seen = silo.measured_in(ON)
    child = silo.children[int(seen.rows[5])]
    found = silo.measurements(child, date(2026, 8, 31))
    assert found is not None
    assert (found.weight_kg, found.height_cm) == (seen.reading.weight_kg[5], seen.reading.height_cm[5])
    absent = next(c for c in silo.children if c.number not in seen.rows)
    assert silo.measurements(absent, ON) is None


def test_help_improves_height_and_weight_and_its_absence_does_not(silo: District) -> None:
    visits = [date(2026, 9, 1), date(2026, 12, 1)]
    plain = [silo.follow_up(c, visits, since=date(2026, 9, 1), effect=0.0) for c in silo.children]
    helped = [silo.follow_up(c, visits, since=date(2026, 9, 1), effect=0.3) for c in silo.children]
    assert [a[0] for a in plain] == [b[0] for b in helped]
    both = list(zip(plain, helped, strict=True))
    assert all(b[1].height_cm >= a[1].height_cm and b[1].weight_kg >= a[1].weight_kg for a, b in both)
    gain = np.mean([b[1].height_cm - a[1].height_cm for a, b in both])
    assert 0.6 < gain < 1.6  # three tenths of an SD of 2 to 5 cm


def test_mothers_in_the_register_include_kek_anaemia_and_the_four_too(jember: District) -> None:
    seen = [p for p in jember.pregnancies if p.is_seen(ON)]
    told = [pregnancies.risk_factors(p, pregnancies.check(p, ON), jember.families[p.family].mother.birth_on) for p in seen]
    assert len(seen) > 300
    for words, low, high in (("KEK", 0.08, 0.25), ("Anemia", 0.2, 0.6), ("Terlalu", 0.1, 0.5)):
        assert low < np.mean([any(r.startswith(words) for r in risks) for risks in told]) < high, words


def test_help_raises_the_arm_of_a_mother(jember: District) -> None:
    mother = next(p for p in jember.pregnancies if p.is_seen(ON))
    plain = pregnancies.check(mother, date(2026, 11, 1))
    helped = pregnancies.check(mother, date(2026, 11, 1), effect=1.0, since=ON)
    assert helped.muac_cm == pytest.approx(plain.muac_cm + 1.0, abs=0.06) and helped.hb > plain.hb


def test_people_are_found_again_by_their_nik(silo: District) -> None:
    child, pregnancy = silo.children[3], silo.pregnancies[2]
    assert silo.child_of(child.nik) is child
    assert silo.pregnancy_of(silo.families[pregnancy.family].mother.nik) is pregnancy
    assert silo.child_of("3509000000000000") is None


def test_an_unknown_kabupaten_is_refused() -> None:
    with pytest.raises(Refused):
        make_district(1, on=ON, kabupaten="99.99")
