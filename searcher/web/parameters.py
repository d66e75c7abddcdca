"""Parse and format the parameters of a request."""

from __future__ import annotations

import re
from collections import namedtuple
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from indexer.errors import Message, QueryError, message, message_of
from indexer.option_tables import (
    Option,
    OptionTable,
    check_choice,
    number_words,
    respell,
    wrong_value,
)
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.query.limits import shorten_line
from searcher.reading.concordance import ORDERS
from searcher.reading.over_time import STEPS
from searcher.search_options import FILTER, PAGE, QUERY, SearchOptions, facet_name
from searcher.web.responses import LANGUAGES, Problem, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from searcher.searcher import Searcher


MAX_PARAMETERS: Final = 200  # maximum name-value pairs of a request
MAX_HITS: Final = SearchOptions.limit.most or 0  # per page
FARTHEST: Final = SearchOptions.offset.most or 0  # maximum offset
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}


NONE: Final = "none"  # the value of ``facet`` in a request that counts no facets
HIT_FIELDS: Final = (
    *("rank", "id", "score", "title", "snippet", "date", "language", "languages"),
    *("via", "countries", "source", "url", "same", "tags", "collections"),
)


def _parameter(kind: str, name: str, about: str, **more: Any) -> Option:
    return Option(kind, parameter=name, about=about, **more)


class ReadingParameters(OptionTable):
    """The parameters of reading tools and of pages.

    The parameters of searches are in :class:`SearchOptions`.
    """

    after = _parameter("text", "after", "The position of a page, from the link to the next page.")
    ui = _parameter("choice", "ui", "The language of the page.", choices=tuple(LANGUAGES))
    theme = _parameter("choice", "theme", "The colours of the page.", choices=("light", "dark"))
    marks = _parameter("flag", "marks", "Whether the page highlights matches; on by default.", default=True)
    vs = _parameter("texts", "vs", "Other queries to compare with.")
    by = _parameter(
        "choice", "by", "The length of a period; a year by default.", default="year", choices=tuple(STEPS)
    )
    share = _parameter(
        "flag", "share", "Whether to show shares of all items with a date in the period instead of counts."
    )
    per_million = _parameter(
        *("flag", "per_million"),
        "Whether to count the occurrences in texts, in total and per million words.",
    )
    vs_years = _parameter(
        *("text", "vs_years"),
        "Compare with the matches of the query in this range of years or months, such as 2018..2019.",
    )
    order = _parameter("choice", "order", "The order of the lines.", default="relevance", choices=ORDERS)
    since = _parameter(
        *("number", "since"),
        "Include only items added after this generation of the index, the latest first.",
        most=FARTHEST,
    )
    window = _parameter(
        *("number", "window"),
        "The maximum number of days between two linked items of a story; 14 by default.",
        default=14,
        most=3_660,
    )
    id = _parameter("texts", "id", "The ids of the items to export or cite.")
    fields = _parameter(
        "texts", "fields", "The keys of hits, separated by commas; all by default.", choices=HIT_FIELDS
    )


def _order_options() -> Iterator[Option]:
    """Yield the options in the order in which links contain them."""
    for option in SearchOptions.options.values():
        if option.parameter:
            yield option
        if option.name == "offset":
            yield ReadingParameters.options["after"]
    yield from [one for name, one in ReadingParameters.options.items() if name != "after"]


OPTIONS: Final = {option.parameter: option for option in _order_options()}
PARAMETERS: Final = ("q", *OPTIONS)
_RESERVED: Final = {"from": "from_", "all": "all_"}  # names that are reserved in Python
_FIELDS: Final = {parameter: _RESERVED.get(parameter, parameter) for parameter in PARAMETERS}
_FIELD_OF: Final = {option.name: _FIELDS[parameter] for parameter, option in OPTIONS.items()}
_SEVERAL: Final = frozenset(
    parameter for parameter, option in OPTIONS.items() if option.kind in {"texts", "names", "fields"}
)
# The facets of a request are counted in addition to the default ones.
_USUAL: Final[dict[str, Any]] = {"q": None} | {
    _FIELDS[parameter]: () if parameter in _SEVERAL else option.default
    for parameter, option in OPTIONS.items()
}


if TYPE_CHECKING:
    _Given = Any
else:
    _Given = namedtuple("_Given", _USUAL, defaults=_USUAL.values())  # noqa: PYI024 - the fields are a table


class SearchParams(_Given):  # type: ignore[misc]  # the fields are a table
    """The parameters of a request, as sent: one attribute for each of :data:`PARAMETERS`.

    ``from`` and ``all`` are ``from_`` and ``all_``. Repeatable parameters are tuples.
    """

    __slots__ = ()
    if TYPE_CHECKING:

        def _replace(self, **changed: Any) -> SearchParams: ...

    @classmethod
    def of_options(cls, query: str | None, options: Mapping[str, Any], **others: Any) -> SearchParams:
        """Return parameters for the options of a search."""
        given = {_FIELD_OF[name]: value for name, value in options.items() if name in _FIELD_OF}
        where = given.get("where") or {}
        given["where"] = tuple([f"{name}={value}" for name, values in where.items() for value in values])
        return cls(query, **given | others)

    def appearance(self) -> SearchParams:
        """Return a request with only the parameters for the language, colours and highlights of a page."""
        return SearchParams(**{name: getattr(self, name) for name in APPEARANCE})

    def search_arguments(self) -> dict[str, Any]:
        """Return the arguments for :meth:`searcher.Searcher.search`, except facets."""
        return self._options(FILTER, QUERY, PAGE)

    def narrowing(self) -> dict[str, Any]:
        """Return the filters and the query options of the request."""
        return self._options(FILTER, QUERY)

    def _options(self, *parts: str) -> dict[str, Any]:
        given = {name: getattr(self, _FIELD_OF[name]) for name in SearchOptions.of(*parts)}
        return given | {"where": self._group_where()}

    @property
    def series_field(self) -> str | None:
        """The field whose values are the series of a timeline, or None."""
        return next(iter(self.facets()), None)

    def facets(self, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the facets that the request counts."""
        return tuple([name for name in self.facet if name != NONE]) if self.facet else default

    def _group_where(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pair in self.where:
            name, _, value = pair.partition("=")
            found.setdefault(name, []).append(value)
        return found

    def query_string(self, path: str = "/search", **changed: Any) -> str:
        """Return the query string for a path, with changed parameters."""
        values, usual = self._asdict() | changed, address_of(path).usual
        parts = [encode_parameter(field, value) for field, value in values.items() if value != usual[field]]
        return "&".join(filter(None, parts))


_PARAMETER_OF: Final = {field: parameter for parameter, field in _FIELDS.items()}


@lru_cache(1 << 10)
def encode_parameter(field: str, value: Any) -> str:
    """Encode a parameter for a query string, as ``name=value``.

    The result is empty if the value is None. ``field`` is the attribute of :class:`SearchParams`.
    """
    if value is None:
        return ""
    values = value if isinstance(value, tuple) else (int(value) if isinstance(value, bool) else value,)
    return urlencode([(_PARAMETER_OF[field], one) for one in values])


REPORT_LIMIT: Final = 100  # hits of a report
APPEARANCE: Final = ("ui", "theme", "marks")
"""The parameters of all pages."""
FILTERS: Final = tuple(_FIELD_OF[name] for name in (*SearchOptions.of(FILTER), "via"))
"""The attributes of :class:`SearchParams` that filter the matches."""
FORM_FIELDS: Final = ("country", "lang", "where", "from_", "to", "estimated", "match")
"""The attributes of :class:`SearchParams` with a field in the search form, besides the query."""
COUNTING: Final = frozenset(
    ("/timeline", "/countries", "/concordance", "/stories", "/terms", "/report", "/export")
)
"""The paths, without suffix, of the tools that by default only count items with all words of the query."""
_PAGED: Final = frozenset(("/concordance", "/stories", "/terms"))  # paths whose pages do not show hits
_LIMITS: Final = {
    "/concordance.json": None,
    "/concordance.csv": None,
    "/report": REPORT_LIMIT,
    "/terms": 20,
}
_SEARCHED: Final = frozenset(PARAMETERS) - ReadingParameters.options.keys() | {"after", *APPEARANCE}
_COUNTED: Final = _SEARCHED - {"after", *[one.parameter for one in SearchOptions.of(PAGE).values()]}
_READ: Final = _COUNTED - {"match"}
_TAKEN: Final[dict[str, Collection[str]]] = {
    **dict.fromkeys(("/", "/search"), _SEARCHED),
    "/search.json": _SEARCHED | {"fields"},
    "/search.atom": _SEARCHED - {"match"} | {"since"},
    "/facets": _COUNTED,
    "/report": _SEARCHED - {"match"},
    "/timeline": _READ | {"vs", "by", "share", "per_million"},
    "/countries": _READ - {"facet"},
    "/concordance": _READ | {"order", "limit", "offset"},
    "/stories": _READ - {"facet"} | {"window", "limit", "offset"},
    "/terms": _READ - {"facet"} | {"vs", "vs_years", "limit"},
    "/export": _READ - {"facet"} | {"sort", "id"},
    "/cite": ("id", *APPEARANCE),
    **dict.fromkeys(("/help", "/about", "/api"), APPEARANCE),
    "/suggest": ("q", "ui"),
    "/opensearch": ("ui",),
}


class Address(NamedTuple):
    """The parameters that the path of a URL accepts.

    Attributes:
        parameters: The names of the parameters.
        fields: The attributes of :class:`SearchParams` that the parameters set.
        usual: The default of each attribute of :class:`SearchParams` for this path.
        paged: The path of a tool without a suffix, such as ``/stories``, if ``limit`` counts the rows of this
            tool. Empty if ``limit`` counts hits.
    """

    parameters: frozenset[str]
    fields: frozenset[str]
    usual: dict[str, Any]
    paged: str


def address_of(path: str) -> Address:
    """Return the parameters that a path accepts."""
    if path.startswith("/items/"):
        path = "/items.json" if path.endswith(".json") else "/search"
    return _address_of(path)


@lru_cache(1 << 6)
def _address_of(path: str) -> Address:
    tool, dot, _ = path.partition(".")
    taken = frozenset(_TAKEN.get(path, _TAKEN.get(tool, ())))
    if dot:  # data needs no language of the page
        taken -= {"theme", "marks"}
    limit = _LIMITS.get(path, _LIMITS.get(tool, _USUAL["limit"]))
    usual = _USUAL | {"all_": tool in COUNTING, "limit": limit}
    return Address(taken, frozenset([_FIELDS[one] for one in taken]), usual, tool if tool in _PAGED else "")


_NOT_UTF_8: Final = re.compile("[\udc80-\udcff]")  # bytes as surrogates


def read_params(query_string: bytes, path: str = "/search") -> SearchParams:
    """Parse the parameters of a request.

    Raises:
        Problem: A parameter is unknown, repeated or malformed.
    """
    try:
        pairs = parse_qsl(
            query_string.decode(errors="surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        detail = message("web.too_many_parameters", most=MAX_PARAMETERS)
        raise Problem(HTTPStatus.BAD_REQUEST, detail) from None
    given: dict[str, Any] = {}
    allowed = address_of(path).parameters
    for name, value in pairs:
        if _NOT_UTF_8.search(name + value):
            shown = shorten_line(_NOT_UTF_8.sub("\N{REPLACEMENT CHARACTER}", name) or "q")
            raise invalid_parameter(shown, message("web.not_utf8", name=shown))
        if name not in allowed:
            known = [parameter for parameter in PARAMETERS if parameter in allowed]
            shown = shorten_line(name)
            raise invalid_parameter(shown, message("web.no_parameter", parameter=shown, known=known or "-"))
        if value:
            _add(given, name, value)
    params = SearchParams(**address_of(path).usual | given)
    if "by" in allowed and len(params.facet) > 1:
        raise invalid_parameter("facet", message("web.facet_given_twice"))
    if NONE in params.facet and len(params.facet) > 1:
        raise invalid_parameter("facet", message("web.none_alone"))
    return params


def remove_parameter(params: SearchParams, parameter: str) -> SearchParams:
    """Return a request without one of its parameters."""
    field = _FIELDS.get(parameter)
    return params._replace(**{field: _USUAL[field]}) if field else params


def _add(given: dict[str, Any], name: str, value: str) -> None:
    """Parse a parameter and add its value to ``given``.

    Raises:
        Problem: The parameter is malformed or repeated.
    """
    field, meant = _FIELDS[name], _parse_value(name, value)
    if name in _SEVERAL:
        given[field] = given.get(field, ()) + (meant if isinstance(meant, tuple) else (meant,))
    elif field in given:
        raise invalid_parameter(name, message("web.given_twice", name=name))
    else:
        given[field] = meant


def read_leniently(query_string: bytes, path: str = "/search") -> SearchParams:
    """Parse the parameters of a request, ignoring invalid ones."""
    given: dict[str, Any] = {}
    for name, value in parse_qsl(query_string.decode("ascii", "replace"))[:MAX_PARAMETERS]:
        with suppress(Problem):
            if name in _FIELDS:
                _add(given, name, value)
    return SearchParams(**address_of(path).usual | given)


def _parse_value(name: str, value: str) -> Any:
    """Parse the value of a parameter.

    Raises:
        Problem: The value is malformed.
    """
    if name not in OPTIONS:
        return value
    try:
        return _value(OPTIONS[name], name, value)
    except QueryError as error:
        raise invalid_parameter(name, message_of(error)) from None


def _value(option: Option, name: str, value: str) -> Any:
    match option.kind:
        case "flag":
            if value not in _FLAGS:
                raise QueryError(wrong_value(name, message("options.flag_value"), value))
            return _FLAGS[value]
        case "number":
            return _number(name, value, option.most or 0)
        case "choice":
            check_choice(name, value, option.choices)
        case "names":
            return facet_name(value)
        case "fields":
            written, sign, wanted = value.partition("=")
            if not sign:
                shown = shorten_line(value)
                raise QueryError(message("web.invalid_where", shown=shown))
            return f"{facet_name(written)}={wanted}"
        case "texts" if option.choices:
            values = tuple(value.split(","))
            for one in values:
                check_choice(name, one, option.choices)
            return values
    return value


def _number(name: str, value: str, most: int) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= len(str(most)) and int(value) <= most):
        raise QueryError(wrong_value(name, number_words(0, most), value))
    return int(value)


MAX_ITEMS: Final = 20_000  # items that one request reads in a second or two; commands have no limit


def check_match_count(
    queries: Iterable[str | None], params: SearchParams, searcher: Searcher, *, most: int = MAX_ITEMS
) -> None:
    """Check that queries match at most ``most`` items in total.

    Raises:
        Problem: More items match.
    """
    queries = tuple(queries)
    answers = [searcher.search(one, limit=0, facets=(), group=False, **params.narrowing()) for one in queries]
    total = sum(answer.total for answer in answers if answer.relaxed is None)
    if total > most:
        problem = too_many_items(total, most)
        counted = searcher.search(
            queries[0], limit=0, facets=("year", "country"), group=False, **params.narrowing()
        )
        problem.narrower = {
            name: [value for value in values if 0 < value.count <= most and value.value != UNKNOWN]
            for name, values in counted.facets.items()
        }
        raise problem


def too_many_items(total: int, most: int) -> Problem:
    """Return the error for a query that matches too many items for a page."""
    return invalid_parameter("q", message("web.too_many_items", total=total, most=most))


_PARAMETER_OF_MESSAGE: Final = {
    "terms.invalid_years": "vs_years",
    "terms.one_comparison": "vs",
    "over_time.no_shares": "share",
    "over_time.share_or_words": "share",
}


def problem_of(error: QueryError, params: SearchParams, searcher: Searcher) -> Problem:
    """Return the error response for an error, with the name of the invalid parameter.

    Some messages always concern the same parameter. For the others, a search is run with each parameter
    alone. The invalid parameter is the one that causes the same error. If none does, it is the first one that
    causes any error. If no search fails, ``vs``, ``by`` or ``q`` is assumed to be invalid.
    """
    usual = type(params)()
    twice = len({params.q, *params.vs}) <= len(params.vs)
    otherwise = "vs" if twice else "by" if params.by != usual.by else "q"
    faults: dict[str, str] = {}
    for name, alone in _split_request(params):
        try:
            asked = alone.narrowing() | {"sort": alone.sort, "match": alone.match}
            searcher.search(alone.q, limit=0, facets=alone.facets(), **asked)
        except QueryError as fault:
            faults.setdefault(str(fault), name)
    detail = message_of(error)
    known = _PARAMETER_OF_MESSAGE.get(getattr(detail, "key", ""))
    parameter = known or faults.get(str(error), next(iter(faults.values()), otherwise))
    if isinstance(detail, Message):
        detail = detail.reword(name_parameters(detail))
    return Problem(HTTPStatus.BAD_REQUEST, detail, parameter)


def _split_request(params: SearchParams) -> Iterator[tuple[str, SearchParams]]:
    """Yield each parameter that may be invalid, with a request that contains only this parameter.

    Both limits of a period are in one request. A query is in a request with the options that interpret it.
    """
    usual = SearchParams()
    for name, field in _FIELD_OF.items():
        value, option = getattr(params, field), SearchOptions.options.get(name)
        if option and option.kind not in {"flag", "number"} and value != _USUAL[field]:
            yield option.parameter, usual._replace(**{field: value})
    yield "to", usual._replace(from_=params.from_, to=params.to)
    as_asked = usual._replace(strict=params.strict, expand=params.expand, query_lang=params.query_lang)
    yield "q", as_asked._replace(q=params.q)
    yield from [("vs", as_asked._replace(q=one)) for one in params.vs]


def name_parameters(message: str, label: Callable[[str], str] = str) -> str:
    """Replace the names of Python arguments in a message by the names of URL parameters.

    ``label`` returns the displayed name of a parameter, for example in a form.
    """

    def parameter_with(option: Option, value: str) -> str:
        if option.kind == "flag":
            return f"{option.parameter}={int(value != 'False')}"
        return f"{option.parameter}={value}" if value else label(option.parameter)

    options = {name: option for name, option in SearchOptions.options.items() if option.parameter}
    return respell(message, options, parameter_with, "&")
