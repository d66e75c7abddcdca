"""An option that a command does not have: which one may be meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
