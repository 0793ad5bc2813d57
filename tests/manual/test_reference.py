"""The reference pages say what the code says today, and say all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from audit.casework.cycles import open_cycle
from audit.casework.schema import METADATA
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import STATUS_LABELS, Action, Status
from audit.manual.__main__ import main
from audit.manual.cycle import EXAMPLE
from audit.manual.data_model import data_model_page
from audit.manual.markdown import COMMAND, table
from audit.manual.pages import PAGES, written
from audit.manual.process import condition, diagram, lifecycle_page, permissions_page
from audit.manual.questions import FORMS, forms_page
from audit.manual.registry import BLANKS, registry_page
from audit.people.roles import ROLE_LABELS, Role
from audit.steps.identify.rules import DEFAULT_CRITERIA
from audit.steps.intake.columns import LAYOUTS
from audit.steps.intake.rules.codes import CODES
from audit.steps.packet.forms import WORKSHEETS
from audit.store.sealed import SealedJson, SealedText
from tests.conftest import OPENED_AT

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
STALE = f"docs/reference does not say what the code says. Write it again with: {COMMAND}"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return written()


def test_the_stored_pages_are_what_the_code_writes(pages: dict[str, str]) -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md")}
    differing = sorted(name for name in pages.keys() | stored.keys() if pages.get(name) != stored.get(name))
    assert not differing, f"{STALE} (differing: {', '.join(differing)})"


def test_the_same_code_writes_the_same_pages(pages: dict[str, str]) -> None:
    assert written() == pages


def test_the_index_leads_to_every_page(pages: dict[str, str]) -> None:
    assert all(f"]({name})" in pages["README.md"] for name in PAGES)


def test_links_between_pages_lead_somewhere(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for link in (part.partition(")")[0].partition("#")[0] for part in text.split("](")[1:]):
            assert link in pages, f"{name} links to {link}"


def test_every_row_of_the_table_is_on_the_page() -> None:
    text = lifecycle_page()
    for row in TRANSITIONS:
        becomes = STATUS_LABELS[row.target] if row.source != row.target else "(tetap)"
        line = next(line for line in text.splitlines() if f"<br>`{row.action}` |" in line and f"| {becomes} |" in line)
        assert row.source is None or STATUS_LABELS[row.source] in line
        assert all(condition(guard) in line for guard in row.guards)
        assert all(ROLE_LABELS[role] in line for role in row.by)


def test_the_diagram_draws_every_status_and_no_unknown_one() -> None:
    drawn = {line.split(" as ")[1] for line in diagram().splitlines() if " as " in line}
    assert drawn == {str(status) for status in Status}
    ends = {word for line in diagram().splitlines() if "-->" in line for word in line.partition(":")[0].split("-->")}
    assert {end.strip() for end in ends} <= drawn | {"[*]"}


def test_a_guard_without_its_sentence_is_not_printed_as_an_empty_condition() -> None:
    with pytest.raises(ValueError, match="has no docstring"):
        condition(lambda facts, person: None)


def test_the_matrix_marks_exactly_who_may() -> None:
    lines = permissions_page().splitlines()
    for action in Action:
        cells = next(line for line in lines if f"(`{action}`)" in line).strip("| ").split(" | ")[1:]
        marked = {role for role, cell in zip(Role, cells, strict=True) if cell == "●"}
        assert marked == {role for row in TRANSITIONS if row.action is action for role in row.by}, action


@pytest.mark.parametrize(
    ("role", "own", "other", "identity"),
    [
        (Role.SECRETARY, "melihat", "melihat", "kasusnya dan kasus lain"),
        (Role.FIELD, "melihat", "–", "kasusnya"),
        (Role.EXPERT, "melihat", "–", "kasusnya"),
        (Role.AGENCY, "melihat", "–", "tidak pernah"),
        (Role.LEADER, "melihat", "melihat", "tidak pernah"),
    ],
)
def test_what_each_role_sees_is_asked_of_the_rules(role: Role, own: str, other: str, identity: str) -> None:
    assert f"| {ROLE_LABELS[role]} | `{role}` | {own} | {other} | {identity} |" in permissions_page()


def test_every_question_of_every_form_is_on_the_page() -> None:
    lines = forms_page().splitlines()
    for form in (*WORKSHEETS.values(), *FORMS):
        for f in form.fields:
            assert any(line.startswith(f"| {f.label} | `{f.name}` | {'ya' if f.is_required else '–'} |") for line in lines), f.name


def test_every_column_and_every_problem_is_on_the_page() -> None:
    text = registry_page()
    assert all(column.header in text for layout in LAYOUTS for column in layout.columns)
    assert all(f"| `{code}` |" in text for code in CODES)


def test_every_blank_in_a_sentence_has_a_word_for_people() -> None:
    text = registry_page()
    assert set(text.replace("‹", "›").split("›")[1::2]) <= set(BLANKS.values())


def test_every_screening_rule_is_on_the_page(pages: dict[str, str]) -> None:
    assert all(f"| `{rule.code}` |" in pages["penapisan.md"] for rule in DEFAULT_CRITERIA.rules)


def test_the_data_model_names_every_column_and_says_which_are_sealed() -> None:
    chapters = dict(part.split("\n", 1) for part in data_model_page().split("\n## ")[1:])
    for one in METADATA.tables.values():
        for column in one.columns:
            line = next(line for line in chapters[one.name].splitlines() if line.startswith(f"| `{column.name}`"))
            assert ("tersandi" in line) == isinstance(column.type, (SealedText, SealedJson)), f"{one.name}.{column.name}"


def test_the_example_settings_open_a_cycle(session: Session) -> None:
    cycle = open_cycle(session, yaml.safe_load(EXAMPLE), at=OPENED_AT)
    assert cycle.code == "2026-2"
    assert cycle.settings["quotas"]["balita"] == {"35.09.22": 6, "35.09.25": 6, "35.09.30": 5}


def test_a_table_with_a_short_row_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns"):
        table(("a", "b"), [("x",)])


def test_a_bar_or_a_line_break_does_not_break_a_table() -> None:
    assert table(("a",), [("x|y\nz",)]).splitlines()[-1] == r"| x\|y z |"


def test_writing_twice_changes_nothing_the_second_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert "11 halaman berubah" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Tidak ada halaman yang berubah.\n"
    assert main([]) == 2
