"""Define the options of a search in a table, and validate given values.

Names of countries and languages become codes, and dates become days. To add an option, add an attribute to
:class:`SearchOptions`: the command line, the signature of :meth:`searcher.Searcher.search`, HTTP parameters,
the description of the HTTP API, receipts, watches and the command reference are generated from the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from indexer.countries.country_names import Countries, resolve_countries
from indexer.errors import QueryError, message, type_name
from indexer.option_tables import Option, OptionTable, check, check_list, require_known
from indexer.runtime import NamedTuple
from indexer.schema import COUNTRY_VIA, COUNTRY_WAYS, UNKNOWN
from searcher.engine import EVERY_HIT, FACETS, SORTS, FacetName, Filters, ResultRequest, Where
from searcher.facet_values import resolve_language, resolve_query_language
from searcher.query.limits import MAX_ID_LENGTH, check_value, parse_value, shorten_line
from searcher.query.model import VIAS
from searcher.results import RELAXED

if TYPE_CHECKING:
    from searcher.query.notes import Note


OPTIONS_CACHE_SIZE = 256  # cached sets of options; most requests have the same
VALUE_CACHE_SIZE = 256  # cached values of filters

OWN_SYNTAX: Final = "dragoman"
SYNTAXES: Final = (OWN_SYNTAX, "lucene", "lexis", "factiva")
FILTER, QUERY, PAGE, SHOWN = "filter", "query", "page", "shown"


class SearchOptions(OptionTable):
    """The search options: filters, query options, the page of hits, and facets."""

    countries = Option(
        "texts",
        FILTER,
        "--country CO",
        "country",
        stored=[],
        completion="countries",
        examples=("KE", "Kenya", "Sahel"),
        about="Include only items about any of these countries or regions: ISO codes, or names in English, "
        'Spanish or French, such as Sahel; "unknown" selects items without a country.',
    )
    country_via = Option(
        "texts",
        FILTER,
        "--country-via WAY",
        "country_via",
        stored=[],
        choices=COUNTRY_WAYS,
        about="Count a country only with one of these kinds of evidence, in the country filter, the counts "
        "and the map.",
    )
    languages = Option(
        "texts",
        FILTER,
        "--lang LANG",
        "lang",
        stored=[],
        completion="languages",
        examples=("en", "es", "fr"),
        about='Include only items in any of these languages: "en", "es", "fr", or "und" for any other.',
    )
    date_from = Option("period", FILTER, "--from DATE", "from", stored=None)
    date_to = Option("period", FILTER, "--to DATE", "to", stored=None)
    estimated = Option(
        "flag",
        FILTER,
        "--estimated",
        "estimated",
        stored=False,
        about="Whether estimated dates match date filters and are counted.",
    )
    sort = Option("choice", PAGE, "--sort", "sort", default="relevance", choices=SORTS)
    limit = Option(
        "number",
        PAGE,
        "--limit N",
        "limit",
        default=10,
        most=1_000,
        about="The number of hits, 10 by default; in Python, None returns all, read during iteration.",
    )
    offset = Option("number", PAGE, "--offset N", "offset", default=0, most=10**9)
    expand = Option(
        "flag",
        QUERY,
        "--no-expand",
        "expand",
        default=True,
        stored=True,
        about="Whether to also search for related words, translations and corrected spellings; on by "
        "default.",
    )
    group = Option(
        "flag",
        PAGE,
        "--no-group",
        "group",
        default=True,
        about="Whether near duplicates are one hit; on by default.",
    )
    all_words = Option(
        "flag",
        QUERY,
        "--all/--any",
        "all",
        stored=False,
        about="Whether to require all words, each as typed or as an added word. Over HTTP the default is "
        "0, and 1 for /timeline, /concordance, /stories, /terms, /report and /export.",
    )
    via = Option(
        "texts",
        QUERY,
        "--via",
        "via",
        stored=[],
        choices=(*VIAS, RELAXED),
        about='Include only items found in one of these ways; "relaxed" items occur only if nothing else '
        "matches.",
    )
    where = Option(
        "fields",
        FILTER,
        "--where FIELD=VALUE",
        "where",
        stored={},
        examples=("source=archive.txt",),
        about="Include only items with these values in fields such as source, author and section; "
        '"unknown" selects items without a value. One value of each field must match.',
    )
    drop = Option(
        "texts",
        QUERY,
        "--drop LABEL",
        "drop",
        stored=[],
        about="Added words to remove from the query.",
    )
    query_language = Option(
        "text",
        QUERY,
        "--query-lang LANG",
        "query_lang",
        stored=None,
        takes="a code or a name",
        completion="languages",
        examples=("en", "es", "fr"),
        about='The language of the query: "en", "es" or "fr"; detected by default.',
    )
    strict = Option(
        "flag",
        QUERY,
        "--strict",
        "strict",
        stored=False,
        about="Whether to report an error if a part of the query cannot be read exactly as written.",
    )
    syntax = Option(
        "choice",
        QUERY,
        "--syntax",
        "syntax",
        default=OWN_SYNTAX,
        stored=OWN_SYNTAX,
        choices=SYNTAXES,
        about="The syntax of the query. For other syntaxes, a note shows the query in the syntax of "
        "Dragoman, and the parts without an equivalent.",
    )
    facets = Option(
        "names",
        SHOWN,
        "--facet FIELD",
        "facet",
        default=("year", "country", "language"),
        examples=("topic", "organisation", "section"),
        about="Facets to count: year (within one year also months), month, country, language, topic, or "
        "custom fields. Over HTTP, 'none' counts no facet; for /timeline, each value is a series.",
    )
    match = Option("text", SHOWN, "--match WORD", "match", takes="a string")
    explain = Option("flag", SHOWN, "--explain", about="Whether to explain the score of each hit.")


# The value of each option that is missing in a receipt or watch.
STORED: Final[dict[str, Any]] = {
    name: option.stored for name, option in SearchOptions.options.items() if option.stored is not ...
}


class SearchRequest(NamedTuple):
    """A search request with validated options.

    Attributes:
        query: The query as typed, or ``None`` for all items.
        filters: The filters.
        wanted: Which results to return: the order, the page and the facets.
        expand, strict, explain, all_words, via, drop, syntax, match: As in :class:`SearchOptions`.
        language: The language of the query, or ``None`` to detect it.
        notes: Notes on the filters.
        custom_fields: The custom fields in filters and facets.
        country_via: As in :class:`SearchOptions`.
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
    country_via: tuple[str, ...] = ()
    syntax: str = OWN_SYNTAX
    match: str | None = None

    def filters_record(self) -> dict[str, Any]:
        """Return the active filters as a JSON object."""
        via = {"country_via": list(self.country_via)} if self.country_via else {}
        return self.filters.to_record() | via


def build_request(query: Any, options: Mapping[str, Any], /, **fixed: Any) -> SearchRequest:
    """Validate the arguments of a search, and return them as a request.

    Args:
        query: The query.
        options: The given options by name.
        fixed: Options set by the caller, which ``options`` must not contain.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    if fixed or not options.keys() <= SearchOptions.options.keys():
        require_known(options, SearchOptions.options.keys() - fixed, "search")
    if query is not None and not isinstance(query, str):
        of = "several values" if isinstance(_freeze(query), tuple) else type_name(query)
        raise TypeError(f"query must be a string, or None for all items, not {of}")
    given = {
        name: value if type(value) in _HASHABLE else _freeze(value)
        for name, value in {**fixed, **options}.items()
    }
    return SearchRequest(query, *_check_options(**given)[1:])


_HASHABLE: Final = frozenset((NoneType, str, int, bool, tuple))


def _freeze(value: Any) -> Any:
    """Convert lists to tuples and mappings to pairs, so that a value can be a cache key."""
    if type(value) in _HASHABLE:
        return value
    if type(value) is list:
        return tuple(value)
    if isinstance(value, Mapping):
        return tuple([(name, _freeze(own)) for name, own in value.items()])
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else value


_UNCHANGED: Final = (
    *("expand", "strict", "explain", "all_words", "via", "drop", "country_via", "syntax", "match"),
)


@cache
def _defaults() -> dict[str, Any]:
    """Return the defaults of the options."""
    return {name: check(option, option.default) for name, option in SearchOptions.options.items()}


@lru_cache(OPTIONS_CACHE_SIZE, typed=True)  # True is not 1 here
def _check_options(**given: Any) -> SearchRequest:
    """Validate options, and return a request with these options and without a query.

    Requests are cached.
    """
    if given.get("limit", 0) is None:
        given["limit"] = EVERY_HIT
    options = SearchOptions.options
    values = _defaults() | {name: check(options[name], value) for name, value in given.items()}
    countries, language = values["countries"], values["query_language"]
    check_value("match", values["match"] or "")
    periods = [_period(name, values[name]) for name in ("date_from", "date_to")]
    codes = frozenset(code for text in countries for code in _country(text).codes)
    spoken = frozenset(map(_language, values["languages"]))
    days = _interval(*periods)
    where = _normalize_where(values["where"]) if values["where"] else ()
    facets = _facets(tuple(values["facets"]), *days)
    own = [name for name, _ in where] + [name for name in facets if name not in FACETS]
    if values["country_via"]:
        own.append(COUNTRY_VIA)
    return SearchRequest(
        None,
        Filters(codes, spoken, *days, values["estimated"], where),
        ResultRequest(values["sort"], values["limit"], values["offset"], facets, values["group"]),
        custom_fields=tuple(own),
        language=resolve_query_language(language) if language is not None else None,
        notes=_region_notes(countries),
        **{name: values[name] for name in _UNCHANGED},
    )


def facet_name(written: str) -> str:
    """Normalize the name of a facet or field, in any case and with or without spaces.

    Raises:
        QueryError: The name is invalid.
    """
    from indexer.custom_fields import field_name  # few requests need it

    if not (name := field_name(written)):
        raise QueryError(message("search_options.invalid_field", written=shorten_line(written)))
    return name


def _normalize_where(given: Any) -> Where:
    """Normalize the names and values of filters on custom fields.

    Raises:
        TypeError: The argument is not a mapping of names to strings or lists of strings.
        QueryError: A name or a value is empty or too long.
    """
    from indexer.custom_fields import value_key  # few requests need it

    if not isinstance(given, tuple) or not all(isinstance(pair, tuple) for pair in given):
        raise TypeError(f"where must be a mapping of fields to values, not {type_name(given)}")
    found: dict[str, dict[str, str]] = {}
    for written, values in given:
        if not isinstance(written, str):
            raise TypeError(f"the keys of where must be names of fields, not {type_name(written)}")
        name = facet_name(written)
        for value in check_list(f"where of {name}", values):
            check_value(f"where of {name}", value, MAX_ID_LENGTH)
            if not value.strip():
                raise QueryError(message("search_options.empty_filter", name=name))
            found.setdefault(name, {}).setdefault(value_key(value), " ".join(value.split()))
    return tuple([(name, tuple(found[name].values())) for name in sorted(found)])


def _period(name: str, given: Any) -> str | None:
    """Convert a period (a string, a year as a number, or a ``datetime.date``) to text, and None to None.

    Raises:
        TypeError: The argument has the wrong type.
    """
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, date):
        return given.isoformat()[: len("2018-03-05")]
    if isinstance(given, int) and not isinstance(given, bool):
        return f"{given:04d}"
    raise TypeError(
        f'{name} must be a string such as "2018-03", a year, or a datetime.date, not {type_name(given)}'
    )


def _region_notes(countries: Iterable[str]) -> tuple[Note, ...]:
    """Return a note for each region in a country filter, listing its countries."""
    regions = [meant for meant in map(_country, countries) if meant.region]
    if not regions:
        return ()
    from searcher.query.notes import region_note  # most filters name no region

    return tuple(map(region_note, regions))


# Resolved values are cached, since filters recur; errors are not cached.


@lru_cache(VALUE_CACHE_SIZE)
def _country(text: str) -> Countries:
    check_value("countries", text)
    return parse_value("countries", text, _countries_or_none)


def _countries_or_none(text: str) -> Countries:
    return Countries((UNKNOWN,)) if text.strip().lower() == UNKNOWN else resolve_countries(text)


@lru_cache(VALUE_CACHE_SIZE)
def _language(text: str) -> str:
    check_value("languages", text)
    return parse_value("languages", text, resolve_language)


@lru_cache(VALUE_CACHE_SIZE)
def _interval(date_from: str | None, date_to: str | None) -> tuple[int | None, int | None]:
    if date_from is None and date_to is None:
        return None, None
    from searcher.periods import parse_interval

    check_value("date_from", date_from or "")
    check_value("date_to", date_to or "")
    return parse_interval(date_from, date_to)


@lru_cache(VALUE_CACHE_SIZE)
def _facets(requested: tuple[str, ...], first: int | None, last: int | None) -> tuple[FacetName, ...]:
    """Return the facets to count.

    If the date filter lies within one year, a request for years also counts months.
    """
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
