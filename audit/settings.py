"""The only reader of the environment: where the home is, which database, which time zone, who works. Not the settings of a cycle."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIMEZONE = "Asia/Jakarta"
DEFAULT_USER = "sekretariat"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of the program needs to know of the machine it is on.

    home: the folder that holds the key, the documents, the logs and (with SQLite) the database.
    database_url: an SQLAlchemy URL, SQLite or PostgreSQL. user: whose account the command line works with unless it is told otherwise.
    """

    home: Path
    database_url: str
    timezone: str = DEFAULT_TIMEZONE
    user: str = DEFAULT_USER

    @property
    def key_file(self) -> Path:
        return self.home / "kunci.key"

    @property
    def files_folder(self) -> Path:
        return self.home / "berkas"

    @property
    def log_file(self) -> Path:
        return self.home / "log" / "aks.log"

    @property
    def prefect_home(self) -> Path:
        return self.home / "prefect"


def read_settings(home: Path | None = None) -> Settings:
    """The settings from `home` (or AKS_HOME, or ~/aks), AKS_DATABASE_URL, AKS_TIMEZONE and AKS_USER."""
    chosen = (home or Path(os.environ.get("AKS_HOME") or Path.home() / "aks")).expanduser().resolve()
    return Settings(
        home=chosen,
        database_url=_as_sqlalchemy_url(os.environ.get("AKS_DATABASE_URL", "")) or f"sqlite:///{chosen / 'aks.db'}",
        timezone=os.environ.get("AKS_TIMEZONE") or DEFAULT_TIMEZONE,
        user=os.environ.get("AKS_USER") or DEFAULT_USER,
    )


def set_in_environment(values: dict[str, str]) -> None:
    """Set variables for libraries that read only the environment (Prefect, fontconfig), before they are imported."""
    os.environ.update(values)


def _as_sqlalchemy_url(url: str) -> str:
    """The same URL with the driver this project ships, so that a plain postgresql:// works."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
