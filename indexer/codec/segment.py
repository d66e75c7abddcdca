"""Open a segment: documents with columns, dictionaries and posting lists.

A segment is memory-mapped; its documents are in date order. The declared blocks and their lengths are checked
before use: an index may be untrusted, so valid checksums prove nothing about its content. With correct
lengths, no number in a file can make a reader use more memory than the length of the file.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.layout import Container
from indexer.codec.postings import BLOCK_TERMS, MARK_EVERY, PART, FieldPostings, Lexicon
from indexer.codec.stored import StoredRecords
from indexer.runtime import NamedTuple
from indexer.schema import FIRST_COUNTRY, MAX_COUNTRIES, OWN, SEPARATOR, SKETCH_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from indexer.codec.layout import FileChecksum
    from indexer.codec.line_table import AnnotatedDocuments
    from indexer.codec.plain_file import StrPath

    # For each block, the allowed number types and the required count of numbers (None allows any count).
    Blocks = dict[str, tuple[str, int | None]]

MAX_DOCUMENT_COUNT: Final = 1 << 32
MAX_YEARS: Final = 9999

_ANY_WIDTH: Final = "u1 u2 u4"
# The blocks of each kind of field.
_KEYWORDS: Final = frozenset("terms block_at firsts start ids".split())
_GAPS: Final = frozenset("gaps gap_at gap_of".split())
_WORDS: Final = _KEYWORDS.union(_GAPS, "lengths over_at over_count over_title".split()) - {"ids"}
_TITLES: Final = _WORDS.union("counts positions marks".split())
_TEXTS: Final = _TITLES.union("ids impacts big tops country_rows".split()) - _GAPS
# Further blocks of fields with the blocks "ids" and "positions"; not in format 8.
_UPPERS: Final = frozenset("upper_at uppers upper_from".split())
_FAR: Final = frozenset("far_at far".split())
_FORMER: Final = frozenset("term_at forms form_at".split())  # blocks of a dictionary of format 8


def require_shape(container: Container) -> None:
    """Check that a segment file has all required blocks with consistent lengths.

    Raises:
        IndexFolderError: A block is missing, or has a wrong length.
    """
    meta = container.meta
    try:
        documents, countries = _count(meta["documents"], MAX_DOCUMENT_COUNT), meta["countries"]
        _require_blocks(container, _columns(container, documents))
        _require(1 <= meta["title_weight"] < 1 << 8 and meta["mixed"] == container.count("mixed"))
        _require(isinstance(countries, list) and all(isinstance(code, str) for code in countries))
        _require(len(countries) <= MAX_COUNTRIES)
        first, names = 0, set(container.names())
        for name in ("dated", "estimated"):
            first = _zone(meta[name], first, documents)
        for name, field in meta["fields"].items():
            _count(field["total_length"], 1 << 63)
            _count(field["documents"], documents + 1)
            blocks = _field(container, name, field, documents, len(countries) + FIRST_COUNTRY)
            has = {part for part in blocks if f"{name}.{part}" in names}
            is_former = "term_at" in has and ("forms" in has) == ("form_at" in has)
            shape = has - _FORMER | {"block_at", "firsts"} if is_former else has
            _require(shape & _UPPERS == (_UPPERS if "ids" in has and not is_former else set()))
            _require(shape & _FAR == (_FAR if "positions" in has and not is_former else set()))
            _require(shape - _UPPERS - _FAR in (_KEYWORDS, _WORDS, _TITLES, _TEXTS))
            _require(("lengths" in has) == ("max_length" in field))
            _require_blocks(container, {f"{name}.{part}": blocks[part] for part in has})
    except (KeyError, TypeError, ValueError, AttributeError):
        raise container.damage_error("its table") from None


def _columns(container: Container, documents: int) -> Blocks:
    return {
        **dict.fromkeys(("start", "end"), ("i4", documents)),
        **dict.fromkeys(("kind", "languages", "language"), ("u1", documents)),
        **dict.fromkeys(("stored_at", "countries", "by_id", "by_digest"), ("u4", documents)),
        "sketches": ("u4", documents * SKETCH_KEYS),
        **dict.fromkeys(("many.docs", "spans", "crossing", "mixed"), ("u4", None)),
        "digests": ("u8", documents),
        "many.at": ("u4", container.count("many.docs") + 1),
        "many.countries": ("u1", None),
        "heads.at": ("u4 u8", documents + 1),
        "heads": ("u1", None),
    }


def _field(container: Container, name: str, meta: dict[str, Any], documents: int, row: int) -> Blocks:
    terms, postings = (_count(meta[key], MAX_DOCUMENT_COUNT) for key in ("terms", "postings"))
    gaps, over, big, uppers, far = (
        container.count(f"{name}.{part}") for part in ("gap_at", "over_at", "big", "upper_at", "far_at")
    )
    return {
        "terms": ("u1", None),
        "block_at": ("u4", max(-(-terms // BLOCK_TERMS), 1) + 1),
        "firsts": ("u1", None),
        "start": ("u4", terms + 1),
        "term_at": ("u4", terms + 1),
        "forms": ("u1", None),
        "form_at": ("u4", terms + 1),
        "ids": ("u2" if uppers >= 0 else "u4", postings),
        "upper_at": ("u4", None),
        "uppers": ("u1 u2", uppers),
        "upper_from": ("u4", -(-postings >> PART) + 1),
        "gaps": ("u2", postings),
        "gap_at": ("u4", None),
        "gap_of": ("u4", gaps),
        "counts": ("u1", postings),
        "impacts": ("u1", postings),
        "over_at": ("u4", None),
        "over_count": (_ANY_WIDTH, over),
        "over_title": (_ANY_WIDTH, over),
        "positions": (_ANY_WIDTH, None),
        "far_at": ("u4", None),
        "far": (_ANY_WIDTH, far),
        "marks": ("u4", -(-postings // MARK_EVERY)),
        "lengths": (_ANY_WIDTH, documents),
        "big": ("u4", None),
        "tops": ("u1", big),
        "country_rows": ("u4", big * row),
    }


def _require_blocks(container: Container, blocks: Blocks) -> None:
    for name, (kinds, count) in blocks.items():
        kind, found = container.shape(name)
        _require(kind in kinds.split() and count in {None, found})


def _zone(zone: dict[str, Any], first: int, documents: int) -> int:
    """Check that a zone of documents begins where the previous one ends, and return its end."""
    years, bounds = zone["years"], zone["year_at"]
    _require(isinstance(years, list) and isinstance(bounds, list) and len(bounds) == len(years) + 1)
    _require(len(years) <= MAX_YEARS and all(_count(year, MAX_YEARS + 1) >= 1 for year in years))
    ascending = [first, *(_count(bound, documents + 1) for bound in bounds)]
    _require(ascending == sorted(ascending))
    last = ascending[-1]
    _require(zone == {"first": first, "last": last, "years": years, "year_at": bounds})
    return last


def _count(value: Any, limit: int) -> int:
    """Return a value, which must be an integer from 0 to ``limit - 1``.

    Raises:
        ValueError: The value is not such an integer.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
        raise ValueError(value)
    return value


def _require(condition: bool) -> None:  # noqa: FBT001  # an assertion
    if not condition:
        raise ValueError


def open_lexicon(container: Container, field: str) -> Lexicon:
    """Open the dictionary of a field in a segment."""
    size = container.meta["fields"][field]["terms"]
    if f"{field}.firsts" in container:
        return Lexicon(container, field, size)
    from indexer.codec.optional_parts import FormerLexicon  # of an index of format 8

    columns = [(f"{field}.terms", f"{field}.term_at"), (f"{field}.forms", f"{field}.form_at")]
    return FormerLexicon(container, size, [column for column in columns if column[1] in container])


SEGMENTS_FOLDER: Final = "segments"  # in the index folder; Whoosh's own clean-up does not reach it
HEAD_GROUP_SIZE: Final = 7  # the heads of 128 documents, about two thirds of a page, are verified at once


class Zone(NamedTuple):
    """A range of documents with the same kind of date, newest first.

    Attributes:
        first: The number of the first document in the range.
        last: The number of the first document after the range.
        years: The years that overlap the date of at least one document, newest first.
        year_at: For each year, the first document whose date starts in this year or before; and finally
            ``last``.
    """

    first: int
    last: int
    years: Sequence[int]
    year_at: Sequence[int]


class SegmentEntry(NamedTuple):
    """A segment as listed in ``dragoman.json``.

    Attributes:
        name: The name of its files, without their suffixes.
        documents: The number of documents, including deleted ones.
        deletions: The generation of the file with the deleted documents; ``None`` if no document is deleted.
        checksums: The expected checksum of each file, by suffix.
        since: The generation that wrote the segment. It also added the documents whose records do not state
            an earlier generation.
    """

    name: str
    documents: int
    deletions: int | None
    checksums: tuple[tuple[str, FileChecksum], ...]
    since: int = 0

    @property
    def endings(self) -> tuple[str, ...]:
        """The suffixes of the files of the segment."""
        return ("seg", "text") if self.deletions is None else ("seg", "text", f"{self.deletions}.del")

    def open(self, folder: StrPath) -> Segment:
        """Open the segment in a folder.

        Its files can be read even after a writer removed them.

        Raises:
            IndexFolderError: A file is missing, damaged, or has another checksum.
        """
        segment = Segment(folder, self.name, self.deletions, self.checksums)
        segment.since = self.since
        if segment.documents != self.documents:
            raise segment.container.damage_error("its table")
        _ = segment.records
        return segment


class Segment:
    """An immutable part of an index, opened read-only and read on demand.

    Documents are numbered in three zones: with a stated date, with an estimated date, undated. Each zone is
    sorted by the first possible day, newest first, and then by id.

    Raises:
        IndexFolderError: A file is missing, damaged, or of another format.
    """

    def __init__(
        self,
        folder: StrPath,
        name: str,
        deletions: int | None = None,
        checksums: Iterable[tuple[str, FileChecksum]] = (),
    ) -> None:
        self.name = name
        self._checksums = dict(checksums)
        self.container = Container(f"{folder}/{name}.seg", self._checksums.get("seg"))
        require_shape(self.container)
        self._folder = folder
        self.meta: dict[str, Any] = self.container.meta
        self.documents: int = self.meta["documents"]  # including deleted documents
        self.title_weight: int = self.meta["title_weight"]
        self.fields: dict[str, dict[str, Any]] = self.meta["fields"]
        self.countries: list[str] = self.meta["countries"]  # codes; ordinal: position plus FIRST_COUNTRY
        self.dated = Zone(**self.meta["dated"])
        self.estimated = Zone(**self.meta["estimated"])
        self.mixed: int = self.meta["mixed"]  # documents with text in several languages or in none
        self.since = 0  # set from the entry
        self.annotations: AnnotatedDocuments | None = None  # set from the generation
        self.deleted: list[int] = []  # ascending
        if deletions is not None:
            from indexer.codec.optional_parts import read_deletions

            checksum = self._checksums.get(f"{deletions}.del")
            self.deleted = read_deletions(folder, name, deletions, self.documents, checksum)
        # Whether the heads of each group of documents have been verified.
        self._ids_and_titles_verified = bytearray((self.documents >> HEAD_GROUP_SIZE) + 1)
        # The dictionary and the posting lists of a field.
        self.lexicon: Callable[[str], Lexicon] = cache(partial(open_lexicon, self.container))
        self.postings: Callable[[str], FieldPostings] = cache(
            partial(FieldPostings, self.container, self.title_weight)
        )

    def dated_zones(self, *, estimated: bool) -> tuple[Zone, ...]:
        """Return the zone of dated documents and, if requested, that of estimated dates."""
        return (self.dated, self.estimated) if estimated else (self.dated,)

    def find_term(self, field: str, text: str) -> int:
        """Return the number of a term in a field, or -1 if the segment lacks the term."""
        return self.lookup(field, text.encode("utf-8", "surrogatepass"))[0]

    def lookup(self, field: str, term: bytes) -> tuple[int, int, bytes]:
        """Find a term in a field.

        Returns:
            The term's number, document frequency, and forms separated by spaces. If the segment lacks the
            term or the field, -1, 0 and ``b""``.
        """
        number, forms = self.lexicon(field).entry(term) if field in self.fields else (-1, b"")
        return (
            (number, self.postings(field).document_frequency(number), forms) if number >= 0 else (-1, 0, b"")
        )

    def keyword_terms(self, field: str, value: str) -> range:
        """Return the numbers of the terms for a keyword, in all its spellings.

        Args:
            field: A field that is not ranked.
            value: The keyword. For custom fields, the name of a field alone means all its keywords.
        """
        if field != OWN:
            number = self.find_term(field, value)
            return range(number, number + 1) if number >= 0 else range(0)
        start = f"{value}{SEPARATOR}".encode("utf-8", "surrogatepass")
        return self.lexicon(OWN).numbers_with_prefix(start) if OWN in self.fields else range(0)

    def keyword_documents(self, field: str, value: str) -> Sequence[int]:
        """Return the documents with a keyword, sorted, without numpy.

        Deleted documents are included.
        """
        if field == OWN and self.annotations:
            docs = self.annotations.keyword_documents(value)
            if docs is not None:
                return docs
        terms = self.keyword_terms(field, value)
        return self.documents_of_terms(field, terms) if terms else ()

    def documents_of_terms(self, field: str, terms: range) -> Sequence[int]:
        """Return the documents that have any of a range of terms, in a field that is not ranked."""
        postings = self.postings(field)
        lists = [postings.ids_of(*postings.bounds(term)) for term in terms]
        if not all(map(len, lists)):
            return range(self.documents)  # a value that all documents have has no postings
        return sorted(set().union(*lists)) if len(lists) > 1 else lists[0]

    def column(self, name: str) -> memoryview[int]:
        """Return a column, which has a number for each document, without loading numpy."""
        return self.container.pages(name)

    def days(self, document: int) -> tuple[int, int, bool] | None:
        """Return the first and last day of a document, and whether they are estimated.

        The result is ``None`` if the document is undated.
        """
        if document >= self.estimated.last:
            return None
        return self.column("start")[document], self.column("end")[document], document >= self.dated.last

    def paragraphs(self) -> tuple[memoryview[int], memoryview[int]]:
        """Return where the paragraph entries of each document start, and the entries of all documents.

        An entry is the position plus one of a paragraph's first word. An entry of 0 means that the entries of
        the next language follow.

        Raises:
            QueryError: The segment lacks paragraphs.
            IndexFolderError: The numbers of entries are wrong.
        """
        # Only the operator SAME needs this import.
        from indexer.codec.optional_parts import PARAGRAPHS, PARAGRAPHS_AT, optional_block

        at = optional_block(self.container, PARAGRAPHS_AT, self.documents)
        entries = optional_block(self.container, PARAGRAPHS, self.documents)
        if at[-1] != len(entries):
            raise self.container.damage_error(PARAGRAPHS_AT)
        return at, entries

    def column_at(self, name: str, docs: Sequence[int]) -> memoryview[int]:
        """Return a column without numpy; only the values of ``docs``, which ascend, are verified."""
        self.container.verify_values(name, docs)
        return self.container.raw_view(name)

    def column_part(self, name: str, first: int, last: int) -> memoryview[int]:
        """Return a column; only the values of the documents from ``first`` up to ``last`` are verified."""
        self.container.verify_part(name, first, last)
        return self.container.raw_view(name)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a column as a numpy array."""
        return self.container.array(name)

    def optional_array(self, name: str) -> npt.NDArray[Any]:
        """Return an optional block as a numpy array.

        Raises:
            QueryError: The segment lacks the block; the message names the feature that needs it.
            IndexFolderError: The length of the block is wrong.
        """
        from indexer.codec.optional_parts import optional_block  # few queries need one

        optional_block(self.container, name, self.documents)
        return self.array(name)

    @cached_property
    def _ids_and_titles(self) -> tuple[memoryview[int], memoryview[int]]:
        return self.container.raw_view("heads.at"), self.container.raw_view("heads")

    def head(self, doc: int) -> tuple[str, str | None]:
        """Return the id and the title of a document; the title is ``None`` if there is none."""
        return self.ids_and_titles((doc,))[0]

    def ids_and_titles(self, docs: Sequence[int]) -> list[tuple[str, str | None]]:
        """Return the ids and titles of documents."""
        (at, text), verified = self._ids_and_titles, self._ids_and_titles_verified
        found: list[tuple[str, str | None]] = []
        for doc in docs:
            if not verified[doc >> HEAD_GROUP_SIZE]:
                self._verify_ids_and_titles(doc >> HEAD_GROUP_SIZE)
            key, mark, title = str(text[at[doc] : at[doc + 1]], "utf-8").partition("\0")
            found.append((key, title if mark else None))
        return found

    def _raw_head(self, doc: int) -> bytes:
        """Return the id of a document; if it has a title, followed by a zero byte and the title."""
        if not self._ids_and_titles_verified[doc >> HEAD_GROUP_SIZE]:
            self._verify_ids_and_titles(doc >> HEAD_GROUP_SIZE)
        at, text = self._ids_and_titles
        return text[at[doc] : at[doc + 1]].tobytes()

    def _verify_ids_and_titles(self, group: int) -> None:
        """Verify the ids and titles of a group of documents, unless done before."""
        first = group << HEAD_GROUP_SIZE
        last = min(first + (1 << HEAD_GROUP_SIZE), self.documents)
        at = self._ids_and_titles[0]
        self.container.verify_part("heads.at", first, last + 1)
        self.container.verify_part("heads", at[first], at[last])
        self._ids_and_titles_verified[group] = 1

    def find_id(self, key: str) -> int:
        """Return the document with an id, even a deleted one, or -1 if there is none."""
        by_id, written = self.container.pages("by_id"), key.encode("utf-8", "surrogatepass")
        at = bisect_left(by_id, written, key=self._raw_head)
        found = at < len(by_id) and self._raw_head(by_id[at]).partition(b"\0")[0] == written
        return by_id[at] if found else -1

    def ids_with_prefix(self, prefix: str) -> Iterator[str]:
        """Yield the ids that start with a prefix, sorted, without deleted documents."""
        by_id = self.container.pages("by_id")
        at = bisect_left(by_id, prefix.encode("utf-8", "surrogatepass"), key=self._raw_head)
        while at < len(by_id) and (item_id := self.head(by_id[at])[0]).startswith(prefix):
            if not self.is_deleted(by_id[at]):
                yield item_id
            at += 1

    def find_digest(self, digest: int) -> Iterator[int]:
        """Yield the documents with a digest of day, title and text, in ascending order.

        Deleted documents are included.
        """
        digests = self.container.pages("digests")
        at = bisect_left(digests, digest)
        while at < len(digests) and digests[at] == digest:
            yield self.container.pages("by_digest")[at]
            at += 1

    @cached_property
    def records(self) -> StoredRecords:
        """The stored records."""
        return StoredRecords(f"{self._folder}/{self.name}.text", self._checksums.get("text"))

    def release(self) -> None:
        """Drop the pages of the segment's files from memory."""
        self.container.release()
        self.records.container.release()

    def read_record(self, doc: int) -> bytes:
        """Return the stored record of a document, which is a JSON object."""
        return self.records.record(self.container.pages("stored_at")[doc])

    def is_deleted(self, doc: int) -> bool:
        """Return whether a document is deleted."""
        at = bisect_left(self.deleted, doc)
        return at < len(self.deleted) and self.deleted[at] == doc

    def country_codes(self, doc: int) -> list[str]:
        """Return the codes of a document's countries, in the order of their mentions."""
        packed = self.container.pages("countries")[doc]
        ordinals = [packed >> shift & 255 for shift in (0, 8, 16, 24)]
        if ordinals[3]:
            many = self.container.view("many.docs")
            slot = bisect_left(many, doc)
            if slot < len(many) and many[slot] == doc:
                at = self.container.view("many.at")
                ordinals.extend(self.container.view("many.countries")[at[slot] : at[slot + 1]])
        return [self.countries[ordinal - FIRST_COUNTRY] for ordinal in ordinals if ordinal >= FIRST_COUNTRY]
