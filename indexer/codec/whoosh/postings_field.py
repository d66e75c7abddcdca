"""A Whoosh field whose postings come ready made: our analyzers are done before Whoosh sees a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from whoosh import formats
from whoosh.fields import FieldType
from whoosh.system import pack_uint


class Posting(NamedTuple):
    """A term of one document in one field.

    Attributes:
        term: The term.
        frequency: How often it counts; a title's occurrence may count more than once.
        positions: Where it stands, ascending, one for each occurrence; empty in fields without positions.
    """

    term: str
    frequency: int
    positions: list[int]


class PostingsField(FieldType):  # type: ignore[misc]  # Whoosh has no types
    """Takes an iterable of :class:`Posting` as its value and indexes it as it stands."""

    def __init__(self, *, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Frequency()
        self.positions = positions
        self.analyzer = None
        self.scorable = True
        self.stored = False
        self.unique = False
        self.indexed = True
        self.vector = None
        self.spelling = False
        self.column_type = None
        self.multitoken_query = "default"

    def index(self, value: Iterable[Posting], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh's writer takes: (term, frequency, weight, encoded posting)."""
        for posting in value:
            if self.positions:
                encoded = self.format.encode(posting.positions)
            else:
                encoded = pack_uint(posting.frequency)
            yield self.to_bytes(posting.term), posting.frequency, float(posting.frequency), encoded
