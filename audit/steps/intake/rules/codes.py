"""Every problem a registry file can have: its code, its severity, its sentence. Not how it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """reject: the row is not used. warn: the rest of the row is used."""

    REJECT = "reject"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table. sentence: a template; {range} is the valid range of the column, {wanted} what its kind accepts."""

    code: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that was refused or doubted. row: as in the sheet, from 1; value: as written, None when empty."""

    row: int
    column: str
    value: str | None
    code: str
    severity: Severity
    message: str


def _table(*rows: tuple[str, Severity, str]) -> Mapping[str, Code]:
    return {code: Code(code, severity, sentence) for code, severity, sentence in rows}


_R, _W = Severity.REJECT, Severity.WARN

CODES: Mapping[str, Code] = _table(
    # who it is
    ("name_missing", _R, "Nama kosong; baris tidak dapat dipakai."),
    ("nik_missing", _W, "NIK kosong; orang dicocokkan lewat tanggal lahir, jenis kelamin, nama, dan orang tua atau desa."),
    ("nik_masked", _W, "NIK disamarkan; orang dicocokkan lewat tanggal lahir, jenis kelamin, nama, dan orang tua atau desa."),
    ("nik_digits_lost", _W, "Angka belakang NIK hilang karena disimpan sebagai bilangan; NIK dianggap tidak diketahui. "
     "Format kolom sebagai teks, lalu isi ulang 16 angka."),
    ("nik_invalid", _W, "NIK harus 16 angka dengan tanggal lahir di dalamnya; NIK ini dianggap tidak diketahui."),
    ("nik_birth_differs", _W, "Tanggal lahir di dalam NIK ({expected}) tidak sama dengan kolom tanggal lahir; periksa keduanya."),
    ("nik_sex_differs", _W, "Menurut NIK jenis kelaminnya {expected}; periksa NIK dan jenis kelamin."),
    ("nik_shared", _W, "NIK yang sama dipakai orang lain dalam berkas ini; NIK dianggap tidak diketahui."),
    ("birth_missing", _R, "Tanggal lahir kosong; baris tidak dapat dipakai."),
    ("sex_unknown", _W, "Jenis kelamin tidak diketahui; isi L atau P. Z-score tidak dapat dihitung."),
    ("birth_differs_from_record", _W, "Tanggal lahir berbeda dengan yang tercatat untuk NIK ini; yang tercatat tidak diubah."),
    ("doubtful_match", _W, "Mungkin orang yang sudah tercatat, tetapi belum pasti; baris menunggu keputusan petugas."),
    # dates
    ("date_invalid", _R, "Bukan tanggal yang dapat dibaca; tulis {wanted}."),
    ("date_impossible", _R, "Tanggal ini tidak ada di kalender atau di luar {range}."),
    ("other_date_unreadable", _W, "Bukan tanggal yang dapat dibaca, jadi tidak dipakai; tulis {wanted}."),
    ("measured_missing", _R, "Tanggal pengukuran kosong; baris tidak dapat dipakai."),
    ("measured_in_future", _R, "Tanggal pengukuran sesudah hari ini ({today}); paling lambat {today}."),
    ("born_in_future", _R, "Tanggal lahir sesudah hari ini ({today}); paling lambat {today}."),
    ("measured_before_birth", _R, "Tanggal pengukuran mendahului tanggal lahir; salah satunya keliru."),
    ("period_after_check", _W, "HPHT sesudah tanggal pemeriksaan; salah satunya keliru."),
    ("too_old", _W, "Umur saat diukur {months} bulan, batasnya di bawah {limit} bulan; baris dipakai, z-score tidak dihitung "
     "sesudah 1.826 hari."),
    ("age_unreadable", _W, "Umur tidak dapat dibaca; umur dihitung dari tanggal."),
    ("age_differs", _W, "Umur tertulis berbeda dengan umur menurut tanggal ({expected} bulan); yang dipakai umur menurut tanggal."),
    # measures
    ("not_a_number", _W, "Bukan angka, jadi tidak dipakai; rentang yang sah {range}."),
    ("out_of_range", _W, "Di luar rentang yang sah {range}, jadi tidak dipakai."),
    ("unusual", _W, "Tidak lazim (lazimnya {range}); nilai dipakai, periksa kembali."),
    ("sentinel", _W, "Angka pengganti untuk “tidak diukur”, jadi dianggap kosong; rentang yang sah {range}."),
    ("zero", _W, "Nol berarti tidak dicatat, jadi dianggap kosong; rentang yang sah {range}."),
    ("date_in_measure", _W, "Berisi tanggal (nomor seri Excel), bukan ukuran, jadi tidak dipakai; rentang yang sah {range}."),
    ("phone_in_measure", _W, "Berisi nomor telepon, bukan ukuran, jadi tidak dipakai; rentang yang sah {range}."),
    ("measure_missing", _W, "Kosong; yang lain pada baris ini tetap dipakai. Rentang yang sah {range}."),
    ("implausible_pair", _W, "Pasangan berat dan tinggi meragukan untuk umur {months} bulan; dipakai, tetapi ukur ulang dahulu."),
    ("z_differs", _W, "Z-score berkas memberi kategori lain daripada hasil hitung ulang ({reason}); ukur ulang dahulu."),
    ("nothing_measured", _R, "Tidak satu pun hasil ukur dapat dipakai; baris tidak dapat dipakai."),
    ("choice_unknown", _W, "Isian tidak dikenal, jadi tidak dipakai; tulis {wanted}."),
    ("two_phones", _W, "Dua nomor telepon dalam satu sel; yang pertama dipakai."),
    ("phone_invalid", _W, "Bukan nomor telepon (8 sampai 15 angka), jadi tidak dipakai."),
    # places
    ("desa_missing", _R, "Desa/kelurahan kosong; baris tidak dapat dipakai."),
    ("desa_unknown", _R, "Desa/kelurahan tidak ditemukan dalam tabel wilayah{suggestion}."),
    ("desa_respelled", _W, "Ejaan desa/kelurahan berbeda; dibaca sebagai {expected}."),
    ("other_kabupaten", _R, "Baris ini milik kabupaten/kota lain; yang diterima hanya {expected}."),
    # rows
    ("duplicate_row", _W, "Orang dan tanggal yang sama ada lagi di baris {other}; yang dipakai baris terakhir."),
    ("many_alike", _W, "{count} sel pada kolom ini bermasalah sama, dicatat sekali di sini: {sentence}"),
)  # fmt: skip


def problem(code: str, *, row: int, column: str, value: str | None, **words: object) -> Problem:
    """A problem with its sentence filled in. KeyError for an unknown code or a word the sentence needs and did not get."""
    chosen = CODES[code]
    return Problem(row, column, value, code, chosen.severity, chosen.sentence.format(**words))
