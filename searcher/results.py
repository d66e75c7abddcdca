"""Define the results of a search: hits, facets and notes, with their stable JSON format."""

from __future__ import annotations

from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, dataclass_transform, overload

from indexer.checkpoint import add_checkpoints
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.facet_values import flatten
from searcher.query.model import TYPED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Protocol

    from indexer.item import CountryMention, ItemDate, SourceLines
    from searcher.engine import Engine, Grouped
    from searcher.facet_values import FacetValue, HitDetails
    from searcher.query.model import Node
    from searcher.query.notes import Note
else:
    Protocol = object  # as in searcher.engine

RELAXED = "relaxed"  # the provenance of hits of a relaxed query
MATCH_MARK = "**"  # before and after each matching word of a snippet
RECORD_FORMAT = 2  # format of JSON objects; incremented for changes that would break scripts


class Explanation(NamedTuple):
    """The score of a document for a part of the query.

    A search with ``explain=True`` returns it.

    Attributes:
        what: The field and the term (``text_en: ferri``), or how the scores of the parts are combined (``sum
            of``, ``best of``).
        score: The score.
        note: Why the part is in the query, if it was not typed.
        parts: The matching parts.
    """

    what: str
    score: float
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the explanation as a JSON object."""
        record: dict[str, Any] = {"what": self.what, "score": round(self.score, 4)}
        if self.note:
            record["note"] = self.note
        if self.parts:
            record["parts"] = [part.to_record() for part in self.parts]
        return record


class HitExtras(Protocol):
    """The protocol for rarely needed details of hits.

    A document number selects the hit.
    """

    def provenance(self, document: int) -> tuple[str, ...]:
        """Return how a document was found."""

    def score(self, document: int) -> float:
        """Return the score of a near duplicate shown below a hit."""

    def same(self, rank: int, documents: Sequence[int]) -> tuple[Hit, ...]:
        """Return the near duplicates below a hit, as hits.

        Args:
            rank: The rank of the hit, which its near duplicates get.
            documents: The documents of the near duplicates.
        """

    def group(self, document: int) -> str | None:
        """Return the name of a document's group of near duplicates.

        The result is ``None`` if the document has no near duplicates.
        """

    def annotations(self, item_id: str) -> dict[str, Any]:
        """Return the tags and collections of an item as JSON keys and values."""


class Hit:
    """A matching item.

    Everything except its id and title is read from the index on first use.

    Attributes:
        rank: The rank among all hits, from 1, regardless of the offset. A near duplicate has the rank of the
            hit that it is shown below.
        id: The id of the item.
        title: The title, or ``None`` if the item has no title.
    """

    _details: HitDetails | None = None

    def __init__(  # noqa: PLR0913, PLR0917 - the fields of a hit
        self,
        rank: int,
        item_id: str,
        score: float | None,
        title: str | None,
        number: int,
        read: Callable[[int], HitDetails],
        read_extras: Callable[[], HitExtras],
        duplicates: Sequence[int] = (),
    ) -> None:
        """Create a hit.

        Args:
            rank: The rank, from 1.
            item_id: The id of the item.
            score: The score, or ``None`` to compute it on first use.
            title: The title of the item.
            number: The number of the document.
            read: Returns the details of a document; called once, on first use.
            read_extras: Returns the rarely needed details; called on first use.
            duplicates: The documents of its near duplicates.
        """
        self.rank = rank
        self.id = item_id
        self.title = title
        self._number = number
        self._read = read
        self._read_extras = read_extras
        self._duplicates = duplicates
        if not duplicates:
            self.same = ()
        if score is not None:
            self.score = score

    @cached_property
    def score(self) -> float:
        """The BM25 score, which is higher for better hits.

        It is 0.0 if the query has no words.
        """
        return self._read_extras().score(self._number)

    @property
    def details(self) -> HitDetails:
        """The details of the hit, read from the index on first use."""
        if self._details is None:  # a cached_property would block other threads
            self._details = self._read(self._number)
        return self._details

    @cached_property
    def same(self) -> tuple[Hit, ...]:
        """The other matching items of the hit's group of near duplicates."""
        return self._read_extras().same(self.rank, self._duplicates)

    @cached_property
    def group(self) -> str | None:
        """The lowest id in the hit's group of near duplicates, or None if it has none."""
        return self._read_extras().group(self._number)

    @cached_property
    def via(self) -> tuple[str, ...]:
        """How the item was found: ``typed``, ``related``, ``translated`` or ``corrected`` words.

        If several apply, they are in this order. The only value is ``relaxed`` if nothing matches the query,
        so that a relaxed query was executed.
        """
        return self._read_extras().provenance(self._number)

    @property
    def snippet(self) -> str | None:
        """The best passage, with matching words between ``**``."""
        return self.details.snippet

    @property
    def date(self) -> ItemDate | None:
        """The date of the item."""
        return self.details.date

    @property
    def language(self) -> str:
        """The main language of the item."""
        return self.details.language

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages of the item, the main language first."""
        return self.details.languages

    @property
    def countries(self) -> tuple[CountryMention, ...]:
        """The countries that the item is about."""
        return self.details.countries

    @property
    def country_names(self) -> dict[str, str]:
        """The English names of ``countries``, by code."""
        return self.details.country_names

    @property
    def source(self) -> SourceLines:
        """The location of the item in its source."""
        return self.details.source

    @property
    def url(self) -> str | None:
        """The URL of the item."""
        return self.details.url

    def __repr__(self) -> str:
        return f"Hit(rank={self.rank}, id={self.id!r}, score={self.score:.4f}, title={self.title!r})"

    def to_record(self) -> dict[str, Any]:
        """Return the hit as a JSON object."""
        brief = ("id", "title", "date", "source")
        same = [one._record() for one in self.same]  # noqa: SLF001 - hits too
        shown = {"same": [{key: record[key] for key in brief} for record in same]}
        return self._record() | shown | self._read_extras().annotations(self.id)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a flat record of the hit, and one of each near duplicate below it."""
        return [hit._record() | {"group": hit.group} for hit in (self, *self.same)]  # noqa: SLF001 - hits too

    def _record(self) -> dict[str, Any]:
        named = {"rank": self.rank, "id": self.id, "score": round(self.score, 4), "title": self.title}
        return named | self.details.to_record(self.via)


@dataclass_transform()
class _Record:
    """A class whose annotated attributes are the arguments of its constructor."""

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(type(self).__annotations__, values, strict=False), **named)


class Results(_Record):
    """The results of a search.

    Iteration and ``len`` cover the hits of the page.

    Attributes:
        query: The query as typed.
        total: The number of all matches, not only of the page.
        groups: The number of hits on all pages; a group of near duplicates counts as one hit.
        hits: The requested page of hits, best first. If all hits were requested, it is a lazy sequence.
        facets: The values by facet (``year``, ``month``, ``country``, ``language``).
        generation: The generation of the index, which changes with every write.
        query_language: The language of the query, or ``None`` if unknown.
        notes: Notes on parts of the query that were not read exactly as typed or were ignored.
        suggestion: The query with likely corrections of unknown words, or ``None`` without corrections.
        expansions: The labels added to the query, for each expanded word or group of words.
        unmatched: Words of the query for which no item contains the word or an expansion of it.
        explanations: How each hit's score is computed, if requested.
        relaxed: The nearest query with matches, which was executed because nothing matches the query. It is
            ``None`` if the query itself was executed.
        all_words: Whether all words of the query were required.
        filters: The active filters by argument name, with ISO codes and ISO dates as values.
        took_ms: The time spent in the searcher, in milliseconds.
    """

    query: str
    total: int
    hits: Sequence[Hit]
    facets: dict[str, list[FacetValue]]
    groups: int
    generation: str = ""
    query_language: str | None = None
    notes: tuple[Note, ...] = ()
    suggestion: str | None = None
    expansions: tuple[dict[str, Any], ...] = ()
    unmatched: tuple[str, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    relaxed: str | None = None
    all_words: bool = False
    filters: Mapping[str, Any] = {}
    took_ms: float = 0.0
    # Functions, called on first use: the number of matches with every word (None: all have it), the number
    # of items that estimated dates would add, by_place_only, whether a part of the query ranks (None: yes).
    _count_all_words: Callable[[], int] | None = None
    _count_left_out: Callable[[], int] = int
    _count_by_place: Callable[[], Mapping[str, int] | None] = dict
    _is_ranked: Callable[[], bool] | None = None

    @cached_property
    def total_all_words(self) -> int:
        """The number of matches with every word of the query, or an expansion of the word."""
        return self.total if self._count_all_words is None else self._count_all_words()

    @cached_property
    def undated_left_out(self) -> int:
        """The number of matches that are left out because their date is only estimated."""
        return self._count_left_out()

    @cached_property
    def by_place_only(self) -> Mapping[str, int] | None:
        """For each country, the number of items that name only a place in it, not the country.

        The value is ``None`` if the index was built by an earlier version, which did not store the evidence.
        """
        return self._count_by_place()

    @property
    def ranked(self) -> bool:
        """Whether the query has words by which to rank its matches."""
        return self._is_ranked is None or self._is_ranked()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, at: int) -> Hit: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Hit]: ...
    def __getitem__(self, at: int | slice) -> Hit | Sequence[Hit]:
        return self.hits[at]

    def __repr__(self) -> str:
        relaxed = f", relaxed={self.relaxed!r}" if self.relaxed is not None else ""
        return f"Results(query={self.query!r}, total={self.total}, hits={len(self.hits)}{relaxed})"

    def complete(self, *, ways: bool = True) -> Results:
        """Compute all lazy values, so that any error is raised before output begins.

        Args:
            ways: Whether to compute how each hit was found (:attr:`Hit.via`), too.
        """
        _ = self.total_all_words, self.undated_left_out
        hits = (one for hit in self.hits for one in (hit, *hit.same))
        for hit in add_checkpoints(hits, 1):  # each hit takes as long as about 100 steps of other loops
            _ = hit.details, ways and hit.via
        return self

    def to_records(self) -> list[dict[str, Any]]:
        """Return a flat record for each hit and near duplicate, as for ``pandas.DataFrame``."""
        return [flatten(row) for hit in self.hits for row in hit.to_rows()]

    def to_record(self) -> dict[str, Any]:
        """Return the results as the JSON object that ``search --format json`` prints."""
        return {
            "format": RECORD_FORMAT,
            "query": self.query,
            "filters": self.filters,
            "query_language": self.query_language,
            "total": self.total,
            "total_all_words": self.total_all_words,
            "groups": self.groups,
            "undated_left_out": self.undated_left_out,
            "took_ms": round(self.took_ms, 2),
            "generation": self.generation,
            "hits": [
                hit.to_record() | ({"explanation": why.to_record()} if why else {})
                for hit, why in zip_longest(self.hits, self.explanations)
            ],
            "facets": {name: self._facet_record(name, values) for name, values in self.facets.items()},
            "suggestion": self.suggestion,
            "expansions": list(self.expansions),
            "unmatched": list(self.unmatched),
            "relaxed": {"from": self.query, "to": self.relaxed} if self.relaxed is not None else None,
            "notes": [note.to_record() for note in self.notes],
        }

    def _facet_record(self, name: str, values: list[FacetValue]) -> list[dict[str, Any]]:
        records = [value.to_record() for value in values]
        if name == "country":
            for record in records:
                if record["value"] != UNKNOWN:
                    record["by_place_only"] = count_by_place(self, record["value"])
        return records


def count_by_place(results: Results, country: str) -> int | None:
    """Return how many items are about a country only because they name a place in it.

    The result is ``None`` if the index does not store the evidence.
    """
    return None if results.by_place_only is None else results.by_place_only.get(country, 0)


class HitContext(NamedTuple):
    """The data that all hits of a search share.

    Attributes:
        engine: The open index.
        reading: A context manager for reading from the index, even after the searcher is closed.
        query: The executed query, whose matches are marked in snippets, or ``None`` for all items.
        offset: The number of better hits that the page skips.
        grouped: The near duplicates of the hits, or ``None`` if near duplicates are not grouped.
        ranked: Whether the hits have scores.
        via: How the hits were found, or ``None`` if this differs between hits.
    """

    engine: Engine
    reading: AbstractContextManager[None]
    query: Node | None = None
    offset: int = 0
    grouped: Grouped | None = None
    ranked: bool = True
    via: tuple[str, ...] | None = (TYPED,)
