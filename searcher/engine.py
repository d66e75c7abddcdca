"""What an engine offers, whichever it is: it executes query nodes, and knows its terms and its records.

The embedded engine (:mod:`searcher.execution`) is one implementation. Everything above asks through this
protocol alone; :func:`searcher.opening.open_engine` chooses the implementation by the place.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from indexer.runtime import NamedTuple
from indexer.schema import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Protocol

    from indexer.codec.duplicate_sets import GroupKind
    from indexer.item import NewsItem, SourceLines
    from indexer.thesaurus.table import Table
    from searcher.query.model import Node
else:
    Protocol = object  # what type checkers alone look at takes no time to make

T = TypeVar("T")
Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
EVERY_HIT = 1 << 40  # a limit beyond any index
FacetName = str  # one of FACETS, or an own field of the index
Where = tuple[
    tuple[str, tuple[str, ...]], ...
]  # own fields by name, each with the values of which any may hold


class FacetDefinition(NamedTuple):
    """How a facet is counted, narrowed and shown, whichever engine counts it.

    Attributes:
        name: The facet.
        narrowed_by: The filter without which it is counted: ``date``, ``country``, ``language``, or a field.
        unknown_label: The label of documents without a value.
        digits: Characters of an ISO date in its values, which are in the order of time; 0 for other values.
        is_custom: Whether it counts a custom field, or the concepts of a kind.
    """

    name: FacetName
    narrowed_by: str
    unknown_label: str
    digits: int = 0
    is_custom: bool = False


FACET_DEFINITIONS = {
    facet.name: facet
    for facet in (
        FacetDefinition("year", "date", "no date", len("2018")),
        FacetDefinition("month", "date", "no date", len("2018-03")),
        FacetDefinition("country", "country", "no country named"),
        FacetDefinition("language", "language", "no language"),
        FacetDefinition(f"source{CONCEPTS}", f"source{CONCEPTS}", "in no folder or archive", is_custom=True),
    )
}
FACETS: tuple[FacetName, ...] = tuple(
    [name for name, facet in FACET_DEFINITIONS.items() if not facet.is_custom]
)


def facet_definition(name: FacetName) -> FacetDefinition:
    """Return the definition of a facet; that of a custom field is made of its name."""
    return FACET_DEFINITIONS.get(name) or FacetDefinition(name, name, f"no {name}", is_custom=True)


class Filters(NamedTuple):
    """What narrows a search; all that is given must hold, and of several values of one filter any may.

    Attributes:
        countries: ISO codes, ``unknown`` for documents that name none; empty for all.
        languages: Language codes; empty for all.
        first_day, last_day: A closed interval of days (``datetime.date.toordinal``), either end open as None.
        estimated: Whether estimated dates count as dates.
        where: Own fields with their values as typed; ``unknown`` for items without.
    """

    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    first_day: int | None = None
    last_day: int | None = None
    estimated: bool = False
    where: Where = ()


class ResultRequest(NamedTuple):
    """What is wanted of the matches; without more, how many there are.

    Attributes:
        sort: The order of the hits.
        limit, offset: The page of hits.
        facets: The facets to count.
        group: Whether a group of near duplicates is one hit, its best member, where that stands; limit and
            offset then count groups, an item without near duplicates as one.
        then: The query that is executed next where any are counted; None where that is not known.
    """

    sort: Sort = "relevance"
    limit: int = 0
    offset: int = 0
    facets: tuple[FacetName, ...] = ()
    group: bool = False
    then: Node | None = None


class RankedCounts(Mapping[str, int]):
    """Counts that an engine has in the order in which they are shown.

    Attributes:
        unknown: The count of ``unknown``.
    """

    unknown: int

    @abstractmethod
    def in_order(self) -> tuple[list[str], list[int]]:
        """Give the values but for the unknown, and the count of each."""

    @abstractmethod
    def rank(self, value: str) -> int | None:
        """Give the place of a value in this order, from 0; None where it is not counted."""


class Grouped(NamedTuple):
    """What an answer says of near duplicates.

    Attributes:
        groups: How many groups match, an item without near duplicates as one.
        same: For each document of the page in a group of which others match, these, in the order of dates
            that was asked for (newest first where it was none), then of ids.
    """

    groups: int
    same: Mapping[int, Sequence[int]]


class Execution(NamedTuple):
    """The answer to one query.

    Attributes:
        total: Documents that match with all filters.
        top: The page asked for: (document number, score), best first.
        facets: Facet name to value to count, each above zero and counted as if its own filter did not stand;
            in any order, or ranked.
        grouped: What was found of near duplicates; None where nothing is grouped.
    """

    total: int
    top: list[tuple[int, float]]
    facets: Mapping[FacetName, Mapping[str, int]]
    grouped: Grouped | None = None


class Group(NamedTuple):
    """Items that are the same news.

    Attributes:
        kind: ``copy`` where all bodies are equal, else ``reprint``.
        documents: The numbers of their documents, two at least.
    """

    kind: GroupKind
    documents: tuple[int, ...]


class Vocabulary(Protocol):
    """The terms of one open index."""

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents that have a term in a field; deleted ones may be among them."""

    def documents(self, field: str) -> int:
        """Count the documents that have a field; scores use :func:`searcher.bm25.counted_documents` of it."""

    def terms(self, field: str, prefix: str) -> Iterable[str]:
        """Give the terms of a field that start with a prefix, ascending."""

    def variants(self, language: str, word: str) -> Sequence[str]:
        """Give the terms that stand for a word typed without its accents.

        Args:
            language: The language whose terms are meant.
            word: The word, folded and in lower case.
        """

    def forms(self, language: str, term: str) -> Sequence[str]:
        """Give the words, folded and in lower case, that texts of a language have for a term, ascending."""


class Engine(Vocabulary, Protocol):
    """One open generation of an index; threads may share it."""

    @property
    def place(self) -> str:
        """The index folder, or the address of the index."""

    @property
    def generation(self) -> str:
        """The generation of the index, which changes with every write."""

    @property
    def thesaurus(self) -> Table:
        """The thesaurus that the index was built with."""

    @property
    def counted(self) -> tuple[str, ...]:
        """The own fields that the build named as facets."""

    def custom_fields(self) -> frozenset[str]:
        """Name the own fields that any item has, ``source`` among them."""

    def asking(self) -> AbstractContextManager[None]:
        """Enter around whatever reads the index: errors of the storage leave it as one clear line.

        Raises:
            RuntimeError: The engine is closed.
            IndexFolderError: The index is damaged; raised on the way out.
        """

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Ask an index that is far away for all that a question needs; do nothing where it is at hand.

        Args:
            ask: Asks all that will be asked, and keeps nothing: it runs several times, with guesses.
            known: The same, which may keep what it is told: it is told nothing that is guessed.

        Returns:
            What it gives once it knows all; None where it is to be asked in earnest.
        """

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Find, rank and count what matches a resolved query.

        Raises:
            QueryError: A leaf that the engine cannot look up.
        """

    def finds(self, query: Node) -> bool:
        """Tell whether anything matches a resolved query."""

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score some documents by one leaf of a resolved query.

        Returns:
            Document number to score, of those among ``documents`` that the leaf matches.
        """

    def matched(self, leaf: Node, documents: Sequence[int]) -> Iterable[int]:
        """Give those of some documents that a leaf of a resolved query matches."""

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Give the id and the title of some documents, without reading the items."""

    def duplicates(self, document: int) -> list[int]:
        """List the other live documents of a document's group of near duplicates; none where it has none."""

    def item(self, document: int) -> NewsItem:
        """Read the item of a document; of a closed engine too, for the hits that were given out.

        Raises:
            IndexFolderError: Its record is damaged.
        """

    def records(self, documents: Sequence[int]) -> Iterator[bytes]:
        """Yield the stored records of documents in their order, with all that is known of their items.

        Each is a JSON object in UTF-8; few are held at once.

        Raises:
            IndexFolderError: One is damaged.
        """

    def find(self, item_id: str) -> int | None:
        """Find the live document with an id, or with one that it had before."""

    def groups(self) -> Sequence[Group]:
        """Give the groups of live documents that are the same news; no document is in two."""

    def ids_beginning(self, beginning: str, most: int) -> list[str]:
        """List the first few ids of live documents that begin so, or that one had before that does."""

    def history(self, item_id: str) -> tuple[tuple[str, ...], tuple[SourceLines, ...]]:
        """Give the ids that an item had before, and the other places where it stands."""

    def is_left_out(self, item_id: str) -> bool:
        """Tell whether somebody said that what has an id is no item, so that it is not in the index."""

    def is_current(self) -> bool:
        """Tell whether this is still the generation that the index has.

        Raises:
            IndexFolderError: There is no index any more, or it is unfinished, damaged, or of another format.
        """

    def info(self) -> IndexInfo:
        """Describe the index: its format, its generation and its sources."""

    def close(self) -> None:
        """Let go of the index; harmless when done twice. What was given out goes on reading from it."""


class IndexInfo(NamedTuple):
    """What an index says of itself.

    Attributes:
        format: The version of its format.
        codec: The name of its storage.
        built: When it was built, in ISO 8601.
        generation: Changes with every write.
        sources: For each source its name, the items indexed, the records or lines skipped, and its place.
        corrections: The path of the file of corrections by hand; None where there is none.
    """

    format: int
    codec: str
    built: str
    generation: str
    sources: tuple[tuple[str, int, int, str], ...]
    corrections: str | None = None
