"""A command or an option that is not there: which one may be meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

_NEAR: Final = 0.75  # likeness of names; those less alike have another meaning: --author is not --to
# Other names for what a command has: the option, how it is told, the names. {} is the name as typed.
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
    ("--strict", "a phrase in quotation marks", "phrase exact"),
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


def command_meant(name: str, commands: Iterable[str]) -> str:
    """Say which command may be meant by one that is not there; nothing where none may."""
    meant = [ours for ours, names in _OTHER_COMMANDS.items() if name in names.split()]
    meant = meant or get_close_matches(name, commands, n=1, cutoff=_NEAR)
    return f"; did you mean {meant[0]}?" if meant else ""


def option_meant(error: click.NoSuchOption, command: click.Command) -> str:
    """Say which option may be meant by one that is not there; nothing where none may.

    Args:
        error: It names the option that is not there.
        command: The command.
    """
    there = {name for option in command.params for name in option.opts}
    name = error.option_name.lstrip("-")
    meant = [
        told.format(name) for option, told, names in _OTHER_NAMES if option in there and name in names.split()
    ] or get_close_matches(error.option_name, there, n=1, cutoff=_NEAR)
    return f"; did you mean {meant[0]}?" if meant else ""
