"""Finding the region a person meant by a written name, for whole columns at once. Not the table itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from audit.errors import Refused
from audit.regions.table import Level, Region, desa_of, every_kabupaten, kabupaten, kecamatan_of, parent, region

# Similarity is 1 − (typing errors ÷ longer length): at 0.80 a name of five to nine letters may hold one error, a longer one two.
# The margin keeps twins apart: the runner-up must be clearly worse, or a person decides.
# One random typing error in each of the 8,494 village names of Jawa Timur: 98 % found, 2 % left to a person, none taken for another
# (tests/unit/regions/test_names.py repeats it for Jember).
FUZZY_THRESHOLD = 0.80
FUZZY_MARGIN = 0.08

_CODE = re.compile(r"\d\d\.?\d\d")
_LEVEL = re.compile(r"\s*(kabupaten|kab|kota)\b\.?\s", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What was found for one written name.

    code: the region meant, None when nobody can be sure.
    nearest: the best guess to show a person when `code` is None; None when nothing comes near.
    is_exact: whether the names agree but for case, spaces, punctuation and a leading `Desa`, `Kel.`, `Kec.`.
    """

    code: str | None
    nearest: Region | None
    is_exact: bool


NOTHING = NameMatch(None, None, False)


def match_kecamatan(names: Sequence[str | None], *, kabupaten: str) -> list[NameMatch]:
    """The kecamatan of a kabupaten (35.09) that each written name means, in the same order; None and blank mean nothing.

    Each different spelling is worked out once. Refused when the kabupaten is unknown.
    """
    shelf = _Shelf.of(tuple(kecamatan_of(kabupaten)))
    found = {name: shelf.find(name) for name in set(names)}
    return [found[name] for name in names]


def match_desa(kecamatan_names: Sequence[str | None], desa_names: Sequence[str | None], *, kabupaten: str) -> list[NameMatch]:
    """The desa or kelurahan that each pair of written names means, in the same order.

    Looked for inside the kecamatan when its name is understood; a village of that name elsewhere is only a suggestion then. When the
    kecamatan is blank or not understood, the name must be the only one of its kind in the kabupaten, exactly.
    Each different pair is worked out once. Refused when the kabupaten is unknown; ValueError when the lengths differ.
    """
    pairs = list(zip(kecamatan_names, desa_names, strict=True))
    whole = _Shelf.of(tuple(desa_of(kabupaten)))
    where = dict(zip(kecamatan_names, match_kecamatan(kecamatan_names, kabupaten=kabupaten), strict=True))
    found = {pair: _desa(where[pair[0]].code, pair[1], whole) for pair in set(pairs)}
    return [found[pair] for pair in pairs]


def find_kabupaten(written: str) -> Region:
    """The kabupaten or kota of a code (35.09) or a name: "Jember", "kab. Jember", "Kota Madiun", "Kabupaten Jember, Jawa Timur".

    Refused (`unknown_region`, `not_a_kabupaten`, `ambiguous_region`) with what it may mean.
    """
    text = " ".join(written.split())[:100]
    if _CODE.fullmatch(text):
        return kabupaten(text if "." in text else f"{text[:2]}.{text[2:]}")
    name, _, province = text.partition(",")
    said = _LEVEL.match(name)
    level = None if said is None else Level.KOTA if said[1].casefold() == "kota" else Level.KABUPATEN
    wanted = [one for one in every_kabupaten() if plain_name(one.name) == plain_name(name)]
    found = [one for one in wanted if level in (None, one.level) and (not province.strip() or plain_name(province) == _province(one))]
    if len(found) == 1:
        return found[0]
    if len(found) > 1 or wanted:
        either = " atau ".join(with_province(one) for one in found or wanted)
        raise Refused.because("ambiguous_region", f"“{text}” belum jelas: maksudnya {either}? Tulis selengkapnya seperti itu.")
    near = _Shelf.of(every_kabupaten()).find(name)
    meant = region(near.code) if near.code else near.nearest
    told = f" Mungkin maksudnya {with_province(meant)}." if meant else " Contoh yang benar: Kabupaten Jember, Jawa Timur."
    raise Refused.because("unknown_region", f"“{text}” bukan nama atau kode kabupaten/kota yang dikenal.{told}")


def with_province(one: Region) -> str:
    """ "Kabupaten Jember, Jawa Timur"."""
    above = parent(one.code)
    return f"{one.name}, {above.name}" if above else one.name


def _province(one: Region) -> str:
    above = parent(one.code)
    return plain_name(above.name) if above else ""


@cache
def plain_name(written: str) -> str:
    """A written name without what does not matter: lower case, no accents, no punctuation, no leading `Desa`, `Kel.`, `Kec.`, no spaces."""
    unaccented = "".join(c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", unaccented.lower()).strip()
    return _PREFIX.sub("", words).replace(" ", "")


def _desa(kecamatan_code: str | None, written: str | None, whole: _Shelf) -> NameMatch:
    if kecamatan_code is None:
        anywhere = whole.find(written)
        return anywhere if anywhere.is_exact or anywhere.code is None else NameMatch(None, whole.by_code[anywhere.code], False)
    inside = _Shelf.of(tuple(desa_of(kecamatan_code))).find(written)
    if inside.code is not None:
        return inside
    elsewhere = whole.find(written)
    return NameMatch(None, whole.by_code[elsewhere.code], False) if elsewhere.is_exact and elsewhere.code else inside


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The regions a name may mean, arranged to be found by plain name."""

    by_plain: dict[str, list[Region]]
    by_code: dict[str, Region]

    @staticmethod
    @cache
    def of(regions: tuple[Region, ...]) -> _Shelf:
        by_plain: dict[str, list[Region]] = {}
        for one in regions:
            by_plain.setdefault(plain_name(one.name), []).append(one)
        return _Shelf(by_plain, {one.code: one for one in regions})

    def find(self, written: str | None) -> NameMatch:
        plain = plain_name(written) if written else ""
        if not plain:
            return NOTHING
        if plain in self.by_plain:
            twins = self.by_plain[plain]
            return NameMatch(twins[0].code, None, True) if len(twins) == 1 else NameMatch(None, twins[0], False)
        return self._find_similar(plain)

    def _find_similar(self, plain: str) -> NameMatch:
        from rapidfuzz import process  # only here: a drawing process knows regions and matches no name
        from rapidfuzz.distance import OSA

        ranked = process.extract(plain, list(self.by_plain), scorer=OSA.normalized_similarity, limit=2, score_cutoff=0.5)
        if not ranked:
            return NOTHING
        best, score, _ = ranked[0]
        runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
        twins = self.by_plain[best]
        sure = score >= FUZZY_THRESHOLD and score - runner_up >= FUZZY_MARGIN and len(twins) == 1
        return NameMatch(twins[0].code, None, False) if sure else NameMatch(None, twins[0], False)
