"""A whole office for the browser: a home of its own, the pages on a port, the process beside them, and a clock that is moved by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from audit.casework.installation import Installation, initialise, open_installation
from audit.settings import Settings
from audit.web.app import create_app

WORK = """
import sys
from datetime import datetime
from pathlib import Path
from threading import Event
from audit.settings import Settings
from flows.errands import work_on

home, clock = Path(sys.argv[1]), Path(sys.argv[2])
settings = Settings(home=home, database_url=f"sqlite:///{home / 'aks.db'}", workers=1)
work_on(settings, until=Event(), now=lambda: datetime.fromisoformat(clock.read_text()))
"""
"""The process of `aks work`, told the time of the play."""

_ROOT = Path(__file__).parents[2]


class Office:
    """What is behind the browsers. at: now, for the pages and for the process beside them."""

    def __init__(self, folder: Path, *, at: datetime) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "aks", database_url=f"sqlite:///{folder / 'aks' / 'aks.db'}", workers=1)
        initialise(self.settings, at=at)
        self.here: Installation = open_installation(self.settings)
        self._clock = folder / "jam"
        self.go_to(at)
        self._work: subprocess.Popen[bytes] | None = None

    def app(self, **how: Any) -> Any:
        return create_app(self.here, now=lambda: self.at, **how)

    def go_to(self, at: datetime) -> None:
        self.at = at
        waiting = self._clock.with_suffix(".baru")
        waiting.write_text(at.isoformat(), encoding="utf-8")
        waiting.replace(self._clock)

    def pass_days(self, days: float) -> None:
        self.go_to(self.at + timedelta(days=days))

    def start_work(self) -> None:
        """The process beside the pages, as `aks serve` starts it."""
        self._log = (self.folder / "kerja.log").open("wb")
        self._work = subprocess.Popen(
            [sys.executable, "-P", "-c", WORK, str(self.settings.home), str(self._clock)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            start_new_session=True,
        )

    def close(self) -> None:
        if self._work is not None:
            self._work.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._work.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(self._work.pid, signal.SIGKILL)  # the engine of the flows is a process of its own in this group
            self._work.wait(5)
            self._log.close()
        self.here.close()


def answer(page: Page, answers: Mapping[str, Any]) -> None:
    """Answer the questions of the form on the page, by the names of its fields, the way a hand does it."""
    for name, value in answers.items():
        found = page.locator(f'main [name="{name}"]')
        kind = (found.first.get_attribute("type") or "") if found.count() else "missing"
        assert kind != "missing", f"{page.url}: no field {name}"
        if kind == "checkbox":
            for box in found.all():
                box.set_checked(box.get_attribute("value") in ([value] if isinstance(value, str) else value))
        elif kind == "radio":
            one = ("ya" if value else "tidak") if isinstance(value, bool) else value
            page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif found.first.evaluate("it => it.tagName") == "SELECT":
            found.first.select_option(str(value))
        else:
            found.first.fill(str(value))


def press(page: Page, label: str) -> None:
    """Press the button, or follow the link, that says this within the page."""
    button = page.locator("main").get_by_role("button", name=label, exact=True)
    link = page.locator("main").get_by_role("link", name=label, exact=True)
    found = button if button.count() else link
    if not found.count():
        offered = [it.strip() for it in page.locator("main button, main a.btn").all_inner_texts()]
        raise AssertionError(f"{page.url}: no “{label}” among {offered}\n{page.locator('main').inner_text()[:1500]}")
    with page.expect_navigation(timeout=30_000):
        found.first.click(timeout=10_000)


def wait_for(page: Page, address: str, text: str, *, within: str = "main", seconds: int = 90) -> Locator:
    """Open an address again and again until the page says this; what the process beside the pages does takes its time."""
    end = time.monotonic() + seconds
    while True:
        page.goto(address)
        found = page.locator(within).get_by_text(text)
        if found.count():
            return found.first
        assert time.monotonic() < end, f"{address} never said “{text}”:\n{page.locator('main').inner_text()[:1500]}"
        time.sleep(0.7)
