"""The API against its own OpenAPI document: schemathesis sends what the document allows and what it does not, as several people."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from audit.lifecycle.vocabulary import Status
from tests.web.conftest import Pages
from tests.web.test_api import program

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis


@pytest.mark.parametrize("username", ["sekretariat", "perkim"])
def test_every_answer_is_as_the_document_says(pages: Pages, username: str) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    client = program(pages, username)
    token: Any = client.headers["Authorization"]
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sends(one: Any) -> None:
            nonlocal asked
            asked += 1
            pages.wait(5)  # so that nobody asks too often
            if "number" in one.path_parameters and asked % 2:
                one.path_parameters["number"] = case.number
            one.call_and_validate(headers={"Authorization": token})

        operation_test = _given(operation, sends)
        operation_test()
    assert asked > 60


def _given(operation: Any, test: Any) -> Any:
    from hypothesis import given

    return given(one=operation.as_strategy())(test)
