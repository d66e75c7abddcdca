"""Count the terms and phrases in two sets of documents.

A phrase is two or three adjacent terms, or two terms with one word between them (*freedom of speech*). Two
terms with a word between them are only listed if that word is often a function word. Function words are not
indexed but have a position; as in a query, such a phrase matches any word at that position.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.word_arrays import distinct, ranges
from indexer.checkpoint import add_checkpoints, checkpoint
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
ROW: Final = 33  # the lowest bit of the document in a key; lower bits have the position
MAX_POSTINGS: Final = 1 << 19  # postings read at once
MAX_DOCUMENTS: Final = 1 << 15  # documents whose positions are sorted at once
TERM_BITS: Final = 20  # bits of a term in a phrase; three terms fit into 61 bits
MAX_TERMS: Final = (1 << TERM_BITS) - 1
POSITION_BITS: Final = 24  # an item has at most six million words
SAMPLE: Final = 8  # first, one of so many occurrences of a phrase's rarest term is checked
UNITS_AT: Final = np.array((0, 32), np.uint64)  # the lowest bits of the counts of both sets in one number
CACHE_SIZE: Final = 1 << 23  # cached occurrences of terms, 8 bytes each
UNITS: Final = np.array([0, 1, 1 << 32], np.uint64)  # the unit of a count, by set
LOW: Final = np.uint64((1 << 32) - 1)
TWO, AROUND, THREE = (0, 1), (0, 2), (0, 1, 2)  # the offsets of the terms of a phrase


class _Part(NamedTuple):
    """A segment, and the set to which each of its documents belongs."""

    segment: Segment
    side: Array


class _Postings(NamedTuple):
    """The postings of some documents, sorted by term.

    Attributes:
        terms, documents: The term and the document of each posting.
        begins: For each posting, the index of its first occurrence among all occurrences of the field.
        sizes: For each posting, the number of its occurrences.
    """

    terms: Array
    documents: Array
    begins: Array
    sizes: Array


class ArrayTermCounts:
    """Counts the terms and phrases in two sets of documents.

    See :class:`searcher.engine.TermCounts`. The second set has all other documents, or the documents of
    ``others`` that are not in the first set.
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
        self._terms: dict[str, list[str]] = {}  # terms by field
        self._ranks: dict[str, list[Array]] = {}  # ranks of the terms of each part with the field
        self._own: dict[str, list[list[_Postings]]] = {}  # postings of the first set, if it is small
        self._cached: OrderedDict[tuple[str, int, int], Array] = OrderedDict()
        self._room = CACHE_SIZE

    def languages(self) -> list[str]:
        """Return the languages in which at least one of the documents has text."""
        fields = {name for part in self._parts for name in part.segment.fields}
        return [language for language in LANGUAGES if text_field(language) in fields]

    def terms(self, language: str, least: int) -> tuple[list[str], Array, Counts]:
        """Return the frequent terms of the first set of documents, with counts.

        Args:
            language: The language.
            least: The minimum number of occurrences in the first set.

        Returns:
            The terms, most frequent first; a row of counts for each of them; and the sums of these counts
            over all terms of the language.
        """
        field = text_field(language)
        parts = [*self._segments_with_field(field)]
        self._own[field] = [[] for _ in parts]
        tables = [*map(self._table, parts, repeat(field), self._own[field])]
        total = sum([counts.sum(0) for counts in tables], np.zeros(4, np.int64))
        seen = [(counts[:, 0] >= (1 if len(parts) > 1 else least)).nonzero()[0].tolist() for counts in tables]
        numbers = [
            dict(zip(part.segment.lexicon(field).texts(own), own, strict=True))
            for part, own in zip(parts, seen, strict=True)
        ]
        names = [*dict.fromkeys(chain.from_iterable(numbers))]
        sums = np.zeros((len(names), 4), np.int64)
        places = []
        for part, own, counts in zip(parts, numbers, tables, strict=True):
            find = part.segment.find_term
            at = np.array([own[name] if name in own else find(field, name) for name in names], np.int64)
            sums[at >= 0] += counts[at[at >= 0]]
            places.append(at)
        order = (-sums[:, 0]).argsort(kind="stable")
        order = order[sums[order, 0] >= least]
        self._ranks[field] = []
        for at, counts in zip(places, tables, strict=True):
            ranks = np.full(len(counts) + 1, -1)  # the last entry is for terms that the part lacks
            ranks[at[order]] = np.arange(len(order))
            self._ranks[field].append(ranks[:-1])
        self._terms[field] = [names[row] for row in order.tolist()]
        return self._terms[field], sums[order], Counts(*total.tolist())

    def _segments_with_field(self, field: str) -> Iterator[_Part]:
        """Yield the segments with a field."""
        return (part for part in self._parts if field in part.segment.fields)

    @staticmethod
    def _table(part: _Part, field: str, own: list[_Postings]) -> Array:
        """Return the counts of all terms of a field in a segment, one row per term.

        Args:
            part: The segment.
            field: The field.
            own: A list to which the postings of the first set of documents are added, unless the set is
                large.
        """
        postings, rows = part.segment.postings(field), []
        is_small = (part.side == IN).sum() <= MAX_DOCUMENTS
        for terms in add_checkpoints(_split_terms(part.segment, field)):
            documents, sizes, side = _read_terms(postings, terms, part.side)
            begins = _term_starts(postings, terms)[:-1]
            # Both sets' counts are summed in one number: a field has less than 1 << 32 occurrences.
            unit = UNITS.take(side)
            sums = [np.add.reduceat(one, begins) for one in (unit * sizes.view(np.uint64), unit)]
            rows.append(np.stack([one >> shift & LOW for shift in UNITS_AT for one in sums], 1))
            if is_small:
                own.append(_choose_postings(postings, terms, documents, sizes, side == IN))
        return np.concatenate(rows).astype(np.int64)

    def phrases(self, language: str, least: int, fewest: int = 0) -> Iterator[tuple[Phrase, int]]:
        """Yield the frequent phrases of the first set, most frequent first.

        The phrases consist of terms returned by the last call of :meth:`terms`.
        """
        field = text_field(language)
        names = self._terms[field][:MAX_TERMS]
        size = len(names)
        found: dict[tuple[int, ...], list[Array]] = {TWO: [], AROUND: [], THREE: []}
        for part, ranks, own in zip(
            self._segments_with_field(field), self._ranks[field], self._own[field], strict=True
        ):
            numbers = np.where(ranks < size, ranks, -1)
            for documents in _split_documents(part.side == IN):
                checkpoint()
                read = own or _postings_of(part, field, documents)
                words = _words_in_order(part.segment, field, documents, read, numbers)
                for offsets, phrases in _adjacent_phrases(*words, size):
                    found[offsets].append(_sum_rows(phrases))
        columns = [np.empty((3, 0), np.int64)]
        for kind, several in enumerate(found.values()):
            if several:
                phrases, counts, listed = several[0] if len(several) == 1 else _merge_rows(several)
                kept = (listed >= least) & (counts >= fewest)
                columns.append(np.stack((phrases[kept], counts[kept], np.full(kept.sum(), kind))))
        every = np.concatenate(columns, 1)
        for phrase, count, kind in every[:, (-every[1]).argsort(kind="stable")].T.tolist():
            offsets = [*found][kind]
            terms = [phrase // size**power % size for power in reversed(range(len(offsets)))]
            yield Phrase(tuple([names[one] for one in terms]), offsets), count

    def sample_other_count(self, language: str, phrase: Phrase) -> int:
        """Return how often a phrase occurs in a sample of the second set of documents."""
        return self._count_in_sets(language, phrase, SAMPLE)[2]

    def count(self, language: str, phrase: Phrase) -> Counts:
        """Count a phrase in both sets of documents."""
        return Counts(*self._count_in_sets(language, phrase))

    def _count_in_sets(self, language: str, phrase: Phrase, step: int = 1) -> list[int]:
        """Count a phrase in both sets of documents.

        Only every ``step``-th occurrence of its rarest term is checked.
        """
        sums = [0, 0, 0, 0]
        for part, keys in self._find_occurrences(language, phrase, step):
            sides = part.side.take(keys >> ROW)
            for at, of_set in ((0, IN), (2, OTHER)):
                documents = keys[sides == of_set] >> ROW
                sums[at] += len(documents)
                sums[at + 1] += int(is_first(documents).sum())
        return sums

    def ids(self, language: str, phrase: Phrase, most: int) -> list[str]:
        """Return the ids of at most ``most`` documents of the first set that contain a phrase."""
        found: list[str] = []
        for part, keys in self._find_occurrences(language, phrase):
            documents = distinct(keys[part.side.take(keys >> ROW) == IN] >> ROW)[: most - len(found)]
            found += [item_id for item_id, _ in part.segment.ids_and_titles(documents.tolist())]
        return found

    def _find_occurrences(
        self, language: str, phrase: Phrase, step: int = 1
    ) -> Iterator[tuple[_Part, Array]]:
        """Yield the occurrences of a phrase in each segment that has its terms."""
        field = text_field(language)
        for at, part in enumerate(self._parts):
            numbers = [part.segment.find_term(field, term) for term in phrase.terms]
            if min(numbers) < 0:
                continue
            lists = [self._keys(at, field, number) for number in numbers]
            (first, offset), *others = sorted(
                zip(lists, phrase.offsets, strict=True), key=lambda one: len(one[0])
            )
            keys = first[::step] - offset
            for longer, offset in others:  # search the fewer occurrences in longer lists
                keys = keys[find(longer, keys + offset)[0]]
            yield part, keys

    def _keys(self, at: int, field: str, number: int) -> Array:
        """Return the keys of a term's occurrences in both sets, in ascending order.

        Results are cached. ``at`` is the index of the segment, and ``number`` is the number of the term.
        """
        keys = self._cached.get((field, at, number))
        if keys is None:
            segment, side = self._parts[at]
            postings, terms = segment.postings(field), range(number, number + 1)
            documents, sizes, sides = _read_terms(postings, terms, side)
            first = _offset(postings, terms)
            keys = (documents.astype(np.int64) << ROW).repeat(sizes)
            keys += postings.positions_at(np.arange(first, first + len(keys)))
            if not sides.all():
                keys = keys[(sides != NEITHER).repeat(sizes)]
            self._cached[field, at, number] = keys
            self._room -= len(keys)
            while self._room < 0:
                self._room += len(self._cached.popitem(last=False)[1])
        return keys


def _term_starts(postings: FieldPostings, terms: range) -> Array:
    """Return the index of the first posting of each term, and the end of the last term's postings.

    The terms are consecutive. Indexes count from the first posting of the first term.
    """
    starts: Array = postings.starts(terms).astype(np.int64)
    starts -= starts[0]
    return starts


def _split_terms(segment: Segment, field: str) -> Iterator[range]:
    """Yield ranges of terms whose postings together fit into memory."""
    size = segment.fields[field]["terms"]
    begins = _term_starts(segment.postings(field), range(size))
    start = 0
    while start < size:
        stop = max(int(begins.searchsorted(begins[start] + MAX_POSTINGS, "right")) - 1, start + 1)
        yield range(start, stop)
        start = stop


def _split_documents(chosen: Array) -> Iterator[Array]:
    """Yield parts of a document mask, each small enough to be sorted at once."""
    documents = chosen.nonzero()[0]
    for first in range(0, len(documents), MAX_DOCUMENTS):
        block = np.zeros(len(chosen), bool)
        block[documents[first : first + MAX_DOCUMENTS]] = True
        yield block


def _read_terms(postings: FieldPostings, terms: range, side: Array) -> tuple[Array, Array, Array]:
    """Return three arrays with the document, occurrences and set of each posting.

    The postings are those of consecutive terms.
    """
    documents = postings.documents_of(terms)
    return documents, postings.occurrences(*postings.bounds(terms.start, len(terms))), side.take(documents)


def _offset(postings: FieldPostings, terms: range) -> int:
    """Return the index of the first term's first occurrence in the field."""
    first, _ = postings.bounds(terms.start)
    before = first - first % MARK_EVERY
    return int(postings.marks[before // MARK_EVERY]) + int(postings.occurrences(before, first).sum())


def _choose_postings(
    postings: FieldPostings, terms: range, documents: Array, sizes: Array, chosen: Array
) -> _Postings:
    """Return the postings of consecutive terms in the chosen documents."""
    own = np.add.reduceat(chosen, _term_starts(postings, terms)[:-1], dtype=np.int64)
    begins = sizes.cumsum()
    begins += _offset(postings, terms) - sizes
    at = chosen.nonzero()[0]
    columns = [one.take(at) for one in (documents, begins, sizes)]
    return _Postings(np.arange(terms.start, terms.stop).repeat(own), *columns)


def _postings_of(part: _Part, field: str, documents: Array) -> list[_Postings]:
    """Return the postings of the chosen documents."""
    postings, found = part.segment.postings(field), []
    for terms in add_checkpoints(_split_terms(part.segment, field)):
        own, sizes, chosen = _read_terms(postings, terms, documents)
        found.append(_choose_postings(postings, terms, own, sizes, chosen))
    return found


def _words_in_order(
    segment: Segment, field: str, documents: Array, read: Sequence[_Postings], numbers: Array
) -> tuple[Array, Array]:
    """Return the words of the chosen documents in text order, as keys and terms.

    Args:
        segment: The segment of the documents.
        field: The field of the words.
        documents: For each document of the segment, whether it is chosen.
        read: The postings of the chosen documents.
        numbers: For each term of the field, a number less than ``MAX_TERMS``, or -1 for a term to ignore.

    Returns:
        For each word, its key (document and position), and the number of its term.
    """
    postings, words = segment.postings(field), [np.empty(0, np.int64)]
    rows = documents.cumsum() - 1
    for terms, having, begins, sizes in read:
        # A word is one number, so that sorting is fast: its document, its position, and its term.
        own = (rows.take(having) << POSITION_BITS + TERM_BITS | numbers.take(terms) + 1).repeat(sizes)
        own += postings.positions_at(ranges(begins, sizes)) << TERM_BITS
        words.append(own)
    ordered = np.concatenate(words)
    ordered.sort()
    return ordered >> TERM_BITS, (ordered & (1 << TERM_BITS) - 1) - 1


def _adjacent_phrases(keys: Array, terms: Array, size: int) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield the phrases of adjacent words, encoded as numbers, and the offsets of their words.

    An odd number encodes two terms around an indexed word. Such an occurrence does not count towards the
    minimum for listing the phrase.

    Args:
        keys: The word positions, ascending.
        terms: The number of each word's term, less than ``size``; -1 for words that phrases cannot contain.
        size: The number of distinct terms.
    """
    step, known = np.diff(keys), terms >= 0
    two = known[:-1] & known[1:]
    adjacent, around = two & (step == 1), two & (step == 2)
    pairs = terms[:-1] * size + terms[1:]
    yield TWO, pairs[adjacent] << 1
    three = (step[:-1] == 1) & (step[1:] == 1) & known[:-2] & known[2:]
    outer = terms[:-2][three] * size + terms[2:][three]
    yield AROUND, np.concatenate((pairs[around] << 1, outer << 1 | 1))
    three &= known[1:-1]
    yield THREE, (pairs[:-1][three] * size + terms[2:][three]) << 1


def _sum_rows(numbers: Array) -> Array:
    """Count the occurrences of phrases, which are encoded as numbers.

    Returns:
        Three rows: the distinct phrases, how often each occurs, and how often with an even number.
    """
    numbers.sort()
    phrases = numbers >> 1
    begins = is_first(phrases).nonzero()[0]
    if not len(begins):
        return np.empty((3, 0), np.int64)
    counts = np.diff(begins, append=len(numbers))
    return np.stack((phrases[begins], counts, counts - np.add.reduceat(numbers & 1, begins)))


def _merge_rows(several: Sequence[Array]) -> Array:
    """Return the distinct phrases of several arrays, and the sums of their counts."""
    phrases, at = np.unique(np.concatenate([one[0] for one in several]), return_inverse=True)
    sums = [np.bincount(at, np.concatenate([one[row] for one in several]), len(phrases)) for row in (1, 2)]
    return np.stack((phrases, *[one.astype(np.int64) for one in sums]))
