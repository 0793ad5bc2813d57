"""Making and opening an installation: repeatable, and clear about a missing key, another key, an older, newer or broken database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from audit.casework.installation import Installation, initialise, open_installation
from audit.errors import Fault
from audit.people.tables import Account
from audit.settings import Settings
from audit.store.sealed import make_key_file
from tests.postgresql import outside_transaction, with_database

AT = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "aks"
    return Settings(home=home, database_url=f"sqlite:///{home / 'aks.db'}")


@pytest.fixture
def on_server(tmp_path: Path, postgresql_server: str) -> Settings:
    name = "aks_home_" + tmp_path.name.lower().translate({ord(c): "_" for c in "-[]."})[-40:]
    outside_transaction(postgresql_server, f'drop database if exists "{name}" with (force)')
    outside_transaction(postgresql_server, f'create database "{name}"')
    return Settings(home=tmp_path / "aks", database_url=with_database(postgresql_server, name))


def opened(settings: Settings) -> Installation:
    return open_installation(settings)


def test_a_new_home_has_a_private_key_a_first_account_and_can_be_opened(settings: Settings) -> None:
    done = initialise(settings, at=AT)
    assert [sentence.split(":")[0] for sentence in done] == ["Kunci dibuat", "Akun pertama dibuat", "Basis data siap."]
    assert settings.home.stat().st_mode & 0o777 == 0o700
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    here = opened(settings)
    with here.reading() as session:
        assert list(session.scalars(select(Account.username).order_by(Account.id))) == ["sistem", "sekretariat"]
    here.close()


def test_making_it_again_changes_nothing(settings: Settings) -> None:
    initialise(settings, at=AT)
    key = settings.key_file.read_bytes()
    assert initialise(settings, at=AT) == ["Basis data siap."]
    assert settings.key_file.read_bytes() == key
    here = opened(settings)
    with here.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 2
    here.close()


def test_who_only_looks_does_not_wait_for_who_writes(settings: Settings) -> None:
    initialise(settings, at=AT)
    here = opened(settings)
    with here.sessions.begin() as writing, here.reading() as looking:
        writing.execute(text("update account set name = 'Endah' where id = 1"))
        assert looking.scalar(select(Account.name).where(Account.id == 1)) == "Sekretariat"
    here.close()


def test_nothing_is_opened_before_it_was_made(settings: Settings) -> None:
    with pytest.raises(Fault, match=r"belum ada\. Jalankan: aks init"):
        opened(settings)
    settings.home.mkdir()
    make_key_file(settings.key_file)
    with pytest.raises(Fault, match="Basis data belum ada"):
        opened(settings)


def test_a_lost_key_is_never_replaced_by_a_new_one_while_there_is_data(settings: Settings) -> None:
    initialise(settings, at=AT)
    kept = settings.key_file.read_bytes()
    settings.key_file.unlink()
    for attempt in (lambda: opened(settings), lambda: initialise(settings, at=AT)):
        with pytest.raises(Fault, match="cadangan"):
            attempt()
    assert not settings.key_file.exists()
    settings.key_file.write_bytes(kept)
    settings.key_file.chmod(0o600)
    opened(settings).close()


def test_a_lost_key_is_not_replaced_either_when_the_data_lies_on_a_server(on_server: Settings) -> None:
    initialise(on_server, at=AT)
    on_server.key_file.unlink()
    with pytest.raises(Fault, match="kunci baru tidak dapat membaca data lama"):
        initialise(on_server, at=AT)
    assert not on_server.key_file.exists()


def test_another_key_is_told_apart_and_the_data_is_untouched(settings: Settings) -> None:
    initialise(settings, at=AT)
    kept = settings.key_file.read_bytes()
    settings.key_file.unlink()
    make_key_file(settings.key_file)
    for attempt in (lambda: opened(settings), lambda: initialise(settings, at=AT)):
        with pytest.raises(Fault, match="bukan kunci basis data ini"):
            attempt()
    settings.key_file.write_bytes(kept)
    opened(settings).close()


@pytest.mark.parametrize("revision", ["9999", "0000"])
def test_a_database_of_a_newer_program_is_left_alone(settings: Settings, revision: str) -> None:
    initialise(settings, at=AT)
    _stamp(settings, f"update alembic_version set version_num = '{revision}'")
    for attempt in (lambda: opened(settings), lambda: initialise(settings, at=AT)):
        with pytest.raises(Fault, match="Perbarui program; data tidak diubah"):
            attempt()


def test_an_older_database_is_not_opened_until_it_was_brought_up_to_date(settings: Settings) -> None:
    initialise(settings, at=AT)
    _stamp(settings, "delete from alembic_version")
    with pytest.raises(Fault, match=r"lebih lama\. Jalankan: aks init"):
        opened(settings)


def test_a_file_that_is_no_database_is_a_fault(settings: Settings) -> None:
    initialise(settings, at=AT)
    (settings.home / "aks.db").write_bytes(b"bukan basis data " * 500)
    for leftover in settings.home.glob("aks.db-*"):
        leftover.unlink()
    with pytest.raises(Fault, match="tidak dapat dibuka"):
        opened(settings)


def test_a_server_that_does_not_answer_and_a_foreign_database_are_faults(settings: Settings) -> None:
    initialise(settings, at=AT)
    nobody = Settings(home=settings.home, database_url="postgresql+psycopg://aks:rahasia@127.0.0.1:1/aks")
    with pytest.raises(Fault, match="tidak dapat dibuka") as fault:
        opened(nobody)
    assert "rahasia" not in str(fault.value)
    with pytest.raises(Fault, match="tidak didukung"):
        opened(Settings(home=settings.home, database_url="mysql://aks@127.0.0.1/aks"))


def test_an_empty_database_says_that_it_was_never_prepared(settings: Settings) -> None:
    settings.home.mkdir()
    make_key_file(settings.key_file)
    (settings.home / "aks.db").touch()
    with pytest.raises(Fault, match="belum disiapkan"):
        opened(settings)


def test_a_home_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    with pytest.raises(Fault, match="tidak dapat dibuat"):
        initialise(Settings(home=tmp_path / "berkas" / "aks", database_url=f"sqlite:///{tmp_path / 'aks.db'}"), at=AT)


def _stamp(settings: Settings, statement: str) -> None:
    here = opened(settings)
    with here.sessions.begin() as session:
        session.execute(text(statement))
    here.close()
