"""Passwords: which are taken, how they are hashed, and a check that costs the same whether there is one or not. Not who may sign in."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from dataclasses import dataclass
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from audit.errors import Refused

LEAST = 10
MOST = 200
ADVICE = f"Kata sandi paling sedikit {LEAST} huruf; beberapa kata yang mudah Anda ingat lebih baik daripada satu kata yang rumit."

_COMMONEST_WORDS = """
1234567890 0123456789 0987654321 12345678910 1234512345 1122334455 1111111111 0000000000 1q2w3e4r5t qwertyuiop asdfghjkl1 abcdefghij
password12 password123 password1234 passw0rd123 p@ssw0rd123 katasandi1 katasandi123 rahasia123 rahasia1234 sayang1234 sayangku123
indonesia1 indonesia123 indonesia45 bismillah1 bismillah123 alhamdulillah assalamualaikum administrator admin12345 admin123456
sekretariat sekretariat1 sekretariat123 puskesmas1 puskesmas123 stunting12 stunting123 auditstunting kasusstunting posyandu123
iloveyou123 qwerty1234 qwerty12345 qwerty123456 123qweasdzxc 1qaz2wsx3edc jakarta123 dinaskesehatan bidandesa123
"""
_COMMONEST = frozenset(_COMMONEST_WORDS.split())


_AT_ONCE = BoundedSemaphore(2)
"""Everybody signs in at eight: the others wait a moment, and the pages of who is in already do not."""


class Hashing:
    """Argon2id with its cost. The usual cost is OWASP's for servers without much memory: 19 MiB, two passes, one lane.

    time_cost: passes; memory_kib: KiB, from 8 up.
    """

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 19_456) -> None:
        self._hasher = PasswordHash([Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)])
        salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        self._nobodys = f"$argon2id$v=19$m={memory_kib},t={time_cost},p=1${salt}${digest}"

    def hash(self, password: str) -> str:
        """The hash to be kept, with salt and cost in it."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def check(self, password: str, kept: str | None) -> Checked:
        """Whether `password` is the one behind `kept`. None (there is none) takes the same work as a wrong password."""
        with _AT_ONCE:
            is_right, renewed = self._hasher.verify_and_update(_normal(password)[:MOST], kept or self._nobodys)
        is_right = is_right and len(_normal(password)) <= MOST
        return Checked(is_right, renewed if is_right else None)


@dataclass(frozen=True, slots=True)
class Checked:
    """renewed: the hash at today's cost when the one kept was of another; None: nothing to renew."""

    is_right: bool
    renewed: str | None


STANDARD = Hashing()


def check_new(password: str, *, username: str, name: str) -> None:
    """Raises Refused ("password") when it is too short, too long, among the commonest, or the person's own name."""
    plain = _normal(password)
    if not LEAST <= len(plain) <= MOST:
        raise Refused.because("password", f"Panjang kata sandi {len(plain)} huruf; yang dapat dipakai {LEAST}–{MOST} huruf.")
    folded = plain.casefold().strip()
    if folded in _COMMONEST or len(set(folded)) < 4:
        raise Refused.because("password", "Kata sandi ini terlalu sering dipakai orang dan mudah ditebak. Pilih yang lain.")
    if _letters(folded) in {_letters(own) for own in (username.casefold(), name.casefold(), username.casefold() + name.casefold())}:
        raise Refused.because("password", "Kata sandi tidak boleh sama dengan nama atau nama pengguna Anda. Pilih yang lain.")


def _letters(text: str) -> str:
    """Without what people put behind and between: digits, spaces, marks."""
    return "".join(c for c in text if c.isalpha())


def _normal(password: str) -> str:
    """One form for the same letters however the keyboard composed them (NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
