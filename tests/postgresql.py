"""A PostgreSQL database that tests use one after the other: emptied for each, which takes a tenth of the time of making a new one."""

from __future__ import annotations

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_EMPTY = """
do $$ declare one text; begin
    perform pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
    set local session_replication_role = replica;
    for one in select quote_ident(relname) from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not in ('alembic_version', 'installation')
        loop execute 'delete from ' || one; end loop;
    perform setval(oid, 1, false) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace;
end $$
"""
"""Ends what other connections are left, empties every table that a migration does not fill, past the triggers that refuse it; numbers begin
with 1 again."""

_SHAPE = """
select md5(string_agg(told, ';' order by told)) from (
    select 'c' || attrelid::regclass || attname || atttypid::text as told from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
    union all select 't' || tgrelid::regclass || tgname || tgenabled::text from pg_trigger where not tgisinternal
    union all select 'k' || key_check from installation
) as shape
"""
"""Tells whether a test changed tables, columns, triggers or what the migrations filled in."""


class SharedDatabase:
    """The database `name` on a server, made from the template `template_aks` whenever a test has left it with another shape.

    server: the URL of its maintenance database.
    """

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name, self.url = server, name, with_database(server, name)
        self._shape = ""

    def emptied(self) -> str:
        """Its URL, with every table and no row."""
        if not self._shape or self._asked(_SHAPE) != self._shape:
            outside_transaction(self.server, f'drop database if exists "{self.name}" with (force)')
            outside_transaction(self.server, f'create database "{self.name}" template template_aks')
            self._shape = self._asked(_SHAPE)
        outside_transaction(self.url, _EMPTY)
        return self.url

    def _asked(self, question: str) -> str:
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            return str(connection.scalar(text(question)))


def with_database(url: str, name: str) -> str:
    """The same server, another database; the query part (socket folder) stays."""
    base, _, query = url.partition("?")
    return base.rsplit("/", 1)[0] + "/" + name + (f"?{query}" if query else "")


def outside_transaction(url: str, statement: str) -> None:
    """Do what a transaction cannot hold."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
