"""The record a document is drawn from, and what the document is called. It lies inside every file as `rekaman.json`; nothing is drawn here.

A document is a pure function of its record, the templates and fonts, and the versions of the program: the same record gives the same
bytes. The SHA-256 of the record is printed on every page; the code for the verification page is derived from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from audit.errors import Refused
from audit.store.canonical import canonical_json, sha256_hex

RECORD_NAME = "rekaman.json"
RECORD_FORMAT = 2

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: nothing that is read as something else."""

_CODE_LETTERS = 16
_FIELDS = frozenset({"format", "document", "edition", "subject", "number", "revision", "at", "content"})


@dataclass(frozen=True)
class Record:
    """A record, read from its canonical bytes.

    document, edition, subject: as in the book. number: as printed ("PK-3509-2026-2-007.1"). revision: 1 for the first.
    at: the instant the document is dated with (aware, UTC), never that of the drawing. content: what the document shows.
    raw: the canonical bytes themselves.
    """

    document: str
    edition: str
    subject: str
    number: str
    revision: int
    at: datetime
    content: Mapping[str, Any]
    raw: bytes

    @cached_property
    def sha256(self) -> str:
        """Of the canonical bytes: what is printed, and what the file's identifier is."""
        return sha256_hex(self.raw)

    @cached_property
    def code(self) -> str:
        """What the verification page is asked with, e.g. "7G3K-9QXT-0A2M-WZ4C"; see `code_of`."""
        return code_of(self.sha256)

    @property
    def cycle(self) -> Mapping[str, Any]:
        """The cycle as `audit.reports.frozen.frozen_cycle` wrote it."""
        cycle: Mapping[str, Any] = self.content["cycle"]
        return cycle


def make_record(
    *, document: str, edition: str, subject: str, number: str, revision: int, at: datetime, content: Mapping[str, Any]
) -> Record:
    """The record of a document about to be drawn. content: plain values ready for JSON, with the cycle under "cycle"."""
    stamped = {
        "format": RECORD_FORMAT,
        "document": document,
        "edition": edition,
        "subject": subject,
        "number": number,
        "revision": revision,
        "at": at.astimezone(UTC).isoformat(),
        "content": content,
    }
    return read_record(canonical_json(stamped))


def read_record(raw: bytes) -> Record:
    """The record with these bytes. Raises Refused when they are not a record of this program or not in canonical form."""
    try:
        read = json.loads(raw)
        if not isinstance(read, dict) or read.keys() != _FIELDS or read["format"] != RECORD_FORMAT or canonical_json(read) != raw:
            raise ValueError
        at = datetime.fromisoformat(read["at"])
        content = read["content"]
        if not isinstance(content, dict) or not isinstance(content.get("cycle"), dict):
            raise ValueError
    except (ValueError, TypeError, KeyError):
        raise Refused.because("not_a_record", f"Lampiran {RECORD_NAME} bukan rekaman AKS yang utuh.") from None
    return Record(read["document"], read["edition"], read["subject"], read["number"], read["revision"], at, content, raw)


def code_of(sha256: str) -> str:
    """The verification code of a record: the first 80 bits of its SHA-256 in Crockford's base 32, in fours. Not to be guessed."""
    value = int(sha256[:20], 16)
    letters = "".join(_LETTERS[value >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[i : i + 4] for i in range(0, _CODE_LETTERS, 4))


def as_code(typed: str) -> str | None:
    """A code as somebody typed it (small letters, no dashes, O for 0, I or L for 1) in its printed form; None when it cannot be one."""
    letters = re.sub(r"[\s-]", "", typed).upper().translate(str.maketrans("OIL", "011"))
    if len(letters) != _CODE_LETTERS or any(letter not in _LETTERS for letter in letters):
        return None
    return "-".join(letters[i : i + 4] for i in range(0, _CODE_LETTERS, 4))
