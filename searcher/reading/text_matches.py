"""What matches in many texts, found in all of them at once: little of them is analysed.

The titles and paragraphs of all matches of a question.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.analysis.string_search import bare, beginning, one_letter
from indexer.checkpoint import checked
from indexer.documents.stored_record import PARTS
from indexer.errors import QueryError
from indexer.item import decode_record
from indexer.runtime import NamedTuple
from searcher.hit_details import EveryHit
from searcher.snippets import Match, apart, highlights_of, matches_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searcher.engine import Engine
    from searcher.results import Results
    from searcher.snippets import Highlights


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


FIRST_CHARACTERS: Final = 1 << 14  # that are read before the first match is given out ...
MAX_CHARACTERS: Final = 1 << 20  # ... and at most together later
CHUNK_CACHE_SIZE: Final = 1 << 17  # that are kept with what matches in them
_ENCODING: Final = "cp1252"  # has the letters and the signs of most texts, a byte each
_DOUBT: Final = b"?"  # stands for a character whose word cannot be told from its letters one by one
_LETTER_WITHIN: Final = re.compile(rb"\.(?<=[a-z0-9]\.)[a-z0-9]")
_NO_LETTERS: Final = bytes.maketrans(b".-", b"  ")

codecs.register_error(
    "dragoman.doubt",
    lambda error: (b"\x81" * (error.end - error.start), error.end),  # type: ignore[attr-defined]  # encode raises no other error
)


def matches_in_passages(
    engine: Engine, results: Results, most: int | None = None, *, gradually: bool = False
) -> Iterator[tuple[Passage, str, list[Match]]]:
    """Yield the passages of all items of an answer in which something matches, in order.

    Args:
        engine: As of :func:`searcher.reading.text_matches.passages`.
        results: Likewise.
        most: Likewise.
        gradually: Likewise.

    Yields:
        The passage, its text with single spaces, and what matches there, in order, none overlapping another.

    Raises:
        QueryError: As many items as may be read are read, and there are more.
    """
    marks = marks_of(results)
    matchers: dict[tuple[str, str], Matcher] = {}
    for together in _batches(passages(engine, results, most, gradually=gradually)):
        texts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for passage in checked(together):
            texts[passage.part, passage.language].append(single_spaced(passage.text))
        found: dict[tuple[str, str], Iterator[tuple[str, list[Match]]]] = {}
        for kind, own in texts.items():
            part, language = kind
            matcher = matchers.get(kind) or matchers.setdefault(kind, Matcher(language, marks[part]))
            found[kind] = zip(own, matcher.find(own), strict=True)
        for passage in checked(together):
            text, matches = next(found[passage.part, passage.language])
            if matches:
                yield passage, text, matches
    if most is not None and len(results.hits) > most and may_match(results):
        raise QueryError(
            f"the first {most:,} of {len(results.hits):,} items have fewer lines than are asked for; "
            "narrow the question, or ask for fewer lines"
        )


def _batches(read: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Gather passages, at first few, so that who wants few lines waits for few."""
    together: list[Passage] = []
    held, most = 0, FIRST_CHARACTERS
    for passage in read:
        together.append(passage)
        held += len(passage.text)
        if held > most:
            yield together
            together, held, most = [], 0, min(2 * most, MAX_CHARACTERS)
    yield together


class _Word(NamedTuple):
    """A word that may match: how many stand before it in its chunk, where it is, whether it matches alone."""

    number: int
    start: int
    end: int
    term: str
    word: str
    single: bool


class _Chunk(NamedTuple):
    """A chunk: how many words it has, and those that may match or be part of a phrase."""

    size: int
    words: list[_Word]


class Matcher:
    """Finds what matches in texts of one language.

    Args:
        language: Of the texts.
        highlights: What was searched.
    """

    def __init__(self, language: str, highlights: Highlights) -> None:
        self._language, self._highlights = language, highlights
        self._terms = highlights.terms.get(language, set())
        self._phrases = [frozenset(phrase.terms) for phrase in highlights.phrases.get(language, ())]
        self._within = frozenset[str]().union(*self._phrases)
        looked_for = {*map(beginning, self._terms | self._within), *map(bare, highlights.words)}
        starts = b"|".join([re.escape(one) for one in sorted(looked_for)])
        self._candidates = re.compile(b" (?:%s)" % starts).finditer if looked_for else None
        self._known: dict[str, _Chunk] = {}

    def find(self, texts: Sequence[str]) -> Iterator[list[Match]]:
        """Yield what matches in each text, in order, none overlapping another.

        Args:
            texts: Each with single spaces between its words.
        """
        if self._candidates is None:
            yield from ([] for _ in texts)
            return
        joined = "\n".join(texts)
        folded = joined.encode(_ENCODING, "dragoman.doubt").translate(_folding())
        split_term = folded.translate(_NO_LETTERS)
        spans = self._chunks(folded, split_term)
        span = next(spans, None)
        start = 0
        for text in checked(texts):
            end = start + len(text)
            here: list[tuple[int, int, _Chunk]] = []
            while span is not None and span[0] < end:
                if (chunk := self._chunk(joined[span[0] : span[1]])).words or self._phrases:
                    here.append((*span, chunk))
                span = next(spans, None)
            yield self._matches(here, start, split_term)
            start = end + 1

    def _matches(
        self, chunks: Sequence[tuple[int, int, _Chunk]], start: int, split_term: bytes
    ) -> list[Match]:
        """Find what matches in a text.

        Args:
            chunks: The chunks in which something may match, and where each begins and ends.
            start: Where the text begins there.
            split_term: All texts, folded, without signs.
        """
        if self._phrases:
            terms = {word.term for _, _, chunk in chunks for word in chunk.words}
            if any(phrase <= terms for phrase in self._phrases):
                found = self._placed(chunks, start, split_term)
                return apart(matches_of(self._language, found, self._highlights))
        return [
            Match(first - start + word.start, first - start + word.end, (word.term,))
            for first, _, chunk in chunks
            for word in chunk.words
            if word.single
        ]

    def _placed(
        self, chunks: Sequence[tuple[int, int, _Chunk]], start: int, split_term: bytes
    ) -> Iterator[tuple[int, Match, str]]:
        """Yield the words that may match or be part of a phrase, each with how many stand before it."""
        position, reached = 0, start
        for first, last, chunk in chunks:
            position += len(
                split_term[reached:first].split()
            )  # a chunk that is no candidate has no sign within
            for number, begins, ends, term, word, _ in chunk.words:
                yield position + number, Match(first - start + begins, first - start + ends, (term,)), word
            position += chunk.size
            reached = last

    def _chunks(self, folded: bytes, split_term: bytes) -> Iterator[tuple[int, int]]:
        """Yield where the chunks of a text begin and end in which something may match, in order."""
        assert self._candidates is not None
        places = {found.start() for found in checked(self._candidates(b" " + split_term))}
        places.update([found.start() for found in _LETTER_WITHIN.finditer(folded)])
        places.update([found.start() for found in re.finditer(re.escape(_DOUBT), folded)])
        reached = 0
        for at in checked(sorted(places)):
            start = folded.rfind(b" ", 0, at + 1) + 1
            if start < reached or start == len(folded):
                continue
            reached = folded.find(b" ", start)
            if reached < 0:
                reached = len(folded)
            yield start, reached

    def _chunk(self, written: str) -> _Chunk:
        """Read a chunk: each distinct one once."""
        known = self._known.get(written)
        if known is None:
            if len(self._known) >= CHUNK_CACHE_SIZE:
                self._known.clear()
            tokens = analyzer(self._language).analyse_chunk(written)
            words = [
                _Word(number, start, end, term, word, single)
                for number, (term, word, start, end, _) in enumerate(tokens)
                if term is not None
                and (
                    (single := term in self._terms or word in self._highlights.words) or term in self._within
                )
            ]
            known = self._known[written] = _Chunk(len(tokens), words)
        return known


@cache
def _folding() -> bytes:
    """Fold the characters of the encoding, by their bytes, as texts are folded to be searched."""
    letters = [one_letter(character) for character in bytes(range(256)).decode(_ENCODING, "replace")]
    return b"".join([b"." if one in "'.," else _DOUBT if one == "\n" else one.encode() for one in letters])
