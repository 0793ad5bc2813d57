"""No password, token, code or secret lies readable in the database: neither in a table nor in the files it is made of."""

from __future__ import annotations

from sqlalchemy import Engine, text

from audit.casework.schema import METADATA
from audit.people import invitations, second_factor
from audit.people.sign_in import pass_second_factor
from audit.people.tokens import make_token
from audit.store.session import sqlite_path
from tests.people.office import AT, PASSWORD, Office, after


def everything(engine: Engine, database_url: str) -> bytes:
    """Every byte of the SQLite files, or every PostgreSQL row as text."""
    path = sqlite_path(database_url)
    if path is not None:
        return b"".join(p.read_bytes() for p in sorted(path.parent.glob(path.name + "*")))
    with engine.connect() as connection:
        rows = [
            str(row[0]) for table in METADATA.sorted_tables for row in connection.execute(text(f'select t::text from "{table.name}" t'))
        ]
    return "\n".join(rows).encode()


def test_no_secret_lies_readable_in_the_database(office: Office, engine: Engine, database_url: str) -> None:
    with office.sessions.begin() as session:
        secret = second_factor.begin(session, office.midwife.id).secret
        link = invitations.invite(session, office.doctor.id, by=office.secretary, at=AT)
        token = make_token(session, office.midwife.id, name="Kalender", scopes=["calendar:read"], by=office.midwife, at=AT)
    app, codes = office.turn_on_second_factor(office.midwife)
    half = office.sign_in(at=after(hours=1))
    csrf = office.signed_in(half, at=after(hours=1)).csrf
    whole = pass_second_factor(office.sessions, office.signed_in(half, at=after(hours=1)), app.at(after(hours=1)), at=after(hours=1))
    hidden = [PASSWORD, secret, str(app.secret), link.token, token.token, token.token[4:], half.token, csrf, whole.token]
    hidden += [*codes, *(code.replace("-", "") for code in codes)]
    stored = everything(engine, database_url)
    if sqlite_path(database_url) is None:
        stored += b"".join(bytes.fromhex(part) for part in _bytea(stored))
    assert b"bidan.arjasa" in stored and b"$argon2id$" in stored, "the search sees what is stored"
    assert [value for value in hidden if value.encode() in stored] == []


def _bytea(rows: bytes) -> list[str]:
    """The hexadecimal values of sealed columns as PostgreSQL prints them."""
    return [part.split('"')[0].split(",")[0] for part in rows.decode().split("\\\\x")[1:]]
