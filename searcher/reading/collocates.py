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

SPAN: Final = 5  # words on each side, the usual span of corpus linguistics
MEASURES: Final = ("log-likelihood", "dice")
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
        counts = defaultdict[str, _Counts](_Counts)
        for passage, matches in matches_in_passages(answerer.engine, results):
            counts[passage.language].add(passage.text, passage.language, [one[:2] for one in matches], span)
        found = [one for language, of in counts.items() for one in of.ranked(language, measure)]
        found.sort(key=lambda one: (-one.score, one.word, one.language))
        return Collocates(results, sum(of.matches for of in counts.values()), tuple(found[:limit]))

    return searcher.ask(read)


class _Counts:
    """The words of the texts in one language."""

    def __init__(self) -> None:
        self.matches = 0
        self._near: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, text: str, language: str, matches: list[tuple[int, int]], span: int) -> None:
        """Count the words of a passage; those that match are none.

        Args:
            text: The passage.
            language: Its language.
            matches: Where matches begin and end, in order.
            span: How many words on each side are near.
        """
        self.matches += len(matches)
        words = [
            token
            for token in analyzer(language).tokens(text)
            if not any(start < token.end and token.start < end for start, end in matches)
        ]
        around = _positions(text, language, matches, span)
        for token in words:
            self._all[token.term] += 1
            self._forms[token.term][token.word] += 1
            if token.position in around:
                self._near[token.term] += 1

    def ranked(self, language: str, measure: str) -> list[Collocate]:
        """Score the words that stand near a match."""
        near_in_all, in_all = self._near.total(), self._all.total()
        found = []
        for term, near in self._near.items():
            count = self._all[term]
            if near < FEWEST or near * in_all <= count * near_in_all:
                continue  # no commoner near a match than elsewhere
            score = (
                log_likelihood(near, near_in_all - near, count - near, in_all - near_in_all - count + near)
                if measure == "log-likelihood"
                else 2 * near / (self.matches + count)
            )
            word = min(self._forms[term].items(), key=lambda form: (-form[1], form[0]))[0]
            found.append(Collocate(word, language, near, count - near, score))
        return found


def _positions(text: str, language: str, matches: list[tuple[int, int]], span: int) -> set[int]:
    """Number the words within a span of any match; function words count."""
    around: set[int] = set()
    if not matches:
        return around
    ends = []  # where each word of the text ends
    at = 0
    for chunk in text.split(" "):
        ends += [at + token.end for token in analyzer(language).analyse_chunk(chunk)]
        at += len(chunk) + 1
    position = 0
    for start, end in matches:
        while position < len(ends) and ends[position] <= start:
            position += 1
        last = position
        while last + 1 < len(ends) and ends[last] < end:
            last += 1
        around.update(range(position - span, last + span + 1))
    return around


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Compute G² of a table of two by two counts: ``a b`` above ``c d``.

    Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993).
    """
    total = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(count * log(count * total / (row * column)) for count, row, column in cells if count)
