"""Files and folders that somebody names on the command line, and what is said when they are not there. What they hold is read elsewhere."""

from __future__ import annotations

from pathlib import Path

from audit.errors import Refused


def read_given(file: Path, *, largest: int) -> bytes:
    """The content of a file. largest: in bytes. Raises Refused when it is not there, is a folder, is larger, or may not be read."""
    path = file.expanduser()
    try:
        with path.open("rb") as opened:
            content = opened.read(largest + 1)
    except FileNotFoundError:
        raise Refused.because("no_such_file", f"Berkas {file} tidak ada.") from None
    except IsADirectoryError:
        raise Refused.because("no_such_file", f"{file} sebuah folder; sebutkan berkasnya.") from None
    except OSError:
        raise Refused.because("unreadable_file", f"Berkas {file} tidak dapat dibaca; periksa hak aksesnya.") from None
    if len(content) > largest:
        raise Refused.because("file_too_large", f"{file.name} lebih besar dari {_size(largest)}; ini bukan berkas yang dimaksud.")
    return content


def read_given_text(file: Path, *, largest: int) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises Refused as `read_given` does, and when it is not UTF-8."""
    try:
        return read_given(file, largest=largest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused.because("not_utf8", f"Berkas {file.name} bukan teks UTF-8; simpan ulang sebagai teks UTF-8, lalu ulangi.") from None


def _size(length: int) -> str:
    return f"{length // 1_000_000} MB" if length >= 1_000_000 else f"{length // 1_000} KB"


def refuse_missing_folder(target: Path, *, option: str = "--out") -> None:
    """Raises Refused when the folder that a file is to be written into is not there. option: where it was named."""
    if not target.expanduser().absolute().parent.is_dir():
        raise Refused.because("no_such_folder", f"Folder {target.parent} tidak ada; buat dahulu, atau pilih folder lain dengan {option}.")
