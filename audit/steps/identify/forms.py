"""What a person is asked when a candidate is dropped or a case is withdrawn. The other moves of this step ask nothing."""

from __future__ import annotations

from collections.abc import Mapping

from audit.forms import Field, Form, Kind, Section
from audit.lifecycle.vocabulary import WITHDRAWAL_REASONS

DROP_REASONS: Mapping[str, str] = {
    "measured_again": "Diukur ulang dan ternyata tidak memenuhi kriteria",
    "data_incomplete": "Data tidak cukup untuk dikaji",
    "already_handled": "Sudah ditangani dan membaik",
    "moved_away": "Pindah ke luar wilayah audit",
    "died": "Meninggal dunia",
    "wrong_identity": "Identitas keliru atau ganda",
    "other_priority": "Kasus lain lebih mendesak",
}


def _asks_why(code: str, title: str, reasons: Mapping[str, str]) -> Form:
    reason = Field("reason", "Alasan", Kind.CHOICE, choices=reasons, is_required=True)
    return Form(code, title, (Section(code, title, (reason,)),))


OPENING_REASONS: Mapping[str, str] = {
    "visit": "Kunjungan atau pengukuran",
    "worksheet": "Mengisi atau memeriksa kertas kerja",
    "review": "Mengkaji kasus",
    "contact": "Menghubungi keluarga atau petugasnya",
    "matching": "Mencocokkan data",
    "other": "Keperluan lain (tulis di catatan)",
}

IDENTITY = Form(
    "open-identity",
    "Buka identitas",
    (
        Section(
            "open-identity",
            "Buka identitas",
            (
                Field("reason", "Untuk keperluan", Kind.CHOICE, choices=OPENING_REASONS, is_required=True),
                Field("note", "Catatan", Kind.TEXT, highest=500, help="wajib untuk keperluan lain; jangan tulis nama sasaran di sini"),
            ),
        ),
    ),
)
"""What somebody says before the name behind a case is shown to them; it is written in the history of the case."""


DROP = _asks_why("drop", "Keluarkan calon dari daftar", DROP_REASONS)
WITHDRAW = _asks_why("withdraw", "Keluarkan kasus dari audit", WITHDRAWAL_REASONS)
REOPEN = Form("reopen", "Buka kembali kasus", ())
