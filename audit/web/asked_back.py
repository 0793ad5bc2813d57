"""A form that is asked back once before it is done: a box to tick, whose value stands for exactly what was asked about and nothing else."""

from __future__ import annotations

from audit.web.form_parts import Choice, FieldView


def box(name: str, label: str, stamp: str, words: str, *, help: str = "", is_ticked: bool = False) -> FieldView:
    """The box to tick. stamp: of what is asked about, see `audit.casework.asking_back.stamp_of`. words: what ticking it says.

    is_ticked: only when it was ticked already and the same is asked about; never beforehand.
    """
    return FieldView(name, label, "checkboxes", choices=(Choice(stamp, words, is_chosen=is_ticked),), help=help)
