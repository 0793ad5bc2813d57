"""What the pages are made of: what came from outside is what was checked, nothing is named that is not there, and it is light."""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from audit.errors import Fault
from audit.render.html import templates_folder
from audit.web import assets, parts, shell
from audit.web.guarding import CONTENT_SECURITY, SafeHeaders
from tests.browser.catalogue import catalogue_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ROOT = Path(__file__).resolve().parents[2]
WEB = templates_folder() / "web"
VENDORED = (WEB / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")
MOST_BYTES = 150_000
"""The first view on a 3G phone, compressed as it is served: half a minute at the slowest, two seconds after that."""


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_what_npm_brought_is_what_was_checked(folder: Path) -> None:
    lines = [line.split(" | ") for line in (folder / "VENDOR.txt").read_text(encoding="utf-8").splitlines()[3:]]
    listed = {line[0]: line[-1] for line in lines}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "VENDOR.txt"}
    assert listed == found
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", line[2]) and line[3] and line[4] for line in lines), "version, licence and holder of each"


def test_what_is_shipped_is_named_in_the_notice_and_tests_keep_theirs() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in ("Tabler 1.6.1", "Tabler Icons 3.51.0", "Bootstrap", "htmx 2.0.11", "Source Sans 3"):
        assert name in notice, f"{name} is not in NOTICE"
    assert not list(WEB.rglob("axe*"))


def _templates() -> Iterator[tuple[str, str]]:
    for path in sorted(WEB.rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield str(path.relative_to(WEB)), text


def test_every_class_of_a_template_has_a_rule() -> None:
    """A class of Tabler that was cut away, or one that is misspelt, would pass unseen."""
    style = "".join(assets.assets()[name].content.decode() for name in ("tabler.css", "aks.css"))
    ruled = set(re.findall(r"\.(-?[A-Za-z][\w-]*)", style))
    named: dict[str, str] = {}
    for template, text in _templates():
        for value in re.findall(r'\bclass="((?:[^"{]|\{[{%].*?[%}]\})*)"', text):
            plain = re.sub(r"\S*\{\{.*?\}\}\S*", " ", re.sub(r"\{%.*?%\}", " ", value))
            named |= dict.fromkeys(plain.split(), template)
    without = {word: template for word, template in named.items() if word not in ruled and word not in NOT_STYLED}
    assert not without, f"no rule in tabler.css or aks.css: {without}"


NOT_STYLED = frozenset({"event-title"})
"""Names for who reads the template; what they look like comes from the tag."""


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = assets.assets()["icons.svg"].content.decode()
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named: dict[str, str] = {}
    for template, text in _templates():
        named |= dict.fromkeys(re.findall(r'\bicon\("([\w-]+)"', text), template)
        for mapping in re.findall(r'icon\((\{.*?\})\.get\(\w+\.\w+, "([\w-]+)"\)', text):
            named |= dict.fromkeys((*re.findall(r': "([\w-]+)"', mapping[0]), mapping[1]), template)
        named |= dict.fromkeys(re.findall(r'card\([^)]*?, "([\w-]+)"', text), template)
    for path in sorted((ROOT / "audit" / "web").rglob("*.py")):
        named |= dict.fromkeys(_icons_of_records(ast.parse(path.read_text(encoding="utf-8"))), path.name)
    missing = {name: where for name, where in named.items() if name not in there}
    assert len(named) > 20 and not missing, f"not in the sprite, see ICON_NAMES in deploy/vendor_web.py: {missing}"


def _icons_of_records(module: ast.AST) -> Iterator[str]:
    """The icons written down where records of parts (and places of the menu) are made, by name or by position."""
    records = {**vars(parts), "Place": shell.Place}
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if not is_dataclass(made := records.get(name)):
            continue
        given = {one.name: value for one, value in zip(fields(made), call.args, strict=False)} | {
            one.arg: one.value for one in call.keywords
        }
        icon = given.get("icon")
        if isinstance(icon, ast.Constant) and icon.value:
            yield icon.value


def test_every_custom_property_that_is_read_is_set() -> None:
    """The cut leaves out what nothing reads; what is read from then on has to be there."""
    style = "".join(assets.assets()[name].content.decode() for name in ("tabler.css", "aks.css"))
    ours = re.findall(r"var\((--[\w-]+)\)", assets.assets()["aks.css"].content.decode())
    assert ours and not {name for name in ours if f"{name}:" not in style}


def test_no_template_has_script_style_or_handler_inline() -> None:
    for template, text in _templates():
        for inline in (r"<style", r"\sstyle=", r"\son[a-z]+=", r"<script(?![^>]*\ssrc=)", r"javascript:", r"hx-on", r"hx-vals='js:"):
            assert not re.search(inline, text), f"{template}: {inline}"
        assert not re.search(r"(?:src|href|action)=\"https?:", text), f"{template} asks somebody else"


def test_the_first_view_is_light() -> None:
    with TestClient(catalogue_app()) as visitor:
        page, size = _as_served(visitor, "/")
        wanted = {one.partition("#")[0] for one in re.findall(r'"(/static/[^"]+)"', page)}
        for address in sorted(wanted):
            text, bytes_of_it = _as_served(visitor, address)
            size += bytes_of_it
            if address.endswith(".css"):
                size += sum(_as_served(visitor, font)[1] for font in re.findall(r'"(/static/[^"]+\.woff2)"', text) if font not in wanted)
    assert len(wanted) >= 6, "stylesheets, scripts, icons, font"
    assert size < MOST_BYTES, f"{size:,} bytes"


def _as_served(visitor: TestClient, address: str) -> tuple[str, int]:
    with visitor.stream("GET", address, headers={"Accept-Encoding": "gzip, br"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.status_code == 200
    plain = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    return plain.text if plain.headers["content-type"].startswith(("text/", "image/svg")) else "", len(raw)


def test_a_file_is_served_compressed_to_who_takes_it_and_whole_to_others() -> None:
    app = Starlette(routes=[Route("/static/{name}", assets.asset)], exception_handlers={404: lambda *_: PlainTextResponse("", 404)})
    with TestClient(app) as visitor:
        address = assets.address_of("tabler.css")
        small = visitor.get(address, headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
        assert small.headers["Content-Encoding"] == "gzip" and int(small.headers["Content-Length"]) < 30_000
        for refusing in ("identity", "gzip;q=0", ""):
            whole = visitor.get(address, headers={"Accept-Encoding": refusing})
            assert "Content-Encoding" not in whole.headers and whole.content == small.content
        assert small.headers["Vary"] == whole.headers["Vary"] == "Accept-Encoding" and "immutable" in whole.headers["Cache-Control"]
        font = visitor.get(assets.address_of("source-sans-3-400.woff2"), headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in font.headers and font.headers["Content-Type"] == "font/woff2"
        assert visitor.get("/static/tabler.css").status_code == 404 and visitor.get("/static/VENDOR.txt").status_code == 404


def test_a_file_that_is_not_there_is_a_fault_when_it_is_named() -> None:
    with pytest.raises(Fault, match=r"tidak-ada\.css"):
        assets.address_of("tidak-ada.css")


def test_the_policy_allows_only_what_lies_here() -> None:
    allowed = {directive.split()[0]: directive.split()[1:] for directive in CONTENT_SECURITY.split(";")}
    assert allowed.pop("img-src") == ["'self'", "data:"]
    assert {name for name, sources in allowed.items() if sources == ["'none'"]} == {"default-src", "base-uri", "frame-ancestors"}
    assert all(sources in (["'self'"], ["'none'"]) for sources in allowed.values())


@pytest.mark.parametrize(
    ("scheme", "told", "is_behind_proxy", "is_bound"),
    [
        ("http", None, False, False),
        ("https", None, False, True),
        ("http", "https", False, False),  # anybody may write that header
        ("http", "https", True, True),
        ("http", "https, http", True, False),  # the nearest proxy has the last word
        ("http", None, True, False),
    ],
)
def test_a_browser_is_bound_to_https_only_after_https(scheme: str, told: str | None, is_behind_proxy: bool, is_bound: bool) -> None:
    app = Starlette(
        routes=[Route("/", lambda _request: PlainTextResponse("ya"))],
        middleware=[Middleware(SafeHeaders, is_behind_proxy=is_behind_proxy)],
    )
    with TestClient(app, base_url=f"{scheme}://kantor.example") as visitor:
        answer = visitor.get("/", headers={"X-Forwarded-Proto": told} if told else {})
    assert ("Strict-Transport-Security" in answer.headers) is is_bound
