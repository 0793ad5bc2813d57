"""The letter to a family: one page in plain words; what a family must not read is not even in the record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.agencies import agencies
from audit.reports.field.cases import AGENCY_WORDS
from audit.reports.field.letter import TEMPLATE, cases_with_letter, family_letter_page
from audit.reports.field.letter_words import CAUSE_WORDS, DEFAULT_TIPS, LOOKED_AT, helps, needs, tips, told_causes
from audit.reports.field.pages import FamilyLetterPage
from audit.reports.field.texts import IN_CONFIDENCE, cut, told_to_a_family
from audit.reports.printing import print_document
from audit.steps.intake.tables import Subject
from audit.steps.review.rules import CAUSES
from audit.store.canonical import canonical_json
from tests.factory import World
from tests.reports.field.field_world import (
    AWKWARD,
    BORN,
    LONG_NAME,
    NAME,
    NIK,
    as_record,
    attached,
    begin,
    faults_of,
    frozen,
    pages_of,
    planned,
    selects,
    sqlite_world,
)

pytestmark = pytest.mark.both_databases

OFFICE = {
    "name": "Tim Percepatan Pencegahan dan Penurunan Stunting Kabupaten Jember",
    "address": "Jalan Contoh Nomor 1, Jember",
    "contact": "Sekretariat TP3S, telepon 0331 000000",
    "verify_address": "https://aks.contoh.go.id",
}
KEPT_QUIET = re.compile(r"tbc?\b|tuberk|jiwa|mental|psiko|hiv|dissent|berbeda pendapat|early_marriage|congenital", re.IGNORECASE)


def letter(world: World, case: Case) -> FamilyLetterPage:
    return family_letter_page(as_record(world, "surat-keluarga", case.number))


def test_a_family_is_told_what_was_found_what_is_done_by_whom_and_when(session: Session) -> None:
    world = World(session)
    page = letter(world, planned(world, until=Status.FOLLOW_UP))
    assert (page.addressee, page.address) == (f"Keluarga Ananda {NAME}", "Desa Kemuninglor, Kecamatan Arjasa")
    assert page.found == (
        f"Ananda {NAME} perlu lebih sering makan telur, ikan, ayam, atau hati.",
        "Keluarga juga akan dibantu supaya ada jamban yang sehat.",
    )
    assert [(a.what, a.who, a.when) for a in page.actions] == [
        ("Makanan tambahan (PMT) lokal", "Puskesmas Arjasa", "sampai 5 Agustus 2026"),
        ("Bangun jamban", "Puskesmas Arjasa", "sampai 5 Agustus 2026"),
    ]
    assert page.at_home == (
        "Beri telur, ikan, ayam, atau hati setiap hari. Sedikit pun berguna.",
        "Cuci tangan pakai sabun sebelum makan dan sesudah dari kamar kecil.",
        "Datang ke posyandu setiap bulan, dan simpan Buku KIA baik-baik.",
    )
    assert page.visits == (
        "Petugas kami, Ninik Rahayu, datang ke rumah mulai 8 Juli 2026 sampai 6 Oktober 2026, kira-kira 14 kali. "
        "Setiap bulan anak ditimbang dan diukur."
    )
    assert page.place_and_date == "Jember, 6 Juli 2026" and page.foot.mark == "SURAT PRIBADI"


def test_before_the_follow_up_the_day_is_promised_not_told(session: Session) -> None:
    world = World(session)
    case = planned(world)
    assert letter(world, case).visits == "Petugas puskesmas akan datang ke rumah dan memberi tahu harinya lebih dahulu."
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    assert letter(world, case).visits.startswith("Petugas kami, Ninik Rahayu, akan datang")


def test_findings_in_confidence_are_neither_printed_nor_in_the_record(session: Session) -> None:
    world = World(session)
    case = planned(
        world,
        main="tuberculosis",
        indirect=("mental_health", "early_marriage", "poverty"),
        activities=("Obati sampai selesai", "Rujuk ke psikolog RSUD", "Temani ibu tiap pekan", "Konseling HIV", "Urus bantuan PKH"),
        causes=("tuberculosis", "poverty", "mental_health", "poverty", "poverty"),
        dissent="Dua pakar berbeda pendapat tentang TB paru.",
    )
    record = as_record(world, "surat-keluarga", case.number)
    page = family_letter_page(record)
    assert page.found == (
        f"Ananda {NAME} perlu diperiksa kesehatannya lebih lanjut.",
        "Keluarga juga akan dibantu supaya ada petugas yang mendampingi dan bantuan dari pemerintah sampai ke rumah.",
    )
    assert [a.what for a in page.actions] == [IN_CONFIDENCE, "Urus bantuan PKH"]
    assert not KEPT_QUIET.search(record.raw.decode()) and not KEPT_QUIET.search(" ".join((*page.found, *page.at_home)))


def test_the_neutral_words_are_shared_so_that_they_tell_nothing() -> None:
    assert told_causes("tuberculosis", []) == told_causes("congenital", []) == told_causes("pregnancy_complication", [])
    assert told_causes("mental_health", []) == told_causes("early_marriage", []) == told_causes("coordination", [])
    assert told_causes("worms", ["worms", "tuberculosis", "congenital"]) == ["worms", "health_check"]


def test_a_letter_holds_the_name_and_neither_nik_nor_birth_date(session: Session) -> None:
    world = World(session)
    case = planned(world, activities=(f"Antar anak ber-NIK {NIK} ke puskesmas",))
    kept = canonical_json(frozen(world, "surat-keluarga", case.number)).decode()
    assert NAME in kept and NIK not in kept and BORN not in kept and "35092*********01" in kept


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.code)
@pytest.mark.parametrize("is_child", [True, False])
def test_every_cause_has_plain_words_without_blame_or_diagnosis(cause: object, is_child: bool) -> None:
    told = told_causes(cause.code, [])  # type: ignore[attr-defined]  # a Cause
    words = (*needs(told, is_child=is_child), *helps(told, is_child=is_child))
    assert len(words) == 1, "a cause is told once: of the person or of the home"
    assert not re.search(r"stunting|gizi buruk|gizi kurang|pendek|kurus|salah|lalai|malas|anemia|KEK|BBLR|tidak mau", words[0])


@pytest.mark.parametrize("group", list(Group))
def test_there_are_always_three_points_for_home_and_a_sentence_of_what_was_looked_at(group: Group) -> None:
    assert all(len(tips(told_causes(cause.code, []), group)) == 3 for cause in CAUSES) and len(DEFAULT_TIPS[group]) == 3
    assert LOOKED_AT[group] and set(CAUSE_WORDS) >= {c for cause in CAUSES for c in told_causes(cause.code, [])}


def test_every_agency_has_a_name_that_a_family_knows() -> None:
    assert AGENCY_WORDS.keys() == agencies({}).keys()


@pytest.mark.parametrize(
    ("activity", "told"),
    [
        ("pemberian PMT lokal 90 hari.", "Pemberian makanan tambahan (PMT) lokal 90 hari"),
        ("Rujuk ke SpA untuk E44.0 dan vitamin B12", "Rujuk ke dokter anak untuk dan vitamin B12"),
        ("Periksa gizi buruk (ICD-10 E43.0) di RSUD", "Periksa gizi buruk di rumah sakit daerah"),
        ("Beri PMT ibu hamil KEK, usulkan PBI JKN", "Beri makanan tambahan (PMT) ibu hamil, usulkan BPJS gratis (PBI)"),
        ("Ukur TB/U dan BB/TB tiap bulan", "Ukur TB/U dan BB/TB tiap bulan"),
        ("Obati TB paru", IN_CONFIDENCE),
        ("Pendampingan PSIKOLOGIS", IN_CONFIDENCE),
        ("tes hiv & sifilis", IN_CONFIDENCE),
    ],
)
def test_an_activity_is_told_in_plain_words(activity: str, told: str) -> None:
    assert told_to_a_family(activity, cause="intake_protein", most=200) == told
    assert told_to_a_family(activity, cause="tuberculosis", most=200) == IN_CONFIDENCE


def test_a_long_text_is_cut_between_words() -> None:
    assert cut("satu dua tiga", 13) == "satu dua tiga" and cut("satu dua tiga", 12) == "satu dua…" and cut("satudua", 5) == "satu…"


@pytest.mark.parametrize(
    ("group", "is_male", "to", "found"),
    [
        (Group.BUMIL, False, "Ibu Siti Aminah", "Ibu perlu makan lebih banyak supaya badan kuat."),
        (Group.BUFAS, False, "Ibu Siti Aminah", "Ibu perlu makan lebih banyak supaya badan kuat."),
        (Group.CATIN, False, "Saudari Siti Aminah", "Saudari perlu makan lebih banyak supaya badan kuat."),
        (Group.CATIN, True, "Saudara Siti Aminah", "Saudara perlu makan lebih banyak supaya badan kuat."),
        (Group.CATIN, None, "Saudara/Saudari Siti Aminah", "Anda perlu makan lebih banyak supaya badan kuat."),
        (Group.BADUTA, None, "Keluarga Ananda Siti Aminah", "Keluarga akan dibantu supaya ibu cukup makan dan kuat."),
    ],
)
def test_everybody_is_addressed_as_is_proper(session: Session, group: Group, is_male: bool | None, to: str, found: str) -> None:
    world = World(session)
    case = planned(world, group, main="maternal_energy", indirect=(), name="Siti Aminah")
    session.get_one(Subject, case.subject_id).is_male = is_male
    session.flush()
    page = letter(world, case)
    assert page.addressee == to and page.found == (found,)


def test_the_letterhead_and_whom_to_call_are_the_office_s_or_the_nearest_place(session: Session) -> None:
    world = World(session)
    case = planned(world)
    page = letter(world, case)
    assert (page.letterhead, page.letterhead_lines) == ("Sekretariat TP3S Kabupaten Jember", ())
    assert "Silakan datang ke Puskesmas Arjasa" in page.contact and page.signatory.office == "Ketua TP3S"
    people = [{"office": "Sekretaris"}, {"office": "Ketua TP3S Kabupaten", "name": "Bambang Setyadi", "below_name": "NIP 1"}]
    world.cycle.settings = world.cycle.settings | {"office": OFFICE, "signatories": people}
    session.flush()
    page = letter(world, case)
    assert page.letterhead_lines == (OFFICE["address"], OFFICE["contact"])
    assert f"hubungi {OFFICE['contact']}." in page.contact and "segera ke Puskesmas Arjasa" in page.contact
    assert page.signatory.name == "Bambang Setyadi"


def test_only_families_with_an_approved_plan_get_a_letter(session: Session) -> None:
    world = World(session)
    waiting = world.case_at(Status.PLANNED)
    ready = [world.case_at(status).number for status in (Status.APPROVED, Status.FOLLOW_UP)]
    assert cases_with_letter(session, world.cycle.id) == ready
    with pytest.raises(Refused, match="belum punya RTL yang disetujui"):
        frozen(world, "surat-keluarga", waiting.number)


def test_a_letter_does_not_change_with_the_day_a_visit_or_a_report(session: Session) -> None:
    world = World(session)
    case = planned(world, until=Status.FOLLOW_UP)
    before = frozen(world, "surat-keluarga", case.number)
    world.pass_days(2)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.4})
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})
    assert frozen(world, "surat-keluarga", case.number) == before


def test_a_cancelled_action_is_not_promised(session: Session) -> None:
    world = World(session)
    case = planned(world, until=Status.FOLLOW_UP)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "batal", "obstacle": "Stok habis"})
    assert [a.what for a in letter(world, case).actions] == ["Bangun jamban"]


def test_freezing_takes_at_most_six_statements(session: Session, engine: Engine) -> None:
    world = World(session)
    case = planned(world)
    session.flush()
    assert selects(engine, lambda: frozen(world, "surat-keluarga", case.number)) <= 6


@pytest.fixture(scope="module")
def drawn(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Letters drawn strictly: a usual one, and one in which everything is as long as it can be."""
    with sqlite_world(sqlite_template, tmp_path_factory.mktemp("surat")) as world:
        cases = {"usual": planned(world, until=Status.FOLLOW_UP)}
        world.cycle.settings = world.cycle.settings | {
            "office": OFFICE,
            "signatories": [{"office": "Ketua Tim Percepatan Penurunan Stunting Kabupaten Jember", "name": "Drs. Wirajaya Kusnadi"}],
        }
        activities = (AWKWARD, *(f"Kegiatan {n} " + "yang panjang sekali ceritanya " * 9 for n in range(2, 9)))
        long = planned(
            world,
            main="low_birth_weight",
            indirect=("drinking_water", "poverty", "no_civil_record", "housing"),
            activities=activities,
            name=LONG_NAME,
        )
        begin(world, long)
        cases["long"] = long
        files = {}
        for name, case in cases.items():
            record = as_record(world, "surat-keluarga", case.number)
            files[name] = print_document(family_letter_page(record), record, template=TEMPLATE, is_strict=True)
            assert attached(files[name]) == record.raw
    return files


@pytest.mark.parametrize("name", ["usual", "long"])
def test_a_letter_is_one_archival_page(drawn: dict[str, bytes], name: str) -> None:
    (text,) = pages_of(drawn[name])
    assert faults_of(drawn[name]) == [] and "Memeriksa keaslian" in text and "Yang dapat dilakukan di rumah" in text


def test_what_does_not_fit_is_counted_and_what_is_awkward_is_printed_as_it_is(drawn: dict[str, bytes]) -> None:
    (text,) = pages_of(drawn["long"])
    assert "Ada 3 kegiatan lain; petugas menjelaskannya saat berkunjung." in text
    assert "=1+1 <b>tebal</b> & [simbol]" in text and " ".join(LONG_NAME.split()) in text
