"""The titles and paragraphs of all matches of a question, and what matches in each."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.analysis.chunk_words import chunks_beginning
from indexer.documents.stored_record import PARTS
from indexer.errors import QueryError
from indexer.item import CountryMention, ItemDate, decode_record
from indexer.named_tuple import NamedTuple
from searcher.every_hit import EveryHit
from searcher.highlights import highlights_of
from searcher.snippets import Match, apart, matches_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.analysis import ChunkToken
    from searcher.engine import Engine
    from searcher.highlights import Highlights
    from searcher.results import Results

KNOWN_CHUNKS: Final = 1 << 17  # distinct chunks of which it is kept whether they match
_KNOWN_DATES: Final = 1 << 14


class Head(NamedTuple):
    """What a reader wants to know of the item of a passage.

    Attributes:
        id: Its id.
        date: When it was published, or None.
        countries: The countries that it is about.
    """

    id: str
    date: ItemDate | None
    countries: tuple[CountryMention, ...]

    @classmethod
    def of(cls, record: dict[str, Any]) -> Head:
        """Take it of a stored record."""
        day = record["date"]
        return cls(
            record["id"],
            _date(day["start"], day["end"], day["kind"]) if day else None,
            tuple([CountryMention(one["code"], one["via"], one["evidence"]) for one in record["countries"]]),
        )


class Passage(NamedTuple):
    """A title or a paragraph of an item.

    Attributes:
        item: The item.
        part: ``title`` or ``body``.
        language: The language that it is analysed in.
        chunks: What stands between its white spaces.
    """

    item: Head
    part: str
    language: str
    chunks: list[str]


@lru_cache(_KNOWN_DATES)
def _date(start: str, end: str, kind: Any) -> ItemDate:
    return ItemDate(date.fromisoformat(start), date.fromisoformat(end), kind)


def passages(engine: Engine, documents: Iterable[int]) -> Iterator[Passage]:
    """Yield the titles and the paragraphs of documents, in their order; few items are held at once.

    Raises:
        IndexFolderError: A record is damaged.
    """
    with engine.asking():
        for raw in engine.records(list(documents)):
            record = decode_record(raw)
            item = Head.of(record)
            title, parts, main = record["title"], record.get(PARTS), record["language"]
            if title:
                yield Passage(item, "title", (parts and parts["title"]) or main, title.split())
            paragraphs = record["body"].split("\n")
            spoken = parts["paragraphs"] if parts else [main] * len(paragraphs)
            for text, language in zip(paragraphs, spoken, strict=False):
                if chunks := text.split():
                    yield Passage(item, "body", language, chunks)


def matches_in_passages(
    engine: Engine, results: Results, most: int | None = None
) -> Iterator[tuple[Passage, list[Match]]]:
    """Yield the passages of all items of an answer, each with what matches in it.

    Places are those of the text with single spaces. Where nothing can match in a text, as of filters alone,
    none is read.

    Args:
        engine: The index that was asked.
        results: The answer; its hits are all that match.
        most: How many items are read, the first ones; None for all.

    Raises:
        QueryError: These are read, and there are more.
    """
    assert isinstance(results.hits, EveryHit)
    query = results.hits.query
    marks = {"title": highlights_of(query), "body": highlights_of(query, of_titles=False)}
    if not any(one.words or any(one.terms.values()) or any(one.within.values()) for one in marks.values()):
        return
    matchers: dict[tuple[str, str], _Matcher] = {}
    documents = results.hits.documents
    for passage in passages(engine, documents[:most]):
        _, part, language, chunks = passage
        matcher = matchers.get((part, language))
        if matcher is None:
            matcher = matchers[part, language] = _Matcher(language, marks[part])
        yield passage, matcher.matches(chunks)
    if most is not None and len(documents) > most:
        raise QueryError(
            f"the first {most:,} of {len(documents):,} items have fewer lines than are asked for; narrow the "
            "question, or ask for fewer lines"
        )


class _Matcher:
    """Finds what matches in texts of one language; each distinct chunk is looked at once.

    Args:
        language: Of the texts.
        highlights: What was searched.
    """

    def __init__(self, language: str, highlights: Highlights) -> None:
        self._language, self._highlights = language, highlights
        self._terms = highlights.terms.get(language, set()) | highlights.within.get(language, set())
        # A stem begins as its words do, so that most words need no analysis to be ruled out.
        self._candidate = chunks_beginning(frozenset([one[0] for one in (*self._terms, *highlights.words)]))
        self._analyse = analyzer(language).analyse_chunk
        self._known: set[str] = set()
        self._matching: dict[str, tuple[ChunkToken, ...]] = {}
        self._lengths: dict[str, int] = {}  # words of the chunks that are not one word each

    def matches(self, chunks: list[str]) -> list[Match]:
        """Find the matching words and phrases of a text, in order, none overlapping another."""
        if not self._terms and not self._highlights.words:
            return []
        if len(self._known) > KNOWN_CHUNKS:
            for kept in (self._known, self._matching, self._lengths):
                kept.clear()
        new = set(chunks) - self._known
        if new:
            self._known |= new
            for chunk in filter(self._candidate.match, new):
                self._meet(chunk)
        if self._matching.keys().isdisjoint(chunks):
            return []
        return apart(matches_of(self._language, self._words(chunks), self._highlights))

    def _meet(self, chunk: str) -> None:
        tokens = self._analyse(chunk)
        if len(tokens) != 1:
            self._lengths[chunk] = len(tokens)
        words = self._highlights.words
        if any(one.term is not None and (one.term in self._terms or one.word in words) for one in tokens):
            self._matching[chunk] = tokens

    def _words(self, chunks: list[str]) -> Iterator[tuple[int, Match, str]]:
        """Yield the words that may match, each with how many stand before it."""
        matching, lengths, terms, words = self._matching, self._lengths, self._terms, self._highlights.words
        reached = start = position = 0
        for at in [at for at, chunk in enumerate(chunks) if chunk in matching]:
            between = chunks[reached:at]
            start += sum(map(len, between)) + at - reached
            position += at - reached + sum([lengths[one] - 1 for one in between if one in lengths])
            reached = at
            for number, (term, word, first, last, _) in enumerate(matching[chunks[at]]):
                if term is not None and (term in terms or word in words):
                    yield position + number, Match(start + first, start + last, (term,)), word
