"""The page that the code on a document leads to: what the office knows of it, for anybody. What may be told is in reports/public_facts."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from audit.casework.installation import Installation
from audit.render.wording import date_words, in_groups
from audit.reports.document import PUBLIC
from audit.reports.pages import Fact
from audit.reports.public_facts import PublicFacts, verified
from audit.reports.record import as_code
from audit.web.parts import Shell
from audit.web.shell import Notice, answer, shell

_LONGEST_TYPED = 60


@dataclass(frozen=True, slots=True)
class CodePage:
    """The page that asks for a code. typed: what was typed before; remark: what is wrong with it, "" when nothing."""

    shell: Shell
    typed: str
    remark: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """What is known of one document. standing: whether it still stands, kind: a CSS class for that. hash_groups: of its record."""

    shell: Shell
    kind: str
    sign: str
    standing: str
    advice: str
    title: str
    facts: tuple[Fact, ...]
    hash_groups: tuple[str, ...]
    signatures: tuple[str, ...]
    to_compare: tuple[str, ...]


def form(request: Request) -> Response:
    """The question for a code; with one, on to its page."""
    typed = request.query_params.get("kode", "").strip()[:_LONGEST_TYPED]
    code = as_code(typed)
    if code:
        return RedirectResponse(f"/v/{code}", status_code=303)
    remark = "Yang diketik bukan enam belas huruf dan angka; periksa lagi." if typed else ""
    return answer("web/verify_form.html", CodePage(shell("Periksa keaslian dokumen"), typed, remark), status=422 if typed else 200)


def document(request: Request) -> Response:
    """What is known of the document with this code; one page for every code that is none of ours, whatever it looks like."""
    installation: Installation = request.app.state.installation
    with installation.reading() as session:
        facts = verified(session, request.path_params["code"])
    if facts is None:
        return answer("web/notice.html", _unknown(), status=404)
    return answer("web/verify.html", _page(facts))


def _unknown() -> Notice:
    return Notice(
        shell("Kode tidak dikenali"),
        "Kode ini tidak dikenali",
        (
            "Bandingkan lagi dengan kode yang tercetak di akhir dokumen, huruf demi huruf.",
            "Bila tetap tidak dikenali, dokumen itu mungkin bukan terbitan kantor ini. Tanyakan kepada sekretariat yang tertulis di sana.",
        ),
    )


def _page(facts: PublicFacts) -> DocumentPage:
    newer = f"oleh revisi {facts.newest_revision}" if facts.newest_revision != facts.revision else "oleh terbitan yang lebih baru"
    return DocumentPage(
        shell=shell("Keaslian dokumen"),
        kind="stands" if facts.is_newest else "replaced",
        sign="✓" if facts.is_newest else "!",
        standing="Tercatat dan berlaku" if facts.is_newest else f"Tercatat, tetapi sudah digantikan {newer}",
        advice="" if facts.is_newest else "Mintalah yang terbaru kepada penerbitnya sebelum memakai dokumen ini.",
        title=facts.title,
        facts=(
            Fact("Nomor", facts.number or "tidak ditampilkan (dokumen terbatas)"),
            Fact("Edisi", "Publik" if facts.edition == PUBLIC else "Terbatas, hanya untuk yang berhak"),
            Fact("Revisi", str(facts.revision)),
            Fact("Siklus audit", facts.cycle),
            Fact("Diterbitkan oleh", facts.issuer),
            Fact("Tanggal terbit", date_words(facts.issued_on)),
            Fact("Kode", facts.code),
        ),
        hash_groups=in_groups(facts.record_sha256),
        signatures=tuple(f"{each.office}, {date_words(each.signed_on)}" for each in facts.signatures),
        to_compare=(
            "judul, nomor, dan revisi;" if facts.number else "judul dan revisi;",
            "kode dan sidik rekaman di akhir dokumen, huruf demi huruf.",
        ),
    )
