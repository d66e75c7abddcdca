"""The skipped records and lines of a build: all counted, the first ones kept, in bounded memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.sources.source import Skipped

MOST_KEPT = 1000
"""Skipped records or lines that are kept one by one."""

MOST_REASONS = 1000
"""Pairs of source and reason by which the others are counted."""

OTHER_REASONS = "other reasons"


class Skips:
    """The records and lines that were left out.

    Attributes:
        total: How many there were.
        first: The first ``MOST_KEPT`` of them.
        beyond: How many of the others each source had for each reason; further pairs are
            counted as ``OTHER_REASONS``.
    """

    def __init__(self) -> None:
        self.total = 0
        self.first: list[Skipped] = []
        self.beyond: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return self.total

    def append(self, skipped: Skipped) -> None:
        """Count one more, and keep it while there is room."""
        self.total += 1
        if len(self.first) < MOST_KEPT:
            self.first.append(skipped)
            return
        key = (skipped.file, skipped.reason)
        if key not in self.beyond and len(self.beyond) >= MOST_REASONS:
            key = (skipped.file, OTHER_REASONS)
        self.beyond[key] += 1
