"""The settings a cycle is opened with: the defaults, what may be changed, and the check that names every problem at once. No database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from audit.forms import Field, Form, Kind, Problem, Problems, Section, parse
from audit.lifecycle.vocabulary import GROUP_LABELS, Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.regions import is_inside, is_region, kecamatan_of, match_kecamatan, region
from audit.steps.followup.rules import DEFAULT_FOLLOW_UP_MONTHS, DEFAULT_VISITS
from audit.steps.identify.rules import DEFAULT_CRITERIA, as_settings, criteria_from
from audit.steps.review.rules import DEFAULT_QUORUM

HIGHEST_QUOTA = 500
HIGHEST_QUORUM = 5

DEFAULT_QUOTAS: Mapping[Group, int] = {Group.BADUTA: 5, Group.BALITA: 5, Group.BUMIL: 3, Group.BUFAS: 2, Group.CATIN: 2}
"""Cases per kecamatan, a proposal: no source gives a number. Three kecamatan with balita and bumil come to 24 cases a semester."""

DEFAULT_SETTINGS: Mapping[str, Any] = {
    "focus_areas": [],
    "groups": [Group.BALITA.value, Group.BUMIL.value],
    "quotas": {group.value: DEFAULT_QUOTAS[group] for group in (Group.BALITA, Group.BUMIL)},
    "criteria": as_settings(DEFAULT_CRITERIA),
    "quorum": {g.value: {d.value: n for d, n in quorum.items()} for g, quorum in DEFAULT_QUORUM.items()},
    "visits": dict(DEFAULT_VISITS),
    "follow_up_months": DEFAULT_FOLLOW_UP_MONTHS,
    "holidays": [],
    "wording": {"team": "TPPS", "team_full": "Tim Percepatan Penurunan Stunting", "period": "semester"},
    "signatories": [],
    "decree": {},
    "prevalence": [],
    "office": {},
    "texts": {},
}
"""What a cycle gets where nothing else is asked for; the quota of any other group is in DEFAULT_QUOTAS."""


def _form(code: str, title: str, *fields: Field) -> Form:
    return Form(code, title, (Section(code, title, fields),))


VISITS = _form(
    "visits",
    "Rencana kunjungan",
    Field("per_week", "Kunjungan per minggu pada masa intensif", Kind.WHOLE, "kali", lowest=1, highest=6),
    Field("weeks_intensive", "Lama masa intensif", Kind.WHOLE, "minggu", lowest=0, highest=26),
    Field("then_every_days", "Jarak kunjungan sesudahnya", Kind.WHOLE, "hari", lowest=1, highest=60),
    Field("missed_after_days", "Dianggap terlewat sesudah", Kind.WHOLE, "hari", lowest=0, highest=30),
)
WORDING = _form(
    "wording",
    "Sebutan",
    Field("team", "Sebutan tim (TPPS, TP3S)", highest=40),
    Field("team_full", "Nama lengkap tim", highest=200),
    Field("period", "Sebutan periode (semester, siklus, termin)", highest=20),
)
DECREE = _form(
    "decree",
    "Surat keputusan tim",
    Field("number", "Nomor SK", highest=100, is_required=True),
    Field("about", "Tentang", highest=300),
    Field("decided_on", "Tanggal SK", Kind.DATE),
    Field("decided_by", "Pejabat penetap", highest=200),
)
SIGNATORY = _form(
    "signatories",
    "Penanda tangan",
    Field("office", "Jabatan", highest=200, is_required=True),
    Field("name", "Nama", highest=200),
    Field("below_name", "Keterangan di bawah nama (NIP, SIP)", highest=100),
)
PREVALENCE = _form(
    "prevalence",
    "Angka prevalensi",
    Field("indicator", "Indikator", highest=200, is_required=True),
    Field("value", "Nilai", Kind.NUMBER, "%", lowest=0, highest=100, is_required=True),
    Field("basis", "Dasar hitungan", highest=200, is_required=True),
    Field("period", "Periode", highest=60, is_required=True),
    Field("source", "Sumber", highest=200, is_required=True),
)
OFFICE = _form(
    "office",
    "Kantor penerbit",
    Field("name", "Nama instansi yang menerbitkan dokumen", highest=150, help="misalnya DP3AKB Kabupaten Jember"),
    Field("address", "Alamat kantor", highest=200),
    Field("contact", "Telepon atau surel untuk surat", highest=120),
    Field(
        "verify_address",
        "Alamat halaman pemeriksa dokumen",
        highest=100,
        help="awal alamat yang dicetak sebagai kode QR, misalnya https://aks.contoh.go.id; AKS menambahkan /v/ dan kode dokumennya",
    ),
)
TEXTS = _form(
    "texts",
    "Teks kantor",
    Field("foreword", "Kata pengantar laporan diseminasi", highest=4000, help="menggantikan kata pengantar bawaan"),
    Field("closing", "Kata penutup laporan diseminasi", highest=2000, help="ditambahkan pada akhir BAB IV"),
    Field("letter_closing", "Kalimat penutup surat keluarga", highest=300, help="menggantikan ucapan terima kasih bawaan"),
)
_FOLLOW_UP = _form(
    "follow_up_months", "Masa tindak lanjut", Field("follow_up_months", "Masa tindak lanjut", Kind.WHOLE, "bulan", lowest=1, highest=12)
)


def settings_from(given: Mapping[str, Any], *, kabupaten_code: str) -> dict[str, Any]:
    """The whole settings of a cycle, as JSON values ready to be frozen: the defaults with what was given.

    given: any of the keys of DEFAULT_SETTINGS. focus_areas: kecamatan by code or name. quotas: group -> cases per kecamatan, or group ->
    {kecamatan: cases}; kept as group -> kecamatan code -> cases. Raises Problems with place, value and what is expected of each.
    """
    check = _Check()
    areas = check.focus_areas(given.get("focus_areas"), kabupaten_code)
    groups = check.groups(given.get("groups") or DEFAULT_SETTINGS["groups"])
    settings = {
        "focus_areas": areas,
        "groups": groups,
        "quotas": check.quotas(given.get("quotas") or {}, groups, areas, kabupaten_code),
        "criteria": check.criteria(given.get("criteria") or {}),
        "quorum": check.quorum(given.get("quorum") or {}),
        "visits": DEFAULT_SETTINGS["visits"] | check.part(VISITS, "visits", given.get("visits") or {}),
        "follow_up_months": DEFAULT_FOLLOW_UP_MONTHS,
        "holidays": check.holidays(given.get("holidays") or []),
        "wording": DEFAULT_SETTINGS["wording"] | check.part(WORDING, "wording", given.get("wording") or {}),
        "signatories": check.parts(SIGNATORY, "signatories", given.get("signatories") or []),
        "decree": check.part(DECREE, "decree", given["decree"]) if given.get("decree") else {},
        "prevalence": check.parts(PREVALENCE, "prevalence", given.get("prevalence") or []),
        "office": check.office(given.get("office") or {}),
        "texts": check.texts(given.get("texts") or {}),
    }
    settings |= check.part(_FOLLOW_UP, "", {key: given[key] for key in ("follow_up_months",) if given.get(key) is not None})
    if check.problems:
        raise Problems(check.problems)
    return settings


def address_problem(address: str) -> str | None:
    """Why a web address cannot be the beginning of the address of a document's verification page; None when it can."""
    example = "tulis misalnya https://aks.contoh.go.id"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"alamatnya tidak dapat dibaca; {example}"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return f"harus diawali https:// (atau http://) lalu nama situs; {example}"
    if "@" in parts.netloc:
        return f"tanpa nama pengguna dan kata sandi; {example}"
    if "?" in address or "#" in address:
        return f"tanpa tanda ? atau #; {example}"
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path) or any(each in (".", "..") for each in path.split("/")):
        return f"bagian sesudah nama situs hanya huruf, angka, titik, dan garis, tanpa // atau spasi; {example}"
    if path.endswith("/v"):
        return f"tanpa /v di akhir, karena AKS menambahkannya sendiri; {example}"
    return None


_HOST = re.compile(r"(?=.{1,80}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


class _Check:
    """Reads each part of the settings; what cannot be used is kept in `problems` and left out of the answer."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def focus_areas(self, raw: Any, kabupaten_code: str) -> list[str]:
        """Codes of kecamatan, in the order of the codes."""
        written = _listed(raw)
        if not written:
            self._refuse("focus_areas", "", "required", "sebutkan sedikitnya satu kecamatan lokus, misalnya Arjasa atau 35.09.22")
        return sorted({code for one in written if (code := self._kecamatan("focus_areas", str(one), kabupaten_code))})

    def groups(self, raw: Any) -> list[str]:
        """Codes of groups, in the order of the vocabulary."""
        wanted = {str(one).lower() for one in _listed(raw)}
        for unknown in sorted(wanted - {g.value for g in Group}):
            self._refuse(
                "groups", unknown, "not_a_choice", f"pilih dari {', '.join(f'{g} ({label})' for g, label in GROUP_LABELS.items())}"
            )
        return [g.value for g in Group if g in wanted]

    def quotas(self, raw: Any, groups: Sequence[str], areas: Sequence[str], kabupaten_code: str) -> dict[str, dict[str, int]]:
        """Group -> kecamatan code -> cases, for every group and focus area of the cycle."""
        given = self._mapping("quotas", raw)
        for group in given:
            if group not in groups:
                self._refuse(f"quotas.{group}", "", "not_a_choice", f"kelompok ini tidak ikut dalam siklus; yang ikut: {', '.join(groups)}")
        quotas = {}
        for group in groups:
            asked = given.get(group, DEFAULT_QUOTAS[Group(group)])
            if not isinstance(asked, Mapping):
                asked = dict.fromkeys(areas, asked) if areas else {}
            quotas[group] = dict.fromkeys(areas, 0) | dict(self._quotas_of(f"quotas.{group}", asked, areas, kabupaten_code))
        return quotas

    def criteria(self, raw: Any) -> dict[str, Any]:
        """The whole set of rules, so that later defaults change nothing in an open cycle."""
        try:
            return as_settings(criteria_from(self._mapping("criteria", raw)))
        except Problems as refused:
            self.problems += refused.problems
            return {}

    def quorum(self, raw: Any) -> dict[str, dict[str, int]]:
        """Group -> discipline -> how many opinions; a group that is given replaces its default whole."""
        quorum = {group: dict(disciplines) for group, disciplines in DEFAULT_SETTINGS["quorum"].items()}
        for group, disciplines in self._mapping("quorum", raw).items():
            place = f"quorum.{group}"
            if group not in list(Group):
                self._refuse(place, "", "not_a_choice", f"kelompok tidak dikenal; pilih dari {', '.join(Group)}")
                continue
            quorum[group] = {}
            for discipline, n in self._mapping(place, disciplines).items():
                if discipline not in list(Discipline):
                    known = ", ".join(f"{d} ({label})" for d, label in DISCIPLINE_LABELS.items())
                    self._refuse(f"{place}.{discipline}", "", "not_a_choice", f"disiplin tidak dikenal; pilih dari {known}")
                elif self._whole(f"{place}.{discipline}", n, HIGHEST_QUORUM) and n:
                    quorum[group][discipline] = n
            if not quorum[group]:
                self._refuse(place, "", "required", "kuorum memerlukan sedikitnya satu pakar")
        return quorum

    def holidays(self, raw: Any) -> list[str]:
        """ISO dates, each once, in order."""
        one = _form("holidays", "Hari libur", Field("day", "Hari libur", Kind.DATE, is_required=True))
        days = [self.part(one, f"holidays[{n}]", {"day": day}) for n, day in enumerate(_listed(raw), start=1)]
        return sorted({day["day"] for day in days if day})

    def office(self, raw: Any) -> dict[str, Any]:
        """Each value on one line, the address of the verification page without a slash at its end."""
        office = {name: " ".join(value.split()) for name, value in self.part(OFFICE, "office", raw).items()}
        address = office.get("verify_address")
        if address and (wrong := address_problem(address)):
            self._refuse("office.verify_address", address, "not_an_address", wrong)
        return office | ({"verify_address": address.rstrip("/")} if address else {})

    def texts(self, raw: Any) -> dict[str, Any]:
        """The office's own texts as it wrote them, each checked for what may stand in it."""
        texts = self.part(TEXTS, "texts", raw)
        if not texts:
            return {}
        from audit.render.office_text import TEXT_NAMES, check_office_text  # Jinja is slow to import, and few commands open a cycle

        for name, source in texts.items():
            self.problems += [
                Problem(f"texts.{name}", "", "office_text", f"texts.{name}: {sentence}")
                for sentence in check_office_text(source, TEXT_NAMES[name])
            ]
        return texts

    def parts(self, form: Form, place: str, raw: Any) -> list[dict[str, Any]]:
        """Each entry of a list, read by one form."""
        entries = raw if isinstance(raw, (list, tuple)) else [raw]
        return [self.part(form, f"{place}[{n}]", entry) for n, entry in enumerate(entries, start=1)]

    def part(self, form: Form, place: str, raw: Any) -> dict[str, Any]:
        """The values of one form as JSON values, empty when one of them cannot be used."""
        try:
            values = parse(form, self._mapping(place, raw)).values
        except Problems as refused:
            self.problems += [Problem(f"{place}.{p.place}".lstrip("."), p.value, p.code, p.message) for p in refused.problems]
            return {}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

    def _quotas_of(self, place: str, asked: Mapping[Any, Any], areas: Sequence[str], kabupaten_code: str) -> Iterator[tuple[str, int]]:
        for written, n in asked.items():
            code = self._kecamatan(place, str(written), kabupaten_code)
            if code and code not in areas:
                self._refuse(place, str(written), "not_a_focus_area", "kecamatan ini bukan lokus siklus")
            elif code and self._whole(f"{place}.{written}", n, HIGHEST_QUOTA):
                yield code, n

    def _kecamatan(self, place: str, written: str, kabupaten_code: str) -> str | None:
        if is_region(written) and written.count(".") == 2 and is_inside(written, kabupaten_code):
            return written
        (found,) = match_kecamatan([written], kabupaten=kabupaten_code)
        if found.code is None:
            near = f"; mungkin maksudnya {found.nearest.name} ({found.nearest.code})" if found.nearest else ""
            names = ", ".join(k.name for k in kecamatan_of(kabupaten_code))
            self._refuse(place, written, "unknown_kecamatan", f"bukan kecamatan di {region(kabupaten_code).name}{near}. Yang ada: {names}")
        elif not found.is_exact:
            self._refuse(
                place, written, "unknown_kecamatan", f"mungkin maksudnya {region(found.code).name} ({found.code}); tulis namanya tepat"
            )
            return None
        return found.code

    def _whole(self, place: str, value: Any, highest: int) -> bool:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest:
            return True
        self._refuse(place, value, "out_of_range", f"harus bilangan bulat 0 sampai {highest}")
        return False

    def _mapping(self, place: str, raw: Any) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            return raw
        self._refuse(place, raw, "not_a_mapping", "harus berupa pasangan nama dan nilai")
        return {}

    def _refuse(self, place: str, value: Any, code: str, expected: str) -> None:
        shown = str(value)[:60]
        self.problems.append(Problem(place, shown, code, f"{place}: {f'“{shown}” tidak dapat dipakai; ' if shown else ''}{expected}."))


def _listed(raw: Any) -> list[Any]:
    """The entries of a list, of a text with commas, or of a single value; blanks left out."""
    if raw is None:
        return []
    if isinstance(raw, str):
        return [part.strip() for part in raw.split(",") if part.strip()]
    entries = list(raw) if isinstance(raw, (list, tuple, set, frozenset)) else [raw]
    return [entry.strip() if isinstance(entry, str) else entry for entry in entries if str(entry).strip()]
