"""The very first page of an installation: whoever can read the start code on the machine makes the account of the secretariat."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from starlette.responses import Response

from audit.errors import Refused
from audit.people.passwords import LEAST
from audit.people.sign_in import FIRST_USERNAME, make_first_account, sign_in
from audit.web.form_parts import FieldView, ProblemLine
from audit.web.open_door import Visitor, beside, door, one_form, sentence_at
from audit.web.sent import Sent

_FIELDS = ("start_code", "name", "username", "password", "again")
WRONG_CODE = "Kode awal tidak cocok. Kode delapan angka itu tertulis di jendela tempat AKS dijalankan."
NOT_THE_SAME = "Kedua kata sandi tidak sama. Ketik kata sandi yang sama dua kali."


def show(visitor: Visitor) -> Response:
    """The questions about the first account; once there is one, the page to sign in."""
    if not visitor.is_first():
        return visitor.go("/masuk")
    return _draw(visitor, {"username": FIRST_USERNAME})


def take(visitor: Visitor, sent: Sent) -> Response:
    """Make the account and sign its owner in. Nothing else is looked at before the start code is right."""
    if not visitor.is_first():
        return visitor.go("/masuk", said="Akun pertama sudah dibuat. Masuklah dengan akun Anda.", tone="info")
    typed = {name: sent.text(name) for name in _FIELDS}
    expected = visitor.request.app.state.start_code
    if not hmac.compare_digest(typed["start_code"].replace(" ", "").encode(), expected.encode()):
        return _draw(visitor, typed, (ProblemLine("f-start_code", WRONG_CODE),), status=422)
    if typed["password"] != typed["again"]:
        return _draw(visitor, typed, (ProblemLine("f-again", NOT_THE_SAME),), status=422)
    sessions = visitor.installation.sessions
    try:
        person = make_first_account(sessions, typed, at=visitor.at)
        opened = sign_in(sessions, person.username, typed["password"], at=visitor.at, device=visitor.device)
    except Refused as refusal:
        return _draw(visitor, typed, beside(refusal, _FIELDS), status=422)
    visitor.request.app.state.start_code = None
    said = "Akun sekretariat siap. Tambahkan rekan Anda di Pengaturan, lalu buka siklus pertama."
    return visitor.go("/", said=said, token=opened.token)


def _draw(visitor: Visitor, typed: dict[str, str], problems: Sequence[ProblemLine] = (), *, status: int = 200) -> Response:
    def asked(name: str, label: str, control: str, help: str, autocomplete: str) -> FieldView:
        value = "" if control == "password" else typed.get(name, "")[:400]
        return FieldView(
            name, label, control, value, help=help, is_required=True, autocomplete=autocomplete, problem=sentence_at(problems, name)
        )

    form = one_form(
        "/mulai",
        (
            asked("start_code", "Kode awal", "code", "Delapan angka di jendela tempat AKS dijalankan.", "one-time-code"),
            asked("name", "Nama Anda dengan gelar", "text", "Seperti tercetak pada berita acara.", "name"),
            asked("username", "Nama pengguna", "text", "Untuk masuk: huruf, angka, titik, atau tanda hubung.", "username"),
            asked("password", "Kata sandi", "password", f"Paling sedikit {LEAST} huruf; beberapa kata yang mudah diingat.", "new-password"),
            asked("again", "Kata sandi sekali lagi", "password", "", "new-password"),
        ),
        "Buat akun dan masuk",
        problems=problems,
    )
    lead = "Belum ada yang dapat masuk. Akun pertama adalah akun sekretariat, yang kemudian mengundang semua yang lain."
    return visitor.draw("Memulai AKS", form, lead=lead, status=status)


ROUTES = (door("/mulai", show, take),)
