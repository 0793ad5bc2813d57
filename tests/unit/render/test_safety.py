"""What a document could be made to open: every way we know to ask for a file or an address, straight through the PDF engine.

What leaves the machine is watched at three places: Python's own audit events, a port that listens, and a secret in a file beside.
Limits of time and memory are tested in test_workers.py.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from audit.errors import Fault
from audit.render import pdf
from audit.render.workers import Drawn, Job, Limits, Time, Workers

SECRET = "RAHASIA-DI-LUAR-BERKAS"
HEAD = '<!DOCTYPE html><html lang="id"><head><title>Uji</title>{head}</head><body><h1>Uji</h1>{body}<p>Akhir</p></body></html>'
STYLE = "report/packet/style.css"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" width="9mm" height="9mm">'

BODIES: dict[str, str] = {
    "img": '<img src="{url}" alt="x">',
    "img srcset": '<img srcset="{url} 2x" alt="x">',
    "picture": '<picture><source srcset="{url}"/><img src="aks-asset:/tidak-ada" alt="x"></picture>',
    "img relative to nothing": '<img src="../../../../../../../..{path}" alt="x">',
    "img below ours": '<img src="aks-asset:/base/../../../../../../../..{path}" alt="x">',
    "img with our name and a host": '<img src="aks-asset://127.0.0.1/base/terbatas.svg" alt="x">',
    "background attribute": '<table background="{url}"><tbody><tr><td background="{url}">x</td></tr></tbody></table>',
    "inline background": '<p style="background: url({url})">x</p>',
    "inline list image": '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    "inline border image": '<p style="border: 1pt solid; border-image: url({url}) 3">x</p>',
    "inline generated content": '<p style="content: url({url})">x</p>',
    "inline custom property": '<p style="--x: url({url}); background-image: var(--x)">x</p>',
    "inline image-set": "<p style=\"background-image: image-set('{url}' 1x)\">x</p>",
    "object": '<object data="{url}"></object>',
    "object svg": '<object data="{url}" type="image/svg+xml"></object>',
    "embed": '<embed src="{url}"/>',
    "embed svg": '<embed src="{url}" type="image/svg+xml"/>',
    "iframe": '<iframe src="{url}"></iframe>',
    "iframe srcdoc": '<iframe srcdoc="&lt;img src=&quot;{url}&quot;&gt;"></iframe>',
    "video": '<video src="{url}" poster="{url}"><source src="{url}"/><track src="{url}"/></video>',
    "audio": '<audio src="{url}"></audio>',
    "input image": '<form action="{url}"><input type="image" src="{url}" alt="x"></form>',
    "link attachment in the body": '<link rel="attachment" href="{url}">',
    "a attachment": '<p><a rel="attachment" href="{url}">x</a></p>',
    "a link": '<p><a href="{url}">x</a></p>',
    "a javascript": '<p><a href="javascript:app.launchURL(&quot;{url}&quot;)">x</a></p>',
    "script": '<script src="{url}"></script>',
    "style in the body": "<style>@import url({url});</style>",
    "svg image": SVG + '<image xlink:href="{url}" width="9" height="9"/></svg>',
    "svg image, href": SVG + '<image href="{url}" width="9" height="9"/></svg>',
    "svg use": SVG + '<use xlink:href="{url}#x"/></svg>',
    "svg use, href": SVG + '<use href="{url}"/></svg>',
    "svg foreignObject": SVG + '<foreignObject width="9" height="9"><img src="{url}" alt="x"/></foreignObject></svg>',
    "svg style": SVG + "<style>@import url({url}); rect {{ fill: url({url}#x) }}</style><rect width='9' height='9'/></svg>",
    "svg fill": SVG + '<rect width="9" height="9" fill="url({url}#x)"/></svg>',
    "svg gradient": SVG + '<linearGradient id="g" xlink:href="{url}#x"/><rect width="9" height="9" fill="url(#g)"/></svg>',
    "svg filter": SVG + '<filter id="f"><feImage xlink:href="{url}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>',
    "svg mask": SVG + '<rect width="9" height="9" mask="url({url}#m)" clip-path="url({url}#c)" marker-end="url({url}#e)"/></svg>',
    "svg script": SVG + '<script href="{url}"/></svg>',
    "xinclude": '<p xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}" parse="text"/></p>',
    "xml-stylesheet": '<?xml-stylesheet href="{url}"?>',
    "data png": '<img src="data:image/png;base64,AAAA" alt="x">',
    "data svg with an image": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
    '%3Cimage href=%22{url}%22/%3E%3C/svg%3E">',
    "data html": '<iframe src="data:text/html,%3Cimg src={url}%3E"></iframe>',
    "data attachment": '<p><a rel="attachment" href="data:text/plain,x">x</a></p>',
}  # fmt: skip
HEADS: dict[str, str] = {
    "link stylesheet": '<link rel="stylesheet" href="{url}">',
    "link stylesheet of data": '<link rel="stylesheet" href="data:text/css,@import url({url});">',
    "link attachment": '<link rel="attachment" href="{url}" title="x">',
    "link icon": '<link rel="icon" href="{url}"><link rel="preload" href="{url}" as="image"><link rel="manifest" href="{url}">',
    "import": "<style>@import url({url});</style>",
    "import, quoted": "<style>@import '{url}' print;</style>",
    "font-face": "<style>@font-face {{ font-family: Luar; src: url({url}) }} p {{ font-family: Luar }}</style>",
    "page background": "<style>@page {{ background: url({url}) }}</style>",
    "generated content": "<style>h1::before {{ content: url({url}) }} @page {{ @top-left {{ content: url({url}) }} }}</style>",
    "target text": "<style>p::after {{ content: target-text(url({url}#x)) }}</style>",
    "colour profile": "<style>@color-profile device-cmyk {{ src: url({url}) }} p {{ color: device-cmyk(0 0 0 1) }}</style>",
    "namespace": "<style>@namespace x url({url}); x|p {{ color: red }}</style>",
    "base": '<base href="{url}"><link rel="stylesheet" href="gaya.css">',
    "meta refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "meta link": '<meta http-equiv="Link" content="&lt;{url}&gt;; rel=stylesheet">',
}
WHOLE: dict[str, str] = {
    "entity of a file": '<!DOCTYPE html [<!ENTITY luar SYSTEM "{url}">]><html lang="id"><body><p>&luar;</p></body></html>',
    "parameter entity": '<!DOCTYPE html [<!ENTITY % luar SYSTEM "{url}"> %luar;]><html lang="id"><body><p>x</p></body></html>',
    "document type elsewhere": '<!DOCTYPE html SYSTEM "{url}"><html lang="id"><body><p>x</p></body></html>',
    "declared XML": '<?xml version="1.0" standalone="no"?><!DOCTYPE html SYSTEM "{url}"><html lang="id"><body><p>x</p></body></html>',
    "entity bomb": "<!DOCTYPE html [<!ENTITY a0 'x'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + ']><html lang="id"><body><p>&a11;</p></body></html>',
    "one entity many times": f"<!DOCTYPE html [<!ENTITY a '{'x' * 100_000}'>]><html lang='id'><body><p>{'&a;' * 3000}</p></body></html>",
}  # fmt: skip
SCHEMES = {"file": "file://{path}", "http": "http://127.0.0.1:{port}/x.png", "https": "https://127.0.0.1:{port}/x.svg", "plain": "{path}",
           "ftp": "ftp://127.0.0.1:{port}/x", "unc": "//127.0.0.1:{port}/x"}  # fmt: skip


@dataclass
class Watch:
    """What was opened while `is_on`; only in the thread of the test."""

    opened: list[str] = field(default_factory=list)
    is_on: bool = False
    thread: int = 0

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and threading.get_ident() == self.thread:
            if event == "open" and isinstance(arguments[0], (str, bytes)):
                self.opened.append(str(arguments[0]))
            elif event.startswith(("socket.", "urllib.", "http.", "ftplib.", "subprocess.", "os.system", "os.exec", "os.spawn")):
                self.opened.append(event)


WATCH = Watch()


@dataclass(frozen=True)
class Outside:
    """A file and a port that no document may reach."""

    path: Path
    listener: socket.socket

    def url(self, scheme: str) -> str:
        return SCHEMES[scheme].format(path=self.path, port=self.listener.getsockname()[1])

    def was_called(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    sys.addaudithook(WATCH.see)  # cannot be taken away again; it sees only what happens inside `watched`
    path = tmp_path_factory.mktemp("luar") / "luar.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text id="x" y="9">{SECRET}</text></svg>')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        pdf.to_pdf(HEAD.format(head="", body="<p>Pemanasan ≥ ✓</p>"), stylesheet=STYLE, identifier=b"x")
        yield Outside(path, listener)


@contextmanager
def watched() -> Iterator[list[str]]:
    WATCH.opened, WATCH.thread, WATCH.is_on = [], threading.get_ident(), True
    try:
        yield WATCH.opened
    finally:
        WATCH.is_on = False


def drawn(text: str) -> bytes | None:
    """The file, None when the drawing was stopped by a Fault."""
    try:
        return pdf.to_pdf(text, stylesheet=STYLE, identifier=b"x")
    except Fault:
        return None


def everything_in(file: bytes) -> str:
    """Its text, and every stream and string in it."""
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file))
    with pikepdf.open(io.BytesIO(file)) as opened:
        streams = [each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") != "/Image"]
        assert not opened.attachments
    return text + b" ".join(streams).decode("latin-1")


def check_kept_inside(text: str, outside: Outside) -> None:
    with watched() as opened:
        file = drawn(text)
    ours = (str(Path(pdf.__file__).parents[2]), sys.prefix, sys.base_prefix, "/usr/", "/etc/fonts")
    strange = [each for each in opened if not each.startswith(ours) or each.startswith(str(outside.path.parent))]
    assert not strange
    assert not outside.was_called()
    if file is not None:
        inside = everything_in(file)
        assert SECRET not in inside and "/JavaScript" not in inside


@pytest.mark.parametrize("scheme", ["file", "http"])
@pytest.mark.parametrize("name", [*BODIES, *HEADS, *WHOLE])
def test_no_way_to_ask_for_a_resource_opens_one(outside: Outside, name: str, scheme: str) -> None:
    wanted = {"url": outside.url(scheme), "path": str(outside.path)}
    if name in WHOLE:
        check_kept_inside(WHOLE[name].replace("{url}", wanted["url"]), outside)
    else:
        part = (BODIES | HEADS)[name].format(**wanted)
        check_kept_inside(HEAD.format(head=part if name in HEADS else "", body="" if name in HEADS else part), outside)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_kind_of_address_is_opened(outside: Outside, scheme: str) -> None:
    for name in ("img", "inline background", "a attachment"):
        check_kept_inside(HEAD.format(head="", body=BODIES[name].format(url=outside.url(scheme))), outside)


@pytest.mark.parametrize("name", ["img", "link attachment", "import", "font-face", "object", "generated content", "data png"])
def test_the_usual_ways_stop_the_drawing(outside: Outside, name: str) -> None:
    part = (BODIES | HEADS)[name].format(url=outside.url("file"))
    text = HEAD.format(head=part if name in HEADS else "", body="" if name in HEADS else part)
    with pytest.raises(Fault) as fault:
        pdf.to_pdf(text, stylesheet=STYLE, identifier=b"x")
    assert str(outside.path) not in str(fault.value)


def test_the_watch_sees_what_it_is_there_to_see(outside: Outside) -> None:
    with watched() as opened:
        outside.path.read_text()
        with socket.create_connection(outside.listener.getsockname()):
            pass
    assert str(outside.path) in opened and "socket.connect" in opened
    assert outside.was_called() and not outside.was_called()


def draw_it(raw: bytes) -> bytes:
    return pdf.to_pdf(raw.decode(), stylesheet=STYLE, identifier=raw[:9])


HEAVY = {
    "nested blocks": "<div>" * 2000 + "x" + "</div>" * 2000,
    "nested tables": "<table><tbody><tr><td>" * 60 + "x" + "</td></tr></tbody></table>" * 60,
    "a wide cell": '<table><tbody><tr><td colspan="65534">x</td></tr></tbody></table>',
    "a high cell": '<table><tbody><tr><td rowspan="65534">x</td></tr></tbody></table>',
    "nested sums": f'<p style="width: {"calc(" * 900}1mm{")" * 900}">x</p>',
    "drawings of drawings": SVG
    + '<rect id="u0" width="1" height="1"/>'
    + "".join(f'<g id="u{n}">' + f'<use xlink:href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
    + "</svg>",
}


def test_a_document_built_to_exhaust_the_engine_costs_only_itself() -> None:
    limit = Time(clock=5, processor=4)
    with Workers(1, limits=Limits(start=Time(clock=60, processor=60))) as workers:
        jobs = [Job("first", draw_it, HEAD.format(head="", body="<p>awal</p>").encode())]
        jobs += [Job(name, draw_it, HEAD.format(head="", body=body).encode(), limit) for name, body in HEAVY.items()]
        jobs += [Job("last", draw_it, HEAD.format(head="", body="<p>baik</p>").encode())]
        outcomes = {each.key: each for each in workers.draw_all(jobs)}
    assert outcomes.keys() == {"first", *HEAVY, "last"}
    kinds = {name: "drawn" if isinstance(one, Drawn) else one.kind for name, one in outcomes.items()}
    assert (kinds["first"], kinds["last"]) == ("drawn", "drawn")
    assert (kinds["nested blocks"], kinds["nested sums"]) == ("broke", "broke")
    assert kinds["drawings of drawings"] in ("time", "processor")
