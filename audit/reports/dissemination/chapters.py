"""BAB I and BAB II of the dissemination reports, written from a view of either edition. BAB III and IV are in findings.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from audit.lifecycle.vocabulary import Action, Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline, Role
from audit.regions import region
from audit.render import wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.figures import case_figures
from audit.reports.dissemination.numbers import Numbering, Numbers, counted_table, share_table
from audit.reports.dissemination.pages import Implementation, Introduction, Prevalence
from audit.reports.dissemination.stage import FIRST
from audit.reports.office_words import office_words
from audit.reports.pages import Column, Table

View = Mapping[str, Any]


def cycle_name(view: View) -> str:
    """ "Semester 2 Tahun 2026", with the word for the period from the settings."""
    cycle = view["cycle"]
    return f"{team_wording(view)['period'].capitalize()} {cycle['number']} Tahun {cycle['year']}"


def team_wording(view: View) -> Mapping[str, str]:
    """team, team_full and period as the settings of the cycle say; the usual words where they do not."""
    usual = {"team": "TPPS", "team_full": "", "period": "semester"}
    found = usual | {key: value for key, value in (view["cycle"]["wording"] or {}).items() if value}
    return found | {"team_full": found["team_full"] or ("Tim Percepatan Penurunan Stunting" if found["team"] == "TPPS" else found["team"])}


def region_name(view: View) -> str:
    """ "Kabupaten Jember"."""
    return region(view["cycle"]["kabupaten_code"]).name


def team_in_full(view: View) -> str:
    """ "Tim Percepatan Penurunan Stunting (TPPS) Kabupaten Jember"; a team without a longer name is not repeated in brackets."""
    said = team_wording(view)
    short = "" if said["team"] == said["team_full"] else f" ({said['team']})"
    return f"{said['team_full']}{short} {region_name(view)}"


def draft_words(view: View) -> str:
    """Why the report is no final one ("RANCANGAN: siklus belum selesai, 3 kasus belum disetujui"); "" when it is."""
    if not view["is_draft"]:
        return ""
    numbers = Numbers(view["cells"])
    if not numbers.some("cases"):
        return "RANCANGAN: siklus belum selesai, belum ada kasus yang ditetapkan"
    waits_for = "disetujui" if view["stage"] == FIRST else "dievaluasi"
    return f"RANCANGAN: siklus belum selesai, {numbers.words('unfinished', 'kasus')} belum {waits_for}"


def introduction(view: View, numbering: Numbering) -> Introduction:
    """BAB I: where, for whom, on what ground, with whom."""
    cycle = view["cycle"]
    event = cycle["dissemination_on"]
    return Introduction(
        team=team_wording(view)["team"],
        team_full=team_in_full(view),
        signed_by=(team_in_full(view).removesuffix(region_name(view)).rstrip(), region_name(view)),
        locus=wording.list_words([region(code).name for code in view["kecamatan"]]),
        groups=wording.list_words([texts.GROUP_SHORT[g].lower() for g in view["groups"]]),
        prevalences=tuple(
            Prevalence(p["indicator"], wording.percent(p["value"]), p["basis"], p["period"], p["source"]) for p in cycle["prevalence"] or ()
        ),
        legal_basis=(*texts.LEGAL_BASIS, *_decree(cycle["decree"] or {})),
        participants=_participants(view, numbering),
        event=_event(date.fromisoformat(event), date.fromisoformat(view["on"])) if event else "",
        foreword=own_words(view, "foreword"),
    )


def own_words(view: View, text: str) -> tuple[str, ...]:
    """The paragraphs of a text of the office ("foreword", "closing"), with the numbers of this edition; empty where it wrote none."""
    day = view["cycle"]["dissemination_on"]
    return office_words(
        view["cycle"],
        text,
        jumlah_kasus=Numbers(view["cells"]).words("cases", "kasus"),
        tanggal_diseminasi=wording.date_words(date.fromisoformat(day)) if day else "",
    )


def implementation(view: View, numbering: Numbering) -> Implementation:
    """BAB II: the cases and where they are, the panel and how it agreed, the steps and when."""
    numbers = Numbers(view["cells"])
    has_cases = numbers.some("cases")
    return Implementation(
        case_sentences=_case_sentences(view, numbers),
        case_tables=_case_tables(view, numbers, numbering),
        case_figures=case_figures(view, numbers, numbering) if has_cases else (),
        panel_sentences=_panel_sentences(view, numbers),
        panel=_panel(view, numbering),
        agreement_sentences=_agreement_sentences(numbers),
        agreement=share_table(
            numbers,
            "t-sepakat",
            "Kesepakatan pakar tentang penyebab utama",
            "Kesepakatan",
            [(f"agreement:{code}", label) for code, label in texts.AGREEMENT_LABELS.items()],
            whole="agreed",
            noun="Kasus",
            number=partial(numbering.next, "Tabel", 2),
            source="pendapat pakar yang dibuka bersama setelah kuorum disiplin lengkap.",
            empty="Belum ada kasus yang selesai dikaji.",
        ),
        period_sentences=_period_sentences(view),
        schedule=_schedule(view, numbering),
    )


def _event(day: date, on: date) -> str:
    """A day after the printed date lies ahead."""
    return f"{'akan ' if day > on else ''}dilaksanakan pada {wording.date_words(day)}"


def _decree(decree: Mapping[str, str]) -> tuple[str, ...]:
    if not decree.get("number"):
        return ()
    by = decree.get("decided_by")
    about = f" tentang {decree['about']}" if decree.get("about") else ""
    day = f", {wording.date_words(date.fromisoformat(decree['decided_on']))}" if decree.get("decided_on") else ""
    return (f"Keputusan {by + ' ' if by else ''}Nomor {decree['number']}{about}{day}.",)


def _participants(view: View, numbering: Numbering) -> Table:
    team = team_wording(view)["team"]
    labels = {
        Role.CHAIR: f"Ketua {team}",
        Role.SECRETARY: f"Sekretariat {team}",
        Role.EXPERT: "Tim pakar",
        Role.FIELD: "Petugas lapangan (puskesmas, penyuluh KB, tim pendamping keluarga)",
        Role.AGENCY: "Perangkat daerah dan instansi penanggung jawab kegiatan",
    }
    people = view["people"]
    rows = tuple((label, wording.number(people[role.value])) for role, label in labels.items() if people.get(role.value))
    return Table(
        "t-peserta",
        "Pihak yang menjalankan audit",
        (Column("Unsur", 74), Column("Jumlah orang", 26, "number")),
        rows,
        numbering.next("Tabel", 1),
        source=f"riwayat kasus {cycle_name(view)}; seseorang dengan dua peran dihitung pada keduanya.",
        empty="Belum ada kegiatan yang tercatat.",
    )


def _case_sentences(view: View, numbers: Numbers) -> tuple[str, ...]:
    screening, name = view["screening"], cycle_name(view)
    found = numbers.words("candidates", "calon kasus")
    if screening["rows"]:
        files = f"{wording.number(screening['files'])} berkas registrasi"
        first = f"Dari {wording.number(screening['rows'])} baris data pada {files}, penapisan menunjuk {found}."
    else:
        first = f"Penapisan menunjuk {found}." if numbers.some("candidates") else ""
    if not numbers.some("cases"):
        none = f"Pada {name} belum ada kasus yang ditetapkan untuk diaudit, sehingga tabel kasus pada bab ini kosong."
        return (" ".join(filter(None, (first, none))),)
    groups = numbers.listed([(f"group:{g}", texts.GROUP_SHORT[g].lower()) for g in view["groups"]])
    chosen = f"Pada {name} ditetapkan {numbers.words('cases', 'kasus')} untuk diaudit, yaitu {groups}."
    sentences = [" ".join(filter(None, (first, chosen)))]
    if numbers.surely("continues"):
        sentences.append(f"Di antaranya, {numbers.words('continues', 'kasus')} melanjutkan kasus dari siklus sebelumnya.")
    if numbers.surely("stage:withdrawn"):
        reason = "; alasannya tercantum pada ringkasan kasus dalam Lampiran 1" if view["panel_is_named"] else ""
        sentences.append(
            f"Sampai laporan ini disusun, {numbers.words('stage:withdrawn', 'kasus')} dikeluarkan dari audit, misalnya karena keluarga "
            f"pindah ke luar wilayah{reason}. Kasus itu tetap dihitung dalam jumlah kasus, tetapi hasilnya tidak dinilai."
        )
    return tuple(sentences)


def _case_tables(view: View, numbers: Numbers, numbering: Numbering) -> tuple[Table, ...]:
    groups = view["groups"]
    unknown = texts.AFTER_FIRST if view["stage"] == FIRST else ()
    tables = [_by_area(view, numbers, numbering)]
    if "kecamatan|group" not in view["crossings"]:
        tables.append(_by_group(groups, numbers, numbering))
    if any(Group(g).is_child for g in groups):
        tables += [_children(numbers, numbering)] if "child|sex" in view["crossings"] else _children_by_margins(numbers, numbering)
    if not all(Group(g).is_child for g in groups):
        bands = [(f"woman:{code}", label) for code, label in texts.WOMAN_BAND_LABELS.items()]
        tables.append(
            share_table(
                numbers,
                "t-umur-ibu",
                "Kasus ibu dan calon pengantin menurut umur" if "catin" in groups else "Kasus ibu menurut umur",
                "Umur",
                bands,
                whole="women",
                noun="Kasus",
                number=partial(numbering.next, "Tabel", 2),
                empty="Tidak ada kasus ibu pada siklus ini.",
                keep=lambda name: name != "woman:unknown" or numbers.some(name),
            )
        )
    tables.append(
        share_table(
            numbers,
            "t-tahap-kasus",
            f"Keadaan kasus per {wording.date_words(date.fromisoformat(view['on']))}",
            "Tahap",
            [(f"stage:{code}", label) for code, label in texts.STAGE_LABELS.items() if code not in unknown],
            whole="cases",
            noun="Kasus",
            number=partial(numbering.next, "Tabel", 2),
            empty="Tidak ada kasus yang ditetapkan pada siklus ini.",
        )
    )
    return tuple(tables)


def _by_area(view: View, numbers: Numbers, numbering: Numbering) -> Table:
    groups = view["groups"] if "kecamatan|group" in view["crossings"] else []
    share = min(66 // (len(groups) + 2), 20)
    head = (
        Column("Kecamatan", 100 - share * (len(groups) + 2)),
        Column("Calon", share, "number"),
        *(Column(texts.GROUP_SHORT[g], share, "number") for g in groups),
        Column("Jumlah", share, "number"),
    )
    rows = [
        (
            region(area).name,
            numbers.shown(f"candidates:{area}"),
            *(numbers.shown(f"kecamatan:{area}|group:{g}") for g in groups),
            numbers.shown(f"kecamatan:{area}"),
        )
        for area in view["kecamatan"]
    ]
    return counted_table(
        "t-kecamatan",
        "Kasus menurut kecamatan dan kelompok sasaran" if groups else "Kasus menurut kecamatan",
        head,
        rows if numbers.some("cases") else [],
        number=partial(numbering.next, "Tabel", 2),
        total=("Jumlah", numbers.shown("candidates"), *(numbers.shown(f"group:{g}") for g in groups), numbers.shown("cases")),
        source=f"registrasi sasaran yang ditapis menurut aturan {cycle_name(view)}.",
        empty="Tidak ada kasus yang ditetapkan pada siklus ini.",
    )


def _by_group(groups: list[str], numbers: Numbers, numbering: Numbering) -> Table:
    return share_table(
        numbers,
        "t-kelompok",
        "Kasus menurut kelompok sasaran",
        "Kelompok sasaran",
        [(f"group:{g}", texts.GROUP_SHORT[g]) for g in groups],
        whole="cases",
        noun="Kasus",
        number=partial(numbering.next, "Tabel", 2),
        empty="Tidak ada kasus yang ditetapkan pada siklus ini.",
    )


def _children(numbers: Numbers, numbering: Numbering) -> Table:
    sexes = [s for s in texts.SEX_LABELS if s != "unknown" or numbers.some("sex:unknown")]
    bands = [b for b in texts.CHILD_BAND_LABELS if b != "unknown" or numbers.some("child:unknown")]
    share = 60 // (len(sexes) + 1)
    head = (
        Column("Umur saat ditapis", 100 - share * (len(sexes) + 1)),
        *(Column(texts.SEX_LABELS[s], share, "number") for s in sexes),
        Column("Jumlah", share, "number"),
    )
    rows = [(texts.CHILD_BAND_LABELS[b], *(numbers.shown(f"child:{b}|sex:{s}") for s in sexes), numbers.shown(f"child:{b}")) for b in bands]
    return counted_table(
        "t-umur-anak",
        "Kasus anak menurut umur dan jenis kelamin",
        head,
        rows if numbers.some("children") else [],
        number=partial(numbering.next, "Tabel", 2),
        total=("Jumlah", *(numbers.shown(f"sex:{s}") for s in sexes), numbers.shown("children")),
        empty="Tidak ada kasus anak pada siklus ini.",
    )


def _children_by_margins(numbers: Numbers, numbering: Numbering) -> list[Table]:
    """Age and sex each in a table of its own, where the crossed one would be all marks."""
    return [
        share_table(
            numbers,
            anchor,
            caption,
            label,
            [(f"{prefix}:{code}", words) for code, words in labels.items()],
            whole="children",
            noun="Kasus",
            number=partial(numbering.next, "Tabel", 2),
            empty="Tidak ada kasus anak pada siklus ini.",
            keep=lambda name: not name.endswith(":unknown") or numbers.some(name),
        )
        for anchor, caption, label, prefix, labels in (
            ("t-umur-anak", "Kasus anak menurut umur", "Umur saat ditapis", "child", texts.CHILD_BAND_LABELS),
            ("t-jenis-kelamin", "Kasus anak menurut jenis kelamin", "Jenis kelamin", "sex", texts.SEX_LABELS),
        )
    ]


def _panel_sentences(view: View, numbers: Numbers) -> tuple[str, ...]:
    experts = sum(row.get("experts", 1) for row in view["panel"])
    if not experts:
        return ("Belum ada pakar yang ditugaskan pada siklus ini.",)
    disciplines = len({row["discipline"] for row in view["panel"]})
    first = f"Kajian dilakukan oleh {wording.number(experts)} pakar dari {wording.number(disciplines)} disiplin."
    happened = numbers.listed(
        [
            (f"process:{Action.RETURN_WORKSHEET}", "kali kertas kerja dikembalikan untuk dilengkapi"),
            (f"process:{Action.ASK_FOR_DATA}", "kali panel meminta data tambahan dari lapangan"),
            (f"process:{Action.RECUSE}", "kali pakar mengundurkan diri dan diganti"),
        ]
    )
    return (first,) if happened == wording.MISSING else (first, f"Selama kajian tercatat {happened}.")


def _panel(view: View, numbering: Numbering) -> Table:
    number = numbering.next("Tabel", 2)
    empty = "Belum ada pakar yang ditugaskan."
    if view["panel_is_named"]:
        head = (Column("Nama", 45), Column("Disiplin", 37), Column("Kasus dikaji", 18, "number"))
        rows = [(row["name"], DISCIPLINE_LABELS[Discipline(row["discipline"])], wording.number(row["cases"])) for row in view["panel"]]
        return Table("t-pakar", "Tim pakar", head, tuple(rows), number, empty=empty)
    counted = [(DISCIPLINE_LABELS[Discipline(row["discipline"])], wording.number(row["experts"])) for row in view["panel"]]
    columns = (Column("Disiplin", 75), Column("Pakar", 25, "number"))
    return Table("t-pakar", "Tim pakar menurut disiplin", columns, tuple(counted), number, empty=empty)


def _agreement_sentences(numbers: Numbers) -> tuple[str, ...]:
    if not numbers.some("agreed"):
        return ("Belum ada kasus yang kajiannya selesai dan disepakati panel.",)
    same = numbers.with_share("agreement:unanimous", "agreed", "kasus")
    first = f"Panel mencapai kesepakatan tertulis pada {numbers.words('agreed', 'kasus')}."
    if numbers.some("agreement:unanimous"):
        first += f" Pada {same} semua pakar sejak awal menyebut penyebab utama yang sama."
    if not numbers.some("dissent"):
        return (f"{first} Tidak ada pendapat berbeda yang tersisa setelah sidang panel.",)
    return (f"{first} Pendapat berbeda tetap dicatat pada {numbers.words('dissent', 'kasus')}.",)


def _period_sentences(view: View) -> tuple[str, ...]:
    cycle = view["cycle"]
    span = wording.date_range(date.fromisoformat(cycle["starts_on"]), date.fromisoformat(cycle["ends_on"]))
    sentences = [f"{cycle_name(view)} berlangsung pada {span}."]
    visits, months = cycle["visits"] or {}, cycle["follow_up_months"]
    if visits and months:
        sentences.append(
            f"Tindak lanjut setiap kasus dirancang {months} bulan: {visits['per_week']} kunjungan setiap minggu selama "
            f"{visits['weeks_intensive']} minggu pertama, kemudian satu kunjungan setiap {visits['then_every_days']} hari, "
            "dengan pengukuran setiap bulan."
        )
    return (" ".join(sentences),)


def _schedule(view: View, numbering: Numbering) -> Table:
    """The first and last day of each step; in the public view, whose dates have no day, months."""
    done = {step["action"]: step for step in view["steps"]}
    is_exact = view["panel_is_named"]
    rows = []
    for label, actions in texts.STEPS:
        found = [done[action] for action in actions if action in done]
        if found:
            rows.append(_step(label, min(s["first_on"] for s in found), max(s["last_on"] for s in found), is_exact=is_exact))
    event = view["cycle"]["dissemination_on"]
    if event:
        rows.append(_step("Diseminasi", event, event, is_exact=is_exact))
    head: tuple[Column, ...] = (Column("Tahap", 50), Column("Mulai", 25), Column("Selesai", 25))
    if is_exact:
        head = (Column("Tahap", 46), Column("Mulai", 19), Column("Selesai", 19), Column("Lama (hari)", 16, "number"))
    return Table(
        "t-jadwal",
        "Tahapan dan waktunya",
        head,
        tuple(rows),
        numbering.next("Tabel", 2),
        source="riwayat kasus; diseminasi menurut jadwal siklus." if event else "riwayat kasus.",
        empty="Belum ada tahapan yang tercatat.",
    )


def _step(label: str, first: str, last: str, *, is_exact: bool) -> tuple[str, ...]:
    if not is_exact:
        return (label, month_words(first), month_words(last))
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return (label, wording.date_short(start), wording.date_short(end), wording.number((end - start).days + 1))


def month_words(text: str) -> str:
    """ "Juli 2026" for an ISO date or month."""
    year, month = text.split("-")[:2]
    return f"{wording.MONTHS[int(month) - 1]} {year}"
