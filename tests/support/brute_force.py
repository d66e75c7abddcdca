"""Answer queries by checking every document, as a reference for every way of execution."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from expressions import most_apart

from searcher.engine import sort_counts
from searcher.query.model import (
    And,
    AndNot,
    ConstantScore,
    Days,
    DisjunctionMax,
    Everything,
    Keyword,
    Near,
    Not,
    NotNear,
    Numbers,
    Occurring,
    Or,
    Phrase,
    Should,
    Term,
    WordSet,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelled_documents import Doc

    from searcher.engine import Execution, Filters
    from searcher.query.model import Node

OWN_FACET = "desk"
FACETS = ("year", "month", "country", "language", OWN_FACET)
KINDS = ["none", "printed", "corrected", "inferred", "estimated"]


class Model:
    """Answers queries by checking every document against the definition of a search."""

    def __init__(self, docs: list[Doc]) -> None:
        self.docs = docs

    def score(self, name: str, term: str, doc: Doc) -> float:
        """Return the exact BM25 score of a term in a document, or 0 if it lacks the term."""
        having = [one for one in self.docs if one.length(name)]
        n = sum(bool(one.term_frequency(name, term)) for one in self.docs)
        tf = doc.term_frequency(name, term)
        if not tf:
            return 0.0
        average = sum(one.length(name) for one in having) / len(having)
        languages = [f"{name.partition('_')[0]}_{one}" for one in ("en", "es", "fr", "und")]
        others = sum(bool(one.length(other)) for one in self.docs for other in languages if other != name)
        idf = math.log(1 + (len(having) + min(3, others) - n + 0.5) / (n + 0.5))
        return idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * doc.length(name) / average))

    def evaluate(self, node: Node) -> dict[str, float]:  # noqa: C901, PLR0911 - a case a node
        """Return the scores of the matches of a query, by id, without deleted documents."""
        live = [doc for doc in self.docs if doc.alive]
        match node:
            case Or():
                merged: dict[str, float] = {}
                for part in node.parts:
                    for key, score in self.evaluate(part).items():
                        merged[key] = merged.get(key, 0.0) + score
                return merged
            case DisjunctionMax():
                parts = [self.evaluate(part) for part in node.parts]
                found = {key: [part[key] for part in parts if key in part] for key in set().union(*parts)}
                return {
                    key: max(all_) + node.tie_breaker * (sum(all_) - max(all_)) for key, all_ in found.items()
                }
            case And():
                parts = [self.evaluate(part) for part in node.parts]
                return {key: sum(part[key] for part in parts) for key in set.intersection(*map(set, parts))}
            case Should():
                optional = self.evaluate(node.optional)
                return {
                    key: score + optional.get(key, 0.0) for key, score in self.evaluate(node.required).items()
                }
            case AndNot():
                excluded = self.evaluate(node.excluded)
                return {key: score for key, score in self.evaluate(node.kept).items() if key not in excluded}
            case Near():
                parts = [self.evaluate(part) for part in node.parts]
                return {
                    doc.id: sum(part[doc.id] for part in parts)
                    for doc in live
                    if all(doc.id in part for part in parts) and self.occurrences(node, doc)
                }
            case NotNear():
                kept = self.evaluate(node.kept)
                return {doc.id: kept[doc.id] for doc in live if self.occurrences(node, doc)}
            case Occurring():
                found = self.evaluate(node.part)
                return {doc.id: found[doc.id] for doc in live if self.occurrences(node, doc)}
            case Not():
                excluded = self.evaluate(node.part)
                return {doc.id: 1.0 for doc in live if doc.id not in excluded}
            case ConstantScore():
                return dict.fromkeys(self.evaluate(node.part), node.boost)
        return {doc.id: score for doc in live if (score := self.leaf(node, doc)) is not None}

    def leaf(self, leaf: Node, doc: Doc) -> float | None:  # noqa: PLR0911 - a case a leaf
        """Return the score of a document for a leaf, or None if it does not match."""
        match leaf:
            case Term():
                return leaf.boost * self.score(leaf.field, leaf.text, doc) or None
            case Phrase():
                if not self.occurrences(leaf, doc):
                    return None
                return leaf.boost * sum(self.score(leaf.field, term, doc) for term in leaf.terms)
            case WordSet():
                texts = (*doc.title.values(), *doc.body.values())
                return leaf.boost if any(word in leaf.words for text in texts for word in text) else None
            case Numbers():
                numbers = {"7": 7.0, "7.0": 7.0, "12": 12.0, "-3.5": -3.5}
                number = numbers.get(doc.own.get(leaf.field, ""), math.inf)
                return 1.0 if leaf.first <= number <= leaf.last else None
            case Keyword():
                values = {
                    "country": doc.countries or ["unknown"],
                    "language": doc.languages,
                    "dating": [KINDS[doc.kind]],
                    "id": [doc.id],
                    "own": [*doc.own, *[f"{name}\x1f{value.lower()}" for name, value in doc.own.items()]],
                }
                return 1.0 if leaf.value in values[leaf.field] else None
            case Days():
                if doc.start is None or doc.end is None or (doc.kind == 4 and not leaf.estimated):
                    return None
                first, last = leaf.first or 1, leaf.last or date.max.toordinal()
                return 1.0 if doc.start.toordinal() <= last and doc.end.toordinal() >= first else None
            case Everything():
                return 0.0
        raise AssertionError(leaf)

    def occurrences(self, node: Node, doc: Doc) -> set[Occurrence]:  # noqa: PLR0911 - a case a node
        """Return the occurrences in a document of a part of a proximity query."""
        match node:
            case Term():
                return {(where, at, at) for where, at in located(doc, node.field, node.text)}
            case Phrase():
                return set(phrase_occurrences(node, doc))
            case Or() | DisjunctionMax():
                return set().union(*[self.occurrences(part, doc) for part in node.parts])
            case And():
                narrowed = all(self.leaf(part.part, doc) is not None for part in node.parts[1:])
                return self.occurrences(node.parts[0], doc) if narrowed else set()
            case Near():
                first, second = (self.occurrences(part, doc) for part in node.parts)
                pairs = [
                    (one, other)
                    for one in first
                    for other in second
                    if follows(one, other, node.distance, doc)
                    or (not node.ordered and follows(other, one, node.distance, doc))
                ]
                return {one for pair in pairs for one in pair}
            case NotNear():
                others = self.occurrences(node.excluded, doc)
                return {
                    one
                    for one in self.occurrences(node.kept, doc)
                    if not any(is_close(one, other, node.distance, doc) for other in others)
                }
            case Occurring():
                every = self.occurrences(node.part, doc)
                found = {one for one in every if not (node.place == "body" and one[0][1])}
                by_text = {where: {one[1:] for one in found if one[0] == where} for where, _, _ in found}
                return found if sum(map(most_apart, by_text.values())) >= node.least else set()
        raise AssertionError(node)

    def interval(self, doc: Doc, filters: Filters) -> tuple[date, date] | None:
        """Return the first and last day of a document, as far as the filters count its date."""
        if doc.start is None or doc.end is None or (doc.kind == 4 and not filters.estimated):
            return None
        return doc.start, doc.end

    def answer(
        self, scores: dict[str, float], filters: Filters, sort: str
    ) -> tuple[list[Doc], dict[str, Counter[str]]]:
        """Return the hits in order, and the facet counts."""
        every = [doc for doc in self.docs if doc.id in scores]
        docs = [doc for doc in every if owned(doc, filters)]

        def dated(doc: Doc) -> bool:
            days = self.interval(doc, filters)
            if not (filters.first_day or filters.last_day):
                return True
            first, last = filters.first_day or 1, filters.last_day or date.max.toordinal()
            return days is not None and days[0].toordinal() <= last and days[1].toordinal() >= first

        def placed(doc: Doc) -> bool:
            return not filters.countries or bool(filters.countries & set(doc.countries or ["unknown"]))

        def spoken(doc: Doc) -> bool:
            return not filters.languages or bool(filters.languages & set(doc.languages))

        years = [date.fromordinal(day).year for day in (filters.first_day, filters.last_day) if day]
        one_year = f"{years[0]:04d}" if len(years) == 2 and years[0] == years[1] else ""
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        for doc in docs:
            if placed(doc) and spoken(doc):
                days = self.interval(doc, filters)
                if days is None:
                    undated = ["unknown", "estimated"] if doc.start else ["unknown"]
                    counts["year"].update(undated)
                    counts["month"].update([] if one_year else undated)
                else:
                    counts["year"].update(f"{one:04d}" for one in range(days[0].year, days[1].year + 1))
                    months = {
                        (days[0] + timedelta(n)).strftime("%Y-%m")
                        for n in range((days[1] - days[0]).days + 1)
                    }
                    counts["month"].update(month for month in months if month.startswith(one_year))
            if dated(doc) and spoken(doc):
                counts["country"].update(doc.countries or ["unknown"])
            if dated(doc) and placed(doc):
                counts["language"].update(doc.languages)
        hits = [doc for doc in docs if dated(doc) and placed(doc) and spoken(doc)]
        counts[OWN_FACET] = self.own_counts(
            [doc for doc in every if dated(doc) and placed(doc) and spoken(doc)], filters
        )
        return sorted(hits, key=lambda doc: self.key(doc, scores, filters, sort)), counts

    def own_counts(self, docs: list[Doc], filters: Filters) -> Counter[str]:
        """Return the counts of a custom field's values, each in its most frequent spelling."""
        written = Counter(doc.own[OWN_FACET] for doc in self.docs if OWN_FACET in doc.own)
        labels = {value.lower(): value for value in sorted(written, key=lambda one: (written[one], one))}
        values = [doc.own.get(OWN_FACET, "") for doc in docs if owned(doc, filters, but=OWN_FACET)]
        return Counter(labels[value.lower()] if value else "unknown" for value in values)

    def key(self, doc: Doc, scores: dict[str, float], filters: Filters, sort: str) -> tuple[Any, ...]:
        """Return the sort key of a hit."""
        start = doc.start.toordinal() if doc.start else 0
        if sort == "relevance":
            return -np.float32(scores[doc.id]), -start, doc.id  # sums in another order are equal
        if self.interval(doc, filters) is None:
            return 1, 0, doc.id
        return 0, -start if sort == "newest" else start, doc.id


def owned(doc: Doc, filters: Filters, *, but: str = "") -> bool:
    """Return whether a document passes the filters by custom fields, except the field ``but``."""
    return all(
        doc.own.get(name, "unknown").lower() in {" ".join(value.lower().split()) for value in values}
        for name, values in filters.where
        if name != but
    )


Occurrence = tuple[tuple[str, bool], int, int]  # language and whether in the title; first and last position


def located(doc: Doc, name: str, term: str) -> list[tuple[tuple[str, bool], int]]:
    """Return the occurrences of a term in a document: (language, whether in the title), position."""
    kind, _, language = name.partition("_")
    return [((language, titled or kind == "title"), at) for at, titled in doc.places(name, term)]


def phrase_occurrences(phrase: Phrase, doc: Doc) -> Iterator[Occurrence]:
    """Yield the occurrences of a phrase, whose words may be moved as far as its slop allows."""
    for chosen in product(*[located(doc, phrase.field, term) for term in phrase.terms]):
        spots = [at for _, at in chosen]
        moved = [at - offset for at, offset in zip(spots, phrase.offsets, strict=True)]
        together = len({where for where, _ in chosen}) == 1 and len(set(spots)) == len(spots)
        if together and max(moved) - min(moved) <= phrase.slop:
            yield chosen[0][0], min(spots), max(spots)


def follows(one: Occurrence, other: Occurrence, distance: int, doc: Doc) -> bool:
    """Return whether one occurrence begins within a distance after the end of another."""
    (language, titled), end, start = one[0], one[2], other[1]
    if one[0] != other[0] or start <= end:
        return False
    if distance:
        return start - end <= distance
    return titled or not any(end < begin <= start for begin in doc.begins(language))


def is_close(one: Occurrence, other: Occurrence, distance: int, doc: Doc) -> bool:
    """Return whether two occurrences overlap, or are within a distance (0: in one paragraph)."""
    if one[0] != other[0]:
        return False
    if distance:
        return other[1] - one[2] <= distance and one[1] - other[2] <= distance
    language, titled = one[0]
    begins = () if titled else doc.begins(language)
    places = [
        {sum(begin <= at for begin in begins) for at in range(first, last + 1)}
        for _, first, last in (one, other)
    ]
    return not places[0].isdisjoint(places[1])


def compare(
    segments: list[list[Doc]],
    execution: Execution,
    scores: dict[str, float],
    filters: Filters,
    page: tuple[str, int, int],
) -> None:
    """Assert that an execution equals the answer of the model."""
    sort, limit, offset = page
    model = Model([doc for docs in segments for doc in docs])
    hits, counts = model.answer(scores, filters, sort)
    numbers = numbered(segments)
    assert execution.total == len(hits)
    wanted = hits[offset : offset + limit]
    assert len(execution.top) == len({number for number, _ in execution.top}) == len(wanted)
    for (number, score), doc in zip(execution.top, wanted, strict=True):
        found = numbers[number].id
        if sort == "relevance":
            assert score == pytest.approx(scores[found], abs=1e-9)
            assert found == doc.id
        else:
            assert (found, score) == (doc.id, 0.0)
    for name in FACETS:
        assert list(execution.facets[name].items()) == list(sort_counts(name, counts[name]).items()), name


def numbered(segments: list[list[Doc]]) -> dict[int, Doc]:
    """Return the documents of written segments by their document numbers."""
    bases = np.cumsum([0, *map(len, segments)]).tolist()
    return {bases[at] + doc.number: doc for at, docs in enumerate(segments) for doc in docs}
