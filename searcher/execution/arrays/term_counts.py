"""Count the terms and the phrases of two sets of documents, by the posting lists of a language.

A phrase has two or three words and begins and ends with a term: two adjacent terms, three adjacent terms, or
two terms with one word between them. The last are only listed where this is often a function word, which is
not indexed but has a position; as in a query, any word may then be there.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import distinct, ranges
from indexer.checkpoint import checked, checkpoint
from indexer.codec.postings import MARK_EVERY
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES, text_field
from searcher.engine import Counts, Phrase
from searcher.execution.arrays.doc_sets import find, is_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.postings import FieldPostings
    from indexer.codec.segment import Segment
    from searcher.execution.arrays.doc_sets import Array

NEITHER, IN, OTHER = range(3)  # the set that a document belongs to
ROW: Final = 33  # the lowest bit of the document in a key; the others have the position
MAX_POSTINGS: Final = 1 << 22  # that are read at once
MAX_DOCUMENTS: Final = 1 << 15  # whose positions are sorted at once
MAX_TERMS: Final = 1 << 21  # that phrases consist of: three of them are numbered together in 63 bits
CACHE_SIZE: Final = 1 << 23  # occurrences of terms that are cached, 8 bytes each
TWO, AROUND, THREE = (0, 1), (0, 2), (0, 1, 2)  # the offsets of the terms of a phrase


class _Part(NamedTuple):
    """A segment, and the set of each of its documents."""

    segment: Segment
    side: Array


class ArrayTermCounts:
    """Counts the terms and phrases of two sets of documents; see :class:`searcher.engine.TermCounts`.

    The second set has all other documents, or only those of ``others`` that are not in the first one.
    """

    def __init__(
        self, index: ArrayIndex, documents: Sequence[int], others: Sequence[int] | None = None
    ) -> None:
        side = np.full(index.documents, OTHER if others is None else NEITHER, np.uint8)
        if others is not None:
            side[np.asarray(others, np.int64)] = OTHER
        side[np.asarray(documents, np.int64)] = IN
        self._parts = []
        for segment, base in zip(index.segments, index.bases, strict=True):
            own = side[base : base + segment.documents]
            own[segment.deleted] = NEITHER
            self._parts.append(_Part(segment, own))
        self.other_documents = sum([int((part.side == OTHER).sum()) for part in self._parts])
        self._terms: dict[str, list[str]] = {}  # by field
        self._ranks: dict[str, list[Array]] = {}  # of the terms of each part that has the field
        self._cached: OrderedDict[tuple[str, int, int], Array] = OrderedDict()
        self._room = CACHE_SIZE

    def languages(self) -> list[str]:
        """Return the languages in which any document has text."""
        fields = {name for part in self._parts for name in part.segment.fields}
        return [language for language in LANGUAGES if text_field(language) in fields]

    def terms(self, language: str, least: int) -> tuple[list[str], Array, Counts]:
        """Return the terms of a language in the first set, their counts, and the sums of all terms.

        Args:
            language: The language.
            least: The number of occurrences in the first set.

        Returns:
            The terms, the most frequent first; a row of counts for each; the sums.
        """
        field = text_field(language)
        tables = [(_names(part.segment, field), self._table(part, field)) for part in self._having(field)]
        total = sum([counts.sum(0) for _, counts in tables], np.zeros(4, np.int64))
        own = [compress(names, (counts[:, 0] > 0).tolist()) for names, counts in tables]
        rows = {name: row for row, name in enumerate(dict.fromkeys(chain.from_iterable(own)))}
        sums = np.zeros((len(rows), 4), np.int64)
        places = [np.fromiter(map(rows.get, names, repeat(-1)), np.int64, len(names)) for names, _ in tables]
        for at, (_, counts) in zip(places, tables, strict=True):
            sums[at[at >= 0]] += counts[at >= 0]  # the names of a segment are distinct
        order = (-sums[:, 0]).argsort(kind="stable")
        order = order[sums[order, 0] >= least]
        ranks = np.full(len(rows) + 1, -1)  # the last one for terms that the first set lacks
        ranks[order] = np.arange(len(order))
        self._ranks[field] = [ranks.take(at) for at in places]
        names = [*rows]
        self._terms[field] = [names[row] for row in order.tolist()]
        return self._terms[field], sums[order], Counts(*total.tolist())

    def _table(self, part: _Part, field: str) -> Array:
        """Return the counts of all terms of a field in a segment, a row each."""
        return np.concatenate(
            [self._counted(part, field, terms) for terms in checked(_pieces(part.segment, field))]
        )

    def _having(self, field: str) -> Iterator[_Part]:
        """Yield the parts that have a field."""
        return (part for part in self._parts if field in part.segment.fields)

    @staticmethod
    def _counted(part: _Part, field: str, terms: range) -> Array:
        """Return the counts of consecutive terms, a row each."""
        postings = part.segment.postings(field)
        first, last = postings.bounds(terms.start, len(terms))
        side = part.side.take(postings.documents_of(terms))
        occurrences = postings.occurrences(first, last)
        begins = _begins(postings, terms)[:-1]
        columns = []
        for own in (side == IN, side == OTHER):
            columns += [
                np.add.reduceat(occurrences * own, begins),
                np.add.reduceat(own, begins, dtype=np.int64),
            ]
        return np.stack(columns, 1)

    def phrases(self, language: str, least: int) -> Iterator[tuple[Phrase, int]]:
        """Yield the phrases that occur at least a number of times in the first set, the most frequent first.

        They consist of the terms that the last call of :meth:`terms` returned.

        Args:
            language: The language.
            least: The number of occurrences.

        Yields:
            A phrase, and how often it occurs.
        """
        field = text_field(language)
        names = self._terms[field][:MAX_TERMS]
        size = len(names)
        found: dict[tuple[int, ...], list[Array]] = {TWO: [], AROUND: [], THREE: []}
        for part, ranks in zip(self._having(field), self._ranks[field], strict=True):
            numbers = np.where(ranks < size, ranks, -1)
            for documents in _blocks(part.side == IN):
                checkpoint()
                keys, places = _in_text_order(part.segment, field, documents)
                for offsets, phrases, listed in _adjacent(keys, numbers.take(places), size):
                    found[offsets].append(_summed(phrases, np.stack((np.ones_like(listed), listed))))
        columns = [np.empty((3, 0), np.int64)]
        for kind, several in enumerate(found.values()):
            if several:
                phrases, counts, listed = _summed(*np.split(np.concatenate(several, 1), [1]))
                kept = listed >= least
                columns.append(np.stack((phrases[kept], counts[kept], np.full(kept.sum(), kind))))
        every = np.concatenate(columns, 1)
        for phrase, count, kind in every[:, (-every[1]).argsort(kind="stable")].T.tolist():
            offsets = [*found][kind]
            own = [phrase // size**power % size for power in reversed(range(len(offsets)))]
            yield Phrase(tuple([names[one] for one in own]), offsets), count

    def count(self, language: str, phrase: Phrase) -> Counts:
        """Count a phrase in both sets."""
        sums = [0, 0, 0, 0]
        for part, keys in self._found(language, phrase):
            for at, of_set in ((0, IN), (2, OTHER)):
                documents = keys[part.side.take(keys >> ROW) == of_set] >> ROW
                sums[at] += len(documents)
                sums[at + 1] += int(is_first(documents).sum())
        return Counts(*sums)

    def ids(self, language: str, phrase: Phrase, most: int) -> list[str]:
        """Return the ids of a few documents of the first set that have a phrase."""
        found: list[str] = []
        for part, keys in self._found(language, phrase):
            documents = distinct(keys[part.side.take(keys >> ROW) == IN] >> ROW)[: most - len(found)]
            found += [item_id for item_id, _ in part.segment.ids_and_titles(documents.tolist())]
        return found

    def _found(self, language: str, phrase: Phrase) -> Iterator[tuple[_Part, Array]]:
        """Yield the keys of the occurrences of a phrase, for each part that has its terms."""
        field = text_field(language)
        for at, part in enumerate(self._parts):
            numbers = [part.segment.find_term(field, term) for term in phrase.terms]
            if min(numbers) < 0:
                continue
            keys = self._keys(at, field, numbers[0])
            for number, offset in zip(numbers[1:], phrase.offsets[1:], strict=True):
                following = self._keys(at, field, number)
                if len(following) < len(keys):  # the shorter list is searched in the longer one
                    following = following - offset
                    keys = following[find(keys, following)[0]]
                else:
                    keys = keys[find(following, keys + offset)[0]]
            yield part, keys

    def _keys(self, at: int, field: str, number: int) -> Array:
        """Return the keys of all occurrences of a term in both sets, ascending; cached."""
        keys = self._cached.get((field, at, number))
        if keys is None:
            segment, side = self._parts[at]
            keys, _ = _occurrences(segment.postings(field), range(number, number + 1), side != NEITHER)
            self._cached[field, at, number] = keys
            self._room -= len(keys)
            while self._room < 0:
                self._room += len(self._cached.popitem(last=False)[1])
        return keys


def _names(segment: Segment, field: str) -> list[str]:
    """Return all terms of a field in a segment."""
    return segment.lexicon(field).texts(range(segment.fields[field]["terms"]))


def _begins(postings: FieldPostings, terms: range) -> Array:
    """Return the first posting of consecutive terms, counted from that of the first one, and the end."""
    starts: Array = postings.starts(terms).astype(np.int64)
    starts -= starts[0]
    return starts


def _pieces(segment: Segment, field: str) -> Iterator[range]:
    """Yield ranges of terms with as many postings as are read at once, or a single term with more."""
    size = segment.fields[field]["terms"]
    begins = _begins(segment.postings(field), range(size))
    start = 0
    while start < size:
        stop = max(int(begins.searchsorted(begins[start] + MAX_POSTINGS, "right")) - 1, start + 1)
        yield range(start, stop)
        start = stop


def _blocks(chosen: Array) -> Iterator[Array]:
    """Yield the chosen documents as masks of as many as are sorted at once."""
    documents = chosen.nonzero()[0]
    for first in range(0, len(documents), MAX_DOCUMENTS):
        block = np.zeros(len(chosen), bool)
        block[documents[first : first + MAX_DOCUMENTS]] = True
        yield block


def _occurrences(postings: FieldPostings, terms: range, chosen: Array) -> tuple[Array, Array]:
    """Return the key of each occurrence of consecutive terms in chosen documents, and its term."""
    first, last = postings.bounds(terms.start, len(terms))
    documents = postings.documents_of(terms)
    spots = chosen.take(documents).nonzero()[0]
    before = first - first % MARK_EVERY
    counts = postings.occurrences(before, last)
    begins = counts.cumsum() - counts + int(postings.marks[before // MARK_EVERY])
    at = spots + (first - before)
    sizes = counts.take(at)
    keys = (documents.take(spots).astype(np.int64) << ROW).repeat(sizes)
    keys += postings.positions_at(ranges(begins.take(at), sizes))
    places = _begins(postings, terms).searchsorted(spots, "right") + (terms.start - 1)
    return keys, places.repeat(sizes)


def _in_text_order(segment: Segment, field: str, documents: Array) -> tuple[Array, Array]:
    """Return the keys of all words of some documents, ascending, and the numbers of their terms."""
    postings = segment.postings(field)
    found = [_occurrences(postings, terms, documents) for terms in checked(_pieces(segment, field))]
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys, places = (np.concatenate(column) for column in zip(*found, strict=True))
    order = keys.argsort()
    return keys.take(order), places.take(order)


def _adjacent(keys: Array, terms: Array, size: int) -> Iterator[tuple[tuple[int, ...], Array, Array]]:
    """Yield the offsets of phrases, the phrases of consecutive words as numbers, and whether each is listed.

    The words have ascending keys, and terms below ``size``; -1 for terms that no phrase may have.
    """
    step, known = np.diff(keys), terms >= 0
    two = known[:-1] & known[1:]
    pairs = terms[:-1] * size + terms[1:]
    adjacent, around = two & (step == 1), two & (step == 2)
    yield TWO, pairs[adjacent], adjacent[adjacent]
    three = (step[:-1] == 1) & (step[1:] == 1) & known[:-2] & known[2:]
    outer = terms[:-2][three] * size + terms[2:][three]
    listed = np.arange(around.sum() + len(outer)) < around.sum()
    yield AROUND, np.concatenate((pairs[around], outer)), listed
    three &= known[1:-1]
    triples = pairs[:-1][three] * size + terms[2:][three]
    yield THREE, triples, np.ones(len(triples), bool)


def _summed(numbers: Array, counts: Array) -> Array:
    """Return the distinct numbers, ascending, and the sums of their counts, in a row each."""
    values, at = np.unique(numbers, return_inverse=True)
    sums = [np.bincount(at.ravel(), row, len(values)).astype(np.int64) for row in counts]
    return np.stack((values, *sums))
