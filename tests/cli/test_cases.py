"""Cases from the command line: the list, one case as each role sees it, empty forms that are filled and sent, actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit import clock
from audit.casework.questions import asked_for
from audit.cli.answers import read_answers
from audit.cli.case_forms import empty_yaml
from audit.errors import Refused
from audit.forms import Kind
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.packet.forms import WORKSHEETS
from tests.cli.conftest import Aks
from tests.factory import CONSENSUS, OPINION, World, complete_plan, worksheet_answers

NAME, NIK, BIRTH = "Bunga Anggraini", "3509225708249001", "2024-08-17"


class WithoutAliases(yaml.SafeDumper):
    """Writes a value that occurs twice twice, as a person would."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(folder: Path, answers: Any, name: str = "isian.yaml") -> Path:
    file = folder / name
    file.write_text(yaml.dump(answers, Dumper=WithoutAliases, allow_unicode=True), encoding="utf-8")
    return file


def events_of(aks: Aks, number: str) -> list[Any]:
    found: list[Any] = aks("case", "show", number, "--json").json["history"]
    return found


def test_a_list_shows_each_person_their_own_cases_and_moves(aks: Aks, world: World) -> None:
    child, mother = world.case_at(Status.UNDER_REVIEW), world.case_at(Status.SELECTED, Group.BUMIL, name="Siti Aminah")
    world.session.commit()

    def numbers(user: str) -> dict[str, list[str]]:
        return {c["number"]: c["can"] for c in aks("case", "list", "--as", user, "--json").json["cases"]}

    assert numbers("sekretariat").keys() == {child.number, mother.number}
    assert numbers("bidan.arjasa") == {child.number: [], mother.number: ["submit-worksheet"]}
    assert numbers("bidan.silo") == {} and numbers("dr.obgyn") == {}
    assert numbers("dr.anak") == {child.number: ["recuse", "submit-opinion", "ask-for-data"]}
    mine = aks("case", "list", "--as", "bidan.arjasa", "--mine")
    assert mother.number in mine.out and child.number not in mine.out and "Kirim kertas kerja" in mine.out
    assert "Tidak ada kasus untuk Anda." in aks("case", "list", "--as", "bidan.silo").out
    assert aks("case", "list", "--status", "under_review", "--json").json["cases"][0]["number"] == child.number


def test_the_default_user_comes_from_the_environment(aks: Aks, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert aks("case", "list", "--json").json["user"] == "sekretariat"
    monkeypatch.setenv("AKS_USER", "ketua")
    assert aks("case", "list", "--json").json["user"] == "ketua"
    assert aks("case", "list", "--as", "pimpinan", "--json").json["user"] == "pimpinan"


def test_nobody_works_as_the_system(aks: Aks, world: World) -> None:
    done = aks("case", "list", "--as", "sistem")
    assert done.code == 1 and "aks run" in done.err


def test_an_unknown_case_and_one_of_others_are_refused_in_the_same_words(aks: Aks, world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.session.commit()
    for command in (("show",), ("form", "submit-opinion"), ("do", "submit-opinion")):
        head, *rest = command
        for user in ("dr.obgyn", "bidan.silo", "perkim"):
            unknown = aks("case", head, "AKS-3509-2026-2-999", *rest, "--as", user)
            forbidden = aks("case", head, case.number, *rest, "--as", user)
            assert (forbidden.code, forbidden.out, forbidden.err) == (unknown.code, unknown.out, unknown.err) and unknown.code == 1


def test_identity_is_shown_only_to_those_who_may_see_it(aks: Aks, world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.session.commit()
    for user in ("sekretariat", "bidan.arjasa", "dr.anak"):
        shown = aks("case", "show", case.number, "--as", user, "--json").json
        assert shown["identity"]["name"] == NAME and shown["measurements"] and shown["worksheet"]["answers"]
        assert NAME in aks("case", "show", case.number, "--as", user).out
    for user in ("ketua", "pimpinan", "puskesmas"):
        both = aks("case", "show", case.number, "--as", user, "--json"), aks("case", "show", case.number, "--as", user)
        assert both[0].json["identity"] is None and both[0].json["measurements"] is None
        assert (both[0].json["worksheet"] or {}).get("answers") is None
        for secret in (NAME, NIK, BIRTH):
            assert secret not in both[0].out + both[1].out


def test_a_page_masks_the_nik_even_for_those_who_may_see_it(aks: Aks, world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    shown = aks("case", "show", case.number).out
    assert NIK not in shown and "35092*********01" in shown


def test_opinions_are_sealed_until_the_review_is_closed(aks: Aks, world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    world.session.commit()

    def opinions(user: str) -> list[str]:
        return [o["by"] for o in aks("case", "show", case.number, "--as", user, "--json").json["opinions"]]

    assert opinions("dr.anak") == ["dr.anak"] and opinions("gizi") == [] and opinions("sekretariat") == [] and opinions("ketua") == []
    assert OPINION["summary"] not in aks("case", "show", case.number, "--as", "gizi").out
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    world.session.commit()
    assert opinions("gizi") == ["dr.anak", "gizi"] == opinions("sekretariat")


def test_a_case_says_what_may_be_done_next_and_why_not(aks: Aks, world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    world.session.commit()
    shown = aks("case", "show", case.number, "--json").json
    offered = {offer["action"]: offer for offer in shown["next"]}
    assert offered["plan-actions"]["is_allowed"] and not offered["submit-plan"]["is_allowed"]
    assert offered["submit-plan"]["refusals"][0]["sentence"] == "RTL belum berisi kegiatan."
    assert [offer["action"] for offer in shown["system"]] == ["plan-actions"]
    page = aks("case", "show", case.number).out
    assert f"aks case do {case.number} plan-actions" in page and "(belum) Ajukan RTL: RTL belum berisi kegiatan." in page


@pytest.mark.parametrize("status", list(Status)[:9])
def test_a_case_can_be_shown_in_every_status(aks: Aks, world: World, status: Status) -> None:
    case = world.case_at(status)
    world.session.commit()
    shown = aks("case", "show", case.number)
    assert shown.code == 0 and "Riwayat" in shown.out and "TB/U −3,31 (sangat pendek)" in shown.out
    assert len(aks("case", "show", case.number, "--json").json["history"]) == case.version


def test_a_number_may_be_written_in_small_letters(aks: Aks, world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    assert aks("case", "show", case.number.lower(), "--json").json["number"] == case.number


def test_a_case_walks_from_worksheet_to_approval_by_commands_alone(aks: Aks, world: World, tmp_path: Path) -> None:
    case = world.open()
    world.session.commit()

    def do(action: str, user: str, answers: Any = None) -> Any:
        given = ("--with", written(tmp_path, answers)) if answers is not None else ()
        done = aks("case", "do", case.number, action, "--as", user, *given, "--json")
        assert done.code == 0, done.err
        return done.json

    first = do("submit-worksheet", "bidan.arjasa", worksheet_answers(Group.BALITA, without=["birth_weight_g"]))
    assert first["event"]["details"]["missing"] == 1
    assert do("submit-worksheet", "bidan.arjasa", {"birth_weight_g": 2600})["event"]["details"]["missing"] == 0
    world.session.expire_all()
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    world.session.commit()
    assert do("assign-expert", "sekretariat", {"expert": "dr.anak"})["event"]["details"]["lead"] is True
    do("assign-expert", "sekretariat", {"expert": "gizi", "lead": False})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    world.session.commit()
    for expert in ("dr.anak", "gizi"):
        do("submit-opinion", expert, dict(OPINION))
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    world.session.commit()
    do("record-consensus", "dr.anak", dict(CONSENSUS))
    do("plan-actions", "sekretariat", complete_plan(world.on))
    do("submit-plan", "sekretariat")
    assert do("approve-plan", "ketua")["status"] == "approved"
    named = aks("case", "do", case.number, "name_person_in_charge", "--with", written(tmp_path, {"person": "bidan.arjasa"}))
    assert named.code == 0 and "tercatat pada kasus" in named.out and "Mulai tindak lanjut: dikerjakan sistem dengan aks run" in named.out
    checked = aks("history", "verify", "--json")
    assert checked.code == 0 and checked.json["broken"] == [] and checked.json["events"] == len(events_of(aks, case.number))


def test_answers_that_cannot_be_used_change_nothing_and_point_to_the_form(aks: Aks, world: World, tmp_path: Path) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.session.commit()
    bare = aks("case", "do", case.number, "submit-opinion", "--as", "dr.anak")
    assert bare.code == 1 and "Ringkasan masalah: wajib diisi." in bare.err and f"aks case form {case.number} submit-opinion" in bare.err
    bad = aks("case", "do", case.number, "submit-opinion", "--as", "dr.anak", "--with", written(tmp_path, {**OPINION, "x": 1}), "--json")
    assert bad.code == 1 and bad.json["problems"][0]["place"] == "x"
    assert aks("case", "show", case.number, "--json").json["version"] == case.version


def test_a_move_that_is_not_possible_now_is_refused_with_where_it_is(aks: Aks, world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    done = aks("case", "do", case.number, "approve-plan", "--as", "ketua", "--json")
    assert done.code == 1 and done.json["refused"][0]["code"] == "wrong_status"


def test_a_case_that_changed_meanwhile_is_refused(aks: Aks, world: World, tmp_path: Path) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    reason = written(tmp_path, {"reason": "moved_away"})
    stale = aks("case", "do", case.number, "withdraw", "--version", case.version - 1, "--with", reason)
    assert stale.code == 1 and "sudah berubah" in stale.err
    assert aks("case", "do", case.number, "withdraw", "--version", case.version, "--with", reason).code == 0


def test_the_log_names_cases_and_never_answers(aks: Aks, world: World, home: Path, tmp_path: Path) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    answers = written(tmp_path, {**worksheet_answers(Group.BALITA), "illness_notes": "Bunga demam"})
    assert aks("case", "do", case.number, "submit-worksheet", "--as", "bidan.arjasa", "--with", answers).code == 0
    log = (home / "log" / "aks.log").read_text()
    assert f"action done case={case.number} action=submit-worksheet" in log and "Bunga" not in log


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.OPEN_CASE])
@pytest.mark.parametrize("group", list(Group))
def test_an_empty_form_reads_back_as_nothing_answered(tmp_path: Path, action: Action, group: Group) -> None:
    asked = asked_for(action, group)
    file = tmp_path / "kosong.yaml"
    file.write_text(empty_yaml(asked, about="kasus"), encoding="utf-8")
    answers = read_answers(file)
    assert set(answers) == {f.name for f in asked.form.fields} | set(asked.rows)
    for name, rows in asked.rows.items():
        assert answers.pop(name) == [{f.name: None for f in rows.form.fields}]
    assert all(value is None for value in answers.values())


def test_a_form_filled_by_the_words_of_its_comments_is_accepted(aks: Aks, world: World, tmp_path: Path) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    text = aks("case", "form", case.number, "submit-worksheet", "--as", "bidan.arjasa").out
    assert "# Berat lahir * · gram, 500–6000, biasanya 2000–4500 · untuk Dokter spesialis anak" in text
    answers = worksheet_answers(Group.BALITA)
    lines = []
    for line in text.splitlines():
        name = line.removesuffix(":")
        if name not in answers:
            lines.append(line)
            continue
        field = next(f for f in WORKSHEETS[Group.BALITA].fields if f.name == name)
        value = "ya" if field.kind is Kind.YES_NO else answers[name]
        lines.append(f"{name}: [{', '.join(value)}]" if isinstance(value, list) else f"{name}: {value}")
    filled = tmp_path / "kertas.yaml"
    filled.write_text("\n".join(lines), encoding="utf-8")
    done = aks("case", "do", case.number, "submit-worksheet", "--as", "bidan.arjasa", "--with", filled, "--json")
    assert done.code == 0 and done.json["event"]["details"]["missing"] == 0


def test_a_form_is_printed_with_json_too(aks: Aks, world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    done = aks("case", "form", case.number, "record-consensus", "--json").json
    assert done["action"] == "record-consensus" and "recommendations:\n    # Jenis * · pilih satu: spesifik" in done["yaml"]


def test_a_doubtful_measurement_is_asked_back_and_recorded_with_its_stamp(
    aks: Aks, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.session.commit()
    monkeypatch.setattr(clock, "now", lambda: world.at)
    given = {"visited_on": str(world.on), "weight_kg": 8.4, "height_cm": 71, "position": "lying"}
    record = ("case", "do", case.number, "record-visit", "--as", "bidan.arjasa", "--with", written(tmp_path, given))
    before = len(events_of(aks, case.number))
    asked = aks(*record, "--json")
    stamp = asked.json["doubts_stamp"]
    assert asked.code == 1 and "Lebih pendek 3,0 cm" in asked.err and f"--measured-again {stamp}" in asked.err
    assert {(one["place"], one["code"]) for one in asked.json["problems"]} == {("height_cm", "measure_again")}
    assert aks(*record, "--measured-again", "0" * 16).code == 1 and len(events_of(aks, case.number)) == before
    written(tmp_path, {**given, "height_cm": 70})
    assert aks(*record, "--measured-again", stamp).code == 1, "the stamp stands for other numbers"
    written(tmp_path, given)
    taken = aks(*record, "--measured-again", stamp)
    assert taken.code == 0 and "tercatat pada kasus" in taken.out and len(events_of(aks, case.number)) == before + 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: [1", "not_yaml"),
        (b"\tb: 1", "not_yaml"),
        (b"- satu\n- dua\n", "not_a_mapping"),
        (b"hanya teks", "not_a_mapping"),
        (b"a: 1\na: 2\n", "yaml_key_twice"),
        (b"a: &x 1\nb: *x\n", "yaml_alias"),
        (b"a: !!python/object/apply:os.system ['true']\n", "not_yaml"),
        (b"? [a]\n: 1\n", "not_yaml"),
        (b"a: \xff\xfe", "not_utf8"),
        (b"a: " + b"[" * 5000, "not_yaml"),
        (b"a: " + b"x" * 2_000_001, "file_too_large"),
    ],
)
def test_a_file_that_is_no_answers_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "isian.yaml"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_answers(file)
    assert refused.value.reasons[0].code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "tidak-ada.yaml", tmp_path):
        with pytest.raises(Refused):
            read_answers(path)


def test_answers_keep_what_people_wrote(tmp_path: Path) -> None:
    file = tmp_path / "isian.yaml"
    file.write_bytes(b"\xef\xbb\xbfphone: 0331412\nfed: no\nday: 2026-02-31\nn: 12\nx: 1.5\nok: true\nempty:\nlist: [a, b]\ntime: 12:30\n")
    assert read_answers(file) == {
        "phone": "0331412",
        "fed": "no",
        "day": "2026-02-31",
        "n": 12,
        "x": 1.5,
        "ok": True,
        "empty": None,
        "list": ["a", "b"],
        "time": "12:30",
    }
    file.write_bytes(b"# kosong\n")
    assert read_answers(file) == {}
