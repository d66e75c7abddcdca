"""What single words tell of the language and the countries of a text."""

from __future__ import annotations

from typing import NamedTuple


class Outcome(NamedTuple):
    """What single words tell of a document.

    Attributes:
        language: Its only language; None where more than its function words has to be asked.
        named: Whether a country may be named in it.
    """

    language: str | None
    named: bool


UNDECIDED = Outcome(None, named=True)
"""What is true of any text."""
