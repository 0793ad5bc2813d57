"""What the pages of the field need where there is no network: the answer a waiting phone understands, and the worker that keeps pages.

What the phone itself does is in templates/web/static/offline.js and sw.js. Nothing here decides whether a form is taken.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audit.render import html
from audit.web.assets import assets
from audit.web.desk import Desk
from audit.web.sent import Sent
from audit.web.shell import Notice, answer, shell

BY_SCRIPT = "X-Luring"
"""The header with which offline.js sends a form; a page that was left by a click has none."""

WHERE_NEXT = "X-Lanjut"
"""The header that tells offline.js which page comes after a form that was taken."""

MAY_BE_KEPT = "X-Simpan-Halaman"
"""The header by which a page says that a phone may keep it for a place without network. Never on a page that shows who a case is about."""

OWNER = "pemilik"
"""The hidden field that says whose form it is, so that a phone that two people share sends nothing in the name of the other."""


def to_the_phone(desk: Desk, response: Response) -> Response:
    """The same answer, so that a script that sent the form learns where to go on: 204 with an address in place of 303."""
    if desk.request.headers.get(BY_SCRIPT) is None or response.status_code != 303:
        return response
    told = Response(status_code=204, headers={WHERE_NEXT: response.headers["location"]})
    for name, value in response.headers.items():
        if name == "set-cookie":
            told.headers.append(name, value)
    return told


def kept_by_the_phone(response: Response, *, is_masked: bool) -> Response:
    """The page, marked as one that a phone may keep when nothing on it tells who a case is about."""
    if is_masked:
        response.headers[MAY_BE_KEPT] = "ya"
    return response


def of_another(desk: Desk, sent: Sent) -> Response | None:
    """The answer to a form that was typed by somebody else on this phone; None when it is this person's (or does not say)."""
    if sent.text(OWNER) in ("", str(desk.person.id)):
        return None
    sentences = (
        "Isian ini diketik dengan akun lain di perangkat ini. Masuk dengan akun itu untuk mengirimnya.",
        "Tidak ada yang tercatat.",
    )
    return answer("web/notice.html", Notice(shell("Isian akun lain"), "Isian ini milik akun lain", sentences), status=412)


def owner(desk: Desk) -> tuple[str, str]:
    """The hidden field of a form that a phone may keep."""
    return (OWNER, str(desk.person.id))


def worker(_request: Request) -> Response:
    """The service worker, served at the top so that it may answer for every page; it names the files of this version."""
    source = (html.templates_folder() / "web" / "worker" / "sw.js").read_text(encoding="utf-8")
    wanted = sorted(one.address for name, one in assets().items() if not name.endswith(".png"))
    listed = ",".join(f'"{address}"' for address in wanted)
    body = source.replace('"BERKAS"', listed)
    return Response(body, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


ROUTES = (Route("/sw.js", worker),)
