"""The titles and paragraphs of all matches of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.documents.stored_record import PARTS
from indexer.item import decode_record
from indexer.named_tuple import NamedTuple
from searcher.every_hit import EveryHit
from searcher.highlights import highlights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.engine import Engine
    from searcher.highlights import Highlights
    from searcher.results import Results

FEW: Final = 64  # items that are read at first by who may want no more ...
GROWTH: Final = 8  # ... and how many times as many next


class Passage(NamedTuple):
    """A title or a paragraph of an item.

    Attributes:
        record: The stored record of the item.
        part: ``title`` or ``body``.
        language: The language that it is analysed in.
        text: As it stands there.
    """

    record: dict[str, Any]
    part: str
    language: str
    text: str


def marks_of(results: Results) -> dict[str, Highlights]:
    """Give what was searched in each part of an item, as texts can be compared with it."""
    assert isinstance(results.hits, EveryHit)
    query = results.hits.query
    return {"title": highlights_of(query), "body": highlights_of(query, of_titles=False)}


def may_match(results: Results) -> bool:
    """Tell whether anything can match in a text: filters alone do not."""
    marks = marks_of(results).values()
    return any(one.words or any(one.terms.values()) or any(one.within.values()) for one in marks)


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
    """Yield the titles and the paragraphs of all items of an answer, in their order; few are held at once.

    Where nothing can match in a text, as of filters alone, none is read.

    Args:
        engine: The index that was asked.
        results: The answer; its hits are all that match.
        most: How many items are read, the first ones; None for all.
        gradually: Whether few items are read at first, for those who may want no more; it takes longer to
            read all.

    Raises:
        IndexFolderError: A record is damaged.
    """
    assert isinstance(results.hits, EveryHit)
    if not may_match(results):
        return
    documents = results.hits.documents[:most]
    first, size = 0, FEW if gradually else len(documents)
    with engine.asking():
        while first < len(documents):
            for raw in engine.records(documents[first : first + size]):
                yield from passages_of(raw)
            first, size = first + size, size * GROWTH


def single_spaced(text: str) -> str:
    """Let single spaces part the words of a text, which is not empty."""
    plain = text.isprintable() and "  " not in text and text[0] != " " != text[-1]  # as most are
    return text if plain else " ".join(text.split())
