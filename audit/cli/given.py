"""Files and folders that somebody names on the command line, and what is said when they are not there. What they hold is read elsewhere."""

from __future__ import annotations

from pathlib import Path

from audit.errors import Refused


def refuse_missing_folder(target: Path, *, option: str = "--out") -> None:
    """Raises Refused when the folder that a file is to be written into is not there. option: where it was named."""
    if not target.expanduser().absolute().parent.is_dir():
        raise Refused.because("no_such_folder", f"Folder {target.parent} tidak ada; buat dahulu, atau pilih folder lain dengan {option}.")
