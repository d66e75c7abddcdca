"""The fields of the index as Whoosh's schema; their postings are analysed before Whoosh sees a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from whoosh import fields, formats
from whoosh.system import pack_uint

from indexer import schema as names


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


class PostingsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
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


def whoosh_schema() -> fields.Schema:
    """Make the Whoosh schema of the index."""
    types: dict[str, object] = {}
    for language in names.LANGUAGES:
        types[names.text_field(language)] = PostingsField(positions=True)
        types[names.title_field(language)] = PostingsField(positions=True)
    for name in (names.WORDS, names.VARIANTS, names.COUNTRY, names.LANGUAGE, names.DATING):
        types[name] = PostingsField(positions=False)
    for name in (names.START_DAY, names.END_DAY, names.ESTIMATED_START, names.ESTIMATED_END):
        types[name] = fields.NUMERIC(numtype=int, bits=32, signed=False)
    types[names.ID] = fields.ID(unique=True)
    types[names.RECORD] = fields.STORED()
    return fields.Schema(**types)
