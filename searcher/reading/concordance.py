"""A concordance: each match of a question in its line of text, with the words beside it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.countries.names import country_name
from indexer.documents.stored_record import PARTS
from indexer.errors import QueryError
from indexer.item import NewsItem, decode_record
from indexer.named_tuple import NamedTuple
from searcher.every_hit import EveryHit
from searcher.highlights import highlights_of
from searcher.reading.all_matches import question_of_all
from searcher.snippets import find_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Unpack

    from indexer.item import CountryMention, ItemDate
    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.narrowing import Narrowing
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.snippets import Match

CONTEXT: Final = 60  # characters of text on each side of a match
ORDERS: Final = ("relevance", "newest", "oldest", "left", "right", "country")
_OF_ITEMS: Final = frozenset({"relevance", "newest", "oldest"})


class Passage(NamedTuple):
    """A title or a paragraph of an item.

    Attributes:
        item: The item.
        part: ``title`` or ``body``.
        language: The language that it is analysed in.
        text: As written, without line breaks.
    """

    item: NewsItem
    part: str
    language: str
    text: str


class ConcordanceLine(NamedTuple):
    """One match in its line.

    Attributes:
        id: The item's id.
        date: When the item was published, or None.
        countries: The countries that it is about.
        part: ``title`` or ``body``.
        language: The language that this part of the item is in.
        left: The text before the match, whole words, within the same paragraph.
        match: The word or phrase, as written.
        right: The text after it.
    """

    id: str
    date: ItemDate | None
    countries: tuple[CountryMention, ...]
    part: str
    language: str
    left: str
    match: str
    right: str

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return self._asdict() | {
            "date": self.date.to_record() if self.date else None,
            "countries": [country.code for country in self.countries],
        }


class Concordance:
    """The lines of all matches; a loop goes over them, once, and its answer says what was searched.

    Args:
        results: The answer whose matches they are.
        lines: The lines.
    """

    def __init__(self, results: Results, lines: Iterable[ConcordanceLine]) -> None:
        self.results = results
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[ConcordanceLine]:
        return self._lines


def concordance(
    searcher: Searcher,
    query: str,
    *,
    sort: str = "relevance",
    context: int = CONTEXT,
    limit: int | None = None,
    **narrowed: Unpack[Narrowing],
) -> Concordance:
    """Show each match of a question in its line, whichever of the three languages it is in.

    Args:
        searcher: Open over the index; it stays open while the lines are read.
        query: As of :meth:`searcher.Searcher.search`; nothing is relaxed where it finds nothing.
        sort: ``relevance``, ``newest`` or ``oldest``: as the items stand, each line as it is read; or by the
            words to the ``left`` or to the ``right``, or by ``country``, for which all are gathered first.
        context: Characters of text on each side, at most.
        limit: How many lines; None for all.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query.

    Raises:
        QueryError, TypeError: An argument cannot be understood, or is of another type.
    """
    if sort not in ORDERS:
        raise QueryError(f"unknown order “{sort}”; use {', '.join(ORDERS[:-1])} or {ORDERS[-1]}")
    if context < 0 or (limit is not None and limit < 0):
        raise QueryError("a context or a limit cannot be negative")
    question = question_of_all(query, sort if sort in _OF_ITEMS else "relevance", narrowed)

    def read(answerer: Answerer) -> Concordance:
        results = answerer.matches(question)
        lines = _lines(answerer.engine, results, context)
        if sort not in _OF_ITEMS:
            lines = iter(sorted(lines, key=_KEYS[sort]))
        return Concordance(results, islice(lines, limit))

    return searcher.ask(read)


def passages(engine: Engine, documents: Iterable[int]) -> Iterator[Passage]:
    """Yield the titles and the paragraphs of documents, in their order; few items are held at once.

    Raises:
        IndexFolderError: A record is damaged.
    """
    with engine.asking():
        for raw in engine.records(list(documents)):
            record = decode_record(raw)
            item, parts = NewsItem.from_record(record), record.get(PARTS)
            if item.title:
                language = (parts and parts["title"]) or item.language
                yield Passage(item, "title", language, _one_line(item.title))
            paragraphs = item.body.split("\n")
            spoken = parts["paragraphs"] if parts else [item.language] * len(paragraphs)
            for text, language in zip(paragraphs, spoken, strict=False):
                if text.strip():
                    yield Passage(item, "body", language, _one_line(text))


def matches_in_passages(engine: Engine, results: Results) -> Iterator[tuple[Passage, list[Match]]]:
    """Yield the passages of all items of an answer, each with what matches in it.

    Args:
        engine: The index that was asked.
        results: The answer; its hits are all that match.
    """
    assert isinstance(results.hits, EveryHit)
    query = results.hits.query
    marks = {"title": highlights_of(query), "body": highlights_of(query, of_titles=False)}
    for passage in passages(engine, results.hits.documents):
        yield passage, find_matches(passage.text, (passage.language,), marks[passage.part])


def _lines(engine: Engine, results: Results, context: int) -> Iterator[ConcordanceLine]:
    for (item, part, language, text), matches in matches_in_passages(engine, results):
        for start, end, _ in matches:
            yield ConcordanceLine(
                item.id,
                item.date,
                item.countries,
                part,
                language,
                _last_words(text[:start], context),
                text[start:end],
                _first_words(text[end:], context),
            )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _first_words(text: str, most: int) -> str:
    """Cut a text behind a word; a word that goes on where the text begins is part of it."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", 0, most + 1)
    return text[:cut] if cut > 0 else text[:most]


def _last_words(text: str, most: int) -> str:
    """Cut a text before a word."""
    if len(text) <= most:
        return text
    cut = text.find(" ", len(text) - most - 1)
    return text[cut + 1 :] if 0 <= cut < len(text) - 1 else text[len(text) - most :]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _by_left(line: ConcordanceLine) -> Any:
    return _words(line.left)[::-1], _words(line.match), _words(line.right), line.id


def _by_right(line: ConcordanceLine) -> Any:
    return _words(line.right), _words(line.match), _words(line.left)[::-1], line.id


def _by_country(line: ConcordanceLine) -> Any:
    named = [country_name(country.code) for country in line.countries[:1]]
    return not named, named, _words(line.match), line.id


_KEYS: Final[dict[str, Callable[[ConcordanceLine], Any]]] = {
    "left": _by_left,
    "right": _by_right,
    "country": _by_country,
}
