"""Arguments of another type than is meant: Python takes a text for true, and True for the number 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from indexer.errors import QueryError, type_name
from searcher.query.limits import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

Meant = TypeVar("Meant")


def check_number(name: str, value: object, least: int) -> None:
    """Check an argument that is a whole number.

    Args:
        name: What the argument is called.
        value: As it was given.
        least: The lowest number that it may be.

    Raises:
        TypeError: It is no whole number.
        QueryError: It is lower.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number, not {type_name(value)}")
    if value < least:
        raise QueryError(f"{name} is {least} or more, not {value}")


def check_flags(**flags: object) -> None:
    """Check arguments that are True or False.

    Raises:
        TypeError: One is neither.
    """
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise TypeError(f"{name} is True or False, not {type_name(value)}")


def check_text(name: str, value: object) -> None:
    """Check an argument that is a text.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text, not {type_name(value)}")


def facet_name(written: str) -> str:
    """Return the name of a facet or a field, which may be typed in any case and with white space.

    Raises:
        QueryError: No field can have the name.
    """
    from indexer.custom_fields import field_name  # few questions name any

    if not (name := field_name(written)):
        raise QueryError(f"no field can have the name “{shortened(written)}”; give one such as section")
    return name


def one_value(option: str, text: str, read: Callable[[str], Meant]) -> Meant:
    """Read the value of an option that may be repeated.

    Args:
        option: As it is typed: ``--country``; ``country:`` in a query.
        text: What was given for it.
        read: Reads a value.

    Returns:
        What it means.

    Raises:
        QueryError: It is none; where it is several with a comma or the like between, the message says to
            repeat the option.
    """
    try:
        return read(text)
    except QueryError:
        values = [value.strip() for value in re.split("[,;/|]", text) if value.strip()]
        if len(values) < 2:
            raise
        for value in values:
            read(value)
    before = option if option.endswith(":") else f"{option} "
    repeated = " ".join(f'{before}"{value}"' if " " in value else f"{before}{value}" for value in values)
    raise QueryError(f"“{text.strip()}” is more than one value; give each of them: {repeated}")
