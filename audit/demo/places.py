"""Where the invented families live: puskesmas, posyandu, dusun, RT and RW for the real desa of a kabupaten. No person is in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from audit import regions

SECOND_PUSKESMAS_SHARE = 0.65
"""The share of the kecamatan, the largest first, that have a second puskesmas: 50 for the 31 of Jember, as many as it is said to have."""

_FLOWERS = "Melati Mawar Anggrek Dahlia Kenanga Flamboyan Catleya Teratai Nusa Bougenvil Aster Sakura".split()  # noqa: SIM905  # read as a row
_HAMLETS = (
    "Krajan",
    "Krajan Barat",
    "Krajan Timur",
    "Sumber Lanas",
    "Gumuk Rase",
    "Karang Baru",
    "Durjo",
    "Tegalan",
    "Curah Kembang",
    "Kopang",
    "Sumber Tengah",
    "Panduman Lor",
    "Watu Kebo",
    "Kebun Kidul",
)


@dataclass(frozen=True, slots=True)
class Village:
    """A real desa or kelurahan with its invented health posts and hamlets."""

    code: str
    name: str
    kecamatan_code: str
    kecamatan: str
    puskesmas: str
    posyandu: Sequence[str]
    hamlets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Home:
    """Where one family lives. posyandu_day: the day of the month on which its posyandu weighs, 3 to 24."""

    village: Village
    posyandu: str
    posyandu_day: int
    hamlet: str
    rt: int
    rw: int

    @property
    def address(self) -> str:
        """`Dusun Krajan RT 003 RW 001`."""
        return f"Dusun {self.hamlet} RT {self.rt:03d} RW {self.rw:03d}"


def villages(rng: Random, *, kabupaten: str, kecamatan: Sequence[str] | None) -> list[Village]:
    """Every desa and kelurahan of the kabupaten, or of these kecamatan codes only, by code. Refused for an unknown code.

    The same rng gives a village the same posts whether or not others are asked for too.
    """
    made: list[Village] = []
    puskesmas = _puskesmas(kabupaten)
    for area in regions.kecamatan_of(kabupaten):
        for desa in regions.desa_of(area.code):
            first = rng.randrange(1, 90)
            posts = [f"{rng.choice(_FLOWERS)} {first + i}" for i in range(rng.randint(3, 6))]
            hamlets = rng.sample(_HAMLETS, rng.randint(2, 4))
            made.append(Village(desa.code, desa.name, area.code, area.name, puskesmas[desa.code], posts, hamlets))
    return [village for village in made if kecamatan is None or village.kecamatan_code in kecamatan]


def home(rng: Random, village: Village) -> Home:
    """A home in the village."""
    post = rng.randrange(len(village.posyandu))
    day = 3 + (int(village.code.replace(".", "")) + 7 * post) % 22
    return Home(village, village.posyandu[post], day, rng.choice(village.hamlets), rng.randint(1, 6), rng.randint(1, 9))


def _puskesmas(kabupaten: str) -> Mapping[str, str]:
    """The puskesmas of every desa: one named after the kecamatan, and in the larger ones a second named after the desa it stands in."""
    areas = {area.code: area for area in regions.kecamatan_of(kabupaten)}
    by_size = sorted(areas, key=lambda code: (-len(regions.desa_of(code)), code))
    large = set(by_size[: round(SECOND_PUSKESMAS_SHARE * len(areas))])
    found: dict[str, str] = {}
    for code, area in areas.items():
        desa = regions.desa_of(code)
        half = (len(desa) + 1) // 2 if code in large else len(desa)
        second = next((one.name for one in desa[half:] if one.name != area.name), area.name)
        found |= {one.code: f"Puskesmas {area.name if i < half else second}" for i, one in enumerate(desa)}
    return found
