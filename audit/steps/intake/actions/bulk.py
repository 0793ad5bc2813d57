"""Writing many rows of a table at once inside the caller's transaction. Which rows is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

_CACHE_KIB = 256 * 1024


def widen_cache(session: Session) -> None:
    """Room in memory for the pages that an import touches: SQLite would else write each of them to disk many times over."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")


def insert_rows(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as the database keeps them: sealed bytes, ISO dates, JSON text. By COPY on PostgreSQL, executemany on SQLite.

    Types of SQLAlchemy are not asked: for some hundred thousand rows that would take longer than the database itself.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(rows))
