"""HTML to an archival PDF: PDF/A-3a and PDF/UA-1 in one file, the same bytes every time. The only importer of WeasyPrint.

WeasyPrint is imported with the first document, because it takes more than a second and needs system libraries. What it may open is a
list of our own drawings in memory; everything else stops the rendering.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any, Literal

from audit import settings
from audit.errors import Fault
from audit.render import fonts, html
from audit.render.archival import finish
from audit.render.signature_fields import reserve_fields, write_fields
from audit.render.source import own_source_class

_log = logging.getLogger(__name__)

SYSTEM_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_ASSET = "aks-asset:/"
_BASE_STYLESHEET = "base/print.css"
_UA_STYLESHEET = "base/ua.css"
_VARIANT = "pdf/a-3a"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document. at: the instant it is dated with (aware), that of the snapshot and never of the rendering.

    relationship: "Data" for figures a chart was drawn from, "Source" for the snapshot, "Supplement" for the rest (ISO 32000-2, 7.11.3).
    """

    name: str
    content: bytes
    description: str
    at: datetime
    relationship: Literal["Data", "Source", "Supplement"] = "Data"


def to_pdf(
    document: str, *, stylesheet: str, identifier: bytes | str, attachments: Sequence[Attachment] = (), is_strict: bool = False
) -> bytes:
    """The bytes of the archival PDF of an HTML text.

    stylesheet: name below the templates folder; base/print.css goes before it. identifier: what the file is of (the snapshot's hash);
    equal input with an equal identifier gives equal bytes. is_strict: a warning of the engine (unknown CSS, missing font) is a Fault;
    otherwise it is logged. Raises Fault when a system library is missing or the text asks for a resource that is not ours.
    """
    engine = _engine()
    with _watched(engine, is_strict=is_strict), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its own colour profile open
        source = engine.source(document, _ASSET, engine.fetcher)
        laid_out = source.render(font_config=engine.font_config, stylesheets=[_style(stylesheet)], pdf_variant=_VARIANT)
        made = reserve_fields(laid_out).write_pdf(
            pdf_variant=_VARIANT,
            pdf_identifier=identifier.encode() if isinstance(identifier, str) else identifier,
            attachments=[_attached(engine, each) for each in attachments],
            finisher=_finish,
        )
    return bytes(made)


def to_form(document: str, *, stylesheets: Sequence[str], identifier: str, hidden: Mapping[str, str], is_strict: bool = False) -> bytes:
    """The bytes of a PDF that can be filled in; tagged, but no archival file. Equal input gives equal bytes.

    document: its `input` and `textarea` elements become fields, named by `name`, told by `title` (see `audit.render.form_pdf`).
    stylesheets: as in `to_pdf`, in this order. hidden: fields nobody sees or changes, by name. Raises Fault as `to_pdf` does.
    """
    engine = _engine()
    with _watched(engine, is_strict=is_strict):
        source = engine.weasyprint.HTML(string=document, base_url=_ASSET, url_fetcher=engine.fetcher)
        made = source.write_pdf(
            stylesheets=[_style(*stylesheets)],
            font_config=engine.font_config,
            pdf_forms=True,
            pdf_tags=True,
            pdf_identifier=identifier.encode(),
        )
    from audit.render.form_pdf import finish_form  # only here: it brings pikepdf, which no archival document needs

    return finish_form(bytes(made), hidden=hidden)


def check_engine() -> list[str]:
    """What is wrong with the PDF engine of this machine, one sentence each; an empty list when all is well. For `aks doctor`."""
    problems = [
        f"Huruf {name} tidak ada atau berubah; pasang ulang AKS." for name in fonts.SHA256 if not fonts.is_intact(fonts.FOLDER / name)
    ]
    try:
        engine = _engine()
    except Fault as problem:
        return [*problems, str(problem)]
    if not engine.has_subsetter:
        problems.append(
            "Pustaka libharfbuzz-subset0 belum terpasang: PDF dibuat empat kali lebih lambat. "
            "Pasang dengan: sudo apt-get install -y --no-install-recommends libharfbuzz-subset0"
        )
    return problems


def engine_versions() -> Mapping[str, str]:
    """The versions that decide the bytes of a document: WeasyPrint, Pango, fonts. Raises Fault when the engine is missing."""
    engine = _engine()
    return {
        "weasyprint": str(engine.weasyprint.__version__),
        "pango": _as_version(int(engine.pango.pango_version())),
        "fonts": f"{fonts.PACKAGE_NAME} {fonts.PACKAGE_VERSION}",
    }


@dataclass(frozen=True, slots=True)
class _Engine:
    """What one process shares between its documents."""

    weasyprint: Any
    source: Any
    pango: Any
    font_config: Any
    fetcher: Any
    refused: type[BaseException]
    has_subsetter: bool


@cache
def _engine() -> _Engine:
    settings.set_in_environment({"FONTCONFIG_FILE": str(fonts.CONFIGURATION)})
    try:
        import weasyprint
        from weasyprint.text import ffi
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except OSError as problem:
        raise Fault(
            "Pembuat PDF membutuhkan pustaka sistem yang belum terpasang. "
            f"Pasang dengan: sudo apt-get install -y --no-install-recommends {' '.join(SYSTEM_PACKAGES)}"
        ) from problem
    ours = html.drawings()

    class Refused(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint carries no types
        pass

    class OnlyOurDrawings(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """Serves the drawings of templates/base from memory and refuses everything else, loudly."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            drawing = ours.get(url.removeprefix(_ASSET)) if url.startswith(_ASSET) else None
            if drawing is None:
                raise Refused("resource not allowed")
            return URLFetcherResponse(url, drawing, {"Content-Type": "image/svg+xml"})

    return _Engine(
        weasyprint=weasyprint,
        source=own_source_class(weasyprint.HTML, weasyprint.CSS(string=html.stylesheet(_UA_STYLESHEET))),
        pango=ffi.pango,
        font_config=FontConfiguration(),
        fetcher=OnlyOurDrawings(allowed_protocols=(), allow_redirects=False, fail_on_errors=True),
        refused=Refused,
        has_subsetter=bool(ffi.harfbuzz_subset),
    )


@cache
def _style(*names: str) -> Any:
    engine = _engine()
    text = "".join(map(html.stylesheet, (_BASE_STYLESHEET, *names)))
    return engine.weasyprint.CSS(string=text, font_config=engine.font_config, base_url=_ASSET, url_fetcher=engine.fetcher)


def _finish(document: Any, made: Any) -> None:
    write_fields(document, made)
    finish(document, made)


def _attached(engine: _Engine, attachment: Attachment) -> Any:
    at = attachment.at.astimezone(UTC)
    return engine.weasyprint.Attachment(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        relationship=attachment.relationship,
        created=at,
        modified=at,
        url_fetcher=engine.fetcher,
    )


@contextmanager
def _watched(engine: _Engine, *, is_strict: bool) -> Iterator[None]:
    """What the engine warns of in the block is reported at its end; asking for what is not ours is a Fault."""
    with _warnings() as warned:
        try:
            yield
        except engine.refused as problem:
            raise Fault("Dokumen meminta sumber di luar berkas AKS; penggambaran dihentikan.") from problem
    _report(warned, is_strict=is_strict)


@contextmanager
def _warnings() -> Iterator[list[logging.LogRecord]]:
    """Everything WeasyPrint and fontTools complain of while the block runs; kept here and passed on to nobody."""
    collected = _Collector()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(collected)
        logger.propagate = False
    try:
        yield collected.records
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(collected)
            logger.propagate = propagate


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _report(warned: Sequence[logging.LogRecord], *, is_strict: bool) -> None:
    """Raise in strict mode. In the log only the pattern of each warning: its arguments may quote the document."""
    if not warned:
        return
    if is_strict:
        raise Fault("Pembuat PDF memperingatkan: " + "; ".join(_shortened(record.getMessage()) for record in warned[:5]))
    for pattern in sorted({str(record.msg) for record in warned}):
        _log.warning("pdf engine warned: %s", pattern)


def _as_version(packed: int) -> str:
    """Pango packs 1.50.12 into 15012."""
    return f"{packed // 10000}.{packed // 100 % 100}.{packed % 100}"


def _shortened(message: str) -> str:
    return re.sub(r"\s+", " ", message)[:200]
