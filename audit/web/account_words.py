"""The history of the accounts in plain words: what of an account changed, from what to what. Who may read it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.people.account_history import PRIVATE, EventLine, What
from audit.people.agencies import agency_words
from audit.people.roles import DISCIPLINE_LABELS, ROLE_LABELS, Discipline, Role
from audit.people.tokens import SCOPES
from audit.regions import full_name, is_region

_FIELDS: Mapping[str, str] = {
    "username": "Nama pengguna",
    "name": "Nama",
    "roles": "Peran",
    "areas": "Wilayah kerja",
    "discipline": "Disiplin",
    "agency": "Perangkat daerah",
    "puskesmas": "Puskesmas",
    "home_desa": "Desa tempat tinggal",
    "most_cases": "Kasus paling banyak",
    "email": "Alamat surel",
}


def change_words(event: EventLine, agencies: Mapping[str, str]) -> str:
    """The one line worth reading beside an event, "" when its name says all. Of private fields only that they changed.

    agencies: as `Desk.agencies`.
    """
    details = event.details
    if event.what is What.CHANGED:
        return " ".join(_changed(field, details, agencies) for field in details.get("fields", ()))
    if event.what is What.MADE:
        return f"Peran: {_value('roles', details.get('roles'), agencies)}."
    if event.what is What.TOKEN_MADE:
        scopes = ", ".join(SCOPES.get(scope, scope).lower() for scope in details.get("scopes", ()))
        return f"Untuk {scopes}." if scopes else ""
    if event.what is What.INVITED:
        return "Untuk mengganti kata sandi." if details.get("is_reset") else "Untuk kata sandi pertama."
    return ""


def _changed(field: str, details: Mapping[str, Any], agencies: Mapping[str, str]) -> str:
    label = _FIELDS.get(field, field)
    if field in PRIVATE:
        return f"{label} diganti."
    before, after = (_value(field, details.get(side, {}).get(field), agencies) for side in ("before", "after"))
    return f"{label}: {before} menjadi {after}."


def _value(field: str, value: Any, agencies: Mapping[str, str]) -> str:
    if not value:
        return "seluruh kabupaten" if field == "areas" else "kosong"
    if field == "roles":
        return ", ".join(ROLE_LABELS[Role(role)] for role in value)
    if field == "areas":
        return ", ".join(full_name(code) if is_region(code) else code for code in value)
    if field == "discipline":
        return DISCIPLINE_LABELS[Discipline(value)]
    return agency_words(value, agencies) if field == "agency" else f"“{value}”"
