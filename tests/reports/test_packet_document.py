"""The packet as it is printed: from a snapshot to worded records and to a file. What the templates look like is tested next door."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Action, Group
from audit.render import html, pdf
from audit.reports.drawers import draw
from audit.reports.packet.document import packet_page
from audit.reports.packet.pages import PacketPage
from audit.reports.record import RECORD_NAME, read_record
from audit.steps.packet.queries import packet_snapshot
from tests.factory import World, worksheet_answers
from tests.reports.packet_snapshots import FROZEN, NAME, NIK, answered, examined, monthly, record, snapshot, weighed


def page_of(made: dict[str, Any]) -> PacketPage:
    return packet_page(record(made))


def labels(page: PacketPage) -> list[str]:
    return [flag.label for flag in page.flags]


def source_of(page: PacketPage) -> str:
    return html.render("report/packet/report.html", page)


def text_of(file: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(file)
    pages = [" ".join(page.get_textpage().get_text_bounded().replace("\u00a0", " ").split()) for page in opened]
    opened.close()
    return pages


def test_a_child_is_worded_with_category_date_and_age() -> None:
    page = page_of(snapshot())
    tall = page.indicators[0]
    assert page.summary == "Perempuan, 1 tahun 10 bulan · Kecamatan Arjasa"
    assert (tall.name, tall.value, tall.category, tall.when, tall.level) == (
        "TB/U",
        "−3,42\u00a0SD",
        "Sangat pendek",
        "20 Juni 2026",
        "alarm",
    )
    assert [each.category for each in page.indicators] == ["Sangat pendek", "Berat badan kurang", "Gizi baik"]
    assert page.foot.cycle == "Semester 2 Tahun 2026" and page.foot.author == "Sekretariat TP3S Kabupaten Jember"
    assert "TB/U −3,42, sangat pendek" in page.question


def test_the_charts_come_height_first_then_weight_then_weight_for_height() -> None:
    page = page_of(snapshot(measurements=monthly(7.6, 7.9, 8.1)))
    assert [page.chart.anchor, *(figure.anchor for figure in page.more_charts)] == ["grafik-haz", "grafik-waz", "grafik-whz"]
    assert page.chart.drawing.count("h0") == 3 and "perempuan" in page.chart.caption


def test_a_length_from_before_two_years_stands_on_the_chart_of_heights_with_0_7_cm_less() -> None:
    later = weighed(date(2026, 10, 1), 9.0, 78.0, position=2)
    measurements = [weighed(date(2026, 6, 20), 8.1, 74.0), later]
    drawing = page_of(snapshot(measurements=measurements)).more_charts[1].drawing
    as_height = (
        page_of(snapshot(measurements=[measurements[0] | {"height_cm": 73.3, "position": 2, "measured_on": "2026-09-30"}, later]))
        .more_charts[1]
        .drawing
    )
    assert "Tinggi badan (cm)" in drawing
    dots = [re.findall(r"M[\d.]+ [\d.]+h0", each) for each in (drawing, as_height)]
    assert dots[0] and dots[0] == dots[1]


@pytest.mark.parametrize(
    ("weights", "marks", "starts"),
    [
        ((8.0,), ["B"], "Baru satu kali ditimbang"),
        ((8.0, 8.3), ["B", "N"], "Berat badan naik cukup pada Juni 2026."),
        ((8.0, 8.1), ["B", "T"], "Berat badan tidak naik cukup pada Juni 2026 (T)."),
        ((8.0, 8.1, 8.1), ["B", "T", "T"], "Berat badan tidak naik cukup dua kali berturut-turut (2T): Mei dan Juni 2026."),
        ((8.0, 0, 8.1), ["B", "O"], "Sebelum Juni 2026 ada bulan tanpa penimbangan"),
    ],
)
def test_weight_gain_is_told_by_letter_and_sentence(weights: tuple[float, ...], marks: list[str], starts: str) -> None:
    page = page_of(snapshot(measurements=monthly(*weights)))
    assert [row[7] for row in page.measurements.rows] == marks
    assert page.gain_sentence.startswith(starts)
    assert (page.gain is None) == (len(marks) == 1)
    assert ("Tidak naik dua kali (2T)" in labels(page)) == (marks[-2:] == ["T", "T"])


def test_two_months_without_gain_over_new_year_name_both_years() -> None:
    page = page_of(snapshot(measurements=monthly(8.0, 8.0, 8.0, until=date(2026, 1, 20))))
    assert page.gain_sentence.endswith("Desember 2025 dan Januari 2026.")


def test_another_letter_in_the_register_is_said() -> None:
    measurements = monthly(8.0, 8.1)
    measurements[-1]["weight_gain"] = "N"
    assert page_of(snapshot(measurements=measurements)).gain_sentence.endswith("(T). Register mencatat N.")


def test_an_implausible_z_is_hollow_not_shouted_and_asks_to_measure_again() -> None:
    page = page_of(snapshot(measurements=[weighed(date(2026, 6, 20), 8.1, 60.0, flags=1)]))
    assert page.indicators[0].level == "unknown" and page.indicators[0].note == "di luar kewajaran WHO, ukur ulang"
    assert 'fill="#ffffff" stroke="#1d2730" stroke-width="1.3"' in page.chart.drawing
    assert page.flags[0].label == "Ukur ulang" and "di luar kewajaran WHO" in page.flags[0].detail
    assert page.measurements.rows[0][-1] == "Ukur ulang"


def test_a_source_z_in_another_category_asks_to_measure_again_with_the_likely_reason() -> None:
    differs = weighed(date(2026, 6, 20), 8.1, 74.0, source_haz=-195, recheck="sex")
    page = page_of(snapshot(measurements=[differs]))
    assert page.flags[0].label == "Ukur ulang"
    assert page.flags[0].detail == (
        "TB/U menurut berkas −1,95 (normal), dihitung ulang −3,42 (sangat pendek). Jenis kelamin kemungkinan tertukar"
    )
    same = page_of(snapshot(measurements=[weighed(date(2026, 6, 20), 8.1, 74.0, source_haz=-327)]))
    assert "Ukur ulang" not in labels(same)


@pytest.mark.parametrize(("grams", "cm", "expected"), [(2499, 47.9, True), (2500, 48.0, False), (None, None, False), (0, 0, False)])
def test_birth_weight_and_length_are_flagged_below_their_limits(grams: int | None, cm: float | None, expected: bool) -> None:
    found = labels(page_of(snapshot(birth_weight_g=grams, birth_length_cm=cm)))
    assert ("Berat lahir rendah (BBLR)" in found) == ("Panjang lahir pendek (PBLR)" in found) == expected


def test_the_worksheet_fills_in_for_the_register_and_a_difference_is_said() -> None:
    only_there = page_of(snapshot(answers={"birth_weight_g": 2100}))
    assert "2.100\u00a0gram" in [flag.detail for flag in only_there.flags]
    both = page_of(snapshot(answers={"birth_weight_g": 2900}, birth_weight_g=2150))
    assert "register 2.150\u00a0gram, kertas kerja 2.900\u00a0gram" in [flag.detail for flag in both.flags]


def test_a_preterm_child_under_two_shows_the_corrected_age_beside_and_never_instead() -> None:
    page = page_of(snapshot(gestation_weeks=32))
    assert page.indicators[0].value == "−3,42\u00a0SD" and page.indicators[0].note == "umur koreksi: −2,95\u00a0SD, pendek"
    assert "umur koreksi 1 tahun 8 bulan" in next(flag.detail for flag in page.flags if flag.label == "Lahir prematur")
    assert page_of(snapshot(gestation_weeks=37)).indicators[0].note == ""
    older = snapshot(gestation_weeks=32, measurements=[weighed(date(2026, 8, 20), 9.0, 78.0, position=2)])
    assert "koreksi" not in page_of(older).indicators[0].note


def test_old_and_incomplete_measurements_are_said() -> None:
    page = page_of(snapshot(measurements=[weighed(FROZEN - timedelta(days=93), 8.0)]))
    assert {"Pengukuran sudah lama", "Pengukuran tidak lengkap"} <= set(labels(page))
    assert page.indicators[0].category == "Belum dapat dinilai"
    assert "Pengukuran sudah lama" not in labels(page_of(snapshot(measurements=[weighed(FROZEN - timedelta(days=92), 8.0, 74.0)])))


def test_oedema_is_severe_wasting_even_without_a_z() -> None:
    page = page_of(snapshot(measurements=[weighed(date(2026, 6, 20), 8.1, 74.0, has_oedema=True, whz=None, waz=None)]))
    assert (page.indicators[2].value, page.indicators[2].category, page.indicators[2].level) == ("–", "Gizi buruk", "alarm")
    assert "Edema kedua kaki" in labels(page)


@pytest.mark.parametrize(
    ("weeks", "hb", "expected"),
    [
        (13, 10.9, "Anemia ringan"),
        (13, 11.0, "Tidak anemia"),
        (14, 10.5, "Tidak anemia"),
        (27, 10.4, "Anemia ringan"),
        (28, 10.9, "Anemia ringan"),
        (30, 9.9, "Anemia sedang"),
        (30, 6.9, "Anemia berat"),
        (None, 10.5, "Tidak anemia"),
    ],
)
def test_anaemia_of_a_pregnant_woman_depends_on_the_trimester(weeks: int | None, hb: float, expected: str) -> None:
    page = page_of(snapshot(Group.BUMIL, measurements=[examined(date(2026, 6, 20), hb_g_dl=hb, pregnancy_weeks=weeks)]))
    assert page.indicators[1].category == expected
    assert (expected in labels(page)) == (expected != "Tidak anemia")


@pytest.mark.parametrize(
    ("group", "is_male", "hb", "expected"),
    [
        (Group.BUFAS, False, 11.9, "Anemia ringan"),
        (Group.CATIN, False, 12.0, "Tidak anemia"),
        (Group.CATIN, True, 12.9, "Anemia ringan"),
        (Group.CATIN, True, 13.0, "Tidak anemia"),
    ],
)
def test_anaemia_of_the_others_depends_on_sex(group: Group, is_male: bool, hb: float, expected: str) -> None:
    page = page_of(snapshot(group, is_male=is_male, measurements=[examined(date(2026, 6, 20), hb_g_dl=hb)]))
    assert page.indicators[1].category == expected


@pytest.mark.parametrize(("cm", "is_male", "expected"), [(23.4, False, True), (23.5, False, False), (22.0, True, False)])
def test_kek_is_an_arm_below_23_5_cm_of_a_woman(cm: float, is_male: bool, expected: bool) -> None:
    page = page_of(snapshot(Group.CATIN, is_male=is_male, measurements=[examined(date(2026, 6, 20), muac_cm=cm)]))
    assert ("Kurang energi kronis (KEK)" in labels(page)) == expected == (page.indicators[0].category == "KEK")


@pytest.mark.parametrize(
    ("birth_date", "answers", "expected"),
    [
        ("2006-07-07", {}, {"Terlalu muda"}),
        ("2006-07-06", {}, set()),
        ("1990-07-06", {}, {"Terlalu tua"}),
        ("1990-07-07", {}, set()),
        ("1996-02-03", {"para": 3, "birth_interval_months": 23}, {"Terlalu banyak", "Terlalu dekat"}),
        ("1996-02-03", {"para": 2, "birth_interval_months": 24}, set()),
        ("1996-02-03", {"para": 0, "birth_interval_months": 0}, set()),
    ],
)
def test_the_four_too_risks(birth_date: str, answers: dict[str, Any], expected: set[str]) -> None:
    page = page_of(snapshot(Group.BUMIL, measurements=[], identity={"birth_date": birth_date}, answers=answers))
    assert {label for label in labels(page) if label.startswith("Terlalu")} == expected


def test_a_mother_shows_arm_blood_and_weight_over_the_weeks() -> None:
    measurements = [
        examined(date(2026, 4, 20), weight_kg=43.0, muac_cm=21.8, hb_g_dl=10.9, pregnancy_weeks=11, height_cm=144.0),
        examined(date(2026, 6, 20), weight_kg=44.5, muac_cm=22.1, hb_g_dl=10.2, pregnancy_weeks=20),
    ]
    answers = {"gravida": 2, "para": 1, "abortus": 0, "weight_before_kg": 42.0, "systolic": 140, "diastolic": 80}
    page = page_of(snapshot(Group.BUMIL, measurements=measurements, answers=answers))
    assert page.summary == "Usia 30 tahun, hamil 20 minggu pada 20 Juni 2026, G2P1A0 · Kecamatan Arjasa"
    assert [(i.name, i.value) for i in page.indicators] == [
        ("LiLA", "22,1\u00a0cm"), ("Hb", "10,2\u00a0g/dL"), ("BB", "44,5\u00a0kg"), ("TB", "144,0\u00a0cm"),
    ]  # fmt: skip
    assert page.indicators[2].note == "IMT sebelum hamil 20,3; sejak itu +2,5 kg"
    assert page.chart.drawing.count("<circle") == 6 and "Usia kehamilan (minggu)" in page.chart.drawing
    assert {"Tekanan darah tinggi", "Tinggi di bawah 145 cm"} <= set(labels(page))
    assert page.gain is None and page.more_charts == () and page.gain_sentence == ""


def test_what_the_worksheet_measured_of_a_mother_is_a_reading_of_the_day_of_the_visit() -> None:
    page = page_of(snapshot(Group.BUMIL, measurements=[], answers={"visited_on": "2026-07-02", "muac_cm": 22.4, "pregnancy_weeks": 22}))
    assert page.measurements.rows == (("2 Jul 2026", "22 minggu", "–", "–", "22,4", "–", "Kertas kerja"),)
    assert page.indicators[0].when == "2 Juli 2026"


def test_every_question_is_printed_and_an_empty_answer_stays_visible() -> None:
    page = page_of(snapshot(answers={"visited_on": "2026-07-02", "income_rp": 1_500_000, "latrine": "none", "gone_question": "lama"}))
    facts = {fact.label: fact.value for section in page.worksheet for fact in section.answers}
    assert facts["Tanggal kunjungan"] == "2 Juli 2026" and facts["Penghasilan keluarga"] == "Rp1.500.000 per bulan"
    assert "Petugas" in page.worksheet[0].unanswered and facts["gone_question"] == "lama"
    assert page.worksheet[0].completeness == "1 dari 4 terisi"
    assert "Belum diisi:</span> " in source_of(page)
    assert "Jamban tidak layak" in labels(page)


def test_gaps_name_the_question_the_discipline_and_who_can_supply_it() -> None:
    few = page_of(snapshot(answers=answered(Group.BALITA, mother_height_cm=None, solids_from_months=None)))
    assert [(gap.item, gap.discipline) for gap in few.gaps] == [("Tinggi ibu", "dokter spesialis anak"), ("Mulai MPASI", "ahli gizi")]
    assert "Puskesmas Arjasa" in few.gaps[0].owner
    assert few.gap_sentence.replace("\u00a0", " ").startswith("2 dari 23 isian wajib belum ada. Terisi: keluarga 9 dari 9;")
    empty = page_of(snapshot())
    assert empty.gap_sentence == "Kertas kerja belum diisi: 23 isian wajib belum ada." and len(empty.gaps) == 4
    assert page_of(snapshot(answers=answered(Group.BALITA))).gaps == ()


def full_of_risks() -> dict[str, Any]:
    """Answers with every risk the worksheet knows of a child."""
    return answered(
        Group.BALITA, smoke=True, latrine="none", water="inadequate", house="unfit", jkn="none", tb_contact=True, immunisation="none",
        illnesses=["tb", "diarrhoea"], kpsp="delayed", appetite="poor", exclusive_breastfeeding="no",
    )  # fmt: skip


def test_the_loudest_risks_come_first_and_the_rest_is_counted() -> None:
    page = page_of(snapshot(answers=full_of_risks()))
    levels = [flag.level for flag in page.flags]
    assert len(page.flags) == 8 and levels == sorted(levels) and page.flags[-1].label == "5 risiko lain"


def test_the_first_page_holds_risks_and_gaps_even_when_there_is_much_of_everything() -> None:
    measurements = monthly(7.4, 7.6, 7.5, 7.8, 0, 7.8, 8.0, 7.9, 8.1, 8.1, 8.0, 8.0, 8.1)
    measurements[-1] |= {"muac_cm": 12.1, "source_haz": -195, "recheck": "sex"}
    without = dict.fromkeys(("mother_height_cm", "solids_from_months", "carer", "household_size", "mother_schooling"))
    made = snapshot(
        measurements=measurements, answers=full_of_risks() | without, birth_weight_g=2150, birth_length_cm=45.0, gestation_weeks=32
    )
    page = page_of(made)
    assert ("Usia kehamilan saat lahir", "32\u00a0minggu") in [(fact.label, fact.value) for fact in page.identity]
    assert len(page.indicators) == 4 and len(page.flags) == 8 and len(page.gaps) == 5
    pages = text_of(draw(record(made).raw))
    assert "Yang belum ada" in pages[0] and "risiko lain" in pages[0] and "Identitas" in pages[1]


AWKWARD: dict[str, dict[str, Any]] = {
    "nothing measured": {"measurements": []},
    "one measurement": {},
    "a long name": {"identity": {"name": "Nurhayatiningsih " * 11 + "Binti Abdullah"}},
    "a long word": {"identity": {"name": "X" * 200}},
    "html and emoji": {"answers": {"feeding_notes": "Ibu: <b>'tak mau makan'</b> & <script>x</script> 😀👍🏽 ✓ \x07", "sources": "\u200b"}},
    "sex unknown": {"is_male": None, "measurements": [weighed(date(2026, 6, 20), 8.1, 74.0) | {"haz": None, "waz": None, "whz": None}]},
    "birth date unknown": {"identity": {"birth_date": None}, "measurements": monthly(7.9, 8.0, 8.1)},
    "birth date unreadable": {"identity": {"birth_date": "17-08-24"}},
    "nothing known": {"is_male": None, "identity": {"birth_date": None, "name": None, "nik": None}, "measurements": []},
    "five years": {"measurements": monthly(*(8 + n / 10 for n in range(22)))},
    "place unknown": {"wording": {}},
}


@pytest.mark.parametrize("group", [Group.BALITA, Group.BUMIL, Group.BUFAS, Group.CATIN])
@pytest.mark.parametrize("name", list(AWKWARD))
def test_awkward_data_is_worded_for_every_group(name: str, group: Group) -> None:
    made = snapshot(group, **AWKWARD[name])
    if name == "place unknown":
        made["case"]["desa_code"], made["cycle"]["kabupaten_code"], made["cycle"]["code"] = "99.99.99.2001", "99.99", "uji coba"
    source = source_of(page_of(made))
    assert "None" not in source and "nan" not in source.split() and "<script" not in source


@pytest.mark.parametrize("name", list(AWKWARD))
def test_awkward_data_is_printed_without_a_warning_of_the_engine(name: str) -> None:
    page = page_of(snapshot(**AWKWARD[name]))
    file = pdf.to_pdf(source_of(page), stylesheet="report/packet/style.css", identifier=name, is_strict=True)
    pages = text_of(file)
    assert 4 <= len(pages) <= 8 and "Identitas" in pages[1]
    if name == "html and emoji":
        assert "Ibu: <b>'tak mau makan'</b> & <script>x</script> [simbol] ✓" in " ".join(pages)


def test_unknown_sex_has_no_curve_and_says_why() -> None:
    page = page_of(snapshot(**AWKWARD["sex unknown"]))
    assert "Jenis kelamin tidak tercatat: kurva WHO tidak dapat dipilih." in page.chart.drawing
    assert "Jenis kelamin" in [gap.item for gap in page.gaps]


def test_identity_stands_in_its_own_block_only_and_the_nik_is_masked() -> None:
    page = page_of(snapshot(measurements=monthly(8.0, 8.1), answers=answered(Group.BALITA)))
    source = source_of(page)
    assert source.count(NAME) == 1 and source.index(NAME) > source.index("Identitas")
    assert NIK not in source and "35092*********01" in source
    assert source.count("17 Agustus 2024") == 1


def test_the_file_is_the_same_every_time_and_carries_its_record_with_the_nik_masked() -> None:
    made = snapshot(answers=answered(Group.BALITA))
    file = draw(record(made).raw)
    assert file == draw(record(json.loads(json.dumps(made))).raw)
    assert file != draw(record(made | {"frozen_on": "2026-07-07"}).raw)
    with pikepdf.open(io.BytesIO(file)) as opened:
        (name,) = opened.attachments
        attached = opened.attachments[name].get_file().read_bytes()
        assert str(opened.docinfo["/Title"]) == "Paket Kasus AKS-3509-2026-2-007"
    assert (name, attached) == (RECORD_NAME, record(made).raw)
    content = read_record(attached).content
    assert content["measurements"] == made["measurements"] and content["subject"]["identity"]["name"] == NAME
    assert NIK.encode() not in attached and content["subject"]["identity"]["nik"] == "35092*********01"
    assert page_of(made).foot.snapshot in text_of(file)[0]


@pytest.mark.parametrize("group", list(Group))
def test_a_real_case_of_every_group_becomes_a_packet(session: Session, group: Group) -> None:
    world = World(session)
    case = world.open(group)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(group))
    page = page_of(packet_snapshot(session, case.id, on=world.on))
    assert page.case_number == case.number and page.gaps == ()
    assert page.reasons[0].label == "TB/U −3,31 (sangat pendek)"
    assert "Kecamatan Arjasa" in page.summary


def test_rt_and_rw_stand_once_in_the_address() -> None:
    def address(told: str) -> str:
        page = page_of(snapshot(identity={"address": told, "rt": "005", "rw": "002"}))
        return next(fact.value for fact in page.identity if fact.label == "Alamat")

    assert address("Dusun Krajan").startswith("Dusun Krajan RT 005 RW 002, Desa")
    assert address("Dusun Krajan RT 001 RW 001").startswith("Dusun Krajan RT 001 RW 001, Desa")
    assert address("Dusun Krajan RT 001").startswith("Dusun Krajan RT 001 RW 002, Desa")
