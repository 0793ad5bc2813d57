"""The record of a page that is a head, what must be known, and one form. What is asked is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.web.form_parts import FormView
from audit.web.parts import Alert, PageHead, Shell

TEMPLATE = "web/form_page.html"


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form; alerts stand above it."""

    shell: Shell
    head: PageHead
    form: FormView
    alerts: Sequence[Alert] = ()
