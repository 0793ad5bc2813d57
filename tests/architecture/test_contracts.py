"""Every import contract holds, and every one of them catches a violation that is planted for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = {
    # contract: the file, the line planted in it, and the import that the contract must complain about
    "The layers of audit": ("audit/regions/__init__.py", "import audit.casework.perform", "audit.regions -> audit.casework.perform"),
    "A later step may read an earlier one": (
        "audit/steps/packet/queries.py",
        "import audit.steps.evaluate.queries",
        "audit.steps.packet.queries -> audit.steps.evaluate.queries",
    ),
    "The rooms of a step": (
        "audit/steps/recommend/tables.py",
        "import audit.steps.recommend.actions",
        "audit.steps.recommend.tables -> audit.steps.recommend.actions",
    ),
    "Rules, forms, growth": ("audit/steps/review/rules/panel.py", "import sqlalchemy", "audit.steps.review.rules.panel -> sqlalchemy"),
    "audit knows neither Prefect": ("audit/reports/pages.py", "import flows.tasks", "audit.reports.pages -> flows.tasks"),
    "Flows know nothing": ("flows/tasks.py", "import audit.demo.cast", "flows.tasks -> audit.demo.cast"),
    "Nobody below the edge": ("audit/lifecycle/history.py", "import audit.clock", "audit.lifecycle.history -> audit.clock"),
    "WeasyPrint and Jinja": ("audit/casework/panels.py", "import weasyprint", "audit.casework.panels -> weasyprint"),
    "No cycles among siblings": ("audit/store/canonical.py", "import audit.store.files", "audit.store"),
}


def lint(folder: Path) -> str:
    """What import-linter says of the packages in `folder`."""
    program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--config", "pyproject.toml", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return " ".join((done.stdout + done.stderr).split())


@pytest.fixture(scope="module")
def said_of_the_planted() -> str:
    """One run over a copy of the code with every violation in it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for package in ("audit", "flows"):
            shutil.copytree(ROOT / package, Path(folder) / package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        for file, line, _ in PLANTED.values():
            path = Path(folder) / file
            path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
        (Path(folder) / "audit" / "utils.py").write_text("", encoding="utf-8")
        (Path(folder) / "audit" / "steps" / "review" / "helpers.py").write_text("", encoding="utf-8")
        return lint(Path(folder))


def test_every_contract_holds() -> None:
    said = lint(ROOT)
    assert f"Contracts: {len(PLANTED)} kept, 0 broken." in said, said


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_caught(said_of_the_planted: str, contract: str) -> None:
    summary, _, broken = said_of_the_planted.partition("Broken contracts")
    assert contract in summary
    part = broken[broken.index(contract) :]
    assert PLANTED[contract][2] in part


def test_a_new_drawer_has_no_place(said_of_the_planted: str) -> None:
    assert "audit.utils" in said_of_the_planted
    assert "audit.steps.review.helpers" in said_of_the_planted or "helpers" in said_of_the_planted
