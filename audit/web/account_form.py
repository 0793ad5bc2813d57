"""The form of an account: what it asks, as it stands on a page, and what was sent as values for audit/people. Regions are said by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from audit.errors import Reason, Refused
from audit.people.accounts import CHANGEABLE
from audit.people.agencies import agencies as all_agencies
from audit.people.reading import EVERYWHERE, read_areas, read_name
from audit.people.roles import DISCIPLINE_LABELS, ROLE_LABELS, Person, Role
from audit.regions import full_name, is_inside, is_region, kecamatan_of, match_desa, region
from audit.web.form_parts import Choice, FieldView, ProblemLine, SectionView
from audit.web.sent import Sent

_TEXTS = ("username", "name", "email", "discipline", "agency", "puskesmas", "most_cases", "home_desa", "desa", "cakupan")
_MANY = ("roles", "kecamatan")
_AT: Mapping[str, str] = {"areas": "desa", EVERYWHERE: "cakupan", "username_taken": "username"}
"""Code of a refusal -> field it stands beside, where they are not called the same."""

_WHOLE, _PART = "kabupaten", "sebagian"
_SCOPES = (
    Choice(_PART, "Hanya kecamatan atau desa tertentu", help="Dipilih di bawah ini."),
    Choice(
        _WHOLE, "Seluruh kabupaten", help="Semua kasus di semua kecamatan, dengan identitas sasarannya bila perannya membuka identitas."
    ),
)

ROLE_HELP: Mapping[Role, str] = {
    Role.SECRETARY: "Membuka siklus, memilih kasus, menugaskan panel, mengatur akun.",
    Role.FIELD: "Mengisi kertas kerja dan mencatat kunjungan di wilayahnya.",
    Role.EXPERT: "Menelaah kasus yang ditugaskan kepadanya.",
    Role.CHAIR: "Menyetujui atau mengembalikan RTL.",
    Role.AGENCY: "Melaporkan kemajuan kegiatan instansinya.",
    Role.LEADER: "Membaca angka, dokumen, dan riwayat; tidak mengubah apa pun.",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The answers as they were typed; many: those that are ticked."""

    texts: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, Sequence[str]] = field(default_factory=dict)


def typed_of(person: Person, kabupaten: str) -> Typed:
    """An account as somebody would have typed it. kabupaten: code of the district whose kecamatan are offered, "" for none."""
    offered = _kecamatan_codes(kabupaten)
    texts = {
        "username": person.username,
        "name": person.name,
        "email": person.email or "",
        "discipline": person.discipline or "",
        "agency": person.agency or "",
        "puskesmas": person.puskesmas or "",
        "most_cases": str(person.most_cases or ""),
        "home_desa": _region_words(person.home_desa) if person.home_desa else "",
        "desa": "\n".join(_region_words(code) for code in person.areas if code not in offered),
        "cakupan": _PART if person.areas else _WHOLE,
    }
    many: dict[str, list[str]] = {"roles": sorted(person.roles), "kecamatan": [code for code in person.areas if code in offered]}
    return Typed(texts, many)


def typed_from(sent: Sent) -> Typed:
    """What a page sent."""
    return Typed({name: sent.text(name) for name in _TEXTS}, {name: sent.many(name) for name in _MANY})


def values_of(typed: Typed, kabupaten: str, *, is_new: bool) -> dict[str, Any]:
    """The values as audit/people/reading.py takes them.

    Raises Refused: "name" when there is none; "desa" or "home_desa" for a region nobody can be sure of, with what was typed; EVERYWHERE or
    "cakupan" when it is not clear where somebody works.
    """
    reasons = _refusals(read_name, typed.texts)
    lines = [line.strip() for line in typed.texts.get("desa", "").splitlines() if line.strip()]
    found = [_region_code(line, kabupaten, "desa", reasons) for line in lines]
    home = typed.texts.get("home_desa", "").strip()
    home_code = _region_code(home, kabupaten, "home_desa", reasons) if home else None
    values: dict[str, Any] = {name: text for name, text in typed.texts.items() if name in CHANGEABLE or (is_new and name == "username")}
    values |= {"roles": list(typed.many["roles"]), "home_desa": home_code or ""}
    values |= {
        "areas": sorted({*typed.many["kecamatan"], *(code for code in found if code)}),
        EVERYWHERE: typed.texts.get("cakupan") == _WHOLE,
    }
    if wrong_scope := _wrong_scope(typed, has_areas=bool(lines or typed.many["kecamatan"])):
        reasons.append(Reason("cakupan", wrong_scope))
    elif None not in found:  # a desa that nobody knows was said already
        reasons += _refusals(read_areas, values)
    if reasons:
        raise Refused(*reasons)
    return values


def _refusals(read: Callable[[Mapping[str, Any]], object], values: Mapping[str, Any]) -> list[Reason]:
    """Why these values cannot be read, so that it can be said beside everything else."""
    try:
        read(values)
    except Refused as refused:
        return list(refused.reasons)
    return []


def account_sections(
    typed: Typed, kabupaten: str, problems: Sequence[ProblemLine] = (), *, agencies: Mapping[str, str], is_new: bool
) -> tuple[SectionView, ...]:
    """The form with these answers; each problem stands beside its field. agencies: as `Desk.agencies`."""
    wrong = {line.key.removeprefix("f-"): line.sentence for line in problems if line.key}

    def text(name: str, label: str, control: str = "text", *, choices: Mapping[str, str] | None = None, **more: Any) -> FieldView:
        value = typed.texts.get(name, "")
        listed = tuple(Choice(code, words, is_chosen=code == value) for code, words in (choices or {}).items())
        return FieldView(name, label, control, value, choices=listed, problem=wrong.get(name, ""), **more)

    def ticks(name: str, label: str, choices: Sequence[Choice], **more: Any) -> FieldView:
        chosen = set(typed.many.get(name, ()))
        listed = tuple(Choice(c.value, c.label, is_chosen=c.value in chosen, help=c.help) for c in choices)
        return FieldView(name, label, "checkboxes", choices=listed, problem=wrong.get(name, ""), **more)

    roles = [Choice(role.value, ROLE_LABELS[role], help=words) for role, words in ROLE_HELP.items()]
    who = (
        text("name", "Nama dengan gelar", is_required=True, help="Seperti tercetak pada berita acara.", longest=200),
        *(
            (text("username", "Nama pengguna", is_required=True, help="Huruf, angka, titik, atau tanda hubung; tidak dapat diganti."),)
            if is_new
            else ()
        ),
        text("email", "Alamat surel", "email"),
        ticks("roles", "Peran", roles, is_required=True),
    )
    scope = typed.texts.get("cakupan", "")
    scopes = tuple(replace(one, is_chosen=one.value == scope) for one in _SCOPES)
    kecamatan = [Choice(one.code, one.name) for one in kecamatan_of(kabupaten)] if kabupaten else []
    where = (
        FieldView(
            "cakupan",
            "Cakupan",
            "radio",
            scope,
            choices=scopes,
            problem=wrong.get("cakupan", ""),
            help="Wajib dijawab untuk petugas lapangan serta pemerintah kecamatan dan desa.",
        ),
        *((ticks("kecamatan", "Kecamatan", kecamatan),) if kecamatan else ()),
        text(
            "desa",
            "Desa, bila hanya sebagian kecamatan",
            "textarea",
            help="Satu per baris dengan kecamatannya, misalnya: Kemuning Lor, Arjasa. Kode wilayah juga boleh.",
            lines=3,
        ),
    )
    work = (
        text("discipline", "Disiplin (tim pakar)", "select", choices={d.value: words for d, words in DISCIPLINE_LABELS.items()}),
        text("agency", "Perangkat daerah", "select", choices=all_agencies(agencies)),
        text("puskesmas", "Puskesmas tempat bekerja", help="Untuk mengenali benturan kepentingan.", longest=120),
        text("home_desa", "Desa tempat tinggal", help="Untuk hal yang sama; misalnya: Kemuning Lor, Arjasa."),
        text(
            "most_cases", "Kasus paling banyak dalam satu siklus", "number", unit="kasus", help="Kosong berarti tanpa batas.", width="short"
        ),
    )
    return (
        SectionView("siapa", "Siapa", who),
        SectionView("wilayah", "Wilayah kerja", where),
        SectionView("tugas", "Tugas dan benturan kepentingan", work, help="Isi yang berlaku saja."),
    )


def _wrong_scope(typed: Typed, *, has_areas: bool) -> str:
    """What is wrong with the answer to how far somebody works, "" when nothing is that only this form knows."""
    scope = typed.texts.get("cakupan", "")
    if scope == _PART and not has_areas:
        return "Cakupan: pilih paling sedikit satu kecamatan, atau tulis desanya."
    return f"Cakupan: “{scope[:40]}” tidak dikenal; pilih salah satu." if scope not in ("", _WHOLE, _PART) else ""


def lines_of(refusal: Refused) -> tuple[ProblemLine, ...]:
    """The sentences of a refusal, each at its field; a code that names none stands for the form as a whole."""
    fields = {*_TEXTS, *_MANY}
    named = ((_AT.get(reason.code, reason.code), reason.sentence) for reason in refusal.reasons)
    return tuple(ProblemLine(f"f-{name}" if name in fields else "", sentence) for name, sentence in named)


def area_words(person: Person) -> str:
    """Where somebody works, by name."""
    return "; ".join(_region_words(code) for code in person.areas) or "Seluruh kabupaten"


def _kecamatan_codes(kabupaten: str) -> frozenset[str]:
    return frozenset(one.code for one in kecamatan_of(kabupaten)) if kabupaten else frozenset()


def _region_words(code: str) -> str:
    """A desa as somebody types it, anything else by its full name; a code nobody knows stays a code."""
    if not is_region(code):
        return code
    return f"{region(code).name}, {region(code.rpartition('.')[0]).name}" if code.count(".") == 3 else full_name(code)


def _region_code(line: str, kabupaten: str, name: str, reasons: list[Reason]) -> str | None:
    """The code of a typed region; None, and a reason more, when nobody can be sure."""
    if is_region(line):
        return line
    if not kabupaten:
        reasons.append(
            Reason(name, f"“{line[:60]}” bukan kode wilayah. Sebelum siklus pertama dibuka, tulis kodenya, misalnya 35.09.22.2001.")
        )
        return None
    for code in (kabupaten, *_kecamatan_codes(kabupaten)):
        if line.casefold() == full_name(code).casefold():
            return code
    desa, _, kecamatan = line.partition(",")
    (found,) = match_desa([kecamatan.strip() or None], [desa.strip()], kabupaten=kabupaten)
    if found.code is not None and is_inside(found.code, kabupaten):
        return found.code
    near = f" Mungkin maksudnya {_region_words(found.nearest.code)}." if found.nearest else ""
    reasons.append(
        Reason(
            name,
            f"“{line[:60]}” tidak ditemukan di {region(kabupaten).name}. Tulis desa lalu kecamatannya, dengan koma di antaranya.{near}",
        )
    )
    return None
