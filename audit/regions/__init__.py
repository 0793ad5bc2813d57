"""Regions by Kemendagri code and the matching of their written names. Knows nothing of the audit and nothing of people."""

from audit.regions.names import NameMatch, find_kabupaten, match_desa, match_kecamatan, plain_name, with_province
from audit.regions.table import (
    Level,
    Region,
    desa_of,
    every_kabupaten,
    full_name,
    is_inside,
    is_region,
    kabupaten,
    kecamatan_of,
    parent,
    region,
)

__all__ = [
    "Level",
    "NameMatch",
    "Region",
    "desa_of",
    "every_kabupaten",
    "find_kabupaten",
    "full_name",
    "is_inside",
    "is_region",
    "kabupaten",
    "kecamatan_of",
    "match_desa",
    "match_kecamatan",
    "parent",
    "plain_name",
    "region",
    "with_province",
]
