"""The newest documents of a cycle together: copied out, as one file for the printer, as an archive. No document is made here.

The archive is the same bytes for the same documents: order and dates come from them. The file for the printer says that it is no archive.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Cycle, Document, DocumentSignature
from audit.reports.book import BOOK, file_name
from audit.reports.document import PUBLIC, DocumentEntry
from audit.store.canonical import sha256_hex
from audit.store.files import Files, whole_file, write_whole

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
MANIFEST_FORMAT = 1

PRIVATE, OPEN = 0o600, 0o644

MayRead = Callable[[DocumentEntry, str, str], bool]
"""Entry, edition, subject -> whether the person this is for may read it."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A newest document and where it goes: path below the bundle ("paket/paket-AKS-3509-2026-2-007.pdf").

    file_sha256: of the file to hand out, with the newest signature where there is one; is_signed says so.
    """

    entry: DocumentEntry
    document: Document
    path: PurePosixPath
    file_sha256: str
    is_signed: bool

    @property
    def mode(self) -> int:
        """Who may open a copy: what is not public belongs to its owner only."""
        return OPEN if self.document.edition == PUBLIC else PRIVATE


def newest_documents(session: Session, cycle: Cycle, *, may_read: MayRead, names: Sequence[str] = ()) -> tuple[list[Bundled], int]:
    """The newest revision of every document of the cycle that may be read, in the order of the book, and how many may not; 2 statements.

    names: of the book; empty: all. A document that the book no longer has is left out: nobody knows who may read it.
    """
    newest = {(one.name, one.edition, one.subject): one for one in session.scalars(_of_cycle(cycle.id))}
    signed = {
        row.document_id: row.file_sha256
        for row in session.execute(
            select(DocumentSignature.document_id, DocumentSignature.file_sha256)
            .join(Document, Document.id == DocumentSignature.document_id)
            .where(Document.cycle_id == cycle.id)
            .order_by(DocumentSignature.id)
        )
    }
    entries = {one.name: (place, one) for place, one in enumerate(BOOK) if not names or one.name in names}
    found = sorted((entries[key[0]][0], *key[1:], document.id) for key, document in newest.items() if key[0] in entries)
    by_id = {document.id: document for document in newest.values()}
    listed: list[Bundled] = []
    taken: set[PurePosixPath] = set()
    for _, edition, subject, document_id in found:
        document = by_id[document_id]
        one = entries[document.name][1]
        if may_read(one, edition, subject):
            path = _free_path(document, cycle, taken)
            listed.append(Bundled(one, document, path, signed.get(document_id, document.file_sha256), document_id in signed))
    return listed, len(found) - len(listed)


def copy_out(files: Files, documents: Sequence[Bundled], folder: Path) -> None:
    """Every document as a file below `folder`, in a folder for each name. Older copies are replaced. Raises OSError, and Fault."""
    for name in {one.path.parts[0] for one in documents}:
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in documents:
        write_whole(folder / one.path, files.get(one.file_sha256), mode=one.mode)


def write_archive(files: Files, documents: Sequence[Bundled], cycle: Cycle, target: Path) -> None:
    """A ZIP, stored, with every document, manifest.json and SHA256SUMS; one document is in memory at a time. Raises OSError, and Fault.

    What lies in it is private in its rights unless it is public; the archive itself is so unless all of it is.
    """
    rows, sums = [], []
    mode = OPEN if documents and all(one.mode == OPEN for one in documents) else PRIVATE
    last = max((one.document.made_at for one in documents), default=cycle.opened_at)
    with whole_file(target, mode=mode) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:

        def put(path: str, content: bytes, at: Any, rights: int) -> None:
            about = zipfile.ZipInfo(path, at.astimezone(UTC).timetuple()[:6])
            about.create_system, about.external_attr = 3, (0o100000 | rights) << 16
            archive.writestr(about, content)
            if path != SUMS:
                sums.append(f"{sha256_hex(content)}  {path}\n")

        for one in documents:
            content = files.get(one.file_sha256)
            put(str(one.path), content, one.document.made_at, one.mode)
            rows.append(_row(one, len(content)))
        manifest = {"format": MANIFEST_FORMAT, "cycle": cycle.code, "kabupaten_code": cycle.kabupaten_code, "documents": rows}
        put(MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode(), last, mode)
        put(SUMS, "".join(sums).encode(), last, mode)


def _of_cycle(cycle_id: int) -> Any:
    return select(Document).where(Document.cycle_id == cycle_id).order_by(Document.revision, Document.id)


def _free_path(document: Document, cycle: Cycle, taken: set[PurePosixPath]) -> PurePosixPath:
    """Where the document goes; two places whose plain names are the same are told apart by the code of the document."""
    path = PurePosixPath(document.name, file_name(document, cycle))
    if path in taken:
        path = path.with_stem(f"{path.stem}-{document.code[:4]}")
    taken.add(path)
    return path


def _row(one: Bundled, size: int) -> dict[str, Any]:
    document = one.document
    return {
        "path": str(one.path),
        "name": document.name,
        "title": one.entry.title,
        "edition": document.edition,
        "subject": document.subject,
        "number": document.number,
        "revision": document.revision,
        "code": document.code,
        "sha256": one.file_sha256,
        "is_signed": one.is_signed,
        "unsigned_sha256": document.file_sha256,
        "record_sha256": document.record_sha256,
        "size": size,
        "made_at": document.made_at.astimezone(UTC).isoformat(),
        "made_with": document.made_with,
        "history_head": document.history_head,
    }
