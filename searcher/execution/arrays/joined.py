"""Words with what joins them over one segment, straight from the posting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.codec.postings import K1, B
from indexer.schema import LANGUAGE_BITS
from searcher.execution.alternatives import WeighedBeside, words_of
from searcher.execution.arrays.best import kth_largest
from searcher.execution.arrays.columns import Columns, find
from searcher.execution.arrays.joined_scores import total
from searcher.execution.arrays.lists import TermList, all_scores, scale_of, scores_in, term_list
from searcher.execution.arrays.merging import distinct, merged
from searcher.execution.arrays.phrases import phrase_hits
from searcher.execution.arrays.union import repeats
from searcher.execution.arrays.words import (
    MARGIN,
    SMALL_UNION,
    STORED_TOP,
    any_word,
    stored_counts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from searcher.execution.alternatives import Weighed, WeighedWord
    from searcher.execution.arrays.merging import Here

PROBED = 64  # documents that are scored first where many could be among the best


class PhraseHits(NamedTuple):
    """The documents in which a phrase stands, with their scores."""

    ids: npt.NDArray[Any]
    scores: npt.NDArray[Any]

    def scores_at(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the exact scores of the documents at some places."""
        scores: npt.NDArray[Any] = self.scores[places]
        return scores


def found_in(columns: Columns, place: int, word: WeighedWord) -> TermList | PhraseHits | None:
    """Return the live documents of a term or a phrase in one segment, None where there are none.

    Args:
        columns: The segment.
        place: Its place in the index.
        word: The term or the phrase.
    """
    if len(word.weights) == 1:
        return term_list(columns, place, word.weights[0])
    lists = []
    for weight in word.weights:
        one = term_list(columns, place, weight)
        if one is None or not one.postings.has_positions:
            return None
        lists.append(one)
    docs, places = phrase_hits(columns, lists, word.offsets, 1)
    return PhraseHits(docs, scores_in(lists, places)) if len(docs) else None


class JoinedSegment:
    """A query of words with what joins them, on one segment.

    Args:
        here: The segment and what gathers its matches.
        place: Its place in the index.
        by_date: Takes hits whole, where they are wanted by date; None where they are ranked.
    """

    def __init__(self, here: Here, place: int, by_date: Callable[[Any], None] | None) -> None:
        self._here = here
        self._place = place
        self._by_date = by_date
        self._hits: dict[int, TermList | PhraseHits] = {}  # by the identity of a word of the query

    def run(self, parts: Weighed, languages: Iterable[str]) -> None:
        """Count and rank what matches.

        Args:
            parts: The query.
            languages: The languages that are asked for.
        """
        standing = self._standing(parts, None)
        postings = sum([len(self._hits[id(word)].ids) for word in words_of(standing)])
        if self._here.columns.segment.mixed or postings <= SMALL_UNION:
            self._run(standing, 0)
            return
        # Where every document is of one language alone, no document stands in two languages' lists.
        for language in languages:
            self._run(self._standing(parts, f"text_{language}"), LANGUAGE_BITS[language])

    def _standing(self, parts: Weighed, field: str | None) -> Weighed:
        """Return the part of a query that stands in any document, of one field or of all."""
        found: list[WeighedWord | WeighedBeside] = []
        for part in parts:
            if isinstance(part, WeighedBeside):
                typed = self._standing(part.typed, field)
                added = tuple([word for word in part.added if self._stands(word, field)])
                if len(added) > 1 or (typed and added):
                    found.append(WeighedBeside(typed, added, part.others))
                else:
                    found.extend(typed or added)  # nothing that it could be better than
            elif self._stands(part, field):
                found.append(part)
        return tuple(found)

    def _stands(self, word: WeighedWord, field: str | None) -> bool:
        if field is not None and word.weights[0].field != field:
            return False
        if id(word) not in self._hits:  # a phrase is looked for once, not for each language again
            hits = found_in(self._here.columns, self._place, word)
            if hits is None:
                return False
            self._hits[id(word)] = hits
        return True

    def _run(self, parts: Weighed, language: int) -> None:
        if not parts:
            return
        _, _, best, base = self._here
        # A list stands here as often as the query has its term: each time it adds to a score and its bound.
        lists: list[TermList] = []
        phrases: list[PhraseHits] = []
        for word in words_of(parts):
            hits = self._hits[id(word)]
            if isinstance(hits, TermList):
                lists.append(hits)
            else:
                phrases.append(hits)
        if self._plain(parts, lists):
            any_word(self._here, lists, language)
            return
        if self._by_date is None and sum(map(len, lists)) > SMALL_UNION:
            docs = self._likely(lists, phrases, parts, language)
            if len(docs):
                best.add(base, docs, self._scores(docs, parts))
            return
        self._whole(lists, phrases, parts, language)

    def _plain(self, parts: Weighed, lists: list[TermList]) -> bool:
        """Tell whether words are left that nothing joins, each once, and they are to be ranked."""
        return (
            self._by_date is None
            and len(lists) == len(parts)
            and not any(isinstance(part, WeighedBeside) for part in parts)
            and len({(one.term.field, one.number) for one in lists}) == len(lists)
        )

    def _whole(self, lists: list[TermList], phrases: list[PhraseHits], parts: Weighed, language: int) -> None:
        """Count and rank all that matches, where it is little enough, or is wanted by date."""
        _, tally, best, base = self._here
        leaves: list[TermList | PhraseHits] = [*lists, *phrases]
        ids = np.concatenate([one.ids for one in leaves])
        order, ordered, fresh = merged(ids)
        docs = ordered[fresh]
        part = tally.add(docs, language=language)
        if self._by_date is not None:
            self._by_date(docs[part])
            return
        if not best.count:
            return
        scores = _list_scores(lists, ids[: sum(map(len, lists))])
        if phrases:
            scores = np.concatenate([scores, *(one.scores for one in phrases)])
        rows = np.empty(len(ids), np.intp)
        rows[order] = fresh.cumsum() - 1
        table = np.zeros((len(leaves), len(docs)))
        table[np.repeat(np.arange(len(leaves)), [len(one.ids) for one in leaves]), rows] = scores
        columns = dict(zip(map(id, leaves), table, strict=True))
        summed = total(parts, lambda word: columns[id(self._hits[id(word)])], len(docs))
        best.add(base, docs[part], summed[part])

    def _scores(self, docs: npt.NDArray[Any], parts: Weighed) -> npt.NDArray[Any]:
        """Return the exact scores of some documents, sorted."""

        def column(word: WeighedWord) -> npt.NDArray[Any]:
            hits = self._hits[id(word)]
            rows, places = find(hits.ids, docs)
            scores = np.zeros(len(docs))
            scores[rows] = hits.scores_at(places)
            return scores

        return total(parts, column, len(docs))

    # Many documents

    def _likely(
        self, lists: list[TermList], phrases: list[PhraseHits], parts: Weighed, language: int
    ) -> npt.NDArray[Any]:
        """Count what matches, and return a few documents among which the best ones are, sorted."""
        columns, tally, best, _ = self._here
        by_length = sorted(lists, key=len)
        scale = scale_of(lists)
        kept = [(one, tally.add(one.ids, 1, stored_counts(one), language=language)) for one in by_length]
        candidates: list[npt.NDArray[Any]] = []
        bounds: list[npt.NDArray[Any]] = []
        for found in repeats(by_length, columns.segment.documents, scale):
            if len(found.ids):
                part = tally.add(found.ids, -1, language=language)
                candidates.append(found.ids[part])
                known = None if found.bounds is None else found.bounds[part]
                bounds.append(np.full(len(candidates[-1]), np.inf) if known is None else known / scale)
        if phrases:
            docs = distinct([one.ids for one in phrases])
            part = tally.add(docs, language=language)
            listed = np.zeros(len(docs), np.bool_)
            for one in lists:
                listed[find(one.ids, docs)[0]] = True
            tally.add(docs[listed], -1, language=language)
            candidates.append(docs[part])
            bounds.append(np.full(len(candidates[-1]), np.inf))
        if not best.count:
            return np.empty(0, np.uint32)
        threshold = max(best.threshold, self._reached(kept)) * MARGIN
        for one, part in kept:
            impacts = one.impacts[part]
            least = int(np.ceil(threshold / one.step)) if one.step else 0
            places = (impacts >= least).nonzero()[0]
            candidates.append(one.ids[part][places])
            bounds.append(impacts[places] * one.step)
        return self._sieved(np.concatenate(candidates), np.concatenate(bounds), threshold, parts)

    def _reached(self, kept: list[tuple[TermList, Any]]) -> float:
        """Return a score that enough documents reach by one word alone."""
        count = self._here.best.count
        highest = 0.0
        for one, part in kept:
            whole = isinstance(part, slice) and part == slice(None)
            stored = one.tenth_impact() if whole and count <= STORED_TOP else 0
            impact = stored or kth_largest(one.impacts[part], count)
            highest = max(highest, (impact - 1) * one.step * one.low / one.high)
        return highest

    def _sieved(
        self, docs: npt.NDArray[Any], bounds: npt.NDArray[Any], threshold: float, parts: Weighed
    ) -> npt.NDArray[Any]:
        """Return the documents that may be among the best, sorted, each once.

        Args:
            docs: Candidates, some of them several times.
            bounds: The highest score of each; it holds where it is the highest of a document's bounds.
            threshold: A score that enough documents reach.
            parts: The query.
        """
        order = docs.argsort(kind="stable")
        docs = docs[order]
        starts = np.ones(len(docs), np.bool_)
        np.not_equal(docs[1:], docs[:-1], out=starts[1:])
        at = starts.nonzero()[0]
        if not len(at):
            return docs
        docs, bounds = docs[at], np.maximum.reduceat(bounds[order], at)
        count = max(PROBED, 2 * self._here.best.count)
        if len(docs) > 2 * count:
            probed = np.sort(bounds.argpartition(len(docs) - count)[-count:])
            scores = self._scores(docs[probed], parts)
            reached = np.partition(scores, count - self._here.best.count)[count - self._here.best.count]
            threshold = max(threshold, float(reached) * MARGIN)
        kept: npt.NDArray[Any] = docs[bounds >= threshold]
        return kept


def _list_scores(lists: list[TermList], ids: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the exact scores of all postings of some lists, which may be of several fields.

    Args:
        lists: The lists.
        ids: Their documents, list by list.
    """
    if not lists:
        return np.empty(0)
    field = lists[0].postings
    if all(one.postings is field for one in lists):
        return all_scores(lists, ids)
    if any(one.escaped or not one.postings.has_counts for one in lists):
        return np.concatenate([one.scores_at(np.arange(len(one.ids))) for one in lists])
    scores: npt.NDArray[Any] = field.frequency_of_byte.take(np.concatenate([one.counts for one in lists]))
    norm = np.empty(len(ids))
    end = 0
    for one in lists:
        first, end = end, end + len(one.ids)
        np.multiply(one.postings.lengths.take(one.ids), K1 * B / one.term.average, out=norm[first:end])
    norm += K1 * (1 - B)
    norm += scores
    end = 0
    for one in lists:
        first, end = end, end + len(one.ids)
        scores[first:end] *= one.weight
    scores /= norm
    return scores
