"""A form that is asked back once before it is done: a box to tick, whose value stands for exactly what was asked about and nothing else."""

from __future__ import annotations

from typing import Any

from audit.store.canonical import canonical_json, sha256_hex
from audit.web.form_parts import Choice, FieldView


def stamp_of(asked_about: Any) -> str:
    """Stands for this, as plain values that `canonical_json` takes; what differs from it is asked about anew."""
    return sha256_hex(canonical_json(asked_about))[:16]


def box(name: str, label: str, stamp: str, words: str, *, help: str = "") -> FieldView:
    """The box to tick, never ticked beforehand. words: what ticking it says."""
    return FieldView(name, label, "checkboxes", choices=(Choice(stamp, words),), help=help)
