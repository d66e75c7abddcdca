"""Define the types of search options, for type checkers and `typing.get_type_hints`.

The module is not imported at run time otherwise, because creating a TypedDict takes time. A test compares the
names with the table :class:`searcher.search_options.SearchOptions`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, TypedDict

from searcher.engine import Sort

CountryVia = Literal["name", "demonym", "place", "given"]
Via = Literal["typed", "related", "translated", "corrected", "relaxed"]
Several = str | Iterable[str]
Period = str | int | date


class FilterArguments(TypedDict, total=False):
    """The filters of a search."""

    countries: Several
    country_via: CountryVia | Iterable[CountryVia]
    languages: Several
    date_from: Period | None
    date_to: Period | None
    estimated: bool
    where: Mapping[str, Several] | None


class QueryArguments(FilterArguments, total=False):
    """The filters and query options of a search."""

    expand: bool
    all_words: bool
    via: Via | Iterable[Via]
    drop: Several
    query_language: str | None
    strict: bool
    syntax: str


class PageArguments(QueryArguments, total=False):
    """The filters and query options of a search, the order and the page."""

    sort: Sort
    limit: int | None
    offset: int


class SearchArguments(PageArguments, total=False):
    """All options of a search."""

    group: bool
    facets: Several
    match: str | None
    explain: bool
