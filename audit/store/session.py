"""Engines and sessions: the only place where SQLite and PostgreSQL differ. Not the tables, not the migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Fault
from audit.store.sealed import Keyring, keyring_of

BUSY_TIMEOUT_MS = 30_000
_IMPORT_LOCK = 3509_0001


def make_engine(database_url: str, keyring: Keyring) -> Engine:
    """An engine whose sealed columns use `keyring`. SQLite: WAL, foreign keys, one writer at a time who waits its turn.

    Errors never quote the values of a statement: values are people.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
        _prepare_sqlite(engine)
    elif url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    else:
        raise Fault(f"Basis data {url.get_backend_name()} tidak didukung; gunakan sqlite:/// atau postgresql://.")
    engine.dialect.aks_keyring = keyring  # type: ignore[attr-defined]  # one keyring per engine, no global
    return engine


def session_maker(engine: Engine) -> sessionmaker[Session]:
    """Sessions for `engine`; the outermost caller commits (`with maker.begin() as session:`)."""
    return sessionmaker(engine, expire_on_commit=False)


def reading(maker: sessionmaker[Session]) -> Session:
    """A session of `maker` for looking: on SQLite it takes no write lock, so nobody waits for it."""
    engine: Engine = maker.kw["bind"]
    return maker(bind=engine.execution_options(reading=True))


def is_reading(session: Session) -> bool:
    """Whether this session only looks (`reading`)."""
    return bool(session.connection().get_execution_options().get("reading"))


def change_stamp(connection: Connection) -> object:
    """What is never again the same on this connection once anybody has written anything. One statement; for a session that only looks.

    SQLite counts the commits of others and what this connection wrote itself; PostgreSQL names the transactions that are seen.
    """
    if connection.dialect.name == "sqlite":
        own = connection.connection.dbapi_connection
        return connection.exec_driver_sql("PRAGMA data_version").scalar(), own.total_changes if own is not None else None
    return connection.exec_driver_sql("select pg_current_snapshot()::text").scalar()


def keyring(session: Session) -> Keyring:
    """The keyring of the engine behind a session."""
    return keyring_of(session.get_bind().dialect)


def check_reachable(engine: Engine) -> None:
    """Raises Fault, without the address or the password, when the database does not answer."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except (DatabaseError, sqlite3.DatabaseError) as error:  # the second: a file that is no database fails before SQLAlchemy wraps it
        cause = type(getattr(error, "orig", error)).__name__
        raise Fault(f"Basis data tidak dapat dibuka ({cause}). Periksa AKS_DATABASE_URL, hak akses, dan ruang disk.") from None


def take_import_lock(session: Session) -> None:
    """Until this transaction ends nobody else can load a registry file, so that row ids can be given out in one go."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})


def sqlite_path(database_url: str) -> Path | None:
    """The file of an SQLite URL, None for any other database."""
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        # IMMEDIATE takes the write lock at the start: a reader that turns writer half-way would fail at once instead of waiting.
        # Who only looks says so (`reading`) and takes none.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if not connection.get_execution_options().get("reading") else "BEGIN")


def reserve_ids(session: Session, table: str, count: int) -> range:
    """`count` unused ids of a table, in one run, for rows written in bulk that others point at. Hold the import lock while using them."""
    if session.get_bind().dialect.name == "postgresql" and count:
        return _ids_of_sequence(session, table, count)
    highest = int(session.scalar(text(f"select coalesce(max(id), 0) from {table}")) or 0)
    return range(highest + 1, highest + count + 1)


def _ids_of_sequence(session: Session, table: str, count: int) -> range:
    """Ids drawn from the sequence itself: the highest id says nothing of rows that others wrote and have not committed."""
    draw = text(
        "select min(id), max(id) from (select nextval(pg_get_serial_sequence(:table, 'id')) as id from generate_series(1, :count)) as drawn"
    )
    while True:
        first, last = session.execute(draw, {"table": table, "count": count}).one()
        if last - first + 1 == count:
            return range(first, last + 1)
        # Somebody drew one in between; the ids drawn stay unused.
