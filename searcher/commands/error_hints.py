"""Suggest known commands and options for unknown ones."""

from __future__ import annotations

import shlex
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from searcher.present.catalogue import say, translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click


_NEAR: Final = 0.75  # minimum similarity of names; below it, meanings differ: --author is not --to
# Options with the suggestion and the other names for it. {} is the name as typed.
_OTHER_NAMES: Final = (
    ("--from", "--from", "since after start"),
    ("--to", "--to", "until before end"),
    ("--from", message("error_hints.from_and_to"), "date dates year years month period"),
    ("--country", "--country", "region place"),
    ("--add", "--add", "tag tags"),
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


def suggest_command(name: str, commands: Iterable[str]) -> str:
    """Return a suggestion for an unknown command; empty if none is similar."""
    meant = [ours for ours, names in _OTHER_COMMANDS.items() if name in names.split()]
    meant = meant or get_close_matches(name, commands, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def suggest_option(error: click.NoSuchOption, command: click.Command) -> str:
    """Return a suggestion for an unknown option; empty if none is similar."""
    there = {name for option in command.params for name in option.opts}
    name = error.option_name.lstrip("-")
    meant = [
        translated(reported).format(name)
        for option, reported, names in _OTHER_NAMES
        if option in there and name in names.split()
    ] or get_close_matches(error.option_name, there, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def query_with_minus(context: click.Context, typed: list[str]) -> str:
    """Return the message for a query with a minus that was read as an option."""
    words = _words(context, typed)
    minus = next((word for word in words if word.startswith("-")), "-word")
    query = " ".join(words) or "-word"
    behind = "-- " if query.startswith("-") else ""
    command = f"dragoman {context.info_name} {behind}{_quote(query)}"
    return say("output.minus_behind" if behind else "output.minus_quoted", word=minus, command=command)


def further_arguments(context: click.Context, typed: list[str]) -> str:
    """Return the message for more arguments than a command accepts."""
    own = typed[typed.index(context.info_name) + 1 :] if context.info_name in typed else []
    _, further, _ = context.command.make_parser(context).parse_args(own)
    return say("output.extra_arguments", n=len(further), arguments=" ".join(further))


def _words(context: click.Context, typed: list[str]) -> list[str]:
    """Return the typed arguments that are neither options nor values of options."""
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


def _quote(query: str) -> str:
    return f'"{query}"' if not set(query) & set('"$`\\!') else shlex.quote(query)


IN_A_CHECKOUT = message("error_hints.in_a_checkout")


def old_python_line() -> str:
    """Return the message for a version of Python that is too old."""
    this = ".".join(map(str, sys.version_info[:2]))
    return say("error_hints.old_python", this=this, checkout=IN_A_CHECKOUT)


def missing_package_line(error: ImportError) -> str | None:
    """Return the message for a missing package; None if a module of Dragoman is missing."""
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package in {"", "indexer", "searcher"}:
        return None
    return say("error_hints.no_package", package=package, checkout=IN_A_CHECKOUT)


def without_extra(error: ModuleNotFoundError, what: str) -> Exception:
    """Return the error for a feature that needs the extra ``serve``."""
    from indexer.errors import DragomanError, install_message

    if (error.name or "").partition(".")[0] in {"searcher", "indexer"}:
        return error
    return DragomanError(message("error_hints.missing", what=install_message(what, "serve"), name=error.name))
