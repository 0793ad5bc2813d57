"""The one Jinja environment and the folder of templates. Knows no page and no PDF.

A template gets one frozen record, `page`; a name it does not have is an error, and all text is escaped except drawings of `charts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2

from audit.errors import Fault
from audit.render import wording

_PACKAGE = Path(__file__).parent.parent


@cache
def templates_folder() -> Path:
    """`templates/` beside the package in a checkout, `_templates/` inside it when installed. Raises Fault when neither is there."""
    for folder in (_PACKAGE / "_templates", _PACKAGE.parent / "templates"):
        if (folder / "base").is_dir():
            return folder
    raise Fault("Folder templat tidak ditemukan: pemasangan AKS tidak lengkap, pasang ulang.")


@cache
def environment() -> jinja2.Environment:
    """The environment every template is drawn with; also for the workspace, which may add globals of its own before the first page."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(_FILTERS)
    return made


def render(template_name: str, page: object) -> str:
    """The text of a template drawn with one record. Raises Fault when the template wants a name the record does not have."""
    try:
        return environment().get_template(template_name).render(page=page)
    except (jinja2.UndefinedError, jinja2.TemplateNotFound, jinja2.TemplateSyntaxError) as problem:
        raise Fault(f"Templat {template_name} tidak dapat digambar: {problem.message}") from problem


def stylesheet(name: str) -> str:
    """The text of a CSS file below the templates folder ("report/packet/style.css"). Raises Fault when it is not there."""
    path = templates_folder() / name
    if path.suffix != ".css" or not path.is_file():
        raise Fault(f"Berkas gaya {name} tidak ditemukan di folder templat.")
    return path.read_text(encoding="utf-8")


def drawings() -> Mapping[str, bytes]:
    """The drawings a stylesheet may use, by name ("base/terbatas.svg"): the SVG files of templates/base, read once by the caller."""
    folder = templates_folder()
    return {f"base/{path.name}": path.read_bytes() for path in sorted((folder / "base").glob("*.svg"))}


_FILTERS = {
    "date_words": wording.date_words,
    "date_short": wording.date_short,
    "number": wording.number,
    "percent": wording.percent,
    "z_score": wording.z_score,
    "list_words": wording.list_words,
    "masked_nik": wording.masked_nik,
}
