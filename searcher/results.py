"""What a search returns: hits, facets and what was left out, in the shapes that scripts rely on."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.item import CountryMention, ItemDate, SourceLines
    from searcher.explain import Explanation

UNKNOWN = "unknown"
LANGUAGE_LABELS = {"en": "English", "es": "Spanish", "fr": "French", "und": "other language"}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet.

    Attributes:
        value: ``2018``, ``2018-03``, ``CO``, ``en``, or ``unknown`` for items without a value.
        label: The value as people read it: ``Colombia``, ``March 2018``, ``English``.
        count: How many hits choosing this value (beside the other facets' filters) gives.
        selected: Whether the request narrows to it.
    """

    value: str
    label: str
    count: int
    selected: bool

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"value": self.value, "label": self.label, "count": self.count, "selected": self.selected}


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found.

    Attributes:
        rank: 1 for the best hit of all, whatever the offset.
        id: The item's id.
        score: BM25, higher is better; 0.0 where nothing is ranked.
        title: The title, or None.
        snippet: The best passage, matching words between ``**``; None where no text was asked for.
        date, language, languages, countries, source, url: As in :class:`indexer.item.NewsItem`.
        country_names: The English name of each code in ``countries``.
    """

    rank: int
    id: str
    score: float
    title: str | None
    snippet: str | None
    date: ItemDate | None
    language: str
    languages: tuple[str, ...]
    countries: tuple[CountryMention, ...]
    country_names: dict[str, str]
    source: SourceLines
    url: str | None

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape of a hit."""
        return {
            "rank": self.rank,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.title,
            "snippet": self.snippet,
            "date": self.date.to_record() if self.date else None,
            "language": self.language,
            "languages": list(self.languages),
            "countries": [
                {
                    "code": c.code,
                    "name": self.country_names.get(c.code, c.code),
                    "via": c.via,
                    "evidence": c.evidence,
                }
                for c in self.countries
            ],
            "source": {"file": self.source.file, "lines": [self.source.first, self.source.last]},
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one request.

    Attributes:
        query: The query as typed.
        total: All matches, not only those shown.
        took_ms: Time spent in the searcher, in milliseconds.
        hits: The page of hits asked for, best first.
        facets: Facet name (``year``, ``month``, ``country``, ``language``) to its values.
        undated_left_out: Matches without a usable date that a date filter left out.
        notes: One line each, for people: what was ignored or assumed in the query.
        suggestion: A corrected query, or None.
        expansions: What was added to the query, and from what.
        explanations: How each hit's score comes about, where that was asked for.
    """

    query: str
    total: int
    took_ms: float
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    undated_left_out: int = 0
    notes: tuple[str, ...] = ()
    suggestion: str | None = None
    expansions: list[dict[str, Any]] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object that ``search --format json`` prints."""
        return {
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 2),
            "hits": [
                hit.to_record() | ({"explanation": why.to_record()} if why else {})
                for hit, why in zip_longest(self.hits, self.explanations)
            ],
            "facets": {name: [value.to_record() for value in values] for name, values in self.facets.items()},
            "undated_left_out": self.undated_left_out,
            "notes": list(self.notes),
            "suggestion": self.suggestion,
            "expansions": self.expansions,
        }
