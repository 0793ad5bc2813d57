"""The API put together: `/api/v1`, its OpenAPI document, its errors. What its addresses do is in cases.py and work.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from audit.casework.installation import Installation
from audit.web.api import cases, work
from audit.web.api.door import (
    STRANGER_ALLOWANCE,
    TOKEN_ALLOWANCE,
    ApiError,
    FaultsToJson,
    answer_error,
    answer_http,
    answer_invalid,
)
from audit.web.guarding import Allowance, Meter

ADDRESS = "/api/v1"


def mount_api(
    installation: Installation,
    *,
    now: Callable[[], datetime],
    tokens: Allowance = TOKEN_ALLOWANCE,
    strangers: Allowance = STRANGER_ALLOWANCE,
) -> Mount:
    """The API over an open installation, at ADDRESS. There is no page of its document: the one that FastAPI brings loads from elsewhere."""
    app = FastAPI(
        title="AKS",
        version="1",
        description="Kasus, tindakan, dan dokumen audit kasus stunting, untuk program. Hak orang di balik token berlaku di sini juga.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.installation, app.state.now = installation, now
    app.state.tokens, app.state.strangers = Meter(tokens), Meter(strangers)
    app.add_middleware(FaultsToJson)
    app.add_exception_handler(ApiError, answer_error)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.include_router(work.router)
    app.include_router(cases.router)
    return Mount(ADDRESS, app=app)
