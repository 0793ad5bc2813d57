"""Copies the fonts again from an unpacked npm package and checks them. Fetching the package is npm's task, not ours.

npm pack @expo-google-fonts/source-sans-3@0.4.1 && tar xzf expo-google-fonts-source-sans-3-0.4.1.tgz
python -m audit.render.fonts.refresh package
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from audit.render.fonts import FOLDER, PACKAGE_NAME, PACKAGE_VERSION, SHA256

PLACES = {
    "OFL.txt": "LICENSE_FONT",
    "SourceSans3_400Regular.ttf": "400Regular/SourceSans3_400Regular.ttf",
    "SourceSans3_400Regular_Italic.ttf": "400Regular_Italic/SourceSans3_400Regular_Italic.ttf",
    "SourceSans3_600SemiBold.ttf": "600SemiBold/SourceSans3_600SemiBold.ttf",
}


def refresh(package: Path, into: Path = FOLDER) -> None:
    """Copy the four files out of the unpacked `package`. Raises ValueError when it is another package, version or content."""
    described = json.loads((package / "package.json").read_text(encoding="utf-8"))
    found = (described.get("name"), described.get("version"))
    if found != (PACKAGE_NAME, PACKAGE_VERSION):
        raise ValueError(f"diminta {PACKAGE_NAME} {PACKAGE_VERSION}, ditemukan {found[0]} {found[1]}")
    for name, place in PLACES.items():
        if hashlib.sha256((package / place).read_bytes()).hexdigest() != SHA256[name]:
            raise ValueError(f"isi {place} berbeda dari yang tercatat")
    for name, place in PLACES.items():
        shutil.copyfile(package / place, into / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Cara pakai: python -m audit.render.fonts.refresh FOLDER_PAKET")
    refresh(Path(sys.argv[1]))
