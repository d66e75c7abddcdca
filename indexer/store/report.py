"""What a build or an update did, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources import Skips

if TYPE_CHECKING:
    from indexer.store.source_summary import SourceSummary


@dataclass(slots=True)
class WriteReport:
    """What a build or an update did.

    Attributes:
        items: Items in the index now.
        sources: What each source gave: the items read in it, and those left out.
        added: Items whose id was not there.
        replaced: Items whose id was there with another content.
        unchanged: Items that were there already, word for word.
        moved: Those of the unchanged that stand on other lines of a source of the same name; where they
            stand was brought up to date.
        dates: Items read, by how their dates are known.
        languages, countries: Items read, by each language that they are in and each country they are about.
        not_read: The addresses that have not changed since they were last read, as their servers say; what
            the index has of them is counted as unchanged.
        skipped: The records and lines left out, with the reasons; of very many, the first.
        uncounted: Why fields that were named as facets are none, a line each.
        seconds: How long it took.
    """

    items: int = 0
    sources: list[SourceSummary] = field(default_factory=list)
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)
    skipped: Skips = field(default_factory=Skips)
    uncounted: tuple[str, ...] = ()
    seconds: float = 0.0
