"""Which passwords are taken, and that a check costs the same whether there is a password or not. No database."""

from __future__ import annotations

import statistics
import time

import pytest

from audit.errors import Refused
from audit.people.devices import device_words
from audit.people.passwords import LEAST, MOST, STANDARD, Hashing, check_new

QUICK = Hashing(time_cost=1, memory_kib=8)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("pendek", "Panjang kata sandi 6 huruf"),
        ("", "Panjang kata sandi 0 huruf"),
        ("x" * (LEAST - 1), "Panjang"),
        ("sawah " * 40, "Panjang kata sandi 240 huruf"),
        ("Rahasia123", "terlalu sering dipakai"),
        ("1234567890", "terlalu sering dipakai"),
        ("aaaaaaaaaaaa", "terlalu sering dipakai"),
        ("Bidan.Arjasa1", "tidak boleh sama dengan nama"),
        ("ninik rahayu 1987", "tidak boleh sama dengan nama"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_without_being_quoted(password: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        check_new(password, username="bidan.arjasa", name="Ninik Rahayu")
    assert [r.code for r in refused.value.reasons] == ["password"]
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["sawah hijau", "x7$kQ2!mvP", "kata sandi ibu Ninik Rahayu", "🦆🐈🐕🐎🐄🐖🐑🐐🐓🦃", "abcd" * (MOST // 4)]
)
def test_a_password_that_is_long_enough_is_taken(password: str) -> None:
    check_new(password, username="bidan.arjasa", name="Ninik Rahayu")
    assert QUICK.check(password, QUICK.hash(password)).is_right


def test_a_check_tells_right_from_wrong_and_takes_another_keyboard() -> None:
    kept = QUICK.hash("caf\u00e9 di tepi sawah")
    assert QUICK.check("cafe\u0301 di tepi sawah", kept).is_right
    assert not QUICK.check("cafe di tepi sawah", kept).is_right
    assert not QUICK.check("x" * 10_000, kept).is_right
    assert kept != QUICK.hash("caf\u00e9 di tepi sawah"), "every hash has a salt of its own"


def test_a_password_longer_than_may_be_is_not_right_for_what_it_begins_with() -> None:
    password = "abcd" * (MOST // 4)
    assert not QUICK.check(password + "e", QUICK.hash(password)).is_right


def test_a_hash_of_another_cost_is_renewed_only_for_who_knows_the_password() -> None:
    kept = Hashing(time_cost=2, memory_kib=8).hash("sawah hijau")
    renewed = QUICK.check("sawah hijau", kept).renewed
    assert renewed is not None
    assert QUICK.check("sawah hijau", renewed).is_right
    assert QUICK.check("sawah hijau", renewed).renewed is None
    assert QUICK.check("sawah kering", kept).renewed is None


def test_no_password_takes_as_long_as_a_wrong_one() -> None:
    hashing, kept = Hashing(time_cost=2, memory_kib=4096), Hashing(time_cost=2, memory_kib=4096).hash("sawah hijau")

    def median(against: str | None) -> float:
        taken = []
        for _ in range(9):
            begun = time.perf_counter()
            assert not hashing.check("sawah kering", against).is_right
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken)

    assert 0.4 < median(None) / median(kept) < 2.5


def test_the_usual_cost_is_what_owasp_asks_for() -> None:
    assert STANDARD.hash("sawah hijau").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
            "Chrome di Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge di Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile/15E Safari/604.1",
            "Safari di iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox di Linux"),
        ("curl/8.5.0", "Peramban lain"),
        ("<script>alert(1)</script>" * 100, "Peramban lain"),
    ],
)
def test_a_device_is_a_few_words_of_ours(sent: str, words: str) -> None:
    assert device_words(sent) == words
