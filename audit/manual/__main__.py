"""`python -m audit.manual FOLDER`: writes every reference page into a folder. What they say is in pages.py."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from audit.manual.markdown import COMMAND
from audit.manual.pages import written


def main(arguments: Sequence[str]) -> int:
    """Write the pages into the one folder that is named, and say which of them changed. Exit code 2 without a folder."""
    if len(arguments) != 1:
        print(f"Cara pakai: {COMMAND}", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    changed = [name for name, text in written().items() if _write(folder / name, text)]
    print(f"{len(changed)} halaman berubah: {', '.join(changed)}" if changed else "Tidak ada halaman yang berubah.")
    return 0


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
