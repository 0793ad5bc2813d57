"""What the parts of a page are drawn from: plain frozen records, already worded. Drawn by templates/web/parts; nothing is looked up here.

`tone` is one of "neutral", "info", "good", "warn", "bad"; it never speaks alone, there is always a text. `icon` is a name in the sprite
(`deploy/vendor_web.py`), "" for none. An `address` of "" means: not a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from markupsafe import Markup

_IN_THE_SHORT_NAV = 4  # beside "Menu", five fit on 360 px with 44 px of room each


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word on a colour, with an icon that says the same."""

    text: str
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A link (address) or a submit button (name and value). refusals: why it cannot be pressed now; the sentences stand beside it.

    tone: "primary", "secondary", "danger" or "quiet". note: one line under the button, e.g. what happens next.
    """

    label: str
    address: str = ""
    icon: str = ""
    tone: str = "secondary"
    name: str = ""
    value: str = ""
    refusals: Sequence[str] = ()
    note: str = ""
    id: str = ""
    skips_checks: bool = False

    @property
    def key(self) -> str:
        """The id of the sentences beside it; two buttons that are alike in everything need an `id` of their own."""
        return self.id or f"b-{crc32(repr((self.label, self.address, self.name, self.value, self.refusals)).encode()):x}"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place of the workspace. badge: how much waits there ("12"), "" for nothing; badge_words says what it counts."""

    label: str
    address: str
    icon: str
    is_current: bool = False
    badge: str = ""
    badge_words: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to this page; the page itself is not among them."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What the person has to know on top of a page. items: one line each below the text."""

    text: str
    tone: str = "info"
    heading: str = ""
    items: Sequence[str] = ()
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One account of the demo district, in the role switcher. The value is posted as `akun`."""

    value: str
    label: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page has around its own part.

    title: of the window. csrf: the masked token of this answer. person_name "": nobody is signed in.
    scripts: further files of static/. is_demo: the role switcher is drawn.
    """

    title: str
    office_name: str = ""
    person_name: str = ""
    role_label: str = ""
    nav: Sequence[NavItem] = ()
    crumbs: Sequence[Crumb] = ()
    alerts: Sequence[Alert] = ()
    csrf: str = ""
    is_demo: bool = False
    demo_roles: Sequence[DemoRole] = ()
    home_address: str = "/"
    account_address: str = "/akun"
    sign_out_address: str = "/keluar"
    demo_address: str = "/demo/ganti"
    search_address: str = ""
    search_typed: str = ""
    scripts: Sequence[str] = ()

    @property
    def short_nav(self) -> Sequence[NavItem]:
        """The first places, for the bar at the foot of a phone."""
        return self.nav[:_IN_THE_SHORT_NAV]


@dataclass(frozen=True, slots=True)
class PageHead:
    """The top of a page: its name, what it is about in a line, badges and buttons."""

    title: str
    lead: str = ""
    over: str = ""
    badges: Sequence[Badge] = ()
    buttons: Sequence[Button] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value. is_masked: hidden until somebody opens it with a reason."""

    label: str
    value: str
    address: str = ""
    note: str = ""
    badge: Badge | None = None
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure that is read at a glance."""

    label: str
    value: str
    note: str = ""
    address: str = ""
    icon: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person: what, where it leads, and by when."""

    title: str
    address: str
    text: str = ""
    due: Badge | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """sort_address: where the table sorted by this column is; sorted: "", "ascending" or "descending"."""

    label: str
    is_number: bool = False
    sort_address: str = ""
    sorted: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """note: small, below. tick_name: a checkbox of that name with tick_value instead of the text (the text is its label, unseen)."""

    text: str
    address: str = ""
    note: str = ""
    badges: Sequence[Badge] = ()
    tick_name: str = ""
    tick_value: str = ""
    is_ticked: bool = False
    buttons: Sequence[Button] = ()

    @property
    def is_words(self) -> bool:
        """Whether it is its text and nothing else, as most are: a long table has hundreds, which no macro need draw."""
        return bool(self.text) and not (self.address or self.note or self.badges or self.tick_name or self.buttons)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it, or only the dash that says so; a phone leaves it out."""
        return self.text in ("", "–") and not (self.badges or self.buttons or self.note or self.tick_name)


@dataclass(frozen=True, slots=True)
class Row:
    """As many cells as the table has columns; the first one names the row. What is only words may be a text instead of a cell.

    tone: a mark at its edge, "" for none.
    """

    cells: Sequence[Cell | str]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a list; a gap has no address and the label "…"."""

    label: str
    address: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """words: "26–50 dari 240 kasus". Addresses "" at the ends."""

    words: str
    previous: str = ""
    next: str = ""
    pages: Sequence[PageLink] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where nothing is yet: what will be here, and what to do for it."""

    heading: str
    text: str = ""
    icon: str = "inbox"
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A list. On a phone each row is a card with its labels."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: Empty
    pager: Pager | None = None
    is_caption_hidden: bool = True

    def beside(self, row: Row) -> Iterator[tuple[Column, Cell | str]]:
        """What stands beside the name of a row, each cell with its column."""
        return zip(self.columns[1:], row.cells[1:], strict=True)


@dataclass(frozen=True, slots=True)
class Stage:
    """One status of the process. state: "done", "current", "ahead", "late", "out"; words say it ("selesai 3 Agustus")."""

    label: str
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. when: in words; instant: ISO 8601, for machines."""

    title: str
    when: str
    instant: str = ""
    who: str = ""
    text: str = ""
    icon: str = "point"
    tone: str = "neutral"
    details: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """So much of so much: a bar, and the words that say it ("18 dari 24 isian wajib")."""

    label: str
    value: int
    most: int
    words: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of several about one thing; a link."""

    label: str
    address: str
    is_current: bool = False
    badge: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its table. drawing: SVG without style attributes; a mark that is read on hover or tap has `data-tip="the sentence"`.

    table: the same values in words, for who does not see the drawing; None when the page has them elsewhere.
    """

    title: str
    drawing: Markup
    note: str = ""
    table: Table | None = None
