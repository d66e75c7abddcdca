"""One term's posting list with its weight: what ranking reads of it, and its exact scores."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.postings import IMPACT_STEPS, K1, MARK_EVERY, ROWS_FROM, B
from searcher.execution.arrays.columns import Columns, find

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.weights import TermWeight


class TermList:
    """The live postings of a weighted term in one segment.

    Attributes:
        ids: Its documents, sorted, uint32.
        weight: The term's weight.
        high: By what factor stored impacts may fall short, as the index's mean length is not the segment's.
        low: The same the other way.
    """

    __slots__ = (
        "_at",
        "_counts",
        "_escaped",
        "_first",
        "_first_position",
        "_impacts",
        "_last",
        "_place",
        "_row",
        "_segment",
        "_simple",
        "high",
        "ids",
        "low",
        "number",
        "postings",
        "step",
        "term",
        "weight",
    )

    def __init__(self, columns: Columns, term: TermWeight, number: int) -> None:
        segment = columns.segment
        self.term = term
        self.number = number
        self.weight = term.weight
        self._segment = segment
        self.postings = postings = segment.postings(term.field)
        self._first, self._last = postings.bounds(number)
        self.ids: npt.NDArray[Any] = postings.documents(self._first, self._last)
        self._at: npt.NDArray[Any] | None = None  # numbers of the postings, where some of the term's lack
        # What is worked out when it is first asked for.
        self._impacts: npt.NDArray[Any] | None = None
        self._counts: npt.NDArray[Any] | None = None
        self._escaped: bool | None = None
        self._simple: bool | None = None
        self._first_position: int | None = None
        self._place: int | None = None
        self._row: npt.NDArray[Any] | None = None
        if columns.dead is not None:
            self._at = (~columns.dead[self.ids]).nonzero()[0]
            self.ids = self.ids[self._at]
            self._at = self._at + self._first
        meta = segment.fields[term.field]
        own = meta["total_length"] / meta["documents"] if meta["documents"] else term.average
        ratio = term.average / own
        self.high, self.low = max(1.0, ratio), min(1.0, ratio)
        self.step = self.weight * self.high / IMPACT_STEPS

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_view(self) -> bool:
        """Whether the list is the file's own memory, so that keeping it costs none."""
        return self._at is None and not self.postings.packed

    @property
    def impacts(self) -> npt.NDArray[Any]:
        """Upper bounds of tf / (tf + K) in 255ths of the segment's own mean length, uint8."""
        if self._impacts is None:
            self._impacts = self._of_list(self.postings.impacts)
        return self._impacts

    @property
    def counts(self) -> npt.NDArray[Any]:
        """Count bytes, uint8."""
        if self._counts is None:
            self._counts = self._of_list(self.postings.counts)
        return self._counts

    @property
    def escaped(self) -> bool:
        """Whether a count of the term does not fit into its byte."""
        if self._escaped is None:
            over = self.postings.over_at
            self._escaped = bisect_left(over, self._first) < bisect_left(over, self._last)
        return self._escaped

    @property
    def simple(self) -> bool:
        """Whether the count bytes say all frequencies of the term."""
        if self._simple is None:
            self._simple = self.postings.has_counts and not self.escaped
        return self._simple

    def _of_list(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the part of a field's array that belongs to the list."""
        if self._at is None:
            return values[self._first : self._first + len(self.ids)]
        return values.take(self._at)

    @property
    def first_position(self) -> int:
        """Where the positions of the term's first posting begin in the field."""
        if self._first_position is None:
            before = self._first - self._first % MARK_EVERY
            self._first_position = int(self.postings.marks[self._first // MARK_EVERY])
            self._first_position += int(self.postings.occurrences(before, self._first).sum())
        return self._first_position

    def _big(self) -> int:
        """Return the term's place among the frequent terms, or -1."""
        if self._place is None:
            self._place = -1
            if self._at is None and len(self.ids) >= ROWS_FROM and self.postings.has_impacts:
                self._place = bisect_left(self._segment.column(f"{self.term.field}.big"), self.number)
        return self._place

    def row(self) -> npt.NDArray[Any] | None:
        """Return the stored country counts, or None."""
        if self._row is None and self._big() >= 0:
            width = len(self._segment.countries) + 2
            rows = self._segment.array(f"{self.term.field}.country_rows")
            self._row = rows[self._big() * width : (self._big() + 1) * width]
        return self._row

    def tenth_impact(self) -> int:
        """Return the stored impact of the tenth best posting, or 0 where none is stored."""
        place = self._big()
        return self._segment.column(f"{self.term.field}.tops")[place] if place >= 0 else 0

    def postings_at(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the numbers in the field of the postings at some places of the list."""
        return places + self._first if self._at is None else self._at[places]

    def spots_at(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return where some places of the list are among all postings of the term, those of the dead too."""
        return places if self._at is None else self._at[places] - self._first

    def scores_at(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the exact scores of the documents at some places of the list, float64."""
        if self.term.constant:
            return np.full(len(places), self.weight)
        if not self.simple:
            frequency = self.postings.frequencies(self.postings_at(places))
        else:
            frequency = self.postings.frequency_of_byte.take(self.counts.take(places))
        norm = self.postings.lengths.take(self.ids.take(places)) * (K1 * B / self.term.average)
        norm += K1 * (1 - B)
        norm += frequency
        scores: npt.NDArray[Any] = frequency * self.weight
        scores /= norm
        return scores

    def bounds(self) -> tuple[int, int]:
        """Return the term's first posting in the field and the one after its last."""
        return self._first, self._last


def term_list(columns: Columns, place: int, term: TermWeight) -> TermList | None:
    """Return a term's list in the segment at ``place`` of the index, None where it has no live document."""
    if place in term.lists:
        kept: TermList | None = term.lists[place]
        return kept
    number = term.numbers[place]
    if number < 0:
        return None
    one = TermList(columns, term, number)
    found = one if len(one.ids) else None
    if one.is_view:  # of the file: keeping it costs no memory
        term.lists[place] = found
    return found


def _alike(lists: list[TermList]) -> bool:
    """Tell whether the lists are of one field and their count bytes say all frequencies."""
    field = lists[0].postings
    for one in lists:  # noqa: SIM110 - a generator would cost more than what it looks at
        if one.postings is not field or not one.simple:
            return False
    return True


def scores_in(lists: list[TermList], places: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return the summed scores of documents whose places in every list are known, float64."""
    field = lists[0].postings
    if _alike(lists):
        level = field.lengths.take(lists[0].ids.take(places[0])) * (K1 * B / lists[0].term.average)
        level += K1 * (1 - B)
        scores: npt.NDArray[Any] = np.zeros(len(level))
        for one, spots in zip(lists, places, strict=True):
            frequency = field.frequency_of_byte.take(one.counts.take(spots))
            norm = level + frequency
            frequency *= one.weight
            frequency /= norm
            scores += frequency
        return scores
    scores = lists[0].scores_at(places[0])
    for one, spots in zip(lists[1:], places[1:], strict=True):
        scores += one.scores_at(spots)
    return scores


def exact_scores(docs: npt.NDArray[Any], lists: list[TermList]) -> npt.NDArray[Any]:
    """Return the summed scores of some documents, float64.

    Args:
        docs: Sorted, uint32.
        lists: The lists in the order of the query, so that equal documents get equal sums.
    """
    scores = np.zeros(len(docs))
    for one in lists:
        there, places = find(one.ids, docs)
        if len(there):
            scores[there] += one.scores_at(places)
    return scores


def all_scores(
    lists: list[TermList], ids: npt.NDArray[Any], places: npt.NDArray[Any] | None = None
) -> npt.NDArray[Any]:
    """Return the exact scores of postings of some lists that stand one behind the other, float64.

    Args:
        lists: The lists.
        ids: The documents of the postings.
        places: Which postings, ascending; None for all.
    """
    ends = list(accumulate([len(one.ids) for one in lists]))
    parts = [0, *(ends if places is None else places.searchsorted(ends).tolist())]
    field = lists[0].postings
    if not _alike(lists):
        if places is None:
            places = np.arange(len(ids))
        starts = [0, *ends]
        return np.concatenate(
            [one.scores_at(places[parts[at] : parts[at + 1]] - starts[at]) for at, one in enumerate(lists)]
        )
    counts = np.concatenate([one.counts for one in lists])
    scores: npt.NDArray[Any] = field.frequency_of_byte.take(counts if places is None else counts.take(places))
    norm = field.lengths.take(ids) * (K1 * B / lists[0].term.average)
    norm += K1 * (1 - B)
    norm += scores
    for at, one in enumerate(lists):
        scores[parts[at] : parts[at + 1]] *= one.weight
    scores /= norm
    return scores


def scale_of(lists: list[TermList]) -> float:
    """Return the factor that brings any sum of the lists' highest scores into 16 bits."""
    return 60_000.0 / max(sum(one.step for one in lists) * IMPACT_STEPS, 1e-300)


def bound_table(one: TermList, scale: float) -> npt.NDArray[Any]:
    """Return the highest scaled score for each impact byte, uint16."""
    table: npt.NDArray[Any] = np.ceil(_STEPS * (one.step * scale)).astype(np.uint16)
    return table


_STEPS = np.arange(256)
