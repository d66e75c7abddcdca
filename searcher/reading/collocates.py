"""Find collocates: words that are more frequent near matches than elsewhere.

The words near matches are compared with the other words of the same texts. For each word, the occurrences
near matches and all occurrences are counted. Texts are converted to arrays of token numbers as in indexing
(:mod:`indexer.bulk.tokens`), so that a query with thousands of matches takes a few passes over arrays. The
analysis of words is cached for the next query.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis import analyzer
from indexer.bulk.tokens import NOTHING, TokenTable, number_texts
from indexer.option_tables import check_choice, check_number
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGE_NUMBERS
from searcher.query.positions import Match, remove_overlaps
from searcher.reading.all_matches import check_searcher, read_matches, request_for_all
from searcher.reading.text_matches import batch_passages, highlights_by_part, passages
from searcher.reading.typical_terms import log_likelihood
from searcher.term_matcher import matches_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Unpack

    from numpy.typing import NDArray

    from searcher.engine import Engine
    from searcher.hit_details import EveryHit
    from searcher.opening import BaseSearcher
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments
    from searcher.term_matcher import Highlights


MAX_LENGTH: Final = 1 << 30  # maximum number of words of a text
SPAN: Final = 5  # words on each side, the usual span of corpus linguistics
MEASURES: Final = ("log-likelihood", "dice")
BATCH_SIZE: Final = 1 << 20  # characters that are processed at once
MIN_COUNT: Final = 2  # occurrences near a match: a single one is not significant


class Collocate(NamedTuple):
    """A word that occurs near the matches.

    Attributes:
        word: The most common form of the word, folded and in lower case.
        language: The language of the texts with the word.
        near: The number of occurrences within the span of a match.
        elsewhere: The number of other occurrences in the matching items.
        score: The score by the chosen measure; a higher score means a closer association.
    """

    word: str
    language: str
    near: int
    elsewhere: int
    score: float

    def to_record(self) -> dict[str, Any]:
        """Return the collocate as a JSON object."""
        return self._asdict() | {"score": round(self.score, 4)}


class Collocates(NamedTuple):
    """The collocates of a query.

    Attributes:
        results: The results of the query.
        matches: The number of occurrences of the query in the texts.
        found: The collocates, most strongly associated first.
    """

    results: Results
    matches: int
    found: tuple[Collocate, ...]


def collocates(
    searcher: BaseSearcher,
    query: str,
    *,
    measure: str = "log-likelihood",
    span: int = SPAN,
    limit: int | None = 20,
    **options: Unpack[QueryArguments],
) -> Collocates:
    """Rank the words near the matches of a query.

    Compares, separately by language, the words within the span of a match in the same title or paragraph with
    all other words of the matching items, without function words. The forms of a word are counted together.

    Args:
        searcher: The open searcher.
        query: The query, as for :meth:`searcher.Searcher.search`, but never relaxed to a similar query.
        measure: The score of a word. ``log-likelihood`` is G² (:func:`log_likelihood`) of four counts: this
            word and all other words, near matches and elsewhere. ``dice`` is 2 · near / (matches +
            occurrences of the word) (Smadja, McKeown and Hatzivassiloglou, "Translating collocations for
            bilingual lexicons", 1996). Only words that are more frequent near a match than elsewhere are
            ranked.
        span: The number of words on each side of a match that count as near, including function words.
        limit: The maximum number of collocates, or ``None`` for all.
        options: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True``
            by default.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    check_searcher(searcher)
    check_choice("measure", measure, MEASURES)
    check_number("span", span, 1)
    span = min(span, MAX_LENGTH)
    if limit is not None:
        check_number("limit", limit, 0)
    request = request_for_all(query, "relevance", options)

    def read(engine: Engine, _: EveryHit, results: Results) -> Collocates:
        marks = highlights_by_part(results)
        with lock_token_table() as table:
            counts: dict[str, WordCounts] = {}
            for part, language, texts in _texts(engine, results):
                if language not in counts:
                    counts[language] = WordCounts(language, table, span)
                counts[language].add(texts, marks[part])
            found = [one for language, of in counts.items() for one in _rank_words(language, of, measure)]
        found.sort(key=lambda one: (-one.score, one.word, one.language))
        return Collocates(results, sum(of.matches for of in counts.values()), tuple(found[:limit]))

    return read_matches(searcher, request, read)


def _texts(engine: Engine, results: Results) -> Iterator[tuple[str, str, list[str]]]:
    """Yield batches of texts of the same part and language: the part, the language and the texts.

    The part is ``title`` or ``body``.
    """
    for together in batch_passages(passages(engine, results), BATCH_SIZE):
        gathered: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for passage in together:
            gathered[passage.part, passage.language].append(passage.text)
        yield from ((*kind, texts) for kind, texts in gathered.items())


def _rank_words(language: str, counts: WordCounts, measure: str) -> Iterator[Collocate]:
    """Yield the words of a language that are more frequent near matches, with scores."""
    for near, total, forms in counts.term_counts(MIN_COUNT):
        if near * counts.total <= total * counts.near:
            continue  # not more frequent near a match than elsewhere
        score = (
            log_likelihood(near, counts.near - near, total - near, counts.total - counts.near - total + near)
            if measure == "log-likelihood"
            else 2 * near / (counts.matches + total)
        )
        word = min(forms.items(), key=lambda form: (-form[1], form[0]))[0]
        yield Collocate(word, language, near, total - near, score)


if TYPE_CHECKING:
    Numbers = NDArray[Any]

KEPT_BYTES: Final = 128 << 20  # maximum size of the analyzed words that are cached for the next query
_lock = Lock()  # for the table, which one query at a time uses
_tables = [TokenTable()]


@contextmanager
def lock_token_table() -> Iterator[TokenTable]:
    """Yield the shared table of analyzed words, locked against other threads."""
    with _lock:
        if _tables[0].nbytes > KEPT_BYTES:
            _tables[0] = TokenTable()
        yield _tables[0]


class TermCount(NamedTuple):
    """The counts of a term, near matches and elsewhere.

    Attributes:
        near: The number of occurrences near a match.
        total: The number of all occurrences that are not part of a match.
        forms: The number of these occurrences for each word that has this term. Words are without accents and
            in lower case.
    """

    near: int
    total: int
    forms: Mapping[str, int]


class WordCounts:
    """Counts the words of texts in one language, except function words.

    Args:
        language: The language.
        table: Maps words to token numbers.
        span: The number of words on each side of a match that count as near, including function words.

    Attributes:
        matches: The number of occurrences of the query in the texts.
        near: The number of counted words near a match.
        total: The number of counted words; the words of matches are not counted.
    """

    def __init__(self, language: str, table: TokenTable, span: int) -> None:
        self.matches = self.near = self.total = 0
        self._language, self._table, self._span = language, table, span
        self._near_of, self._total_of = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def add(self, texts: Sequence[str], highlights: Highlights) -> None:
        """Count the words of texts, except the matches themselves."""
        tokens, ends = number_texts(self._table, LANGUAGE_NUMBERS[self._language], texts, range(len(texts)))
        if not len(tokens):
            return
        bounds = np.concatenate((np.zeros(1, np.int64), ends.astype(np.int64)))
        starts, stops = self._matches(tokens, bounds, highlights)
        if highlights.exact:
            spans = [
                *zip(starts.tolist(), stops.tolist(), strict=True),
                *self._exact(texts, bounds, highlights),
            ]
            ordered = np.array(
                [one[:2] for one in remove_overlaps([Match(*span, ()) for span in spans])], np.int64
            )
            starts, stops = ordered.reshape(-1, 2).T
        self.matches += len(starts)
        text = _texts_of_positions(starts, bounds)
        size = len(tokens)
        matched = _mark_covered(starts, stops, size)
        near = _mark_covered(np.maximum(starts - self._span, bounds[text]), starts, size)
        near |= _mark_covered(stops, np.minimum(stops + self._span, bounds[text + 1]), size)
        counted = (_copy(self._table.term) != NOTHING)[tokens] & ~matched
        near &= counted
        self.near += int(near.sum())
        self.total += int(counted.sum())
        self._near_of = _sum(self._near_of, tokens[near], len(self._table.term))
        self._total_of = _sum(self._total_of, tokens[counted], len(self._table.term))

    def _exact(
        self, texts: Sequence[str], bounds: Numbers, highlights: Highlights
    ) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each exact phrase.

        They are word positions in the concatenated texts.
        """
        from searcher.query.as_written import find_places

        def size(part: str) -> int:
            return sum([len(analyzer(self._language).analyse_chunk(chunk)) for chunk in part.split()])

        for text, first in zip(texts, bounds.tolist(), strict=False):
            for start, end, _ in find_places(text, highlights.exact):
                begin = first + size(text[:start])
                yield begin, begin + size(text[start:end])

    def _matches(self, tokens: Numbers, bounds: Numbers, highlights: Highlights) -> tuple[Numbers, Numbers]:
        """Return the starts and the ends of matches.

        They are word positions in the concatenated texts.
        """
        table, own = self._table, LANGUAGE_NUMBERS[self._language]
        term, word = _copy(table.term), _copy(table.word)
        terms = {
            table.terms[name]: one
            for one in highlights.terms.get(self._language, set())
            | highlights.within.get(self._language, set())
            if (name := f"{own}{one}") in table.terms
        }
        words = {table.words[one]: one for one in highlights.words if one in table.words}
        single = [number for number, one in terms.items() if one in highlights.terms.get(self._language, ())]
        starts = (np.isin(term, single) | np.isin(word, [*words]))[tokens].nonzero()[0]
        texts = self._texts_with_phrases(term[tokens], bounds, terms, highlights)
        if not len(texts):
            return starts, starts + 1
        apart_from = ~np.isin(_texts_of_positions(starts, bounds), texts)
        spans = [(start, start + 1) for start in starts[apart_from].tolist()]
        parts = np.isin(term, [*terms]) | np.isin(word, [*words])
        among = {one for some in highlights.restricted.values() for one in some}
        words |= {table.words[one]: one for one in among if one in table.words}
        for first, last in zip(bounds[texts].tolist(), bounds[texts + 1].tolist(), strict=True):
            places = first + parts[tokens[first:last]].nonzero()[0]
            described = zip(
                places.tolist(), term[tokens[places]].tolist(), word[tokens[places]].tolist(), strict=True
            )
            found = [
                (at, Match(at, at + 1, (terms.get(custom_term, ""),)), words.get(own_word, ""))
                for at, custom_term, own_word in described
            ]
            spans += [match[:2] for match in remove_overlaps(matches_of(self._language, found, highlights))]
        ordered = np.array(sorted(spans), np.int64).reshape(-1, 2)
        return ordered[:, 0], ordered[:, 1]

    def _texts_with_phrases(
        self, terms: Numbers, bounds: Numbers, names: Mapping[int, str], highlights: Highlights
    ) -> Numbers:
        """Return the indexes of the texts that may contain a phrase or a proximity query."""
        found = np.zeros(len(bounds) - 1, bool)
        if highlights.proximities:
            places = np.isin(terms, [*names]).nonzero()[0]
            found |= np.bincount(_texts_of_positions(places, bounds), minlength=len(found)) > 0
        for phrase in highlights.phrases.get(self._language, ()):
            having = np.ones(len(found), bool)
            for one in {*phrase.terms}:
                places = np.isin(terms, [number for number, name in names.items() if name == one]).nonzero()[
                    0
                ]
                having &= np.bincount(_texts_of_positions(places, bounds), minlength=len(found)) > 0
            found |= having
        return found.nonzero()[0]

    def term_counts(self, least: int) -> list[TermCount]:
        """Return the counts of the terms that are near matches at least ``least`` times."""
        term = _copy(self._table.term)[: len(self._near_of)]
        counted = self._total_of.nonzero()[0]
        near = np.bincount(term[counted], self._near_of[counted]).astype(np.int64)
        shown = counted[near[term[counted]] >= least]
        words = [*self._table.words]
        forms: defaultdict[int, Counter[str]] = defaultdict(Counter)
        columns = term[shown], _copy(self._table.word)[shown], self._total_of[shown]
        for own, word, count in zip(*(column.tolist() for column in columns), strict=True):
            forms[own][words[word]] += count
        return [TermCount(int(near[own]), of_term.total(), of_term) for own, of_term in forms.items()]


def _texts_of_positions(places: Numbers, bounds: Numbers) -> Numbers:
    """Return the index of the text that contains each position."""
    return np.searchsorted(bounds, places, "right") - 1


def _mark_covered(starts: Numbers, stops: Numbers, size: int) -> Numbers:
    """Return a mask of the positions that are in one of several ranges.

    Args:
        starts: The start of each range.
        stops: The end of each range.
        size: The number of positions.
    """
    edges = np.bincount(starts, minlength=size + 1) - np.bincount(stops, minlength=size + 1)
    return np.cumsum(edges[:size]) > 0


def _sum(counts: Numbers, tokens: Numbers, size: int) -> Numbers:
    """Add the number of occurrences of each token to ``counts``."""
    found: Numbers = np.bincount(tokens, minlength=size)
    found[: len(counts)] += counts
    return found


def _copy(values: Any) -> Numbers:
    """Copy a column of the shared table, which other threads may extend."""
    return np.array(values, dtype=np.uint32)
