"""Where a document of an index stands."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class DocAddress(NamedTuple):
    """Where a document of the base generation stands: the ordinal of its segment, and its number there."""

    segment: int
    doc: int
