"""The guides tell commands that exist, files that load, and links that lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from sqlalchemy.orm import Session

from audit.casework.cycles import open_cycle
from audit.casework.questions import asked_for
from audit.cli.main import app
from audit.forms import parse
from audit.lifecycle.vocabulary import Action, Group
from audit.people.directory import add_person
from audit.steps.followup.forms import CONFIRMATION, VISIT
from audit.steps.recommend.forms import ACTION, CONSENSUS, DISSENT, RECOMMENDATION
from audit.steps.review.forms import OPINION
from tests.conftest import OPENED_AT

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "DEVELOPERS.md", *sorted((ROOT / "docs" / "panduan").glob("*.md")))
EVERY_PAGE = (*PAGES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "adr").glob("*.md")))


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def commands() -> Iterator[Any]:
    """Every `aks` command of a console block, and every one in backticks that names an action."""
    for page in PAGES:
        written = [line for block in _blocks(page, "console") for line in block.splitlines() if line.startswith("aks ")]
        written += re.findall(r"`(aks case do [^`]+)`", page.read_text(encoding="utf-8"))
        for line in dict.fromkeys(written):
            yield pytest.param(shlex.split(line.partition(" > ")[0])[1:], id=f"{page.stem}: {line}")


@pytest.mark.parametrize("arguments", list(commands()))
def test_a_command_of_a_guide_is_one_the_program_understands(arguments: list[str]) -> None:
    if "--home" in arguments:
        place = arguments.index("--home")
        arguments = arguments[place : place + 2] + arguments[:place] + arguments[place + 2 :]
    command: Any = typer.main.get_command(app)
    context = command.make_context("aks", list(arguments))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    action = context.params.get("action")
    assert action is None or action in list(Action)


def test_there_are_commands_to_check() -> None:
    assert len(list(commands())) > 40


def test_the_trial_cycle_and_its_people_load(session: Session) -> None:
    folder = ROOT / "docs" / "panduan"
    given = yaml.safe_load((folder / "orang-coba.yaml").read_text(encoding="utf-8"))["people"]
    added = [add_person(session, {**one, "roles": [one["roles"]]}, at=OPENED_AT) for one in given]
    assert len({person.username for person in added}) == 10
    cycle = open_cycle(session, yaml.safe_load((folder / "siklus-coba.yaml").read_text(encoding="utf-8")), at=OPENED_AT)
    assert cycle.code == "2026-1"


def answers(page: str, first_line: str) -> dict[str, Any]:
    """The YAML example of a guide that starts with this line."""
    found = [block for block in _blocks(ROOT / "docs" / "panduan" / page, "yaml") if block.startswith(first_line)]
    assert len(found) == 1, first_line
    loaded: dict[str, Any] = yaml.safe_load(found[0])
    return loaded


def test_the_answers_in_the_guides_are_accepted_by_the_forms() -> None:
    parse(OPINION, answers("pakar.md", "# pendapat.yaml"))
    agreed = answers("pakar.md", "# kesepakatan.yaml")
    for form, rows in ((RECOMMENDATION, agreed.pop("recommendations")), (DISSENT, agreed.pop("dissent")), (CONSENSUS, [agreed])):
        for row in rows:
            parse(form, row)
    for row in answers("sekretariat.md", "# rtl.yaml")["actions"]:
        parse(ACTION, row)
    parse(VISIT, answers("lapangan.md", "# kunjungan.yaml"))
    parse(CONFIRMATION, answers("lapangan.md", "# kepastian.yaml"))
    parse(asked_for(Action.NAME_PERSON_IN_CHARGE, Group.BALITA).form, answers("sekretariat.md", "# penanggung-jawab.yaml"))
    parse(asked_for(Action.SUBMIT_WORKSHEET, Group.BALITA).form, answers("lapangan.md", "visited_on"), partial=True)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_what_the_readme_names_in_the_tree_is_there() -> None:
    named = re.findall(r"`((?:audit|tests|bench|deploy|templates|flows)/[\w./]+\w)`", (ROOT / "DEVELOPERS.md").read_text(encoding="utf-8"))
    assert named and not [name for name in named if not (ROOT / name).exists()]
