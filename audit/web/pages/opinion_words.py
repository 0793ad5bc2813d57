"""An opinion or a consensus in words: its answers by question, codes as labels. Who may read it was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.forms import Field, Form
from audit.steps.packet.rules import in_words
from audit.steps.review.forms import OPINION
from audit.web.parts import Fact


def opinion_facts(content: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The questions of the opinion that were answered, in the order of the form."""
    return answered(OPINION, content)


def answered(form: Form, content: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The questions of a form that were answered, with the answers in words."""
    return tuple(Fact(f.label, words) for f in form.fields if (words := answer_words(f, content.get(f.name))))


def answer_words(f: Field, value: Any) -> str:
    """One answer in words, "" when there is none; a code that the form does not know stays as it is."""
    if isinstance(value, (list, tuple)):
        return "; ".join(f.choices.get(str(one), str(one)) for one in value)
    if f.choices and value:
        return f.choices.get(str(value), str(value))
    return in_words(f, value)
