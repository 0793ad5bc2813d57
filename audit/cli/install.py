"""`aks init`: the home, the key, the database and the first account. What is made is decided in audit/casework/installation.py."""

from __future__ import annotations

import logging

from audit import clock
from audit.cli import show
from audit.cli.log import start_logging
from audit.cli.opening import current_settings

_log = logging.getLogger(__name__)


def init_command(as_json: show.Json = False) -> None:
    """Siapkan folder AKS: kunci, basis data, dan akun pertama (sekretariat). Aman diulang; juga memutakhirkan basis data lama."""
    from audit.casework.installation import initialise

    settings = current_settings()
    done = list(initialise(settings, at=clock.now()))
    start_logging(settings.log_file)
    _log.info("installation prepared", extra={"steps": len(done)})
    value = {"home": str(settings.home), "key_file": str(settings.key_file), "done": done}
    show.answer(as_json, value, lambda: show.say(*done, f"Folder AKS: {settings.home}", "Berikutnya: aks cycle open --help"))
