"""The years that a zone of a segment touches: where each begins among documents that stand newest first."""

from __future__ import annotations

from typing import Any

from indexer.named_tuple import NamedTuple


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
    years: tuple[int, ...]
    year_at: tuple[int, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"first": self.first, "last": self.last, "years": self.years, "year_at": self.year_at}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Zone:
        """Rebuild a zone from ``to_record``'s shape."""
        return cls(record["first"], record["last"], tuple(record["years"]), tuple(record["year_at"]))
