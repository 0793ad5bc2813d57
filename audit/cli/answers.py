"""Reading a YAML file of answers, as far as it can be trusted: small, plain, every key once. What answers mean is the forms' business."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from audit.cli.given import read_given_text
from audit.errors import Refused

LARGEST_FILE = 2_000_000
_PLAIN = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")),
    ("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789")),
)
"""What is not a text. YAML 1.1 would also turn `no` into false, a phone number into octal and 2026-02-31 into a crash."""


class _Answers(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the library's own shape

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise _NotPlain("yaml_alias", f"baris {line}: acuan (*) ke isian lain tidak dipakai di sini; tulis isinya sekali lagi.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name, line = str(key.value)[:40], key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _NotPlain("not_yaml", f"baris {line}: nama isian harus satu kata.")
            if name in seen:
                raise _NotPlain("yaml_key_twice", f"baris {line}: “{name}” tertulis dua kali.")
            seen.add(name)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in _PLAIN:
    _Answers.add_implicit_resolver(_tag, _pattern, _first)


class _NotPlain(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        self.code, self.sentence = code, sentence


def read_answers(file: Path) -> dict[str, Any]:
    """The mapping in a YAML file (UTF-8): names to texts, whole numbers, decimals, true/false, None, lists and further mappings.

    Dates stay texts, for the forms to read. Raises Refused with a sentence when the file cannot be read or is something else.
    """
    text = read_given_text(file, largest=LARGEST_FILE)
    try:
        found = yaml.load(text, _Answers)
    except _NotPlain as problem:
        raise Refused.because(problem.code, f"{file.name} {problem.sentence}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" baris {mark.line + 1}, kolom {mark.column + 1}" if mark else ""
        sentence = f"{file.name}{place}: bukan YAML yang benar. Periksa lekuk baris, titik dua, dan tanda kutip di sekitar baris itu."
        raise Refused.because("not_yaml", sentence) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Refused.because("not_yaml", f"{file.name}: isinya bukan YAML yang dapat dibaca.") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Refused.because("not_a_mapping", f"{file.name}: isinya harus pasangan “nama: nilai”, satu nama satu baris.")
    return {str(name): value for name, value in found.items()}
