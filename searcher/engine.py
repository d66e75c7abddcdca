"""What an execution is asked and what it answers, whichever storage it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from indexer.named_tuple import NamedTuple
from indexer.schema import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Sort = Literal["relevance", "newest", "oldest"]
FacetName = Literal["year", "month", "country", "language"]
FACETS: tuple[FacetName, ...] = ("year", "month", "country", "language")


class Filters(NamedTuple):
    """What narrows a search; all that is given must hold, and of several values of one filter any may.

    Attributes:
        countries: ISO codes; empty for all.
        languages: Language codes; empty for all.
        first_day, last_day: A closed interval of days (``datetime.date.toordinal``), either end open as None.
        estimated: Whether estimated dates count as dates.
    """

    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    first_day: int | None = None
    last_day: int | None = None
    estimated: bool = False

    @property
    def by_date(self) -> bool:
        """Whether a date filter stands."""
        return self.first_day is not None or self.last_day is not None


class Wanted(NamedTuple):
    """What is wanted of the matches; without more, how many there are.

    Attributes:
        sort: The order of the hits.
        limit, offset: The page of hits.
        facets: The facets to count.
    """

    sort: Sort = "relevance"
    limit: int = 0
    offset: int = 0
    facets: tuple[FacetName, ...] = ()


class Execution(NamedTuple):
    """The answer to one query.

    Attributes:
        total: Documents that match with all filters.
        top: The page asked for: (document number, score), best first.
        facets: Facet name to value to count, each counted as if its own filter did not stand, in the order
            of ``in_order``.
        undated_left_out: Matches under the other filters that a date filter left out for want of a date.
    """

    total: int
    top: list[tuple[int, float]]
    facets: Mapping[FacetName, Mapping[str, int]]
    undated_left_out: int


def in_order(name: FacetName, counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a facet in the order in which they are shown.

    Args:
        name: The facet.
        counts: Value to count.

    Returns:
        Years and months in the order of time, countries and languages by falling count, equal ones by code;
        ``unknown`` last.
    """
    values = sorted(counts)
    if name in ("country", "language"):
        values.sort(key=counts.__getitem__, reverse=True)  # equal counts stay in the order of their codes
    if UNKNOWN in counts:
        values.remove(UNKNOWN)
        values.append(UNKNOWN)
    return {value: counts[value] for value in values}


class Vocabulary(Protocol):
    """The terms of one open index."""

    def frequency(self, name: str, term: str) -> int:
        """Return how many documents have a term in a field."""

    def documents(self, name: str) -> int:
        """Return how many documents have a field."""

    def terms(self, name: str, prefix: str) -> Iterable[str]:
        """Return the terms of a field that start with a prefix, ascending."""
