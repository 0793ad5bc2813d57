"""The application: which address leads to which page, and what every request passes. A new page is a row of its module's PAGES."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from audit import clock
from audit.casework.installation import Installation
from audit.settings import OfficeSignIn
from audit.web import assets, handling, offline
from audit.web.api.app import mount_api
from audit.web.desk import KeptNames, Page
from audit.web.guarding import Allowance, OnlySoMany, SafeHeaders
from audit.web.pages import (
    account,
    account_second_factor,
    account_tokens,
    action,
    assignment,
    availability,
    calendar,
    candidates,
    case,
    cases,
    cycle,
    cycle_errands,
    cycle_opening,
    document,
    documents,
    doubts,
    first_run,
    history,
    home,
    import_errand,
    import_one,
    imports,
    invitation,
    meetings,
    oidc,
    panel_consensus,
    panel_meeting,
    plan,
    plans,
    returned_forms,
    review,
    reviews,
    scorecards,
    settings,
    settings_account_steps,
    settings_accounts,
    sign_in,
    verify,
    visit_record,
    visits,
    worksheet,
)

FOR_ANYBODY: Sequence[Route] = (
    *sign_in.ROUTES,
    *oidc.ROUTES,
    *calendar.ROUTES,
    *invitation.ROUTES,
    *first_run.ROUTES,
    Route("/v", verify.form),
    Route("/v/{code:path}", verify.document),
    Route("/static/{name}", assets.asset),
    *offline.ROUTES,
)
"""Address -> page, for who is not signed in."""

PAGES: Sequence[Page] = (
    *sign_in.PAGES,
    *settings.PAGES,
    *account_tokens.PAGES,
    *account_second_factor.PAGES,
    *account.PAGES,
    *history.PAGES,
    *calendar.PAGES,
    *settings_accounts.PAGES,
    *settings_account_steps.PAGES,
    *home.PAGES,
    *cycle_opening.PAGES,
    *cycle.PAGES,
    *cycle_errands.PAGES,
    *candidates.PAGES,
    *cases.PAGES,
    *case.PAGES,
    *action.PAGES,
    *visits.PAGES,
    *visit_record.PAGES,
    *worksheet.PAGES,
    *plans.PAGES,
    *plan.PAGES,
    *imports.PAGES,
    *import_errand.PAGES,
    *doubts.PAGES,
    *import_one.PAGES,
    *documents.PAGES,
    *returned_forms.PAGES,
    *document.PAGES,
    *scorecards.PAGES,
    *review.PAGES,
    *reviews.PAGES,
    *meetings.PAGES,
    *panel_meeting.PAGES,
    *panel_consensus.PAGES,
    *assignment.PAGES,
    *availability.PAGES,
)
"""The workspace. Each row says who may open it; the door in desk.py checks it."""

PUBLIC_ALLOWANCE = Allowance(requests=60, seconds=60)
"""A hall full of guests behind one address can read the code on the screen; a machine that tries codes cannot go on. By each process."""

OFFICE_ALLOWANCE = Allowance(requests=3000, seconds=60)
"""Fifty people of one office share an address."""

OPEN_TO_ALL = ("/v", "/masuk", "/mulai", "/undangan", "/kalender")


def create_app(
    installation: Installation,
    *,
    now: Callable[[], datetime] = clock.now,
    allowance: Allowance = PUBLIC_ALLOWANCE,
    start_code: str | None = None,
    is_demo: bool = False,
    behind_https: bool = False,
    oidc: OfficeSignIn | None = None,
) -> Starlette:
    """The application over an open installation, which the caller closes.

    now: the clock of the pages; allowance: of what is open to all, for one address. start_code: what the page that makes the first account
    asks for, None when somebody can sign in already. is_demo: everybody may become everybody. behind_https: a proxy of the office speaks
    HTTPS in front of us, so that cookies are for HTTPS only. oidc: the sign-in service of the office, None when it has none.
    """
    app = Starlette(
        routes=[*FOR_ANYBODY, mount_api(installation, now=now), *(page.route for page in PAGES)],
        middleware=[
            Middleware(SafeHeaders, is_behind_proxy=behind_https),
            Middleware(handling.FaultsToPages),
            # What is compressed tells by its length; the one secret on a page, the token of its forms, has another mask in every answer.
            # Level 4: the highest takes much longer for a page that is hardly smaller.
            Middleware(GZipMiddleware, minimum_size=500, compresslevel=4),
            Middleware(OnlySoMany, allowance=allowance, now=now, only=OPEN_TO_ALL),
            Middleware(OnlySoMany, allowance=OFFICE_ALLOWANCE, now=now, free=assets.FOLDER),
        ],
        exception_handlers=dict(handling.HANDLERS),
    )
    app.state.installation, app.state.now = installation, now
    app.state.start_code, app.state.is_demo, app.state.behind_https = start_code, is_demo, behind_https
    app.state.oidc = oidc
    app.state.names = KeptNames()
    with installation.reading() as session:
        app.state.names.read(session, at=now())
    return app


def settle_memory() -> None:
    """For a process that goes on to serve pages: what is loaded by now stays, so the collector need not go through it again and again.

    Without this about one page in twenty waits a tenth of a second for it.
    """
    gc.collect()
    gc.freeze()
