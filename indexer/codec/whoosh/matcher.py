"""A posting list as Whoosh's matchers walk it, in blocks with an upper bound of their scores."""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from typing import TYPE_CHECKING, Any

from whoosh.matching import LeafMatcher, ReadTooFar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.whoosh.fields import PostingList

BLOCK = 128  # postings


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """Walks one posting list.

    Args:
        term: Field name and term.
        postings: The list.
        lengths: The length of the field by document; empty for a field without lengths.
        format_: The field's Whoosh format, which says what is asked of a posting.
        scorer: Scores postings, or None.
    """

    def __init__(
        self,
        term: tuple[str, bytes],
        postings: PostingList,
        lengths: Sequence[int],
        format_: Any,
        scorer: Any,
    ) -> None:
        self._term = term
        self._postings = postings
        self._ids = postings.ids
        self._lengths = lengths
        self._posting = 0
        self._block = -1
        self._bounds = (0, 0, 0.0)
        self.format = format_
        self.scorer = scorer

    def is_active(self) -> bool:
        """Tell whether there is a current posting."""
        return self._posting < len(self._ids)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._posting = 0

    def copy(self) -> ArrayMatcher:
        """Make a matcher of its own at the same posting."""
        return copy(self)

    def id(self) -> int:
        """Give the current document; behind the end, a number that no document has.

        Whoosh's AndNot asks an exhausted matcher for its document.
        """
        return self._ids[self._posting] if self._posting < len(self._ids) else 1 << 62

    def all_ids(self) -> Iterator[int]:
        """Iterate over all documents."""
        return iter(self._ids)

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        """Yield all documents with their encoded postings."""
        return ((document, self._encoded(n)) for n, document in enumerate(self._ids))

    def next(self) -> bool:
        """Go to the next posting; tell whether a new block begins there."""
        if self._posting >= len(self._ids):
            raise ReadTooFar
        self._posting += 1
        return self._posting % BLOCK == 0 or self._posting == len(self._ids)

    def skip_to(self, id: int) -> None:  # noqa: A002  # Whoosh's name for it
        """Go to the first posting, from here on, of that document or a later one."""
        if self._posting >= len(self._ids):
            raise ReadTooFar
        self._posting = bisect_left(self._ids, id, self._posting)

    def skip_to_quality(self, minquality: float) -> int:
        """Skip the blocks that cannot score above ``minquality``; return how many."""
        skipped = 0
        while self._posting < len(self._ids) and self.block_quality() <= minquality:
            self._posting = (self._posting // BLOCK + 1) * BLOCK
            skipped += 1
        return skipped

    def weight(self) -> float:
        """Tell how often the term counts in the current document."""
        return self._postings.weights[self._posting]

    def value(self) -> bytes:
        """Encode the current posting in Whoosh's own encoding."""
        return self._encoded(self._posting)

    def block_min_length(self) -> int:
        """Give the smallest length of the field in the current block."""
        return self._block_bounds()[0]

    def block_max_length(self) -> int:
        """Give the greatest length of the field in the current block."""
        return self._block_bounds()[1]

    def block_max_weight(self) -> float:
        """Give the greatest weight in the current block."""
        return self._block_bounds()[2]

    def _block_bounds(self) -> tuple[int, int, float]:
        block = min(self._posting, len(self._ids) - 1) // BLOCK
        if block != self._block:
            some = slice(block * BLOCK, block * BLOCK + BLOCK)
            lengths = [self._lengths[doc] for doc in self._ids[some]] if len(self._lengths) else [0]
            self._block = block
            self._bounds = (min(lengths), max(lengths), max(self._postings.weights[some]))
        return self._bounds

    def _encoded(self, posting: int) -> bytes:
        from whoosh.formats import Existence, Positions
        from whoosh.system import pack_uint

        if isinstance(self.format, Positions):
            return bytes(self.format.encode(self._postings.positions(posting)))
        if isinstance(self.format, Existence):
            return b""
        return bytes(pack_uint(int(self._postings.weights[posting])))
