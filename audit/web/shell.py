"""What every page has around its own part: for anybody, and for somebody who is signed in. How it is drawn is in templates/web."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from audit.people.agencies import agency_words
from audit.people.roles import DISCIPLINE_LABELS, ROLE_LABELS, Person, Role
from audit.render import html
from audit.web import assets
from audit.web.line_breaks import as_lines
from audit.web.parts import Alert, NavItem, Shell

html.environment().filters["as_lines"] = as_lines

R = Role


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the workspace. roles: who finds it in the menu."""

    key: str
    label: str
    address: str
    icon: str
    roles: frozenset[Role]


_ALL = frozenset(Role) - {R.SYSTEM}

PLACES: Sequence[Place] = (
    Place("beranda", "Beranda", "/", "home", _ALL),
    Place("kunjungan", "Kunjungan", "/kunjungan", "map-pin", frozenset({R.FIELD})),
    Place("telaah", "Telaah", "/telaah", "stethoscope", frozenset({R.EXPERT})),
    Place("kasus", "Kasus", "/kasus", "folder", _ALL),
    Place("sidang", "Sidang panel", "/sidang", "users", frozenset({R.EXPERT, R.SECRETARY})),
    Place("rtl", "RTL", "/rtl", "list-check", frozenset({R.SECRETARY, R.CHAIR, R.AGENCY, R.LEADER, R.FIELD})),
    Place("siklus", "Siklus", "/siklus", "calendar", frozenset({R.SECRETARY, R.CHAIR, R.LEADER})),
    Place("impor", "Impor", "/impor", "upload", frozenset({R.SECRETARY})),
    Place("kandidat", "Kandidat", "/kandidat", "user-search", frozenset({R.SECRETARY})),
    Place("panel", "Penugasan panel", "/panel", "affiliate", frozenset({R.SECRETARY})),
    Place("dokumen", "Dokumen", "/dokumen", "file-text", _ALL),
    Place("rapor", "Rapor", "/rapor", "chart-bar", frozenset({R.SECRETARY, R.CHAIR, R.AGENCY, R.LEADER})),
    Place("riwayat", "Riwayat", "/riwayat", "history", frozenset({R.SECRETARY, R.LEADER})),
    Place("pengaturan", "Pengaturan", "/pengaturan", "settings", frozenset({R.SECRETARY})),
)
"""The menu, in the order in which it is shown to who has the role."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that only says something."""

    shell: Shell
    heading: str
    sentences: tuple[str, ...]
    asks_to_sign_in: bool = False


def shell(title: str) -> Shell:
    """The shell of a page for anybody."""
    return Shell(title=f"{title} · AKS")


def answer(template: str, page: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page drawn with its record."""
    assert assets, "its import gives the templates the addresses of files"
    return HTMLResponse(html.render(template, page), status_code=status, headers=headers)


def menu(person: Person, *, current: str) -> tuple[NavItem, ...]:
    """The places this person finds. current: key of the place the page belongs to, "" for none."""
    return tuple(
        NavItem(place.label, place.address, place.icon, is_current=place.key == current) for place in PLACES if person.roles & place.roles
    )


def role_words(person: Person, agencies: Mapping[str, str]) -> str:
    """What somebody is to the audit, in a line: the roles, with discipline or agency where they have one. agencies: as `Desk.agencies`."""
    words = []
    for role in Role:
        if not person.is_a(role):
            continue
        if role is R.EXPERT and person.discipline:
            words.append(DISCIPLINE_LABELS[person.discipline])
        elif role is R.AGENCY and person.agency:
            words.append(agency_words(person.agency, agencies))
        else:
            words.append(ROLE_LABELS[role])
    return ", ".join(words)


SAID = "aks_kabar"
"""The cookie that carries one sentence from a form to the page after it. Sentences only, without identity."""

_LONGEST_SAID = 1000


def say(response: Response, text: str, *, tone: str = "good") -> None:
    """Have the next page say this on top, once."""
    value = urlsafe_b64encode(json.dumps([tone, text[:_LONGEST_SAID]]).encode()).decode()
    response.set_cookie(SAID, value, max_age=60, httponly=True, samesite="strict")


def said(request: Request) -> tuple[Alert, ...]:
    """What the page before wanted said; nothing when the cookie is not as `say` writes it."""
    try:
        tone, text = json.loads(urlsafe_b64decode(request.cookies.get(SAID, "").encode("ascii", "replace")))
    except (NotBase64, ValueError, TypeError):
        return ()
    return (Alert(str(text)[:_LONGEST_SAID], tone if tone in ("good", "info", "warn", "bad") else "info"),)
