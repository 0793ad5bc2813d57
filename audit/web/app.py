"""The application: which address leads to which page, and what every request passes. A new page is a row in ROUTES."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from audit import clock
from audit.casework.installation import Installation
from audit.web import assets, handling
from audit.web.guarding import Allowance, OnlySoMany, SafeHeaders
from audit.web.pages import verify

ROUTES: Sequence[Route] = (
    Route("/", verify.home),
    Route("/v", verify.form),
    Route("/v/{code:path}", verify.document),
    Route("/static/{name}", assets.asset),
)
"""Address -> page. Every page of today is for anybody; what asks for a person comes with signing in."""

PUBLIC_ALLOWANCE = Allowance(requests=60, seconds=60)
"""A hall full of guests behind one address can read the code on the screen; a machine that tries codes cannot go on."""


def create_app(
    installation: Installation, *, now: Callable[[], datetime] = clock.now, allowance: Allowance = PUBLIC_ALLOWANCE
) -> Starlette:
    """The application over an open installation, which the caller closes. now: the clock of the allowance; allowance: for one address."""
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(handling.FaultsToPages),
            Middleware(OnlySoMany, allowance=allowance, now=now, free=assets.FOLDER),
        ],
        exception_handlers=dict(handling.HANDLERS),
    )
    app.state.installation = installation
    return app
