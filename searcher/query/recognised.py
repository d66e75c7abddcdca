"""A label that was recognised in a query."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class Recognised(NamedTuple):
    """Words of a query that are a label.

    Attributes:
        first, last: Its first and last chunk.
        words: How many words it has.
        language: The language of the label.
        terms: Its terms in that language.
        concepts: The numbers of what it may mean.
        distance: How far its words are from those typed, in all.
        acronym: It is one that was typed in capitals.
    """

    first: int
    last: int
    words: int
    language: str
    terms: tuple[str, ...]
    concepts: tuple[int, ...]
    distance: int
    acronym: bool
