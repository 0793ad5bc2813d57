"""What can be said of a file that is said to be ours: the answers, and how they are worded. How they are found is in verify.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audit.lifecycle.calendar import local_date
from audit.render.signing import SignatureState
from audit.render.wording import date_words, list_words, number


class Answer(StrEnum):
    """REPRODUCIBLE: drawn again here from the record inside, the same bytes. GENUINE: its hash is in the office's records.

    ALTERED: it carries our marks but is neither. FOREIGN: not ours. UNDECIDED: made by another version, and no records to look it up in.
    """

    REPRODUCIBLE = "reproducible"
    GENUINE = "genuine"
    ALTERED = "altered"
    FOREIGN = "foreign"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class About:
    """What a file says it is. dated_at: the instant the document is dated with; subject: as in the book, may be a case number."""

    number: str
    title: str
    document: str
    edition: str
    subject: str
    revision: int
    dated_at: datetime
    timezone: str
    code: str
    record_sha256: str


@dataclass(frozen=True, slots=True)
class HistoryFound:
    """Whether the head of the history printed in the document still comes out of the events. broken: case numbers, where chains break."""

    is_intact: bool
    events: int
    last_at: datetime
    broken: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one file.

    kind: "pdf", "xlsx" or "other". file_sha256: of the file as it is; unsigned_sha256: of the part before its first signature.
    about: None where the file does not say. is_issued: in the records of this office; None where there are none that would know.
    is_redrawn: drawing gave the same bytes; None where it could not be tried. made_with: what made the file; made_with_here: what would
    now ("" without an engine). superseded_by: number and revision of the newest, None when this is it or nobody knows.
    differences: what is not as it was, a phrase each. trouble: why the file could not be looked into, a sentence.
    """

    answer: Answer
    kind: str
    file_sha256: str
    unsigned_sha256: str
    about: About | None = None
    is_issued: bool | None = None
    is_redrawn: bool | None = None
    made_with: str = ""
    made_with_here: str = ""
    superseded_by: str | None = None
    signatures: Sequence[SignatureState] = ()
    history: HistoryFound | None = None
    differences: Sequence[str] = ()
    trouble: str = ""

    @property
    def is_genuine(self) -> bool:
        """Whether nothing speaks against the file: its bytes are as drawn or as issued, and no office that would know it denies it."""
        return self.answer in (Answer.REPRODUCIBLE, Answer.GENUINE) and self.is_issued is not False


def sentences_of(verdict: Verdict) -> tuple[str, ...]:
    """The verdict as one paragraph, sentence by sentence, the answer first."""
    found = {
        Answer.REPRODUCIBLE: _reproducible,
        Answer.GENUINE: _genuine,
        Answer.ALTERED: _altered,
        Answer.FOREIGN: _foreign,
        Answer.UNDECIDED: _undecided,
    }[verdict.answer](verdict)
    return tuple(s for s in (*found, *_signed(verdict), _superseded(verdict), _history(verdict)) if s)


def about_words(about: About) -> str:
    """ "Laporan diseminasi edisi publik, nomor LD-3509-2026-2-P.1, revisi 1, tertanggal 6 Juli 2026"."""
    day = date_words(local_date(about.dated_at, about.timezone))
    return f"{about.title} edisi {about.edition}, nomor {about.number}, revisi {about.revision}, tertanggal {day}"


def _reproducible(verdict: Verdict) -> tuple[str, ...]:
    same = "Digambar ulang dari rekaman di dalamnya, hasilnya sama sampai bita terakhir"
    if verdict.is_issued:
        return (f"ASLI. {_named(verdict)}.", f"{same}, dan catatan kantor memuatnya.")
    if verdict.is_issued is None:
        return (
            f"ISI COCOK. {_named(verdict)}.",
            f"{same}.",
            "Ini membuktikan bahwa isinya sesuai dengan rekaman itu, bukan siapa yang menerbitkannya: "
            "hal itu hanya dapat dipastikan dari catatan kantor penerbit atau dari tanda tangan elektronik.",
        )
    return (
        "BUKAN TERBITAN KANTOR INI. "
        + f"Berkas ini menyebut dirinya {_lower(_named(verdict))}; isinya sesuai dengan rekaman di dalamnya, "
        + "tetapi catatan kantor tidak memuat rekaman itu. Siapa pun yang memiliki AKS dapat membuat berkas seperti ini.",
        *(f"{_capital(each)}." for each in verdict.differences),
    )


def _genuine(verdict: Verdict) -> tuple[str, ...]:
    known = (f"ASLI. {_named(verdict)}.", "Sidik berkas ini sama dengan yang tercatat di kantor ketika diterbitkan.")
    if verdict.kind != "pdf" or not verdict.made_with:
        return known
    if not verdict.made_with_here:
        return (*known, f"Dibuat dengan {verdict.made_with}; pembuat PDF di mesin ini tidak siap, jadi tidak digambar ulang.")
    if verdict.made_with == verdict.made_with_here:
        return (*known, "Versi yang sama menggambarnya dengan bita lain di mesin ini; pustaka sistemnya berbeda.")
    return (
        *known,
        f"Dibuat dengan {verdict.made_with}; di sini terpasang {verdict.made_with_here}, sehingga hasil gambar ulangnya berbeda.",
    )


def _altered(verdict: Verdict) -> tuple[str, ...]:
    claimed = f" dan menyebut dirinya {_lower(_named(verdict))}" if verdict.about else ""
    told = list_words([*verdict.differences]) if verdict.differences else "bitanya lain"
    return (f"BERUBAH. Berkas ini membawa tanda AKS{claimed}, tetapi tidak seperti ketika diterbitkan: {told}.", verdict.trouble)


def _foreign(verdict: Verdict) -> tuple[str, ...]:
    if verdict.trouble:
        return ("TIDAK DIKENALI SEBAGAI DOKUMEN AKS.", verdict.trouble)
    return ("BUKAN DOKUMEN AKS.", "Berkas PDF ini tidak membawa rekaman atau tanda lain dari AKS.")


def _undecided(verdict: Verdict) -> tuple[str, ...]:
    if verdict.trouble:
        return ("TIDAK DAPAT DIPASTIKAN DI SINI.", verdict.trouble)
    here = f"di sini terpasang {verdict.made_with_here}" if verdict.made_with_here else "di mesin ini pembuat PDF tidak siap"
    return (
        f"TIDAK DAPAT DIPASTIKAN DI SINI. {_named(verdict)}.",
        f"Dibuat dengan {verdict.made_with or 'versi yang tidak disebut'}; {here}, sehingga gambar ulangnya tidak membuktikan apa pun.",
        "Catatan kantor penerbit tidak ada di sini: periksa di kantor itu, atau dengan versi yang sama.",
    )


def _signed(verdict: Verdict) -> tuple[str, ...]:
    return tuple(_signature(each, verdict) for each in verdict.signatures)


def _signature(state: SignatureState, verdict: Verdict) -> str:
    zone = verdict.about.timezone if verdict.about else "Asia/Jakarta"
    when = f" pada {date_words(local_date(state.signed_at, zone))}" if state.signed_at else ""
    who = state.signed_by or "sertifikat tanpa nama"
    if not state.is_intact:
        return f"Tanda tangan elektronik {who} (ruang {state.field}) TIDAK SAH: berkas berubah sesudah atau ketika ditandatangani."
    if state.is_trusted:
        belief = "sertifikatnya dari penerbit yang dipercaya"
    elif state.is_self_made:
        belief = "sertifikatnya buatan sendiri, jadi nama itu belum terbukti"
    else:
        belief = "penerbit sertifikatnya tidak diperiksa"
    return f"Ditandatangani secara elektronik oleh {who} (ruang {state.field}){when}; utuh, {belief}."


def _superseded(verdict: Verdict) -> str:
    return f"Dokumen ini sudah digantikan oleh {verdict.superseded_by}." if verdict.superseded_by else ""


def _history(verdict: Verdict) -> str:
    found, about = verdict.history, verdict.about
    if found is None or about is None:
        return ""
    day = date_words(local_date(found.last_at, about.timezone))
    if found.is_intact:
        return f"Riwayat utuh sampai {day}: {number(found.events)} peristiwa menghasilkan ujung rantai yang tercetak."
    where = f" Rantainya putus pada {list_words(list(found.broken))}." if found.broken else ""
    return f"RIWAYAT BERUBAH: peristiwa sampai {day} tidak lagi menghasilkan ujung rantai yang tercetak.{where}"


def _named(verdict: Verdict) -> str:
    return about_words(verdict.about) if verdict.about else "Dokumen AKS"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
