"""Who people are to the audit: roles, disciplines, agencies, and a person as the rules see one. Not how they sign in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    SECRETARY = "secretary"
    FIELD = "field"
    EXPERT = "expert"
    CHAIR = "chair"
    AGENCY = "agency"
    LEADER = "leader"
    SYSTEM = "system"


ROLE_LABELS: Mapping[Role, str] = {
    Role.SECRETARY: "Sekretariat",
    Role.FIELD: "Petugas lapangan",
    Role.EXPERT: "Tim pakar",
    Role.CHAIR: "Ketua TPPS",
    Role.AGENCY: "Perangkat daerah",
    Role.LEADER: "Pimpinan dan pemeriksa",
    Role.SYSTEM: "Sistem",
}


class Discipline(StrEnum):
    """What an expert is asked for, and whose part of the worksheet a field belongs to."""

    PAEDIATRICS = "paediatrics"
    OBSTETRICS = "obstetrics"
    NUTRITION = "nutrition"
    PSYCHOLOGY = "psychology"


DISCIPLINE_LABELS: Mapping[Discipline, str] = {
    Discipline.PAEDIATRICS: "Dokter spesialis anak",
    Discipline.OBSTETRICS: "Dokter spesialis obstetri dan ginekologi",
    Discipline.NUTRITION: "Ahli gizi",
    Discipline.PSYCHOLOGY: "Psikolog",
}

AGENCIES: Mapping[str, str] = {
    "dinkes": "Dinas Kesehatan",
    "puskesmas": "Puskesmas",
    "rsud": "Rumah Sakit Umum Daerah",
    "dp3akb": "DP3AKB",
    "dinsos": "Dinas Sosial",
    "perkim": "Dinas Perumahan dan Kawasan Permukiman",
    "pangan": "Dinas Ketahanan Pangan",
    "dukcapil": "Dinas Kependudukan dan Pencatatan Sipil",
    "dpmd": "Dinas Pemberdayaan Masyarakat dan Desa",
    "kemenag": "Kantor Kementerian Agama",
    "disdik": "Dinas Pendidikan",
    "kecamatan": "Pemerintah Kecamatan",
    "desa": "Pemerintah Desa/Kelurahan",
    "bpjs": "BPJS Kesehatan",
    "mitra": "Mitra dan CSR",
    "lain1": "Perangkat daerah lain 1",
    "lain2": "Perangkat daerah lain 2",
    "lain3": "Perangkat daerah lain 3",
    "lain4": "Perangkat daerah lain 4",
    "lain5": "Perangkat daerah lain 5",
}
"""By their usual names; what an office calls them is in agencies.py."""

OWN_AGENCIES: Sequence[str] = ("lain1", "lain2", "lain3", "lain4", "lain5")
"""Places for agencies of one district; nobody is offered them before the office has named them."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account as guards and handlers see it; plain values, no database row.

    areas: codes of the kabupaten, kecamatan or desa the person works in (a code stands for all below it); empty means everywhere.
    puskesmas: where the person works, for conflict of interest; None when not a health worker. home_desa: where the person lives, for the
    same. most_cases: how many cases of one cycle an expert takes at most; None: no limit of their own.
    """

    id: int
    username: str
    name: str
    roles: frozenset[Role]
    areas: tuple[str, ...] = field(default=())
    discipline: Discipline | None = None
    agency: str | None = None
    puskesmas: str | None = None
    home_desa: str | None = None
    most_cases: int | None = None
    email: str | None = None

    def is_a(self, role: Role) -> bool:
        return role in self.roles


SYSTEM_USERNAME = "sistem"
SYSTEM = Person(id=0, username=SYSTEM_USERNAME, name="Sistem", roles=frozenset({Role.SYSTEM}))
