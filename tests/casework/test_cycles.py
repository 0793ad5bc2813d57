"""Opening a cycle, what is refused and how, and how a cycle stands on a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from audit.casework.cycle_settings import DEFAULT_SETTINGS, settings_from
from audit.casework.cycles import cycle_by_code, cycle_overview, list_cycles, open_cycle
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.identify.rules import DEFAULT_CRITERIA, criteria_from
from audit.steps.identify.tables import Candidate
from tests.factory import World, worksheet_answers

AT = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
GIVEN: dict[str, Any] = {"kabupaten": "35.09", "year": 2026, "number": 2, "focus_areas": "Arjasa, Jelbuk, 35.09.30"}


@contextmanager
def counted(session: Session) -> Iterator[Callable[[], int]]:
    """How many statements the database was sent."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_a_cycle_opens_with_what_is_given_and_the_defaults_frozen_in_it(session: Session) -> None:
    open_cycle(session, GIVEN, at=AT)
    session.commit()
    session.expire_all()
    cycle = cycle_by_code(session, "2026-2")
    assert (cycle.kabupaten_code, cycle.year, cycle.number, cycle.timezone) == ("35.09", 2026, 2, "Asia/Jakarta")
    assert (cycle.starts_on, cycle.ends_on, cycle.dissemination_on, cycle.opened_at) == (date(2026, 7, 1), date(2026, 12, 31), None, AT)
    areas = ["35.09.22", "35.09.25", "35.09.30"]
    assert cycle.settings["focus_areas"] == areas
    assert cycle.settings["groups"] == ["balita", "bumil"]
    assert cycle.settings["quotas"] == {"balita": dict.fromkeys(areas, 5), "bumil": dict.fromkeys(areas, 3)}
    assert criteria_from(cycle.settings["criteria"]) == DEFAULT_CRITERIA
    assert cycle.settings["quorum"]["balita"] == {"paediatrics": 1, "nutrition": 1}
    assert cycle.settings["quorum"]["bumil"] == {"obstetrics": 1, "nutrition": 1}
    assert cycle.settings["visits"] == {"per_week": 3, "weeks_intensive": 2, "then_every_days": 14, "missed_after_days": 2}
    assert (cycle.settings["follow_up_months"], cycle.settings["wording"]["team"]) == (3, "TPPS")
    assert set(cycle.settings) == set(DEFAULT_SETTINGS)


def test_everything_can_be_decided_when_the_cycle_is_opened(session: Session) -> None:
    given = GIVEN | {
        "code": "termin-2",
        "timezone": "WITA",
        "starts_on": "01/08/2026",
        "ends_on": date(2026, 11, 30),
        "dissemination_on": "2026-11-20",
        "groups": ["bumil", "baduta"],
        "quotas": {"baduta": {"Silo": 4}, "bumil": 2},
        "criteria": {"rules": {"bumil.kek": {"threshold": 23.0}}},
        "quorum": {"bumil": {"obstetrics": 2, "psychology": 1, "nutrition": 0}},
        "visits": {"per_week": 2},
        "follow_up_months": 4,
        "holidays": ["2026-12-25", date(2026, 8, 17), "17/08/2026"],
        "wording": {"team": "TP3S"},
        "signatories": [{"office": "Ketua TPPS", "name": "Contoh"}],
        "decree": {"number": "188.45/1/2026", "decided_on": "2026-01-05"},
        "prevalence": {"indicator": "Stunting", "value": "30,4", "basis": "836 balita", "period": "2024", "source": "SSGI 2024"},
        "office": {"name": "DP3AKB\n Kabupaten Jember", "contact": "0331-000000", "verify_address": "https://aks.contoh.go.id/periksa/"},
        "texts": {"foreword": "Oleh {{ tim }}.\n\n<b>{{ jumlah_kasus }}</b>", "letter_closing": "Sampai jumpa."},
    }
    cycle = open_cycle(session, given, at=AT)
    settings = json.loads(json.dumps(cycle.settings))
    assert (cycle.code, cycle.timezone, cycle.starts_on, cycle.ends_on) == (
        "termin-2",
        "Asia/Makassar",
        date(2026, 8, 1),
        date(2026, 11, 30),
    )
    assert cycle.dissemination_on == date(2026, 11, 20)
    assert settings["groups"] == ["baduta", "bumil"]
    assert settings["quotas"] == {
        "baduta": {"35.09.22": 0, "35.09.25": 0, "35.09.30": 4},
        "bumil": {"35.09.22": 2, "35.09.25": 2, "35.09.30": 2},
    }
    assert {r["code"]: r["threshold"] for r in settings["criteria"]["rules"]}["bumil.kek"] == 23.0
    assert settings["quorum"]["bumil"] == {"obstetrics": 2, "psychology": 1}
    assert settings["visits"] == DEFAULT_SETTINGS["visits"] | {"per_week": 2}
    assert (settings["follow_up_months"], settings["holidays"]) == (4, ["2026-08-17", "2026-12-25"])
    assert settings["wording"] == DEFAULT_SETTINGS["wording"] | {"team": "TP3S"}
    assert settings["signatories"] == [{"office": "Ketua TPPS", "name": "Contoh"}]
    assert settings["decree"] == {"number": "188.45/1/2026", "decided_on": "2026-01-05"}
    assert settings["prevalence"][0]["value"] == 30.4
    assert settings["office"] == {
        "name": "DP3AKB Kabupaten Jember",
        "contact": "0331-000000",
        "verify_address": "https://aks.contoh.go.id/periksa",
    }
    assert settings["texts"] == {"foreword": "Oleh {{ tim }}.\n\n<b>{{ jumlah_kasus }}</b>", "letter_closing": "Sampai jumpa."}


def test_the_whole_defaults_can_be_given_back() -> None:
    settings = settings_from(dict(DEFAULT_SETTINGS) | {"focus_areas": ["Silo"]}, kabupaten_code="35.09")
    again = settings_from(settings, kabupaten_code="35.09")
    assert again == settings


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    # what is given instead, place, what the sentence says
    ({"kabupaten": "35.99"}, "kabupaten", "tidak ada dalam tabel wilayah"),
    ({"kabupaten": "35.09.22"}, "kabupaten", "bukan kabupaten atau kota"),
    ({"kabupaten": None}, "kabupaten", "wajib diisi"),
    ({"year": "dua"}, "year", "bukan angka"),
    ({"year": 1999}, "year", "2021–2100"),
    ({"number": 10}, "number", "1–9"),
    ({"number": 3}, "starts_on", "memerlukan tanggal mulai"),
    ({"timezone": "Asia/Tokyo"}, "timezone", "pilih dari"),
    ({"starts_on": "2026-12-01", "ends_on": "2026-08-01"}, "ends_on", "01-08-2026 lebih awal dari mulai 01-12-2026"),
    ({"dissemination_on": "2026-06-30"}, "dissemination_on", "lebih awal dari mulai 01-07-2026"),
    ({"warna": "hijau"}, "warna", "isian ini tidak ada"),
    ({"focus_areas": []}, "focus_areas", "sedikitnya satu kecamatan"),
    ({"focus_areas": "Wonokromo"}, "focus_areas", "bukan kecamatan di Kabupaten Jember"),
    ({"focus_areas": "35.10.01"}, "focus_areas", "bukan kecamatan di Kabupaten Jember"),
    ({"focus_areas": "35.09.22.2001"}, "focus_areas", "bukan kecamatan di Kabupaten Jember"),
    ({"groups": "lansia, balita"}, "groups", "“lansia” tidak dapat dipakai"),
    ({"quotas": {"catin": 2}}, "quotas.catin", "tidak ikut dalam siklus"),
    ({"quotas": {"balita": {"Panti": 2}}}, "quotas.balita", "bukan lokus siklus"),
    ({"quotas": {"balita": {"Silo": -1}}}, "quotas.balita.Silo", "0 sampai 500"),
    ({"quotas": [3]}, "quotas", "pasangan nama dan nilai"),
    ({"criteria": {"rules": {"balita.stunted": {"threshold": 9}}}}, "criteria.rules.balita.stunted.threshold", "−6,00 sampai 3,00 SD"),
    ({"quorum": {"balita": {"surgery": 1, "nutrition": 1}}}, "quorum.balita.surgery", "disiplin tidak dikenal"),
    ({"quorum": {"balita": {"nutrition": 0}}}, "quorum.balita", "sedikitnya satu pakar"),
    ({"quorum": {"lansia": {"nutrition": 1}}}, "quorum.lansia", "kelompok tidak dikenal"),
    ({"visits": {"per_week": 9}}, "visits.per_week", "1–6 kali"),
    ({"follow_up_months": 0}, "follow_up_months", "1–12 bulan"),
    ({"holidays": ["2026-08-17", "lebaran"]}, "holidays[2].day", "bukan tanggal"),
    ({"wording": {"tim": "TPPS"}}, "wording.tim", "isian ini tidak ada"),
    ({"signatories": [{"name": "Contoh"}]}, "signatories[1].office", "wajib diisi"),
    ({"decree": {"about": "Tim"}}, "decree.number", "wajib diisi"),
    ({"decree": "188.45"}, "decree", "pasangan nama dan nilai"),
    ({"prevalence": [{"indicator": "a", "value": 130, "basis": "b", "period": "c", "source": "d"}]}, "prevalence[1].value", "0–100 %"),
    ({"office": "DP3AKB"}, "office", "pasangan nama dan nilai"),
    ({"office": {"nama": "DP3AKB"}}, "office.nama", "isian ini tidak ada"),
    ({"office": {"name": "D" * 151}}, "office.name", "paling banyak 150"),
    ({"office": {"verify_address": "aks.contoh.go.id"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "ftp://aks.contoh.go.id"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "javascript:alert(1)"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "https:///v"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "https://aks contoh"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "https://aks_contoh"}}, "office.verify_address", "harus diawali https://"),
    ({"office": {"verify_address": "https://aks.contoh.go.id:pintu"}}, "office.verify_address", "tidak dapat dibaca"),
    ({"office": {"verify_address": "https://[::1"}}, "office.verify_address", "tidak dapat dibaca"),
    ({"office": {"verify_address": "https://admin:rahasia@contoh.go.id"}}, "office.verify_address", "tanpa nama pengguna"),
    ({"office": {"verify_address": "https://contoh.go.id/?kode="}}, "office.verify_address", "tanpa tanda ?"),
    ({"office": {"verify_address": "https://contoh.go.id/#kode"}}, "office.verify_address", "tanpa tanda ?"),
    ({"office": {"verify_address": "https://contoh.go.id/aks//periksa"}}, "office.verify_address", "tanpa //"),
    ({"office": {"verify_address": "https://contoh.go.id/../aks"}}, "office.verify_address", "tanpa //"),
    ({"office": {"verify_address": "https://contoh.go.id/<b>"}}, "office.verify_address", "tanpa //"),
    ({"office": {"verify_address": "https://contoh.go.id/v/"}}, "office.verify_address", "tanpa /v di akhir"),
    ({"office": {"verify_address": "https://contoh.go.id/" + "a" * 90}}, "office.verify_address", "paling banyak 100"),
    ({"texts": {"pengantar": "Halo"}}, "texts.pengantar", "isian ini tidak ada"),
    ({"texts": {"foreword": "a" * 4001}}, "texts.foreword", "paling banyak 4000"),
    ({"texts": {"foreword": "Halo\n{{ tim.__class__ }}"}}, "texts.foreword", "Baris 2: “.” tidak dapat dipakai"),
    ({"texts": {"closing": "{{ bupati }}"}}, "texts.closing", "“bupati” tidak dikenal"),
    ({"texts": {"letter_closing": "{{ jumlah_kasus }}"}}, "texts.letter_closing", "“jumlah_kasus” tidak dikenal"),
]


def test_a_value_that_cannot_be_used_is_named_with_its_place_and_what_is_expected(session: Session) -> None:
    for different, place, sentence in REFUSED:
        with pytest.raises(Problems) as refused:
            open_cycle(session, GIVEN | different, at=AT)
        by_place = {problem.place: problem.message for problem in refused.value.problems}
        assert sentence in by_place.get(place, ""), (different, by_place)
    assert list_cycles(session) == []


@pytest.mark.parametrize(
    "address", ["http://localhost:8000", "https://AKS.contoh.go.id", "https://contoh.go.id/aks/periksa", "https://10.1.2.3:8443/"]
)
def test_an_address_for_verification_is_kept_without_a_slash_at_its_end(address: str) -> None:
    settings = settings_from({"focus_areas": "Silo", "office": {"verify_address": address}}, kabupaten_code="35.09")
    assert settings["office"] == {"verify_address": address.rstrip("/")}


def test_every_problem_is_named_at_once(session: Session) -> None:
    wrong = {"year": "x", "focus_areas": "Wonokromo", "visits": {"per_week": 9}, "ends_on": "kapan-kapan"}
    with pytest.raises(Problems) as refused:
        open_cycle(session, GIVEN | wrong, at=AT)
    assert {p.place for p in refused.value.problems} == {"year", "focus_areas", "visits.per_week", "ends_on"}


def test_a_code_or_a_number_that_is_taken_is_refused(session: Session) -> None:
    open_cycle(session, GIVEN, at=AT)
    with pytest.raises(Problems, match="Siklus 2026-2 sudah ada"):
        open_cycle(session, GIVEN, at=AT)
    with pytest.raises(Problems, match="Siklus ke-2 tahun 2026 sudah dibuka dengan kode 2026-2"):
        open_cycle(session, GIVEN | {"code": "lain"}, at=AT)
    open_cycle(session, GIVEN | {"number": 1}, at=AT)
    open_cycle(session, GIVEN | {"year": 2027, "number": 1}, at=AT)
    assert [cycle.code for cycle in list_cycles(session)] == ["2027-1", "2026-2", "2026-1"]


def test_an_unknown_cycle_is_refused_with_those_there_are(session: Session) -> None:
    with pytest.raises(Refused, match="belum ada; buka siklus dahulu"):
        cycle_by_code(session, "2026-2")
    open_cycle(session, GIVEN, at=AT)
    with pytest.raises(Refused, match=r"“2025-1” tidak ada\. Yang ada: 2026-2"):
        cycle_by_code(session, "2025-1")


@pytest.fixture
def world(session: Session) -> World:
    world = World(session)
    world.cycle.settings = world.cycle.settings | {"quotas": {"balita": {"35.09.22": 4}, "bumil": {"35.09.22": 2}}}
    session.flush()
    return world


def overview(world: World) -> Any:
    return cycle_overview(world.session, "2026-2", on=world.on)


def test_the_overview_counts_cases_by_status_group_and_kecamatan(world: World) -> None:
    world.open()
    world.case_at(Status.READY)
    world.case_at(Status.READY, Group.BUMIL)
    gone = world.open()
    world.do(gone, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.candidate()
    seen = overview(world)
    assert (seen.kabupaten, seen.focus_areas, seen.is_closed) == ("Kabupaten Jember", {"35.09.22": "Arjasa"}, False)
    assert seen.cases == 4
    assert dict(seen.by_status) == {"selected": 1, "ready": 2, "withdrawn": 1}
    assert dict(seen.by_group) == {"balita": 3, "bumil": 1}
    assert dict(seen.by_kecamatan) == {"35.09.22": 4}
    balita, bumil = seen.places
    assert (balita.group, balita.kecamatan, balita.quota, balita.cases, balita.proposed, balita.chosen) == ("balita", "Arjasa", 4, 2, 1, 3)
    assert (bumil.group, bumil.quota, bumil.cases, bumil.proposed, bumil.chosen) == ("bumil", 2, 1, 0, 1)


def test_a_worksheet_is_late_after_ten_working_days_and_no_longer_when_it_was_sent(world: World) -> None:
    case = world.open()  # Monday 6 July
    world.pass_days(14)  # Monday 20 July, the tenth working day
    assert overview(world).late == ()
    world.pass_days(1)
    assert [(late.case_number, late.what, late.due_on) for late in overview(world).late] == [
        (case.number, "Kirim kertas kerja", date(2026, 7, 20))
    ]
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    assert overview(world).late == ()


def test_holidays_of_the_cycle_do_not_count_as_working_days(world: World) -> None:
    world.cycle.settings = world.cycle.settings | {"holidays": ["2026-07-08"]}
    world.open()
    world.pass_days(15)
    assert overview(world).late == ()
    world.pass_days(1)
    assert [late.due_on for late in overview(world).late] == [date(2026, 7, 21)]


def test_follow_up_is_not_late_before_it_ends_and_shows_missed_visits_and_overdue_actions(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    assert overview(world).late == ()
    world.pass_days(45)
    late = {(one.what.lstrip("0123456789 "), one.due_on) for one in overview(world).late}
    planned = {action.ends_on for action in world.facts(case).actions}
    assert late == {("kunjungan terlewat", None)} | {("Kegiatan RTL lewat tenggat", day) for day in planned}
    ends_on = world.facts(case).follow_up_ends_on
    world.pass_days((ends_on - world.on).days + 5)
    assert "Evaluasi hasil" not in [one.what for one in overview(world).late]
    world.pass_days(15)
    assert "Evaluasi hasil" in [one.what for one in overview(world).late]


@pytest.mark.parametrize("cases", [1, 6])
def test_the_overview_takes_six_statements_however_many_cases(world: World, cases: int) -> None:
    for _ in range(cases):
        world.open()
    with counted(world.session) as statements:
        assert overview(world).cases == cases
        assert statements() == 6
    assert world.session.query(Case).count() == cases == world.session.query(Candidate).count()
    assert world.session.query(Cycle).count() == 1
