"""Who may read a scorecard and a sheet of a place: examples for every kind of unit."""

from __future__ import annotations

from typing import Any

import pytest

from audit.people.roles import Person, Role
from audit.reports.book import entry
from audit.reports.readers import may_not_read

ARJASA, SILO = "35.09.22", "35.09.30"


def person(role: Role, **about: Any) -> Person:
    return Person(1, "orang", "Orang Rekaan", frozenset({role}), **about)


BIDAN = person(Role.FIELD, areas=(ARJASA,), puskesmas="Puskesmas Arjasa")
KADER = person(Role.FIELD, areas=(f"{ARJASA}.2001",))
CAMAT = person(Role.AGENCY, agency="kecamatan", areas=(ARJASA,))
EVERY_CAMAT = person(Role.AGENCY, agency="kecamatan")
KADES = person(Role.AGENCY, agency="desa", areas=(f"{ARJASA}.2001",))
DINKES = person(Role.AGENCY, agency="dinkes", areas=(ARJASA,))


@pytest.mark.parametrize(
    ("who", "name", "subject", "may"),
    [
        (DINKES, "rapor", "2026-3:opd:dinkes", True),
        (DINKES, "rapor", "2026-3:opd:perkim", False),
        (DINKES, "rapor", "2026-3:puskesmas:dinkes", False),
        (DINKES, "rapor", f"2026-3:kecamatan:{ARJASA}", False),
        (DINKES, "rtl-kecamatan", ARJASA, False),
        (EVERY_CAMAT, "rapor", "2026-3:opd:kecamatan", True),
        (EVERY_CAMAT, "rapor", f"2026-3:kecamatan:{ARJASA}", False),
        (CAMAT, "rapor", f"2026-3:kecamatan:{ARJASA}", True),
        (CAMAT, "rapor", f"2026-3:kecamatan:{SILO}", False),
        (CAMAT, "rtl-kecamatan", ARJASA, True),
        (CAMAT, "rtl-desa", f"{ARJASA}.2001", True),
        (CAMAT, "rtl-desa", f"{SILO}.2001", False),
        (KADES, "rtl-desa", f"{ARJASA}.2001", True),
        (KADES, "rtl-kecamatan", ARJASA, False),
        (BIDAN, "rapor", f"2026-3:kecamatan:{ARJASA}", True),
        (BIDAN, "rapor", f"2026-3:kecamatan:{SILO}", False),
        (BIDAN, "rapor", "2026-3:puskesmas:Puskesmas Arjasa", True),
        (BIDAN, "rapor", "2026-3:puskesmas:Puskesmas Silo", False),
        (BIDAN, "rapor", "2026-3:opd:puskesmas", False),
        (BIDAN, "rtl-kecamatan", ARJASA, True),
        (BIDAN, "rtl-matriks", "", False),
        (KADER, "rapor", f"2026-3:kecamatan:{ARJASA}", False),
        (KADER, "rtl-desa", f"{ARJASA}.2001", True),
        (KADER, "rtl-desa", f"{ARJASA}.2002", False),
        (person(Role.LEADER), "rapor", "2026-3:opd:dinkes", True),
        (person(Role.SECRETARY), "rtl-matriks", "", True),
        (person(Role.EXPERT), "rapor", "2026-3:opd:dinkes", False),
    ],
)
def test_who_reads_what(who: Person, name: str, subject: str, may: bool) -> None:
    assert (may_not_read(entry(name), who, edition="terbatas", subject=subject) is None) is may
