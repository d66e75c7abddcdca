"""Present the fields of a segment to Whoosh, including fields that are derived from columns."""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from whoosh.codec.base import FieldCursor
from whoosh.matching import LeafMatcher, ReadTooFar

from indexer import schema as names
from indexer.analysis import analyzer
from indexer.analysis.analyzer import family, has_families
from indexer.analysis.characters import fold, plain
from indexer.schema import DATE_KINDS, ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from whoosh.reading import TermInfo

    from indexer.codec.segment import Segment


LONG_STEM = 6  # letters; words of different meanings hardly share a stem of this length
DAY_BITS = 32
DAY_STEP = 4  # Whoosh's NUMERIC indexes a number once for every four bits that it drops

# The day fields: the column, and whether they are for estimated documents.
DAY_COLUMNS = {
    names.START_DAY: ("start", False),
    names.END_DAY: ("end", False),
    names.ESTIMATED_START: ("start", True),
    names.ESTIMATED_END: ("end", True),
}
DATE, DATE_END = "date", "date_end"  # the same days as Whoosh dates, for all dated documents
_DATE_COLUMNS = {DATE: "start", DATE_END: "end"}
_DERIVED = {names.ID, names.DATING, *DAY_COLUMNS, *_DATE_COLUMNS}


class QueryTerm(bytes):
    """A term of a query parsed by Whoosh, with its spelling and position.

    Whoosh's ``Phrase`` expects consecutive positions, but Dragoman's positions count stop words. A search for
    a typed word also differs from a lookup of its stem. Whoosh passes terms unchanged to this module, which
    handles both differences.

    Attributes:
        gaps: The number of stop words between the first term of the phrase and this term. It is subtracted
            from the positions of this term.
        written: The word as typed; ``None`` if the term is a pattern or part of a phrase.
    """

    gaps: int
    written: str | None

    @classmethod
    def of(cls, term: bytes, gaps: int, written: str | None) -> QueryTerm:
        """Return a term of a query with its attributes."""
        made = cls(term)
        made.gaps, made.written = gaps, written
        return made


class PostingList(NamedTuple):
    """The posting list of a term: its documents in ascending order, term frequencies and positions."""

    ids: list[int]
    weights: list[float]
    positions: Callable[[int], list[int]]

    def shift(self, places: int) -> PostingList:
        """Return this posting list with ``places`` subtracted from all positions.

        Positions that would be negative are left out.
        """
        positions = self.positions
        return self._replace(positions=lambda n: [at - places for at in positions(n) if at >= places])

    def restrict(self, documents: set[int]) -> PostingList:
        """Return this posting list with only the postings of the given documents."""
        kept = [n for n, document in enumerate(self.ids) if document in documents]
        weights = [self.weights[n] for n in kept]
        return PostingList([self.ids[n] for n in kept], weights, lambda n: self.positions(kept[n]))

    @classmethod
    def union(cls, lists: Sequence[PostingList]) -> PostingList:
        """Return the union of several posting lists."""
        if len(lists) == 1:
            return lists[0]
        places: dict[int, list[tuple[PostingList, int]]] = {}
        for one in lists:
            for n, document in enumerate(one.ids):
                places.setdefault(document, []).append((one, n))
        found = [places[document] for document in sorted(places)]
        return cls(
            sorted(places),
            [sum(one.weights[n] for one, n in same) for same in found],
            lambda n: sorted(at for one, place in found[n] for at in one.positions(place)),
        )


class FieldTerms(NamedTuple):
    """The terms of a field in byte order, numbered from 0, and their posting lists."""

    size: int
    term: Callable[[int], bytes]
    postings: Callable[[int], PostingList]

    def find(self, text: bytes) -> int:
        """Return the number that identifies a term, or -1 if the field lacks the term."""
        number = self.floor(text)
        return number if number < self.size and self.term(number) == text else -1

    def floor(self, text: bytes) -> int:
        """Return the number of the first term greater than or equal to ``text``."""
        return bisect_left(range(self.size), text, key=self.term)


class SegmentFields:
    """The fields of a segment by name, opened on demand."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._open = cache(self._field)
        self.lengths = cache(self._lengths)

    @cached_property
    def names(self) -> list[str]:
        """The names of the fields that have terms, sorted."""
        stored = self._segment.fields
        return sorted(name for name in {*stored, *_DERIVED} if name in stored or self[name].size)

    def __contains__(self, name: str) -> bool:
        return name in self._segment.fields or name in _DERIVED

    def __getitem__(self, name: str) -> FieldTerms:
        return self._open(name)

    def has(self, name: str, text: bytes) -> bool:
        """Return whether a term has postings."""
        if isinstance(text, QueryTerm) and text.written is not None:
            return self.postings(name, text) is not None
        return name in self and self[name].find(text) >= 0

    def postings(self, name: str, text: bytes) -> PostingList | None:
        """Return the posting list of a term, or ``None`` if there is none.

        A typed word matches as in a search. It also matches its spellings with or without accents. If the
        stem is short, only documents with a form of the word match. If the stem is long and shared by
        unrelated words, only documents with a word of the same word family match.
        """
        if name not in self:
            return None
        if not isinstance(text, QueryTerm):
            return self._postings(name, text)
        if text.written is None:
            postings = self._postings(name, text)
            return postings and postings.shift(text.gaps)
        language = name.rpartition("_")[2]
        own, *others = analyzer(language).query_terms(text.written, partial(self._variants, language))
        lists = [self._restrict_to_form(name, own, plain(text.written))]
        lists += [self._postings(name, other.encode()) for other in others]
        found = [postings for postings in lists if postings is not None]
        return PostingList.union(found) if found else None

    def _postings(self, name: str, text: bytes) -> PostingList | None:
        number = self[name].find(text)
        return self[name].postings(number) if number >= 0 else None

    def _variants(self, language: str, word: str) -> list[str]:
        """Return the terms of the accented words that equal ``word`` when their accents are removed."""
        start, lexicon = f"{language} {word} ", self._segment.lexicon(names.VARIANTS)
        return [
            term.removeprefix(start) for term in lexicon.texts(lexicon.numbers_with_prefix(start.encode()))
        ]

    def _restrict_to_form(self, name: str, term: str, word: str) -> PostingList | None:
        """Return the postings of a term in the documents that contain a form of ``word``.

        The result is ``None`` if there are none.
        """
        postings = self._postings(name, term.encode())
        language = name.rpartition("_")[2]
        is_long = len(term) >= LONG_STEM
        if postings is None or language not in names.ANALYZED_LANGUAGES:
            return postings
        if is_long and not has_families(language, term):
            return postings
        from indexer.analysis.word_forms import are_forms

        field = names.text_field(language)
        forms = self._segment.lookup(field, term.encode())[2].decode().split()
        if is_long:
            meant = [form for form in forms if family(language, form) == family(language, fold(word))]
        else:
            meant = [form for form in forms if fold(word) == form or are_forms(language, word, form)]
        if len(meant) == len(forms):
            return postings
        lists = [self._postings(names.WORDS, form.encode()) for form in meant]
        kept = postings.restrict({document for found in lists if found for document in found.ids})
        return kept if kept.ids else None

    def _lengths(self, name: str) -> Sequence[int]:
        """Return the length of a field in each document.

        The result is empty for fields without lengths. The lengths are exact sums of term frequencies, while
        Whoosh's codec rounds them to a byte.
        """
        if f"{name}.lengths" in self._segment.container:
            return self._segment.postings(name).lengths_view
        if name not in {names.COUNTRY, names.LANGUAGE, names.DATING, names.OWN}:
            return ()
        counts = np.zeros(self._segment.documents, np.int64)
        for number in range(self[name].size):
            counts[self[name].postings(number).ids] += 1
        return list(counts.tolist())

    def _field(self, name: str) -> FieldTerms:
        segment = self._segment
        if name == names.ID:
            by_id = segment.column("by_id")
            return FieldTerms(
                segment.documents,
                lambda number: segment.head(by_id[number])[0].encode(),
                lambda number: _unweighted_list([by_id[number]]),
            )
        if name == names.DATING:
            kinds = segment.array("kind")
            lists = {kind.encode(): np.flatnonzero(kinds == n).tolist() for n, kind in enumerate(DATE_KINDS)}
            return _derived_terms({kind: docs for kind, docs in lists.items() if docs})
        if name in DAY_COLUMNS:
            return _derived_terms(_tiers(*day_column(segment, name)))
        if name in _DATE_COLUMNS:
            documents, days = day_column(segment, name)
            # Whoosh's 64-bit numbers are signed: the lowest one is the term of zeros.
            terms = microseconds(days).astype(np.uint64) + np.uint64(1 << 63)
            return _derived_terms(
                {b"\0" + number.to_bytes(8, "big"): docs for number, docs in _lists(documents, terms)}
            )
        return _stored_terms(segment, name)


def _stored_terms(segment: Segment, name: str) -> FieldTerms:
    lexicon, postings = segment.lexicon(name), segment.postings(name)

    def read(number: int) -> PostingList:
        first, last = postings.bounds(number)
        if name == names.OWN:
            return _unweighted_list(segment.documents_of_terms(name, range(number, number + 1)))
        return PostingList(
            postings.documents(first, last).tolist(),
            postings.term_frequencies(np.arange(first, last)).tolist(),
            lambda posting: list(postings.positions_of(first + posting)),
        )

    return FieldTerms(len(lexicon), lexicon.term, read)


def _derived_terms(lists: Mapping[bytes, Sequence[int]]) -> FieldTerms:
    terms = sorted(lists)
    return FieldTerms(len(terms), terms.__getitem__, lambda number: _unweighted_list(lists[terms[number]]))


def _unweighted_list(ids: Sequence[int]) -> PostingList:
    return PostingList(list(ids), [1.0] * len(ids), lambda _: [])


def day_column(segment: Segment, name: str) -> tuple[Any, Any]:
    """Return the documents with a day or date field, and the day of each as an ordinal."""
    kinds = segment.array("kind")
    if name in _DATE_COLUMNS:
        documents = np.flatnonzero(kinds)
        return documents, segment.array(_DATE_COLUMNS[name])[documents]
    column, estimated = DAY_COLUMNS[name]
    documents = np.flatnonzero((kinds == ESTIMATED) if estimated else ((kinds != ESTIMATED) & (kinds != 0)))
    return documents, segment.array(column)[documents]


def microseconds(days: Any) -> Any:
    """Convert day ordinals to Whoosh's dates, in microseconds since 0001-01-01."""
    return (days.astype(np.int64) - 1) * 86_400_000_000


def _lists(documents: Any, values: Any) -> Iterator[tuple[int, list[int]]]:
    """Yield the distinct values, ascending, each with its documents."""
    order = np.argsort(values, kind="stable")
    distinct, begins = np.unique(values[order], return_index=True)
    for value, own in zip(distinct.tolist(), np.split(documents[order], begins[1:]), strict=False):
        yield int(value), own.tolist()


def _tiers(documents: Any, days: Any) -> dict[bytes, list[int]]:
    """Return the documents of each term in a numeric field for days.

    Like Whoosh's numeric fields, the field has tiers of terms, each without four more of the lowest bits.
    """
    lists: dict[bytes, list[int]] = {}
    for shift in range(0, DAY_BITS, DAY_STEP):
        for value, own in _lists(documents, days.astype(np.int64) >> shift):
            lists[bytes([shift]) + value.to_bytes(4, "big")] = own
    return lists


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """A matcher over a posting list that encodes postings as the Whoosh field expects."""

    def __init__(self, term: tuple[str, bytes], postings: PostingList, format_: Any, scorer: Any) -> None:
        self._term = term
        self._postings = postings
        self._ids = postings.ids
        self._posting = 0
        self.format = format_
        self.scorer = scorer

    def is_active(self) -> bool:
        """Return whether there is a current posting."""
        return self._posting < len(self._ids)

    def reset(self) -> None:
        """Return to the first posting."""
        self._posting = 0

    def copy(self) -> ArrayMatcher:
        """Return an independent matcher at the same posting of the list."""
        return copy(self)

    def id(self) -> int:
        """Return the current document; after the last document, a number above all document numbers.

        Whoosh's AndNot also calls this method after the last document.
        """
        return self._ids[self._posting] if self._posting < len(self._ids) else 1 << 62

    def all_ids(self) -> Iterator[int]:
        """Return an iterator over all documents."""
        return iter(self._ids)

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        """Return all documents of the list with their encoded postings."""
        return ((document, self._encode_positions(n)) for n, document in enumerate(self._ids))

    def next(self) -> bool:
        """Move to the next posting, and return whether the end is reached."""
        if self._posting >= len(self._ids):
            raise ReadTooFar
        self._posting += 1
        return self._posting == len(self._ids)

    def skip_to(self, id: int) -> None:  # noqa: A002  # Whoosh's parameter name
        """Move forward to the first posting whose document is at least ``id``."""
        if self._posting >= len(self._ids):
            raise ReadTooFar
        self._posting = bisect_left(self._ids, id, self._posting)

    def supports_block_quality(self) -> bool:
        """Return False, because skipping blocks of a list in memory saves nothing."""
        return False

    def weight(self) -> float:
        """Return the term frequency in the current document."""
        return self._postings.weights[self._posting]

    def value(self) -> bytes:
        """Return the current posting as the Whoosh field encodes it."""
        return self._encode_positions(self._posting)

    def _encode_positions(self, posting: int) -> bytes:
        from whoosh.formats import Existence, Positions
        from whoosh.system import pack_uint

        if isinstance(self.format, Positions):
            return bytes(self.format.encode(self._postings.positions(posting)))
        if isinstance(self.format, Existence):
            return b""
        return bytes(pack_uint(int(self._postings.weights[posting])))


class ArrayCursor(FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """A cursor over the terms of a field, for Whoosh."""

    def __init__(
        self, term_info: Callable[[str, bytes], TermInfo], name: str, terms: FieldTerms, field: Any
    ) -> None:
        self._term_info = term_info
        self._name = name
        self._terms = terms
        self._field = field
        self._number = 0

    def first(self) -> Any:
        """Move to the first term, and return it."""
        self._number = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Move to the first term not less than a text, and return the term, or ``None`` at the end."""
        self._number = self._terms.floor(
            string if isinstance(string, bytes) else self._field.to_bytes(string)
        )
        return self.text()

    def next(self) -> Any:
        """Move to the next term, and return it, or None at the end."""
        self._number = min(self._number + 1, self._terms.size)
        return self.text()

    def text(self) -> Any:
        """Return the current term, or None at the end."""
        return self._field.from_bytes(self._terms.term(self._number)) if self.is_valid() else None

    term = text  # the name that Whoosh's cursor over several segments uses

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the current term, or None after the last term."""
        return self._term_info(self._name, self._terms.term(self._number)) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Return whether there is a current term."""
        return self._number < self._terms.size
