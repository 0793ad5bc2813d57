"""What forms, filters and questions on a page are drawn from: plain frozen records, as in parts.py. Made from data in fields.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.web.parts import Button, Fact, Progress


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    label: str
    is_chosen: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as it stands on a page.

    control: text, textarea, number, date, email, password, code (one-time code), search, file, radio, select, checkboxes, yes_no, hidden.
    value: exactly as typed (nothing is lost); a date as 2026-08-31 when it can be read. choices: for radio, select, checkboxes, yes_no.
    problem: why it cannot be used; warning: usable but unusual. longest: the limit in characters; has_counter shows what is left.
    is_multiple: several files at once. id: unique on the page; "" makes it from the name.
    data: further data- attributes, name without "data-" and value. suggestions: what a text may be, offered while one types.
    """

    name: str
    label: str
    control: str = "text"
    value: str = ""
    choices: Sequence[Choice] = ()
    unit: str = ""
    help: str = ""
    problem: str = ""
    warning: str = ""
    is_required: bool = False
    is_readonly: bool = False
    longest: int | None = None
    has_counter: bool = False
    lines: int = 4
    autocomplete: str = "off"
    accept: str = ""
    is_multiple: bool = False
    id: str = ""
    width: str = ""
    data: Sequence[tuple[str, str]] = ()
    suggestions: Sequence[str] = ()

    @property
    def key(self) -> str:
        """The id on the page."""
        return self.id or f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of what is said about it, in reading order."""
        said = (("unit", self.unit), ("help", self.help), ("problem", self.problem), ("warning", self.warning))
        return " ".join(f"{self.key}-{part}" for part, text in said if text)

    @property
    def is_group(self) -> bool:
        """Several inputs under one question."""
        return self.control in ("radio", "checkboxes", "yes_no")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One of several alike, e.g. one action of a plan."""

    legend: str
    fields: Sequence[FieldView]
    remove: Button | None = None


@dataclass(frozen=True, slots=True)
class FieldRows:
    """Questions asked as often as needed. add: a submit button that draws the page again with one more."""

    legend: str
    rows: Sequence[FieldRow]
    add: Button | None = None
    help: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """Questions that belong together. progress: how much of it is filled."""

    code: str
    title: str
    fields: Sequence[FieldView] = ()
    rows: Sequence[FieldRows] = ()
    help: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line of the summary on top of a form; key: the id of the field it leads to, "" for the form as a whole."""

    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it stands on a page.

    address: where it is posted. csrf: "" for a form that only asks (method get). hidden: name and value, e.g. the version that was seen.
    is_guarded: leaving with unsaved answers asks first. autosave_address: where drafts are sent while one types, "" for none.
    offline_key: under what the phone keeps it while there is no network, "" for never.
    """

    address: str
    sections: Sequence[SectionView]
    buttons: Sequence[Button]
    csrf: str = ""
    method: str = "post"
    hidden: Sequence[tuple[str, str]] = ()
    problems: Sequence[ProblemLine] = ()
    problems_heading: str = "Ada isian yang perlu diperbaiki"
    is_multipart: bool = False
    is_guarded: bool = True
    autosave_address: str = ""
    offline_key: str = ""
    id: str = "form"
    saved_words: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Questions above a list, asked by GET. words: what the list is narrowed to now, "" for all; clear_address: the whole list."""

    address: str
    fields: Sequence[FieldView]
    words: str = ""
    clear_address: str = ""
    button: str = "Tampilkan"


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One question in two versions. name: the field, posted as left or right when the person must choose; "" only shows."""

    label: str
    left: str
    right: str
    is_different: bool
    name: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of the same answers side by side; nothing is merged unseen."""

    caption: str
    left_title: str
    right_title: str
    rows: Sequence[CompareRow]
    left_note: str = ""
    right_note: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question before something that is hard to take back."""

    heading: str
    sentences: Sequence[str]
    form: FormView
    facts: Sequence[Fact] = ()
    tone: str = "warn"
