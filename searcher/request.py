"""From the arguments of a search to a checked request: names become codes, dates become days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from indexer.countries.names import resolve_country
from indexer.errors import QueryError
from searcher.execution.shapes import FACETS, Asked, FacetName, Filters, Sort
from searcher.periods import parse_interval
from searcher.query.limits import check_size, check_value
from searcher.results import LANGUAGE_LABELS

_LANGUAGE_NAMES = {
    **{code: code for code in LANGUAGE_LABELS},
    **dict.fromkeys(("english", "inglés", "ingles", "anglais"), "en"),
    **dict.fromkeys(("spanish", "español", "espanol", "castellano", "espagnol"), "es"),
    **dict.fromkeys(("french", "francés", "frances", "français", "francais"), "fr"),
    "other": "und",
}


class SearchRequest(NamedTuple):
    """A search, checked and resolved.

    Attributes:
        query: The query as typed; None asks for everything.
        filters: What narrows it.
        sort: The order of the hits.
        limit, offset: The page of hits.
        facets: The facets to count; ``month`` is among them when the dates lie within one year.
        single_year: That year, or None.
    """

    query: str | None
    filters: Filters
    sort: Sort
    limit: int
    offset: int
    facets: tuple[FacetName, ...]
    single_year: int | None

    def asked(self) -> Asked:
        """Return what an execution is asked beside the query."""
        return {
            "filters": self.filters,
            "sort": self.sort,
            "limit": self.limit,
            "offset": self.offset,
            "facets": self.facets,
        }


def resolve_language(text: str) -> str:
    """Return the code of a language given as a code or a name.

    Raises:
        QueryError: It is none that the index tells apart.
    """
    code = _LANGUAGE_NAMES.get(text.strip().lower())
    if code is None:
        raise QueryError(f"unknown language “{text}”; use en, es, fr, or und for every other language")
    return code


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
    if query is not None:
        check_size(query)
    countries, languages = tuple(countries), tuple(languages)
    for name, values in (
        ("--country", countries),
        ("--lang", languages),
        ("--from", (date_from,)),
        ("--to", (date_to,)),
    ):
        for value in filter(None, values):
            check_value(name, value)
    order: Sort
    match sort:
        case "relevance" | "newest" | "oldest":
            order = sort
        case _:
            raise QueryError(f"unknown order “{sort}”; use relevance, newest or oldest")
    if limit < 0 or offset < 0:
        raise QueryError("a limit or an offset cannot be negative")
    first, last = parse_interval(date_from, date_to)
    filters = Filters(
        countries=frozenset(map(resolve_country, countries)),
        languages=frozenset(map(resolve_language, languages)),
        first_day=first,
        last_day=last,
        estimated=estimated,
    )
    year = _single_year(filters)
    asked = set(facets)
    for name in asked.difference(FACETS):
        raise QueryError(f"unknown facet “{name}”; use year, country or language")
    asked = asked | {"month"} if "year" in asked and year is not None else asked - {"month"}
    names = tuple(name for name in FACETS if name in asked)
    return SearchRequest(query, filters, order, limit, offset, names, year)


def _single_year(filters: Filters) -> int | None:
    if filters.first_day is None or filters.last_day is None:
        return None
    first, last = date.fromordinal(filters.first_day).year, date.fromordinal(filters.last_day).year
    return first if first == last else None
