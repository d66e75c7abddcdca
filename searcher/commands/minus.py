"""A query with a minus that is taken for an option: how it is to be typed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def query_with_minus(context: click.Context, typed: list[str]) -> str:
    """Say that a word with a minus is read as an option, and show the query as it is to be typed.

    Args:
        context: The command, which takes a query.
        typed: All arguments as they were typed.
    """
    words = _words(context, typed)
    minus = next((word for word in words if word.startswith("-")), "-word")
    query = " ".join(words) or "-word"
    behind = "-- " if query.startswith("-") else ""
    where = "behind --" if behind else "in quotation marks"
    return (
        f"“{minus}” is read as an option, since it begins with a minus; put the query {where}: "
        f"dragoman {context.info_name} {behind}{_quoted(query)}"
    )


def _words(context: click.Context, typed: list[str]) -> list[str]:
    """List the arguments that are no option and no option's value."""
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
