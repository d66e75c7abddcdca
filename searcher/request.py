"""From the arguments of a search to a checked request: names become codes, dates become days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from indexer.countries.names import resolve_country
from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.engine import FACETS, FacetName, Filters, Sort, Wanted
from searcher.languages import resolve_language
from searcher.query.limits import check_value

KNOWN_VALUES = 256  # values of filters whose meaning is kept


class SearchRequest(NamedTuple):
    """A search, checked and resolved.

    Attributes:
        query: The query as typed; None asks for everything.
        filters: What narrows it.
        wanted: The page of hits and the facets; ``month`` is among them when the dates lie within one year.
    """

    query: str | None
    filters: Filters
    wanted: Wanted


def make_request(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    query: str | None,
    *,
    countries: Iterable[str] = (),
    languages: Iterable[str] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    estimated: bool = False,
    sort: str = "relevance",
    limit: int = 10,
    offset: int = 0,
    facets: Iterable[str] = ("year", "country", "language"),
) -> SearchRequest:
    """Check and resolve the arguments of a search.

    Args:
        query: The query as typed; None for everything.
        countries: ISO codes, or names in English, Spanish or French.
        languages: Codes or names of languages.
        date_from: The earliest period: ``2018``, ``2018-03`` or ``2018-03-05``, from its first day.
        date_to: The latest period, to its last day.
        estimated: Whether estimated dates count as dates.
        sort: ``relevance``, ``newest`` or ``oldest``.
        limit: How many hits.
        offset: How many hits to pass over first.
        facets: Any of ``year``, ``country``, ``language``.

    Raises:
        QueryError: One of them cannot be understood.
    """
    if query is not None and not query.strip():
        raise QueryError("the query is empty; type some words, or * for everything")
    order: Sort
    match sort:
        case "relevance" | "newest" | "oldest":
            order = sort
        case _:
            raise QueryError(f"unknown order “{sort}”; use relevance, newest or oldest")
    if limit < 0 or offset < 0:
        raise QueryError("a limit or an offset cannot be negative")
    codes = frozenset(map(_country, countries))
    spoken = frozenset(map(_language, languages))
    first = last = None
    within_year = False
    if date_from is not None or date_to is not None:
        first, last, within_year = _interval(date_from, date_to)
    filters = Filters(codes, spoken, first, last, estimated)
    wanted = Wanted(order, limit, offset, _facets(tuple(facets), within_year))
    return SearchRequest(query, filters, wanted)


# What people narrow a search by comes again and again, so that its meaning is kept; mistakes are not.


@lru_cache(KNOWN_VALUES)
def _country(text: str) -> str:
    check_value("--country", text)
    return resolve_country(text)


@lru_cache(KNOWN_VALUES)
def _language(text: str) -> str:
    check_value("--lang", text)
    return resolve_language(text)


@lru_cache(KNOWN_VALUES)
def _interval(date_from: str | None, date_to: str | None) -> tuple[int | None, int | None, bool]:
    """Read the first and the last day, and tell whether they lie in one year."""
    from searcher.periods import parse_interval

    check_value("--from", date_from or "")
    check_value("--to", date_to or "")
    first, last = parse_interval(date_from, date_to)
    if first is None or last is None:
        return first, last, False
    return first, last, date.fromordinal(first).year == date.fromordinal(last).year


@lru_cache(KNOWN_VALUES)
def _facets(asked: tuple[str, ...], by_month: bool) -> tuple[FacetName, ...]:  # noqa: FBT001 - told by its name
    """Put the facets to count in their order."""
    for name in asked:
        if name not in FACETS:
            raise QueryError(f"unknown facet “{name}”; use year, country or language")
    wanted = {*asked, "month"} if by_month and "year" in asked else {*asked} - {"month"}
    return tuple(name for name in FACETS if name in wanted)
