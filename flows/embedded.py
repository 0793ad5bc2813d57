"""Starting a flow in this process: no server to run, Prefect's own home under ours, telemetry off. Deployments are in prefect.yaml."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from threading import Event
from typing import Any

from audit.settings import Settings, set_in_environment

FLOWS: Mapping[str, str] = {
    "identify": "flows.identify",
    "expert_review": "flows.expert_review",
    "recommendation": "flows.recommendation",
    "follow_up": "flows.follow_up",
    "documents": "flows.documents",
    "dissemination": "flows.dissemination",
    "semester": "flows.semester",
}
"""Flow name -> the module that holds a flow of that name."""

Watch = Callable[[int, int], None]
"""Told how many are done, and of how many; called in the thread that runs the flow."""

_WATCH: ContextVar[Watch | None] = ContextVar("_WATCH", default=None)


def prepare(settings: Settings) -> None:
    """Tell Prefect and our own tasks, through the environment, where to work. Call it before anything imports Prefect."""
    settings.prefect_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    set_in_environment(
        {
            "AKS_HOME": str(settings.home),
            "AKS_DATABASE_URL": settings.database_url,
            "AKS_TIMEZONE": settings.timezone,
            "AKS_WORKERS": str(settings.workers),
            "PREFECT_HOME": str(settings.prefect_home),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
            "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
            "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
            "PREFECT_CLI_PROMPT": "false",
        }
    )


def tells_its_makers(settings: Settings) -> bool:
    """Whether Prefect would report to its makers that it is used. Raises ImportError when it cannot be loaded."""
    prepare(settings)
    return bool(importlib.import_module("prefect.settings").get_current_settings().server.analytics_enabled)


def tell_progress(done: int, total: int) -> None:
    """Tell whoever started this flow in this process how far it is; without a watcher nothing happens."""
    if (watch := _WATCH.get()) is not None:
        watch(done, total)


def work_on(settings: Settings, *, until: Event) -> None:
    """Do errands and the moves of the system in this process until `until` is set (see flows/errands.py)."""
    importlib.import_module("flows.errands").work_on(settings, until=until)


def run(flow_name: str, settings: Settings, *, watch: Watch | None = None, **parameters: Any) -> Mapping[str, Any]:
    """Run one flow to its end in this process and return its counts.

    Parameters are ids, names of the book and instants (ISO 8601) only. watch: see `Watch`; only the documents tell how far they are.
    Raises KeyError for an unknown flow, Fault when the flow broke.
    """
    prepare(settings)
    module = importlib.import_module(FLOWS[flow_name])
    # These two only work in code: a sync flow waits a whole second for its heartbeat thread, and no variable turns that off.
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    logging.getLogger("httpx").setLevel(logging.WARNING)
    watching = _WATCH.set(watch)
    try:
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            result: Mapping[str, Any] = getattr(module, flow_name)(**parameters)
    finally:
        _WATCH.reset(watching)
    return result
