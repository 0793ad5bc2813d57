"""What the command-line library itself says, in Indonesian: headings of the help, usage errors. Not the help of any one command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

HELP_WORDS: Mapping[str, str] = {
    "Usage:": "Cara pakai:",
    "Options:": "Pilihan:",
    "Commands:": "Perintah:",
    "Arguments:": "Argumen:",
    "Show this message and exit.": "Tampilkan bantuan ini lalu selesai.",
    "[required]": "[wajib]",
    "[default: ": "[bila kosong: ",
    "[OPTIONS]": "[PILIHAN]",
    "COMMAND [ARGS]...": "PERINTAH …",
}

_USAGE_ERRORS: Sequence[tuple[str, str]] = (
    (r"No such command '(.+?)'\.", "Perintah “{0}” tidak ada."),
    (r"Missing command\.", "Perintahnya belum disebut."),
    (r"No such option: (\S+)", "Pilihan {0} tidak ada."),
    (r"Missing argument '(.+?)'", "{0} belum disebut."),
    (r"Missing option '(.+?)'", "Pilihan {0} wajib disebut."),
    (r"Option '(.+?)' requires an argument", "Pilihan {0} memerlukan isi."),
    (r"Option '(.+?)' does not take a value", "Pilihan {0} tidak memerlukan isi."),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "Terlalu banyak isian: {0}."),
    (r"Invalid value for '(.+?)': '(.*)' is not a valid (?:integer|int)", "{0}: “{1}” bukan bilangan bulat."),
    (r"Invalid value for '(.+?)': '(.*)' is not one of (.+?)\.", "{0}: “{1}” tidak dikenal; pilih dari {2}."),
    (r"Invalid value for '(.+?)': Input should be a valid integer", "{0}: tulis bilangan bulat."),
    (r"Invalid value for '(.+?)': Input should be a valid number", "{0}: tulis angka."),
    (r"Invalid value for '(.+?)': (.+)", "{0}: {1}"),
    (r"Invalid value for (.+?): (.+)", "{0}: {1}"),
    (r"Invalid value: (.+)", "{0}"),
)
"""The library's English sentence, and ours with the same parts. Sentences that are not here stay as they are."""

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Every error of how a command was typed. Typer has no public name for the base of its public BadParameter."""


class Command(TyperCommand):
    """A command whose help is Indonesian."""

    def get_help(self, ctx: Any) -> str:
        return translated_help(super().get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        return first_phrase(self.help or "")


class Group(TyperGroup):
    """A group of commands whose help is Indonesian."""

    def get_help(self, ctx: Any) -> str:
        return translated_help(super().get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        return first_phrase(self.help or "")


def first_phrase(help: str) -> str:
    """What a list of commands says of one: its help up to the first colon, semicolon or full stop, never cut within a word."""
    return re.split(r"[:;.](?:\s|$)", help.strip(), maxsplit=1)[0]


def translated_help(text: str) -> str:
    """The help text with the library's own words replaced, padding kept where columns must stay in line."""
    for english, ours in HELP_WORDS.items():
        text = text.replace(english, ours)
    text = re.sub(r"\{(\S+?)\}", r"\1", text)
    return re.sub(r" <[a-z]+>", "", text)


def usage_sentence(error: Exception) -> str:
    """What is wrong with how the command was typed, and where the help is."""
    message: str = error.format_message()  # type: ignore[attr-defined]  # every UsageError has it
    context = getattr(error, "ctx", None)
    hint = f" Bantuan: {context.command_path} --help" if context is not None else ""
    return f"{_translated_error(message)}{_suggestion(message, error)}{hint}"


def is_bare_group(error: Exception) -> bool:
    """Whether a group was named without a command, so that its help is the answer."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _translated_error(message: str) -> str:
    for pattern, ours in _USAGE_ERRORS:
        if found := re.search(pattern, message, re.DOTALL):
            return ours.format(*found.groups())
    return message


def _suggestion(message: str, error: Exception) -> str:
    found = re.search(r"Did you mean (.+?)\?", message)
    near = found.group(1).replace("'", "") if found else ", ".join(sorted(getattr(error, "possibilities", None) or ()))
    return f" Mungkin maksudnya: {near}." if near else ""


def application(help: str, *, cls: type[TyperGroup] = Group, **more: Any) -> typer.Typer:
    """A group of commands in the manner of this program: plain Indonesian help, errors left to the edge."""
    return typer.Typer(
        cls=cls,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        options_metavar="[PILIHAN]",
        subcommand_metavar="PERINTAH …",
        **more,
    )
