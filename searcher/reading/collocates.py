"""Collocates: words that stand near the matches of a question more often than elsewhere in the same texts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.reading.all_matches import question_of_all
from searcher.reading.passages import matches_in_passages

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.answer import Answerer
    from searcher.narrowing import Narrowing
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.snippets import Match

SPAN: Final = 5  # words on each side, the usual span of corpus linguistics
MEASURES: Final = ("log-likelihood", "dice")
TOGETHER: Final = 1 << 16  # chunks that are counted at once
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
        """Make the JSON record."""
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
            counts[passage.language].add(passage.chunks, matches, span)
        found = [one for of in counts.values() for one in of.ranked(measure)]
        found.sort(key=lambda one: (-one.score, one.word, one.language))
        return Collocates(results, sum(of.matches for of in counts.values()), tuple(found[:limit]))

    return searcher.ask(read)


class _Counts:
    """The words of the texts in one language.

    Args:
        language: The language.
    """

    def __init__(self, language: str) -> None:
        self.matches = 0
        self._language = language
        self._analyse = analyzer(language).analyse_chunk
        self._chunks: Counter[str] = Counter()  # each distinct one is analysed once
        self._read: list[str] = []  # chunks that are still to be counted, many at a time
        self._matched: Counter[tuple[str | None, str]] = Counter()  # words with their terms
        self._near: Counter[str | None] = Counter()  # terms; None for function words

    def add(self, chunks: list[str], matches: list[Match], span: int) -> None:
        """Count the words of a passage; those that match are none.

        Args:
            chunks: What stands between the spaces of the passage.
            matches: The matches, in order, by their places in the text with single spaces.
            span: How many words on each side are near.
        """
        self._read += chunks
        if len(self._read) > TOGETHER:
            self._count()
        if not matches:
            return
        self.matches += len(matches)
        starts = [0, *accumulate(map((1).__add__, map(len, chunks)))]
        matched: dict[int, tuple[str | None, str]] = {}  # by where they begin
        near: dict[int, str | None] = {}
        for start, end, _ in matches:
            first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
            for at in range(first, last + 1):
                for term, word, begins, ends, _ in self._analyse(chunks[at]):
                    if starts[at] + begins < end and starts[at] + ends > start:
                        matched[starts[at] + begins] = term, word
            near.update(self._side(chunks, starts, range(first, -1, -1), start, span))
            near.update(self._side(chunks, starts, range(last, len(chunks)), end, span))
        self._matched.update(matched.values())
        self._near.update([term for start, term in near.items() if start not in matched])

    def _side(
        self, chunks: list[str], starts: list[int], order: range, edge: int, span: int
    ) -> list[tuple[int, str | None]]:
        """Analyse the chunks on one side of a match until a span of words is found, function words too.

        Args:
            chunks: What stands between the spaces of the passage.
            starts: Where each begins.
            order: The chunks of that side, from that which holds the edge of the match outwards.
            edge: Where the match begins, or ends.
            span: How many words.

        Returns:
            For each where it begins, and its term.
        """
        outwards = order.step
        found: list[tuple[int, str | None]] = []
        for at in order:
            base = starts[at]
            for term, _, begins, ends, _ in self._analyse(chunks[at])[::outwards]:
                if base + begins >= edge if outwards > 0 else base + ends <= edge:
                    found.append((base + begins, term))
            if len(found) >= span:
                break
        return found[:span]

    def _count(self) -> None:
        self._chunks.update(self._read)
        self._read.clear()

    def ranked(self, measure: str) -> list[Collocate]:
        """Score the words that stand near a match."""
        near = {term: count for term, count in self._near.items() if term is not None}
        forms: dict[str, Counter[str]] = {term: Counter() for term, close in near.items() if close >= FEWEST}
        in_all = self._count_words(forms)
        near_in_all = sum(near.values())
        found = []
        for term, of_term in forms.items():
            close, count = near[term], of_term.total()
            if close * in_all <= count * near_in_all:
                continue  # no commoner near a match than elsewhere
            score = (
                log_likelihood(
                    close, near_in_all - close, count - close, in_all - near_in_all - count + close
                )
                if measure == "log-likelihood"
                else 2 * close / (self.matches + count)
            )
            word = min(of_term.items(), key=lambda form: (-form[1], form[0]))[0]
            found.append(Collocate(word, self._language, close, count - close, score))
        return found

    def _count_words(self, forms: dict[str, Counter[str]]) -> int:
        """Count all words of the texts, function words and matches apart.

        Args:
            forms: Terms, whose forms are counted here.
        """
        self._count()
        total = 0
        for chunk, count in self._chunks.items():
            for term, word, _, _, _ in self._analyse(chunk):
                if term is not None:
                    total += count
                    if term in forms:
                        forms[term][word] += count
        for (term, word), count in self._matched.items():
            if term is not None:
                total -= count
                if term in forms:
                    forms[term][word] -= count
        return total


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Compute G² of a table of two by two counts: ``a b`` above ``c d``.

    Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993).
    """
    total = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(count * log(count * total / (row * column)) for count, row, column in cells if count)
