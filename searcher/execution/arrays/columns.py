"""The columns of one segment as numpy arrays, and scratch memory that belongs to a thread."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.ranking import ORDINALS, Places

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.segment import Segment
    from searcher.execution.spans import DateRanges

_scratch = threading.local()


def marks(size: int, kind: type[np.number[Any]]) -> npt.NDArray[Any]:
    """Return the calling thread's scratch array of zeros; whoever writes to it must reset what it wrote.

    Args:
        size: How many elements are needed at least.
        kind: Their type.
    """
    name = kind.__name__
    array: npt.NDArray[Any] | None = getattr(_scratch, name, None)
    if array is None or len(array) < size:
        array = np.zeros(size, kind)
        setattr(_scratch, name, array)
    return array


class Columns:
    """What filters and facets read of one segment."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.countries = segment.array("countries")
        self.languages = segment.array("languages")
        self.many = segment.array("many.docs")
        self.spans = segment.array("spans")
        self.crossing = segment.array("crossing")
        self.year_bounds = [np.array(z.year_at, np.uint32) for z in (segment.dated, segment.estimated)]
        # The document after the last dated, and after the last estimated one.
        self.dated_end = np.uint32(segment.dated.last)
        self.estimated_end = np.uint32(segment.estimated.last)
        self.country_ordinals = {code: at + 2 for at, code in enumerate(segment.countries)}
        self._of_country: dict[str, npt.NDArray[Any] | None] = {}  # views, made once: there are few countries
        # Keys that sort countries by count, and equal counts by code, are 256 times the count plus this.
        self.country_ranks = ORDINALS - 1 - np.arange(len(segment.countries))
        self.places = Places(segment.countries)
        self.date_ranges: dict[tuple[int | None, int | None, bool], DateRanges] = {}  # those lately asked for
        self.has_many = len(self.many) > 0
        self.has_crossing = len(self.crossing) > 0
        # Oldest first, as people read them.
        self.year_names = [
            [f"{year:04d}" for year in reversed(z.years)] for z in (segment.dated, segment.estimated)
        ]

    @cached_property
    def dead(self) -> npt.NDArray[Any] | None:
        """Whether each document is deleted; None when none is."""
        if not self.segment.deleted:
            return None
        dead = np.zeros(self.segment.documents, np.bool_)
        dead[self.segment.deleted] = True
        return dead

    def of_country(self, code: str) -> npt.NDArray[Any] | None:
        """Return the documents about a country, sorted; None where the segment keeps no such list."""
        if code not in self._of_country:
            self._of_country[code] = self._listed(code.encode())
        return self._of_country[code]

    def _listed(self, term: bytes) -> npt.NDArray[Any] | None:
        if "country" not in self.segment.fields:
            return None
        number = self.segment.lexicon("country").find(term)
        postings = self.segment.postings("country")
        return postings.documents(*postings.bounds(number)) if number >= 0 else None

    @cached_property
    def start(self) -> npt.NDArray[Any]:
        """First days."""
        return self.segment.array("start")

    @cached_property
    def end(self) -> npt.NDArray[Any]:
        """Last days."""
        return self.segment.array("end")

    @cached_property
    def many_at(self) -> npt.NDArray[Any]:
        """For each document with more than four countries where the others begin."""
        return self.segment.array("many.at")

    @cached_property
    def many_countries(self) -> npt.NDArray[Any]:
        """Ordinals of the fifth and later countries."""
        return self.segment.array("many.countries")


def find(ids: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Find some documents in a sorted list, both of the same type.

    Returns:
        Which of ``wanted`` are in the list (their places in ``wanted``), and their places in the list.
    """
    if not len(ids):
        empty = np.empty(0, np.intp)
        return empty, empty
    at = ids.searchsorted(wanted)
    there = (ids.take(at, mode="clip") == wanted).nonzero()[0]
    return there, at.take(there)
