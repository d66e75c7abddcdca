"""Patterns in trees that others made: the terms that a prefix, a wildcard or a fuzzy word stands for.

Questions that are typed come with the words of their patterns (see :mod:`searcher.query.patterns`). A tree
that a program builds with Whoosh's own leaves is executed all the same: what they stand for is what Whoosh
says.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from indexer.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.codec.array_index import ArrayIndex

MOST_EXPANDED_TERMS = 1024


class _Field:
    """What Whoosh's queries ask of a field's type: how its terms are written as bytes."""

    @staticmethod
    def to_bytes(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")

    @staticmethod
    def from_bytes(term: bytes) -> str:
        return term.decode("utf-8", "surrogatepass")


class _Schema(dict[str, Any]):
    def __missing__(self, name: str) -> type[_Field]:
        return _Field

    def __contains__(self, name: object) -> bool:
        return True


class LexiconReader:
    """The part of Whoosh's reader that a query needs to find its terms, over our lexicons."""

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self.schema = _Schema()

    def terms_from(self, field: str, prefix: bytes | str) -> Iterator[tuple[str, bytes]]:
        """Yield (field, term) for the terms of a field from ``prefix`` on, in order, then stop."""
        start = _Field.to_bytes(prefix)
        if len(self._index.segments) == 1:
            segment = self._index.segments[0]
            if field in segment.fields:
                lexicon = segment.lexicon(field)
                for term in lexicon.walk(range(lexicon.floor(start), len(lexicon))):
                    yield field, term
            return
        for term in self._index.terms_with_prefix(field, b""):
            if term >= start:
                yield field, term

    def expand_prefix(self, field: str, prefix: bytes | str) -> Iterator[bytes]:
        """Yield the terms that start with a prefix."""
        yield from self._index.terms_with_prefix(field, _Field.to_bytes(prefix))

    def lexicon(self, field: str) -> Iterator[bytes]:
        """Yield all terms of a field."""
        yield from self._index.terms_with_prefix(field, b"")

    def terms_within(self, field: str, text: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """Yield the terms within a Levenshtein distance (a swap is two edits) that share a prefix."""
        from whoosh.support.levenshtein import levenshtein

        size = len(text)
        # Of maxdist + 1 pieces of the word one at least stands unchanged in whatever is within maxdist edits.
        cuts = [prefix + (size - prefix) * at // (maxdist + 1) for at in range(maxdist + 2)]
        pieces = [text[low:high] for low, high in pairwise(cuts)]
        for term in self._index.terms_with_prefix(field, _Field.to_bytes(text[:prefix])):
            word = _Field.from_bytes(term)
            if abs(len(word) - size) > maxdist or not any(piece in word for piece in pieces):
                continue
            if levenshtein(word[prefix:], text[prefix:]) <= maxdist:
                yield word


def expand(index: ArrayIndex, query: Any) -> list[bytes]:
    """Return the terms that a pattern stands for.

    Args:
        index: The index.
        query: A Whoosh ``MultiTerm`` query.

    Raises:
        QueryError: They are too many.
    """
    terms: dict[bytes, None] = {}
    for term in query._btexts(LexiconReader(index)):  # noqa: SLF001  # the one way Whoosh gives the terms of a pattern
        terms[_Field.to_bytes(term)] = None
        if len(terms) > MOST_EXPANDED_TERMS:
            raise QueryError(
                f"“{getattr(query, 'text', query)}” stands for more than {MOST_EXPANDED_TERMS} words; "
                "write more of its letters"
            )
    return list(terms)
