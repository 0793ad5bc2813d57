"""Records of the printed documents with invented people and awkward values, for tests and for looking at. Nothing here is real."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from audit.growth.standards import Index, curve
from audit.render import charts, wording
from audit.render.growth_charts import Point, alternative_text, growth_chart
from audit.reports import pages_dissemination as report
from audit.reports.pages import Column, Fact, Figure, Foot, Signatory, Table
from audit.reports.pages_packet import Flag, Gap, Indicator, OpinionSpace, PacketPage, WorksheetSection
from audit.reports.pages_rtl import OwnedAction, RtlAgencyPage

LONG_NAME = "Siti " + " ".join(["Nurhayatiningsih Kusumawardhani"] * 6) + " binti Al"
HTML_NOTE = 'Ibu berkata: <b>"anak tak mau makan"</b> & <script>alert(1)</script> =1+1'
HASH = hashlib.sha256(b"contoh").hexdigest()
QUESTIONS = (
    ("Ringkasan masalah", ("1", "2", "3")),
    ("Penyebab langsung", ("1", "2", "3")),
    ("Penyebab tidak langsung", ("1", "2", "3")),
    ("Rekomendasi dan rencana tindak lanjut", ("1", "2", "3", "4", "5")),
    ("Data yang masih diperlukan", ("1", "2")),
)


def foot(title: str, mark: str = "TERBATAS – RAHASIA", reference: str = "AKS-3509-2026-1-0007") -> Foot:
    return Foot(
        title=title,
        mark=mark,
        reference=reference,
        cycle="Semester 1 Tahun 2026",
        snapshot=HASH[:16],
        snapshot_full=HASH,
        author="Sekretariat TPPS Kabupaten Jember",
        created="2026-06-30T08:00:00Z",
        description="Contoh",
    )


def child_points(index: Index, months: tuple[float, ...], z: tuple[float, ...]) -> tuple[Point, ...]:
    """Points of a boy whose z falls as given, read off the curves themselves."""
    points = []
    for month, score in zip(months, z, strict=True):
        days, value = curve(index, is_male=True, z=score)
        day = round(month * 30.4375)
        points.append(Point(float(day), round(float(value[day - int(days[0])]), 1), wording.z_score(score), is_flagged=abs(score) > 6))
    return tuple(points)


def growth_figure(index: Index, points: tuple[Point, ...], anchor: str, **size: float) -> Figure:
    title = alternative_text(index, points, category="Sangat pendek")
    return Figure(anchor, "Titik berongga: di luar kewajaran WHO. Kurva WHO 2006, laki-laki.", growth_chart(index, is_male=True, points=points, title=title, **size))


_COLUMNS = (
    Column("Tanggal", 14, "code"),
    Column("Umur", 15),
    Column("BB (kg)", 9, "number"),
    Column("PB/TB (cm)", 10, "number"),
    Column("Cara ukur", 12),
    Column("TB/U", 9, "number"),
    Column("BB/U", 9, "number"),
    Column("BB/TB", 9, "number"),
    Column("Status", 13),
)


def packet_of_a_child(count: int = 14) -> PacketPage:
    """A boy with `count` monthly measurements (0, 1 or more), a long name and a note with HTML."""
    months = tuple(float(m) for m in range(6, 6 + count))
    z = tuple(-1.2 - 0.15 * i if i != 4 else -6.4 for i in range(count))
    haz = child_points(Index.HAZ, months, z)
    waz = child_points(Index.WAZ, months, tuple(-1.0 - 0.12 * i for i in range(count)))
    rows = tuple(
        (f"{3 + i % 20} {wording.MONTHS[i % 12][:3]} 2026", wording.age_of_months(6 + i), wording.number(waz[i].y, 1), wording.number(haz[i].y, 1), "Telentang", haz[i].shown, waz[i].shown, "−0,84", "Ukur ulang" if haz[i].is_flagged else "")
        for i in range(count)
    )
    gains = tuple(charts.Gain(wording.MONTHS[i % 12][:3], (310, 120, None, -80, 250)[i % 5], 300, ("N", "T", "O", "T", "T")[i % 5]) for i in range(count - 1))
    indicators = (
        Indicator("TB/U", "tinggi badan menurut umur", f"{haz[-1].shown} SD" if haz else "–", "Sangat pendek" if haz else "Belum dapat dinilai", "12 Mei 2026" if haz else "–", "alarm" if haz else "unknown"),
        Indicator("BB/U", "berat badan menurut umur", "−2,56 SD", "Berat badan kurang", "12 Mei 2026", "watch"),
        Indicator("BB/TB", "berat badan menurut tinggi badan", "−0,84 SD", "Gizi baik", "12 Mei 2026", "fine", "panjang diukur berdiri, dikoreksi +0,7 cm"),
    )
    return PacketPage(
        foot=foot("Paket Kasus AKS-3509-2026-1-0007"),
        case_number="AKS-3509-2026-1-0007",
        target_group="Balita",
        summary="Laki-laki, 1 tahun 7 bulan · Kecamatan Arjasa",
        frozen_on="15 Mei 2026",
        question="Mengapa panjang badan anak ini tidak mengejar meskipun sudah dua kali mendapat PMT, dan apa yang harus dikerjakan lebih dahulu?",
        chart=growth_figure(Index.HAZ, haz, "grafik-tbu", height=255.0),
        indicators=indicators,
        gain=Figure("strip", "", charts.gain_strip(gains, title="Kenaikan berat badan per bulan")) if count > 1 else None,
        gain_sentence="Berat badan tidak naik 2 kali berturut-turut (2T)." if count > 1 else "Belum ada dua penimbangan untuk menilai kenaikan berat badan.",
        flags=(
            Flag("Berat lahir rendah", "2.150 g, panjang lahir 45,0 cm", "alarm"),
            Flag("Dua kali tidak naik", "April dan Mei 2026", "alarm"),
            Flag("Diare berulang", "4 kali dalam 6 bulan", "watch"),
            Flag("Jamban tidak layak", "kunjungan 3 Mei 2026", "watch"),
        ),
        gaps=(Gap("Hb anak", "SpA, gizi", "Puskesmas Arjasa"), Gap("Tinggi badan ayah", "gizi", "TPK Desa Arjasa")),
        gap_sentence="2 dari 46 isian wajib belum ada.",
        reasons=(Flag("TB/U di bawah −3", "z −3,21 pada 12 Mei 2026 (bobot 5)", "alarm"), Flag("Lahir pendek", "45,0 cm, batas 48,0 cm (bobot 3)", "watch"), Flag("Dua kali tidak naik", "April dan Mei 2026 (bobot 2)", "watch")),
        more_charts=(
            growth_figure(Index.WAZ, waz, "grafik-bbu", height=255.0),
            growth_figure(Index.WHZ, tuple(Point(a.y, b.y, "−0,84", a.is_flagged) for a, b in zip(haz, waz, strict=True)), "grafik-bbtb", height=255.0),
        ),
        identity=(
            Fact("Nama", LONG_NAME),
            Fact("NIK", wording.masked_nik("3509211203240034")),
            Fact("Tanggal lahir", "12 Oktober 2024"),
            Fact("Ibu / ayah", "Contoh Ibu / Contoh Ayah"),
            Fact("Alamat", "Dusun Krajan RT 02 RW 05, Desa Arjasa, Kecamatan Arjasa"),
            Fact("Puskesmas / posyandu", "Puskesmas Arjasa / Posyandu Melati 3"),
            Fact("Nomor telepon", ""),
        ),
        measurements=Table("tabel-ukur", "Semua pengukuran, dari yang terlama", _COLUMNS, rows, source="e-PPGBM dan kunjungan rumah; nilai z dihitung ulang menurut WHO 2006.", empty="Belum ada pengukuran."),
        worksheet=(
            WorksheetSection("Keluarga", "semua disiplin", "6 dari 7 terisi", tuple(Fact(f"Isian keluarga {i}", "" if i == 3 else "Layak, dari PDAM") for i in range(1, 8))),
            WorksheetSection("Riwayat kelahiran", "SpA, gizi", "4 dari 5 terisi", (Fact("Berat lahir", "2.150 g"), Fact("Panjang lahir", "45,0 cm"), Fact("Usia kehamilan", "36 minggu"), Fact("IMD", "Tidak"), Fact("Vitamin K", ""))),
            WorksheetSection("Makan dan penyakit", "gizi, SpA", "14 dari 14 terisi", tuple(Fact(f"Isian makan dan penyakit nomor {i}", HTML_NOTE if i == 2 else "Ya, 3 kali sehari") for i in range(1, 15))),
            WorksheetSection("Pengasuhan dan kejiwaan", "psikolog", "1 dari 3 terisi", (Fact("Pengasuh utama", "Nenek"), Fact("Stimulasi", ""), Fact("SRQ-20 ibu", ""))),
        ),
        opinion=OpinionSpace("", "Ilmu kesehatan anak", QUESTIONS),
    )


def packet_of_a_mother() -> PacketPage:
    """A pregnant woman: LiLA and Hb over the weeks instead of a growth chart, no weight gain strip."""
    panels = (
        charts.Panel("Lingkar lengan atas (cm)", ((10, 21.8, "21,8"), (18, 22.1, "22,1"), (26, 22.9, "22,9")), 23.5, "KEK < 23,5"),
        charts.Panel("Hemoglobin (g/dL)", ((10, 10.2, "10,2"), (26, 9.8, "9,8"), (30, 11.2, "11,2")), 11.0, "< 11,0"),
    )
    drawing = charts.panels(panels, title="LiLA dan Hb menurut usia kehamilan; terakhir 22,9 cm dan 11,2 g/dL", axis="Usia kehamilan (minggu)", x_range=(8, 40))
    columns = (Column("Tanggal", 25, "code"), Column("Usia kehamilan", 25), Column("BB (kg)", 15, "number"), Column("LiLA (cm)", 15, "number"), Column("Hb (g/dL)", 20, "number"))
    return replace(
        packet_of_a_child(1),
        foot=foot("Paket Kasus AKS-3509-2026-1-0019", reference="AKS-3509-2026-1-0019"),
        case_number="AKS-3509-2026-1-0019",
        target_group="Ibu hamil",
        summary="Usia 19 tahun, hamil 30 minggu, G1P0A0 · Kecamatan Silo",
        question="Apa yang membuat LiLA tidak bertambah, dan apakah kehamilan ini perlu dirujuk sekarang?",
        chart=Figure("grafik-ibu", "Garis putus-putus: batas risiko. Sumber: kohort ibu dan kunjungan rumah.", drawing),
        indicators=(
            Indicator("LiLA", "lingkar lengan atas", "22,9 cm", "KEK", "2 Mei 2026", "alarm"),
            Indicator("Hb", "hemoglobin", "11,2 g/dL", "Tidak anemia", "28 Mei 2026", "fine"),
            Indicator("Berat", "kenaikan sejak hamil", "+4,2 kg", "Di bawah anjuran", "28 Mei 2026", "watch"),
        ),
        gain=None,
        gain_sentence="",
        more_charts=(),
        measurements=Table("tabel-ukur", "Semua pemeriksaan", columns, (("2 Jan 2026", "10 minggu", "41,5", "21,8", "10,2"), ("28 Mei 2026", "30 minggu", "45,7", "22,9", "11,2"))),
    )


def rtl_sheet(count: int = 12) -> RtlAgencyPage:
    actions = tuple(
        OwnedAction(
            str(i + 1),
            f"AKS-3509-2026-1-{i + 1:04d}",
            ("Spesifik", "Sensitif", "Koordinatif")[i % 3],
            "Pendampingan makan dan pemantauan berat badan di rumah" if i % 4 else "Pembangunan jamban sehat bersama desa, termasuk pendataan ulang keluarga di dusun yang sama",
            "Berat badan tidak naik dua kali berturut-turut" if i != 5 else HTML_NOTE,
            "Anak dan ibunya",
            "Desa Arjasa, Kec. Arjasa",
            "1 Jul – 30 Sep 2026",
            ("BOK", "Dana Desa", "APBD")[i % 3],
            "Kenaikan berat badan",
            "≥ KBM 3 bulan berturut-turut",
            "Disetujui",
        )
        for i in range(count)
    )
    return RtlAgencyPage(
        foot=foot("Lembar RTL Dinas Kesehatan", reference="RTL Dinas Kesehatan"),
        agency="Dinas Kesehatan",
        region="Kabupaten Jember",
        facts=(Fact("Siklus", "Semester 1 Tahun 2026"), Fact("Jumlah kegiatan", wording.number(count)), Fact("Tenggat terdekat", "30 September 2026"), Fact("Disetujui", "20 Juni 2026")),
        actions=actions,
        reply_by="15 Juli 2026",
        contact="Sekretariat TPPS Kabupaten Jember (bidang KB)",
        place_and_date="Jember, 30 Juni 2026",
        sender=Signatory("Ketua Tim Audit Kasus Stunting", "dr. Contoh Ketua, M.Kes.", "NIP 19700101 200001 1 001"),
        receiver=Signatory("Kepala Dinas Kesehatan", ""),
    )
