"""The audit worksheet (kertas kerja audit, KKA) of each target group, as data.

The official form of the ministry was not available; these fields are a reconstruction and are meant to be edited here, nowhere else.
`asked_by` says whose part of the worksheet a field is: a discipline, or the family section that every discipline reads.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.forms import Field, Form, Kind, Section
from audit.lifecycle.vocabulary import Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline

FAMILY = "family"
ASKED_BY_LABELS: Mapping[str, str] = {FAMILY: "Keluarga dan lingkungan", **{str(d): label for d, label in DISCIPLINE_LABELS.items()}}

PED, OBS, NUT, PSY = Discipline.PAEDIATRICS, Discipline.OBSTETRICS, Discipline.NUTRITION, Discipline.PSYCHOLOGY


def _text(name: str, label: str, asked_by: str, *, required: bool = False, help: str = "") -> Field:
    return Field(name, label, Kind.TEXT, is_required=required, asked_by=asked_by, help=help)


def _yes_no(name: str, label: str, asked_by: str, *, required: bool = False) -> Field:
    return Field(name, label, Kind.YES_NO, is_required=required, asked_by=asked_by)


def _one(name: str, label: str, asked_by: str, choices: dict[str, str], *, required: bool = False) -> Field:
    return Field(name, label, Kind.CHOICE, choices=choices, is_required=required, asked_by=asked_by)


def _many(name: str, label: str, asked_by: str, choices: dict[str, str], *, required: bool = False) -> Field:
    return Field(name, label, Kind.CHOICES, choices=choices, is_required=required, asked_by=asked_by)


def _number(
    name: str,
    label: str,
    asked_by: str,
    unit: str,
    low: float,
    high: float,
    *,
    usual: tuple[float, float] | None = None,
    required: bool = False,
) -> Field:
    return Field(name, label, Kind.NUMBER, unit, {}, low, high, usual, required, asked_by)


def _whole(
    name: str,
    label: str,
    asked_by: str,
    unit: str,
    low: float,
    high: float,
    *,
    usual: tuple[float, float] | None = None,
    required: bool = False,
) -> Field:
    return Field(name, label, Kind.WHOLE, unit, {}, low, high, usual, required, asked_by)


_SCHOOLING = {"none": "Tidak sekolah", "sd": "SD", "smp": "SMP", "sma": "SMA", "pt": "Perguruan tinggi"}
_YES_NO_UNKNOWN = {"yes": "Ya", "no": "Tidak", "unknown": "Tidak tahu"}
_ILLNESSES = {
    "none": "Tidak ada",
    "diarrhoea": "Diare",
    "ari": "ISPA",
    "tb": "Tuberkulosis",
    "worms": "Kecacingan",
    "heart": "Penyakit jantung bawaan",
    "congenital": "Kelainan bawaan lain",
    "inpatient": "Pernah rawat inap",
}
_FOOD_GROUPS = {
    "breast_milk": "ASI",
    "staples": "Serealia dan umbi",
    "legumes": "Kacang-kacangan",
    "dairy": "Susu dan olahannya",
    "flesh": "Daging, ikan, unggas, hati",
    "eggs": "Telur",
    "vitamin_a": "Sayur dan buah kaya vitamin A",
    "other_produce": "Sayur dan buah lain",
}

_VISIT = Section(
    "visit",
    "Kunjungan",
    (
        Field("visited_on", "Tanggal kunjungan", Kind.DATE, is_required=True, asked_by=FAMILY),
        _text("visited_by", "Petugas", FAMILY, required=True),
        _yes_no("consent", "Keluarga bersedia diaudit", FAMILY, required=True),
        _text("sources", "Sumber data", FAMILY, help="Misalnya buku KIA, wawancara ibu, rekam medis puskesmas."),
    ),
)

_FAMILY = Section(
    "family",
    "Keluarga dan lingkungan",
    (
        _one("father_schooling", "Pendidikan ayah/suami", FAMILY, _SCHOOLING),
        _one("mother_schooling", "Pendidikan ibu", FAMILY, _SCHOOLING, required=True),
        _text("father_work", "Pekerjaan ayah/suami", FAMILY),
        _text("mother_work", "Pekerjaan ibu", FAMILY),
        _whole("income_rp", "Penghasilan keluarga", FAMILY, "Rp/bulan", 0, 500_000_000, usual=(300_000, 15_000_000)),
        _whole("household_size", "Jumlah anggota keluarga", FAMILY, "orang", 1, 30, usual=(2, 10), required=True),
        _whole("welfare_decile", "Peringkat kesejahteraan (desil)", FAMILY, "", 1, 10),
        _one("jkn", "Jaminan kesehatan (JKN)", FAMILY, {"pbi": "PBI", "non_pbi": "Non-PBI", "none": "Tidak punya"}, required=True),
        _many(
            "assistance", "Bantuan sosial", FAMILY, {"none": "Tidak ada", "pkh": "PKH", "bpnt": "BPNT/sembako", "blt_dd": "BLT Dana Desa"}
        ),
        _one("house", "Kondisi rumah", FAMILY, {"permanent": "Permanen", "semi": "Semi permanen", "unfit": "Tidak layak huni"}),
        _number("space_m2", "Luas rumah per orang", FAMILY, "m²/orang", 0.5, 500, usual=(3, 60)),
        _one("water", "Sumber air minum", FAMILY, {"adequate": "Layak", "inadequate": "Tidak layak"}, required=True),
        _one(
            "latrine",
            "Jamban",
            FAMILY,
            {"septic": "Leher angsa dengan tangki septik", "inadequate": "Tidak layak", "none": "Tidak ada"},
            required=True,
        ),
        _one("waste", "Pengelolaan sampah", FAMILY, {"managed": "Dikelola", "burnt": "Dibakar", "dumped": "Dibuang sembarangan"}),
        _one("sewage", "Saluran limbah (SPAL)", FAMILY, {"closed": "Ada, tertutup", "open": "Ada, terbuka", "none": "Tidak ada"}),
        _yes_no("smoke", "Terpapar asap rokok di rumah", FAMILY, required=True),
        _yes_no("handwashing", "Cuci tangan pakai sabun", FAMILY),
    ),
)

_CHILD = (
    Section(
        "birth",
        "Riwayat kehamilan dan kelahiran",
        (
            _whole("birth_order", "Anak ke-", PED, "", 1, 20, required=True),
            _whole("birth_weight_g", "Berat lahir", PED, "gram", 500, 6000, usual=(2000, 4500), required=True),
            _number("birth_length_cm", "Panjang lahir", PED, "cm", 25, 60, usual=(44, 54), required=True),
            _whole("gestation_weeks", "Usia kehamilan saat lahir", PED, "minggu", 22, 44, usual=(34, 42)),
            _yes_no("early_initiation", "Inisiasi menyusu dini", PED),
            _text("pregnancy_problems", "Penyulit kehamilan dan persalinan ibu", PED),
        ),
    ),
    Section(
        "health",
        "Kesehatan anak",
        (
            _one(
                "immunisation",
                "Imunisasi",
                PED,
                {"complete": "Lengkap sesuai umur", "incomplete": "Tidak lengkap", "none": "Belum pernah"},
                required=True,
            ),
            _one("vitamin_a", "Vitamin A", PED, {"blue": "Biru", "red": "Merah", "none": "Belum"}),
            _yes_no("deworming", "Obat cacing enam bulan terakhir", PED),
            _many("illnesses", "Penyakit tiga bulan terakhir", PED, _ILLNESSES, required=True),
            _text("illness_notes", "Tanggal dan pengobatan penyakit", PED),
            _yes_no("tb_contact", "Kontak serumah dengan pasien TB", PED, required=True),
            _one("kpsp", "Perkembangan (KPSP)", PED, {"on_track": "Sesuai", "doubtful": "Meragukan", "delayed": "Penyimpangan"}),
            _number("head_cm", "Lingkar kepala", PED, "cm", 25, 64, usual=(32, 53)),
            _number("father_height_cm", "Tinggi ayah", PED, "cm", 120, 210, usual=(148, 185)),
            _number("mother_height_cm", "Tinggi ibu", PED, "cm", 120, 200, usual=(138, 170), required=True),
        ),
    ),
    Section(
        "feeding",
        "Pemberian makan",
        (
            _one("exclusive_breastfeeding", "ASI eksklusif enam bulan", NUT, _YES_NO_UNKNOWN, required=True),
            _whole("breastfed_months", "Lama diberi ASI", NUT, "bulan", 0, 60),
            _whole("solids_from_months", "Mulai MPASI", NUT, "bulan", 0, 24, usual=(5, 7), required=True),
            _whole("meals_a_day", "Frekuensi makan utama", NUT, "kali/hari", 0, 10, usual=(2, 5), required=True),
            _one(
                "texture", "Tekstur makanan", NUT, {"puree": "Lumat", "mashed": "Lembik", "minced": "Cincang", "family": "Makanan keluarga"}
            ),
            _many("food_groups", "Kelompok pangan kemarin (24 jam)", NUT, _FOOD_GROUPS, required=True),
            _whole("animal_protein_days", "Protein hewani seminggu terakhir", NUT, "hari", 0, 7, required=True),
            _one("appetite", "Selera makan", NUT, {"good": "Baik", "fair": "Kurang", "poor": "Buruk"}, required=True),
            _one("supplement", "PMT/PKMK", NUT, {"none": "Tidak", "pmt": "PMT lokal", "pkmk": "PKMK atas resep dokter"}),
            _text("feeding_notes", "Catatan makan", NUT),
        ),
    ),
    Section(
        "care",
        "Pengasuhan",
        (
            _one(
                "carer",
                "Pengasuh utama",
                PSY,
                {"mother": "Ibu", "father": "Ayah", "grandparent": "Kakek/nenek", "other": "Orang lain"},
                required=True,
            ),
            _one("stimulation", "Stimulasi sehari-hari", PSY, {"enough": "Cukup", "little": "Kurang"}),
            _yes_no("early_education", "Ikut BKB/PAUD", PSY),
            _text("family_stress", "Masalah pengasuhan dan keluarga", PSY),
        ),
    ),
)

_PREGNANCY = (
    Section(
        "pregnancy",
        "Kehamilan sekarang",
        (
            _whole("gravida", "Kehamilan ke- (G)", OBS, "", 1, 20, required=True),
            _whole("para", "Persalinan (P)", OBS, "", 0, 20, required=True),
            _whole("abortus", "Keguguran (A)", OBS, "", 0, 20, required=True),
            Field("last_period_on", "Hari pertama haid terakhir (HPHT)", Kind.DATE, asked_by=OBS),
            _whole("pregnancy_weeks", "Usia kehamilan", OBS, "minggu", 1, 44, required=True),
            _whole("birth_interval_months", "Jarak dengan anak terakhir", OBS, "bulan", 0, 360, usual=(18, 180)),
            _whole("systolic", "Tekanan darah sistolik", OBS, "mmHg", 60, 240, usual=(85, 139), required=True),
            _whole("diastolic", "Tekanan darah diastolik", OBS, "mmHg", 30, 150, usual=(50, 89), required=True),
            _number("fundal_cm", "Tinggi fundus uteri", OBS, "cm", 0, 45),
            _whole("fetal_weight_g", "Taksiran berat janin", OBS, "gram", 50, 6000),
            _whole("anc_visits", "Pemeriksaan kehamilan (ANC)", OBS, "kali", 0, 20, usual=(0, 10), required=True),
            _yes_no("ultrasound", "USG oleh dokter", OBS),
            _one("triple_test", "Tripel eliminasi", OBS, {"done": "Sudah diperiksa", "not_yet": "Belum"}, required=True),
            _one("urine_protein", "Protein urine", OBS, {"negative": "Negatif", "positive": "Positif", "not_tested": "Belum diperiksa"}),
            _text("danger_signs", "Tanda bahaya", OBS),
            _text("chronic_illness", "Penyakit penyerta", OBS),
            _one("contraception_plan", "Rencana KB pascasalin", OBS, {"yes": "Sudah memilih", "no": "Belum"}),
        ),
    ),
    Section(
        "nutrition",
        "Gizi ibu",
        (
            _number("weight_before_kg", "Berat sebelum hamil", NUT, "kg", 25, 150, usual=(36, 90)),
            _number("weight_kg", "Berat sekarang", NUT, "kg", 25, 150, usual=(38, 100), required=True),
            _number("height_cm", "Tinggi badan", NUT, "cm", 120, 200, usual=(138, 170), required=True),
            _number("muac_cm", "Lingkar lengan atas (LiLA)", NUT, "cm", 15, 50, usual=(19, 36), required=True),
            _number("hb_g_dl", "Hemoglobin", NUT, "g/dL", 3, 20, usual=(7, 15), required=True),
            _whole("iron_tablets", "Tablet tambah darah diminum", NUT, "tablet", 0, 300, required=True),
            _one("supplement", "PMT ibu hamil KEK", NUT, {"none": "Tidak", "given": "Diberi", "finished": "Diberi dan dihabiskan"}),
            _whole("meals_a_day", "Frekuensi makan utama", NUT, "kali/hari", 0, 10, usual=(2, 5)),
            _text("feeding_notes", "Catatan makan dan pantangan", NUT),
        ),
    ),
    Section(
        "mind",
        "Kesehatan jiwa",
        (
            _whole("epds", "Skor EPDS", PSY, "", 0, 30, usual=(0, 12)),
            _text("family_stress", "Masalah keluarga", PSY),
        ),
    ),
)

_POSTPARTUM = (
    Section(
        "delivery",
        "Persalinan dan nifas",
        (
            Field("delivered_on", "Tanggal persalinan", Kind.DATE, is_required=True, asked_by=OBS),
            _one(
                "delivered_at",
                "Tempat persalinan",
                OBS,
                {"hospital": "Rumah sakit", "puskesmas": "Puskesmas", "midwife": "Bidan praktik", "home": "Rumah"},
            ),
            _one(
                "delivery_mode",
                "Cara persalinan",
                OBS,
                {"normal": "Normal", "assisted": "Dengan alat", "caesarean": "Sesar"},
                required=True,
            ),
            _whole("gestation_weeks", "Usia kehamilan saat lahir", OBS, "minggu", 22, 44, usual=(34, 42), required=True),
            _whole("birth_order", "Anak ke-", OBS, "", 1, 20),
            _whole("postpartum_visits", "Kunjungan nifas (KF)", OBS, "kali", 0, 4, required=True),
            _yes_no("vitamin_a_given", "Vitamin A ibu nifas", OBS),
            _text("complications", "Komplikasi", OBS),
            _one(
                "contraception",
                "KB pascapersalinan",
                OBS,
                {
                    "iud": "IUD",
                    "implant": "Implan",
                    "injection": "Suntik",
                    "pill": "Pil",
                    "sterilisation": "MOW",
                    "lam": "MAL",
                    "condom": "Kondom",
                    "none": "Tidak",
                },
                required=True,
            ),
        ),
    ),
    Section(
        "nutrition",
        "Gizi ibu dan menyusui",
        (
            _number("muac_cm", "Lingkar lengan atas (LiLA)", NUT, "cm", 15, 50, usual=(19, 36), required=True),
            _number("hb_g_dl", "Hemoglobin", NUT, "g/dL", 3, 20, usual=(7, 15)),
            _whole("iron_tablets", "Tablet tambah darah nifas", NUT, "tablet", 0, 300, required=True),
            _one(
                "breastfeeding",
                "Menyusui",
                NUT,
                {"exclusive": "ASI saja", "mixed": "ASI dan susu lain", "none": "Tidak menyusui"},
                required=True,
            ),
        ),
    ),
    Section(
        "baby",
        "Bayi",
        (
            _whole("birth_weight_g", "Berat lahir", OBS, "gram", 500, 6000, usual=(2000, 4500), required=True),
            _number("birth_length_cm", "Panjang lahir", OBS, "cm", 25, 60, usual=(44, 54), required=True),
            _number("baby_head_cm", "Lingkar kepala", OBS, "cm", 20, 45),
            _yes_no("early_initiation", "Inisiasi menyusu dini", OBS),
            _whole("newborn_visits", "Kunjungan neonatal (KN)", OBS, "kali", 0, 3),
        ),
    ),
    Section(
        "mind",
        "Kesehatan jiwa",
        (_whole("epds", "Skor EPDS", PSY, "", 0, 30, usual=(0, 9)), _text("family_stress", "Masalah keluarga", PSY)),
    ),
)

_BRIDE = (
    Section(
        "marriage",
        "Rencana pernikahan",
        (
            _whole("age_years", "Usia", OBS, "tahun", 15, 60, usual=(19, 40), required=True),
            _whole("marriage_number", "Pernikahan ke-", OBS, "", 1, 10),
            Field("wedding_on", "Rencana tanggal menikah", Kind.DATE, asked_by=OBS),
            _yes_no("counselled", "Sudah bimbingan perkawinan", OBS),
            _yes_no("delays_pregnancy", "Berencana menunda kehamilan", OBS),
        ),
    ),
    Section(
        "nutrition",
        "Gizi dan kesehatan",
        (
            _number("weight_kg", "Berat badan", NUT, "kg", 25, 150, usual=(36, 100), required=True),
            _number("height_cm", "Tinggi badan", NUT, "cm", 120, 200, usual=(140, 185), required=True),
            _number("muac_cm", "Lingkar lengan atas (LiLA)", NUT, "cm", 15, 50, usual=(19, 36), required=True),
            _number("hb_g_dl", "Hemoglobin", NUT, "g/dL", 3, 20, usual=(8, 17), required=True),
            _whole("iron_tablets", "Tablet tambah darah diminum", NUT, "tablet", 0, 300),
            _text("illness_history", "Riwayat penyakit", NUT),
            _yes_no("screened", "Skrining talasemia/HIV/imunisasi TT", NUT),
        ),
    ),
)

_TITLES: Mapping[Group, str] = {
    Group.BADUTA: "Kertas kerja audit baduta",
    Group.BALITA: "Kertas kerja audit balita",
    Group.BUMIL: "Kertas kerja audit ibu hamil",
    Group.BUFAS: "Kertas kerja audit ibu nifas",
    Group.CATIN: "Kertas kerja audit calon pengantin",
}
_PARTS = {Group.BADUTA: _CHILD, Group.BALITA: _CHILD, Group.BUMIL: _PREGNANCY, Group.BUFAS: _POSTPARTUM, Group.CATIN: _BRIDE}

WORKSHEETS: Mapping[Group, Form] = {group: Form(f"kka-{group}", _TITLES[group], (_VISIT, _FAMILY, *_PARTS[group])) for group in Group}

SEND_BACK = Form(
    "kembalikan",
    "Kembalikan kertas kerja",
    (Section("note", "Permintaan", (Field("note", "Data apa yang harus dilengkapi", Kind.TEXT, highest=2000, is_required=True),)),),
)
