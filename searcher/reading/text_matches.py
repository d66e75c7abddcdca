"""Find the matches of a query in many texts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import add_checkpoints
from indexer.errors import QueryError, message
from indexer.item import PARTS, decode_record
from indexer.runtime import NamedTuple
from searcher.hit_details import every_hit
from searcher.term_matcher import TermMatcher, highlights_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searcher.engine import Engine
    from searcher.query.positions import Match
    from searcher.results import Results
    from searcher.term_matcher import Highlights


FEW: Final = 64  # items in the first batch if the caller may stop early ...
GROWTH: Final = 8  # ... and the factor of later batches


class Passage(NamedTuple):
    """A title or a paragraph of an item.

    Attributes:
        record: The stored record of the item.
        part: ``title`` or ``body``.
        language: The language of its analyzer.
        text: The text.
    """

    record: dict[str, Any]
    part: str
    language: str
    text: str


def highlights_by_part(results: Results) -> dict[str, Highlights]:
    """Return the words and phrases that a query searches for, by part of an item.

    The parts are ``title`` and ``body``.
    """
    query = every_hit(results).query
    return {"title": highlights_of(query), "body": highlights_of(query, of_titles=False)}


def may_match(results: Results) -> bool:
    """Return whether a query has words that can match in a text, not only filters."""
    marks = highlights_by_part(results).values()
    return any(one.words or one.exact or any(one.terms.values()) or any(one.within.values()) for one in marks)


def passages_of(raw: bytes) -> Iterator[Passage]:
    """Yield the title and the paragraphs of a stored record."""
    record = decode_record(raw)
    title, parts, main = record["title"], record.get(PARTS), record["language"]
    if title:
        yield Passage(record, "title", (parts and parts["title"]) or main, title)
    paragraphs = record["body"].split("\n")
    spoken = parts["paragraphs"] if parts else [main] * len(paragraphs)
    for text, language in zip(paragraphs, spoken, strict=False):
        if text and not text.isspace():
            yield Passage(record, "body", language, text)


def passages(
    engine: Engine, results: Results, most: int | None = None, *, gradually: bool = False
) -> Iterator[Passage]:
    """Yield the titles and paragraphs of all matches.

    A few items are read at a time, and none if the query cannot match words in a text, for example if it
    consists of filters.

    Args:
        engine: The index.
        results: The results, whose hits are all matches.
        most: The maximum number of items to read, or ``None`` for all.
        gradually: Whether to read only a few items at first, for callers that may stop early. Reading all
            items is slower then.

    Raises:
        IndexFolderError: A record is damaged.
    """
    if not may_match(results):
        return
    documents = every_hit(results).documents[:most]
    first, size = 0, FEW if gradually else len(documents)
    with engine.reading_context():
        while first < len(documents):
            for raw in engine.records(documents[first : first + size]):
                yield from passages_of(raw)
            first, size = first + size, size * GROWTH


def normalize_spaces(text: str) -> str:
    """Replace all white space between words by single spaces."""
    plain = text.isprintable() and "  " not in text and text[0] != " " != text[-1]  # true of most texts
    return text if plain else " ".join(text.split())


FIRST_CHARACTERS: Final = 1 << 14  # characters of the first batch ...
MAX_CHARACTERS: Final = 1 << 20  # ... and at most of later ones


def matches_in_passages(
    engine: Engine, results: Results, most: int | None = None, *, gradually: bool = False
) -> Iterator[tuple[Passage, str, list[Match]]]:
    """Yield the passages that contain a match (see :func:`passages` for the arguments).

    Yields:
        The passage, its text with collapsed white space, and its matches in order, without overlaps.

    Raises:
        QueryError: There are more than ``most`` items to read.
    """
    marks = highlights_by_part(results)
    matchers: dict[tuple[str, str], TermMatcher] = {}
    for together in batch_passages(passages(engine, results, most, gradually=gradually), FIRST_CHARACTERS):
        texts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for passage in add_checkpoints(together):
            texts[passage.part, passage.language].append(normalize_spaces(passage.text))
        found: dict[tuple[str, str], Iterator[tuple[str, list[Match]]]] = {}
        for kind, own in texts.items():
            part, language = kind
            matcher = matchers.get(kind) or matchers.setdefault(kind, TermMatcher(language, marks[part]))
            found[kind] = zip(own, matcher.find(own), strict=True)
        for passage in add_checkpoints(together):
            text, matches = next(found[passage.part, passage.language])
            if matches:
                yield passage, text, matches
    if most is not None and len(results.hits) > most and may_match(results):
        raise QueryError(message("text_matches.too_few_lines", most=most, count=len(results.hits)))


def batch_passages(read: Iterable[Passage], most: int) -> Iterator[list[Passage]]:
    """Yield passages in batches.

    The first batch has about ``most`` characters, later ones have more.
    """
    together: list[Passage] = []
    size = 0
    for passage in read:
        together.append(passage)
        size += len(passage.text)
        if size > most:
            yield together
            together, size, most = [], 0, min(2 * most, MAX_CHARACTERS)
    yield together
