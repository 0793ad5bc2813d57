"""Faults of the machine that have a plain sentence: a full disk, a locked or read-only database, too little memory. Ours have ids."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_BY_ERRNO = {
    errno.ENOSPC: "Disk penuh: tidak ada yang tersimpan. Kosongkan ruang, lalu ulangi perintah ini.",
    errno.EDQUOT: "Kuota disk habis: tidak ada yang tersimpan. Kosongkan ruang, lalu ulangi perintah ini.",
    errno.EROFS: "Disk hanya dapat dibaca: tidak ada yang tersimpan. Pilih folder lain dengan --home.",
    errno.EACCES: "Hak akses tidak cukup untuk menulis. Periksa pemilik folder, atau pilih folder lain.",
}
_BY_SQLITE = {
    "SQLITE_FULL": _BY_ERRNO[errno.ENOSPC],
    "SQLITE_BUSY": "Basis data sedang dipakai perintah lain terlalu lama. Tunggu sebentar, lalu ulangi.",
    "SQLITE_READONLY": "Basis data hanya dapat dibaca. Periksa pemilik dan hak akses folder AKS.",
    "SQLITE_CORRUPT": "Basis data rusak. Kembalikan dari cadangan; jangan dihapus.",
    "SQLITE_NOTADB": "Berkas basis data bukan basis data AKS, atau rusak. Kembalikan dari cadangan; jangan dihapus.",
    "SQLITE_IOERR": "Disk menolak membaca atau menulis basis data. Periksa disk, lalu ulangi.",
}
_BY_SQLSTATE = {
    "53100": "Disk peladen basis data penuh: tidak ada yang tersimpan. Hubungi pengelola peladen.",
    "53300": "Peladen basis data kehabisan sambungan. Tunggu sebentar, lalu ulangi.",
    "57P01": "Peladen basis data dimatikan di tengah jalan: tidak ada yang tersimpan. Ulangi perintah ini.",
    "08006": "Sambungan ke peladen basis data putus: tidak ada yang tersimpan. Ulangi perintah ini.",
}


def sentence_for(error: BaseException) -> str | None:
    """What to tell a person about a fault of the machine; None when it is not one we know. Nothing of the error itself is quoted."""
    for one in _chain(error):
        if isinstance(one, MemoryError):
            return "Memori tidak cukup: tidak ada yang tersimpan. Tutup program lain, lalu ulangi."
        if isinstance(one, OSError) and one.errno in _BY_ERRNO:
            return _BY_ERRNO[one.errno]
        if sentence := _BY_SQLITE.get(_primary(str(getattr(one, "sqlite_errorname", "")))):
            return sentence
        if sentence := _BY_SQLSTATE.get(str(getattr(one, "sqlstate", ""))):
            return sentence
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _primary(name: str) -> str:
    """SQLITE_IOERR_WRITE and SQLITE_BUSY_SNAPSHOT are kinds of SQLITE_IOERR and SQLITE_BUSY."""
    return "_".join(name.split("_")[:2])
