"""The years that a zone of a segment touches: where each begins among documents that stand newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Zone(NamedTuple):
    """A run of documents in date order.

    Attributes:
        first: Its first document.
        last: The document after its last.
        years: Every year that its intervals touch, newest first.
        year_at: For each year the first document that starts in it or before; one more at the end, ``last``.
    """

    first: int
    last: int
    years: Sequence[int]
    year_at: Sequence[int]
