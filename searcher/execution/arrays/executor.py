"""Execution on the arrays of our own storage: the light path for plain words, the tree path for all else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.schema import LANGUAGE_BITS
from searcher.engine import Execution, in_order
from searcher.execution.arrays.best import Best
from searcher.execution.arrays.columns import Columns
from searcher.execution.arrays.dated_order import DatedOrder
from searcher.execution.arrays.lists import TermList, scores_in, term_list
from searcher.execution.arrays.merging import Here
from searcher.execution.arrays.narrowing import Narrowing
from searcher.execution.arrays.phrases import phrase_hits
from searcher.execution.arrays.tally import Tally
from searcher.execution.arrays.words import all_words, any_word, intersection
from searcher.execution.month import month_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from whoosh.query import Query

    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import FacetName, Filters, Wanted
    from searcher.execution.alternatives import Weighed
    from searcher.execution.light import LightPhrase, LightQuery, LightWord
    from searcher.execution.weights import TermWeight

BITS = {f"text_{language}": bit for language, bit in LANGUAGE_BITS.items()}


class ArrayExecutor:
    """Runs queries over an index of our own storage.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self._columns = [Columns(segment) for segment in index.segments]

    def execute(
        self,
        query: Query,
        filters: Filters,
        wanted: Wanted,
    ) -> Execution:
        """Rank the documents that match a query tree and count the facets."""
        from searcher.execution.arrays.tree import TreeEvaluation

        run = _Run(self._index, filters, wanted)
        tree = TreeEvaluation(self._index)
        for place, columns in enumerate(self._columns):
            tally = run.tally(columns)
            scored = tree.on(columns, place, query)
            kept = tally.add(scored.docs)
            run.take(place, scored.docs[kept], scored.scores[kept])
        return run.result()

    def execute_light(
        self,
        query: LightQuery,
        weights: Mapping[tuple[str, bytes], TermWeight],
        filters: Filters,
        wanted: Wanted,
    ) -> Execution:
        """Rank what matches plain words or a phrase and count the facets."""
        run = _Run(self._index, filters, wanted)
        for place, columns in enumerate(self._columns):
            _LightSegment(run, weights, place, columns, run.tally(columns)).run(query)
        return run.result()

    def execute_joined(self, parts: Weighed, filters: Filters, wanted: Wanted) -> Execution:
        """Rank what matches words with what joins them and count the facets."""
        from searcher.execution.arrays.joined import JoinedSegment

        run = _Run(self._index, filters, wanted)
        languages: Iterable[str] = LANGUAGE_BITS
        if filters.languages and "language" not in wanted.facets:
            languages = [code for code in LANGUAGE_BITS if code in filters.languages]
        for place, columns in enumerate(self._columns):
            here = Here(columns, run.tally(columns), run.best, self._index.bases[place])
            by_date = None if run.order is None else partial(run.order.add, place)
            JoinedSegment(here, place, by_date).run(parts, languages)
        return run.result()


class _Run:
    """What is gathered over the segments for one request."""

    def __init__(
        self,
        index: ArrayIndex,
        filters: Filters,
        wanted: Wanted,
    ) -> None:
        sort, limit, offset, facets = wanted
        self.index = index
        self.filters = filters
        self.facets = facets
        self._offset = offset
        count = min(limit + offset, index.documents) if limit else 0
        self.best = Best(index, count)
        self.order = (
            None if sort == "relevance" else DatedOrder(index, sort, count, estimated=filters.estimated)
        )
        self._tallies: list[Tally] = []

    def tally(self, columns: Columns) -> Tally:
        """Return the counter of one more segment."""
        year = month_year(self.filters) if "month" in self.facets else 0
        tally = Tally(Narrowing(columns, self.filters), self.facets, year)
        self._tallies.append(tally)
        return tally

    def take(self, place: int, docs: Any, scores: Any) -> None:
        """Take filtered hits with their scores."""
        if self.order is not None:
            self.order.add(place, docs)
        else:
            self.best.add(self.index.bases[place], docs, scores)

    def result(self) -> Execution:
        """Return the answer."""
        page = self.order.page(self._offset) if self.order else self.best.page(self._offset)
        by_date = self.filters.by_date
        if len(self._tallies) == 1:
            tally = self._tallies[0]
            return Execution(tally.total, page, tally.facets(), tally.undated if by_date else 0)
        merged: dict[FacetName, dict[str, int]] = {name: {} for name in self.facets}
        for tally in self._tallies:
            for name, counts in tally.facets().items():
                sums = merged[name]
                for value, count in counts.items():
                    sums[value] = sums.get(value, 0) + count
        undated = sum(tally.undated for tally in self._tallies) if by_date else 0
        facets = {name: in_order(name, counts) for name, counts in merged.items()}
        return Execution(sum(tally.total for tally in self._tallies), page, facets, undated)


class _LightSegment:
    """A light query on one segment."""

    def __init__(
        self,
        run: _Run,
        weights: Mapping[tuple[str, bytes], TermWeight],
        place: int,
        columns: Columns,
        tally: Tally,
    ) -> None:
        self._run = run
        self._columns = columns
        self._place = place
        self._tally = tally
        self._here = Here(columns, tally, run.best, run.index.bases[place])
        self._lists: dict[tuple[str, bytes], TermList] = {}
        for key, weight in weights.items():
            one = term_list(columns, place, weight)
            if one is not None:
                self._lists[key] = one

    def run(self, query: LightQuery) -> None:
        """Count and rank what matches."""
        if query.phrases:
            self._phrases(query.phrases)
            return
        for language in self._languages():
            lists = [one for key, one in self._lists.items() if not language or BITS[key[0]] == language]
            if not lists:
                continue
            required = self._required(query.required, language) if query.required else []
            if required is None:
                continue
            if self._run.order is not None:
                self._by_date(lists, required, language)
            elif required:
                self._all(lists, required, language)
            else:
                any_word(self._here, lists, language)

    def _languages(self) -> Iterable[int]:
        """Return the languages that can be taken one by one, or 0 for all together.

        Where every document is of one language alone, no document stands in two languages' lists.
        """
        if self._columns.segment.mixed:
            return (0,)
        filters = self._run.filters
        if filters.languages and "language" not in self._run.facets:
            return [LANGUAGE_BITS[code] for code in sorted(filters.languages) if code in LANGUAGE_BITS]
        return LANGUAGE_BITS.values()

    def _required(self, words: Iterable[LightWord], language: int) -> list[list[TermList]] | None:
        """Return the lists of each required word, None where a word has none."""
        groups: dict[tuple[tuple[str, bytes], ...], list[TermList]] = {}
        for word in words:
            keys = tuple(
                key
                for key in dict.fromkeys(word.terms)
                if key in self._lists and (not language or BITS[key[0]] == language)
            )
            if not keys:
                return None
            groups[keys] = [self._lists[key] for key in keys]
        return list(groups.values())

    def _all(self, lists: list[TermList], required: list[list[TermList]], language: int) -> None:
        all_words(self._here, required, lists, language)

    def _by_date(self, lists: list[TermList], required: list[list[TermList]], language: int) -> None:
        """Count, and give the hits whole to the order by date."""
        if required:
            hits = intersection(self._columns, required, lists)
        else:
            hits = np.unique(np.concatenate([one.ids for one in lists]))
        kept = self._tally.add(hits, language=language)
        self._run.take(self._place, hits[kept], None)

    def _phrases(self, phrases: Iterable[LightPhrase]) -> None:
        found = []
        for phrase in phrases:
            lists = [self._lists.get((phrase.field, term)) for term in phrase.terms]
            whole = [one for one in lists if one is not None]
            if len(whole) == len(lists):
                docs, places = phrase_hits(self._columns, whole, phrase.offsets, phrase.slop)
                if len(docs):
                    found.append((docs, whole, places, BITS[phrase.field]))
        if len(found) > 1 and self._columns.segment.mixed:
            docs = np.unique(np.concatenate([docs for docs, *_ in found]))
            scores = np.zeros(len(docs))
            for some, whole, places, _ in found:
                scores[docs.searchsorted(some)] += scores_in(whole, places)
            kept = self._tally.add(docs)
            self._run.take(self._place, docs[kept], scores[kept])
            return
        for docs, whole, places, language in found:
            kept = self._tally.add(docs, language=0 if self._columns.segment.mixed else language)
            self._run.take(self._place, docs[kept], scores_in(whole, [spots[kept] for spots in places]))
