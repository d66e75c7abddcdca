"""Collocates: words that stand near the matches of a question more often than elsewhere in the same texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.reading.all_matches import question_of_all
from searcher.reading.concordance import matches_in_passages

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.answer import Answerer
    from searcher.narrowing import Narrowing
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.snippets import Match

SPAN: Final = 5  # words on each side, the usual span of corpus linguistics
MEASURES: Final = ("log-likelihood", "dice")
_Word = tuple[str | None, str]  # its term, None for a function word, and the word
_Place = tuple[int, _Word]
FEWEST: Final = 2  # occurrences near a match: one alone says nothing


class Collocate(NamedTuple):
    """A word near the matches.

    Attributes:
        word: Its commonest form, folded and in lower case.
        language: The language of the texts that it stands in.
        near: How often it stands within the span of a match.
        elsewhere: How often it stands elsewhere in the items that match.
        score: By the measure that was asked for; higher is a closer tie.
    """

    word: str
    language: str
    near: int
    elsewhere: int
    score: float

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return self._asdict() | {"score": round(self.score, 4)}


class Collocates(NamedTuple):
    """What stands near the matches of a question.

    Attributes:
        results: The answer whose matches they are.
        matches: How many matches the texts have.
        found: The collocates, the closest first.
    """

    results: Results
    matches: int
    found: tuple[Collocate, ...]


def collocates(
    searcher: Searcher,
    query: str,
    *,
    measure: str = "log-likelihood",
    span: int = SPAN,
    limit: int | None = 20,
    **narrowed: Unpack[Narrowing],
) -> Collocates:
    """Rank the words that stand near the matches of a question.

    What is counted are the words of the items that match, function words apart, each language by itself:
    those within the span of a match of the same title or paragraph against all others. The forms of a word
    count together.

    Args:
        searcher: Open over the index.
        query: As of :meth:`searcher.Searcher.search`; nothing is relaxed where it finds nothing.
        measure: ``log-likelihood``: G² of the table of near and elsewhere, this word and others, see
            :func:`log_likelihood`; or ``dice``: 2 near / (matches + occurrences of the word) (Smadja, McKeown
            and Hatzivassiloglou, "Translating collocations for bilingual lexicons", 1996). Of words that are
            commoner near a match than elsewhere.
        span: How many words on each side are near, function words included.
        limit: How many collocates; None for all.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query.

    Raises:
        QueryError, TypeError: An argument cannot be understood, or is of another type.
    """
    if measure not in MEASURES:
        raise QueryError(f"unknown measure “{measure}”; use {' or '.join(MEASURES)}")
    if span < 1 or (limit is not None and limit < 0):
        raise QueryError("a span is one word at least, and a limit cannot be negative")
    question = question_of_all(query, "relevance", narrowed)

    def read(answerer: Answerer) -> Collocates:
        results = answerer.matches(question)
        counts: dict[str, _Counts] = {}
        for passage, matches in matches_in_passages(answerer.engine, results):
            if passage.language not in counts:
                counts[passage.language] = _Counts(passage.language)
            counts[passage.language].add(passage.text, matches, span)
        found = [one for of in counts.values() for one in of.ranked(measure)]
        found.sort(key=lambda one: (-one.score, one.word, one.language))
        return Collocates(results, sum(of.matches for of in counts.values()), tuple(found[:limit]))

    return searcher.ask(read)


class _Counts:
    """The words of the texts in one language, as (term, word as written) pairs.

    Args:
        language: The language.
    """

    def __init__(self, language: str) -> None:
        self.matches = 0
        self._language = language
        self._chunks: Counter[str] = (
            Counter()
        )  # what stands between spaces; each distinct one is analysed once
        self._matched: Counter[_Word] = Counter()
        self._near: Counter[_Word] = Counter()

    def add(self, text: str, matches: list[Match], span: int) -> None:
        """Count the words of a passage; those that match are none.

        Args:
            text: The passage, its words parted by single spaces.
            matches: The matches, in order.
            span: How many words on each side are near.
        """
        self.matches += len(matches)
        self._chunks.update(text.split(" "))
        matched: dict[int, _Word] = {}  # by where they begin
        near: dict[int, _Word] = {}
        for start, end, _ in matches:
            left, within, right = self._around(text, start, end, span)
            matched.update(within)
            near.update((*left[-span:], *right[:span]))
        self._matched.update(matched.values())
        self._near.update(word for start, word in near.items() if start not in matched)

    def _around(self, text: str, start: int, end: int, span: int) -> tuple[list[_Place], ...]:
        """Analyse a match and the chunks on both sides that hold a span of words.

        Returns:
            The words before it, those of it, and those behind it, each with where it begins.
        """
        first = text.rfind(" ", 0, start) + 1
        last = _next_space(text, end)
        words = self._places(text, first, last)
        left = [(at, word) for at, until, word in words if until <= start]
        within = [(at, word) for at, until, word in words if at < end and until > start]
        right = [(at, word) for at, until, word in words if at >= end]
        while len(left) < span and first > 0:
            before, first = first - 1, text.rfind(" ", 0, first - 1) + 1
            left[:0] = [(at, word) for at, _, word in self._places(text, first, before)]
        while len(right) < span and last < len(text):
            behind, last = last + 1, _next_space(text, last + 1)
            right += [(at, word) for at, _, word in self._places(text, behind, last)]
        return left, within, right

    def _places(self, text: str, start: int, end: int) -> list[tuple[int, int, _Word]]:
        """Analyse the words of a part of a text, function words too, which count for a span."""
        found = []
        for chunk in text[start:end].split(" "):
            tokens = analyzer(self._language).analyse_chunk(chunk)
            found += [(start + one.start, start + one.end, (one.term, one.word)) for one in tokens]
            start += len(chunk) + 1
        return found

    def ranked(self, measure: str) -> list[Collocate]:
        """Score the words that stand near a match."""
        all_words: Counter[_Word] = Counter()
        for chunk, count in self._chunks.items():
            for token in analyzer(self._language).analyse_chunk(chunk):
                all_words[token.term, token.word] += count
        all_words.subtract(self._matched)
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (term, word), count in all_words.items():
            if term is not None and count > 0:
                forms[term][word] = count
        near: Counter[str] = Counter()
        for (term, _), count in self._near.items():
            if term is not None:
                near[term] += count
        near_in_all, in_all = near.total(), sum(counts.total() for counts in forms.values())
        found = []
        for term, close in near.items():
            count = forms[term].total()
            if close < FEWEST or close * in_all <= count * near_in_all:
                continue  # no commoner near a match than elsewhere
            score = (
                log_likelihood(
                    close, near_in_all - close, count - close, in_all - near_in_all - count + close
                )
                if measure == "log-likelihood"
                else 2 * close / (self.matches + count)
            )
            word = min(forms[term].items(), key=lambda form: (-form[1], form[0]))[0]
            found.append(Collocate(word, self._language, close, count - close, score))
        return found


def _next_space(text: str, start: int) -> int:
    found = text.find(" ", start)
    return len(text) if found < 0 else found


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Compute G² of a table of two by two counts: ``a b`` above ``c d``.

    Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993).
    """
    total = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(count * log(count * total / (row * column)) for count, row, column in cells if count)
