"""Whether a file is one of our documents as it was made: found out from the file, and from the office's records where there are any.

The file may come from anybody. Only the canonical bytes of its record are drawn again, and only values can be in them; what cannot be
drawn is an answer and no error. How a verdict is worded is in verdict.py; the public page has public_facts.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit.errors import Fault, Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.history import head_at
from audit.lifecycle.tables import Cycle, Document
from audit.render.contents import Contents, Unreadable, contents_of
from audit.render.signing import SignatureState, read_signatures, unsigned_part
from audit.reports.book import known_entry
from audit.reports.differences import differences
from audit.reports.drawers import draw
from audit.reports.printing import made_with
from audit.reports.publish import Draw
from audit.reports.record import RECORD_NAME, Record, read_record
from audit.reports.revisions import newest_revision_of
from audit.reports.verdict import About, Answer, HistoryFound, Verdict
from audit.settings import DEFAULT_TIMEZONE
from audit.store.canonical import sha256_hex
from audit.store.files import Files

LARGEST_FILE = 100_000_000
LARGEST_RECORD = 8_000_000
_LONGEST_WORD = 300

_MARKS = (RECORD_NAME.encode(), b"<xmp:CreatorTool>AKS ", b"/Creator (AKS ")
"""What a file of ours shows even where it is too damaged to be opened."""

_CLAIM = re.compile(rb"Sidik rekaman \(SHA-256\) ([0-9a-f]{64})")
"""What a workbook of ours says in its properties."""

_LARGEST_PROPERTIES = 100_000

_ENCRYPTED = "Berkas ini terkunci kata sandi sehingga isinya tidak dapat diperiksa; dokumen AKS tidak pernah dikunci."
_BROKEN = "Berkas PDF ini rusak atau terpotong sehingga isinya tidak dapat diperiksa."
_TOO_LARGE = f"Berkas ini lebih besar dari {LARGEST_FILE // 1_000_000} MB; dokumen AKS tidak sebesar itu."
_WORKBOOK = "Lembar kerja Excel hanya dikenali dari sidiknya, dan sidik berkas ini tidak ada dalam catatan yang tersedia di sini."
_OTHER = "Berkas ini bukan PDF."

_OF_CONTENT = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, Fault, Refused)
"""What a record that nobody froze can make of the drawing. The engine itself was asked before whether it works."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file, looked at. unsigned: the bytes before its first signature; record: None when there is none that can be read.

    claimed: the hash of the record that the file says it was made from, "" when it does not say.
    """

    kind: str
    whole: bytes
    unsigned: bytes
    contents: Contents | None = None
    record: Record | None = None
    signatures: Sequence[SignatureState] = ()
    trouble: str = ""
    has_marks: bool = False
    claimed: str = ""

    @property
    def is_signed_well(self) -> bool:
        """Whether every signature holds and nothing stands after the last; also when there is none."""
        signed = self.signatures
        return not signed or (all(each.is_intact for each in signed) and any(each.covers_whole_file for each in signed))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the office's records have of a file: the row with its hash, else with its record's, else with its number; its cycle."""

    by_file: Document | None = None
    by_record: Document | None = None
    by_number: Document | None = None
    newest: Document | None = None
    cycle: Cycle | None = None


def verify_file(pdf: bytes, *, session: Session | None, files: Files | None, draw: Draw = draw, roots: Sequence[bytes] = ()) -> Verdict:
    """What can be said of a file: PDF, workbook, or whatever somebody handed in.

    session, files: the office's records and kept files; without them it is answered from the record inside, if there is one.
    draw: where it is drawn again, as in `publish`. roots: certificates of authorities that are believed.
    Constant in statements; writes nothing. Raises nothing for what is in the file.
    """
    seen = _look(pdf, roots)
    known = _look_up(session, seen) if session is not None else _Known()
    about = _about(seen, known)
    verdict = Verdict(
        Answer.FOREIGN,
        seen.kind,
        sha256_hex(seen.whole),
        sha256_hex(seen.unsigned),
        about=about,
        is_issued=_is_issued(session, known),
        made_with=known.by_file.made_with if known.by_file else seen.contents.generator if seen.contents else "",
        superseded_by=_superseded_by(known),
        signatures=seen.signatures,
        trouble=seen.trouble,
    )
    if not (known.by_file or seen.record or seen.has_marks):
        return replace(verdict, about=None)
    verdict = _judged(verdict, seen, known, files, draw)
    if session is not None and verdict.is_issued and seen.record and known.cycle:
        verdict = replace(verdict, history=_history(session, known.cycle.id, seen.record))
    return verdict


def _judged(verdict: Verdict, seen: _Seen, known: _Known, files: Files | None, draw: Draw) -> Verdict:
    here = _made_with_here() if seen.kind == "pdf" else ""
    drawn = _drawn(seen.record, draw) if here and seen.record else None
    verdict = replace(verdict, made_with_here=here, is_redrawn=None if drawn is None else drawn == seen.unsigned)
    if seen.is_signed_well:
        if verdict.is_redrawn:
            return replace(verdict, answer=Answer.REPRODUCIBLE, differences=_taken_number(verdict, known))
        if known.by_file:
            return replace(verdict, answer=Answer.GENUINE)
        if verdict.is_issued is None and (seen.kind == "xlsx" or _may_be_of_another_version(seen, verdict)):
            return replace(verdict, answer=Answer.UNDECIDED)
    if seen.kind == "xlsx":
        return replace(verdict, answer=Answer.ALTERED, differences=("bitanya bukan yang dicatat ketika itu",))
    original = _original(known, files) or drawn
    found = differences(
        seen.unsigned,
        seen.contents,
        seen.record,
        original=original,
        is_undrawable=bool(here) and seen.record is not None and drawn is None,
        is_signed_well=seen.is_signed_well,
    )
    return replace(verdict, answer=Answer.ALTERED, differences=found)


def _look(pdf: bytes, roots: Sequence[bytes]) -> _Seen:
    if len(pdf) > LARGEST_FILE:
        return _Seen("other", pdf, pdf, trouble=_TOO_LARGE)
    if b"%PDF-" not in pdf[:1024]:
        return _look_at_workbook(pdf) if pdf.startswith(b"PK\x03\x04") else _Seen("other", pdf, pdf, trouble=_OTHER)
    has_marks = any(mark in pdf for mark in _MARKS)
    try:
        contents = contents_of(pdf)
        unsigned, signatures = unsigned_part(pdf), read_signatures(pdf, roots)
    except Unreadable as problem:
        return _Seen("pdf", pdf, pdf, trouble=_ENCRYPTED if problem.trouble == "encrypted" else _BROKEN, has_marks=has_marks)
    except Refused:
        return _Seen("pdf", pdf, pdf, contents, trouble=_BROKEN, has_marks=has_marks)
    is_ours = RECORD_NAME in contents.attachments or contents.generator.startswith("AKS ")
    raw = contents.attachments.get(RECORD_NAME)
    return _Seen("pdf", pdf, unsigned, contents, _record(raw) if raw else None, signatures, has_marks=is_ours, claimed=contents.identifier)


def _look_at_workbook(content: bytes) -> _Seen:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                return _Seen("other", content, content, trouble=_OTHER)
            with archive.open("docProps/core.xml") as part:
                claimed = _CLAIM.search(part.read(_LARGEST_PROPERTIES))
    except (BadZipFile, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        return _Seen("other", content, content, trouble=_OTHER)
    return _Seen("xlsx", content, content, trouble=_WORKBOOK, has_marks=claimed is not None, claimed=claimed[1].decode() if claimed else "")


def _record(raw: bytes) -> Record | None:
    """The record with these bytes when every field outside its content is what it must be; None for any other."""
    if len(raw) > LARGEST_RECORD:
        return None
    try:
        record = read_record(raw)
        words = (record.document, record.edition, record.subject, record.number, record.cycle["code"], record.cycle["kabupaten_code"])
        is_plain = all(isinstance(word, str) and len(word) <= _LONGEST_WORD for word in words) and type(record.revision) is int
    except (Refused, RecursionError, LookupError, TypeError):
        return None
    return record if is_plain and record.at.tzinfo is not None else None


def _drawn(record: Record, draw: Draw) -> bytes | None:
    """The file that the record is drawn as here; None when it cannot be drawn."""
    try:
        return draw(record.raw)
    except _OF_CONTENT:
        return None


def _made_with_here() -> str:
    try:
        return made_with()
    except Fault:
        return ""


def _may_be_of_another_version(seen: _Seen, verdict: Verdict) -> bool:
    """Whether the file is whole in itself, and only the version that made it could say more."""
    if seen.record is None or seen.contents is None or seen.contents.identifier != seen.record.sha256:
        return False
    return verdict.made_with != verdict.made_with_here


def _look_up(session: Session, seen: _Seen) -> _Known:
    """Three statements."""
    digest = sha256_hex(seen.unsigned)
    record = seen.record
    wanted = [Document.file_sha256 == digest]
    if record:
        wanted += [Document.record_sha256 == record.sha256, Document.number == record.number]
    elif seen.claimed:
        wanted += [Document.record_sha256 == seen.claimed]
    rows = session.scalars(select(Document).where(or_(*wanted)).order_by(Document.id.desc())).all()
    by_file = next((row for row in rows if row.file_sha256 == digest), None)
    by_record = next((row for row in rows if record and row.record_sha256 == record.sha256), None)
    row = by_file or by_record or (rows[0] if rows else None)
    newest = newest_revision_of(session, row) if row else None
    return _Known(by_file, by_record, rows[0] if rows else None, newest, _cycle(session, row, record))


def _cycle(session: Session, row: Document | None, record: Record | None) -> Cycle | None:
    if row is not None:
        return session.get_one(Cycle, row.cycle_id)
    if record is None:
        return None
    named = Cycle.code == record.cycle["code"], Cycle.kabupaten_code == record.cycle["kabupaten_code"]
    return session.scalar(select(Cycle).where(*named))


def _is_issued(session: Session | None, known: _Known) -> bool | None:
    """None also where the file is of a cycle that this office does not keep."""
    if session is None or not (known.by_file or known.by_record or known.by_number or known.cycle):
        return None
    return bool(known.by_file or known.by_record)


def _superseded_by(known: _Known) -> str | None:
    row = known.by_file or known.by_record
    if row is None or known.newest is None or known.newest.id == row.id:
        return None
    return f"{known.newest.number} (revisi {known.newest.revision})"


def _taken_number(verdict: Verdict, known: _Known) -> tuple[str, ...]:
    taken = verdict.is_issued is False and known.by_number is not None
    return ("nomor itu tercatat di sini untuk dokumen lain",) if taken else ()


def _original(known: _Known, files: Files | None) -> bytes | None:
    """The file as the office keeps it; None when it does not."""
    row = known.by_file or known.by_record or known.by_number
    try:
        return files.get(row.file_sha256) if files and row else None
    except Fault:
        return None


def _about(seen: _Seen, known: _Known) -> About | None:
    row, record = known.by_file or known.by_number, seen.record
    zone = known.cycle.timezone if known.cycle else DEFAULT_TIMEZONE
    if record is not None:
        at, zone = record.at, str(record.cycle.get("timezone", zone))
        try:
            local_date(at, zone)
        except (LookupError, OSError, OverflowError, ValueError):
            return None
        found: Any = record
        return About(
            record.number, _title(record.document), record.document, record.edition, record.subject, record.revision, at, zone,
            record.code, record.sha256,
        )  # fmt: skip
    if row is None:
        return None
    found = row
    return About(
        found.number, _title(found.name), found.name, found.edition, found.subject, found.revision, found.made_at, zone,
        found.code, found.record_sha256,
    )  # fmt: skip


def _title(name: str) -> str:
    one = known_entry(name)
    return one.title if one else name


def _history(session: Session, cycle_id: int, record: Record) -> HistoryFound | None:
    """Whether the history printed in the document still comes out; None when it prints none."""
    try:
        printed = record.content["history"]
        events, last_at, head = int(printed["events"]), datetime.fromisoformat(printed["last_at"]), str(printed["head"])
    except (KeyError, TypeError, ValueError):
        return None
    now = head_at(session, cycle_id, last_at=last_at, events=events)
    return HistoryFound((now.head, now.events) == (head, events) and not now.broken, events, last_at, [b.case_number for b in now.broken])
