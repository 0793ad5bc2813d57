"""The bundled fonts: which files, which version, where. They are unmodified copies under the SIL Open Font License (OFL.txt).

Taken from the npm package `@expo-google-fonts/source-sans-3`; `python -m audit.render.fonts.refresh` copies them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FAMILY = "Source Sans 3"
PACKAGE_NAME = "@expo-google-fonts/source-sans-3"
PACKAGE_VERSION = "0.4.1"
FOLDER = Path(__file__).parent
CONFIGURATION = FOLDER / "fonts.conf"

SHA256: Mapping[str, str] = {
    "OFL.txt": "09746787287a289323b0ec3cff4d1a4a801331b82b7207c1e186f5d26619a392",
    "SourceSans3_400Regular.ttf": "393fb5b878ceed04aebc34b097e853ae5138c51d0c34b496ce8e2b47e0d0b94a",
    "SourceSans3_400Regular_Italic.ttf": "f17facaa9ed293bb38526db3638e240510b7393c37ffa70e5c48f39575de44ab",
    "SourceSans3_600SemiBold.ttf": "bd2550fce2d295b0bf20bd8b1b7f1477da834f1066bd850aafdb4787a67a63ca",
}
"""The files and what they must hash to."""


def is_intact(path: Path) -> bool:
    """Whether the file of this name is there and holds what was taken from the package."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]
