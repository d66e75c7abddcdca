"""Find words and phrases that are typical of the matches of a query.

Each language is compared separately. The counts come from the index; only a few texts are read, to find how
terms are spelt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from functools import partial
from heapq import heapify, heappush, heappushpop
from itertools import chain, pairwise
from math import log, log2
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis import analyzer
from indexer.checkpoint import add_checkpoints
from indexer.errors import QueryError, message
from indexer.option_tables import check_number
from indexer.runtime import NamedTuple
from searcher.engine import Counts, Phrase
from searcher.hit_details import every_hit
from searcher.reading.all_matches import check_searcher, head_of, request_for_all
from searcher.reading.text_matches import MAX_CHARACTERS, batch_passages, highlights_by_part, passages_of
from searcher.term_matcher import ChunkFinder, FoldedText, prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from typing import Unpack

    from indexer.analysis.analyzer import ChunkToken
    from searcher.answer import Answerer
    from searcher.engine import Array, Engine, TermCounts
    from searcher.opening import BaseSearcher
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments
    from searcher.search_options import SearchRequest


MIN_COUNT: Final = 3  # minimum occurrences in the matches
MIN_DOCUMENTS: Final = 2  # minimum number of matches with the term
MIN_SCORE: Final = 6.63  # G² significant at the 1 % level (chi-square, one degree of freedom)
TOLERANCE: Final = 1e-6  # error of scores that are computed together
REDUNDANT: Final = 0.75  # maximum share of a term's occurrences in a longer phrase
POOL: Final = 3  # candidates per result, since redundant ones are removed
READ: Final = 10  # items to read for the written form of each candidate
MAX_WORDS: Final = 8  # maximum words of a phrase merged from overlapping ones
_CHUNK: Final = re.compile(r"\S+")
BREAKS: Final = frozenset(".!?;:…,()[]–—")  # punctuation that no phrase crosses
COLUMNS: Final = (
    "term",
    "language",
    "words",
    "occurrences",
    "documents",
    "other_occurrences",
    "other_documents",
    "score",
    "log_ratio",
)


class TypicalTerm(NamedTuple):
    """A word or phrase that is more frequent in the matches than in other items.

    Attributes:
        term: The most common written form in the matches.
        language: The language of the texts with the term.
        words: The number of words of the term, including function words.
        occurrences, documents: The number of occurrences in the matches, and of matches that contain the
            term.
        other_occurrences, other_documents: The same numbers for the other items.
        score: G², by which terms are ranked; see :func:`log_likelihood`.
        log_ratio: The binary logarithm of the relative frequency in the matches divided by that in the other
            items, where zero occurrences count as 0.5 (Hardie, "Log Ratio", 2014).
    """

    term: str
    language: str
    words: int
    occurrences: int
    documents: int
    other_occurrences: int
    other_documents: int
    score: float
    log_ratio: float

    def to_record(self) -> dict[str, Any]:
        """Return the term as a JSON object."""
        return self._asdict() | {"score": round(self.score, 2), "log_ratio": round(self.log_ratio, 2)}


class TypicalTerms(NamedTuple):
    """The typical words and phrases of a query's matches.

    Attributes:
        results: The results of the query.
        other: The results of the query to compare with, or ``None`` for a comparison with all other items.
        compared: The number of items with which the matches are compared.
        found: The terms, sorted by language and then by descending score.
        versus, versus_years: The arguments ``versus`` and ``versus_years``, as given.
    """

    results: Results
    other: Results | None
    compared: int
    found: tuple[TypicalTerm, ...]
    versus: str | None = None
    versus_years: tuple[str, str] | None = None

    def head(self) -> dict[str, Any]:
        """Return how the query was interpreted, and the items with which its matches were compared."""
        years = self.versus_years and list(self.versus_years)
        return head_of(self.results) | {
            "versus": self.versus,
            "versus_years": years,
            "compared": self.compared,
        }


def period_pair(written: str | None) -> tuple[str, str] | None:
    """Split a range into two periods: ``"2018..2019" -> ("2018", "2019")``.

    A single period is returned twice, ``None`` as ``None``.
    """
    if written is None:
        return None
    first, dots, last = written.partition("..")
    return first, last if dots else first


def typical_terms(
    searcher: BaseSearcher,
    query: str | None,
    *,
    versus: str | None = None,
    versus_years: tuple[str, str] | None = None,
    limit: int | None = 20,
    **options: Unpack[QueryArguments],
) -> TypicalTerms:
    """Rank the words and phrases that are typical of a query's matches.

    Terms of the query itself are left out. A term is typical if it occurs at least three times, in at least
    two matches, and is more frequent in the matches than elsewhere, with a G² that is significant at the 1 %
    level.

    Args:
        searcher: The open searcher.
        query: The query, as for :meth:`searcher.Searcher.search`, but never relaxed to a similar query.
            ``None`` for all items that pass the filters.
        versus: Another query to compare with. Its matches under the same filters that do not match ``query``
            are the other items.
        versus_years: The first and the last of the periods to compare with, instead of ``versus``. The
            matches of ``query`` in these periods are the other items. If both arguments are ``None``, these
            are all items of the archive that do not match.
        limit: The maximum number of terms for each language, or ``None`` for all.
        options: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True`` by
            default.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    check_searcher(searcher)
    if versus is not None and versus_years is not None:
        raise QueryError(message("terms.one_comparison"))
    if limit is not None:
        check_number("limit", limit, 0)
    request = request_for_all(query, "newest", options)
    other = None if versus is None else request_for_all(versus, "newest", options)
    if versus_years is not None:
        other = _request_for_years(query, versus_years, options)

    def ask(answerer: Answerer) -> TypicalTerms:
        results, engine = answerer.execute(request), answerer.engine
        documents = every_hit(results).documents
        against = None if other is None else answerer.execute(other)
        counts = engine.term_counts(documents, None if against is None else every_hit(against).documents)
        languages = [one for one in counts.languages() if one in (request.filters.languages or {one})]
        found = [
            term
            for language in languages
            for term in _terms_of_language(engine, counts, language, _query_terms(results, language), limit)
        ]
        compared = counts.other_documents
        return TypicalTerms(results, against, compared, tuple(found), versus, versus_years)

    return searcher.ask(ask)


def _request_for_years(
    query: str | None, years: tuple[str, str], options: Mapping[str, Any]
) -> SearchRequest:
    """Return the request for the matches of a query in a range of periods.

    ``years`` are the first and the last period.
    """
    first, last = years
    try:
        return request_for_all(query, "newest", {**options, "date_from": first, "date_to": last})
    except QueryError:  # the other options are valid
        written = first if first == last else f"{first}..{last}"
        raise QueryError(message("terms.invalid_years", written=written)) from None


def _query_terms(results: Results, language: str) -> set[str]:
    """Return the terms of the query in a language.

    These include the terms of words that the query searches unstemmed.
    """
    marks, analyse = highlights_by_part(results)["title"], analyzer(language).analyse_chunk
    words = marks.words.union(*marks.exact)
    stems = {token.term for word in words for token in analyse(word) if token.term}
    return marks.terms.get(language, set()) | marks.within.get(language, set()) | stems


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Return G² of a 2 × 2 table of counts: ``a b`` above ``c d``.

    Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993).
    """
    total = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(count * log(count * total / (row * column)) for count, row, column in cells if count)


class _Scored(NamedTuple):
    """A word or phrase with its score and counts."""

    score: float
    phrase: Phrase
    counts: Counts


class _Scorer:
    """Scores the words and phrases of a language.

    Args:
        occurrences: The number of words in the matches, without function words.
        other_occurrences: The number of words in the other items, without function words.
    """

    def __init__(self, occurrences: int, other_occurrences: int) -> None:
        self._all, self._others = occurrences, other_occurrences

    def score(self, occurrences: int, others: int) -> float:
        """Return G² of a term, or 0 if it is not more frequent in the matches than in the other items.

        Args:
            occurrences: The number of occurrences of the term in the matches.
            others: The number of its occurrences in the items with which the matches are compared.
        """
        if not self._others or occurrences * self._others <= others * self._all:
            return 0.0
        return log_likelihood(occurrences, self._all - occurrences, others, self._others - others)

    def scores(self, counts: Array) -> Array:
        """Return G² of several terms, perhaps rounded differently from :meth:`score`."""
        own, others = counts[:, 0].astype(float), counts[:, 2].astype(float)
        rows = np.stack((own, self._all - own, others, self._others - others))
        sums = np.stack((own + others, rows[1] + rows[3]) * 2)
        of_set = np.array([[self._all]] * 2 + [[self._others]] * 2, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = rows * np.log(rows * (self._all + self._others) / (sums * of_set))
        found: Array = 2 * np.where(rows > 0, parts, 0.0).sum(0)
        found[own * self._others <= others * self._all] = 0.0
        return found

    def log_ratio(self, counts: Counts) -> float:
        """Return the binary logarithm of the ratio of relative frequencies."""
        other = (counts.other_occurrences or 0.5) / self._others
        return log2(counts.occurrences / self._all / other)


def _terms_of_language(
    engine: Engine, counts: TermCounts, language: str, typed: set[str], limit: int | None
) -> list[TypicalTerm]:
    """Return the typical terms of a language, the best first."""
    terms, table, total = counts.terms(language, MIN_COUNT)
    scorer = _Scorer(total.occurrences, total.other_occurrences)
    ranking = _Ranking(None if limit is None else max(limit, 1) * POOL)
    scores = scorer.scores(table)
    for at in add_checkpoints((-scores).argsort().tolist()):
        if scores[at] < ranking.least - TOLERANCE:
            break
        if terms[at] not in typed:
            own = Counts(*table[at].tolist())
            ranking.add(scorer.score(own.occurrences, own.other_occurrences), Phrase((terms[at],)), own)
    # A phrase has the highest possible score if no other item contains it.
    fewest = bisect_left(range(total.occurrences), ranking.least, key=lambda count: scorer.score(count, 0))
    phrases = counts.phrases(language, MIN_COUNT, fewest)
    for phrase, count in add_checkpoints(one for one in phrases if not typed.issuperset(one[0].terms)):
        if scorer.score(count, 0) < ranking.least:
            break
        if scorer.score(count, counts.sample_other_count(language, phrase)) < ranking.least:
            continue
        own = counts.count(language, phrase)
        ranking.add(scorer.score(own.occurrences, own.other_occurrences), phrase, own)
    forms = _written_forms(engine, counts, language, ranking.phrases)
    ranking.keep(forms)
    joined = dict(_merge_phrases(ranking.best(), partial(counts.count, language)))
    for phrase in ranking.phrases:
        joined.pop(phrase, None)
    forms |= _written_forms(engine, counts, language, joined)
    for phrase, own in joined.items():
        if phrase in forms:
            ranking.add(scorer.score(own.occurrences, own.other_occurrences), phrase, own)
    ranked = _remove_parts(ranking.best())[:limit]
    return [
        TypicalTerm(forms[phrase], language, phrase.offsets[-1] + 1, *own, score, scorer.log_ratio(own))
        for score, phrase, own in ranked
    ]


class _Ranking:
    """Keeps the terms and phrases with the highest scores."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._kept: list[_Scored] = []

    @property
    def least(self) -> float:
        """The score that a term must exceed to be added."""
        return self._kept[0].score if len(self._kept) == self._limit else MIN_SCORE

    def add(self, score: float, phrase: Phrase, counts: Counts) -> None:
        """Add a term or phrase if it is among the best."""
        if score < max(self.least, MIN_SCORE) or counts.documents < MIN_DOCUMENTS:
            return
        push = heappushpop if len(self._kept) == self._limit else heappush
        push(self._kept, _Scored(score, phrase, counts))

    @property
    def phrases(self) -> list[Phrase]:
        """The phrases among the terms and phrases with the highest scores."""
        return [one.phrase for one in self._kept]

    def keep(self, phrases: Container[Phrase]) -> None:
        """Remove all phrases except the given ones."""
        self._kept = [one for one in self._kept if one.phrase in phrases]
        heapify(self._kept)

    def best(self) -> list[_Scored]:
        """Return the best terms and phrases, the best first."""
        return sorted(self._kept, key=lambda one: (-one.score, one.phrase))


def _merge_phrases(
    ranked: Sequence[_Scored], count: Callable[[Phrase], Counts]
) -> Iterator[tuple[Phrase, Counts]]:
    """Merge overlapping phrases, and yield the longer phrases with their counts."""
    beginning = defaultdict[str, list[_Scored]](list)
    for one in ranked:
        if len(one.phrase.terms) > 1:
            beginning[one.phrase.terms[0]].append(one)
    for one in chain.from_iterable(beginning.values()):
        longest, following = None, _merge_next(one.phrase, one.counts, beginning, count)
        while following:
            longest, following = following, _merge_next(*following, beginning, count)
        if longest:
            yield longest


def _merge_next(
    phrase: Phrase,
    counts: Counts,
    beginning: Mapping[str, Iterable[_Scored]],
    count: Callable[[Phrase], Counts],
) -> tuple[Phrase, Counts] | None:
    """Merge a phrase with one that begins with its last word.

    Return ``None`` if there is no such phrase that mostly occurs together with it: each of the two must have
    at least the share ``REDUNDANT`` of its occurrences within the merged phrase.

    Args:
        phrase: The phrase whose last word the other phrase must begin with.
        counts: The counts of ``phrase``.
        beginning: The possible second phrases, by their first term.
        count: Returns the counts of a phrase.
    """
    end = phrase.offsets[-1]
    for _, (terms, offsets), own in beginning.get(phrase.terms[-1], ()):
        least = max(counts.occurrences, own.occurrences) * REDUNDANT
        if min(counts.occurrences, own.occurrences) < least or end + offsets[-1] >= MAX_WORDS:
            continue
        joined = Phrase(phrase.terms + terms[1:], phrase.offsets + tuple([end + one for one in offsets[1:]]))
        found = count(joined)
        if found.occurrences >= least:
            return joined, found
    return None


def _remove_parts(ranked: list[_Scored]) -> list[_Scored]:
    """Remove words and phrases that mostly occur within a longer phrase."""
    within: dict[Phrase, int] = {}
    for _, (terms, offsets), counts in ranked:
        for first in range(len(terms)):
            for last in range(first + 1, len(terms) + (first > 0)):
                part = Phrase(terms[first:last], tuple([one - offsets[first] for one in offsets[first:last]]))
                within[part] = max(within.get(part, 0), counts.occurrences)
    return [one for one in ranked if within.get(one.phrase, 0) < one.counts.occurrences * REDUNDANT]


def _written_forms(
    engine: Engine, counts: TermCounts, language: str, phrases: Iterable[Phrase]
) -> dict[Phrase, str]:
    """Return the most common spelling of each phrase in a few matches.

    A phrase is left out if all its occurrences in these matches contain punctuation.
    """
    ids = {one for phrase in phrases for one in counts.ids(language, phrase, READ)}
    documents = sorted([document for one in ids if (document := engine.find(one)) is not None])
    forms: defaultdict[Phrase, Counter[str]] = defaultdict(Counter)
    by_first = defaultdict[str, list[Phrase]](list)
    for phrase in phrases:
        by_first[phrase.terms[0]].append(phrase)
    finder = ChunkFinder({*map(prefix_of, by_first)})
    read = chain.from_iterable(map(passages_of, add_checkpoints(engine.records(documents))))
    for together in batch_passages((one for one in read if one.language == language), MAX_CHARACTERS):
        text = "\n".join([one.text.replace("\n", " ") for one in together])
        for phrase, form in _forms_in(text, language, by_first, finder):
            forms[phrase][form] += 1
    return {phrase: _most_common(own) for phrase, own in forms.items()}


def _forms_in(
    text: str, language: str, by_first: Mapping[str, Sequence[Phrase]], finder: ChunkFinder
) -> Iterator[tuple[Phrase, str]]:
    """Yield each occurrence of a phrase in a text, with its spelling.

    ``by_first`` are the phrases by their first term.
    """
    analyse = analyzer(language).analyse_chunk
    for start, end in add_checkpoints(finder.chunks(FoldedText(text))):
        for at, token in enumerate(analyse(text[start:end])):
            if token.term is None or (phrases := by_first.get(token.term)) is None:
                continue
            longest = max([phrase.offsets[-1] for phrase in phrases])
            words = _words_from(text, start, at + longest + 1, analyse)[at:]
            for terms, offsets in phrases:
                own = words[: offsets[-1] + 1]
                if len(own) <= offsets[-1] or any(
                    own[place][0] != term for term, place in zip(terms, offsets, strict=True)
                ):
                    continue
                if all(BREAKS.isdisjoint(text[one[2] : other[1]]) for one, other in pairwise(own)):
                    yield Phrase(terms, offsets), " ".join([text[first:last] for _, first, last in own])


def _words_from(
    text: str, start: int, size: int, analyse: Callable[[str], Iterable[ChunkToken]]
) -> list[tuple[str | None, int, int]]:
    """Analyze at least ``size`` words of a line after an offset, or all words up to the end of the line.

    Returns:
        For each word, its term (``None`` for a function word), its start and its end.
    """
    found: list[tuple[str | None, int, int]] = []
    end = text.find("\n", start)
    for chunk in _CHUNK.finditer(text, start, len(text) if end < 0 else end):
        first = chunk.start()
        found += [(token.term, first + token.start, first + token.end) for token in analyse(chunk[0])]
        if len(found) >= size:
            break
    return found


def _most_common(forms: Counter[str]) -> str:
    """Return the most common spelling of a term.

    It is in lower case, unless most occurrences are capitalised.
    """
    together: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form, count in forms.items():
        together[form.lower()][form] += count
    low = min(together, key=lambda form: (-together[form].total(), form))
    form = min(together[low], key=lambda form: (-together[low][form], form))
    return form if together[low][low] * 2 < together[low].total() else low
