"""What a form sent: texts and files by name, read with limits before anything looks at them. What they mean is the page's business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

LARGEST_FORM = 2_000_000
"""Bytes of a form without files: 300 rows of a plan with long texts take about a third of it."""

MOST_FIELDS = 6_000
MOST_FILES = 20


class TooLarge(HTTPException):
    """More was sent than the page takes."""

    def __init__(self, largest: int) -> None:
        super().__init__(413)
        self.largest = largest


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. name: the last part of what the browser calls it, at most 200 characters."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of one form. A field sent several times keeps every value."""

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value of a field, "" when it was not sent."""
        return next(iter(self.texts.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        """Every value of a field."""
        return list(self.texts.get(name, ()))

    def whole(self, name: str) -> int | None:
        """A whole number from 0 up to nine digits, None for anything else."""
        return whole_number(self.text(name))

    def has(self, name: str) -> bool:
        """Whether the field was sent at all, e.g. the button that was pressed."""
        return name in self.texts


def whole_number(text: str) -> int | None:
    """A whole number from 0 up to nine digits, as it stands in an address or a field; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


async def read_sent(request: Request, *, largest: int = LARGEST_FORM) -> Sent:
    """The form of a request, read wholly. largest: bytes of the whole body; beyond it TooLarge, also when no length was announced."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > largest:
        raise TooLarge(largest)
    request._receive = _counting(request, largest)  # the one place where a body can be counted while it comes
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=largest) as form:
            texts: dict[str, list[str]] = {}
            files: dict[str, list[Upload]] = {}
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if value.filename:
                        files.setdefault(name, []).append(Upload(_plain_name(value.filename), await value.read()))
                else:
                    texts.setdefault(name, []).append(value)
            return Sent(texts, files)
    except MultiPartException:
        raise HTTPException(400) from None
    except ClientDisconnect:
        raise HTTPException(400) from None


def _counting(request: Request, largest: int):  # type: ignore[no-untyped-def]
    receive, so_far = request.receive, 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > largest:
            raise TooLarge(largest)
        return message

    return counted


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c if c.isprintable() else "_" for c in last)[-200:]
