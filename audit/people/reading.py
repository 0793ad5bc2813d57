"""An account as somebody gives it, read into a Person or refused in words, every value at once. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.errors import Reason, Refused
from audit.people.roles import AGENCIES, Discipline, Person, Role
from audit.regions import is_region

GIVEN = ("username", "name", "roles", "areas", "discipline", "agency", "puskesmas", "home_desa", "most_cases", "email")
"""What is kept of an account."""

EVERYWHERE = "everywhere"
"""May be given beside them: that no area means the whole district. It is not kept: an account without areas works everywhere."""

_AGENCIES_OF_A_PLACE = ("kecamatan", "desa")

_LONGEST = {"username": 60, "name": 200, "puskesmas": 120, "email": 200, "home_desa": 13}
_LABELS: Mapping[str, str] = {
    "username": "Nama pengguna",
    "name": "Nama",
    "roles": "Peran",
    "areas": "Wilayah kerja",
    "puskesmas": "Puskesmas",
    "home_desa": "Desa tempat tinggal",
    "email": "Alamat surel",
}
_MOST_CASES = 200


def read_person(given: Mapping[str, Any]) -> Person:
    """The person described by the values of GIVEN and EVERYWHERE, with id -1.

    Raises Refused with one reason for each value that cannot be used; its code is the name of the value.
    """
    reasons: list[Reason] = []

    def read(one: Any) -> Any:
        try:
            return one(given)
        except Refused as refused:
            reasons.extend(refused.reasons)
            return None

    username, name, puskesmas, email = read(read_username), read(_name), read(_puskesmas), read(_email)
    roles, areas, discipline, agency = read(_roles), read(read_areas), read(_discipline), read(_agency)
    home_desa, most_cases = read(_home_desa), read(_most_cases)
    if reasons:
        raise Refused(*reasons)
    return Person(
        id=-1,
        username=username,
        name=name or username,
        roles=frozenset(roles),
        areas=tuple(areas),
        discipline=discipline,
        agency=agency,
        puskesmas=puskesmas,
        home_desa=home_desa,
        most_cases=most_cases,
        email=email,
    )


def read_username(given: Mapping[str, Any]) -> str:
    """The username in small letters. Raises Refused ("username")."""
    username = _short_text(given, "username").lower()
    if not username.replace(".", "").replace("-", "").isalnum():
        raise Refused.because(
            "username", f"Nama pengguna “{username}” tidak dapat dipakai; gunakan huruf, angka, titik, atau tanda hubung."
        )
    return username


def read_name(given: Mapping[str, Any]) -> str:
    """The name with titles, which must be there. Raises Refused ("name")."""
    name = _short_text(given, "name")
    if not name:
        raise Refused.because("name", "Nama: wajib diisi, dengan gelar seperti tercetak pada berita acara.")
    return name


def read_areas(given: Mapping[str, Any]) -> list[str]:
    """The codes of the areas, none for the whole district. Raises Refused ("areas"; "everywhere" when it is not clear that it is meant)."""
    areas, everywhere = _listed(given, "areas"), _everywhere(given)
    if unknown := [str(a)[:20] for a in areas if not (isinstance(a, str) and is_region(a))]:
        raise Refused.because("areas", f"Wilayah kerja “{', '.join(unknown)}” bukan kode wilayah; contoh yang benar: 35.09.22.")
    if areas and everywhere:
        sentence = "Wilayah kerja: seluruh kabupaten disebut bersama kecamatan atau desa; pilih salah satu."
        raise Refused.because(EVERYWHERE, sentence)
    if not areas and not everywhere and works_in_a_place(given):
        sentence = (
            "Wilayah kerja: wajib untuk petugas lapangan serta pemerintah kecamatan dan desa. Sebutkan kecamatan atau desanya,"
            " atau seluruh kabupaten bila memang demikian."
        )
        raise Refused.because(EVERYWHERE, sentence)
    return areas


def works_in_a_place(given: Mapping[str, Any]) -> bool:
    """Whether it has to be said where this account works: who sees a case by its place."""
    return _has_role(given, Role.FIELD) or given.get("agency") in _AGENCIES_OF_A_PLACE


def _everywhere(given: Mapping[str, Any]) -> bool:
    found = given.get(EVERYWHERE)
    if found in (True, "ya"):
        return True
    if found in (None, "", False, "tidak"):
        return False
    raise Refused.because(EVERYWHERE, f"Seluruh kabupaten: “{str(found)[:20]}” tidak dikenal; tulis ya atau tidak.")


def _has_role(given: Mapping[str, Any], role: Role) -> bool:
    roles = given.get("roles")
    return isinstance(roles, (list, tuple)) and role in roles


def _name(given: Mapping[str, Any]) -> str:
    return _short_text(given, "name")


def _puskesmas(given: Mapping[str, Any]) -> str | None:
    return _short_text(given, "puskesmas") or None


def _email(given: Mapping[str, Any]) -> str | None:
    email = _short_text(given, "email")
    before, at_sign, after = email.partition("@")
    if email and not (before and at_sign and "." in after and "@" not in after and " " not in email):
        raise Refused.because("email", f"Alamat surel “{email[:60]}” tidak lengkap; tulis misalnya nama@contoh.go.id.")
    return email or None


def _roles(given: Mapping[str, Any]) -> list[Role]:
    roles, wanted = _listed(given, "roles"), [r.value for r in Role if r is not Role.SYSTEM]
    if not roles:
        raise Refused.because("roles", f"Peran: pilih paling sedikit satu dari {', '.join(wanted)}.")
    if unknown := [str(r)[:30] for r in roles if r not in wanted]:
        raise Refused.because("roles", f"Peran “{', '.join(unknown)}” tidak dikenal; pilih dari {', '.join(wanted)}.")
    return [Role(r) for r in roles]


def _discipline(given: Mapping[str, Any]) -> Discipline | None:
    discipline = given.get("discipline") or None
    if discipline is None and not _has_role(given, Role.EXPERT):
        return None
    if discipline not in list(Discipline):
        found = f"“{str(discipline)[:30]}” tidak dikenal" if discipline else "seorang pakar belum diisi"
        raise Refused.because("discipline", f"Disiplin {found}; pilih dari {', '.join(Discipline)}.")
    return Discipline(discipline)


def _agency(given: Mapping[str, Any]) -> str | None:
    agency = given.get("agency") or None
    if agency is None and not _has_role(given, Role.AGENCY):
        return None
    if agency not in list(AGENCIES):
        found = f"“{str(agency)[:30]}” tidak dikenal" if agency else "belum diisi"
        raise Refused.because("agency", f"Perangkat daerah {found}; pilih dari {', '.join(AGENCIES)}.")
    return str(agency)


def _home_desa(given: Mapping[str, Any]) -> str | None:
    code = _short_text(given, "home_desa")
    if code and not is_region(code):
        raise Refused.because("home_desa", f"Desa tempat tinggal “{code}” bukan kode desa; contoh yang benar: 35.09.22.2001.")
    return code or None


def _most_cases(given: Mapping[str, Any]) -> int | None:
    most = given.get("most_cases")
    if most in (None, ""):
        return None
    if isinstance(most, bool) or not str(most).isdecimal() or not 1 <= int(most) <= _MOST_CASES:
        raise Refused.because("most_cases", f"Kasus paling banyak “{str(most)[:20]}” tidak dapat dipakai; isi bilangan 1–{_MOST_CASES}.")
    return int(most)


def _short_text(given: Mapping[str, Any], key: str) -> str:
    text, longest = str(given.get(key) or "").strip(), _LONGEST[key]
    if len(text) > longest or not text.isprintable():
        raise Refused.because(key, f"{_LABELS[key]}: paling panjang {longest} huruf, tanpa karakter yang tidak dapat dicetak.")
    return text


def _listed(given: Mapping[str, Any], key: str) -> list[Any]:
    many = given.get(key) or []
    if not isinstance(many, (list, tuple)):
        raise Refused.because(key, f"{_LABELS[key]}: tulis sebagai daftar, misalnya [{str(many)[:60]}].")
    return list(many)
