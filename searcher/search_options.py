"""The arguments of a search, checked: names become codes, dates become days.

What narrows a question, as type checkers know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict

from indexer.countries.country_names import Countries, resolve_countries
from indexer.errors import QueryError, type_name
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.arguments import check_flags, check_number, facet_name, one_value
from searcher.engine import EVERY_HIT, FACETS, SORTS, FacetName, Filters, ResultRequest, Where
from searcher.facet_values import resolve_language, resolve_query_language
from searcher.query.limits import MAX_ID_LENGTH, check_value
from searcher.query.model import VIAS
from searcher.results import RELAXED

if TYPE_CHECKING:
    from searcher.query.notes import Note


QUESTION_CACHE_SIZE = (
    256  # that are kept as they were checked: whoever narrows and turns pages asks them again
)
VALUE_CACHE_SIZE = 256  # values of filters whose meaning is kept


class Question(NamedTuple):
    """What one search asks, checked.

    Attributes:
        query: As typed; None for everything.
        filters: What narrows it.
        wanted: What is wanted of the matches.
        expand, strict, explain: As in :meth:`searcher.Searcher.search`.
        language: The language of the query; None to work it out.
        all_words: Whether every word must match.
        via: How the hits may be found; empty for in any way.
        notes: What is to be told of the filters.
        drop: Labels that joined and are left out.
        custom_fields: The fields of items that are asked for, in filters or as facets.
    """

    query: str | None
    filters: Filters
    wanted: ResultRequest
    expand: bool = True
    strict: bool = False
    explain: bool = False
    language: str | None = None
    all_words: bool = False
    via: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    custom_fields: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


def build_question(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    query: Any,
    wanted: tuple[Any, ...],
    *,
    countries: Any = (),
    languages: Any = (),
    date_from: Any = None,
    date_to: Any = None,
    estimated: Any = False,
    where: Any = None,
    query_language: Any = None,
    via: Any = (),
    drop: Any = (),
    expand: bool = True,
    strict: bool = False,
    explain: bool = False,
    all_words: bool = False,
) -> Question:
    """Make the question of the arguments of :meth:`searcher.Searcher.search`, tuples for lists.

    Raises:
        QueryError, TypeError: One of them cannot be understood, or is of another type.
    """
    sort, limit, offset, facets, group = wanted
    return make_question(
        query,
        query_language,
        (countries, languages, date_from, date_to, where),
        (sort, facets),
        joining=(via, drop),
        limit=limit,
        offset=offset,
        group=group,
        estimated=estimated,
        expand=expand,
        strict=strict,
        explain=explain,
        all_words=all_words,
    )


@lru_cache(QUESTION_CACHE_SIZE, typed=True)  # True is no 1 here
def make_question(
    query: Any,
    query_language: Any,
    narrowed: tuple[Any, ...],
    shown: tuple[Any, ...],
    *,
    joining: tuple[Any, ...],
    **single: Any,
) -> Question:
    """Check and resolve the arguments of :meth:`searcher.Searcher.search`, which may be of any type.

    Args:
        query: The query.
        query_language: Its language.
        narrowed: countries, languages, date_from, date_to, where.
        shown: sort, facets.
        joining: via, drop.
        single: limit, offset, group, estimated, and the flags that a question has too.

    Raises:
        QueryError, TypeError: One of them cannot be understood, or is of another type.
    """
    countries, languages, date_from, date_to, where = narrowed
    if query is not None and not isinstance(query, str):
        given = "several values" if isinstance(query, tuple) else type_name(query)
        raise TypeError(f"a query is text, or None for everything, not {given}")
    if query_language is not None and not isinstance(query_language, str):
        raise TypeError(f"query_language is a code or a name, not {type_name(query_language)}")
    limit, offset, group, estimated = (single.pop(name) for name in ("limit", "offset", "group", "estimated"))
    limit = EVERY_HIT if limit is None else limit
    check_number("limit", limit, 0)
    check_number("offset", offset, 0)
    check_flags(group=group, estimated=estimated, **single)
    countries, ways = _values("countries", countries), _values("via", joining[0])
    filters = make_filters(
        countries,
        _values("languages", languages),
        *(_period("date_from", date_from), _period("date_to", date_to)),
        estimated=estimated,
    )
    if where:
        filters = filters._replace(where=_where(where))
    for way in ways:
        if way not in {*VIAS, RELAXED}:
            raise QueryError(f"hits are not found by “{way}”; use {', '.join(VIAS)} or {RELAXED}")
    requested = make_request(shown[0], limit, offset, _values("facets", shown[1]), filters)._replace(
        group=group
    )
    own = [name for name, _ in filters.where] + [name for name in requested.facets if name not in FACETS]
    return Question(
        query,
        filters,
        requested,
        custom_fields=tuple(own),
        language=resolve_query_language(query_language) if query_language is not None else None,
        via=ways,
        drop=_values("drop", joining[1]),
        notes=_region_notes(countries),
        **single,
    )


def _values(name: str, given: Any) -> tuple[str, ...]:
    """Take a list of strings; a string by itself is one value.

    Raises:
        TypeError: It is neither.
    """
    found = (given,) if isinstance(given, str) else given
    for value in found if isinstance(found, tuple) else (found,):
        if not isinstance(value, str):
            raise TypeError(f"{name} takes a string or a list of strings, not {type_name(value)}")
    return tuple(found)


def _where(given: Any) -> Where:
    """Give own fields their names, and each its values, once each.

    Raises:
        TypeError: It is no mapping of names to strings or lists of strings.
        QueryError: A name or a value is empty or too long.
    """
    from indexer.custom_fields import value_key  # few questions ask for any

    if not isinstance(given, tuple) or not all(isinstance(pair, tuple) for pair in given):
        raise TypeError(f"where takes a mapping of fields to values, not {type_name(given)}")
    found: dict[str, dict[str, str]] = {}
    for written, values in given:
        if not isinstance(written, str):
            raise TypeError(f"where takes names of fields, not {type_name(written)}")
        name = facet_name(written)
        for value in _values(f"where of {name}", values):
            check_value(f"--where {name}", value, MAX_ID_LENGTH)
            if not value.strip():
                raise QueryError(f"the filter by {name} has no value; {name}=unknown finds items without it")
            found.setdefault(name, {}).setdefault(value_key(value), " ".join(value.split()))
    return tuple([(name, tuple(found[name].values())) for name in sorted(found)])


def _period(name: str, given: Any) -> str | None:
    """Take a period as text; a year may be a number, and a day a ``datetime.date``.

    Raises:
        TypeError: It is none of them.
    """
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, date):
        return given.isoformat()[: len("2018-03-05")]
    if isinstance(given, int) and not isinstance(given, bool):
        return f"{given:04d}"
    raise TypeError(f"{name} takes text such as 2018-03, a year, or a datetime.date, not {type_name(given)}")


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


def make_request(
    sort: str, limit: int, offset: int, facets: Iterable[str], filters: Filters
) -> ResultRequest:
    """Check what is wanted of the matches; the arguments are those of :meth:`searcher.Searcher.search`.

    Raises:
        QueryError: One of them cannot be understood.
    """
    if sort not in SORTS:
        raise QueryError(f"unknown order “{sort}”; use relevance, newest or oldest")
    counted = _facets(tuple(facets), filters.first_day, filters.last_day)
    return ResultRequest(sort, limit, offset, counted)


def _region_notes(countries: Iterable[str]) -> tuple[Note, ...]:
    """Tell what the regions among the countries of a filter stand for."""
    regions = [meant for meant in map(_country, countries) if meant.region]
    if not regions:
        return ()
    from searcher.query.notes import region_note  # most filters name no region

    return tuple(map(region_note, regions))


# What people narrow a search by comes again and again, so that its meaning is kept; mistakes are not.


@lru_cache(VALUE_CACHE_SIZE)
def _country(text: str) -> Countries:
    check_value("--country", text)
    return one_value("--country", text, _countries_or_none)


def _countries_or_none(text: str) -> Countries:
    return Countries((UNKNOWN,)) if text.strip().lower() == UNKNOWN else resolve_countries(text)


@lru_cache(VALUE_CACHE_SIZE)
def _language(text: str) -> str:
    check_value("--lang", text)
    return one_value("--lang", text, resolve_language)


@lru_cache(VALUE_CACHE_SIZE)
def _interval(date_from: str | None, date_to: str | None) -> tuple[int | None, int | None]:
    from searcher.periods import parse_interval

    check_value("date_from", date_from or "")
    check_value("date_to", date_to or "")
    return parse_interval(date_from, date_to)


@lru_cache(VALUE_CACHE_SIZE)
def _facets(requested: tuple[str, ...], first: int | None, last: int | None) -> tuple[FacetName, ...]:
    """Put the facets to count in their order, own fields last; months join years where dates lie in one."""
    within_year = (
        first is not None and last is not None and date.fromordinal(first).year == date.fromordinal(last).year
    )
    requested = tuple([name if name in FACETS else facet_name(name) for name in requested])
    counted = [
        name
        for name in FACETS
        if name in requested or (name == "month" and within_year and "year" in requested)
    ]
    counted += dict.fromkeys([name for name in requested if name not in FACETS])
    return tuple(counted)


Several = str | Iterable[str]
Period = str | int | date


class Filtering(TypedDict, total=False):
    """What narrows a question, as :meth:`searcher.Searcher.search` has it."""

    countries: Several
    languages: Several
    date_from: Period | None
    date_to: Period | None
    estimated: bool
    where: Mapping[str, Several] | None


class Narrowing(Filtering, total=False):
    """What narrows a question, and how its query is read, as :meth:`searcher.Searcher.search` has it."""

    query_language: str | None
    via: Several
    expand: bool
    strict: bool
    all_words: bool
    drop: Several


class Asking(Narrowing, total=False):
    """The same, with the order and the page of what is found."""

    sort: str
    limit: int | None
    offset: int
