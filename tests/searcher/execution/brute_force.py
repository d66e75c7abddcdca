"""What a query means, by looking at every document: the answers that all ways of execution are held to."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from whoosh import query as q

from searcher.execution.found_words import FoundWords
from searcher.query.phrase import GappedPhrase

if TYPE_CHECKING:
    from modelled_documents import Doc

    from searcher.engine import Execution, Filters

FACETS = ("year", "month", "country", "language")


class Model:
    """Answers queries by looking at every document, as the search semantics are written."""

    def __init__(self, docs: list[Doc]) -> None:
        self.docs = docs

    def score(self, name: str, term: str, doc: Doc) -> float:
        """Return the exact BM25 score of a term in a document, 0 where it is missing."""
        having = [one for one in self.docs if one.length(name)]
        n = sum(bool(one.frequency(name, term)) for one in self.docs)
        tf = doc.frequency(name, term)
        if not tf:
            return 0.0
        average = sum(one.length(name) for one in having) / len(having)
        idf = math.log(1 + (len(having) - n + 0.5) / (n + 0.5))
        return idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * doc.length(name) / average))

    def evaluate(self, query: Any) -> dict[str, float]:  # noqa: C901, PLR0911, PLR0912  # one case a node
        """Return id to score of the live documents that match a tree."""
        live = [doc for doc in self.docs if doc.alive]
        match query:
            case GappedPhrase():
                found = {}
                for doc in live:
                    places = [[at for at, _ in doc.places(query.fieldname, word)] for word in query.words]
                    if all(places) and query.stands_in(places):
                        found[doc.id] = sum(self.score(query.fieldname, word, doc) for word in query.words)
                return found
            case q.Term(fieldname="country"):
                return {d.id: query.boost for d in live if query.text in (d.countries or ["unknown"])}
            case q.Term():
                scores = {d.id: query.boost * self.score(query.fieldname, query.text, d) for d in live}
                return {key: score for key, score in scores.items() if score}
            case FoundWords():
                return {d.id: query.boost for d in live if _words(d).intersection(query.found)}
            case q.Prefix():
                return {d.id: 1.0 for d in live if any(word.startswith(query.text) for word in _words(d))}
            case q.Not():
                excluded = self.evaluate(query.query)
                return {doc.id: 1.0 for doc in live if doc.id not in excluded}
            case q.Every():
                return {doc.id: query.boost for doc in live}
            case q.ConstantScoreQuery():
                return dict.fromkeys(self.evaluate(query.child), query.score)
            case q.Or():
                merged: dict[str, float] = {}
                for part in query.subqueries:
                    for key, score in self.evaluate(part).items():
                        merged[key] = merged.get(key, 0.0) + score
                return merged
            case q.And():
                parts = [self.evaluate(part) for part in query.subqueries]
                return {key: sum(part[key] for part in parts) for key in set.intersection(*map(set, parts))}
        a, b = self.evaluate(query.a), self.evaluate(query.b)
        match query:
            case q.AndNot():
                return {key: score for key, score in a.items() if key not in b}
            case q.Require():
                return {key: score for key, score in a.items() if key in b}
            case q.AndMaybe():
                return {key: score + b.get(key, 0.0) for key, score in a.items()}
        raise AssertionError(query)

    def interval(self, doc: Doc, filters: Filters) -> tuple[date, date] | None:
        """Return a document's usable dates."""
        if doc.start is None or doc.end is None or (doc.kind == 4 and not filters.estimated):
            return None
        return doc.start, doc.end

    def answer(
        self, scores: dict[str, float], filters: Filters, sort: str
    ) -> tuple[list[Doc], dict[str, Counter[str]], int]:
        """Return the hits in order, the facets, and how many undated ones a date filter left out."""
        docs = [doc for doc in self.docs if doc.id in scores]

        def dated(doc: Doc) -> bool:
            days = self.interval(doc, filters)
            if not filters.by_date:
                return True
            first, last = filters.first_day or 1, filters.last_day or date.max.toordinal()
            return days is not None and days[0].toordinal() <= last and days[1].toordinal() >= first

        def placed(doc: Doc) -> bool:
            return not filters.countries or bool(filters.countries & set(doc.countries))

        def spoken(doc: Doc) -> bool:
            return not filters.languages or bool(filters.languages & set(doc.languages))

        year = date.fromordinal(filters.first_day or filters.last_day or 1).year
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        undated = 0
        for doc in docs:
            if placed(doc) and spoken(doc):
                days = self.interval(doc, filters)
                if days is None:
                    counts["year"]["unknown"] += 1
                    undated += filters.by_date
                else:
                    counts["year"].update(f"{one:04d}" for one in range(days[0].year, days[1].year + 1))
                    months = {
                        (days[0] + timedelta(n)).strftime("%Y-%m")
                        for n in range((days[1] - days[0]).days + 1)
                    }
                    counts["month"].update(month for month in months if month.startswith(f"{year:04d}"))
            if dated(doc) and spoken(doc):
                counts["country"].update(doc.countries or ["unknown"])
            if dated(doc) and placed(doc):
                counts["language"].update(doc.languages)
        hits = [doc for doc in docs if dated(doc) and placed(doc) and spoken(doc)]
        return sorted(hits, key=lambda doc: self.key(doc, scores, filters, sort)), counts, undated

    def key(self, doc: Doc, scores: dict[str, float], filters: Filters, sort: str) -> tuple[Any, ...]:
        """Return what orders the hits."""
        start = doc.start.toordinal() if doc.start else 0
        if sort == "relevance":
            return -round(scores[doc.id], 9), -start, doc.id
        if self.interval(doc, filters) is None:
            return 1, 0, doc.id
        return 0, -start if sort == "newest" else start, doc.id


def compare(
    segments: list[list[Doc]],
    execution: Execution,
    scores: dict[str, float],
    filters: Filters,
    page: tuple[str, int, int],
) -> None:
    """Assert that an execution is what the model says."""
    sort, limit, offset = page
    model = Model([doc for docs in segments for doc in docs])
    hits, counts, undated = model.answer(scores, filters, sort)
    bases = np.cumsum([0, *map(len, segments)])
    numbers = {bases[at] + doc.number: doc for at, docs in enumerate(segments) for doc in docs}
    assert execution.total == len(hits)
    wanted = hits[offset : offset + limit]
    assert len(execution.top) == len({number for number, _ in execution.top}) == len(wanted)
    for (number, score), doc in zip(execution.top, wanted, strict=True):
        found = numbers[number].id
        if sort == "relevance":
            assert score == pytest.approx(scores[found], abs=1e-9)
            # The same sum in another order may differ in its last bit, which makes a tie none.
            assert found == doc.id or _nearly(scores, found, doc.id)
        else:
            assert (found, score) == (doc.id, 0.0)
    for (one, score), (other, next_score) in pairwise(execution.top):
        if sort == "relevance" and score == next_score:
            assert tie(numbers[one]) < tie(numbers[other])
    for name in FACETS:
        assert execution.facets[name] == dict(counts[name]), name
    assert execution.undated_left_out == undated


def _words(doc: Doc) -> set[str]:
    """Return the words of a document, of its titles and its texts."""
    return {word for text in (*doc.title.values(), *doc.body.values()) for word in text}


def tie(doc: Doc) -> tuple[int, str]:
    """Return what orders documents of equal score."""
    return -(doc.start.toordinal() if doc.start else 0), doc.id


def _nearly(scores: dict[str, float], one: str, other: str) -> bool:
    """Tell whether two scores are equal but for rounding, and sums of three terms or more."""
    return scores[one] != 0.0 and abs(scores[one] - scores[other]) < 1e-12
