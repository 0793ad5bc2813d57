"""The child's side of a packet: growth charts, indicators, the weight-gain strip, flags, the table. No worksheet and no identity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from audit.growth.ages import PRETERM_BELOW_WEEKS, TERM_WEEKS, corrected_age_days
from audit.growth.categories import CATEGORIES, MUAC_CATEGORIES, Category, category, muac_category
from audit.growth.indices import STANDING_LOSES_CM, Position, score
from audit.growth.recheck import Reason
from audit.growth.standards import MEANING, Index
from audit.render import svg
from audit.render.growth_charts import Point, alternative_text, growth_chart
from audit.render.wording import MISSING, age_of_months, age_words, date_short, date_words, number, with_unit, z_score, z_with_unit
from audit.reports.packet.facts import PacketFacts, Part, Reading
from audit.reports.packet.gain import GainStory, gain_story
from audit.reports.packet.pages import Flag, Gap, Indicator
from audit.reports.pages import Column, Figure, Level, Table
from audit.reports.phrases import kecamatan_words

SHOWN = (Index.HAZ, Index.WAZ, Index.WHZ)
"""The order of the growth charts and of the indicators."""

OLD_AFTER_DAYS = 92
"""A newest measurement older than three months is said so on the first page."""

LOW_BIRTH_WEIGHT_G, SHORT_BIRTH_CM = 2500, 48.0
"""BBLR and PBLR. Source: Kemenkes."""

_LEVELS: Mapping[str, Level] = {
    "severely_stunted": "alarm",
    "stunted": "watch",
    "severely_underweight": "alarm",
    "underweight": "watch",
    "risk_of_overweight": "watch",
    "severely_wasted": "alarm",
    "wasted": "watch",
    "possible_risk_of_overweight": "watch",
    "overweight": "watch",
    "obese": "alarm",
}
_WIDE, _NARROW = 640.0, 320.0
_ON_PAPER = {Index.HAZ: (_WIDE, 300.0), Index.WAZ: (_NARROW, 190.0), Index.WHZ: (_NARROW, 190.0)}
_ON_SCREEN = {Index.HAZ: (380.0, 270.0), Index.WAZ: (320.0, 230.0), Index.WHZ: (320.0, 230.0)}
_BESIDE_A_STRIP = 245.0
"""Drawing units. The chart of the first page gives way to the weight-gain strip, so that risks and gaps stay on that page."""

_MEANING = {
    Index.HAZ: "tinggi badan menurut umur",
    Index.WAZ: "berat badan menurut umur",
    Index.WHZ: "berat badan menurut tinggi badan",
}
_NOT_PLAUSIBLE = "di luar kewajaran WHO, ukur ulang"


def child_part(facts: PacketFacts, *, for_screen: bool = False, in_months: bool = False) -> Part:
    """The part of a packet that is about a baduta or balita.

    for_screen: charts of a size for a phone, whose points can be read one by one. in_months: ages are shown in whole months, so that nobody
    can count back to the birth date; it still counts for what is concluded.
    """
    story = gain_story(facts, for_screen=for_screen)
    shown = replace(facts, birth_on=None) if in_months else facts
    sizes = _ON_SCREEN if for_screen else {**_ON_PAPER, Index.HAZ: (_WIDE, _BESIDE_A_STRIP)} if story.figure else _ON_PAPER
    figures = [_figure(shown, index, *sizes[index], for_screen=for_screen) for index in SHOWN]
    return Part(
        summary=" · ".join((f"{_sex(facts)}, {_age_now(facts)}", kecamatan_words(facts.desa_code))),
        question=_question(facts),
        chart=figures[0],
        indicators=tuple(_indicator(facts, index) for index in SHOWN) + tuple(_arm(facts)),
        gain=story.figure,
        gain_sentence=story.sentence,
        flags=tuple(_flags(facts, story)),
        gaps=tuple(_gaps(facts)),
        more_charts=tuple(figures[1:]),
        measurements=_table(shown, story),
    )


@lru_cache(maxsize=8192)
def z_category(index: Index, z: float | None, *, has_oedema: bool = False) -> Category | None:
    """The category of Permenkes 2/2020 of one z; None when there is no z (and no oedema to say it without one)."""
    place = int(category(index, float("nan") if z is None else z, has_oedema)[0])
    return CATEGORIES[index][place] if place >= 0 else None


def _figure(facts: PacketFacts, index: Index, width: float, height: float, *, for_screen: bool) -> Figure:
    anchor = f"grafik-{index}"
    name = f"{MEANING[index].label}, {MEANING[index].measured}"
    if facts.is_male is None:
        words = "Jenis kelamin tidak tercatat: kurva WHO tidak dapat dipilih."
        ground = svg.box(0.5, 0.5, width - 1, 59, fill="none", stroke=svg.GRID)
        parts = [ground, svg.text(width / 2, 34, words, anchor="middle", fill=svg.QUIET, size=svg.TEXT_SIZE if width == _WIDE else 8.5)]
        return Figure(anchor, f"{name}.", svg.drawing(width, 60, f"Grafik {name}: {words}", parts))
    is_standing = bool(facts.readings) and facts.is_read_standing(facts.readings[-1])
    points = _points(facts, index, is_standing, with_tips=for_screen)
    newest = facts.newest_with_z(index)
    found = z_category(index, newest.z[index]) if newest else None
    drawing = growth_chart(
        index,
        is_male=facts.is_male,
        points=points,
        title=alternative_text(index, points, category=found.label if found else ""),
        is_standing=is_standing,
        width=width,
        height=height,
    )
    hollow = " Titik berongga: di luar kewajaran WHO, ukur ulang." if any(p.is_flagged for p in points) else ""
    rough = " Tanggal lahir tidak diketahui: letak titik menurut umur dalam bulan penuh." if facts.birth_on is None and points else ""
    return Figure(anchor, f"{name}. Kurva WHO 2006, {'laki-laki' if facts.is_male else 'perempuan'}.{hollow}{rough}", drawing)


def _points(facts: PacketFacts, index: Index, is_standing: bool, *, with_tips: bool) -> tuple[Point, ...]:
    """The points of one chart. On the chart of heights an earlier length is shown as the height it stands for (0.7 cm less)."""
    points = []
    for r in facts.readings:
        days, height = facts.age_days(r), facts.positioned_cm(r)
        y = r.weight_kg if index is not Index.HAZ else height
        if index is Index.WHZ and height is not None and is_standing and not facts.is_read_standing(r):
            height -= STANDING_LOSES_CM
        x = height if index is Index.WHZ else days
        if x is not None and y is not None:
            shown = z_score(r.z[index]) if index in r.z else ""
            tip = _tip(facts, r, index) if with_tips else ""
            points.append(Point(round(x, 1), round(y, 2), shown, index in r.flagged, tip))
    return tuple(points)


def _tip(facts: PacketFacts, r: Reading, index: Index) -> str:
    """What a point says: when, how old, what was measured, its z and category."""
    found = z_category(index, r.z.get(index))
    measured = [with_unit(r.weight_kg, "kg", 1)] if index is not Index.HAZ else []
    measured += [with_unit(r.height_cm, "cm", 1)] if index is not Index.WAZ else []
    told = f"{MEANING[index].label} {z_score(r.z[index])} SD, {found.label.lower()}" if found else "nilai z belum dapat dihitung"
    doubt = f"; {_NOT_PLAUSIBLE}" if index in r.flagged else ""
    return f"{date_words(r.on)} ({_age_at(facts, r)}): {', '.join(measured)}; {told}{doubt}."


def _indicator(facts: PacketFacts, index: Index) -> Indicator:
    name, meaning = MEANING[index].label, _MEANING[index]
    newest = facts.newest_with_z(index)
    swollen = facts.readings[-1] if facts.readings and facts.readings[-1].has_oedema and index is Index.WHZ else None
    if swollen is not None:
        return Indicator(name, meaning, MISSING, "Gizi buruk", date_words(swollen.on), "alarm", "edema pada kedua kaki")
    if newest is None:
        return Indicator(name, meaning, MISSING, "Belum dapat dinilai", MISSING, "unknown")
    z, found = newest.z[index], z_category(index, newest.z[index])
    level: Level = "unknown" if index in newest.flagged or found is None else _LEVELS.get(found.code, "fine")
    notes = [_NOT_PLAUSIBLE] if index in newest.flagged else []
    notes += _positioned(facts, newest) if index is Index.HAZ else []
    notes += _at_corrected_age(facts, newest, index)
    value = z_with_unit(z)
    return Indicator(name, meaning, value, found.label if found else MISSING, date_words(newest.on), level, "; ".join(notes))


def _positioned(facts: PacketFacts, r: Reading) -> list[str]:
    used = facts.positioned_cm(r)
    if used is None or r.height_cm is None or abs(used - r.height_cm) < 0.05:
        return []
    return ["diukur berdiri, ditambah 0,7 cm"] if used > r.height_cm else ["diukur telentang, dikurangi 0,7 cm"]


def _at_corrected_age(facts: PacketFacts, r: Reading, index: Index) -> list[str]:
    """What the z would be at the age counted from term, for a child born early and under two years; otherwise nothing."""
    term_on, days = _term_on(facts), facts.age_days(r)
    if index is Index.WHZ or term_on is None or days is None:
        return []
    corrected = float(corrected_age_days(days, facts.gestation_weeks or float("nan"))[()])
    if corrected != corrected:
        return []
    height = facts.positioned_cm(r)
    nan = float("nan")
    scores = score(age_days=corrected, is_male=facts.male, weight_kg=r.weight_kg or nan, height_cm=height or nan, only=(index,))
    z = float(scores.z(index)[0])
    found = z_category(index, None if z != z else z)
    if found is None:
        return ["umur koreksi: belum dapat dinilai"]
    return [f"umur koreksi: {z_with_unit(z)}, {found.label.lower()}"]


def _term_on(facts: PacketFacts) -> date | None:
    """The day a child born early would have been born at term; None when born at term or not known."""
    weeks = facts.gestation_weeks
    if weeks is None or weeks >= PRETERM_BELOW_WEEKS or facts.birth_on is None:
        return None
    return date.fromordinal(facts.birth_on.toordinal() + 7 * (TERM_WEEKS - weeks))


def _arm(facts: PacketFacts) -> Iterator[Indicator]:
    newest = facts.newest("muac_cm")
    if newest is None or newest.muac_cm is None:
        return
    days = facts.age_days(newest)
    place = int(muac_category(newest.muac_cm, float("nan") if days is None else days)[0])
    found = MUAC_CATEGORIES[place] if place >= 0 else None
    label, level = (found.label, _LEVELS.get(found.code, "fine")) if found else ("Tidak dinilai pada umur ini", "unknown")
    yield Indicator("LiLA", "lingkar lengan atas", with_unit(newest.muac_cm, "cm", 1), label, date_words(newest.on), level)


def _flags(facts: PacketFacts, story: GainStory) -> Iterator[Flag]:
    yield from _doubts(facts)
    newest = facts.readings[-1] if facts.readings else None
    if newest and newest.has_oedema:
        yield Flag("Edema kedua kaki", f"{date_words(newest.on)}; dihitung sebagai gizi buruk", "alarm")
    below = facts.newest_with_z(Index.WAZ)
    if below and below.z[Index.WAZ] < -3 and Index.WAZ not in below.flagged:
        yield Flag("Di bawah garis merah (BGM)", f"BB/U {z_score(below.z[Index.WAZ])}, {date_words(below.on)}", "alarm")
    if story.is_two_t:
        yield Flag("Tidak naik dua kali (2T)", story.two_t_months, "alarm")
    if facts.birth_weight_g and facts.birth_weight_g < LOW_BIRTH_WEIGHT_G:
        yield Flag("Berat lahir rendah (BBLR)", with_unit(facts.birth_weight_g, "gram"), "alarm")
    if facts.birth_length_cm and facts.birth_length_cm < SHORT_BIRTH_CM:
        yield Flag("Panjang lahir pendek (PBLR)", with_unit(facts.birth_length_cm, "cm", 1), "watch")
    if facts.gestation_weeks and facts.gestation_weeks < PRETERM_BELOW_WEEKS:
        yield Flag("Lahir prematur", f"usia kehamilan {facts.gestation_weeks} minggu{_corrected_now(facts)}", "watch")
    yield from _birth_differs(facts)
    yield from _absent(facts)


def _birth_differs(facts: PacketFacts) -> Iterator[Flag]:
    """Where the register and the worksheet tell different facts of the birth, both are said; the register's is used."""
    for name, words, unit, decimals in (("birth_weight_g", "berat lahir", "gram", 0), ("birth_length_cm", "panjang lahir", "cm", 1)):
        used, told = getattr(facts, name), facts.answers.get(name)
        if used and told and abs(used - told) >= 10.0**-decimals:
            both = f"register {with_unit(used, unit, decimals)}, kertas kerja {with_unit(told, unit, decimals)}"
            yield Flag(f"Data {words} berbeda", both, "watch")


def _doubts(facts: PacketFacts) -> Iterator[Flag]:
    """The measurement to be taken again: the newest with its reason; earlier ones are marked in the table."""
    if not facts.readings:
        return
    r = facts.readings[-1]
    for index in sorted(r.flagged & r.z.keys(), key=list(MEANING).index):
        label = MEANING[index].label
        yield Flag("Ukur ulang", f"{label} {z_score(r.z[index])} pada {date_words(r.on)} di luar kewajaran WHO", "alarm")
    for index in SHOWN:
        ours, theirs = z_category(index, r.z.get(index)), z_category(index, r.source_z.get(index))
        if ours and theirs and ours.code != theirs.code and index not in r.flagged:
            told = f"{MEANING[index].label} menurut berkas {z_score(r.source_z[index])} ({theirs.label.lower()})"
            yield Flag("Ukur ulang", f"{told}, dihitung ulang {z_score(r.z[index])} ({ours.label.lower()}){_why(r)}", "alarm")
    if r.recheck and not r.flagged and not _differs(r):
        yield Flag("Ukur ulang", f"nilai z pada {date_words(r.on)} tidak dapat dijelaskan{_why(r)}", "alarm")


def _differs(r: Reading) -> bool:
    """Whether the file's z and ours put the child into different categories."""
    pairs = [(z_category(i, r.z.get(i)), z_category(i, r.source_z.get(i))) for i in SHOWN]
    return any(ours is not None and theirs is not None and ours.code != theirs.code for ours, theirs in pairs)


def _why(r: Reading) -> str:
    labels = {reason.code: reason.label for reason in Reason if reason.label}
    found = labels.get(r.recheck or "")
    return f". {found}" if found else ""


def _absent(facts: PacketFacts) -> Iterator[Flag]:
    if not facts.readings:
        yield Flag("Belum pernah diukur", "tidak ada pengukuran dalam register maupun kunjungan", "alarm")
        return
    r = facts.readings[-1]
    lacking = [words for words, value in (("berat", r.weight_kg), ("panjang atau tinggi", r.height_cm)) if value is None]
    if lacking:
        yield Flag("Pengukuran tidak lengkap", f"{' dan '.join(lacking)} tidak diukur pada {date_words(r.on)}", "watch")
    if (facts.frozen_on - r.on).days > OLD_AFTER_DAYS:
        yield Flag("Pengukuran sudah lama", f"terakhir {date_words(r.on)}", "watch")


def _gaps(facts: PacketFacts) -> Iterator[Gap]:
    owner = facts.posyandu or "Posyandu"
    if not facts.readings:
        yield Gap("Berat dan panjang/tinggi badan", "semua disiplin", owner)
    if facts.is_male is None:
        yield Gap("Jenis kelamin", "semua disiplin", facts.puskesmas)
    if facts.birth_on is None:
        yield Gap("Tanggal lahir", "semua disiplin", facts.puskesmas)


_COLUMNS = (
    Column("Tanggal", 15, "code"),
    Column("Umur", 21),
    Column("BB (kg)", 11, "number"),
    Column("PB/TB (cm)", 14, "number"),
    Column("TB/U", 10, "number"),
    Column("BB/U", 10, "number"),
    Column("BB/TB", 10, "number"),
    Column("N/T", 9, "mark"),
)
_WITH_REMARKS = (
    *(replace(column, width=width) for column, width in zip(_COLUMNS, (13, 18, 9, 13, 9, 9, 9, 7), strict=True)),
    Column("Catatan", 13),
)
_POSITION_MARKS: Mapping[Position, str] = {Position.LYING: "t", Position.STANDING: "b"}


def _table(facts: PacketFacts, story: GainStory) -> Table:
    has_remarks = any(_remark(r) for r in facts.readings)
    rows = tuple(
        (
            date_short(r.on),
            _age_at(facts, r),
            number(r.weight_kg, 1),
            _height_words(r),
            *(z_score(r.z.get(index)) for index in SHOWN),
            mark,
            *([_remark(r)] if has_remarks else []),
        )
        for r, mark in zip(facts.readings, story.marks, strict=True)
    )
    return Table(
        "tabel-ukur",
        "Semua pengukuran, dari yang terlama",
        _WITH_REMARKS if has_remarks else _COLUMNS,
        rows,
        source="e-PPGBM dan kunjungan rumah; nilai z dihitung ulang menurut WHO 2006.",
        note="t telentang, b berdiri. N naik, T tidak naik, O bulan lalu tidak ditimbang, B penimbangan pertama; dihitung dari berat badan."
        if rows
        else "",
        empty="Belum ada pengukuran.",
    )


def _height_words(r: Reading) -> str:
    """ "74,0 t": the height with a letter for how it was measured, a dash where that is not known."""
    if r.height_cm is None:
        return MISSING
    known = Position(r.position) if r.position in (0, 1, 2) else Position.UNKNOWN
    return f"{number(r.height_cm, 1)} {_POSITION_MARKS.get(known, MISSING)}"


def _remark(r: Reading) -> str:
    again = r.recheck or r.flagged or _differs(r)
    words = ["ukur ulang"] if again else []
    words += ["edema"] if r.has_oedema else []
    words += ["kunjungan"] if r.source == "visit" else []
    return ", ".join(words).capitalize()


def _question(facts: PacketFacts) -> str:
    found = [
        f"{MEANING[index].label} {z_score(r.z[index])}, {label.label.lower()}"
        for index in SHOWN
        if (r := facts.newest_with_z(index)) and index not in r.flagged and (label := z_category(index, r.z[index]))
        if _LEVELS.get(label.code, "fine") != "fine"
    ]
    state = f" ({'; '.join(found)})" if found else ""
    return (
        f"Apa penyebab langsung dan tidak langsung masalah pertumbuhan anak ini{state}, data apa yang masih kurang, "
        "dan tindakan mana yang harus didahulukan?"
    )


def _sex(facts: PacketFacts) -> str:
    return {True: "Laki-laki", False: "Perempuan", None: "Jenis kelamin tidak tercatat"}[facts.is_male]


def _age_now(facts: PacketFacts) -> str:
    if facts.birth_on is not None:
        return age_words(facts.birth_on, facts.frozen_on)
    newest = facts.newest("age_months")
    if newest is None or newest.age_months is None:
        return "umur tidak diketahui"
    return f"{age_of_months(newest.age_months)} pada {date_words(newest.on)}"


def _age_at(facts: PacketFacts, r: Reading) -> str:
    if facts.birth_on is not None:
        return age_words(facts.birth_on, r.on)
    return MISSING if r.age_months is None else age_of_months(r.age_months)


def _corrected_now(facts: PacketFacts) -> str:
    term_on = _term_on(facts)
    if term_on is None or facts.birth_on is None or (facts.frozen_on - facts.birth_on).days >= 731 or facts.frozen_on < term_on:
        return ""
    return f"; umur koreksi {age_words(term_on, facts.frozen_on)}"
