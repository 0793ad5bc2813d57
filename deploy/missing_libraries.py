"""Print the Debian packages of the drawing libraries that cannot be loaded here, on one line; nothing when all are there."""

import ctypes

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def is_missing(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return True
    return False


print(" ".join(package for library, package in LIBRARIES.items() if is_missing(library)))
