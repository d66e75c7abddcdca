"""Checks a field of a segment: its dictionary, its posting lists and what was worked out from them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.field_writer import TOP
from indexer.codec.postings import (
    ESCAPE,
    IMPACT_STEPS,
    K1,
    MARK_EVERY,
    OCCURRENCE_BITS,
    OCCURRENCE_MASK,
    ROWS_FROM,
    WIDE_GAP,
    B,
)
from indexer.codec.rows import FacetRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

    from indexer.codec.segment import Segment

    Array = npt.NDArray[Any]

AT_ONCE: Final = 1 << 20  # postings


def check_field(segment: Segment, field: str, progress: Callable[[int], None]) -> Iterator[str]:
    """Yield the names of the blocks of a field that contradict the others.

    Args:
        segment: A segment whose pages are whole, and whose documents are.
        field: The field.
        progress: Called with the number of postings checked since the last call.
    """
    found = list(_dictionary(segment, field))
    if not found:
        found = list(_Lists(segment, field).check(progress))
    yield from (f"{field}.{part}" for part in dict.fromkeys(found))


def _dictionary(segment: Segment, field: str) -> Iterator[str]:
    """Check that terms are text and ascend, and that each is found by its hash."""
    container, lexicon = segment.container, segment.lexicon(field)
    at, start = (segment.array(f"{field}.{part}").astype(np.int64) for part in ("term_at", "start"))
    if at[0] or at[-1] != container.size(f"{field}.terms") or (np.diff(at) < 0).any():
        yield "term_at"
        return
    terms = list(lexicon.walk(range(len(lexicon))))
    if not _are_text(terms) or any(a >= b for a, b in pairwise(terms)):
        yield "terms"
        return
    if start[0] or start[-1] != segment.fields[field]["postings"] or (np.diff(start) < 1).any():
        yield "start"
    if f"{field}.hash_start" in container:
        begins = segment.array(f"{field}.hash_start").astype(np.int64)
        slots = segment.array(f"{field}.hash_terms")
        if begins[0] or begins[-1] != len(terms) or (np.diff(begins) < 0).any():
            yield "hash_start"
        elif (slots >= len(terms)).any() or any(
            lexicon.find(term) != number for number, term in enumerate(terms)
        ):
            yield "hash_terms"


def _are_text(terms: Iterable[bytes]) -> bool:
    try:
        for term in terms:
            term.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


class _Lists:
    """The posting lists of a field, walked from the first to the last."""

    def __init__(self, segment: Segment, field: str) -> None:
        self._segment = segment
        self._field = field
        self._meta = segment.fields[field]
        self._has = {name.removeprefix(f"{field}.") for name in segment.container.names()}
        self._start = self._array("start").astype(np.int64)
        self._sums = np.zeros(segment.documents)
        self._occurrences = 0
        self._rows = FacetRows(segment.array("countries"), _many(segment), len(segment.countries))
        self._big: list[int] = []
        self._tops: list[int] = []
        self._over = (
            np.stack([self._array(f"over_{part}").astype(np.int64) for part in ("at", "count", "title")])
            if "over_at" in self._has
            else np.zeros((3, 0), np.int64)
        )

    def _array(self, part: str) -> Array:
        return self._segment.array(f"{self._field}.{part}")

    def check(self, progress: Callable[[int], None]) -> Iterator[str]:
        found = list(self._exceptions())
        yield from found
        if found:
            return  # the lists cannot be read without them
        terms = len(self._start) - 1
        first = 0
        while first < terms:
            last = int(np.searchsorted(self._start, self._start[first] + AT_ONCE, "right")) - 1
            last = min(max(last, first + 1), terms)
            found = list(self._some(first, last))
            yield from found
            if found:
                return
            progress(int(self._start[last] - self._start[first]))
            first = last
        yield from self._sums_agree()

    def _exceptions(self) -> Iterator[str]:
        """Check the lists of what does not fit into a byte or two."""
        postings = self._meta["postings"]
        for part in ("gap_at", "over_at"):
            if part in self._has:
                at = self._array(part).astype(np.int64)
                if (np.diff(at) < 1).any() or (len(at) and at[-1] >= postings):
                    yield part
        _, count, title = self._over
        if (count < 1).any() or (title > count).any():
            yield "over_count"

    def _some(self, first_term: int, last_term: int) -> Iterator[str]:
        """Check the lists of some terms."""
        first, last = int(self._start[first_term]), int(self._start[last_term])
        begins = self._start[first_term:last_term] - first
        ids = self._ids(first, last, begins)
        if ids is None:
            yield "gaps"
            return
        ascending = np.diff(ids) > 0
        ascending[begins[1:] - 1] = True  # a new list begins anywhere
        if not ascending.all() or (len(ids) and (ids.min() < 0 or ids.max() >= self._segment.documents)):
            yield "ids" if "ids" in self._has else "gaps"
            return
        if self._field in {"country", "language"} and not self._agrees(first_term, last_term, ids, begins):
            yield "ids"
        if "over_at" not in self._has:
            return
        counted = self._counts(first, last)
        if counted is None:
            yield "counts"
            return
        occurrences, title = counted
        frequency = occurrences + (self._segment.title_weight - 1.0) * title
        self._sums += np.bincount(ids, weights=frequency, minlength=self._segment.documents)
        if "impacts" in self._has:
            yield from self._impacts(first_term, begins, ids, frequency)
        if "positions" in self._has:
            yield from self._positions(first, occurrences)

    def _ids(self, first: int, last: int, begins: Array) -> Array | None:
        """Return the documents of some postings; None where wide gaps do not stand where they should."""
        if "ids" in self._has:
            return self._array("ids")[first:last].astype(np.int64)
        gaps = self._array("gaps")[first:last].astype(np.int64)
        at = self._array("gap_at")
        low, high = np.searchsorted(at, (first, last)).tolist()
        wide = at[low:high].astype(np.int64) - first
        values = self._array("gap_of")[low:high].astype(np.int64)
        if not np.array_equal(np.flatnonzero(gaps == WIDE_GAP), wide) or (values < WIDE_GAP).any():
            return None
        gaps[wide] = values
        sums = np.cumsum(gaps)
        before = np.where(begins > 0, sums[begins - 1], 0)
        ids: Array = sums - np.repeat(before, np.diff([*begins, last - first]))
        return ids

    def _counts(self, first: int, last: int) -> tuple[Array, Array] | None:
        """Return the occurrences of some postings and those in the title; None where they contradict."""
        low, high = np.searchsorted(self._over[0], (first, last)).tolist()
        over = self._over[:, low:high]
        if "counts" in self._has:
            packed = self._array("counts")[first:last].astype(np.int64)
            if not np.array_equal(np.flatnonzero(packed == ESCAPE), over[0] - first):
                return None
            occurrences, title = packed & OCCURRENCE_MASK, packed >> OCCURRENCE_BITS
        else:
            occurrences, title = np.ones(last - first, np.int64), np.zeros(last - first, np.int64)
        occurrences[over[0] - first], title[over[0] - first] = over[1], over[2]
        return None if (occurrences < 1).any() or (title > occurrences).any() else (occurrences, title)

    def _impacts(self, first_term: int, begins: Array, ids: Array, frequency: Array) -> Iterator[str]:
        """Work the impacts, the thresholds and the rows of frequent terms out anew."""
        average = self._meta["total_length"] / self._meta["documents"] if self._meta["documents"] else 1.0
        norms = K1 * (1 - B + B * self._array("lengths").take(ids).astype(np.float64) / average)
        impacts = np.clip(np.ceil(frequency / (frequency + norms) * IMPACT_STEPS), 1, IMPACT_STEPS)
        impacts = impacts.astype(np.uint8)
        first = int(self._start[first_term])
        if not np.array_equal(impacts, self._array("impacts")[first : first + len(ids)]):
            yield "impacts"
            return
        sizes = np.diff([*begins, len(ids)])
        for number in np.flatnonzero(sizes >= ROWS_FROM).tolist():
            some = slice(int(begins[number]), int(begins[number] + sizes[number]))
            self._big.append(first_term + number)
            self._tops.append(int(np.partition(impacts[some], -TOP)[-TOP]))
            self._rows.count(ids[some])

    def _positions(self, first: int, occurrences: Array) -> Iterator[str]:
        """Check that positions ascend within a posting, and that marks say where they begin."""
        ends = np.cumsum(occurrences)
        begins = ends - occurrences
        total = int(ends[-1]) if len(ends) else 0
        everything = self._array("positions")
        if self._occurrences + total > len(everything):
            yield "positions"
            return
        positions = everything[self._occurrences : self._occurrences + total].astype(np.int64)
        ascending = np.diff(positions) > 0
        ascending[begins[1:] - 1] = True
        if not ascending.all():
            yield "positions"
        marks = begins[-first % MARK_EVERY :: MARK_EVERY] + self._occurrences
        at = -(-first // MARK_EVERY)
        if not np.array_equal(marks, self._array("marks")[at : at + len(marks)]):
            yield "marks"
        self._occurrences += total

    def _sums_agree(self) -> Iterator[str]:
        """Check what follows from all lists together."""
        if "lengths" in self._has and "over_at" in self._has:
            lengths = self._array("lengths")
            meta = self._meta
            if not np.array_equal(self._sums, lengths) or (
                int(lengths.sum(dtype=np.int64)),
                int(np.count_nonzero(lengths)),
                int(lengths.max(initial=0)),
            ) != (meta["total_length"], meta["documents"], meta["max_length"]):
                yield "lengths"
        if "positions" in self._has and self._occurrences != len(self._array("positions")):
            yield "positions"
        if "impacts" in self._has:
            for part, values in (
                ("big", self._big),
                ("tops", self._tops),
                ("country_rows", self._rows.take()),
            ):
                if not np.array_equal(np.array(values, np.int64), self._array(part)):
                    yield part

    def _agrees(self, first_term: int, last_term: int, ids: Array, begins: Array) -> bool:
        """Tell whether keywords stand where the columns have them, and nowhere else."""
        segment = self._segment
        lexicon = segment.lexicon(self._field)
        for number, docs in enumerate(np.split(ids, begins[1:]), first_term):
            term = lexicon.term(number).decode("utf-8", "replace")
            if not np.array_equal(docs, _documents_with(segment, self._field, term)):
                return False
        return last_term == len(lexicon) or first_term == 0


def _documents_with(segment: Segment, field: str, term: str) -> Array:
    """Return the documents that have a keyword, by the columns."""
    from indexer.schema import FIRST_COUNTRY, LANGUAGE_BITS, NO_COUNTRY, UNKNOWN

    if field == "language":
        return np.flatnonzero(segment.array("languages") & np.uint8(LANGUAGE_BITS.get(term, 0)))
    codes = segment.countries
    if term != UNKNOWN and term not in codes:
        return np.empty(0, np.int64)
    ordinal = NO_COUNTRY if term == UNKNOWN else codes.index(term) + FIRST_COUNTRY
    packed = segment.array("countries").view(np.uint8).reshape(-1, 4)
    docs = np.flatnonzero((packed == ordinal).any(axis=1))
    more = [doc for doc, ordinals in _many(segment).items() if ordinal in ordinals]
    return np.union1d(docs, np.array(more, np.int64))


def _many(segment: Segment) -> dict[int, list[int]]:
    """Return the fifth and later countries of the documents that have so many."""
    docs, at, more = (segment.array(f"many.{part}").tolist() for part in ("docs", "at", "countries"))
    return {doc: more[at[slot] : at[slot + 1]] for slot, doc in enumerate(docs)}
