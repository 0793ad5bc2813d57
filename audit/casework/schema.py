"""Every table of the record in one place, and the way to bring a database up to it. Migrations themselves are in audit/store/migrations."""

from __future__ import annotations

import hmac
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, String, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

import audit.casework.tables
import audit.lifecycle.tables
import audit.people.sign_in_tables
import audit.people.tables
import audit.steps.evaluate.tables
import audit.steps.followup.tables
import audit.steps.identify.tables
import audit.steps.intake.tables
import audit.steps.packet.tables
import audit.steps.recommend.tables
import audit.steps.review.tables  # noqa: F401 - importing a table puts it into the metadata
from audit.errors import Fault
from audit.store.base import Base
from audit.store.sealed import keyring_of


class Installation(Base):
    """One row: which key this database belongs to."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_check: Mapped[str] = mapped_column(String(64), comment="fingerprint of a fixed text under the key")


METADATA = Base.metadata


def migration_config(engine: Engine) -> Config:
    """Alembic's configuration for this engine; no ini file."""
    config = Config()
    config.set_main_option("script_location", "audit.store:migrations")
    config.attributes["engine"], config.attributes["metadata"] = engine, METADATA
    return config


def bring_up_to_date(engine: Engine) -> None:
    """Run every missing migration and tie a new database to its key. Safe to repeat. Raises Fault when it is newer than us."""
    with engine.connect() as connection:
        _refuse_newer(migration_config(engine), MigrationContext.configure(connection).get_current_revision())
    command.upgrade(migration_config(engine), "head")
    with Session(engine) as session, session.begin():
        if session.get(Installation, 1) is None:
            session.add(Installation(id=1, key_check=_key_check(engine)))


def check_ready(engine: Engine) -> None:
    """Raises Fault when the database was never prepared, is older or newer than this program, or belongs to another key."""
    if not inspect(engine).has_table(Installation.__tablename__):
        raise Fault("Basis data belum disiapkan. Jalankan: aks init")
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    _refuse_newer(migration_config(engine), current)
    newest = ScriptDirectory.from_config(migration_config(engine)).get_current_head()
    if current != newest:
        raise Fault("Basis data dibuat oleh versi AKS yang lebih lama. Jalankan: aks init (data tetap utuh).")
    with Session(engine) as session:
        installation = session.get(Installation, 1)
    if installation is None or not hmac.compare_digest(installation.key_check, _key_check(engine)):
        raise Fault("Berkas kunci ini bukan kunci basis data ini. Pasang berkas kunci yang asli; data tidak hilang dan tidak diubah.")


def _refuse_newer(config: Config, current: str | None) -> None:
    if current is not None and current not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise Fault("Basis data dibuat oleh versi AKS yang lebih baru daripada program ini. Perbarui program; data tidak diubah.")


def _key_check(engine: Engine) -> str:
    text: Any = "kunci basis data audit kasus stunting"
    return keyring_of(engine.dialect).fingerprint(text)
