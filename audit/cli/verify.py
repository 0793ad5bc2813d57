"""`aks verify FILE`: whether a file is one of our documents as it was made. How that is found out is in audit/reports/verify.py."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli import show
from audit.cli.given import read_given
from audit.cli.opening import current_settings, installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from audit.store.files import Files

_log = logging.getLogger(__name__)

LARGEST_CERTIFICATE = 1_000_000


def verify_command(
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="PDF atau lembar kerja yang diperiksa.")],
    root: Annotated[
        list[Path] | None,
        typer.Option("--root", metavar="SERTIFIKAT", help="Sertifikat penerbit yang dipercaya (PEM atau DER); boleh berulang."),
    ] = None,
    as_json: show.Json = False,
) -> None:
    """Periksa keaslian berkas: digambar ulang dari rekaman di dalamnya, dan dicocokkan dengan catatan kantor bila ada.

    Kode keluar 0 bila asli, 1 bila tidak atau tidak dapat dipastikan. Tanpa folder AKS yang terjadi hanya pencocokan dengan rekaman di
    dalam berkas.
    """
    from audit.reports.drawing import drawing_workers, drawn_by
    from audit.reports.verdict import sentences_of
    from audit.reports.verify import LARGEST_FILE, verify_file

    content = read_given(file, largest=LARGEST_FILE)
    roots = [read_given(path, largest=LARGEST_CERTIFICATE) for path in root or ()]
    with _records() as (session, files), drawing_workers(1) as workers:
        verdict = verify_file(content, session=session, files=files, draw=drawn_by(workers), roots=roots)
    _log.info("file verified", extra={"answer": verdict.answer.value, "issued": verdict.is_issued})
    sentences = sentences_of(verdict)

    def for_people() -> None:
        show.say(" ".join(sentences), "", f"sha256 {verdict.file_sha256}")

    show.answer(as_json, {"is_genuine": verdict.is_genuine, **asdict(verdict), "sentences": sentences}, for_people)
    if not verdict.is_genuine:
        raise typer.Exit(1)


@contextmanager
def _records() -> Iterator[tuple[Session | None, Files | None]]:
    """The office's records; neither where this machine has no office."""
    if not current_settings().key_file.exists():
        yield None, None
        return
    with installation() as opened, opened.reading() as session:
        yield session, opened.files
