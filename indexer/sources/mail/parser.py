"""Parses messages within bounds: the parser of the standard library has none."""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from itertools import count
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_HEADER: Final = 1 << 13  # characters; its parameters are parsed in the square of their number
_DEEPEST: Final = 30  # parts within parts: each line is compared with the borders of all around it
_MOST_PARTS: Final = 5000


class UnreadableMessageError(ValueError):
    """A message that cannot be parsed; its message says why, for people."""


class _AsWritten(EmailPolicy):
    """Headers as they are written, cut where they are too long."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        value = "".join((value.lstrip(" \t"), *sourcelines[1:])).rstrip("\r\n")
        return name, value[:_LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - what the library calls
        return value


class _Part(EmailMessage):
    """A part that lies no deeper than parts may."""

    depth = 0

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > _DEEPEST:
            raise UnreadableMessageError(f"a message with parts more than {_DEEPEST} deep")
        super().attach(payload)


def parse(data: bytes) -> Message:
    """Parse a message.

    Raises:
        UnreadableMessageError: It has too many parts, or is broken in a way that the parser does not know.
    """
    try:
        return BytesParser(policy=_AsWritten(message_factory=_counting())).parsebytes(data)
    except UnreadableMessageError:
        raise
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableMessageError("a message whose parts cannot be told apart") from error


def _counting() -> Callable[..., _Part]:
    """Make a function that makes the parts of one message."""
    made = count()

    def make(policy: EmailPolicy) -> _Part:
        if next(made) > _MOST_PARTS:
            raise UnreadableMessageError(f"a message of more than {_MOST_PARTS:,} parts")
        return _Part(policy)

    return make
