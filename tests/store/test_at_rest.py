"""Nothing that tells who somebody is lies readable in the database, whatever has happened to the cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import Engine, LargeBinary, inspect, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from audit.casework.declarations import declare_absence, declare_conflict
from audit.casework.errands import ErrandKind, ask_for, finish
from audit.casework.form_drafts import save_draft
from audit.casework.phrases import save_phrase
from audit.casework.schema import METADATA
from audit.errors import Fault
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people import second_factor
from audit.people.credentials import set_password
from audit.steps.intake.tables import Import, ImportProblem, Subject
from audit.steps.packet.tables import Worksheet
from audit.steps.review.actions import keep_draft
from audit.store.sealed import Keyring
from audit.store.session import make_engine, sqlite_path
from tests.factory import CONSENSUS, OPINION, World

SECRETS = ("Bunga Anggraini", "Anggraini", "3509225708249001", "2024-08-17", "1996-02-03")
WORDS = ("Rahasia keluarga", "Ibu baru pulang", "Asupan protein", "Daftar terima", "PMT dimakan", "Pindah dinas", "jamban", "Cuti")


def fill(world: World) -> None:
    """A world in which every sealed column holds something."""
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.4, "note": "Ibu baru pulang"})
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Daftar terima"})
    world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "terkendala", "obstacle": "Rahasia keluarga"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "PMT dimakan"})
    world.pass_days(100)
    world.do(case, Action.EVALUATE, "sekretariat", {"note": "Pindah dinas"})
    other = world.case_at(Status.UNDER_REVIEW, Group.BUMIL)
    world.do(other, Action.RECUSE, "gizi", {"reason": "Cuti"})
    returned = {**OPINION, "summary": "Rahasia keluarga"}
    by, expert_id = world.people["sekretariat"], world.people["dr.obgyn"].id
    keep_draft(world.session, world.facts(other), expert_id=expert_id, answers=returned, file_sha256="0" * 64, by=by, at=world.at)
    world.do(other, Action.OPEN_IDENTITY, "sekretariat", {"reason": "other", "note": "Rahasia keluarga"})
    typed = {"note": "Rahasia keluarga"}
    save_draft(world.session, world.facts(other), Action.RECUSE, typed, based_on=0, by=world.people["dr.obgyn"], at=world.at)
    discussed = world.case_at(Status.REVIEWED)
    world.do(discussed, Action.COMMENT, "gizi", {"text": "Rahasia keluarga"})
    world.do(discussed, Action.PROPOSE_CONSENSUS, "dr.anak", {**CONSENSUS, "summary": "Rahasia keluarga"})
    world.do(discussed, Action.VOTE, "gizi", {"vote": "disagree", "text": "Rahasia keluarga"})
    world.do(discussed, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    expert, note = world.people["gizi"], "Rahasia keluarga"
    days = {"from_on": world.on, "to_on": world.on, "note": note}
    declare_absence(world.session, days, of=expert, by=expert, on=world.on, at=world.at)
    declare_conflict(world.session, {"kind": "desa", "value": "35.09.30", "note": note}, of=expert, by=expert, at=world.at)
    save_phrase(world.session, {"field": "summary", "text": note}, of=expert, at=world.at)
    asked = world.case_at(Status.UNDER_REVIEW)
    world.do(asked, Action.SUBMIT_OPINION, "gizi", {**OPINION, "summary": "Rahasia keluarga"})
    world.do(asked, Action.ASK_FOR_DATA, "dr.anak", {"note": "Rahasia keluarga"})
    loaded = Import(
        file_name="eppgbm.xlsx",
        file_sha256="0" * 64,
        layout="eppgbm",
        by_id=1,
        at=world.at,
        rows=1,
        accepted=0,
        repeated=0,
        rejected=1,
        recheck={},
    )
    world.session.add(loaded)
    world.session.flush()
    message = "Bunga Anggraini lahir 2024-08-17"
    world.session.add(
        ImportProblem(import_id=loaded.id, row=7, column="NIK", value="3509225708249001", code="nik", severity="reject", message=message)
    )
    file = {"file_sha256": "0" * 64, "file_name": "eppgbm.xlsx"}
    errand = ask_for(world.session, ErrandKind.CHECK_IMPORT, by=by, at=world.at, cycle_id=world.cycle.id, parameters=file)
    finish(world.session, errand.id, at=world.at, report={"problems": [message]})
    set_password(world.session, expert_id, "$argon2id$", at=world.at)
    code = pyotp.TOTP(second_factor.begin(world.session, expert_id).secret).at(world.at)
    second_factor.confirm(world.session, expert_id, code, at=world.at)
    world.session.commit()


def everything_stored(engine: Engine, database_url: str) -> bytes:
    """Every byte of the SQLite files, or every value of every PostgreSQL row."""
    path = sqlite_path(database_url)
    if path is not None:
        return b"".join(p.read_bytes() for p in sorted(path.parent.glob(path.name + "*")))
    with engine.connect() as connection:
        rows = [
            row[0] for table in METADATA.sorted_tables for row in connection.execute(text(f'select t::text from "{table.name}" t')).all()
        ]
        sealed = [
            value
            for table in METADATA.sorted_tables
            for column in inspect(connection).get_columns(table.name)
            if isinstance(column["type"], LargeBinary)
            for value in connection.scalars(text(f'select "{column["name"]}" from "{table.name}" where "{column["name"]}" is not null'))
        ]
        assert len(sealed) > 30
    return "\n".join(rows).encode() + b"\n".join(map(bytes, sealed))


def test_no_name_number_birth_date_or_free_word_lies_readable_in_the_database(engine: Engine, session: Session, database_url: str) -> None:
    fill(World(session))
    stored = everything_stored(engine, database_url)
    assert b"AKS-3509-2026-2-001" in stored and b"dr. Sasmita Adi" in stored, "the search sees what is stored"
    assert [secret for secret in (*SECRETS, *WORDS) if secret.encode() in stored or secret.encode("utf-16-le") in stored] == []


def test_every_sealed_column_was_filled_so_that_the_search_means_something(session: Session) -> None:
    fill(World(session))
    empty = [
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if type(column.type).__name__.startswith("Sealed")
        and session.scalar(text(f'select count(*) from "{table.name}" where "{column.name}" is not null')) == 0
    ]
    assert empty == ["doubtful_match.content"]


def test_another_key_reads_no_row_and_destroys_none(engine: Engine, session: Session, database_url: str) -> None:
    world = World(session)
    subject_id = world.open().subject_id
    session.commit()
    other = make_engine(database_url, Keyring(b"y" * 32))
    with Session(other) as stranger, pytest.raises(Fault, match="berkas kunci yang asli"):
        stranger.get(Subject, subject_id)
    other.dispose()
    with Session(engine) as owner:
        assert owner.get_one(Subject, subject_id).identity["name"] == "Bunga Anggraini"


def test_a_refused_statement_does_not_quote_the_values_in_it(session: Session) -> None:
    world = World(session)
    world.open()
    with pytest.raises(StatementError) as error:
        session.execute(
            text("insert into subject (id, kind, identity, desa_code, puskesmas, posyandu) values (1, 'x', '', :secret, '', '')"),
            {"secret": "Bunga Anggraini"},
        )
    assert "Bunga" not in str(error.value).partition("DETAIL")[0]


@pytest.mark.parametrize("answer", ["", "🦠 anak sehat", "a" * 4000, "garis\nbaru"])
def test_sealed_values_come_back_as_they_were(session: Session, answer: str) -> None:
    world = World(session)
    case = world.case_at(Status.READY)
    worksheet = session.get_one(Worksheet, case.id)
    kept: dict[str, Any] = {"note": answer, "number": 12.5, "list": ["a"], "none": None}
    worksheet.answers, worksheet.returned_note = kept, answer
    session.commit()
    session.expire_all()
    again = session.scalars(select(Worksheet)).one()
    assert (again.answers, again.returned_note) == (kept, answer)


def test_nothing_lies_beside_the_database_but_its_own_files(session: Session, database_url: str) -> None:
    fill(World(session))
    path = sqlite_path(database_url) or Path("-")
    if path.name == "-":
        pytest.skip("PostgreSQL keeps its files itself")
    assert {p.name for p in path.parent.iterdir()} <= {"aks.db", "aks.db-wal", "aks.db-shm"}
