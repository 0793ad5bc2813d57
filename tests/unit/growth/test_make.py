"""The LMS files are made from text that is read, never run, and nothing is lost on the way."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from importlib.resources import files

import pytest

from audit.growth.data.make import SOURCES, lms_as_integers

ROW = "{'l': Decimal('-0.1733'), 'm': Decimal('13.0245'), 's': Decimal('0.08262')}"


def source(row: str = ROW, days: tuple[int, ...] = (91, 92)) -> str:
    rows = ", ".join(f"{day}: {row}" for day in days)
    return f"from decimal import Decimal\n\nDATA = {{'female': {{{rows}}}, 'male': {{{rows}}}}}\n"


def made(text: str) -> list[int]:
    return lms_as_integers(text, first=Decimal(91), step=Decimal(1), rows=2)[1, 1].tolist()


def test_numbers_become_whole_without_loss() -> None:
    assert made(source()) == [-1733, 130245, 8262]


def test_one_decimal_too_many_is_an_error() -> None:
    with pytest.raises(ValueError, match="decimals"):
        made(source(ROW.replace("0.08262", "0.082621")))


def test_an_l_of_zero_is_an_error() -> None:
    with pytest.raises(ValueError, match="exactly 0"):
        made(source(ROW.replace("-0.1733", "0")))


def test_an_absent_row_is_an_error() -> None:
    with pytest.raises(KeyError):
        made(source(days=(91, 93)))


def test_a_table_with_code_in_it_is_an_error() -> None:
    with pytest.raises(ValueError, match="unexpected"):
        made("DATA = {'female': open('/etc/hostname'), 'male': {}}\n")


def test_every_file_made_has_the_sum_that_was_published() -> None:
    folder = files("audit.growth") / "data"
    sums = json.loads((folder / "sha256.json").read_text(encoding="utf-8"))
    assert sums == {f"{name}.npy": hashlib.sha256((folder / f"{name}.npy").read_bytes()).hexdigest() for name in SOURCES}
