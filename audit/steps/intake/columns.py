"""The layouts of registry files as data: columns, their names, kinds and ranges. Not how a file is read or a cell checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell of the column holds, which decides how it is read."""

    TEXT = "text"
    NIK = "nik"
    NUMBER = "number"
    DATE = "date"
    SEX = "sex"
    POSITION = "position"
    YES_NO = "yes_no"
    GAIN = "gain"
    PHONE = "phone"
    AGE = "age"
    IGNORED = "ignored"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.TEXT: "teks",
    Kind.NIK: "16 angka; boleh disamarkan dengan tanda bintang",
    Kind.NUMBER: "angka; koma atau titik desimal",
    Kind.DATE: "tanggal: 2026-05-14, 14/05/2026, 14-05-2026, 14 Mei 2026, atau tanggal Excel",
    Kind.SEX: "L atau P",
    Kind.POSITION: "Terlentang atau Berdiri",
    Kind.YES_NO: "Ya atau Tidak",
    Kind.GAIN: "N, T, O, atau B",
    Kind.PHONE: "nomor telepon",
    Kind.AGE: "umur: 1 Tahun - 3 Bulan - 5 Hari, atau jumlah bulan",
    Kind.IGNORED: "dikenali, tidak dipakai",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a layout.

    hard: outside it a value cannot be used. usual: outside it a value is used and pointed out. Both in `unit`, ends included.
    is_required: a row of the sheet without this name is not the header.
    """

    field: str
    header: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    hard: tuple[float, float] | None = None
    usual: tuple[float, float] | None = None
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of registry file. subject: child, woman, or None when the sex of each row decides (man or woman).

    max_months: a subject this old is pointed out; None where age has no such end.
    measures: fields of which at least one must be usable, else the row tells nothing.
    """

    code: str
    label: str
    subject: str | None
    columns: tuple[Column, ...]
    measures: tuple[str, ...]
    max_months: int | None = None

    def column(self, field: str) -> Column:
        """The column of a field; KeyError when the layout has none."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which a row is not the header."""
        return tuple(c.field for c in self.columns if c.is_required)


def plain_header(text: str) -> str:
    """A header without case, accents, spaces and punctuation: `Kab/Kota ` and `KAB KOTA` are one."""
    unaccented = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "", unaccented.lower())


def match_header(cells: Sequence[str | None], layout: Layout) -> dict[str, int]:
    """Field to position for every cell that names a column of the layout; of two cells for one field the first counts."""
    names = _names(layout)
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        field = names.get(plain_header(cell)) if cell else None
        if field is not None:
            found.setdefault(field, position)
    return found


_WHERE = (
    Column("province", "Prov", Kind.IGNORED, ("Provinsi", "Propinsi")),
    Column("kabupaten", "Kab/Kota", Kind.TEXT, ("Kabupaten", "Kabupaten/Kota", "Kota/Kab", "Kab")),
    Column("kecamatan", "Kec", Kind.TEXT, ("Kecamatan",)),
    Column("puskesmas", "Pukesmas", Kind.TEXT, ("Puskesmas", "PKM", "Nama Puskesmas")),
    Column(
        "desa", "Desa/Kel", Kind.TEXT, ("Desa", "Desa/Kelurahan", "Kelurahan", "Kel/Desa", "Kelurahan/Desa", "Nama Desa"), is_required=True
    ),
    Column("posyandu", "Posyandu", Kind.TEXT, ("Nama Posyandu",)),
    Column("rt", "RT"),
    Column("rw", "RW"),
    Column("address", "Alamat", Kind.TEXT, ("Alamat Lengkap", "Dusun")),
    Column("phone", "No HP", Kind.PHONE, ("HP", "Nomor HP", "No Telp", "No Telepon", "Telepon", "No. HP/WA", "No WA")),
)
_NUMBER = Column("number", "No", Kind.IGNORED, ("Nomor", "No Urut"))
_NIK = Column("nik", "NIK", Kind.NIK, ("No NIK", "Nomor NIK", "NIK Anak", "NIK Balita", "NIK Ibu", "No KTP", "Nomor Induk Kependudukan"))
_KK = Column("kk", "Nomor KK", Kind.TEXT, ("No KK", "No. Kartu Keluarga", "KK", "Nomor Kartu Keluarga"))
_BORN = Column(
    "birth_on",
    "Tgl Lahir",
    Kind.DATE,
    ("Tanggal Lahir", "Tgl Lahir Tgl/Bln/Thn", "Tanggal Lahir (Tgl/Bln/Thn)", "Tgl. Lahir Anak", "Tanggal Lahir Ibu"),
    is_required=True,
)
_SEX = Column("sex", "JK", Kind.SEX, ("Jenis Kelamin", "L/P", "Kelamin", "Sex", "JK (L/P)", "Jenis Kelamin (L/P)"), is_required=True)
_MEASURED = Column(
    "measured_on",
    "Tanggal Pengukuran",
    Kind.DATE,
    (
        "Tgl Pengukuran",
        "Tgl Ukur",
        "Tanggal Ukur",
        "Tanggal Timbang",
        "Tgl Penimbangan",
        "Tanggal Penimbangan",
        "Tgl Pengukuran Tgl/Bln/Thn",
    ),
    is_required=True,
)
_EXAMINED = Column(
    "measured_on",
    "Tanggal Pemeriksaan",
    Kind.DATE,
    ("Tgl Pemeriksaan", "Tanggal Periksa", "Tgl Periksa", "Tanggal Kunjungan", "Tgl Kunjungan", "Tanggal Pengukuran"),
    is_required=True,
)

EPPGBM = Layout(
    code="eppgbm",
    label="Ekspor balita e-PPGBM dan turunannya",
    subject="child",
    measures=("weight_kg", "height_cm", "muac_cm"),
    max_months=60,
    columns=(
        _NUMBER,
        _NIK,
        _KK,
        Column(
            "name",
            "Nama",
            Kind.TEXT,
            ("Nama Lengkap Balita", "Nama Anak", "Nama Balita", "Nama Lengkap", "Nama Lengkap Anak", "Nama Sasaran"),
            is_required=True,
        ),
        _SEX,
        _BORN,
        Column(
            "birth_weight_kg",
            "BB Lahir",
            Kind.NUMBER,
            ("Berat Lahir", "Berat Lahir - Sasaran (kg)", "Berat Badan Lahir", "BBL", "BB Lahir (kg)", "Berat Lahir (kg)"),
            hard=(0.5, 6.0),
            usual=(1.0, 5.0),
            unit="kg",
        ),
        Column(
            "birth_length_cm",
            "TB Lahir",
            Kind.NUMBER,
            ("PB Lahir", "Panjang Lahir", "Tinggi Lahir", "Panjang Badan Lahir", "PB Lahir (cm)", "Panjang Lahir - Sasaran (cm)"),
            hard=(25.0, 60.0),
            usual=(35.0, 56.0),
            unit="cm",
        ),
        Column(
            "gestation_weeks", "Usia Gestasi", Kind.NUMBER, ("Umur Kehamilan Saat Lahir", "Gestasi (minggu)"), hard=(22, 44), unit="minggu"
        ),
        Column("parents", "Nama Ortu", Kind.TEXT, ("Nama Orang Tua", "Orang Tua", "Ortu", "Nama Ayah/Ibu", "Nama Ibu", "Nama Ibu Kandung")),
        *_WHERE,
        Column("age", "Usia Saat Ukur", Kind.AGE, ("Umur", "Usia", "Usia Saat Pengukuran", "Umur (bulan)", "Umur (bln)")),
        _MEASURED,
        Column(
            "weight_kg",
            "Berat",
            Kind.NUMBER,
            ("BB", "Berat Badan", "BB (kg)", "Berat (kg)", "Berat Badan (kg)"),
            hard=(0.9, 58.0),
            usual=(2.0, 30.0),
            unit="kg",
            is_required=True,
        ),
        Column(
            "height_cm",
            "Tinggi",
            Kind.NUMBER,
            ("TB", "PB", "PB/TB", "TB/PB", "Tinggi Badan", "Panjang Badan", "TB (cm)", "Tinggi (cm)", "PB/TB (cm)", "Tinggi Badan (cm)"),
            hard=(38.0, 150.0),
            usual=(45.0, 125.0),
            unit="cm",
            is_required=True,
        ),
        Column("position", "Cara Ukur", Kind.POSITION, ("Posisi", "Posisi Ukur", "Cara Pengukuran")),
        Column("muac_cm", "LiLA", Kind.NUMBER, ("Lingkar Lengan Atas", "LiLA (cm)", "LLA"), hard=(6.0, 35.0), usual=(9.0, 22.0), unit="cm"),
        Column(
            "head_cm",
            "LK",
            Kind.NUMBER,
            ("Lingkar Kepala", "LiKa", "LK (cm)", "Lingkar Kepala (cm)"),
            hard=(25.0, 64.0),
            usual=(30.0, 56.0),
            unit="cm",
        ),
        Column("oedema", "Edema", Kind.YES_NO, ("Oedema", "Bengkak", "Pitting Edema")),
        Column("waz_label", "BB/U", Kind.IGNORED, ("Status BB/U",)),
        Column("waz", "ZS BB/U", Kind.NUMBER, ("Z-Score BB/U", "ZScore BB/U", "Zs BBU"), hard=(-20, 20), unit="SD"),
        Column("haz_label", "TB/U", Kind.IGNORED, ("PB/U", "PB-TB/U", "PB/TB/U", "Status TB/U")),
        Column("haz", "ZS TB/U", Kind.NUMBER, ("ZS PB/U", "Z-Score TB/U", "Z-Score PB/U", "ZS PB-TB/U"), hard=(-20, 20), unit="SD"),
        Column("whz_label", "BB/TB", Kind.IGNORED, ("BB/PB", "BB/PB-TB", "Status BB/TB")),
        Column("whz", "ZS BB/TB", Kind.NUMBER, ("ZS BB/PB", "Z-Score BB/TB", "Z-Score BB/PB", "ZS BB/PB-TB"), hard=(-20, 20), unit="SD"),
        Column("gain", "Naik Berat Badan", Kind.GAIN, ("N/T", "NT", "Naik BB", "Status Naik")),
        Column("vitamin_a", "Jml Vit A", Kind.IGNORED, ("Vit A", "Vitamin A", "Jumlah Vit A")),
        Column("kpsp", "KPSP", Kind.IGNORED),
        Column("kia", "KIA", Kind.IGNORED, ("Buku KIA",)),
        Column("class", "Kelas Ibu Balita", Kind.IGNORED),
        Column("mbg", "MBG", Kind.IGNORED),
        Column("pmt", "PMT Diterima (kg)", Kind.IGNORED, ("PMT",)),
        Column("detail", "Detail", Kind.IGNORED),
        Column("month", "Bulan Pengukuran", Kind.IGNORED),
        Column("month_status", "Status Bulan", Kind.IGNORED),
        Column("year_status", "Status Tahun", Kind.IGNORED),
        Column("detail_status", "Detail Status", Kind.IGNORED),
        Column("desa_status", "Status Desa", Kind.IGNORED),
    ),
)

_WOMAN_SIZE = (
    Column(
        "weight_kg", "BB (kg)", Kind.NUMBER, ("BB", "Berat", "Berat Badan", "Berat Badan (kg)"), hard=(25, 150), usual=(35, 110), unit="kg"
    ),
    Column(
        "height_cm",
        "TB (cm)",
        Kind.NUMBER,
        ("TB", "Tinggi", "Tinggi Badan", "Tinggi Badan (cm)"),
        hard=(120, 200),
        usual=(135, 180),
        unit="cm",
    ),
    Column(
        "muac_cm", "LiLA (cm)", Kind.NUMBER, ("LiLA", "Lingkar Lengan Atas"), hard=(15, 50), usual=(18, 40), unit="cm", is_required=True
    ),
    Column(
        "hb_g_dl",
        "Hb (g/dL)",
        Kind.NUMBER,
        ("Hb", "Hemoglobin", "Kadar Hb", "Hb (gr%)", "Hb (g%)"),
        hard=(3, 20),
        usual=(6, 17),
        unit="g/dL",
    ),
)
_WOMAN_MEASURES = ("muac_cm", "hb_g_dl", "weight_kg", "height_cm")
_HUSBAND = Column("husband", "Nama Suami", Kind.TEXT, ("Suami",))
_MOTHER = Column("name", "Nama Ibu", Kind.TEXT, ("Nama Ibu Hamil", "Nama Bumil", "Nama Ibu Nifas", "Nama Bufas", "Nama"), is_required=True)
_RISK = Column("risk", "Faktor Risiko", Kind.TEXT, ("Risiko", "Resiko", "Faktor Resiko"))

BUMIL = Layout(
    code="bumil",
    label="Register ibu hamil",
    subject="woman",
    measures=_WOMAN_MEASURES,
    columns=(
        _NUMBER,
        _NIK,
        _KK,
        _MOTHER,
        _BORN,
        _HUSBAND,
        *_WHERE,
        _EXAMINED,
        Column(
            "pregnancy_weeks",
            "Usia Kehamilan (minggu)",
            Kind.NUMBER,
            ("Usia Kehamilan", "UK", "UK (minggu)", "Umur Kehamilan", "Umur Kehamilan (minggu)"),
            hard=(1, 44),
            usual=(4, 42),
            unit="minggu",
            is_required=True,
        ),
        Column("gravida", "Gravida", Kind.NUMBER, ("G", "Hamil Ke"), hard=(0, 20), unit="kali"),
        Column("parity", "Paritas", Kind.NUMBER, ("P", "Para"), hard=(0, 20), unit="kali"),
        Column("abortions", "Abortus", Kind.NUMBER, ("A", "Keguguran"), hard=(0, 20), unit="kali"),
        *_WOMAN_SIZE,
        Column("last_period_on", "HPHT", Kind.DATE, ("Hari Pertama Haid Terakhir",)),
        _RISK,
    ),
)

BUFAS = Layout(
    code="bufas",
    label="Register ibu nifas",
    subject="woman",
    measures=_WOMAN_MEASURES,
    columns=(
        _NUMBER,
        _NIK,
        _KK,
        _MOTHER,
        _BORN,
        _HUSBAND,
        *_WHERE,
        _EXAMINED,
        Column("delivered_on", "Tanggal Persalinan", Kind.DATE, ("Tgl Persalinan", "Tanggal Bersalin", "Tgl Bersalin"), is_required=True),
        Column("parity", "Paritas", Kind.NUMBER, ("P", "Para", "Anak Ke"), hard=(0, 20), unit="kali"),
        *_WOMAN_SIZE,
        _RISK,
    ),
)

CATIN = Layout(
    code="catin",
    label="Register calon pengantin",
    subject=None,
    measures=_WOMAN_MEASURES,
    columns=(
        _NUMBER,
        _NIK,
        _KK,
        Column("name", "Nama Catin", Kind.TEXT, ("Nama Calon Pengantin", "Nama", "Nama Lengkap"), is_required=True),
        _SEX,
        _BORN,
        *_WHERE,
        _EXAMINED,
        Column("wedding_on", "Rencana Nikah", Kind.DATE, ("Tanggal Rencana Nikah", "Tgl Rencana Nikah", "Tanggal Nikah"), is_required=True),
        *_WOMAN_SIZE,
        _RISK,
    ),
)

LAYOUTS: tuple[Layout, ...] = (EPPGBM, BUMIL, BUFAS, CATIN)
"""In the order in which they are tried; of two that fit one header, the one with more columns in it is meant."""

_NAMES: dict[str, dict[str, str]] = {}


def _names(layout: Layout) -> Mapping[str, str]:
    """Plain header to field, own names before aliases."""
    if layout.code not in _NAMES:
        own = {plain_header(c.header): c.field for c in layout.columns}
        _NAMES[layout.code] = {plain_header(a): c.field for c in layout.columns for a in c.aliases} | own
    return _NAMES[layout.code]
