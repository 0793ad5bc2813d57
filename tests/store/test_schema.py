"""The migrations give the tables the code expects, on both databases, and the history cannot be edited."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from audit.casework.schema import METADATA, check_ready
from audit.errors import Fault
from audit.store.sealed import Keyring
from audit.store.session import make_engine


def test_the_migrations_give_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_ready_database_is_accepted_and_another_key_is_not(engine: Engine, database_url: str) -> None:
    check_ready(engine)
    other = make_engine(database_url, Keyring(b"x" * 32))
    with pytest.raises(Fault, match="bukan kunci basis data ini"):
        check_ready(other)
    other.dispose()


@pytest.mark.parametrize("statement", ["update case_event set at = at", "delete from case_event"])
def test_the_database_itself_refuses_to_change_history(session: Session, statement: str) -> None:
    account = "insert into account (id, username, name, roles, areas, is_active, created_at)"
    session.execute(text(f"{account} values (1, 'u', 'U', '[]', '[]', true, '2026-01-01')"))
    session.execute(
        text(
            "insert into cycle values (1, '2026-2', '35.09', 2026, 2, 'Asia/Jakarta',"
            " '2026-07-01', '2026-12-31', null, '{}', '2026-07-01', null)"
        )
    )
    session.execute(
        text("insert into subject (id, kind, identity, desa_code, puskesmas, posyandu) values (1, 'child', '', '35', 'P', 'Q')")
    )
    session.execute(
        text(
            "insert into audit_case"
            " (id, cycle_id, number, subject_id, target_group, desa_code, puskesmas, status, status_since, version, head_hash)"
            " values (1, 1, 'K', 1, 'balita', '35', 'P', 'selected', '2026-07-01', 1, 'h')"
        )
    )
    session.execute(text("insert into case_event values (1, 1, 1, 'open-case', null, 'selected', 1, '2026-07-01', '{}', 'p', 'h')"))
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
