"""The terms of an index, as expansion, spelling and budgets ask for them."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from indexer.schema import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.codec.array_index import ArrayIndex

REMEMBERED: Final = 4096  # terms and words that are kept: one query asks for the same several times


def frequency(index: ArrayIndex, field: str, term: str) -> int:
    """Count the documents that have a term in a field, deleted ones included."""
    text = term.encode("utf-8", "surrogatepass")
    count = 0
    for segment in index.segments:
        if field in segment.fields and (number := segment.lexicon(field).find(text)) >= 0:
            count += segment.postings(field).frequency(number)
    return count


class IndexVocabulary:
    """The terms of one open index; threads may share it.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self.frequency = lru_cache(REMEMBERED)(partial(frequency, index))
        self.variants = lru_cache(REMEMBERED)(self._variants)

    def documents(self, field: str) -> int:
        """Count the documents that have a field."""
        return self._index.statistics(field)[0]

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """Give the terms of a field that start with a prefix, ascending."""
        for term in self._index.terms_with_prefix(field, prefix.encode("utf-8", "surrogatepass")):
            yield term.decode("utf-8", "surrogatepass")

    def _variants(self, language: str, word: str) -> tuple[str, ...]:
        prefix = f"{language} {word} ".encode()
        return tuple(
            [term[len(prefix) :].decode() for term in self._index.terms_with_prefix(VARIANTS, prefix)]
        )
