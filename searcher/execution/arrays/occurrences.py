"""Find occurrences of terms, phrases and proximity queries by their positions.

The place of a word is a number, its key. From the highest bit, a key consists of the index of the document,
the language, whether the word is in the text (not the title), and the position. So words that cannot be near
each other have distant keys. An occurrence is the pair of the keys of its first and its last word.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import distinct, ranges
from indexer.checkpoint import checkpoint
from indexer.codec.optional_parts import BODY_STARTS, PARAGRAPHS, PARAGRAPHS_AT
from indexer.codec.postings import ESCAPE, MARK_EVERY, OCCURRENCE_MASK
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGE_NUMBERS, LANGUAGES, LEAD, TITLE_GAP
from searcher.execution.arrays.doc_sets import find
from searcher.execution.arrays.posting_list import posting_list
from searcher.execution.query_plan import WeightedPhrase, WeightedTerm, only_filters_by_words
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.execution.arrays.doc_sets import Array, Columns
    from searcher.execution.arrays.posting_list import PostingList
    from searcher.query.model import Node

# For a smaller share of a long list, offsets are summed from the nearest mark, not over the whole list.
FEW: Final = 24
SHORT: Final = 8192
TEXT_BITS: Final = 30
IN_TEXT: Final = 1 << TEXT_BITS  # more than any position and distance
LANGUAGE: Final = 31  # the lowest bit of the language
ROW: Final = 33  # the lowest bit of the row


def matching_rows(lists: Sequence[PostingList], places: Sequence[Array], phrase: WeightedPhrase) -> Array:
    """Return the indexes of the documents that match a phrase.

    Args:
        lists: The posting list of each term.
        places: For each list, the indexes of the documents that have all terms.
        phrase: The phrase.

    Returns:
        Indexes into the documents with all terms.
    """
    if phrase.slop or phrase.offsets[-1] > TITLE_GAP:
        return _rows_with_moves(lists, places, phrase)
    rows = np.arange(len(places[0]))
    keys = [_keys(one, rows, at) for one, at in zip(lists, places, strict=True)]
    return distinct(_find_in_order(keys, phrase.offsets) >> ROW)


def _find_in_order(keys: Sequence[Array], offsets: Sequence[int]) -> Array:
    """Find the places where the first term of a phrase is followed by its other terms.

    Args:
        keys: The places of each term. A place is the number of the document and the position of the word,
            joined in one number.
        offsets: The distance of each term from the first one, in words.
    """
    found = keys[0]
    for of_term, offset in zip(keys[1:], offsets[1:], strict=True):
        found = found[find(of_term, found + offset)[0]]
    return found


def _rows_with_moves(lists: Sequence[PostingList], places: Sequence[Array], phrase: WeightedPhrase) -> Array:
    """Return the indexes of the documents that match a phrase with slop.

    ``slop`` of :class:`searcher.query.model.Phrase` defines these matches. From each position of a term, the
    offset of the term in the phrase is subtracted. The terms match if these differences lie in a window as
    wide as the slop. Each window begins at one of the differences; a repeated term takes the first free
    position in the window.
    """
    rows = np.arange(len(places[0]))
    keys = [_keys(one, rows, at, apart=True) for one, at in zip(lists, places, strict=True)]
    begins = np.concatenate([own - offset for own, offset in zip(keys, phrase.offsets, strict=True)])
    rows = np.concatenate(keys) >> ROW
    taken: dict[tuple[int, ...], Array] = {}
    for own, term, offset in zip(keys, phrase.terms, phrase.offsets, strict=True):
        least = begins + offset
        if term.numbers in taken:
            least = np.maximum(least, taken[term.numbers] + 1)
        at = own.searchsorted(least)
        found = own.take(at, mode="clip")
        kept = (found >= least) & (found <= begins + (offset + phrase.slop))
        begins, rows, found = begins[kept], rows[kept], found[kept]
        taken = {other: spots[kept] for other, spots in taken.items()} | {term.numbers: found}
    return distinct(rows)


def _keys(one: PostingList, rows: Array, places: Array, *, apart: bool = False) -> Array:
    """Return the keys of a term's occurrences in some documents.

    Args:
        one: The posting list of the term.
        rows: For each document, the index to use in its keys.
        places: For each document, its index in the list.
        apart: Whether to add a gap between the title and the text.
    """
    begins, counts = _offsets(one, places)
    keys: Array = (rows << ROW).repeat(counts) + one.postings.positions_at(ranges(begins, counts))
    if apart and not one.field.startswith("title_"):
        in_titles = one.postings.title_counts(one.spots_at(places) + one.first)
        firsts = counts.cumsum() - counts
        keys += (np.arange(len(keys)) >= (firsts + in_titles).repeat(counts)) * IN_TEXT
    return keys


def _offsets(one: PostingList, places: Array) -> tuple[Array, Array]:
    """Return where the positions of some postings begin, and how many each has.

    ``places`` are the indexes of the postings in the list.
    """
    field = one.postings
    first, last = one.first, one.last
    if last - first <= SHORT or len(places) * FEW > last - first:
        before = first - first % MARK_EVERY
        spots = one.spots_at(places) + (first - before)
        counts = field.occurrences(before, last)
        here = counts.take(spots)
        begins = counts.cumsum().take(spots)
        begins -= here
        begins += int(field.marks[before // MARK_EVERY])
        return begins, here
    numbers = one.spots_at(places) + one.first
    inner = numbers % MARK_EVERY
    windows = (numbers - inner)[:, None] + np.arange(MARK_EVERY)
    bytes_ = field.counts.take(windows, mode="clip")
    counts = (bytes_ & OCCURRENCE_MASK).astype(np.int64)
    for row, column in np.argwhere(bytes_ == ESCAPE).tolist():
        if windows[row, column] <= numbers[row]:
            counts[row, column] = field.count_of(int(windows[row, column]))[1]
    here = counts[np.arange(len(numbers)), inner]
    counts[np.arange(MARK_EVERY) >= inner[:, None]] = 0
    return field.marks[numbers // MARK_EVERY].astype(np.int64) + counts.sum(1), here


class Occurrences(NamedTuple):
    """The occurrences of a part of a proximity query, as keys."""

    starts: Array  # the keys of their first words, ascending
    ends: Array  # the keys of their last words, in the same order

    def select(self, which: Array) -> Occurrences:
        """Return the occurrences at the given indexes, or of a mask."""
        return Occurrences(self.starts[which], self.ends[which])

    def are_before(self, other: Occurrences, within: Callable[[Array, Array], Array]) -> Array:
        """Return a mask of the occurrences before one of ``other``.

        ``within`` returns whether the keys of two words are near enough.
        """
        at = other.starts.searchsorted(self.ends, "right")
        return (at < len(other.starts)) & within(self.ends, other.starts.take(at, mode="clip"))

    def are_after(self, other: Occurrences, within: Callable[[Array, Array], Array]) -> Array:
        """Return a mask of the occurrences after one of ``other``.

        ``within`` returns whether the keys of two words are near enough.
        """
        ends = np.sort(other.ends)
        at = ends.searchsorted(self.starts)
        return (at > 0) & within(ends.take(at - 1, mode="clip"), self.starts)

    def are_apart_from(self, other: Occurrences, distance: int) -> Array:
        """Return a mask of the occurrences more than ``distance`` away from all of ``other``."""
        begun = other.starts.searchsorted(self.ends + distance, "right")
        over = np.sort(other.ends).searchsorted(self.starts - distance)
        return begun == over

    def require_repeated(self, times: int) -> Occurrences:
        """Return the occurrences in documents with at least ``times`` of them.

        Overlapping occurrences count once.
        """
        reach = np.minimum.accumulate(self.ends[::-1])[
            ::-1
        ]  # the smallest end of this and all later occurrences
        rows = distinct(self.starts >> ROW)
        ends = reach.take(self.starts.searchsorted(rows << ROW))
        for _ in range(times - 1):
            at = self.starts.searchsorted(ends, "right")
            ends = reach.take(at, mode="clip")
            kept = (at < len(reach)) & (ends >> ROW == rows)
            rows, ends = rows[kept], ends[kept]
        return self.select(np.isin(self.starts >> ROW, rows))


_NONE: Final = Occurrences(np.empty(0, np.int64), np.empty(0, np.int64))


def _merge_occurrences(parts: Sequence[Occurrences]) -> Occurrences:
    """Merge the occurrences of several parts of a query, sorted by their starts."""
    found = [part for part in parts if len(part.starts)]
    if len(found) < 2:
        return found[0] if found else _NONE
    starts = np.concatenate([part.starts for part in found])
    order = starts.argsort(kind="stable")
    return Occurrences(starts.take(order), np.concatenate([part.ends for part in found]).take(order))


class OccurrenceFinder:
    """Finds occurrences in a sorted list of documents of a segment.

    ``having`` is a function that returns the documents with any of the given words.
    """

    def __init__(self, columns: Columns, docs: Array, having: Callable[[Sequence[str]], Array]) -> None:
        self._columns = columns
        self._docs = docs
        self._docs_with_words = having

    def rows(self, node: Node) -> Array:
        """Return the indexes of the documents in which a node occurs."""
        return distinct(self._find(node).starts >> ROW)

    def _find(self, node: Node) -> Occurrences:  # noqa: C901, PLR0911 - one case per node
        """Return the occurrences of a node of a weighted query."""
        checkpoint()
        match node:
            case WeightedTerm():
                keys = self._term_keys(node)
                return Occurrences(keys, keys)
            case WeightedPhrase():
                starts = _find_in_order(list(map(self._term_keys, node.terms)), node.offsets)
                return Occurrences(starts, starts + node.offsets[-1])
            case model.Or() | model.DisjunctionMax():
                return _merge_occurrences(list(map(self._find, node.parts)))
            case model.Near():
                first, second = map(self._find, node.parts)
                if not (len(first.starts) and len(second.starts)):
                    return _NONE
                within = partial(self._are_within, node.distance)
                near, other = first.are_before(second, within), second.are_after(first, within)
                if not node.ordered:
                    near |= first.are_after(second, within)
                    other |= second.are_before(first, within)
                return _merge_occurrences((first.select(near), second.select(other)))
            case model.NotNear():
                kept = self._find(node.kept)
                parts = [kept, self._find(node.excluded)]
                if not node.distance:
                    parts = [Occurrences(*map(self._paragraph, part)) for part in parts]
                return kept.select(parts[0].are_apart_from(parts[1], node.distance))
            case model.Occurring():
                found = self._find(node.part)
                if node.place and len(found.starts):
                    found = found.select(self._are_in_place(node.place, found.ends))
                return found.require_repeated(node.least) if node.least > 1 and len(found.starts) else found
            case model.And() if only_filters_by_words(node):
                found = self._find(node.parts[0])
                stays = np.ones(len(self._docs), np.bool_)
                for part in node.parts[1:]:
                    having = np.zeros(len(self._docs), np.bool_)
                    words = part.part.words  # type: ignore[attr-defined]  # only filters by words are here
                    having[find(self._docs_with_words(words), self._docs)[0]] = True
                    stays &= having
                return found.select(stays.take(found.starts >> ROW))
        raise QueryError(message("query.without_positions", name=type(node).__name__))

    def _are_within(self, distance: int, low: Array, high: Array) -> Array:
        """Return a mask of the pairs of keys that are within a distance.

        A distance of 0 means in the same paragraph.
        """
        if not distance:
            low, high = map(self._paragraph, (low, high))
        return high - low <= distance

    def _paragraph(self, keys: Array) -> Array:
        """Return the paragraph number of each occurrence.

        A title is a paragraph.
        """
        return (keys >> TEXT_BITS) + self._paragraphs.searchsorted(keys, "right")

    @cached_property
    def _paragraphs(self) -> Array:
        """The keys at which paragraphs start."""
        segment = self._columns.segment
        segment.paragraphs()  # raises an error if missing
        at, entries = segment.array(PARAGRAPHS_AT).astype(np.int64), segment.array(PARAGRAPHS)
        firsts, counts = at.take(self._docs), np.diff(at).take(self._docs)
        if len(counts) and (counts.min() < 0 or counts.sum() > len(entries)):
            raise segment.container.damage_error(PARAGRAPHS_AT)
        values = entries[ranges(firsts, counts)].astype(np.int64)
        rows = np.arange(len(counts)).repeat(counts)
        steps = (values == 0).cumsum()  # a zero is a step to the next language
        before = np.concatenate(([0], steps)).take(counts.cumsum() - counts)
        keys = (rows << ROW) + ((steps - before.take(rows)) << LANGUAGE) + (IN_TEXT - 1) + values
        return keys[values != 0]

    def _are_in_place(self, place: str, keys: Array) -> Array:
        """Return a mask of the keys in a place: ``body``, or ``lead`` (also the title)."""
        in_text: Array = keys & IN_TEXT > 0
        if place == "body":
            return in_text
        segment = self._columns.segment
        starts = segment.optional_array(BODY_STARTS)
        starts, languages = np.divmod(starts.take(self._docs.take(keys >> ROW)), len(LANGUAGES))
        same = languages == (keys >> LANGUAGE) % len(LANGUAGES)
        return ~in_text | (keys % IN_TEXT - starts * same < LEAD)

    def _term_keys(self, term: WeightedTerm) -> Array:
        """Return the keys of the occurrences of a term."""
        one = posting_list(self._columns, term)
        if one is None or not one.postings.has_positions:
            return _NONE.starts
        rows, places = find(one.ids, self._docs)
        language = LANGUAGE_NUMBERS[term.field.rpartition("_")[2]]
        return _keys(one, rows, places, apart=True) + (language << LANGUAGE)
