"""A real Chromium with an empty profile, a server it asks, and what every page is held to: no fault in the console, no finding of axe."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from starlette.types import ASGIApp

PHONE, DESK = 360, 1280
_HEIGHTS = {PHONE: 740, DESK: 800}
_AXE = Path(__file__).parent / "vendor" / "axe.js"
_DEBIAN = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first draws no window around a page and takes two thirds of the time."""
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else the one that Playwright installed.

    Closed after each file: while Playwright is open its event loop runs, and what wants its own (pyHanko) fails in the next files.
    """
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=next((path for path in _DEBIAN if path.exists()), None), args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving() -> Iterator[Callable[[ASGIApp], str]]:
    """Serves applications on free ports until the block is left; the address is without a slash at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(app: ASGIApp) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none", server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        running.append((server, thread, listening))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Serves an application on a free port until the test is over."""
    with serving() as start:
        yield start


@pytest.fixture
def page_at(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`page_at(PHONE)`: a page of that width with a profile of its own; at the end of the test nothing may stand in its console.

    base: the address that "/…" is below. is_watched: False for a test that makes faults on purpose.
    Further names go to Playwright's new_context (java_script_enabled, …).
    """
    faults: list[str] = []
    contexts = []

    def new(width: int, *, base: str | None = None, is_watched: bool = True, **more: Any) -> Page:
        viewport = {"width": width, "height": _HEIGHTS.get(width, 800)}
        context = chromium.new_context(viewport=viewport, base_url=base, locale="id-ID", has_touch=width == PHONE, **more)
        contexts.append(context)
        page = context.new_page()
        if not is_watched:
            return page
        page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _is_fault(message: ConsoleMessage) -> bool:
    """A page that answers 4xx on purpose is reported by Chromium as a resource that failed to load; a file that fails is a fault."""
    is_an_answer = message.text.startswith("Failed to load resource") and "/static/" not in message.location.get("url", "")
    return message.type == "error" and not is_an_answer


@pytest.fixture(scope="session")
def check_axe() -> Callable[[Page], None]:
    """Fails with every finding of axe on a page: the rule, what is wrong, and where."""
    source = _AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        lines = [f"{one['id']} ({one['impact']}): {one['help']}\n  " + "\n  ".join(_places(one)) for one in found]
        assert not lines, "\n".join(lines)

    return check


def _places(violation: dict[str, Any]) -> list[str]:
    return [f"{' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}" for node in violation["nodes"][:6]]


def widest(page: Page) -> int:
    """How wide the page is, in CSS pixels; more than its window means that it scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def too_small_to_touch(page: Page) -> list[str]:
    """What can be pressed and is less than 44 px high or wide; links within a sentence or a list of facts are not meant (WCAG 2.5.8)."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('button, a.btn, select, input:not([type=hidden]), textarea, summary, nav a, .tasks a')]
              .map(it => it.closest('label') ?? it)
              .filter(it => it.checkVisibility() && !it.closest('.crumbs'))
              .map(it => [it, it.getBoundingClientRect()])
              .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
              .map(([it, box]) => `${it.tagName} ${it.className} “${it.textContent.trim().slice(0, 30)}” ${box.width} × ${box.height}`)"""
        )
    )
