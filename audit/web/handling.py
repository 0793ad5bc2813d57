"""Errors to pages, in one place: what is not there, what went wrong, who asks too often. Nothing of the request is logged or shown."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.web.shell import Notice, answer, shell

_log = logging.getLogger(__name__)


def not_found(request: Request, _error: Exception) -> Response:
    """The same page for whatever is not there."""
    del request
    page = Notice(shell("Tidak ditemukan"), "Halaman ini tidak ada", ("Periksa lagi alamatnya, atau ketik kode yang tercetak di dokumen.",))
    return answer("web/notice.html", page, status=404)


def not_allowed(request: Request, _error: Exception) -> Response:
    """A way of asking that no page here answers."""
    del request
    page = Notice(shell("Tidak dapat dilakukan"), "Permintaan ini tidak dapat dilayani", ("Buka alamatnya di peramban seperti biasa.",))
    return answer("web/notice.html", page, status=405)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {404: not_found, 405: not_allowed}


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
