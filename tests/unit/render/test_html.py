"""What a template may and may not do with its record."""

from __future__ import annotations

from dataclasses import dataclass

import jinja2
import pytest
from markupsafe import Markup

from audit.errors import Fault
from audit.render import html


@dataclass(frozen=True)
class Page:
    note: object


def drawn(source: str, page: Page) -> str:
    return html.environment().from_string(source).render(page=page)


def test_a_note_is_text_and_never_markup() -> None:
    assert drawn("{{ page.note }}", Page("<script>")) == "&lt;script&gt;"


def test_our_own_drawing_is_markup() -> None:
    assert drawn("{{ page.note }}", Page(Markup("<svg></svg>"))) == "<svg></svg>"


def test_a_name_the_record_lacks_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        drawn("{{ page.nothing }}", Page(""))


def test_a_template_that_wants_more_than_the_record_has_is_a_fault() -> None:
    with pytest.raises(Fault, match=r"report/packet/report\.html"):
        html.render("report/packet/report.html", Page(""))


def test_a_template_or_stylesheet_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(Fault, match="tidak dapat digambar"):
        html.render("report/none.html", Page(""))
    with pytest.raises(Fault, match="tidak ditemukan"):
        html.stylesheet("report/none.css")


def test_only_css_is_given_out_as_a_stylesheet() -> None:
    with pytest.raises(Fault):
        html.stylesheet("base/print.html")
