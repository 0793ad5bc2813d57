"""The only reader of the environment: where the home is, which database, which time zone, who works. Not the settings of a cycle."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIMEZONE = "Asia/Jakarta"
DEFAULT_USER = "sekretariat"
DEFAULT_WORKERS = min(4, os.cpu_count() or 1)
MOST_WORKERS = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of the program needs to know of the machine it is on.

    home: the folder that holds the key, the documents, the logs and (with SQLite) the database.
    database_url: an SQLAlchemy URL, SQLite or PostgreSQL. user: whose account the command line works with unless it is told otherwise.
    workers: processes that draw documents at the same time, 1 to MOST_WORKERS.
    """

    home: Path
    database_url: str
    timezone: str = DEFAULT_TIMEZONE
    user: str = DEFAULT_USER
    workers: int = DEFAULT_WORKERS

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


@dataclass(frozen=True, slots=True)
class OfficeSignIn:
    """The sign-in service of the office (OpenID Connect), where it has one.

    issuer: its address without a slash at the end. client_secret_file: holds the secret and nothing else; None for a service that asks
    none. label: on the button of the sign-in page.
    """

    issuer: str
    client_id: str
    client_secret_file: Path | None = None
    label: str = "Masuk dengan akun kantor"


def read_office_sign_in() -> OfficeSignIn | None:
    """The service from AKS_OIDC_ISSUER, AKS_OIDC_CLIENT_ID, AKS_OIDC_CLIENT_SECRET_FILE and AKS_OIDC_LABEL; None without an issuer."""
    issuer = os.environ.get("AKS_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return None
    secret_file = os.environ.get("AKS_OIDC_CLIENT_SECRET_FILE", "")
    return OfficeSignIn(
        issuer=issuer,
        client_id=os.environ.get("AKS_OIDC_CLIENT_ID", "").strip(),
        client_secret_file=Path(secret_file).expanduser() if secret_file else None,
        label=os.environ.get("AKS_OIDC_LABEL") or "Masuk dengan akun kantor",
    )


def read_settings(home: Path | None = None) -> Settings:
    """The settings from `home` (or AKS_HOME, or ~/aks), AKS_DATABASE_URL, AKS_TIMEZONE, AKS_USER and AKS_WORKERS."""
    chosen = (home or Path(os.environ.get("AKS_HOME") or Path.home() / "aks")).expanduser().resolve()
    return Settings(
        home=chosen,
        database_url=_as_sqlalchemy_url(os.environ.get("AKS_DATABASE_URL", "")) or f"sqlite:///{chosen / 'aks.db'}",
        timezone=os.environ.get("AKS_TIMEZONE") or DEFAULT_TIMEZONE,
        user=os.environ.get("AKS_USER") or DEFAULT_USER,
        workers=_as_workers(os.environ.get("AKS_WORKERS", "")),
    )


def set_in_environment(values: dict[str, str]) -> None:
    """Set variables for libraries that read only the environment (Prefect, fontconfig), before they are imported."""
    os.environ.update(values)


def _as_workers(text: str) -> int:
    """The number of workers; as many as the machine has cores, at most four, when the text is not a whole number from 1."""
    number = int(text) if text.strip().isdecimal() else 0
    return min(number, MOST_WORKERS) if number else DEFAULT_WORKERS


def _as_sqlalchemy_url(url: str) -> str:
    """The same URL with the driver this project ships, so that a plain postgresql:// works."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
