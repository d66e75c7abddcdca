"""A phrase whose words keep their distance: a stop word between them is not indexed, yet takes a place."""

from __future__ import annotations

from collections.abc import Sequence

from whoosh.query import Phrase


class GappedPhrase(Phrase):  # type: ignore[misc]  # Whoosh has no types
    """A phrase with the place of each of its words.

    Attributes:
        words: The terms, in order.
        offsets: The place of each term after the first one's: ``(0, 1)`` for neighbours, ``(0, 2)`` with one
            word between.
        slop: How much farther than that each next word may stand, plus one.
    """

    def __init__(
        self,
        fieldname: str,
        words: Sequence[str],
        offsets: Sequence[int],
        *,
        slop: int = 1,
        boost: float = 1.0,
    ) -> None:
        super().__init__(fieldname, list(words), slop=slop, boost=boost)
        self.offsets = tuple(offsets)

    def stands_in(self, positions: Sequence[Sequence[int]]) -> bool:
        """Tell whether the phrase stands in a document.

        Args:
            positions: For each word, its positions in the document, ascending.
        """
        reached = set(positions[0])
        for (before, after), places in zip(
            zip(self.offsets, self.offsets[1:], strict=False), positions[1:], strict=True
        ):
            gap = after - before
            reached = {p for p in places if any(p - gap - extra in reached for extra in range(self.slop))}
            if not reached:
                return False
        return True
