"""A leaf of a query tree for words of the index that are known already: those that a pattern stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.query import MultiTerm

from indexer.schema import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence


class FoundWords(MultiTerm):  # type: ignore[misc]  # Whoosh has no types
    """Any of some words, as they stand in texts; each document counts alike, whichever it has.

    Attributes:
        fieldname: The field of unstemmed words.
        text: The pattern that they were found by.
        found: The words, each once.
    """

    def __init__(self, text: str, found: Sequence[str]) -> None:
        self.fieldname = WORDS
        self.text = text
        self.found = found
        self.boost = 1.0
