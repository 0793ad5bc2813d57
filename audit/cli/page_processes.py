"""The processes that serve the pages, over one socket: each opens the office for itself. What is served is in audit/web."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from threading import Thread
from typing import TYPE_CHECKING

from audit.cli.log import start_logging
from audit.settings import OfficeSignIn, Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

HERE = ("127.0.0.1", "::1", "localhost")
USUAL = min(2, os.cpu_count() or 1)
"""One Python process uses one core, and fifty people need more; each takes some 200 MB."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What a process needs to know to serve the pages of this office; see `audit.web.app.create_app`. Called, it makes the application."""

    settings: Settings
    start_code: str | None
    is_demo: bool
    behind_https: bool
    oidc: OfficeSignIn | None

    def __call__(self) -> Starlette:
        from audit.casework.installation import open_installation
        from audit.web.app import create_app, settle_memory

        if (above := parent_process()) is not None:  # a process of several
            start_logging(self.settings.log_file)
            Thread(target=_end_with, args=(above.sentinel,), daemon=True).start()
        opened = open_installation(self.settings)
        app = create_app(opened, start_code=self.start_code, is_demo=self.is_demo, behind_https=self.behind_https, oidc=self.oidc)
        settle_memory()
        return app


def serve_pages(pages: Pages, listening: socket.socket, *, processes: int) -> None:
    """Serve until this process is told to stop (Ctrl-C, SIGTERM). A process that dies or hangs is started again."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    class Supervisor(Multiprocess):
        """Ends when its window is closed, as a program of one process does."""

        handle_hup = Multiprocess.handle_term

    config = uvicorn.Config(
        pages,
        factory=True,
        workers=processes,
        access_log=False,  # addresses carry the codes of documents
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=pages.behind_https,
        forwarded_allow_ips=list(HERE),
        limit_concurrency=100,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=30,  # a machine that draws documents may be slow without being stuck
    )
    if processes == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Supervisor(config, sockets=[listening]).run()


def _end_with(sentinel: int) -> None:
    """Stop this process when the one above is gone, however it went."""
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
