"""Define the protocol of an engine, which executes queries and reads terms and items.

The embedded engine (:mod:`searcher.execution`) is one implementation. Higher layers only use this protocol;
:func:`searcher.opening.open_engine` chooses the implementation by the location.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from indexer.errors import message, name_message
from indexer.runtime import NamedTuple
from indexer.schema import CONCEPTS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from typing import Protocol

    import numpy.typing as npt

    from indexer.annotations import Annotations
    from indexer.codec.duplicate_sets import GroupKind
    from indexer.item import ItemDate, NewsItem, SourceLines
    from indexer.thesaurus.table import Table
    from searcher.query.model import Node

    Array = npt.NDArray[Any]
else:
    Protocol = object  # a protocol is only needed by type checkers, and takes time to create

T = TypeVar("T")
Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
EVERY_HIT = 1 << 40  # a limit above the size of any index
FacetName = str  # one of FACETS, or a custom field of the index
Where = tuple[tuple[str, tuple[str, ...]], ...]  # custom fields by name, each with alternative values


class FacetDefinition(NamedTuple):
    """How engines count, filter and display a facet.

    Attributes:
        name: The name of the facet.
        narrowed_by: The filter that is ignored when counting: ``date``, ``country``, ``language``, or a
            field.
        unknown_key: The message key of the label for documents without a value.
        digits: For a facet of periods, which is sorted chronologically, the length of the period in an ISO
            date (4 for years, 7 for months); otherwise 0.
        is_custom: Whether the facet counts a custom field, or the concepts of a kind.
    """

    name: FacetName
    narrowed_by: str
    unknown_key: str
    digits: int = 0
    is_custom: bool = False

    @property
    def unknown_label(self) -> str:
        """The label for documents without a value."""
        return message(self.unknown_key, field=name_message(f"facet.{self.name}", self.name))


class FacetDefinitions(dict[FacetName, FacetDefinition]):
    """The definitions of facets by name.

    A name that is not predefined is a custom field.
    """

    def __missing__(self, name: FacetName) -> FacetDefinition:
        return FacetDefinition(name, name, "facet.no_value", is_custom=True)


_FACETS = (
    FacetDefinition("year", "date", "date.none", len("2018")),
    FacetDefinition("month", "date", "date.none", len("2018-03")),
    FacetDefinition("country", "country", "country.none_named"),
    FacetDefinition("language", "language", "language.none"),
)
_CUSTOM_FACETS = (
    FacetDefinition(f"source{CONCEPTS}", f"source{CONCEPTS}", "facet.no_folder", is_custom=True),
    FacetDefinition(f"tag{CONCEPTS}", f"tag{CONCEPTS}", "facet.no_tag", is_custom=True),
    FacetDefinition(f"collection{CONCEPTS}", f"collection{CONCEPTS}", "facet.no_collection", is_custom=True),
)
FACET_DEFINITIONS = FacetDefinitions({facet.name: facet for facet in (*_FACETS, *_CUSTOM_FACETS)})
FACETS: tuple[FacetName, ...] = tuple([facet.name for facet in _FACETS])


def sort_counts(name: FacetName, counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a facet in display order.

    Returns:
        Years and months in chronological order, other values by descending count, then by value; ``unknown``
        last.
    """
    values = sorted(counts)
    if not FACET_DEFINITIONS[name].digits:
        values.sort(key=counts.__getitem__, reverse=True)  # equal counts stay in the order of their values
    if UNKNOWN in counts:
        values.remove(UNKNOWN)
        values.append(UNKNOWN)
    return dict(zip(values, map(counts.__getitem__, values), strict=True))


# The first and the last day of an item (``datetime.date.toordinal``), and whether they are estimated.
Days = tuple[int, int, bool]


def days_of_date(when: ItemDate | None) -> Days | None:
    """Return a date as :data:`Days`, or None for no date."""
    return when and (when.start.toordinal(), when.end.toordinal(), when.kind == "estimated")


class Filters(NamedTuple):
    """The filters of a search.

    An item passes a filter if at least one of its values does.

    Attributes:
        countries: ISO codes, or ``unknown`` for documents without a country. Empty to accept all countries.
        languages: Language codes. Empty to accept all languages.
        first_day, last_day: The first and the last day of a date range, as ``datetime.date.toordinal``
            numbers, or ``None`` for no limit.
        estimated: Whether date filters include estimated dates.
        where: The typed values by custom field. ``unknown`` selects items without a value.
    """

    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    first_day: int | None = None
    last_day: int | None = None
    estimated: bool = False
    where: Where = ()

    def to_record(self) -> dict[str, Any]:
        """Return the active filters as a JSON object: ISO codes, ISO dates, and values of custom fields."""
        record = {
            "countries": sorted(self.countries),
            "languages": sorted(self.languages),
            "date_from": self.first_day and date.fromordinal(self.first_day).isoformat(),
            "date_to": self.last_day and date.fromordinal(self.last_day).isoformat(),
            "estimated": self.estimated,
            "where": {name: list(values) for name, values in self.where},
        }
        return {name: value for name, value in record.items() if value}


class ResultRequest(NamedTuple):
    """The requested results of a search: by default, only the number of matches.

    Attributes:
        sort: The order of the hits.
        limit, offset: The page of hits.
        facets: The facets to count.
        group: Whether a group of near duplicates is one hit, ranked by its best member; limit and offset then
            count groups, including items without near duplicates.
        then: The query to execute next if anything matches, for prefetching, or ``None`` if it is unknown.
    """

    sort: Sort = "relevance"
    limit: int = 0
    offset: int = 0
    facets: tuple[FacetName, ...] = ()
    group: bool = False
    then: Node | None = None


class Grouped(NamedTuple):
    """The near duplicates among the matches of an execution.

    Attributes:
        groups: The number of matching groups, including items without near duplicates.
        same: For each document of the page, the other matches in its group, sorted by date in the requested
            order (newest first by default), then by id.
    """

    groups: int
    same: Mapping[int, Sequence[int]]


class Execution(NamedTuple):
    """The result of executing a query.

    Attributes:
        total: The number of documents that match the query and all filters.
        top: The hits of the requested page as pairs of a document number and a score, best first.
        facets: The counts by facet and value, without zeros, in the order of :func:`sort_counts`. Each facet
            is counted without its own filter. In facets of periods, ``unknown`` counts the documents without
            a date, and ``estimated`` those of them that have an estimated date.
        grouped: The near duplicates, or ``None`` if they are not grouped.
        by_place: Returns, for each country, the number of documents that name a place in the country, but not
            the country itself. ``None`` if a document was indexed by an older version, which did not store
            this.
    """

    total: int
    top: list[tuple[int, float]]
    facets: Mapping[FacetName, Mapping[str, int]]
    grouped: Grouped | None = None
    by_place: Callable[[], Mapping[str, int] | None] = dict


class Group(NamedTuple):
    """A group of near duplicates.

    Attributes:
        kind: ``copy`` if all bodies are equal, or ``reprint`` if not.
        documents: The numbers of the group's documents, at least two.
    """

    kind: GroupKind
    documents: tuple[int, ...]


class Phrase(NamedTuple):
    """A term, or several terms at fixed distances from each other.

    Attributes:
        terms: The terms.
        offsets: The position of each term relative to the first term: ``(0, 1)`` for two adjacent terms.
    """

    terms: tuple[str, ...]
    offsets: tuple[int, ...] = (0,)


class Counts(NamedTuple):
    """The counts of a term or a phrase in two sets of documents.

    Attributes:
        occurrences, documents: The number of occurrences in the first set, and the number of documents of
            this set with an occurrence.
        other_occurrences, other_documents: The same for the second set.
    """

    occurrences: int
    documents: int
    other_occurrences: int
    other_documents: int


class TermCounts(Protocol):
    """Counts the terms and phrases in two sets of documents.

    A phrase is two or three adjacent terms, or two terms around a function word.
    """

    @property
    def other_documents(self) -> int:
        """The number of documents in the second set."""

    def languages(self) -> Sequence[str]:
        """Return the languages in which at least one of the documents has text."""

    def terms(self, language: str, least: int) -> tuple[Sequence[str], Array, Counts]:
        """Return the terms with at least ``least`` occurrences in the first set, with counts.

        Returns:
            The terms; the counts of each term; and the sums of these counts over all terms of the language.
        """

    def phrases(self, language: str, least: int, fewest: int = 0) -> Iterator[tuple[Phrase, int]]:
        """Yield the frequent phrases of the first set, most frequent first.

        Args:
            language: The language.
            least: The minimum number of occurrences. For two terms around a word, only occurrences around a
                function word count.
            fewest: The minimum number of occurrences of two terms around any word.

        Yields:
            A phrase, and the number of its occurrences.
        """

    def sample_other_count(self, language: str, phrase: Phrase) -> int:
        """Return how often a phrase occurs in a sample of the second set of documents."""

    def count(self, language: str, phrase: Phrase) -> Counts:
        """Count a phrase in both sets of documents."""

    def ids(self, language: str, phrase: Phrase, most: int) -> Sequence[str]:
        """Return the ids of at most ``most`` documents of the first set that contain a phrase."""


class GroupList(Sequence[Group]):
    """The groups of near duplicates in an index, each read when it is accessed."""

    def __init__(self, size: int, read: Callable[[int], Group]) -> None:
        self._size = size
        self._read = read

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: Any) -> Any:
        found = range(self._size)[number]
        return [*map(self._read, found)] if isinstance(found, range) else self._read(found)


class Vocabulary(Protocol):
    """The terms of an open index."""

    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term in a field, perhaps including deleted ones."""

    def documents(self, field: str) -> int:
        """Return how many documents have a field, as `counted_documents` needs."""

    def words(self, prefix: str) -> str:
        """Return the sorted words in texts that start with a prefix, as one text, each after a line break."""

    def variants(self, language: str, word: str) -> Sequence[str]:
        """Return the terms of the accented words that equal a word without accents.

        Args:
            language: The language of the terms.
            word: The word, folded and in lower case.
        """

    def forms(self, language: str, term: str) -> Sequence[str]:
        """Return the words that the language's stemmer turns into ``term``, folded and sorted."""


class Engine(Vocabulary, Protocol):
    """Reads one generation of an index, also in several threads at once."""

    @property
    def place(self) -> str:
        """The index folder, or the URL of the index."""

    @property
    def generation(self) -> str:
        """The generation of the index, which changes with every write."""

    @property
    def thesaurus(self) -> Table:
        """The thesaurus of the index."""

    @property
    def default_facets(self) -> tuple[str, ...]:
        """The custom fields that are facets by default."""

    def custom_fields(self) -> frozenset[str]:
        """Return ``source`` and the custom fields that at least one item has."""

    def reading_context(self) -> AbstractContextManager[None]:
        """Return a context manager for reading the index, which turns storage errors into clear ones.

        Raises:
            RuntimeError: The engine is closed.
            IndexFolderError: The index is damaged; raised on exit.
        """

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Collect the lookups of a search and send them together.

        Do nothing for an index in a folder.

        Args:
            ask: A function that makes all lookups and caches nothing, because it runs several times with
                guesses in place of missing responses.
            known: The same function, but it may cache responses, because none is guessed.

        Returns:
            The result of the function once all responses have arrived, or ``None`` if the caller must run it
            without guesses.
        """

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Find, rank and count the matches of a resolved query.

        Raises:
            QueryError: The engine does not support a part of the query.
        """

    def count(self, query: Node) -> int:
        """Return the number of documents that match a resolved query."""

    def finds(self, query: Node) -> bool:
        """Return whether anything matches a resolved query."""

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score documents by one leaf (a term, a phrase ...) of a resolved query.

        Returns:
            The scores by document number, without the ``documents`` that do not match.
        """

    def matching_documents(self, node: Node, documents: Sequence[int]) -> Iterable[int]:
        """Return the ``documents`` that match one leaf or proximity query (*NEAR*)."""

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Return the ids and titles of documents, which is faster than reading the items."""

    def duplicates(self, document: int) -> list[int]:
        """Return the near duplicates of a document, without deleted ones."""

    def items(self, documents: Sequence[int]) -> list[NewsItem]:
        """Read the items of documents, even after the engine is closed.

        Raises:
            IndexFolderError: A record is damaged.
        """

    def records(self, documents: Sequence[int]) -> Iterator[bytes]:
        """Yield the stored records of documents, in order.

        A record is a JSON object in UTF-8, with former ids and other locations. Only a few are in memory at
        once.

        Raises:
            IndexFolderError: A record is damaged.
        """

    def day_counts(self, documents: Sequence[int]) -> Mapping[Days | None, int]:
        """Count documents by first day, last day and whether these are estimated.

        The value of the key ``None`` is the number of documents without a date.
        """

    def words_by_days(self) -> Mapping[Days, int]:
        """Return, for each stated date, the number of words in the texts with that date.

        Raises:
            QueryError: The index does not store these numbers.
        """

    def term_counts(self, documents: Sequence[int], others: Sequence[int] | None = None) -> TermCounts:
        """Count the terms in ``documents`` and in ``others``, or in all other documents if that is None.

        Raises:
            QueryError: The documents are too many for an index on a cluster.
        """

    def find(self, item_id: str) -> int | None:
        """Return the number of the document with a current or former id, or None."""

    def groups(self) -> Sequence[Group]:
        """Return the groups of near duplicates, which have no documents in common."""

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the ids of items with a current or former id that starts with a prefix, at most ``most``."""

    def history(self, item_id: str) -> tuple[tuple[str, ...], tuple[SourceLines, ...]]:
        """Return the former ids of an item, and its other locations in sources."""

    def annotation_kinds(self) -> frozenset[str]:
        """Return the kinds of annotations that items have: ``tag``, ``collection``, ``note``."""

    def annotations(self, ids: Sequence[str]) -> Mapping[str, Annotations]:
        """Return the annotations of the items that have any, by current id."""

    def hide_notes(self) -> None:
        """Hide the users' notes on all items. This must be called before the first search."""

    def is_left_out(self, item_id: str) -> bool:
        """Return whether a correction marks the record with an id as not a news item."""

    def is_current(self) -> bool:
        """Return whether this is the newest generation of the index.

        Raises:
            IndexFolderError: The index no longer exists, or it is unfinished, damaged, or of another format.
        """

    def info(self) -> IndexInfo:
        """Return the format, the generation and the sources of the index."""

    def close(self) -> None:
        """Close the index. Returned hits can still read their details."""


class IndexInfo(NamedTuple):
    """Information about an index: its format, generation and sources.

    Attributes:
        format: The format version.
        codec: The name of the codec.
        built: The time of the build, in ISO 8601.
        generation: The generation, which changes with every write.
        sources: For each source, its name, the number of its items, the number of skipped records or lines,
            and its location.
        corrections: The path of the corrections file, or ``None`` if there is no such file.
        one_paragraph: A function that reads all items and returns the number of single-paragraph items; None
            if paragraphs are unknown.
        times: The times of the latest commits (:class:`indexer.store.manifest.CommitTimes`), or ``None`` if
            unknown.
    """

    format: int
    codec: str
    built: str
    generation: str
    sources: tuple[tuple[str, int, int, str], ...]
    corrections: str | None = None
    one_paragraph: Callable[[], int | None] = lambda: None
    times: str | None = None
