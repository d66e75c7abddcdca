"""Describe errors of the command line with their remedies; only a command that fails loads this module."""

from __future__ import annotations

import shlex
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import Message, message
from indexer.option_tables import choice_words, number_words, wrong_value
from searcher.commands.options import TYPED
from searcher.present.catalogue import say, translated

if TYPE_CHECKING:
    from collections.abc import Iterable


_NEAR: Final = 0.75  # minimum similarity of names; below it, meanings differ: --author is not --to
# Other names for options: the option, the suggestion, the names. {} is the name as typed.
_OTHER_NAMES: Final = (
    ("--from", "--from", "since after start"),
    ("--to", "--to", "until before end"),
    ("--from", "--from and --to", "date dates year years month period"),
    ("--country", "--country", "region place"),
    ("--where", "--where {}=VALUE", "author source section topic category tag"),
    ("--format", "--format {}", "json jsonl csv"),
    ("--limit", "--limit", "n max top count number rows size hits"),
    ("--offset", "--offset", "page skip"),
    ("--sort", "--sort", "order orderby"),
    ("--strict", message("error_hints.quoted_phrase"), "phrase exact"),
    ("--yes", "--yes", "y force"),
    ("--output", "--output", "out file save"),
    ("--sort", "dragoman export -o FILE", "o out output file save"),
)
_OTHER_COMMANDS: Final = {
    "--help": "help man usage",
    "--version": "version",
    "build": "index create init import load ingest new",
    "update": "add append refresh sync reindex",
    "search": "find query ask grep q",
    "show": "get open view cat read item",
    "delete": "remove rm del drop",
    "facets": "count counts",
    "info": "stats status sources fields",
    "serve": "web server start run ui http",
    "timeline": "chart graph plot trend",
    "concordance": "kwic context",
    "export": "save dump download",
    "correct": "edit fix",
}


def usage_line(error: click.ClickException) -> str:
    """Return the message for invalid arguments, with a reference to the help."""
    line = _fault_of_arguments(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None or context.parent is None:
        command = context.invoked_subcommand if context else None
        return _with_help(line, f"{command} " if command else "")
    if isinstance(error, click.MissingParameter) and error.param and error.param.name == "query":
        line = _no_query(context)
    if isinstance(error, click.NoSuchOption):
        name, typed = error.option_name, context.meta.get(TYPED, [])
        meant = suggest_option(error, context.command)
        asks = any(argument.name == "query" for argument in context.command.params)
        if asks and not name.startswith("--") and not (meant and name in typed):  # -word
            return query_with_minus(context, typed)
        line += meant
    return _with_help(line, f"{context.info_name} ")


def _with_help(line: str, command: str) -> str:
    return say("output.see_help", line=line, command=command)


def _fault_of_arguments(error: click.ClickException) -> str:
    """Return the message for invalid arguments."""
    if isinstance(error, click.MissingParameter) and error.param:
        is_option = isinstance(error.param, click.Option)
        name = error.param.get_error_hint(error.ctx)
        return say("output.missing_option" if is_option else "output.missing_argument", name=name)
    if isinstance(error.message, Message):
        return translated(error.message)
    if not (isinstance(error, click.BadParameter) and error.param):
        return _fault_of_names(error)
    given = error.message.partition(" is not ")[0].strip("'")
    if meant := describe_range(error.param.type):
        line = translated(wrong_value(error.param.opts[0], meant, given))
        others = {one.name for one in error.ctx.command.params} if error.ctx else set()
        if error.param.name == "limit" and "all_hits" in others:
            line += say("output.every_hit")
    elif isinstance(error.param.type, click.Choice):
        line = translated(wrong_value(error.param.opts[0], choice_words(error.param.type.choices), given))
    else:
        line = error.format_message()
    if error.param.multiple and "," in given:
        line = say("output.each", line=line.rstrip("."))
    return line


def _fault_of_names(error: click.ClickException) -> str:
    """Return the message for an unknown option, one with or without a value, and further arguments."""
    if isinstance(error, click.NoSuchOption):
        return say("output.no_option", option=error.option_name)
    if isinstance(error, click.BadOptionUsage) and error.ctx:
        return _fault_of_option(error.option_name, error.ctx)
    if type(error) is click.UsageError and error.ctx:  # click has no other class for further arguments
        return further_arguments(error.ctx, error.ctx.meta.get(TYPED, []))
    return error.format_message()


def _fault_of_option(name: str, context: click.Context) -> str:
    """Return the message for an option that lacks its value, or a flag that has one."""
    command = context.command
    if isinstance(command, click.Group):  # click does not set the context of the command
        command = command.commands.get(context.invoked_subcommand or "", command)
    options = [one for one in command.params if name in {*one.opts, *one.secondary_opts}]
    is_flag = any(getattr(one, "is_flag", False) for one in options)
    return say("output.takes_no_value" if is_flag else "output.needs_value", name=name)


def _no_query(context: click.Context) -> str:
    """Return the message for a missing query; for `search` with the command that finds all items."""
    if context.info_name != "search":
        return say("output.no_words")
    from shlex import join

    typed = context.meta.get(TYPED, [])
    options = typed[typed.index("search") + 1 :] if "search" in typed else []
    command = " ".join(filter(None, ("dragoman search '*'", join(options))))
    return say("output.no_query", command=command)


def describe_range(kind: click.ParamType[Any]) -> str:
    """Return the words for the numbers that an option takes; empty for options of other types."""
    if not isinstance(kind, (click.IntRange, click.FloatRange)):
        return ""
    words = message("options.whole_number" if isinstance(kind, click.IntRange) else "options.number")
    return number_words(kind.min or 0, kind.max, words)


def suggest_command(name: str, commands: Iterable[str]) -> str:
    """Return a suggestion for an unknown command; empty if there is none."""
    meant = [ours for ours, names in _OTHER_COMMANDS.items() if name in names.split()]
    meant = meant or get_close_matches(name, commands, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def suggest_option(error: click.NoSuchOption, command: click.Command) -> str:
    """Return a suggestion for an unknown option; empty if there is none.

    Args:
        error: The error with the unknown option.
        command: The command.
    """
    there = {name for option in command.params for name in option.opts}
    name = error.option_name.lstrip("-")
    meant = [
        translated(reported).format(name)
        for option, reported, names in _OTHER_NAMES
        if option in there and name in names.split()
    ] or get_close_matches(error.option_name, there, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def query_with_minus(context: click.Context, typed: list[str]) -> str:
    """Return the message that a word with a minus is read as an option, with the corrected command.

    Args:
        context: The context of the command, which takes a query.
        typed: All arguments as typed.
    """
    words = _words(context, typed)
    minus = next((word for word in words if word.startswith("-")), "-word")
    query = " ".join(words) or "-word"
    behind = "-- " if query.startswith("-") else ""
    command = f"dragoman {context.info_name} {behind}{_quoted(query)}"
    return say("output.minus_behind" if behind else "output.minus_quoted", word=minus, command=command)


def further_arguments(context: click.Context, typed: list[str]) -> str:
    """Return the message that a command takes fewer arguments.

    Args:
        context: The context of the command.
        typed: All arguments as typed.
    """
    own = typed[typed.index(context.info_name) + 1 :] if context.info_name in typed else []
    _, further, _ = context.command.make_parser(context).parse_args(own)
    return say("output.extra_arguments", n=len(further), arguments=" ".join(further))


def _words(context: click.Context, typed: list[str]) -> list[str]:
    """Return the arguments that are neither options nor their values."""
    takes_value = {
        name: not getattr(option, "is_flag", False)
        for option in context.command.params
        for name in option.opts
        if name.startswith("-")
    }
    left = iter(typed[typed.index(context.info_name) + 1 :] if context.info_name in typed else [])
    words = []
    for argument in left:
        if not argument.startswith("--"):
            words.append(argument)
        elif takes_value.get(argument):
            next(left, None)
    return words


def _quoted(query: str) -> str:
    return f'"{query}"' if not set(query) & set('"$`\\!') else shlex.quote(query)


IN_A_CHECKOUT = message("error_hints.in_a_checkout")


def old_python_line() -> str:
    """Return the message for an old Python version."""
    this = ".".join(map(str, sys.version_info[:2]))
    return say("error_hints.old_python", this=this, checkout=IN_A_CHECKOUT)


def missing_package_line(error: ImportError) -> str | None:
    """Return the message for a missing package.

    Args:
        error: The error of an import.

    Returns:
        One line; None if a module of the program itself is missing, or a package cannot be loaded.
    """
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package in {"", "indexer", "searcher"}:
        return None
    return say("error_hints.no_package", package=package, checkout=IN_A_CHECKOUT)


def without_extra(error: ModuleNotFoundError, what: str, extra: str) -> Exception:
    """Return the error that names the extra whose libraries are missing.

    Args:
        error: The error of an import.
        what: The feature that needs them.
        extra: The extra that provides them.

    Returns:
        The error to raise; the same one if a module of the program itself is missing.
    """
    from indexer.errors import DragomanError
    from indexer.missing_extras import install_message

    if (error.name or "").partition(".")[0] in {"searcher", "indexer"}:
        return error
    return DragomanError(message("error_hints.missing", what=install_message(what, extra), name=error.name))
