"""One installation, opened: its settings, its key, its database, its files. Made by `aks init`, opened by everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session, sessionmaker

from audit.casework.schema import bring_up_to_date, check_ready
from audit.errors import Fault
from audit.people.directory import add_person, add_system_account, people
from audit.people.roles import Role
from audit.settings import Settings
from audit.store.files import Files
from audit.store.sealed import Keyring, make_key_file, read_key_file
from audit.store.session import check_reachable, make_engine, reading, session_maker, sqlite_path

FIRST_SECRETARY = {"username": "sekretariat", "name": "Sekretariat", "roles": [Role.SECRETARY]}


@dataclass(frozen=True, slots=True)
class Installation:
    """What a command or a flow works with. `sessions.begin()` gives a transaction that writes, `reading()` one that only looks."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    files: Files

    def reading(self) -> Session:
        """A session for looking: on SQLite it takes no write lock, so nobody waits for it."""
        return reading(self.sessions)

    def close(self) -> None:
        self.engine.dispose()


def initialise(settings: Settings, *, at: datetime) -> Sequence[str]:
    """Make the home, the key, the database and the first account, or bring an older database up to date. Safe to repeat.

    Returns what was done, in sentences. Raises Fault when the disk or the database does not let us, or the key is missing for a
    database that already holds data.
    """
    done = []
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Fault(f"Folder AKS tidak dapat dibuat: {error.strerror}. Pilih folder lain dengan --home.") from None
    if not settings.key_file.exists():
        _refuse_new_key_for_old_data(settings)
        make_key_file(settings.key_file)
        done.append(f"Kunci dibuat: {settings.key_file}. Simpan salinannya di tempat aman; tanpa kunci ini identitas tidak dapat dibaca.")
    engine = make_engine(settings.database_url, read_key_file(settings.key_file))
    try:
        check_reachable(engine)
        bring_up_to_date(engine)
        check_ready(engine)
        with session_maker(engine).begin() as session:
            add_system_account(session, at=at)
            if not people(session):
                add_person(session, FIRST_SECRETARY, at=at)
                done.append("Akun pertama dibuat: sekretariat.")
        done.append("Basis data siap.")
    finally:
        engine.dispose()
    return done


def open_installation(settings: Settings) -> Installation:
    """Open what `initialise` made. Raises Fault with what to do when something is missing or does not fit."""
    if not settings.home.is_dir():
        raise Fault(f"Folder AKS {settings.home} belum ada. Jalankan: aks init")
    keyring = read_key_file(settings.key_file)
    database = sqlite_path(settings.database_url)
    if database is not None and not database.exists():
        raise Fault("Basis data belum ada di folder AKS. Jalankan: aks init")
    engine = make_engine(settings.database_url, keyring)
    check_reachable(engine)
    check_ready(engine)
    return Installation(settings, engine, session_maker(engine), Files(settings.files_folder, keyring))


def _refuse_new_key_for_old_data(settings: Settings) -> None:
    database: Path | None = sqlite_path(settings.database_url)
    is_used = settings.files_folder.exists() or (database.exists() if database else _is_prepared(settings.database_url))
    if is_used:
        raise Fault(
            f"Berkas kunci {settings.key_file.name} tidak ada, padahal basis data sudah berisi. "
            "Kembalikan kunci dari cadangan; kunci baru tidak dapat membaca data lama."
        )


def _is_prepared(database_url: str) -> bool:
    """Whether a database on a server already belongs to some key; looking needs none."""
    engine = make_engine(database_url, Keyring(bytes(32)))
    try:
        check_reachable(engine)
        return inspect(engine).has_table("installation")
    finally:
        engine.dispose()
