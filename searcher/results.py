"""The results of a search: hits, facets and notes, in the shapes that scripts rely on."""

from __future__ import annotations

from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from indexer.checkpoint import checked
from indexer.runtime import NamedTuple
from searcher.facet_values import flat
from searcher.query.model import TYPED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from indexer.item import CountryMention, ItemDate, SourceLines
    from searcher.engine import Engine, Grouped
    from searcher.facet_values import FacetValue, HitDetails
    from searcher.query.model import Node
    from searcher.query.notes import Note
    from searcher.score_parts import Explanation


RELAXED = "relaxed"  # how the hits of a relaxed answer were found
MATCH_MARK = "**"  # before and after each matching word of a snippet
RECORD_FORMAT = 2  # of JSON objects: it changes where a script that reads them would break


class HitExtras(Protocol):
    """Tells of hits made together what few ask for; documents are given by their numbers."""

    def ways(self, document: int) -> tuple[str, ...]:
        """Tell how a document was found."""

    def score(self, document: int) -> float:
        """Score a document that stands beneath a hit."""

    def same(self, rank: int, documents: Sequence[int]) -> tuple[Hit, ...]:
        """Make the hits that stand beneath another one."""

    def group(self, document: int) -> str | None:
        """Name the group of near duplicates of a document."""


class Hit:
    """One item found; what its title does not say is read from the index when it is first asked for.

    Attributes:
        rank: 1 for the best hit of all, whatever the offset; of those beneath a hit its rank.
        id: The item's id.
        title: The title, or None.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a hit is, and where the rest of it is read
        self,
        rank: int,
        item_id: str,
        score: float | None,
        title: str | None,
        number: int,
        read: Callable[[int], HitDetails],
        aside: Callable[[], HitExtras],
        beneath: Sequence[int] = (),
    ) -> None:
        """Make a hit.

        Args:
            rank: Its rank, from 1.
            item_id: The item's id.
            score: Its score; None where it is worked out when it is needed.
            title: The item's title.
            number: The document's number, for what follows.
            read: Gives the details of a document; called once, when they are needed.
            aside: Gives what tells the rest, when that is needed.
            beneath: The documents that stand beneath it.
        """
        self.rank = rank
        self.id = item_id
        self._score = score
        self.title = title
        self._number = number
        self._read = read
        self._aside = aside
        self._beneath = beneath
        self._details: HitDetails | None = None
        if not beneath:
            self.same = ()

    @property
    def score(self) -> float:
        """BM25, higher is better; 0.0 where nothing is ranked."""
        return self._aside().score(self._number) if self._score is None else self._score

    @property
    def details(self) -> HitDetails:
        """Everything else, read at the first call."""
        if self._details is None:  # a cached_property would let other threads wait for their own hits
            self._details = self._read(self._number)
        return self._details

    @cached_property
    def same(self) -> tuple[Hit, ...]:
        """The other items of its group of near duplicates that match, which are no hits of their own."""
        return self._aside().same(self.rank, self._beneath)

    @cached_property
    def group(self) -> str | None:
        """The least id in its group of near duplicates, of an item that matches or not; None without any."""
        return self._aside().group(self._number)

    @cached_property
    def via(self) -> tuple[str, ...]:
        """How it was found: by what was typed, a related word or spelling, a translation or a correction.

        Any of ``typed``, ``related``, ``translated`` and ``corrected``, in this order; ``relaxed`` alone
        where nothing matches the query, and another one is answered.
        """
        return self._aside().ways(self._number)

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
        """Make the JSON record of a hit."""
        brief = ("id", "title", "date", "source")
        same = [one.to_record() for one in self.same]
        return self._record() | {"same": [{key: record[key] for key in brief} for record in same]}

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a record each for the hit and what stands beneath it, each with its group."""
        return [hit._record() | {"group": hit.group} for hit in (self, *self.same)]  # noqa: SLF001 - of hits too

    def _record(self) -> dict[str, Any]:
        named = {"rank": self.rank, "id": self.id, "score": round(self.score, 4), "title": self.title}
        return named | self.details.to_record(self.via)


class Results:
    """The answer to one request; a loop goes over its hits, and its length is how many there are here.

    Attributes:
        query: The query as typed.
        total: All matches, not only those shown.
        groups: How many hits all pages have: groups of near duplicates, an item without any as one.
        hits: The page of hits asked for, best first; a list, or of every hit what makes them as it is read.
        facets: Facet name (``year``, ``month``, ``country``, ``language``) to its values.
        generation: The generation of the index that was asked; another after every write.
        query_language: The language that the query was read in; None where nothing tells it.
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
        groups: int | None = None,
        generation: str = "",
        query_language: str | None = None,
        notes: tuple[Note, ...] = (),
        suggestion: str | None = None,
        expansions: tuple[dict[str, Any], ...] = (),
        unmatched: tuple[str, ...] = (),
        explanations: tuple[Explanation, ...] = (),
        relaxed: str | None = None,
        took_ms: float = 0.0,
        count_all_words: Callable[[], int] | None = None,
        count_left_out: Callable[[], int] = int,
        is_ranked: Callable[[], bool] | None = None,
    ) -> None:
        # count_all_words counts the matches that have every word, when that is needed; None where all do.
        # count_left_out counts the items that estimated dates would add, when that is needed.
        # is_ranked tells whether anything of the query ranks, when that is needed; None where something does.
        self.query = query
        self.total = total
        self.groups = total if groups is None else groups
        self.hits = hits
        self.facets = facets
        self.generation = generation
        self.query_language = query_language
        self.notes = notes
        self.suggestion = suggestion
        self.expansions = expansions
        self.unmatched = unmatched
        self.explanations = explanations
        self.relaxed = relaxed
        self.took_ms = took_ms
        self._count_all_words = count_all_words
        self._count_left_out = count_left_out
        self._is_ranked = is_ranked

    @cached_property
    def total_all_words(self) -> int:
        """How many of all matches have every word of the query, or what joined it."""
        return self.total if self._count_all_words is None else self._count_all_words()

    @cached_property
    def undated_left_out(self) -> int:
        """How many items would match beside if estimated dates counted as dates."""
        return self._count_left_out()

    @property
    def ranked(self) -> bool:
        """Whether words of the query rank its matches; by filters alone all of them are equally good."""
        return self._is_ranked is None or self._is_ranked()

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
        _ = self.total_all_words, self.undated_left_out
        for hit in checked(self.hits, 1):  # each takes as long as some hundred steps of others
            for one in checked((hit, *hit.same), 1):
                _ = one.details, ways and one.via
        return self

    def to_records(self) -> list[dict[str, Any]]:
        """Give a flat record for each hit and what stands beneath it, a row each for ``pandas.DataFrame``."""
        return [flat(row) for hit in self.hits for row in hit.to_rows()]

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object that ``search --format json`` prints."""
        return {
            "format": RECORD_FORMAT,
            "query": self.query,
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
            "facets": {name: [value.to_record() for value in values] for name, values in self.facets.items()},
            "suggestion": self.suggestion,
            "expansions": list(self.expansions),
            "unmatched": list(self.unmatched),
            "relaxed": {"from": self.query, "to": self.relaxed} if self.relaxed is not None else None,
            "notes": [note._asdict() for note in self.notes],
        }


class HitContext(NamedTuple):
    """What all hits of an answer share.

    Attributes:
        engine: The open index.
        reading: Entered around what reads the index, which may be closed by then.
        query: What was searched, for the marks in snippets; None for nothing.
        offset: How many better hits were passed over.
        grouped: What was found of near duplicates; None where nothing is grouped.
        ranked: Whether the hits have scores.
        via: How all of them were found; None where the query tells it of each.
    """

    engine: Engine
    reading: AbstractContextManager[None]
    query: Node | None = None
    offset: int = 0
    grouped: Grouped | None = None
    ranked: bool = True
    via: tuple[str, ...] | None = (TYPED,)
