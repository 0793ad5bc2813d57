"""The worksheet's side of a packet: sections with every question, completeness by discipline, gaps, risks at home. No measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from audit.forms import Field, Kind
from audit.lifecycle.vocabulary import Group
from audit.people.roles import Discipline
from audit.render.wording import NO_BREAK, date_words
from audit.reports.packet.facts import PacketFacts, date_of
from audit.reports.packet.pages import Flag, Gap, WorksheetSection
from audit.reports.pages import Fact, Level
from audit.steps.packet.forms import ASKED_BY_LABELS, FAMILY, WORKSHEETS
from audit.steps.packet.rules import Completeness, completeness, in_words

_MOST_GAPS = 5
"""More gaps than this are told by discipline: the first page must hold them."""


@dataclass(frozen=True, slots=True)
class Risk:
    """An answer that is a risk: any of `codes` given to `field` (True for yes). label: as printed on the first page.

    says_which: whether the answer itself is printed beside the label.
    """

    field: str
    codes: tuple[str | bool, ...]
    label: str
    level: Level = "watch"
    says_which: bool = False


RISKS: tuple[Risk, ...] = (
    Risk("tb_contact", (True,), "Kontak serumah dengan pasien TB", "alarm"),
    Risk("illnesses", ("tb", "heart", "congenital", "inpatient"), "Penyakit berat", "alarm", says_which=True),
    Risk("illnesses", ("diarrhoea", "ari", "worms"), "Penyakit tiga bulan terakhir", says_which=True),
    Risk("kpsp", ("delayed",), "Penyimpangan perkembangan", "alarm"),
    Risk("kpsp", ("doubtful",), "Perkembangan meragukan"),
    Risk("immunisation", ("incomplete", "none"), "Imunisasi tidak lengkap", says_which=True),
    Risk("exclusive_breastfeeding", ("no",), "Tidak ASI eksklusif"),
    Risk("appetite", ("poor",), "Selera makan buruk"),
    Risk("triple_test", ("not_yet",), "Tripel eliminasi belum diperiksa"),
    Risk("contraception", ("none",), "Belum ber-KB"),
    Risk("breastfeeding", ("none",), "Tidak menyusui"),
    Risk("latrine", ("inadequate", "none"), "Jamban tidak layak", says_which=True),
    Risk("water", ("inadequate",), "Air minum tidak layak"),
    Risk("house", ("unfit",), "Rumah tidak layak huni"),
    Risk("smoke", (True,), "Terpapar asap rokok"),
    Risk("jkn", ("none",), "Tanpa jaminan kesehatan"),
)
"""In the order in which they are printed within a level."""


def sections(facts: PacketFacts) -> tuple[WorksheetSection, ...]:
    """Every section of the group's form with all its questions; answers to questions the form no longer has come last, by name."""
    form = WORKSHEETS[facts.group]
    made = [
        WorksheetSection(
            section.title,
            _readers(section.fields),
            _filled(facts, section.fields),
            tuple(Fact(f.label, words) for f in section.fields if (words := answer(f, facts.answers.get(f.name)))),
            "; ".join(f.label for f in section.fields if not answer(f, facts.answers.get(f.name))),
        )
        for section in form.sections
    ]
    known = {f.name for f in form.fields}
    others = tuple(Fact(name, str(value)) for name, value in facts.answers.items() if name not in known)
    if others:
        made.append(WorksheetSection("Isian dari formulir terdahulu", "", f"{len(others)} isian", others))
    return tuple(made)


def answer(f: Field, value: object) -> str:
    """An answer as it is printed: dates and rupiah as people write them, everything else as the packet step words it."""
    if f.kind is Kind.DATE:
        on = date_of(value)
        return date_words(on) if on else str(value or "")
    worded = in_words(f, value)
    if worded and f.unit.startswith("Rp"):
        return f"Rp{worded.removesuffix(f.unit).strip()}{f.unit.removeprefix('Rp').replace('/', ' per ')}"
    return worded


def gaps(facts: PacketFacts) -> Iterator[Gap]:
    """The required answers that are missing, each with who can supply it; counted by discipline when there are many."""
    parts = [part for part in completeness(WORKSHEETS[facts.group], facts.answers) if part.missing]
    is_long = sum(len(part.missing) for part in parts) > _MOST_GAPS
    for part in parts:
        reader, owner = _reader(part.asked_by), _owner(facts, part.asked_by)
        if is_long and len(part.missing) > 1:
            yield Gap(f"{len(part.missing)} isian wajib", reader, owner)
        else:
            yield from (Gap(label, reader, owner) for label in part.missing)


def gap_sentence(facts: PacketFacts) -> str:
    """How complete the worksheet is, in all and by discipline."""
    parts = completeness(WORKSHEETS[facts.group], facts.answers)
    lacking = sum(len(part.missing) for part in parts)
    required = sum(part.required for part in parts)
    if not facts.answers:
        return f"Kertas kerja belum diisi: {required} isian wajib belum ada."
    if not lacking:
        return f"Semua {required} isian wajib terisi: {_by_discipline(parts)}."
    return f"{lacking} dari {required} isian wajib belum ada. Terisi: {_by_discipline(parts)}."


def risks(facts: PacketFacts) -> Iterator[Flag]:
    """What the worksheet itself says that endangers the subject, in the order of RISKS."""
    fields = {f.name: f for f in WORKSHEETS[facts.group].fields}
    for risk in RISKS:
        f, value = fields.get(risk.field), facts.answers.get(risk.field)
        given = [each for each in (value if isinstance(value, list) else [value]) if each in risk.codes and each is not None]
        if f is not None and given:
            words = in_words(f, given if isinstance(value, list) else value) if risk.says_which else ""
            yield Flag(risk.label, words[:1].lower() + words[1:] if f.kind is Kind.CHOICE else words, risk.level)


def _by_discipline(parts: list[Completeness]) -> str:
    return "; ".join(f"{_reader(part.asked_by)} {part.answered}{NO_BREAK}dari{NO_BREAK}{part.required}" for part in parts)


def _readers(fields: tuple[Field, ...]) -> str:
    """Who reads a section; an empty text when everybody does."""
    asked_by = list(dict.fromkeys(f.asked_by for f in fields))
    return "" if FAMILY in asked_by else ", ".join(_reader(each) for each in asked_by)


_SHORT: Mapping[str, str] = {
    FAMILY: "keluarga",
    Discipline.PAEDIATRICS: "dokter spesialis anak",
    Discipline.OBSTETRICS: "dokter spesialis obgin",
    Discipline.NUTRITION: "ahli gizi",
    Discipline.PSYCHOLOGY: "psikolog",
}


def _reader(asked_by: str) -> str:
    return _SHORT.get(asked_by) or ASKED_BY_LABELS.get(asked_by, asked_by)


def _owner(facts: PacketFacts, asked_by: str) -> str:
    if asked_by in (FAMILY, Discipline.PSYCHOLOGY):
        return "petugas lapangan, kunjungan rumah"
    has_handbook = facts.group is not Group.CATIN and asked_by in (Discipline.PAEDIATRICS, Discipline.OBSTETRICS)
    return f"{facts.puskesmas} dan buku KIA" if has_handbook else facts.puskesmas


def _filled(facts: PacketFacts, fields: tuple[Field, ...]) -> str:
    filled = sum(facts.answers.get(f.name) not in (None, "", []) for f in fields)
    return f"{filled} dari {len(fields)} terisi"
