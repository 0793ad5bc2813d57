"""`aks serve`: the pages in the browser. What is on them is in audit/web."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.opening import installation
from audit.errors import Refused

_log = logging.getLogger(__name__)

_HERE = ("127.0.0.1", "::1", "localhost")


def serve_command(
    host: Annotated[str, typer.Option("--host", metavar="ALAMAT", help="Alamat yang didengarkan.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="NOMOR", help="Nomor port.", min=0, max=65535)] = 8000,
) -> None:
    """Jalankan halaman pemeriksaan keaslian dokumen, sampai dihentikan dengan Ctrl-C.

    Untuk umum, taruh peladen web dengan HTTPS di depannya dan biarkan alamat ini di 127.0.0.1.
    """
    import uvicorn

    from audit.web.app import create_app

    with installation() as opened, _listening(host, port) as listening:
        address, at_port = listening.getsockname()[:2]
        config = uvicorn.Config(
            create_app(opened),
            access_log=False,  # addresses carry the codes of documents
            log_config=None,
            log_level="warning",
            server_header=False,
            limit_concurrency=100,
            timeout_graceful_shutdown=5,
        )
        show.say(f"Halaman keaslian dibuka di http://{f'[{address}]' if ':' in address else address}:{at_port}/v; berhenti dengan Ctrl-C.")
        sys.stdout.flush()  # whoever reads this through a pipe waits for the address
        if host not in _HERE:
            show.remark("Alamat ini terbuka bagi mesin lain tanpa HTTPS. Taruh peladen web dengan HTTPS di depannya.")
        _log.info("pages served", extra={"port": at_port})
        with suppress(KeyboardInterrupt):  # the way to stop
            uvicorn.Server(config).run(sockets=[listening])
        show.remark("Berhenti.")


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises Refused when the address is taken or not one of this machine."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Refused.because("address_not_free", f"Tidak dapat mendengarkan di {host} port {port}: {error.strerror or error}.") from None
