"""Concepts in a query: which of its words, side by side, are a label of the thesaurus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.characters import plain
from indexer.analysis.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.thesaurus.table import Entry, Table

LANGUAGES: Final = ("en", "es", "fr")

Terms = dict[str, tuple[str, ...]]


class QueryWord(NamedTuple):
    """A word of content in a query, as one language's analyzer sees it.

    Attributes:
        chunk: The number of the chunk that it stands in.
        written: As typed.
        terms: What it stands for.
    """

    chunk: int
    written: str
    terms: tuple[str, ...]


class Recognised(NamedTuple):
    """Words of a query that are a label.

    Attributes:
        first, last: Its first and last chunk.
        words: How many words it has.
        language: The language of the label.
        terms: Its terms in that language.
        concepts: The numbers of what it may mean.
    """

    first: int
    last: int
    words: int
    language: str
    terms: tuple[str, ...]
    concepts: tuple[int, ...]


class Span(NamedTuple):
    """Chunks of a query that are a label.

    Attributes:
        first, last: The first and the last of them.
        readings: What the label may be, in the languages that the query may be in.
        parts: The shorter labels within it.
    """

    first: int
    last: int
    readings: list[Recognised]
    parts: list[Span]


def recognise(
    table: Table, chunks: Sequence[str], terms_of: Callable[[str, str], tuple[str, ...]]
) -> list[Span]:
    """Find the labels in words side by side: the longest, across hyphens and function words.

    Args:
        table: The thesaurus.
        chunks: The words as typed, each as it stands between white spaces.
        terms_of: (language, word as typed) to the terms that it stands for.

    Returns:
        In the order of the query, spans that do not overlap.
    """
    found: list[Recognised] = []
    for language in likely_languages(chunks):
        words = list(_content_words(language, chunks, terms_of))
        for start in range(len(words)):
            found.extend(_labels_at(table, language, words, start))
    found.sort(key=lambda one: (-one.words, one.first, one.last))
    chosen = _longest(found)
    coverage = {
        language: sum(
            one.words for readings in chosen.values() for one in readings if one.language == language
        )
        for language in LANGUAGES
    }
    return _spans(chosen, found, coverage)


def _longest(found: list[Recognised]) -> dict[tuple[int, int], list[Recognised]]:
    """Return the longest labels that do not overlap, by their spans, each with all its readings."""
    chosen: dict[tuple[int, int], list[Recognised]] = {}
    for label in found:
        span = (label.first, label.last)
        if span in chosen and chosen[span][0].words == label.words:
            chosen[span].append(label)
        elif all(label.last < first or label.first > last for first, last in chosen):
            chosen[span] = [label]
    return chosen


def _spans(
    chosen: dict[tuple[int, int], list[Recognised]], found: list[Recognised], coverage: dict[str, int]
) -> list[Span]:
    spans = []
    for (first, last), readings in sorted(chosen.items()):
        words = readings[0].words
        inside = (
            [one for one in found if first <= one.first and one.last <= last and one.words < words]
            if last > first
            else []
        )
        parts = _spans(_longest(inside), inside, coverage)
        spans.append(Span(first, last, _read_in(readings, coverage), parts))
    return spans


def likely_languages(chunks: Sequence[str]) -> list[str]:
    """Return the languages whose function words the query has most of; all where it has none."""
    votes = {
        language: sum(plain(chunk) in STOP_WORDS[language] for chunk in chunks) for language in LANGUAGES
    }
    most = max(votes.values())
    return [language for language in LANGUAGES if votes[language] == most]


def _read_in(readings: list[Recognised], coverage: dict[str, int]) -> list[Recognised]:
    """Keep the readings in the language that the thesaurus knows more of the query in."""
    most = max(coverage[one.language] for one in readings)
    return [one for one in readings if coverage[one.language] == most]


def _content_words(
    language: str, chunks: Sequence[str], terms_of: Callable[[str, str], tuple[str, ...]]
) -> Iterator[QueryWord]:
    for number, chunk in enumerate(chunks):
        for token in analyzer(language).analyse_chunk(chunk):
            written = chunk[token.start : token.end]
            if token.term is not None and not is_function_word(written):
                yield QueryWord(number, written, terms_of(language, written))


def _labels_at(table: Table, language: str, words: list[QueryWord], start: int) -> Iterator[Recognised]:
    """Yield the labels that begin with a word."""
    for term in words[start].terms:
        for entry in table.beginning(language, term):
            if _stands(entry, words, start):
                size = len(entry.rest) + 1
                first, last = words[start].chunk, words[start + size - 1].chunk
                yield Recognised(first, last, size, language, (term, *entry.rest), entry.concepts)


def _stands(entry: Entry, words: list[QueryWord], start: int) -> bool:
    following = words[start + 1 : start + 1 + len(entry.rest)]
    if len(following) < len(entry.rest):
        return False
    if entry.acronym and words[start].written.upper() != entry.acronym:
        return False
    if entry.acronym and words[start].written[1:].islower():
        return False
    return all(term in word.terms for term, word in zip(entry.rest, following, strict=True))
