"""The arguments of a search, checked: names become codes, dates become days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.countries.names import Countries, resolve_countries
from indexer.errors import QueryError
from searcher.engine import FACETS, SORTS, FacetName, Filters, Wanted
from searcher.languages import resolve_language
from searcher.query.limits import check_value

if TYPE_CHECKING:
    from searcher.query.notes import Note

KNOWN_VALUES = 256  # values of filters whose meaning is kept


def make_filters(
    countries: Iterable[str],
    languages: Iterable[str],
    date_from: str | None,
    date_to: str | None,
    *,
    estimated: bool,
) -> Filters:
    """Check and resolve what narrows a search; the arguments are those of :meth:`searcher.Searcher.search`.

    Raises:
        QueryError: One of them cannot be understood.
    """
    codes = frozenset(code for text in countries for code in _country(text).codes)
    spoken = frozenset(map(_language, languages))
    if date_from is None and date_to is None:
        return Filters(codes, spoken, estimated=estimated)
    return Filters(codes, spoken, *_interval(date_from, date_to), estimated)


def region_notes(countries: Iterable[str]) -> tuple[Note, ...]:
    """Tell what the regions among the countries of a filter stand for.

    Args:
        countries: As :func:`make_filters` has resolved them.
    """
    regions = [meant for meant in map(_country, countries) if meant.region]
    if not regions:
        return ()
    from searcher.query.notes import region_note  # most filters name no region

    return tuple(map(region_note, regions))


def make_wanted(sort: str, limit: int, offset: int, facets: Iterable[str], filters: Filters) -> Wanted:
    """Check what is wanted of the matches; the arguments are those of :meth:`searcher.Searcher.search`.

    Raises:
        QueryError: One of them cannot be understood, or months are asked for without a year.
    """
    if sort not in SORTS:
        raise QueryError(f"unknown order “{sort}”; use relevance, newest or oldest")
    if limit < 0 or offset < 0:
        raise QueryError("a limit or an offset cannot be negative")
    counted = _facets(tuple(facets), filters.first_day, filters.last_day)
    return Wanted(sort, limit, offset, counted)


# What people narrow a search by comes again and again, so that its meaning is kept; mistakes are not.


@lru_cache(KNOWN_VALUES)
def _country(text: str) -> Countries:
    check_value("--country", text)
    return resolve_countries(text)


@lru_cache(KNOWN_VALUES)
def _language(text: str) -> str:
    check_value("--lang", text)
    return resolve_language(text)


@lru_cache(KNOWN_VALUES)
def _interval(date_from: str | None, date_to: str | None) -> tuple[int | None, int | None]:
    from searcher.periods import parse_interval

    check_value("--from", date_from or "")
    check_value("--to", date_to or "")
    return parse_interval(date_from, date_to)


@lru_cache(KNOWN_VALUES)
def _facets(asked: tuple[str, ...], first: int | None, last: int | None) -> tuple[FacetName, ...]:
    """Put the facets to count in their order; months join years where the dates lie in one year."""
    for name in asked:
        if name not in FACETS:
            raise QueryError(f"unknown facet “{name}”; use year, month, country or language")
    within_year = (
        first is not None and last is not None and date.fromordinal(first).year == date.fromordinal(last).year
    )
    if "month" in asked and not within_year:
        raise QueryError("months are counted within one year; give date_from and date_to of the same year")
    return tuple(
        name for name in FACETS if name in asked or (name == "month" and within_year and "year" in asked)
    )
