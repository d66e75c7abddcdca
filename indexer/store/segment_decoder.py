"""Decode the blocks of a segment, so that they can be encoded again.

Contradictions between blocks are reported.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby, islice, pairwise, repeat
from operator import eq, itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_arrays import distinct
from indexer.codec.document_columns import PACKED, Documents, document_order, pack_numbers
from indexer.codec.postings import ESCAPE, HALF, OCCURRENCE_BITS, OCCURRENCE_MASK, TAB
from indexer.custom_fields import is_concept, split_term, value_key
from indexer.schema import DATE_KINDS, FIRST_COUNTRY, LANGUAGES, OWN, SKETCH_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from indexer.codec.document_columns import PackedCountries
    from indexer.codec.segment import Segment
    from indexer.codec.segment_writer import SegmentWriter

    Array = npt.NDArray[Any]

CHUNK_SIZE: Final = 1 << 20  # postings
TERMS: Final = 1 << 16  # terms, or ids and titles, that are decoded together
LAST_DAY: Final = 3652059  # the ordinal of 9999-12-31


class ContradictionError(Exception):
    """A block contradicts other blocks.

    The message is the name of the block.
    """


def require(condition: object, part: str) -> None:
    """Raise a ContradictionError unless a condition is true.

    ``part`` is the name of the block.
    """
    if not condition:
        raise ContradictionError(part)


def decode_documents(segment: Segment) -> Documents:
    """Decode the document columns of a segment.

    Raises:
        ContradictionError: The columns disagree.
    """
    size = segment.documents
    start, end, kind, masks, language, stored_at = (
        segment.array(name) for name in ("start", "end", "kind", "languages", "language", "stored_at")
    )
    require((kind < len(DATE_KINDS)).all(), "kind")
    require(masks.all() and (masks < 1 << len(LANGUAGES)).all(), "languages")
    require(not (language & (language - 1)).any() and (masks & language == language).all(), "language")
    require(np.array_equal(np.sort(stored_at), np.arange(size)), "stored_at")
    dated = kind != 0
    require(not start[~dated].any() and not end[~dated].any() and (start[dated] >= 1).all(), "start")
    require((end >= start).all() and (end <= LAST_DAY).all(), "end")
    at = segment.array("heads.at").astype(np.int64)
    require(at[0] == 0 and at[-1] == segment.container.count("heads") and (np.diff(at) > 0).all(), "heads.at")
    ids: list[bytes] = []
    heads = partial(read_heads, segment)
    try:
        for some in heads():
            b"\n".join(some).decode()  # so that each value is valid by itself
            ids += [head.partition(b"\0")[0] for head in some]
    except UnicodeDecodeError:
        raise ContradictionError("heads") from None
    ordered = sorted(ids)
    require(not any(map(eq, ordered, islice(ordered, 1, None))), "heads")
    del ordered
    order = document_order(ids, start, kind)  # UTF-8 sorts like text
    require(np.array_equal(order, np.arange(size)), "start")
    countries = _decode_countries(segment)
    sketches = segment.array("sketches").reshape(-1, SKETCH_KEYS)
    by_digest, digest = segment.array("by_digest"), np.empty(size, np.uint64)
    require(np.array_equal(np.sort(by_digest), np.arange(size)), "by_digest")
    digest[by_digest] = segment.array("digests")
    return Documents(start, end, kind, masks, language, countries, ids, heads, stored_at, sketches, digest)


def read_heads(segment: Segment) -> Iterator[list[bytes]]:
    """Yield batches of encoded ids and titles, ``id NUL title`` for each document."""
    for first in range(0, segment.documents, TERMS):
        at = segment.array("heads.at")[first : first + TERMS + 1].tolist()
        text = segment.array("heads")[at[0] : at[-1]].tobytes()
        yield [text[begin - at[0] : end - at[0]] for begin, end in pairwise(at)]


def _decode_countries(segment: Segment) -> PackedCountries:
    """Decode the countries of all documents, packed as the writer needs them."""
    size, codes = segment.documents, segment.countries
    many, at = segment.array("many.docs").astype(np.int64), segment.array("many.at").astype(np.int64)
    further = segment.array("many.countries")
    require((np.diff(many) > 0).all() and (many < size).all(), "many.docs")
    require(at[0] == 0 and at[-1] == len(further) and (np.diff(at) > 0).all(), "many.at")
    packed = segment.array("countries").view(np.uint8).reshape(-1, PACKED)
    docs, places = (packed >= FIRST_COUNTRY).nonzero()
    owners = np.concatenate((docs, np.repeat(many, np.diff(at))))
    numbers = np.concatenate((packed[docs, places], further)).astype(np.int64) - FIRST_COUNTRY
    require(np.array_equal(distinct(numbers), np.arange(len(codes))), "countries")  # each code occurs
    require(len(distinct(owners * len(codes) + numbers)) == len(numbers), "countries")  # once per document
    order = owners.argsort(kind="stable")
    counts = np.bincount(owners, minlength=size)
    countries = pack_numbers(numbers[order], np.cumsum(counts) - counts, counts, codes)
    require(countries.codes == codes, "countries")
    return countries


class FieldDecoder:
    """Decodes the posting lists of a field, a million postings at a time."""

    def __init__(self, segment: Segment, name: str) -> None:
        self._segment = segment
        self._name = name
        self._meta = segment.fields[name]
        self._lexicon = segment.lexicon(name)
        self._has = {part.removeprefix(f"{name}.") for part in segment.container.names()}
        self._start = self._array("start").astype(np.int64)
        self._gaps = self._exceptions("gap_at", "gap_of")
        self._uppers = self._exceptions("upper_at", "uppers")
        self._over = self._exceptions("over_at", "over_count", "over_title")
        self._position = 0

    def _array(self, part: str) -> Array:
        return self._segment.array(f"{self._name}.{part}")

    def encode(self, writer: SegmentWriter, progress: Callable[[int], None]) -> None:
        """Decode the field, and write it again.

        Raises:
            ContradictionError: Parts of the field disagree.
        """
        start, has, size = self._start, self._has, len(self._lexicon)
        self._check_offsets()
        if self._name == OWN:
            self._check_custom()
        least = 0 if self._name == OWN else 1  # a custom term that all documents have has no postings
        require(start[0] == 0 and start[-1] == self._meta["postings"], "start")
        require((np.diff(start) >= least).all(), "start")
        lengths = self._array("lengths") if "lengths" in has else None
        total = max(self._segment.container.count(f"{self._name}.positions"), 0)
        field = writer.field(
            self._name,
            postings=self._meta["postings"],
            occurrences=total,
            position_kind=self._segment.container.kind(f"{self._name}.positions"),
            lengths=lengths,
        )
        sums = np.zeros(self._segment.documents)
        first = 0
        while first < size:
            last = int(np.searchsorted(start, start[first] + CHUNK_SIZE, "right")) - 1
            last = min(max(last, first + 1), first + TERMS, size)
            terms, forms = self._lines(first, last)
            df = np.diff(start[first : last + 1])
            ids = self._ids(int(start[first]), int(start[last]), start[first:last] - start[first])
            occurrences = title = some = None
            if lengths is not None:
                occurrences, title = self._counts(int(start[first]), int(start[last]))
                term_frequencies = occurrences + (self._segment.title_weight - 1.0) * title
                sums += np.bincount(ids, weights=term_frequencies, minlength=len(sums))
                some = self._positions(total, occurrences) if total else None
            try:
                field.add(terms, df, ids, occurrences, title, some, forms)
            except ValueError:
                raise ContradictionError("terms") from None  # out of order
            progress(len(ids))
            first = last
        field.close()
        require(lengths is None or np.array_equal(sums, lengths), "lengths")

    def _exceptions(self, *parts: str) -> Array:
        """Read the escaped values, which are too large for the number stored with each posting.

        The first row of the result has the numbers of the postings. The other rows have the values, one row
        per block.
        """
        if parts[0] not in self._has:
            return np.zeros((len(parts), 0), np.int64)
        return np.stack([self._array(part).astype(np.int64) for part in parts])

    def _check_offsets(self) -> None:
        """Check that escaped values are in posting order, and that dictionary offsets are valid."""
        exceptions = {"gap_at": self._gaps, "over_at": self._over, "upper_at": self._uppers}
        for name, (at, *_) in exceptions.items():
            require((np.diff(at) > 0).all() and (at < self._meta["postings"]).all(), name)
        # The last two blocks only exist in format 8.
        for text, name, more in (("terms", "block_at", 1), ("terms", "term_at", 0), ("forms", "form_at", 0)):
            if name in self._has:
                at = self._array(name).astype(np.int64)
                size = self._segment.container.count(f"{self._name}.{text}")
                require(at[0] == 0 and at[-1] + more == size and (np.diff(at) >= 0).all(), name)

    def _lines(self, first: int, last: int) -> tuple[list[bytes], list[bytes]]:
        """Decode a range of lines of the term dictionary.

        Returns:
            The terms, and the word forms of each term, separated by spaces.
        """
        try:
            lines = [line.partition(TAB) for line in self._lexicon.lines(range(first, last))]
            b"\n".join([part for line in lines for part in line]).decode("utf-8", "surrogatepass")
        except ValueError:
            raise ContradictionError("terms") from None
        require(len(lines) == last - first, "terms")
        terms = [term for term, _, _ in lines]
        forms = [words or term for term, _, words in lines]
        if "impacts" in self._has:
            for words in map(bytes.split, forms, repeat(b" ")):
                require(all(words) and words == sorted(set(words)), "terms")
        else:
            require(terms == forms, "terms")
        return terms, forms

    def _check_custom(self) -> None:
        """Check that custom terms are valid, and that no document has two values of a field.

        A document may have any number of concepts, so their documents are not compared.
        """
        size, start = self._segment.documents, self._start
        require((np.diff(start) < size).all(), "start")
        for name, numbered in groupby(self._custom_fields(), key=itemgetter(0)):
            numbers = [number for _, number in numbered]
            if is_concept(name):
                continue
            own = start[numbers[0] : numbers[-1] + 2]
            ids = self._ids(int(own[0]), int(own[-1]), own[:-1] - own[0])
            whole = (np.diff(own) == 0).any()
            require(len(numbers) == 1 if whole else len(distinct(ids)) == len(ids), "ids")

    def _custom_fields(self) -> Iterator[tuple[str, int]]:
        """Yield the field name and the number of each custom term."""
        for first in range(0, len(self._lexicon), TERMS):
            terms, _ = self._lines(first, min(first + TERMS, len(self._lexicon)))
            for number, term in enumerate(terms, first):
                try:
                    name, key, written = split_term(term.decode("utf-8", "surrogatepass"))
                except ValueError:
                    raise ContradictionError("terms") from None
                require(name and key and value_key(written) == key, "terms")
                yield name, number

    def _ids(self, first: int, last: int, begins: Array) -> Array:
        """Decode the document numbers of a range of postings.

        ``begins`` are the positions in the range at which posting lists begin.
        """
        part = "ids" if "ids" in self._has else "gaps"
        ids: Array = self._array(part)[first:last].astype(np.int64)
        if part == "gaps":
            at, values = _exceptions_between(self._gaps, first, last)
            ids[at] = values
            sums = np.cumsum(ids)
            before = np.where(begins > 0, sums[begins - 1], 0)
            ids = sums - np.repeat(before, np.diff(begins, append=last - first))
        if not len(ids):
            return ids
        begins = begins[np.diff(begins, append=last - first) > 0]
        at, values = _exceptions_between(self._uppers, first, last)
        uppers, since = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)
        uppers[at] = values
        for changes in (begins, at):
            since[changes] = changes
        ids |= uppers[np.maximum.accumulate(since)] << HALF
        require(_ascends(ids, begins) and ids.min() >= 0 and ids.max() < self._segment.documents, part)
        return ids

    def _counts(self, first: int, last: int) -> tuple[Array, Array]:
        """Decode the term frequency of each posting in a range, and the occurrences in the title."""
        at, count, in_title = _exceptions_between(self._over, first, last)
        packed = np.ones(last - first, np.int64)
        if "counts" in self._has:
            packed = self._array("counts")[first:last].astype(np.int64)
            require(np.array_equal(np.flatnonzero(packed == ESCAPE), at), "counts")
        occurrences, title = packed & OCCURRENCE_MASK, packed >> OCCURRENCE_BITS
        occurrences[at], title[at] = count, in_title
        require((occurrences >= 1).all() and (title <= occurrences).all(), "counts")
        return occurrences, title

    def _positions(self, size: int, occurrences: Array) -> Array:
        """Decode the positions of the next postings."""
        ends = np.cumsum(occurrences)
        first, last = self._position, self._position + int(ends[-1])
        require(last <= size, "positions")
        try:
            positions = self._segment.postings(self._name).positions_at(np.arange(first, last))
        except IndexError:
            raise ContradictionError("far") from None
        require(_ascends(positions, ends - occurrences), "positions")
        self._position = last
        return positions


def _exceptions_between(exceptions: Array, first: int, last: int) -> Array:
    """Return the escaped values in a range of postings, with the first posting of the range numbered 0."""
    low, high = np.searchsorted(exceptions[0], (first, last)).tolist()
    some = exceptions[:, low:high].copy()
    some[0] -= first
    return some


def _ascends(values: Array, begins: Array) -> bool:
    """Return whether values ascend within each of several lists.

    ``begins`` are the positions at which the lists begin.
    """
    ascending = np.diff(values) > 0
    ascending[begins[1:] - 1] = True  # a new list may begin with any value
    return bool(ascending.all())
