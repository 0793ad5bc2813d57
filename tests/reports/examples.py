"""Records of the printed documents with invented people and awkward values, for tests and for looking at. Nothing here is real."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from audit.growth.standards import MEANING, Index, curve
from audit.render import charts, wording
from audit.render.growth_charts import Point, alternative_text, growth_chart
from audit.render.qr import qr_code
from audit.reports.dissemination import pages as report
from audit.reports.packet.pages import Flag, Gap, Indicator, OpinionSpace, PacketPage, WorksheetSection
from audit.reports.pages import Column, Fact, Figure, Foot, Signatory, Table
from audit.reports.record import code_of
from audit.reports.rtl.pages import OwnedAction, RtlAgencyPage

LONG_NAME = "Siti " + " ".join(["Nurhayatiningsih Kusumawardhani"] * 6) + " binti Al"
HTML_NOTE = 'Ibu berkata: <b>"anak tak mau makan"</b> & <script>alert(1)</script> =1+1'
HASH = hashlib.sha256(b"contoh").hexdigest()


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
        code=code_of(HASH),
        verify_url="https://aks.contoh.example/v/" + code_of(HASH),
        qr=qr_code("https://aks.contoh.example/v/" + code_of(HASH), title="Kode QR"),
        revision="1",
        generator="AKS",
    )


def child_points(index: Index, months: tuple[float, ...], z: tuple[float, ...]) -> tuple[Point, ...]:
    """Points of a boy whose z falls as given, read off the curves themselves."""
    points = []
    for month, score in zip(months, z, strict=True):
        days, value = curve(index, is_male=True, z=score)
        day = round(month * 30.4375)
        points.append(Point(float(day), round(float(value[day - int(days[0])]), 1), wording.z_score(score), is_flagged=abs(score) > 6))
    return tuple(points)


def growth_figure(index: Index, points: tuple[Point, ...], anchor: str, height: float) -> Figure:
    title = alternative_text(index, points, category="Sangat pendek")
    caption = (
        f"{MEANING[index].label}, {MEANING[index].measured}. Kurva WHO 2006, laki-laki. Titik berongga: di luar kewajaran, ukur ulang."
    )
    return Figure(anchor, caption, growth_chart(index, is_male=True, points=points, title=title, height=height))


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
        (
            f"{3 + i % 20} {wording.MONTHS[i % 12][:3]} 2026",
            wording.age_of_months(6 + i),
            wording.number(waz[i].y, 1),
            wording.number(haz[i].y, 1),
            "Telentang",
            haz[i].shown,
            waz[i].shown,
            "−0,84",
            "Ukur ulang" if haz[i].is_flagged else "",
        )
        for i in range(count)
    )
    gains = tuple(
        charts.Gain(wording.MONTHS[i % 12][:3], (310, 120, None, -80, 250)[i % 5], 300, ("N", "T", "O", "T", "T")[i % 5])
        for i in range(count - 1)
    )
    indicators = (
        Indicator(
            "TB/U",
            "tinggi badan menurut umur",
            f"{haz[-1].shown} SD" if haz else "–",
            "Sangat pendek" if haz else "Belum dapat dinilai",
            "12 Mei 2026" if haz else "–",
            "alarm" if haz else "unknown",
        ),
        Indicator("BB/U", "berat badan menurut umur", "−2,56 SD", "Berat badan kurang", "12 Mei 2026", "watch"),
        Indicator(
            "BB/TB",
            "berat badan menurut tinggi badan",
            "−0,84 SD",
            "Gizi baik",
            "12 Mei 2026",
            "fine",
            "panjang diukur berdiri, dikoreksi +0,7 cm",
        ),
    )
    return PacketPage(
        foot=foot("Paket Kasus AKS-3509-2026-1-0007"),
        case_number="AKS-3509-2026-1-0007",
        target_group="Balita",
        summary="Laki-laki, 1 tahun 7 bulan · Kecamatan Arjasa",
        frozen_on="15 Mei 2026",
        question="Mengapa panjang badan anak ini tidak mengejar meskipun sudah dua kali mendapat PMT, dan apa yang harus didahulukan?",
        chart=growth_figure(Index.HAZ, haz, "grafik-tbu", height=300.0),
        indicators=indicators,
        gain=Figure("strip", "", charts.gain_strip(gains, title="Kenaikan berat badan per bulan")) if count > 1 else None,
        gain_sentence="Berat badan tidak naik 2 kali berturut-turut (2T)."
        if count > 1
        else "Belum ada dua penimbangan untuk menilai kenaikan berat badan.",
        flags=(
            Flag("Berat lahir rendah", "2.150 g, panjang lahir 45,0 cm", "alarm"),
            Flag("Dua kali tidak naik", "April dan Mei 2026", "alarm"),
            Flag("Diare berulang", "4 kali dalam 6 bulan", "watch"),
            Flag("Jamban tidak layak", "kunjungan 3 Mei 2026", "watch"),
        ),
        gaps=(Gap("Hb anak", "SpA, gizi", "Puskesmas Arjasa"), Gap("Tinggi badan ayah", "gizi", "TPK Desa Arjasa")),
        gap_sentence="2 dari 46 isian wajib belum ada.",
        reasons=(
            Flag("TB/U di bawah −3", "z −3,21 pada 12 Mei 2026 (bobot 5)", "alarm"),
            Flag("Lahir pendek", "45,0 cm, batas 48,0 cm (bobot 3)", "watch"),
            Flag("Dua kali tidak naik", "April dan Mei 2026 (bobot 2)", "watch"),
        ),
        more_charts=(
            growth_figure(Index.WAZ, waz, "grafik-bbu", height=255.0),
            growth_figure(
                Index.WHZ, tuple(Point(a.y, b.y, "−0,84", a.is_flagged) for a, b in zip(haz, waz, strict=True)), "grafik-bbtb", height=255.0
            ),
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
        measurements=Table(
            "tabel-ukur",
            "Semua pengukuran, dari yang terlama",
            _COLUMNS,
            rows,
            source="e-PPGBM dan kunjungan rumah; nilai z dihitung ulang menurut WHO 2006.",
            empty="Belum ada pengukuran.",
        ),
        worksheet=(
            WorksheetSection(
                "Keluarga",
                "semua disiplin",
                "6 dari 7 terisi",
                tuple(Fact(f"Isian keluarga {i}", "" if i == 3 else "Layak, dari PDAM") for i in range(1, 8)),
            ),
            WorksheetSection(
                "Riwayat kelahiran",
                "SpA, gizi",
                "4 dari 5 terisi",
                (
                    Fact("Berat lahir", "2.150 g"),
                    Fact("Panjang lahir", "45,0 cm"),
                    Fact("Usia kehamilan", "36 minggu"),
                    Fact("IMD", "Tidak"),
                    Fact("Vitamin K", ""),
                ),
            ),
            WorksheetSection(
                "Makan dan penyakit",
                "gizi, SpA",
                "14 dari 14 terisi",
                tuple(Fact(f"Isian makan dan penyakit nomor {i}", HTML_NOTE if i == 2 else "Ya, 3 kali sehari") for i in range(1, 15)),
            ),
            WorksheetSection(
                "Pengasuhan dan kejiwaan",
                "psikolog",
                "1 dari 3 terisi",
                (Fact("Pengasuh utama", "Nenek"), Fact("Stimulasi", ""), Fact("SRQ-20 ibu", "")),
            ),
        ),
        opinion=OpinionSpace("", "Ilmu kesehatan anak"),
    )


def packet_of_a_mother() -> PacketPage:
    """A pregnant woman: LiLA and Hb over the weeks instead of a growth chart, no weight gain strip."""
    panels = (
        charts.Panel("Lingkar lengan atas (cm)", ((10, 21.8, "21,8"), (18, 22.1, "22,1"), (26, 22.9, "22,9")), 23.5, "KEK < 23,5"),
        charts.Panel("Hemoglobin (g/dL)", ((10, 10.2, "10,2"), (26, 9.8, "9,8"), (30, 11.2, "11,2")), 11.0, "< 11,0"),
    )
    drawing = charts.panels(
        panels, title="LiLA dan Hb menurut usia kehamilan; terakhir 22,9 cm dan 11,2 g/dL", axis="Usia kehamilan (minggu)", x_range=(8, 40)
    )
    columns = (
        Column("Tanggal", 25, "code"),
        Column("Usia kehamilan", 25),
        Column("BB (kg)", 15, "number"),
        Column("LiLA (cm)", 15, "number"),
        Column("Hb (g/dL)", 20, "number"),
    )
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
        measurements=Table(
            "tabel-ukur",
            "Semua pemeriksaan",
            columns,
            (("2 Jan 2026", "10 minggu", "41,5", "21,8", "10,2"), ("28 Mei 2026", "30 minggu", "45,7", "22,9", "11,2")),
        ),
    )


def rtl_sheet(count: int = 12) -> RtlAgencyPage:
    actions = tuple(
        OwnedAction(
            str(i + 1),
            f"AKS-3509-2026-1-{i + 1:04d}",
            ("Spesifik", "Sensitif", "Koordinatif")[i % 3],
            "Pendampingan makan dan pemantauan berat badan di rumah"
            if i % 4
            else "Pembangunan jamban sehat bersama desa, termasuk pendataan ulang keluarga di dusun yang sama",
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
        facts=(
            Fact("Siklus", "Semester 1 Tahun 2026"),
            Fact("Jumlah kegiatan", wording.number(count)),
            Fact("Tenggat terdekat", "30 September 2026"),
            Fact("Disetujui", "20 Juni 2026"),
        ),
        actions=actions,
        reply_by="15 Juli 2026",
        contact="Sekretariat TPPS Kabupaten Jember (bidang KB)",
        place_and_date="Jember, 30 Juni 2026",
        sender=Signatory("Ketua Tim Audit Kasus Stunting", "dr. Contoh Ketua, M.Kes.", "NIP 19700101 200001 1 001"),
        receiver=Signatory("Kepala Dinas Kesehatan", ""),
    )


def _participants() -> Table:
    columns = (Column("Unsur", 70), Column("Jumlah orang", 30, "number"))
    rows = (
        ("Tim pakar (SpA, SpOG, gizi, psikologi)", "7"),
        ("Tim teknis", "24"),
        ("Perangkat daerah", "18"),
        ("Kecamatan, desa, dan puskesmas", "61"),
    )
    return Table(
        "t-peserta",
        "Peserta diseminasi menurut unsur",
        columns,
        rows,
        "Tabel 1.1",
        total=("Jumlah", "110"),
        source="daftar hadir, 25 Juni 2026.",
    )


def _implementation(cases: int, *, is_public: bool) -> report.Implementation:
    has = cases > 0
    few = "<5" if is_public else "4"
    by_area = Table(
        "t-kecamatan",
        "Kasus menurut kecamatan dan kelompok sasaran",
        (
            Column("Kecamatan", 31),
            Column("Calon tersaring", 18, "number"),
            Column("Balita", 17, "number"),
            Column("Ibu hamil", 17, "number"),
            Column("Jumlah kasus", 17, "number"),
        ),
        (
            ("Arjasa", "1.214", "8", few, "12" if not is_public else "–"),
            ("Jelbuk", "918", "6", few, "10" if not is_public else "–"),
            ("Silo", "2.615", "–", "–", "–"),
        )
        if has
        else (),
        "Tabel 2.1",
        total=("Jumlah", "4.747", "16", "8", "24") if has else None,
        source="e-PPGBM per 31 Maret 2026, ditapis menurut aturan siklus ini.",
        note="angka di bawah 5 ditulis “<5”; tanda “–” menutup angka yang dapat dihitung balik darinya." if is_public else "",
        empty="Tidak ada kasus yang ditetapkan pada siklus ini.",
    )
    by_age = Table(
        "t-umur",
        "Kasus balita menurut kelompok umur",
        (Column("Kelompok umur", 50), Column("Laki-laki", 25, "number"), Column("Perempuan", 25, "number")),
        (("0–5 bulan", "–", "–"), ("6–11 bulan", "2" if not is_public else "<5", "3" if not is_public else "<5"), ("12–23 bulan", "6", "5"))
        if has
        else (),
        "Tabel 2.2",
        empty="Tidak ada kasus balita pada siklus ini.",
    )
    bar = (charts.Bar("Arjasa", 12, "12"), charts.Bar("Jelbuk", 10, "10"), charts.Bar("Silo", None, "<5")) if has else ()
    age = (
        (
            charts.Bar("0–5 bln", 0, "0"),
            charts.Bar("6–11 bln", 5, "5"),
            charts.Bar("12–23 bln", 11, "11"),
            charts.Bar("24–59 bln", None, "<5"),
        )
        if has
        else ()
    )
    experts = (
        ("dr. Contoh Satu, Sp.A", "Ilmu kesehatan anak", "14"),
        ("dr. Contoh Dua, Sp.OG", "Obstetri dan ginekologi", "8"),
        ("Contoh Tiga, S.Gz.", "Gizi", "24"),
        (f"{LONG_NAME}, M.Psi.", "Psikologi", "6"),
    )
    panel = (
        Table(
            "t-pakar",
            "Pakar menurut disiplin",
            (Column("Disiplin", 60), Column("Pakar", 20, "number"), Column("Kasus dikaji", 20, "number")),
            tuple((row[1], "1", row[2]) for row in experts),
            "Tabel 2.3",
        )
        if is_public
        else Table(
            "t-pakar", "Tim pakar", (Column("Nama", 45), Column("Disiplin", 35), Column("Kasus dikaji", 20, "number")), experts, "Tabel 2.3"
        )
    )
    return report.Implementation(
        case_sentences=(f"Dari 4.747 anak dan ibu yang ditapis, {cases} kasus ditetapkan untuk diaudit.",)
        if has
        else ("Pada siklus ini belum ada kasus yang ditetapkan.",),
        case_tables=(by_area, by_age),
        case_figures=(
            Figure(
                "g-kecamatan",
                "Jumlah kasus menurut kecamatan",
                charts.bars(bar, title="Kasus menurut kecamatan: Arjasa 12, Jelbuk 10, Silo di bawah 5"),
                "Gambar 2.1",
            ),
            Figure(
                "g-umur",
                "Jumlah kasus balita menurut kelompok umur",
                charts.columns(age, title="Kasus balita menurut kelompok umur", axis="Kasus"),
                "Gambar 2.2",
            ),
        ),
        panel_sentences=(
            "Tujuh pakar dari empat disiplin mengkaji semua kasus; satu pakar mundur dari satu kasus karena hubungan keluarga.",
        ),
        panel=panel,
        agreement_sentences=("Pada 21 dari 24 kasus (87,5\u00a0%) panel sepakat penuh; pada 3 kasus pendapat berbeda tetap dicatat.",)
        if has
        else (),
        agreement=Table(
            "t-sepakat",
            "Kesepakatan panel",
            (Column("Kesepakatan", 60), Column("Kasus", 20, "number"), Column("Persen", 20, "number")),
            (("Sepakat penuh", "21", "87,5"), ("Sepakat dengan catatan", "3", "12,5")) if has else (),
            "Tabel 2.4",
            empty="Belum ada kajian.",
        ),
        period_sentences=("Siklus berlangsung dari 12 Januari sampai 30 Juni 2026.",),
        schedule=Table(
            "t-tahap",
            "Tahapan dan waktunya",
            (Column("Tahap", 50), Column("Mulai", 18, "code"), Column("Selesai", 18, "code"), Column("Hari kerja", 14, "number")),
            (
                ("Identifikasi dan penetapan kasus", "12 Jan 2026", "6 Feb 2026", "20"),
                ("Kertas kerja audit dan paket kasus", "9 Feb 2026", "20 Mar 2026", "28"),
                ("Kajian tim pakar", "23 Mar 2026", "17 Apr 2026", "18"),
                ("Tindak lanjut", "20 Apr 2026", "19 Jun 2026", "42"),
                ("Diseminasi", "25 Jun 2026", "25 Jun 2026", "1"),
            ),
            "Tabel 2.5",
        ),
    )


def _findings(cases: int) -> report.Findings:
    has = cases > 0

    def causes(anchor: str, caption: str, number: str, names: tuple[str, ...]) -> Table:
        columns = (Column("Penyebab", 56), Column("Kasus", 14, "number"), Column("Persen dari kasus", 30, "number"))
        rows = tuple(
            (name, str(14 - 3 * i) if i < 4 else "<5", wording.number((14 - 3 * i) / 0.24, 1) if i < 4 else "–")
            for i, name in enumerate(names)
        )
        return Table(
            anchor,
            caption,
            columns,
            rows if has else (),
            number,
            note="satu kasus dapat memiliki lebih dari satu penyebab.",
            empty="Belum ada penyebab yang disepakati.",
        )

    direct = (
        "Asupan protein hewani kurang",
        "Diare atau infeksi saluran napas berulang",
        "Berat lahir rendah",
        "Praktik pemberian makan tidak sesuai umur",
        "Penyakit bawaan",
    )
    indirect = (
        "Jamban tidak layak",
        "Pengasuhan oleh nenek tanpa pendampingan",
        "Pendapatan keluarga tidak tetap",
        "Paparan asap rokok di rumah",
        "Jarak ke posyandu",
    )
    drawn = charts.bars(
        [charts.Bar(name, 14 - 3 * i if i < 4 else None, str(14 - 3 * i) if i < 4 else "<5") for i, name in enumerate(direct)],
        title="Penyebab langsung menurut jumlah kasus",
    )
    other = charts.bars(
        [charts.Bar(name, 14 - 3 * i if i < 4 else None, str(14 - 3 * i) if i < 4 else "<5") for i, name in enumerate(indirect)],
        title="Penyebab tidak langsung menurut jumlah kasus",
    )
    agencies = (
        ("Dinas Kesehatan", "31", "12", "43"),
        ("DP3AKB", "2", "18", "20"),
        ("Dinas Sosial", "–", "9", "9"),
        ("Dinas PU Bina Marga dan Sumber Daya Air", "–", "6", "6"),
    )
    status = (("Belum dimulai", "9", "11,5"), ("Dilaporkan", "21", "26,9"), ("Terkonfirmasi", "35", "44,9"), ("Berdampak", "13", "16,7"))
    return report.Findings(
        conclusions=(
            "Penyebab langsung tersering adalah kurangnya asupan protein hewani (14 dari 24 kasus), diikuti infeksi berulang (11 kasus).",
            "Pada separuh kasus balita, berat badan sudah tidak naik dua bulan sebelum panjang badan turun di bawah −3 SD.",
            "Sembilan keluarga belum terdaftar sebagai penerima bantuan sosial meskipun memenuhi syarat.",
        )
        if has
        else (),
        direct_causes=causes("t-langsung", "Penyebab langsung yang disepakati panel", "Tabel 3.1", direct),
        direct_figure=Figure("g-langsung", "Penyebab langsung menurut jumlah kasus", drawn, "Gambar 3.1") if has else None,
        indirect_causes=causes("t-taklangsung", "Penyebab tidak langsung yang disepakati panel", "Tabel 3.2", indirect),
        indirect_figure=Figure("g-taklangsung", "Penyebab tidak langsung menurut jumlah kasus", other, "Gambar 3.2") if has else None,
        plan_sentences=("Disetujui 78 kegiatan untuk 24 kasus, dengan 11 penanggung jawab.",)
        if has
        else ("Belum ada rencana tindak lanjut yang disetujui.",),
        plan_by_agency=Table(
            "t-opd",
            "Kegiatan menurut penanggung jawab",
            (
                Column("Penanggung jawab", 49),
                Column("Spesifik", 17, "number"),
                Column("Sensitif", 17, "number"),
                Column("Jumlah", 17, "number"),
            ),
            agencies if has else (),
            "Tabel 3.3",
            total=("Jumlah", "33", "45", "78") if has else None,
            empty="Belum ada kegiatan.",
        ),
        status_sentences=("Sampai 19 Juni 2026, 48 dari 78 kegiatan (61,5\u00a0%) sudah dikonfirmasi pihak lain.",) if has else (),
        status=Table(
            "t-status",
            "Status kegiatan per 19 Juni 2026",
            (Column("Status", 60), Column("Kegiatan", 20, "number"), Column("Persen", 20, "number")),
            status if has else (),
            "Tabel 3.4",
            total=("Jumlah", "78", "100,0") if has else None,
            empty="Belum ada kegiatan.",
        ),
        status_figure=Figure(
            "g-status",
            "Status kegiatan per 19 Juni 2026",
            charts.bars([charts.Bar(a, float(b), b) for a, b, _ in status], title="Status kegiatan"),
            "Gambar 3.3",
        )
        if has
        else None,
        outcome_sentences=("Dari 16 kasus balita, 9 membaik, 5 tetap, dan 2 belum dapat dinilai karena tidak ada pengukuran akhir.",)
        if has
        else (),
        outcome=Table(
            "t-hasil",
            "Perubahan TB/U setelah tiga bulan",
            (Column("Keadaan", 50), Column("Kasus", 20, "number"), Column("Rata-rata perubahan z", 30, "number")),
            (("Membaik (≥ 0,10)", "9", "+0,24"), ("Tetap", "5", "+0,02"), ("Belum dapat dinilai", "<5", "–")) if has else (),
            "Tabel 3.5",
            empty="Belum ada hasil.",
        ),
        caution="Jumlah kasus kecil dan dipilih karena paling berat. Sebagian perbaikan akan terlihat juga tanpa tindakan apa pun "
        "(regresi ke rata-rata), maka angka ini tidak membuktikan pengaruh satu kegiatan tertentu."
        if has
        else "",
    )


def _case_action(i: int) -> report.CaseAction:
    return report.CaseAction(
        str(i + 1),
        f"AKS-3509-2026-1-{i % 24 + 1:04d}",
        HTML_NOTE if i == 7 else "Asupan protein hewani kurang; diare berulang",
        "Perbaikan pemberian makan dengan satu butir telur setiap hari",
        "Pendampingan makan oleh kader tiga kali seminggu dan pencatatan harian",
        ("Dinas Kesehatan", "DP3AKB", "Pemerintah Desa")[i % 3],
        "Desa Arjasa",
        "1 Mei – 31 Juli 2026",
        ("BOK", "Dana Desa", "APBD")[i % 3],
        "Kenaikan berat badan",
        "≥ KBM 3 bulan",
        ("Terkonfirmasi", "Dilaporkan", "Berdampak")[i % 3],
    )


def _public_action(i: int) -> report.PublicAction:
    return report.PublicAction(
        str(i + 1),
        "Asupan protein hewani kurang",
        "Pendampingan makan dan pemantauan berat badan di rumah",
        ("Dinas Kesehatan", "DP3AKB", "Pemerintah desa")[i % 3],
        ("Arjasa", "Jelbuk", "Silo")[i % 3],
        ("7", "<5")[i % 2],
        "Mei – Juli 2026",
        "BOK",
        "Kenaikan berat badan ≥ KBM",
        ("5 dari 7 selesai", "–")[i % 2],
    )


def _case(i: int) -> report.CaseSummary:
    months = tuple(float(m) for m in range(8, 8 + (0, 1, 9)[i % 3] if i else 22))
    points = child_points(Index.HAZ, months, tuple(-3.4 + 0.03 * k for k in range(len(months))))
    title = alternative_text(Index.HAZ, points, category="sangat pendek")
    drawn = growth_chart(Index.HAZ, is_male=True, points=points, title=title, width=330, height=165) if points else None
    return report.CaseSummary(
        anchor=f"kasus-{i}",
        case_number=f"AKS-3509-2026-1-{i + 1:04d}",
        subject="Balita laki-laki, 1 tahun 7 bulan, Desa Arjasa, Kecamatan Arjasa",
        facts=(
            Fact("Alasan dipilih", "TB/U di bawah −3; lahir pendek"),
            Fact("Panel", "SpA, gizi, psikolog"),
            Fact("Dikaji", "17 April 2026"),
            Fact("Pendamping", "Contoh Bidan" if i else LONG_NAME),
            Fact("Kunjungan", "11 dari 12 terlaksana"),
        ),
        chart=Figure(f"grafik-{i}", "TB/U", drawn) if drawn else None,
        indicators=(
            Indicator("TB/U", "tinggi badan menurut umur", "−3,15 SD", "Sangat pendek", "12 Mei 2026", "alarm"),
            Indicator("BB/TB", "berat menurut tinggi", "−0,84 SD", "Gizi baik", "12 Mei 2026", "fine"),
        ),
        direct_causes=("Asupan protein hewani kurang", "Diare berulang"),
        indirect_causes=("Jamban tidak layak",) if i else (),
        consensus="Kurang asupan dengan infeksi berulang pada anak lahir pendek; tidak ditemukan tanda penyakit bawaan." if i != 3 else "",
        dissent=("Psikolog: beban pengasuhan ibu lebih menentukan daripada akses pangan.",) if i % 5 == 0 else (),
        actions=(
            "Pendampingan makan tiga kali seminggu (Dinas Kesehatan, 31 Juli 2026): terkonfirmasi",
            "Pembangunan jamban (Pemerintah Desa, 30 September 2026): dilaporkan",
        ),
        outcome="TB/U naik 0,21 dalam tiga bulan." if i % 4 else "Belum dapat dinilai: keluarga pindah ke luar kabupaten.",
        outcome_level="fine" if i % 4 else "unknown",
    )


def _common(cases: int, *, is_public: bool) -> dict[str, object]:
    edition = "EDISI PUBLIK" if is_public else "EDISI TERBATAS – RAHASIA"
    number = "440/017/AKS/2026"
    return {
        "foot": foot(
            "Laporan Diseminasi Audit Kasus Stunting Kabupaten Jember", "EDISI PUBLIK" if is_public else "TERBATAS – RAHASIA", number
        ),
        "cover": report.Cover(
            "Laporan Diseminasi",
            "Audit Kasus Stunting",
            "Semester 1 Tahun 2026",
            "Januari – Juni 2026",
            "Kabupaten Jember",
            edition,
            "Tim Percepatan Penurunan Stunting Kabupaten Jember",
            number,
            "Jember",
            "30 Juni 2026",
        ),
        "signatories": (
            Signatory("Ketua TPPS Kabupaten Jember", "Contoh Wakil Bupati", "Wakil Bupati Jember"),
            Signatory("Ketua Tim Audit Kasus Stunting", "dr. Contoh Ketua, M.Kes.", "NIP 19700101 200001 1 001"),
            Signatory("Perwakilan Tim Pakar", "dr. Contoh Satu, Sp.A", "SIP 503/001/2024"),
        ),
        "introduction": report.Introduction(
            team="TPPS",
            team_full="Tim Percepatan Penurunan Stunting (TPPS) Kabupaten Jember",
            signed_by=("Tim Percepatan Penurunan Stunting (TPPS)", "Kabupaten Jember"),
            locus="Arjasa, Jelbuk, dan Silo",
            groups="balita dan ibu hamil dengan kurang energi kronis (KEK)",
            prevalences=(
                report.Prevalence(
                    "Prevalensi stunting menurut survei",
                    "30,4\u00a0%",
                    "836 balita sampel",
                    "2024",
                    "Survei Status Gizi Indonesia (SSGI) 2024.",
                ),
                report.Prevalence(
                    "Prevalensi stunting menurut pencatatan rutin",
                    "7,4\u00a0%",
                    "12.754 dari 173.043 balita ditimbang",
                    "2022",
                    "e-PPGBM, diolah Dinas Kesehatan.",
                ),
            ),
            legal_basis=(
                "Peraturan Presiden Nomor 72 Tahun 2021 tentang Percepatan Penurunan Stunting.",
                "Peraturan BKKBN Nomor 12 Tahun 2021 tentang Rencana Aksi Nasional Percepatan Penurunan Angka Stunting Indonesia.",
                "Keputusan Bupati Jember tentang Tim Audit Kasus Stunting Tahun 2026 (contoh).",
            ),
            participants=_participants(),
            event="akan dilaksanakan pada 25 Juni 2026 di Aula Contoh",
        ),
        "implementation": _implementation(cases, is_public=is_public),
        "findings": _findings(cases),
        "closing": report.Closing(
            (
                "Hasil pengukuran akhir harus sudah masuk dua minggu sebelum diseminasi.",
                "Pengadaan jamban perlu masuk dalam perencanaan desa sebelum September.",
            ),
            "Sebanyak 9 kegiatan yang belum dimulai diteruskan ke siklus berikutnya." if cases else "",
        ),
        "history": report.HistoryProof("1.204", "29 Juni 2026", wording.in_groups(HASH)),
    }


_PLANS = (("rtl-spesifik", "Intervensi spesifik"), ("rtl-sensitif", "Intervensi sensitif"), ("rtl-koordinatif", "Intervensi koordinatif"))


def public_report(cases: int = 24) -> report.PublicReport:
    """The public edition, with suppressed cells; `cases=0` is a cycle in which nothing was found."""
    counts = (14, 9, 0) if cases else (0, 0, 0)
    plans = tuple(
        report.PublicPlan(anchor, title, f"{wording.number(n)} kelompok kegiatan.", tuple(_public_action(i) for i in range(n)))
        for (anchor, title), n in zip(_PLANS, counts, strict=True)
    )
    return report.PublicReport(
        **_common(cases, is_public=True),  # type: ignore[arg-type]  # one dictionary for both editions
        plans=plans,
        suppression=(
            "Angka kasus di bawah 5 ditulis “<5”.",
            "Angka yang dapat dihitung balik dari jumlahnya ditulis “–”.",
            "Umur disajikan dalam kelompok, tempat paling rinci tingkat kecamatan.",
        ),
        data_sentence="Kumpulan data ini memuat satu baris untuk setiap gabungan kecamatan, kelompok sasaran, dan kelompok umur.",
        data_fields=(
            report.DataField("kecamatan", "Nama kecamatan lokus", "teks"),
            report.DataField("kelompok_umur", "Kelompok umur saat ditetapkan", "0–5, 6–11, 12–23, 24–59 bulan"),
            report.DataField("kasus", "Jumlah kasus", "bilangan atau “<5”"),
        ),
    )


def restricted_report(cases: int = 24, actions: int = 60) -> report.RestrictedReport:
    """The restricted edition with `actions` rows of the first class, HTML in a note, a case without and one with a single measurement."""
    counts = (actions, 12, 6) if cases else (0, 0, 0)
    plans = tuple(
        report.CasePlan(anchor, title, f"{wording.number(n)} kegiatan.", tuple(_case_action(i) for i in range(n)))
        for (anchor, title), n in zip(_PLANS, counts, strict=True)
    )
    attendance = Table(
        "t-hadir",
        "Diseminasi, 25 Juni 2026",
        (Column("No.", 8, "number"), Column("Nama", 34), Column("Instansi", 33), Column("Tanda tangan", 25)),
        tuple((str(i + 1), "", "", "") for i in range(25)),
    )
    return report.RestrictedReport(
        **_common(cases, is_public=False),  # type: ignore[arg-type]  # one dictionary for both editions
        plans=plans,
        cases=tuple(_case(i) for i in range(cases)),
        decree=(
            Fact("Nomor", "188.45/120/1.12/2026"),
            Fact("Tentang", "Tim Audit Kasus Stunting Kabupaten Jember"),
            Fact("Tanggal", "5 Januari 2026"),
            Fact("Pejabat penetap", "Bupati Jember"),
        ),
        attendance=attendance,
    )
