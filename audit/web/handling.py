"""Errors to pages, in one place: not there, refused, broken, asked too often. Nothing of the request is logged or shown."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.errors import Refused, Stale
from audit.web.shell import Notice, answer, shell

_log = logging.getLogger(__name__)


def not_found(request: Request, _error: Exception) -> Response:
    """The same page for whatever is not there, and for what is there but not for this person."""
    del request
    page = Notice(
        shell("Tidak ditemukan"),
        "Halaman ini tidak ada",
        ("Tidak ada apa pun di alamat ini untuk Anda.", "Periksa lagi alamatnya, atau mulai dari beranda."),
    )
    return answer("web/notice.html", page, status=404)


def not_allowed(request: Request, _error: Exception) -> Response:
    """A way of asking that no page here answers."""
    del request
    page = Notice(shell("Tidak dapat dilakukan"), "Permintaan ini tidak dapat dilayani", ("Buka alamatnya di peramban seperti biasa.",))
    return answer("web/notice.html", page, status=405)


def unreadable(request: Request, _error: Exception) -> Response:
    """A form that broke off or cannot be read."""
    del request
    sentences = ("Isian tidak sampai dengan utuh. Kembali ke halaman sebelumnya, lalu kirim lagi.", "Yang sudah tercatat tidak berubah.")
    return answer("web/notice.html", Notice(shell("Isian tidak utuh"), "Isian tidak sampai utuh", sentences), status=400)


def too_large(request: Request, error: Exception) -> Response:
    """More was sent than the page takes."""
    del request
    megabytes = getattr(error, "largest", 0) // 1_000_000
    sentences = (f"Paling besar {megabytes} MB sekali kirim.", "Tidak ada yang tercatat. Kembali, lalu kirim berkas yang lebih kecil.")
    return answer("web/notice.html", Notice(shell("Terlalu besar"), "Yang dikirim terlalu besar", sentences), status=413)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    400: unreadable,
    404: not_found,
    405: not_allowed,
    413: too_large,
}


def refused(request: Request, refusal: Refused) -> Response:
    """What may not be done now, with the sentences that say why. Nothing was written."""
    del request
    sentences = (*(reason.sentence for reason in refusal.reasons), "Tidak ada yang tercatat.")
    heading = "Sudah berubah sejak Anda membukanya" if isinstance(refusal, Stale) else "Tidak dapat dilakukan"
    return answer("web/notice.html", Notice(shell(heading), heading, sentences), status=409)


def expired(request: Request) -> Response:
    """A form of somebody who is no longer signed in."""
    del request
    sentences = (
        "Masuk lagi di tab lain, lalu kembali ke halaman sebelumnya dan kirim ulang: yang Anda ketik masih ada di sana.",
        "Tidak ada yang tercatat.",
    )
    page = Notice(shell("Sesi berakhir"), "Sesi Anda sudah berakhir", sentences, asks_to_sign_in=True)
    return answer("web/notice.html", page, status=401)


def form_not_ours(request: Request) -> Response:
    """A form without the token of this session: an old page, or a page of somebody else."""
    del request
    sentences = (
        "Formulir ini dibuka sebelum Anda masuk, atau bukan dari halaman ini. Buka lagi halamannya, lalu kirim.",
        "Tidak ada yang tercatat.",
    )
    return answer("web/notice.html", Notice(shell("Formulir lama"), "Formulir ini tidak berlaku lagi", sentences), status=403)


def too_many(seconds: int) -> Response:
    """For an address that asked more often than it may. seconds: after which it may ask as before."""
    page = Notice(shell("Tunggu sebentar"), "Terlalu banyak permintaan", ("Tunggu satu menit, lalu coba lagi.",))
    return answer("web/notice.html", page, status=429, headers={"Retry-After": str(seconds)})


class FaultsToPages:
    """Whatever breaks becomes a page with an id; the log has the id and where it broke, never the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:  # noqa: BLE001 - the edge of the pages
            fault_id = secrets.token_hex(4).upper()
            _log.exception("page failed", extra={"fault_id": fault_id})
            if scope["type"] == "http" and not has_begun:
                await _broken(fault_id)(scope, receive, send)


def _broken(fault_id: str) -> Response:
    sentences = ("Coba lagi beberapa saat lagi.", f"Bila tetap begini, beri tahu sekretariat dan sebutkan {fault_id}.")
    return answer("web/notice.html", Notice(shell("Gangguan"), "Layanan sedang terganggu", sentences), status=500)
