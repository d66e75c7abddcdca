"""Collocates: words that stand near the matches of a question more often than elsewhere in the same texts."""

from __future__ import annotations

from collections import defaultdict
from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.arguments import check_number
from searcher.reading.all_matches import check_searcher, question_of_all
from searcher.reading.passages import marks_of, passages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.narrowing import Narrowing
    from searcher.reading.word_counts import WordCounts
    from searcher.results import Results
    from searcher.searcher import Searcher

LONGEST: Final = 1 << 30  # words of a text
SPAN: Final = 5  # words on each side, the usual span of corpus linguistics
MEASURES: Final = ("log-likelihood", "dice")
TOGETHER: Final = 1 << 20  # characters that are counted at once
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
    check_searcher(searcher)
    if measure not in MEASURES:
        raise QueryError(f"unknown measure “{measure}”; use {' or '.join(MEASURES)}")
    check_number("span", span, 1)
    span = min(span, LONGEST)
    if limit is not None:
        check_number("limit", limit, 0)
    question = question_of_all(query, "relevance", narrowed)

    def read(answerer: Answerer) -> Collocates:
        from searcher.reading.word_counts import (
            WordCounts,
            known_words,
        )  # takes longer to load than a concordance

        results = answerer.matches(question)
        marks = marks_of(results)
        with known_words() as table:
            counts: dict[str, WordCounts] = {}
            for part, language, texts in _texts(answerer.engine, results):
                if language not in counts:
                    counts[language] = WordCounts(language, table, span)
                counts[language].add(texts, marks[part])
            found = [one for language, of in counts.items() for one in _ranked(language, of, measure)]
        found.sort(key=lambda one: (-one.score, one.word, one.language))
        return Collocates(results, sum(of.matches for of in counts.values()), tuple(found[:limit]))

    return searcher.ask(read)


def _texts(engine: Engine, results: Results) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the titles and the paragraphs of all matches by part and language, many together."""
    gathered: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    held = 0
    for passage in passages(engine, results):
        gathered[passage.part, passage.language].append(passage.text)
        held += len(passage.text)
        if held > TOGETHER:
            yield from ((*kind, texts) for kind, texts in gathered.items())
            gathered.clear()
            held = 0
    yield from ((*kind, texts) for kind, texts in gathered.items())


def _ranked(language: str, counts: WordCounts, measure: str) -> Iterator[Collocate]:
    """Score the words of a language that stand near a match."""
    for near, total, forms in counts.of_terms(FEWEST):
        if near * counts.total <= total * counts.near:
            continue  # no commoner near a match than elsewhere
        score = (
            log_likelihood(near, counts.near - near, total - near, counts.total - counts.near - total + near)
            if measure == "log-likelihood"
            else 2 * near / (counts.matches + total)
        )
        word = min(forms.items(), key=lambda form: (-form[1], form[0]))[0]
        yield Collocate(word, language, near, total - near, score)


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Compute G² of a table of two by two counts: ``a b`` above ``c d``.

    Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993).
    """
    total = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(count * log(count * total / (row * column)) for count, row, column in cells if count)
