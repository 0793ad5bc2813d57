"""`aks serve`: the whole office with one command: pages, errands, schedule. Pages are in audit/web, the other process in beside.py."""

from __future__ import annotations

import logging
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit import clock
from audit.cli import show
from audit.cli.beside import Beside
from audit.cli.log import start_logging
from audit.cli.office import demo_office
from audit.cli.opening import HOME, current_settings, installation
from audit.cli.page_processes import HERE, USUAL, Pages, serve_pages
from audit.errors import Refused
from audit.settings import OfficeSignIn, read_office_sign_in

if TYPE_CHECKING:
    from audit.casework.installation import Installation

_log = logging.getLogger(__name__)


def serve_command(
    host: Annotated[str, typer.Option("--host", metavar="ALAMAT", help="Alamat yang didengarkan.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="NOMOR", help="Nomor port.", min=0, max=65535)] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="Buka kantor contoh di folder demo-kantor: kabupaten nyata, keluarga rekaan.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Buat ulang kantor contoh itu.")] = False,
    behind_https: Annotated[
        bool, typer.Option("--behind-https", help="Di belakang peladen HTTPS pada mesin ini: percayai X-Forwarded-* darinya.")
    ] = False,
    pages_only: Annotated[bool, typer.Option("--pages-only", help="Halaman saja; pekerjaan dijalankan sendiri dengan aks work.")] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", metavar="JUMLAH", help="Proses yang melayani halaman; bila kosong: 2 (kantor contoh: 1).", min=1, max=16
        ),
    ] = None,
) -> None:
    """Buka AKS di peramban: halaman, pekerjaan latar, dan jadwal, sampai dihentikan dengan Ctrl-C.

    Untuk umum, taruh peladen web dengan HTTPS di depannya, biarkan alamat ini di 127.0.0.1, dan tambahkan --behind-https.
    """
    if fresh and not demo:
        raise typer.BadParameter("hanya bersama --demo.", param_hint="--fresh")
    if demo and host not in HERE:
        raise Refused.because("demo_is_local", "Kantor contoh hanya dibuka di mesin ini: siapa pun dapat masuk tanpa kata sandi.")
    if demo and behind_https:
        raise Refused.because("demo_is_local", "Kantor contoh tidak dibuka lewat peladen HTTPS: siapa pun dapat masuk tanpa kata sandi.")
    with _listening(host, port) as listening:
        if demo:
            HOME.set(demo_office(fresh=fresh))
        else:
            _make_new_home()
        if (settings := current_settings()).key_file.exists():
            start_logging(settings.log_file)  # the home may be a new one
        with installation() as opened:
            service = None if demo else _office_sign_in()
            start_code = None if demo else _start_code(opened)
        pages = Pages(opened.settings, start_code=start_code, is_demo=demo, behind_https=behind_https, oidc=service)
        _serve(pages, listening, processes=processes or (1 if demo else USUAL), pages_only=pages_only)


def _serve(pages: Pages, listening: socket.socket, *, processes: int, pages_only: bool) -> None:
    """The pages, and the work beside them, until Ctrl-C."""
    address, at_port = listening.getsockname()[:2]
    show.say(f"AKS dibuka di http://{f'[{address}]' if ':' in address else address}:{at_port}/; berhenti dengan Ctrl-C.")
    if pages.start_code is not None:
        show.say(f"Belum ada akun yang dapat masuk. Kode awal untuk membuat akun pertama: {pages.start_code}")
    sys.stdout.flush()  # whoever reads this through a pipe waits for the address
    if address not in HERE:
        show.remark("Alamat ini terbuka bagi mesin lain tanpa HTTPS. Taruh peladen web dengan HTTPS di depannya.")
    _log.info("pages served", extra={"port": at_port, "is_demo": pages.is_demo, "processes": processes})
    with nullcontext() if pages_only else Beside(pages.settings), suppress(KeyboardInterrupt):  # the way to stop
        serve_pages(pages, listening, processes=processes)
    show.remark("Berhenti.")


def _office_sign_in() -> OfficeSignIn | None:
    """The sign-in service of the office, when it has one. Raises Refused with what is missing from its settings."""
    from audit.web import office_sign_in

    service = read_office_sign_in()
    if service is not None:
        office_sign_in.check(service)
    return service


def _start_code(opened: Installation) -> str | None:
    """Eight digits that only who started the program can read; None when somebody can sign in."""
    from audit.people.sign_in import needs_first_account

    with opened.reading() as session:
        return f"{secrets.randbelow(10**8):08d}" if needs_first_account(session) else None


def _make_new_home() -> None:
    """Do what `aks init` does when the home is not there yet, and say so. A folder with something else in it is left alone."""
    from audit.casework.installation import initialise

    settings = current_settings()
    if settings.home.exists() and (not settings.home.is_dir() or any(settings.home.iterdir())):
        return
    done = initialise(settings, at=clock.now())
    show.remark(f"Folder AKS baru: {settings.home}", *done)


@contextmanager
def _listening(host: str, port: int) -> Iterator[Any]:
    """A socket that listens there. Raises Refused when the address is taken or not one of this machine."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Refused.because("address_not_free", f"Tidak dapat mendengarkan di {host} port {port}: {error.strerror or error}.") from None
    with listening:
        yield listening
