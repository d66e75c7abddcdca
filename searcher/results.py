"""What a search returns: hits, facets and what was left out, in the shapes that scripts rely on."""

from __future__ import annotations

from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indexer.item import CountryMention, ItemDate, SourceLines
    from searcher.explanation import Explanation
    from searcher.query.notes import Note

RELAXED = "relaxed"  # how the hits of a relaxed answer were found
MATCH_MARK = "**"  # before and after each matching word of a snippet
RECORD_FORMAT = 2  # of JSON objects: it changes where a script that reads them would break


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
        opening: The first words of an item without a title, to stand in its place.
    """

    snippet: str | None
    date: ItemDate | None
    language: str
    languages: tuple[str, ...]
    countries: tuple[CountryMention, ...]
    country_names: dict[str, str]
    source: SourceLines
    url: str | None
    opening: str = ""


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
        ways: Callable[[int], tuple[str, ...]],
    ) -> None:
        """Make a hit.

        Args:
            rank: Its rank, from 1.
            item_id: The item's id.
            score: Its score.
            title: The item's title.
            number: The document's number, for ``read``.
            read: Gives the details of a document; called once, when they are needed.
            ways: Tells how a document was found; called once, when that is needed.
        """
        self.rank = rank
        self.id = item_id
        self.score = score
        self.title = title
        self._number = number
        self._read = read
        self._ways = ways

    @cached_property
    def details(self) -> HitDetails:
        """Everything else, read at the first call."""
        return self._read(self._number)

    @cached_property
    def via(self) -> tuple[str, ...]:
        """How it was found: by what was typed, a related word or spelling, a translation or a correction.

        Any of ``typed``, ``related``, ``translated`` and ``corrected``, in this order; ``relaxed`` alone
        where nothing matches the query, and another one is answered.
        """
        return self._ways(self._number)

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
            "via": list(self.via),
            "countries": [
                {"code": code, "name": self.country_names.get(code, code), "via": via, "evidence": evidence}
                for code, via, evidence in details.countries
            ],
            "source": {"file": details.source.file, "lines": [details.source.first, details.source.last]},
            "url": details.url,
        }


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the record of a hit or an item: one value a name, lists as codes parted by spaces."""
    day, (first, last) = record["date"] or {}, record["source"]["lines"]
    return {
        **{name: value for name, value in record.items() if name not in {"date", "source"}},
        **{f"date_{part}": day.get(part) for part in ("start", "end", "kind")},
        "languages": " ".join(record["languages"]),
        "countries": " ".join(country["code"] for country in record["countries"]),
        "via": " ".join(record.get("via", ())),
        "file": record["source"]["file"],
        "first_line": first,
        "last_line": last,
    }


class Results:
    """The answer to one request; a loop goes over its hits, and its length is how many there are here.

    Attributes:
        query: The query as typed.
        total: All matches, not only those shown.
        hits: The page of hits asked for, best first; a list, or of every hit what makes them as it is read.
        facets: Facet name (``year``, ``month``, ``country``, ``language``) to its values.
        query_language: The language that the query was read in; None where nothing tells it.
        undated_left_out: Matches without a usable date that a date filter left out.
        notes: How the query was read, where that is not plain, and what was not done for all of it.
        suggestion: A corrected query, or None.
        expansions: What was added to the query, and from what.
        unmatched: Words of the query that nothing in the index has, nor anything that joined for them.
        explanations: How each hit's score comes about, where that was asked for.
        relaxed: Where nothing matches: the nearest query that finds something, whose answer this is; None
            where something matches, or nothing is near.
        took_ms: Time spent in the searcher, in milliseconds.
    """

    def __init__(  # noqa: PLR0913 - all that an answer says
        self,
        query: str,
        total: int,
        hits: Sequence[Hit],
        facets: dict[str, list[FacetValue]],
        *,
        query_language: str | None = None,
        undated_left_out: int = 0,
        notes: tuple[Note, ...] = (),
        suggestion: str | None = None,
        expansions: tuple[dict[str, Any], ...] = (),
        unmatched: tuple[str, ...] = (),
        explanations: tuple[Explanation, ...] = (),
        relaxed: str | None = None,
        took_ms: float = 0.0,
        count_all_words: Callable[[], int] | None = None,
    ) -> None:
        # count_all_words counts the matches that have every word, when that is needed; None where all do.
        self.query = query
        self.total = total
        self.hits = hits
        self.facets = facets
        self.query_language = query_language
        self.undated_left_out = undated_left_out
        self.notes = notes
        self.suggestion = suggestion
        self.expansions = expansions
        self.unmatched = unmatched
        self.explanations = explanations
        self.relaxed = relaxed
        self.took_ms = took_ms
        self._count_all_words = count_all_words

    @cached_property
    def total_all_words(self) -> int:
        """How many of all matches have every word of the query, or what joined it."""
        return self.total if self._count_all_words is None else self._count_all_words()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __repr__(self) -> str:
        return f"Results(query={self.query!r}, total={self.total}, hits={len(self.hits)})"

    def complete(self, *, ways: bool = True) -> Results:
        """Read all that is read when it is needed now, so that damage shows before anything is printed.

        Args:
            ways: Whether how each hit was found is needed.
        """
        _ = self.total_all_words
        for hit in self.hits:
            _ = hit.details, ways and hit.via
        return self

    def to_records(self) -> list[dict[str, Any]]:
        """Give a flat record for each hit, a row each for ``pandas.DataFrame``."""
        return [flat(hit.to_record()) for hit in self.hits]

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object that ``search --format json`` prints."""
        return {
            "format": RECORD_FORMAT,
            "query": self.query,
            "query_language": self.query_language,
            "total": self.total,
            "total_all_words": self.total_all_words,
            "undated_left_out": self.undated_left_out,
            "took_ms": round(self.took_ms, 2),
            "hits": [
                hit.to_record() | ({"explanation": why.to_record()} if why else {})
                for hit, why in zip_longest(self.hits, self.explanations)
            ],
            "facets": {name: [value.to_record() for value in values] for name, values in self.facets.items()},
            "suggestion": self.suggestion,
            "expansions": list(self.expansions),
            "unmatched": list(self.unmatched),
            "relaxed": {"from": self.query, "to": self.relaxed} if self.relaxed is not None else None,
            "notes": [note._asdict() for note in self.notes],
        }
