"""Compose the messages for invalid arguments.

They suggest commands and options that are similar to unknown ones.
"""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import click

from indexer.errors import Message, message
from indexer.option_tables import choice_words, wrong_value
from searcher.commands.options import describe_range
from searcher.present.catalogue import say, translate

if TYPE_CHECKING:
    from collections.abc import Iterable


_NEAR: Final = 0.75  # minimum similarity of names; below it, meanings differ: --author is not --to
# An option, the suggestion, and the unknown names for which it is suggested. {} is the name as typed.
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
    """Return a suggestion for an unknown command, or an empty string."""
    meant = [ours for ours, names in _OTHER_COMMANDS.items() if name in names.split()]
    meant = meant or get_close_matches(name, commands, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def _suggest_option(error: click.NoSuchOption, command: click.Command) -> str:
    """Return a suggestion for an unknown option, or an empty string."""
    there = {name for option in command.params for name in option.opts}
    name = error.option_name.lstrip("-")
    meant = [
        translate(reported).format(name)
        for option, reported, names in _OTHER_NAMES
        if option in there and name in names.split()
    ] or get_close_matches(error.option_name, there, n=1, cutoff=_NEAR)
    return say("output.did_you_mean", name=meant[0]) if meant else ""


def _query_with_minus(context: click.Context, own: list[str]) -> str:
    """Return the message for a query with an excluded word that was parsed as an option.

    ``-word`` in a query needs quotation marks, or ``--`` before it.
    """
    words = _words(context, own)
    minus = next((word for word in words if word.startswith("-")), "-word")
    query = " ".join(words) or "-word"
    behind = "-- " if query.startswith("-") else ""
    command = f"dragoman {context.info_name} {behind}{_quote(query)}"
    return say("output.minus_behind" if behind else "output.minus_quoted", word=minus, command=command)


def _words(context: click.Context, own: list[str]) -> list[str]:
    """Return the typed arguments other than options and their values."""
    takes_value = {
        name: not getattr(option, "is_flag", False)
        for option in context.command.params
        for name in option.opts
        if name.startswith("-")
    }
    left = iter(own)
    words = []
    for argument in left:
        if not argument.startswith("--"):
            words.append(argument)
        elif takes_value.get(argument):
            next(left, None)
    return words


def _quote(query: str) -> str:
    return f'"{query}"' if not set(query) & set('"$`\\!') else shlex.quote(query)


def usage_line(error: click.ClickException, typed: list[str]) -> str:
    """Return the message for invalid arguments, with a hint about the help."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    name = context.info_name if context else None
    own = typed[typed.index(name) + 1 :] if name in typed else []
    line = _argument_error(error, own)
    if context is None or context.parent is None:
        command = context.invoked_subcommand if context else None
        return say("output.see_help", line=line, command=f"{command} " if command else "")
    if isinstance(error, click.MissingParameter) and error.param and error.param.name == "query":
        line = _missing_query(context, own)
    if isinstance(error, click.NoSuchOption):
        option, meant = error.option_name, _suggest_option(error, context.command)
        asks = any(argument.name == "query" for argument in context.command.params)
        if asks and not option.startswith("--") and not (meant and option in own):  # an excluded word: -word
            return _query_with_minus(context, own)
        line += meant
    return say("output.see_help", line=line, command=f"{context.info_name} ")


def _argument_error(error: click.ClickException, own: list[str]) -> str:
    """Return the message for invalid arguments."""
    if isinstance(error, click.MissingParameter) and error.param:
        is_option = isinstance(error.param, click.Option)
        name = error.param.get_error_hint(error.ctx)
        return say("output.missing_option" if is_option else "output.missing_argument", name=name)
    if isinstance(error.message, Message):
        return translate(error.message)
    if not (isinstance(error, click.BadParameter) and error.param):
        return _name_error(error, own)
    given = error.message.partition(" is not ")[0].strip("'")
    if meant := describe_range(error.param.type):
        line = translate(wrong_value(error.param.opts[0], meant, given))
        others = {one.name for one in error.ctx.command.params} if error.ctx else set()
        if error.param.name == "limit" and "all_hits" in others:
            line += say("output.every_hit")
    elif isinstance(error.param.type, click.Choice):
        line = translate(wrong_value(error.param.opts[0], choice_words(error.param.type.choices), given))
    else:
        line = error.format_message()
    if error.param.multiple and "," in given:
        line = say("output.each", line=line.rstrip("."))
    return line


def _name_error(error: click.ClickException, own: list[str]) -> str:
    """Return the message for an unknown option, or for an unexpected or missing value."""
    if isinstance(error, click.NoSuchOption):
        return say("output.no_option", option=error.option_name)
    if isinstance(error, click.BadOptionUsage) and error.ctx:
        return _option_error(error.option_name, error.ctx)
    if type(error) is click.UsageError and error.ctx:  # click's error for further arguments
        _, further, _ = error.ctx.command.make_parser(error.ctx).parse_args(own)
        return say("output.extra_arguments", n=len(further), arguments=" ".join(further))
    return error.format_message()


def _option_error(name: str, context: click.Context) -> str:
    """Return the message for an option without its value, or for a flag with a value."""
    command = context.command
    if isinstance(command, click.Group):  # click does not set the context of the command
        command = command.commands.get(context.invoked_subcommand or "", command)
    options = [one for one in command.params if name in {*one.opts, *one.secondary_opts}]
    is_flag = any(getattr(one, "is_flag", False) for one in options)
    return say("output.takes_no_value" if is_flag else "output.needs_value", name=name)


def _missing_query(context: click.Context, own: list[str]) -> str:
    """Return the message for a missing query."""
    if context.info_name != "search":
        return say("output.no_words")
    command = " ".join(filter(None, ("dragoman search '*'", shlex.join(own))))
    return say("output.no_query", command=command)
