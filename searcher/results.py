"""What a search returns: hits, facets and what was left out, in the shapes that scripts rely on."""

from __future__ import annotations

from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.item import CountryMention, ItemDate, SourceLines
    from searcher.query.notes import Note

MATCH_MARK = "**"  # before and after each matching word of a snippet
RECORD_FORMAT = 2  # of Results.to_record: it changes where a script that reads the record would break


class FacetValue(NamedTuple):
    """One value of a facet.

    Attributes:
        value: ``2018``, ``2018-03``, ``CO``, ``en``, or ``unknown`` for items without a value.
        label: The value as people read it: ``Colombia``, ``March 2018``, ``English``.
        count: How many hits there are if this value is chosen, under the filters of the other facets.
        selected: Whether the request narrows to it.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody asks of a facet value
    selected: bool

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return self._asdict()


class HitDetails(NamedTuple):
    """What a hit shows beside its title.

    Attributes:
        snippet: The best passage, matching words between ``**``; None where the item has no text.
        date, language, languages, countries, source, url: As in :class:`indexer.item.NewsItem`.
        country_names: The English name of each code in ``countries``.
    """

    snippet: str | None
    date: ItemDate | None
    language: str
    languages: tuple[str, ...]
    countries: tuple[CountryMention, ...]
    country_names: dict[str, str]
    source: SourceLines
    url: str | None


class Hit:
    """One item found; what its title does not say is read from the index when it is first asked for.

    Attributes:
        rank: 1 for the best hit of all, whatever the offset.
        id: The item's id.
        score: BM25, higher is better; 0.0 where nothing is ranked.
        title: The title, or None.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a hit is, and where the rest of it is read
        self,
        rank: int,
        item_id: str,
        score: float,
        title: str | None,
        number: int,
        read: Callable[[int], HitDetails],
    ) -> None:
        """Make a hit.

        Args:
            rank: Its rank, from 1.
            item_id: The item's id.
            score: Its score.
            title: The item's title.
            number: The document's number, for ``read``.
            read: Gives the details of a document; called once, when they are needed.
        """
        self.rank = rank
        self.id = item_id
        self.score = score
        self.title = title
        self._number = number
        self._read = read

    @cached_property
    def details(self) -> HitDetails:
        """Everything else, read at the first call."""
        return self._read(self._number)

    @property
    def snippet(self) -> str | None:
        """The best passage, matching words between ``**``."""
        return self.details.snippet

    @property
    def date(self) -> ItemDate | None:
        """When the item was published."""
        return self.details.date

    @property
    def language(self) -> str:
        """The main language."""
        return self.details.language

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages, the main one first."""
        return self.details.languages

    @property
    def countries(self) -> tuple[CountryMention, ...]:
        """The countries that the item is about."""
        return self.details.countries

    @property
    def country_names(self) -> dict[str, str]:
        """The English name of each of them."""
        return self.details.country_names

    @property
    def source(self) -> SourceLines:
        """Where the item stands in its source."""
        return self.details.source

    @property
    def url(self) -> str | None:
        """Where it was published."""
        return self.details.url

    def __repr__(self) -> str:
        return f"Hit(rank={self.rank}, id={self.id!r}, score={self.score:.4f}, title={self.title!r})"

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape of a hit."""
        details = self.details
        return {
            "rank": self.rank,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.title,
            "snippet": details.snippet,
            "date": details.date.to_record() if details.date else None,
            "language": details.language,
            "languages": list(details.languages),
            "countries": [
                {"code": code, "name": self.country_names.get(code, code), "via": via, "evidence": evidence}
                for code, via, evidence in details.countries
            ],
            "source": {"file": details.source.file, "lines": [details.source.first, details.source.last]},
            "url": details.url,
        }


class Explanation(NamedTuple):
    """What one part of a query gave to the score of one document.

    Attributes:
        what: A term with its field (``text_en: ferri``), or how the parts add up (``sum of``, ``best of``).
        score: Its share.
        note: Where it comes from, if not from what was typed.
        parts: What it is made of, without those that gave nothing.
    """

    what: str
    score: float
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the JSON shape."""
        record: dict[str, Any] = {"what": self.what, "score": round(self.score, 4)}
        if self.note:
            record["note"] = self.note
        if self.parts:
            record["parts"] = [part.to_record() for part in self.parts]
        return record

    def lines(self, depth: int = 0) -> list[str]:
        """Lay it out as lines for people, parts indented below what they add up to."""
        note = f"  ({self.note})" if self.note else ""
        own = f"{'  ' * depth}{self.score:8.4f}  {self.what}{note}"
        return [own, *(line for part in self.parts for line in part.lines(depth + 1))]


class Results(NamedTuple):
    """The answer to one request.

    Attributes:
        query: The query as typed.
        total: All matches, not only those shown.
        took_ms: Time spent in the searcher, in milliseconds.
        hits: The page of hits asked for, best first.
        facets: Facet name (``year``, ``month``, ``country``, ``language``) to its values.
        undated_left_out: Matches without a usable date that a date filter left out.
        notes: How the query was read, where that is not plain, and what was not done for all of it.
        suggestion: A corrected query, or None.
        expansions: What was added to the query, and from what.
        explanations: How each hit's score comes about, where that was asked for.
        query_language: The language that the query was read in; None where nothing tells it.
        unmatched: Words of the query that nothing in the index has, nor anything that joined for them.
    """

    query: str
    total: int
    took_ms: float
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    undated_left_out: int = 0
    notes: tuple[Note, ...] = ()
    suggestion: str | None = None
    expansions: tuple[dict[str, Any], ...] = ()
    explanations: tuple[Explanation, ...] = ()
    query_language: str | None = None
    unmatched: tuple[str, ...] = ()

    def complete(self) -> Results:
        """Read the details of every hit now, so that damage shows before anything is printed; return self."""
        for hit in self.hits:
            _ = hit.details
        return self

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object that ``search --format json`` prints."""
        return {
            "format": RECORD_FORMAT,
            "query": self.query,
            "query_language": self.query_language,
            "total": self.total,
            "took_ms": round(self.took_ms, 2),
            "hits": [
                hit.to_record() | ({"explanation": why.to_record()} if why else {})
                for hit, why in zip_longest(self.hits, self.explanations)
            ],
            "facets": {name: [value.to_record() for value in values] for name, values in self.facets.items()},
            "undated_left_out": self.undated_left_out,
            "notes": [note._asdict() for note in self.notes],
            "suggestion": self.suggestion,
            "expansions": list(self.expansions),
            "unmatched": list(self.unmatched),
        }
