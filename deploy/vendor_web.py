"""Brings in what the pages need from npm: fixed versions, checked, cut down to what is used. Run it by hand; what it wrote is committed.

    .venv/bin/python deploy/vendor_web.py

Needs the program `npm`. It only packs (no package of npm is installed, no script of one is run). What is kept of each is in this file: the
families of classes of the stylesheet, the icons by name. templates/web/static/vendor/VENDOR.txt lists what came of it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "templates" / "web" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """integrity: what the registry promises of the archive (sha512, base64)."""

    name: str
    version: str
    licence: str
    holder: str
    integrity: str


TABLER = Package(
    "@tabler/core",
    "1.6.1",
    "MIT",
    "2018-2026 The Tabler Authors; 2018-2026 codecalm.net Paweł Kuna; contains Bootstrap, 2011-2025 The Bootstrap Authors",
    "lgmR9gcxRp5JlLxcmRi9Rz85JrEvH6Bz71KnlcPVSa97wtwQNjgSs3g3fxwbAlulHyRMghhIV04QUuW3pqDsIg==",
)
ICONS = Package(
    "@tabler/icons",
    "3.51.0",
    "MIT",
    "2020-2026 Paweł Kuna",
    "0pinvPZz7YeX+OSfxuEAbnEPWbocVXW5iU8h5lh41pYG8sZuQfpWECC980lxOT0clGIcNGn8xsBr+zKaRGdA/g==",
)
HTMX = Package(
    "htmx.org",
    "2.0.11",
    "0BSD",
    "Big Sky Software",
    "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
)
FONT = Package(
    "@fontsource/source-sans-3",
    "5.3.1",
    "OFL-1.1",
    "2010-2024 Adobe",
    "O3YxvbotUOgYI2Zx0bBcEMNjnwitRf9P2+9pd54sMoux1NHrdXnMwZusw2P78lFhEzOPN4glOEQmX0ASaS68uA==",
)
AXE = Package(
    "axe-core",
    "4.14.1",
    "MPL-2.0",
    "2015-2026 Deque Systems, Inc.",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILIES = frozenset(
    _words(
        """
        active alert badge breadcrumb btn card checked collapsed col container current datagrid disabled empty form has icon input
        invalid is link nav page pagination progress row show small table text valid visually was
        """
    )
)
"""First words of the classes of Tabler that pages may use. A rule that names a class of any other family is left out."""

NOT_USED = _words(
    """
    form-colorinput form-imagecheck form-selectgroup form-floating form-range form-control-color card-rotate card-stacked
    card-tabs card-stamp card-cover card-sponsor card-img card-group btn-close btn-floating btn-loading btn-icon btn-animate
    nav-pills nav-bordered nav-segmented page-wrapper page-cover input-icon progress-bar-indeterminate text-bg text-opacity
    link-opacity link-underline table-transparent link-offset row-cols row-cards row-deck row-1 row-2 row-3 row-4 row-5 row-6
    row-7 row-8 row-9 nav-segmented btn-check btn-ghost text-decoration text-reset badge-dot alert-avatar alert-action card-link
    card-chart card-tab card-options card-list
    """
)
"""Parts of kept families that pages do not use, by the beginning of the class."""

ICON_NAMES = _words(
    """
    activity adjustments affiliate alert-circle alert-triangle arrow-back-up arrow-down arrow-left arrow-right arrow-up arrows-exchange
    arrows-sort baby-carriage ban bell book brand-whatsapp building building-community bulb calendar calendar-check calendar-due
    camera chart-bar chart-line check checklist chevron-down chevron-left chevron-right chevron-up circle circle-check circle-dot
    circle-x clipboard-check clipboard-list clipboard-text clock clock-exclamation cloud-off cloud-upload copy device-floppy
    device-mobile dots download external-link eye eye-off file-check file-export file-import file-spreadsheet file-text files
    filter flag folder friends git-compare heart-handshake heartbeat help-circle history home hourglass id inbox info-circle key
    layout-columns link list list-check lock lock-open logout mail map-pin menu-2 message messages minus notes paperclip pencil
    phone pin player-play plus point printer qrcode refresh report report-analytics route ruler-measure scale search send settings
    shield-check shield-lock sort-ascending sort-descending star stethoscope table target template trash trending-down trending-up
    upload user user-check user-circle user-exclamation user-off user-plus user-search users users-group wifi-off x
    """
)


def main() -> None:
    """Writes both folders anew. Raises SystemExit with a sentence when a package is not what it should be."""
    with tempfile.TemporaryDirectory() as made:
        unpacked = {package.name: _unpacked(package, Path(made)) for package in (TABLER, ICONS, HTMX, FONT, AXE)}
        files = {
            "tabler.css": (TABLER, _cut((unpacked[TABLER.name] / "dist/css/tabler.min.css").read_text(encoding="utf-8")).encode()),
            "icons.svg": (ICONS, _sprite(unpacked[ICONS.name] / "icons" / "outline").encode()),
            "htmx.js": (HTMX, (unpacked[HTMX.name] / "dist/htmx.min.js").read_bytes()),
            **{
                f"source-sans-3-{weight}.woff2": (
                    FONT,
                    (unpacked[FONT.name] / f"files/source-sans-3-latin-{weight}-normal.woff2").read_bytes(),
                )
                for weight in (400, 600)
            },
        }
        _write(SHIPPED, files, "Served with every page; brought in by deploy/vendor_web.py, which says what was kept of each.")
        axe = (unpacked[AXE.name] / "axe.min.js").read_bytes()
        _write(FOR_TESTS, {"axe.js": (AXE, axe)}, "Only run by tests; not shipped. Brought in by deploy/vendor_web.py.")


def _unpacked(package: Package, folder: Path) -> Path:
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", wanted, "--silent", "--ignore-scripts"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    archive = folder / packed
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise SystemExit(f"{wanted}: sha512 {found}, but {package.integrity} was expected; nothing was written.")
    into = folder / packed.removesuffix(".tgz")
    with tarfile.open(archive) as opened:
        opened.extractall(into, filter="data")
    return into / "package"


def _write(folder: Path, files: dict[str, tuple[Package, bytes]], heading: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [heading, "file | package | version | licence | copyright | sha256", ""]
    for name, (package, content) in files.items():
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        lines.append(" | ".join((name, package.name, package.version, package.licence, package.holder, digest)))
        sys.stdout.write(f"{name}: {len(content):,} bytes\n")
    (folder / "VENDOR.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sprite(folder: Path) -> str:
    """One file of symbols; stroke and size come from the stylesheet."""
    symbols = []
    for name in sorted(ICON_NAMES):
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        inside = re.sub(r"<!--.*?-->|<svg[^>]*>|</svg>", "", drawing, flags=re.DOTALL)
        inside = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inside)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(line.strip() for line in inside.splitlines())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _cut(text: str) -> str:
    """The stylesheet with the kept families only, light, without source map; the notice on top stays."""
    notice = re.search(r"/\*!.*?\*/", text, flags=re.DOTALL)
    if notice is None:
        raise SystemExit("tabler.min.css: the notice of its authors is missing; nothing was written.")
    kept = list(_kept_rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))
    still = "".join(rule for rule in kept if not _keyframes(rule))
    moving = [rule for rule in kept if (name := _keyframes(rule)) and re.search(rf"animation[^;}}]*{re.escape(name)}", still)]
    remark = "/* Cut down by deploy/vendor_web.py to the families of classes that are used here. */"
    return f'@charset "UTF-8";{notice.group()}\n{remark}\n{_used(still + "".join(moving))}\n'


def _keyframes(rule: str) -> str:
    found = re.match(r"@keyframes\s+([\w-]+)", rule)
    return found.group(1) if found else ""


def _kept_rules(rules: Sequence[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "at-rule" and rule.at_keyword in ("media", "supports") and rule.content is not None:
            inside = "".join(_kept_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            if inside:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}{{{inside}}}"
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            yield tinycss2.serialize([rule])
        elif rule.type == "qualified-rule":
            selectors = [one for one in _split(tinycss2.serialize(rule.prelude)) if _is_kept(one)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"


def _split(prelude: str) -> list[str]:
    """The selectors between the commas that are not inside brackets."""
    return [one.strip() for one in re.split(r",(?![^(\[]*[)\]])", prelude)]


def _is_kept(selector: str) -> bool:
    if (
        "data-bs-" in selector.replace("[data-bs-theme=light]", "")
        or ":host" in selector
        or "[data-vc" in selector
        or "[data-theme" in selector
    ):
        return False
    classes = re.findall(r"\.(-?[A-Za-z][\w-]*)", selector)
    return all(name.split("-")[0] in FAMILIES and not name.startswith(NOT_USED) for name in classes)


def _used(css: str) -> str:
    """Without the custom properties that nothing reads: neither another rule nor our own stylesheet."""
    ours = "".join(path.read_text(encoding="utf-8") for path in SHIPPED.parent.glob("*.css"))
    is_shorter = True
    while is_shorter:
        read = {*re.findall(r"var\(\s*(--[\w-]+)", css + ours)}
        unread = {*re.findall(r"(?<=[;{])(--[\w-]+):", css)} - read
        for name in unread:
            css = re.sub(rf"(?<=[;{{]){name}:[^;{{}}]*(;|(?=}}))", "", css)
        is_shorter = bool(unread)
    return re.sub(r"[^{}]+\{\}", "", css)


if __name__ == "__main__":
    main()
