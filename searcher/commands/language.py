"""The language in which the command line writes: tables, notes, errors and help.

It is needed before the arguments are parsed, as errors of parsing and ``--help`` are in that language too.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from indexer.data_tables import rows
from searcher.commands.options import FILE, PREFIX, user_file
from searcher.present.catalogue import LANGUAGES, language_of_command_line, say, typeset, use_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OPTION = "--ui"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # by descending precedence, as in POSIX

# Of all commands, since creating an option takes as long as creating ten messages.
UI = click.Option(
    [OPTION],
    type=click.Choice(LANGUAGES),
    expose_value=False,
    envvar=f"{PREFIX}UI",
    show_envvar=True,
    help="The language of messages, tables and help. [default: that of the terminal, else en]",
)


_help: list[bool] = []  # whether it is shown; it is translated only then, since that changes the commands


def choose_language(args: Sequence[str]) -> None:
    """Set the language of the command line: the first valid one of arguments, settings and locale."""
    use_language(next((one for one in _wanted(args) if one in LANGUAGES), "en"))
    _help[:] = [not args or not {"-h", "--help"}.isdisjoint(args)]


def _wanted(args: Sequence[str]) -> Iterator[str]:
    options = args[: args.index("--")] if "--" in args else args
    for at, argument in reversed(list(enumerate(options))):
        if argument == OPTION:
            yield "".join(options[at + 1 : at + 2])
        elif argument.startswith(f"{OPTION}="):
            yield argument.partition("=")[2]
    for command in (*[f"{one.upper()}_" for one in options], ""):
        yield os.environ.get(f"{PREFIX}{command}UI", "")
    for path in (FILE, user_file()):
        if os.path.isfile(path):  # noqa: PTH113 - pathlib takes 5 ms to load
            yield _of_file(path, options)
    if sys.stdout.isatty() and sys.stderr.isatty():
        yield next(filter(None, map(os.environ.get, _LOCALE)), "")[:2]


def _of_file(path: str, args: Sequence[str]) -> str:
    """Return the language that a file of settings sets; empty if it is invalid, which is reported later."""
    import tomllib

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            table: dict[str, Any] = tomllib.load(file)
    except (OSError, ValueError, RecursionError):
        return ""
    sections = [table.get(name) for name in args] + [table]
    return next((str(one["ui"]) for one in sections if isinstance(one, dict) and "ui" in one), "")


# The texts that click adds to a help, which have no keys, with those of ours.
_HEADINGS = {"Options": "help.options", "Commands": "help.commands"}
_ADDED = {
    "Show this message and exit.": "help.help",
    "[env var: ": "help.variable",
    "[default: ": "help.default",
    "; default: ": "help.also_default",
    "; required]": "help.also_required",
    "[required]": "help.required",
}
PARAGRAPH = " ¶ "


@cache
def _texts(language: str) -> dict[str, str]:
    column = 1 + LANGUAGES.index(language)
    return {row[0]: typeset(row[column], language) for row in rows(__file__, "help.tsv")}


def translate_help(command: click.Command, name: str) -> None:
    """Translate the help of a command and its options to the language of the command line.

    Args:
        command: The command.
        name: Its name; ``dragoman`` for the program.
    """
    language = language_of_command_line()
    if language == "en" or not any(_help):
        return
    texts = _texts(language)
    command.help = texts[name].replace(PARAGRAPH, "\n\n")
    click.Context.formatter_class = _formatter()
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = texts.get(f"{name} {option.opts[0]}") or texts[option.opts[0]]


@cache
def _formatter() -> type[click.HelpFormatter]:
    """Return the class that translates the texts of click in a help; a search does not create it."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            """Write the usage line."""
            super().write_usage(prog, args, prefix or f"{say('help.usage')} ")

        def write_heading(self, heading: str) -> None:
            """Write the heading of a section."""
            super().write_heading(say(_HEADINGS[heading]) if heading in _HEADINGS else heading)

        def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
            """Write options or commands with their descriptions."""
            found = []
            for name, text in rows:
                for added, key in _ADDED.items():
                    text = text.replace(added, say(key))  # noqa: PLW2901 - each in turn
                found.append((name, text))
            super().write_dl(found, *args, **kwargs)

    return Formatter
