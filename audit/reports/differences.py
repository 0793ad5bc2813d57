"""What is not as it was in a file that carries our marks: a phrase for each thing that can be told. No verdict is made here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.render.contents import Contents, Unreadable, contents_of
from audit.render.wording import list_words, number
from audit.reports.record import RECORD_NAME, Record

_MOST_NAMED = 8
_LONGEST_NAME = 60


def differences(
    file: bytes,
    contents: Contents | None,
    record: Record | None,
    *,
    original: bytes | None,
    is_undrawable: bool,
    is_signed_well: bool,
) -> tuple[str, ...]:
    """How a file differs from what was made, in phrases that continue a sentence; never empty.

    file: its bytes before any signature; empty when nothing of them is left. contents: None when it cannot be looked into; record: None
    when it has none that can be read. original: the file as the office keeps it, else as its record is drawn here, else None.
    """
    found = [] if is_signed_well else ["sesudah diterbitkan ada yang ditulis ke dalamnya selain tanda tangan yang utuh"]
    if contents is None:
        return (*found, "berkasnya rusak, terpotong, atau dikunci")
    found += _of_record(contents, record, is_undrawable=is_undrawable)
    if original is not None:
        found += _of_original(file, contents, original, is_told=bool(found))
    return tuple(found) or ("bitanya bukan yang digambar dari rekaman di dalamnya",)


def _of_record(contents: Contents, record: Record | None, *, is_undrawable: bool) -> Iterator[str]:
    if RECORD_NAME not in contents.attachments:
        yield "rekaman yang seharusnya ada di dalamnya tidak ada; mungkin ini cetakan gabungan atau salinan dari program lain"
    elif record is None:
        yield "rekaman di dalamnya rusak atau bukan tulisan AKS"
    else:
        if contents.identifier != record.sha256:
            yield "rekaman di dalamnya bukan rekaman yang menjadi dasar berkas ini"
        if is_undrawable:
            yield "rekaman di dalamnya tidak dapat digambar"


def _of_original(file: bytes, contents: Contents, original: bytes, *, is_told: bool) -> Iterator[str]:
    try:
        was = contents_of(original)
    except Unreadable:  # a workbook
        return
    told = [*_of_pages(contents.pages, was.pages), *_of_attachments(contents, was)]
    yield from told
    if file != original and file.startswith(original):
        yield f"{number(len(file) - len(original))} bita ditambahkan di belakangnya"
    elif not told and not is_told and file:
        by = f" oleh {contents.producer[:_LONGEST_NAME]}" if contents.producer and contents.producer != was.producer else ""
        yield f"isi halaman dan rekamannya sama, tetapi berkasnya ditulis ulang{by}"


def _of_pages(now: Sequence[str], was: Sequence[str]) -> Iterator[str]:
    if len(now) != len(was):
        yield f"halamannya {number(len(now))}, seharusnya {number(len(was))}"
    changed = [str(place) for place, (one, other) in enumerate(zip(now, was, strict=False), start=1) if one != other]
    if len(changed) > _MOST_NAMED:
        yield f"gambar pada {number(len(changed))} halaman berbeda"
    elif changed:
        yield f"gambar pada halaman {list_words(changed)} berbeda"


def _of_attachments(now: Contents, was: Contents) -> Iterator[str]:
    names = now.attachments.keys() | was.attachments.keys()
    for name in sorted(names):
        if name not in now.attachments:
            if name != RECORD_NAME:
                yield f"lampiran {name[:_LONGEST_NAME]} dibuang"
        elif name not in was.attachments:
            yield f"lampiran {name[:_LONGEST_NAME]} ditambahkan"
        elif now.attachments[name] != was.attachments[name]:
            yield "rekaman di dalamnya diubah" if name == RECORD_NAME else f"lampiran {name[:_LONGEST_NAME]} diubah"
