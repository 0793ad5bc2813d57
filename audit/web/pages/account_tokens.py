"""One's own tokens, for programs that act in one's name: made with scopes, shown once, ended. What they open is in audit/web/api."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from audit.errors import Refused
from audit.people.tokens import MOST_DAYS, SCOPES, USUAL_DAYS, TokenLine, end_token, make_token, tokens
from audit.render.wording import date_short
from audit.web.desk import Desk, Page
from audit.web.form_parts import Choice, FieldView, FormView, ProblemLine, SectionView
from audit.web.open_door import beside, sentence_at
from audit.web.parts import Button, Cell, Column, Empty, PageHead, Row, Shell, Table
from audit.web.sent import Sent
from audit.web.time_words import instant_words

ADDRESS = "/akun/token"
_ABOVE = (("Akun saya", "/akun"),)
_FIELDS = ("name", "scopes", "days")


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The tokens there are, and the form for another."""

    shell: Shell
    head: PageHead
    table: Table
    form: FormView


@dataclass(frozen=True, slots=True)
class TokenPage:
    """A token just made, shown this once."""

    shell: Shell
    head: PageHead
    token: str
    until: str
    next: Button


def show(desk: Desk) -> Response:
    """What there is, and the empty form."""
    return _draw(desk, {"days": str(USUAL_DAYS)}, ())


def take(desk: Desk, sent: Sent) -> Response:
    """Make a token and show it this once."""
    typed, scopes = {name: sent.text(name) for name in ("name", "days")}, sent.many("scopes")
    days = sent.whole("days")
    try:
        with desk.writing() as session:
            made = make_token(
                session, desk.person.id, name=typed["name"], scopes=scopes, days=days if days is not None else 0, by=desk.person, at=desk.at
            )
    except Refused as refusal:
        lines = tuple(
            ProblemLine(line.key, f"Masa berlaku “{typed['days'][:20]}” tidak dapat dipakai; isi 1–{MOST_DAYS} hari.")
            if line.key == "f-days"
            else line
            for line in beside(refusal, _FIELDS)
        )
        return _draw(desk, typed, scopes, lines, status=422)
    page = TokenPage(
        desk.frame("Token baru", crumbs=(*_ABOVE, ("Token aplikasi", ADDRESS))),
        PageHead("Token baru", over=typed["name"].strip(), lead="Salin sekarang: token hanya ditampilkan sekali."),
        made.token,
        instant_words(made.expires_at, desk.installation.settings.timezone),
        Button("Sudah saya salin", ADDRESS, tone="primary"),
    )
    return desk.draw("web/account/token.html", page)


def end(desk: Desk, sent: Sent) -> Response:
    """End one of one's tokens."""
    number = sent.whole("akhiri")
    with desk.writing() as session:
        done = number is not None and end_token(session, number, account_id=desk.person.id, by=desk.person, at=desk.at)
    return desk.go(ADDRESS, said="Token diakhiri." if done else "Token itu sudah berakhir.", tone="good" if done else "info")


def _draw(
    desk: Desk, typed: Mapping[str, str], scopes: Sequence[str], problems: Sequence[ProblemLine] = (), *, status: int = 200
) -> Response:
    listed = tuple(Choice(code, words, is_chosen=code in scopes) for code, words in SCOPES.items())
    fields = (
        FieldView("name", "Untuk apa", value=typed.get("name", ""), is_required=True, problem=sentence_at(problems, "name"), longest=80),
        FieldView("scopes", "Izin", "checkboxes", choices=listed, is_required=True, problem=sentence_at(problems, "scopes")),
        FieldView(
            "days", "Berlaku selama", "number", typed.get("days", ""), unit="hari", problem=sentence_at(problems, "days"), width="short"
        ),
    )
    form = FormView(
        address=ADDRESS,
        sections=(SectionView("token", "Token baru", fields),),
        buttons=(Button("Buat token", tone="primary"),),
        csrf=desk.token,
        problems=tuple(problems),
        is_guarded=False,
    )
    table = Table(
        caption="Token yang berlaku",
        columns=(
            Column("Untuk apa"),
            Column("Izin"),
            Column("Dibuat"),
            Column("Sampai"),
            Column("Terakhir dipakai"),
            Column("Akhiri", is_hidden=True),
        ),
        rows=tuple(_row(line) for line in tokens(desk.session, desk.person.id, at=desk.at)),
        empty=Empty("Belum ada token", "Token memberi program izin atas nama Anda, misalnya kalender tenggat di telepon.", "key"),
    )
    lead = "Program yang memegang token melihat dan melakukan apa yang boleh Anda lihat dan lakukan, sebatas izinnya."
    page = TokensPage(desk.frame("Token aplikasi", crumbs=_ABOVE), PageHead("Token aplikasi", lead=lead), table, form)
    return desk.draw("web/account/tokens.html", page, status=status)


def _row(line: TokenLine) -> Row:
    return Row(
        (
            Cell(line.name),
            Cell(", ".join(SCOPES.get(scope, scope) for scope in line.scopes)),
            Cell(date_short(line.made_at.date())),
            Cell(date_short(line.expires_at.date())),
            Cell(date_short(line.last_used_on) if line.last_used_on else "Belum pernah"),
            Cell("", buttons=(Button("Akhiri", name="akhiri", value=str(line.id), id=f"akhiri-{line.id}"),)),
        )
    )


PAGES = (Page(ADDRESS, show, take), Page(f"{ADDRESS}/akhiri", take=end))
