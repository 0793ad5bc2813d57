"""The data set of a public edition against its own schema, without a PDF: every row, every column, both disseminations."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Group, Status
from audit.reports.dissemination.data import FIELDS, SCHEMA_NAME, TABLE_NAME, data_schema, public_table
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.stage import FIRST, SECOND
from audit.reports.dissemination.view import public_derivative
from tests.reports.dissemination_world import DESA, ReportWorld

pytestmark = pytest.mark.both_databases


@pytest.fixture
def view(session: Session, request: pytest.FixtureRequest) -> dict[str, Any]:
    world = ReportWorld(session)
    for n in range(7):
        case = world.subject(Group.BALITA if n < 5 else Group.BUMIL, DESA[n % 3], months=300 if n > 4 else 26 + n, is_male=n % 2 == 0)
        world.bring(case, Status.APPROVED)
    return public_derivative(dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on, stage=request.param))


def against(schema: dict[str, Any], table: bytes) -> list[str]:
    """What in a CSV does not keep its Table Schema; empty when all does."""
    text = table.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=schema["dialect"]["delimiter"]))
    fields = schema["schema"]["fields"]
    wrong = [] if rows[0] == [field["name"] for field in fields] else ["header"]
    for number, row in enumerate(rows[1:], start=2):
        for field, value in zip(fields, row, strict=True):
            rule = field["constraints"]
            is_missing = value in schema["schema"]["missingValues"]
            if (is_missing and rule["required"]) or (value not in rule.get("enum", [value])):
                wrong.append(f"{number} {field['name']}: {value}")
            if not is_missing and not re.fullmatch(rule.get("pattern", ".*"), value):
                wrong.append(f"{number} {field['name']}: {value}")
    names = [field["name"] for field in fields]
    keys = [tuple(row[names.index(key)] for key in schema["schema"]["primaryKey"]) for row in rows[1:]]
    return wrong + (["key"] if len(set(keys)) != len(keys) else [])


@pytest.mark.parametrize("view", [FIRST, SECOND], indirect=True)
def test_the_table_keeps_its_schema(view: dict[str, Any]) -> None:
    schema, table = json.loads(data_schema(view)), public_table(view)
    assert against(schema, table) == []
    assert schema["path"] == TABLE_NAME and SCHEMA_NAME == "skema-data.json"
    assert [field["title"] for field in schema["schema"]["fields"]] == [field.meaning for field in FIELDS]


@pytest.mark.parametrize("view", [SECOND], indirect=True)
@pytest.mark.parametrize("bad", [",Arjasa,,5", "Keadaan kasus,Arjasa,,4 kasus", "Rahasia,Arjasa,,5", "Keadaan kasus,,,7"])
def test_a_row_that_does_not_belong_there_is_noticed(view: dict[str, Any], bad: str) -> None:
    table = public_table(view) + bad.encode() + b"\r\n"
    assert len(against(json.loads(data_schema(view)), table)) == 1


@pytest.mark.parametrize("view", [FIRST, SECOND], indirect=True)
def test_a_table_has_only_what_its_report_prints(view: dict[str, Any]) -> None:
    tables = {row[0] for row in csv.reader(io.StringIO(public_table(view).decode("utf-8-sig")))}
    assert ("Kegiatan menurut bulan tenggat" in tables) is (view["stage"] == FIRST)
    assert ("Keadaan kasus setelah tindak lanjut" in tables) is (view["stage"] == SECOND)
    assert not [row for row in public_table(view).decode("utf-8-sig").splitlines() if row.startswith(("=", "+", "-", "@"))]
