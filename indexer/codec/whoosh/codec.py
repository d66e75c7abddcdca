"""Define a Whoosh codec for Dragoman's segments, and the Whoosh schema of an index."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from whoosh import fields
from whoosh.analysis.acore import Token
from whoosh.analysis.analyzers import Analyzer
from whoosh.codec import base
from whoosh.codec.base import EmptyCursor, FieldCursor, PerDocumentReader, TermsReader
from whoosh.codec.whoosh3 import W3Segment
from whoosh.columns import ColumnReader
from whoosh.reading import TermInfo, TermNotFound

from indexer import schema as names
from indexer.analysis import analyzer, is_function_word
from indexer.analysis.characters import APOSTROPHES, fold, fold_all
from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.codec.whoosh.field_reader import (
    DATE,
    DATE_END,
    DAY_COLUMNS,
    ArrayCursor,
    ArrayMatcher,
    PostingList,
    QueryTerm,
    SegmentFields,
    day_column,
    microseconds,
)
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the documents of a segment for Whoosh."""

    def __init__(self, segment: Segment, fields: SegmentFields, listed: Any) -> None:
        self._segment = segment
        self._fields = fields
        self.doc_count = listed.doc_count
        self.doc_count_all = listed.doc_count_all
        self.has_deletions = listed.has_deletions
        self.is_deleted = listed.is_deleted
        self.deleted_docs = listed.deleted_docs

    def has_column(self, fieldname: str) -> bool:
        """Return whether a field is stored as a column: only ids, days and dates are."""
        return fieldname == names.ID or fieldname in DAY_COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Return a reader for the column of a field."""
        size = self._segment.documents
        if fieldname == names.ID:
            return ArrayColumn(size, lambda docnum: self._segment.head(docnum)[0].encode())
        documents, days = day_column(self._segment, fieldname)
        values = microseconds(days) if fieldname in {DATE, DATE_END} else days
        by_document = dict(zip(documents.tolist(), values.tolist(), strict=True))
        missing = column.default_value()
        return ArrayColumn(size, lambda docnum: by_document.get(docnum, missing))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the exact length of a field in a document."""
        lengths = self._fields.lengths(fieldname)
        return (lengths[docnum] or default) if len(lengths) else default

    def field_length(self, fieldname: str) -> int:
        """Return the sum of a field's lengths in all documents."""
        return sum(self._fields.lengths(fieldname))

    def min_field_length(self, fieldname: str) -> int:
        """Return the smallest length of a field among documents that have it."""
        return min(filter(None, self._fields.lengths(fieldname)), default=0)

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field in a document."""
        return max(self._fields.lengths(fieldname), default=0)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document.

        They are the fields of its item, and its text by language.
        """
        text = self._segment.read_record(docnum).decode()
        record = json.loads(text)
        day = record["date"]
        return {
            **{name: record[name] for name in _STORED if name in record},
            **_texts(record),
            names.ID: record["id"],
            names.LANGUAGE: record["language"],
            names.DATING: day["kind"] if day else names.DATE_KINDS[0],
            DATE: datetime.fromisoformat(day["start"]) if day else None,
            DATE_END: datetime.fromisoformat(day["end"]) if day else None,
            "countries": [mention["code"] for mention in record["countries"]],
            names.RECORD: text,
        }


_STORED = ("title", "body", "url", "languages", "source", "author", "section", "fields")


def _texts(record: dict[str, Any]) -> dict[str, str]:
    """Return the original text of a record for each text field and title field."""
    title, lines = record["title"], record["body"].split("\n")
    language = record["language"]
    parts = record.get("parts") or {"title": language, "paragraphs": [language] * len(lines)}
    texts: dict[str, list[str]] = {}
    if title and parts["title"]:
        texts[names.title_field(parts["title"])] = [title]
        texts[names.text_field(parts["title"])] = [title]
    for line, language in zip(lines, parts["paragraphs"], strict=False):
        texts.setdefault(names.text_field(language), []).append(line)
    return {name: "\n".join(found) for name, found in texts.items() if any(found)}


class ArrayColumn(ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    """A column for Whoosh, whose values are looked up on demand."""

    def __init__(self, size: int, value: Callable[[int], Any]) -> None:
        self._doccount = size
        self._value = value
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        return self._value(docnum)

    def sort_key(self, docnum: int) -> Any:
        """Return the sort key of a document."""
        value = self._value(docnum)
        if not self._reverse:
            return value
        if isinstance(value, int):
            return -value
        # Whoosh reverses byte columns by sorting by their complement, padded with the last byte.
        return bytes(255 - byte for byte in value) + b"\xff"

    def set_reverse(self) -> None:
        """Reverse the sort order."""
        self._reverse = True


Term = tuple[str, bytes]


class ArrayTermsReader(TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the terms of a segment for Whoosh."""

    def __init__(self, fields: SegmentFields) -> None:
        self._fields = fields

    def __contains__(self, term: Term) -> bool:
        return self._fields.has(*term)

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields that have terms."""
        return self._fields.names

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Return a cursor over the terms of a field."""
        if fieldname not in self._fields:
            return EmptyCursor()
        return ArrayCursor(self.term_info, fieldname, self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield every term, field by field."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms of a field from a prefix on, then those of all later fields."""
        for name in self._fields.names:
            if name >= fieldname:
                field = self._fields[name]
                for number in range(field.floor(prefix) if name == fieldname else 0, field.size):
                    yield name, field.term(number)

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield every term with its statistics."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield the terms of :meth:`terms_from`, each with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term.

        Raises:
            TermNotFound: The segment does not have the term.
        """
        ids, weights, _ = self._postings(fieldname, text)
        column = self._fields.lengths(fieldname)
        lengths = [column[document] for document in ids] if len(column) else [0]
        return TermInfo(sum(weights), len(ids), min(lengths), max(lengths), max(weights), ids[0], ids[-1])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """Return a matcher over the posting list of a term.

        Raises:
            TermNotFound: The segment does not have the term.
        """
        return ArrayMatcher((fieldname, text), self._postings(fieldname, text), format_, scorer)

    def _postings(self, name: str, text: bytes) -> PostingList:
        postings = self._fields.postings(name, text)
        if postings is None:
            raise _NoTermError(f"no term {name}:{text!r}")
        return postings


class _NoTermError(TermNotFound, KeyError):  # type: ignore[misc]  # Whoosh has no types
    """A term is missing; the error has two base classes, because Whoosh catches one in some places only."""


class DragomanCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """A read-only codec for Dragoman's segments.

    Whoosh's own writer uses its default codec.
    """

    def __init__(self) -> None:
        self._arrays = cache(_open_arrays)

    def terms_reader(self, storage: Any, segment: DragomanSegment) -> ArrayTermsReader:
        """Open the terms and posting lists of a segment."""
        _, fields = self._arrays(storage.folder, segment.name_on_disk)
        return ArrayTermsReader(fields)

    def per_document_reader(self, storage: Any, segment: DragomanSegment) -> ArrayDocumentReader:
        """Open the documents of a segment."""
        return ArrayDocumentReader(*self._arrays(storage.folder, segment.name_on_disk), segment)


def _open_arrays(folder: str, name: str) -> tuple[Segment, SegmentFields]:
    arrays = Segment(f"{folder}/{SEGMENTS_FOLDER}", name)
    return arrays, SegmentFields(arrays)


class DragomanSegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment in Whoosh's table of contents: its name, size and deleted documents."""

    def __init__(self, indexname: str, name: str, documents: int, deleted: Iterable[int] = ()) -> None:
        super().__init__(None, indexname, documents, name, set(deleted))

    def codec(self, **_: Any) -> DragomanCodec:
        """Return the codec that reads the segment."""
        return DragomanCodec()

    @property
    def name_on_disk(self) -> str:
        """The name of the segment's files."""
        return str(self.segid)

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002  # Whoosh's signature
        """Delete a document, or undo its deletion.

        Raises:
            IndexError: There is no such document.
        """
        if not 0 <= docnum < self.doc_count_all():
            raise IndexError(f"no document {docnum} in {self.segment_id()}")
        (self._deleted.add if delete else self._deleted.discard)(docnum)


class QueryWord(str):
    """A term of a parsed query, with attributes that Whoosh would lose.

    Attributes:
        gaps, written: See :class:`QueryTerm`.
    """

    __slots__ = ("gaps", "written")

    gaps: int
    written: str | None

    def __eq__(self, other: object) -> bool:
        """Compare all attributes, so that Whoosh keeps two words with the same stem."""
        return str.__eq__(self, other) and (
            not isinstance(other, QueryWord) or (self.gaps, self.written) == (other.gaps, other.written)
        )

    __hash__ = str.__hash__


class LanguageAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """Analyzes texts and queries in a language into terms of the index."""

    is_morph = True

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        """Yield a Whoosh token for each word: always the same object with new values, as Whoosh expects.

        Args:
            value: The text.
            options: Whoosh's options: ``positions``, ``chars``, ``start_pos``, ``start_char``, ``mode``,
                ``removestops``, ``keeporiginal``, ``no_morph`` and ``tokenize``.
        """
        token = Token(**{name: given for name, given in options.items() if name not in _NOT_OF_TOKENS})
        mode = options.get("mode")
        # Outside of phrases, a search skips the function words of all languages.
        is_query_word = mode == "query" and not options.get("chars")
        words = self._words(value, is_query_word=is_query_word)
        is_pattern = not options.get("tokenize", True) and ("*" in value or "?" in value or len(words) != 1)
        if is_pattern:
            folded = self._fold(unicodedata.normalize("NFC", value.lower()))
            words = [_Word(folded, folded, 0, 0, len(value), is_stop_word=False)]
        if options.get("removestops", True):
            words = [word for word in words if not word.is_stop_word]
        for number, word in enumerate(words):
            written = value[word.start : word.end]
            token.text = word.text if options.get("no_morph") else word.term
            if mode == "query":
                token.text = QueryWord(token.text)
                token.text.gaps = word.position - words[0].position - number
                token.text.written = written if len(words) == 1 and not is_pattern else None
            token.stopped, token.boost = word.is_stop_word, 1.0
            if options.get("keeporiginal"):
                token.original = written
            if options.get("positions"):
                token.pos = word.position + options.get("start_pos", 0)
            if options.get("chars"):
                token.startchar = word.start + options.get("start_char", 0)
                token.endchar = word.end + options.get("start_char", 0)
            yield token

    def _words(self, text: str, *, is_query_word: bool) -> list[_Word]:
        words: list[_Word] = []
        for found in re.finditer(r"\S+", text):
            chunk, at = found.group(), found.start()
            for token in analyzer(self.language).analyse_chunk(chunk):
                start, end = token.start, token.end
                # l'Est: a word that the French analyzer keeps after an elision is a content word.
                elided = self.language == "fr" and start > 1 and chunk[start - 1] in APOSTROPHES
                left_out = is_query_word and not elided and is_function_word(chunk[start:end])
                term, is_stop_word = token.term or token.word, token.term is None or left_out
                words.append(_Word(term, token.word, len(words), at + start, at + end, is_stop_word))
        return words

    @property
    def _fold(self) -> Callable[[str], str]:
        return fold_all if self.language == "en" else fold


class _Word(NamedTuple):
    """A word of a text, with its term, its unstemmed form and its location."""

    term: str
    text: str
    position: int
    start: int
    end: int
    is_stop_word: bool


_NOT_OF_TOKENS = {"start_pos", "start_char", "tokenize", "no_morph", "keeporiginal"}


class TextField(fields.TEXT):  # type: ignore[misc]  # Whoosh has no types
    """The Whoosh field of all texts, or of all titles, in a language."""

    def __init__(self, language: str) -> None:
        # As in a search, hyphenated words are a phrase.
        super().__init__(analyzer=LanguageAnalyzer(language), stored=True, multitoken_query="phrase")

    def to_bytes(self, value: Any) -> bytes:
        """Encode a term, and keep the attributes of a QueryWord."""
        encoded: bytes = super().to_bytes(value)
        return QueryTerm.of(encoded, value.gaps, value.written) if isinstance(value, QueryWord) else encoded

    def spelling_fieldname(self, fieldname: str) -> str:  # noqa: ARG002  # Whoosh's signature
        """Return the field for spelling suggestions, whose terms are unstemmed."""
        return names.WORDS


class DateField(fields.DATETIME):  # type: ignore[misc]  # Whoosh has no types
    """A field for the first or last day of items, which is stored and also a column."""

    def __init__(self) -> None:
        super().__init__(stored=True, sortable=True)
        self.shift_step = 0  # one term per day: with several, NumericRange matches too much

    def __eq__(self, other: object) -> bool:
        """Compare only the types, because columns in Whoosh cannot be compared."""
        return type(other) is type(self)

    __hash__ = None  # type: ignore[assignment]  # like all Whoosh fields

    def from_column_value(self, x: int) -> datetime | None:
        """Convert a value of the column to a date; the result is ``None`` for a document without a date."""
        return None if x == self.default else super().from_column_value(x)


def whoosh_schema() -> fields.Schema:
    """Return the Whoosh schema of the index."""
    types: dict[str, object] = {}
    for language in names.LANGUAGES:
        types[names.text_field(language)] = TextField(language)
        types[names.title_field(language)] = TextField(language)
    unstemmed = LanguageAnalyzer(names.UNDETERMINED)
    types[names.WORDS] = fields.KEYWORD(scorable=True, analyzer=unstemmed)
    for name in (names.VARIANTS, names.COUNTRY, names.OWN):
        types[name] = fields.KEYWORD(scorable=True)
    for name in (names.LANGUAGE, names.DATING):
        types[name] = fields.KEYWORD(scorable=True, stored=True)
    for name in (names.START_DAY, names.END_DAY, names.ESTIMATED_START, names.ESTIMATED_END):
        types[name] = fields.NUMERIC(numtype=int, bits=32, signed=False)
    types[names.ID] = fields.ID(unique=True, stored=True)
    types[DATE], types[DATE_END] = DateField(), DateField()
    for name in (*_STORED, "countries", names.RECORD):
        types[name] = fields.STORED()
    return fields.Schema(**types)
