"""Arguments of another type than is meant: Python takes a text for true, and True for the number 1."""

from __future__ import annotations

from indexer.errors import QueryError, type_name


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
