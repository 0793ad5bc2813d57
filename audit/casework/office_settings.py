"""What the office sets for itself, part by part, with its history: what the next cycle starts from, and what agencies are called.

An open cycle is not changed by it: its settings were frozen when it was opened. The check is that of cycle_settings.py. Only the names
of agencies hold at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.casework.agency_names import AGENCY_NAMES, otherwise_named, refuse_nameless
from audit.casework.cycle_settings import DECREE, DEFAULT_SETTINGS, OFFICE, SIGNATORY, TEXTS, VISITS, WORDING, settings_from
from audit.casework.questions import Asked, Rows
from audit.errors import Reason, Refused, Stale
from audit.forms import Field, Form, Kind, Problem, Problems, Section, parse
from audit.lifecycle.vocabulary import GROUP_LABELS, Group
from audit.people.agencies import agencies
from audit.people.agency_queries import PART as AGENCIES
from audit.people.roles import Person, Role
from audit.people.tables import Account, OfficeSetting
from audit.regions import kecamatan_of
from audit.steps.identify.columns import MEASURES
from audit.steps.identify.rules import DEFAULT_CRITERIA, HIGHEST_WEIGHT, Comparison, Criteria, Rule, criteria_from

_ANYWHERE = "35.09"
"""A district to hold the check against; none of the parts asks for places."""

_COMPARED: Mapping[Comparison, str] = {Comparison.BELOW: "di bawah", Comparison.ABOVE: "di atas", Comparison.AT_LEAST: "paling sedikit"}


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """A group of settings that is asked for and kept as one.

    code: its key among the settings of a cycle. is_at_once: it holds from now on, and is no setting of a cycle.
    """

    code: str
    title: str
    about: str
    icon: str
    asked: Asked
    is_at_once: bool = False


def _criteria_form() -> Form:
    months = Field("measured_within_months", "Pengukuran terakhir paling lama", Kind.WHOLE, "bulan", lowest=1, highest=24)
    groups = (
        Section(group.value, GROUP_LABELS[group], tuple(_asked_of_rules([r for r in DEFAULT_CRITERIA.rules if r.group is group])))
        for group in Group
    )
    return Form("criteria", "Kriteria penapisan", (Section("umum", "Umum", (months,)), *(one for one in groups if one.fields)))


def _asked_of_rules(rules: Sequence[Rule]) -> Iterator[Field]:
    for rule in rules:
        measure = MEASURES[rule.measure]
        reason = rule.sentence.replace(" {value}", "").format(threshold="…", value="…")
        compared = _COMPARED[rule.comparison]
        yield Field(
            f"threshold_{rule.code}",
            f"{reason}: {compared}" if reason.startswith(measure.label) else f"{reason}: {measure.label} {compared}",
            Kind.NUMBER,
            measure.unit,
            lowest=measure.lowest,
            highest=measure.highest,
            help=f"sumber: {rule.source}",
        )
        yield Field(f"weight_{rule.code}", f"{reason}: bobot", Kind.WHOLE, lowest=0, highest=HIGHEST_WEIGHT, help="0 mematikan aturan")


PARTS: Sequence[SettingsPart] = (
    SettingsPart(
        "office",
        "Kantor dan kop surat",
        "Nama, alamat, dan alamat halaman pemeriksa yang tercetak sebagai kode QR.",
        "building",
        Asked(OFFICE),
    ),
    SettingsPart(
        "wording", "Sebutan", "Bagaimana tim dan periodenya disebut: TPPS atau TP3S, semester atau siklus.", "message", Asked(WORDING)
    ),
    SettingsPart(
        "signatories",
        "Penanda tangan",
        "Pejabat yang namanya tercetak di bawah dokumen, menurut urutan ini.",
        "pencil",
        Asked(Form("signatories", "Penanda tangan", ()), {"signatories": Rows(SIGNATORY, is_required=False)}),
    ),
    SettingsPart("decree", "Surat keputusan tim", "Nomor, tanggal, dan pejabat penetap SK tim audit.", "report", Asked(DECREE)),
    SettingsPart(
        "visits", "Kunjungan", "Berapa sering keluarga dikunjungi, dan kapan kunjungan dianggap terlewat.", "map-pin", Asked(VISITS)
    ),
    SettingsPart(
        "criteria", "Kriteria penapisan", "Ambang dan bobot yang menunjuk sasaran sebagai calon kasus.", "filter", Asked(_criteria_form())
    ),
    SettingsPart("texts", "Teks kantor", "Kata pengantar dan penutup laporan serta surat keluarga.", "file-text", Asked(TEXTS)),
    SettingsPart(
        AGENCIES,
        "Perangkat daerah",
        "Nama penanggung jawab kegiatan di kabupaten ini, dan perangkat daerah yang belum ada dalam daftar.",
        "building-community",
        Asked(AGENCY_NAMES),
        is_at_once=True,
    ),
)
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a part. revision: 0 when the office has given nothing. value: as a cycle takes it."""

    revision: int
    value: Mapping[str, Any]
    changed_by: str
    changed_at: datetime | None


def kept(session: Session) -> dict[str, Kept]:
    """Code of the part -> what is kept of it; one statement. Parts that were never given are not in it."""
    newest = select(OfficeSetting.part, func.max(OfficeSetting.revision).label("revision")).group_by(OfficeSetting.part).subquery()
    rows = session.execute(
        select(OfficeSetting, Account.name)
        .join(newest, (newest.c.part == OfficeSetting.part) & (newest.c.revision == OfficeSetting.revision))
        .join(Account, Account.id == OfficeSetting.changed_by_id)
    )
    return {row.part: Kept(row.revision, row.value, name, row.changed_at) for row, name in rows}


def office_defaults(session: Session) -> dict[str, Any]:
    """What of the settings of a cycle the office wants otherwise than the program: given to `settings_from`. One statement."""
    at_once = {part.code for part in PARTS if part.is_at_once}
    return {
        part: one.value["signatories"] if part == "signatories" else dict(one.value)
        for part, one in kept(session).items()
        if one.value and part not in at_once
    }


def answers_of(part: SettingsPart, value: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept, or else the defaults, by the fields of the form."""
    if part.code == "criteria":
        return _criteria_answers(criteria_from(value))
    if part.code == "signatories":
        return {"signatories": list(value.get("signatories", ()))}
    if part.code == AGENCIES:
        return dict(agencies(value))
    return {**DEFAULT_SETTINGS.get(part.code, {}), **value}


def keep(session: Session, part: SettingsPart, answers: Mapping[str, Any], *, by: Person, at: datetime, seen_revision: int) -> bool:
    """Keep what was answered; False when it is what is kept already. Flushed, the caller commits.

    answers: by field, as typed. Raises Problems with the field of each value that cannot be used, Stale when somebody changed the part
    since `seen_revision`, Refused for anybody but the secretariat.
    """
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang dapat mengubah pengaturan.")
    value = value_of(part, answers)
    if part.code == AGENCIES:
        refuse_nameless(session, value)
    before = kept(session).get(part.code)
    revision = before.revision if before else 0
    if seen_revision != revision:
        raise Stale(Reason("stale", "Bagian ini sudah diubah orang lain sejak halaman Anda dibuka. Bandingkan dahulu, lalu simpan lagi."))
    if value == (before.value if before else {}):
        return False
    session.add(OfficeSetting(part=part.code, revision=revision + 1, value=value, changed_by_id=by.id, changed_at=at))
    session.flush()
    return True


def value_of(part: SettingsPart, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a cycle takes them, checked as when it is opened. Raises Problems with the field of each that cannot be used."""
    if part.code == AGENCIES:
        return otherwise_named(parse(part.asked.form, answers).values)
    if part.code == "signatories":
        value: dict[str, Any] = {"signatories": list(answers.get("signatories") or ())}
        given: Any = value["signatories"]
    else:
        typed = parse(part.asked.form, answers).values
        value = given = _criteria_value(typed) if part.code == "criteria" else {k: v for k, v in typed.items() if v not in ("", None)}
    if not given:
        return {}
    places = [kecamatan_of(_ANYWHERE)[0].code]
    try:
        checked = settings_from({"focus_areas": places, part.code: given}, kabupaten_code=_ANYWHERE)
    except Problems as found:
        raise Problems([_on_the_form(part, problem) for problem in found.problems]) from None
    if part.code == "criteria":
        return value
    if part.code == "signatories":
        return {"signatories": checked["signatories"]}
    return {name: checked[part.code][name] for name in given}


def _criteria_value(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is otherwise than the program's own, so that a threshold nobody touched follows its source."""
    rules: dict[str, dict[str, Any]] = {}
    for rule in DEFAULT_CRITERIA.rules:
        for name, own in (("threshold", rule.threshold), ("weight", rule.weight)):
            asked = typed.get(f"{name}_{rule.code}", own)
            if asked != own:
                rules.setdefault(rule.code, {})[name] = asked
    months = typed.get("measured_within_months", DEFAULT_CRITERIA.measured_within_months)
    others = {"measured_within_months": months} if months != DEFAULT_CRITERIA.measured_within_months else {}
    return {**({"rules": rules} if rules else {}), **others}


def _criteria_answers(criteria: Criteria) -> dict[str, Any]:
    answers: dict[str, Any] = {"measured_within_months": criteria.measured_within_months}
    for rule in criteria.rules:
        answers |= {f"threshold_{rule.code}": rule.threshold, f"weight_{rule.code}": rule.weight}
    return answers


def _on_the_form(part: SettingsPart, problem: Problem) -> Problem:
    """The same problem at the field of the page; of a list the place stays ("signatories[2].office")."""
    _, dot, last = problem.place.rpartition(".")
    is_row = part.code == "signatories"
    if problem.place.startswith("criteria.rules."):
        rule, _, name = problem.place.removeprefix("criteria.rules.").rpartition(".")
        last = f"{name}_{rule}"
    return Problem(problem.place if is_row or not dot else last, problem.value, problem.code, problem.message)
