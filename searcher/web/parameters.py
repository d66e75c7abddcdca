"""What a request asks: its parameters, read and written.

Whose fault it is that a question cannot be answered, as a problem that names the parameter.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from searcher.arguments import facet_name
from searcher.query.limits import shortened
from searcher.reading.concordance import ORDERS
from searcher.reading.counts_over_time import STEPS
from searcher.web.responses import LANGUAGES, Problem, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from searcher.searcher import Searcher


MAX_PARAMETERS: Final = 200  # pairs of one request
MAX_HITS: Final = 1_000  # of one page
FARTHEST: Final = 10**9  # hits passed over
MAX_WINDOW: Final = 3_660  # days
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}


class SearchParams(NamedTuple):
    """What a request asks, as the contract of the API names it; all that is given was read, not yet checked.

    Attributes:
        q: The query; None for everything.
        country, lang, via, where, drop: Values, none for all; ``where`` as FIELD=VALUE.
        from_, to: Periods.
        sort, limit, offset, estimated, expand, group, all_, strict: As in :meth:`searcher.Searcher.search`.
        after: Where a page begins: what the ``next`` link of another one says.
        query_lang: The language of the query.
        facet: What is counted beside what always is; over time the field whose values have a series each.
        ui: The language of the page; None for that of the reader.
        vs: Other questions that stand beside it over time.
        by: The length of a period: ``year``, ``month`` or ``week``.
        share: Whether shares of the archive are shown, not counts.
        order: Of the lines of a concordance.
        since: Only items that came into the index after this generation.
        window: The days that may lie between two linked items of a story.
    """

    q: str | None = None
    country: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    from_: str | None = None
    to: str | None = None
    estimated: bool = False
    sort: str = "relevance"
    limit: int = 10
    offset: int = 0
    after: str | None = None
    expand: bool = True
    group: bool = True
    all_: bool = False
    via: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    query_lang: str | None = None
    strict: bool = False
    facet: tuple[str, ...] = ()
    ui: str | None = None
    vs: tuple[str, ...] = ()
    by: str = "year"
    share: bool = False
    order: str = "relevance"
    since: int | None = None
    window: int = 14

    def search_arguments(self) -> dict[str, Any]:
        """Give the arguments of :meth:`searcher.Searcher.search` beside the query and the facets."""
        return {**self.narrowing(), "sort": self.sort, "limit": self.limit, "offset": self.offset} | (
            {} if self.group else {"group": False}
        )

    def narrowing(self) -> dict[str, Any]:
        """Give the filters of the question, and how its query is read."""
        given = {
            "countries": self.country,
            "languages": self.lang,
            "date_from": self.from_,
            "date_to": self.to,
            "estimated": self.estimated,
            "expand": self.expand,
            "strict": self.strict,
            "all_words": self.all_,
            "via": self.via,
            "where": self._where(),
            "query_language": self.query_lang,
        }
        return given | ({"drop": self.drop} if self.drop else {})

    @property
    def series_field(self) -> str | None:
        """The field whose commonest values have a series each over time."""
        return self.facet[0] if self.facet else None

    def _where(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pair in self.where:
            name, _, value = pair.partition("=")
            found.setdefault(name, []).append(value)
        return found

    def query_string(self, **changed: Any) -> str:
        """Write the question as the query string of a permanent link: what is as usual is left out.

        Args:
            changed: Attributes with other values.
        """
        pairs: list[tuple[str, str]] = []
        for parameter, usual, value in zip(PARAMETERS, SearchParams(), self._replace(**changed), strict=True):
            if value == usual:
                continue
            if isinstance(value, tuple):
                pairs += [(parameter, one) for one in value]
            else:
                pairs.append((parameter, str(int(value)) if isinstance(value, bool) else str(value)))
        return urlencode(pairs)


PARAMETERS: Final = tuple([name.rstrip("_") for name in SearchParams._fields])
_FIELDS: Final = dict(zip(PARAMETERS, SearchParams._fields, strict=True))
_SEVERAL: Final = frozenset(
    name for name, usual in zip(PARAMETERS, SearchParams(), strict=True) if isinstance(usual, tuple)
)
ALL: Final = frozenset(PARAMETERS)
PAGE: Final = frozenset({"sort", "limit", "offset", "after", "group"})
READING: Final = frozenset({"vs", "by", "share", "order", "since", "window"})
SEARCHED: Final = ALL - READING
COUNTED: Final = SEARCHED - PAGE
OVER_TIME: Final = COUNTED | {"vs", "by", "share"}
FED: Final = SEARCHED | {"since"}
LINES: Final = COUNTED | {"order", "limit"}
STORIES: Final = COUNTED - {"facet"} | {"window", "limit"}


def read_params(query_string: bytes, allowed: Collection[str] = SEARCHED) -> SearchParams:
    """Read the parameters of a request; one that is given empty is as if it were not given.

    Args:
        query_string: What stands behind the question mark.
        allowed: The parameters that the address takes.

    Raises:
        Problem: One is unknown, given twice, or of another form.
    """
    try:
        pairs = parse_qsl(
            query_string.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError:
        name = shortened(next(filter(None, map(_name_if_not_utf_8, query_string.split(b"&")))))
        raise invalid_parameter(name, f"{name} is not UTF-8; encode it as %XX") from None
    except ValueError:
        detail = f"a request takes {MAX_PARAMETERS} parameters at most"
        raise Problem(HTTPStatus.BAD_REQUEST, detail) from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name not in allowed:
            known = ", ".join([parameter for parameter in PARAMETERS if parameter in allowed])
            raise invalid_parameter(
                shortened(name), f"no parameter is called “{shortened(name)}”; use {known or 'none'}"
            )
        if not value:
            continue
        field, meant = _FIELDS[name], _READ[name](name, value) if name in _READ else value
        if name in _SEVERAL:
            given[field] = (*given.get(field, ()), meant)
        elif field in given:
            raise invalid_parameter(name, f"{name} is given twice; give it once")
        else:
            given[field] = meant
    params = SearchParams(**given)
    if allowed is OVER_TIME and len(params.facet) > 1:
        raise invalid_parameter("facet", "facet is given twice; over time give it once")
    return params


def _name_if_not_utf_8(pair: bytes) -> str | None:
    """Give the name of a parameter that is not UTF-8."""
    try:
        unquote_to_bytes(pair).decode()
    except UnicodeDecodeError:
        return pair.partition(b"=")[0].decode(errors="replace") or "q"
    return None


def read_leniently(query_string: bytes) -> SearchParams:
    """Read a request to say what is wrong with it: whole, or else its query and the language of the page."""
    try:
        return read_params(query_string, ALL)
    except Problem:
        given = dict(parse_qsl(query_string.decode("ascii", "replace")))
        ui = given.get("ui")
        return SearchParams(given.get("q"), ui=ui if ui in LANGUAGES else None)


def _field(name: str, value: str) -> str:
    """Read the name of a facet or a field."""
    try:
        return facet_name(value)
    except QueryError as error:
        raise invalid_parameter(name, str(error)) from None


def _filter_by_field(name: str, value: str) -> str:
    """Read a filter by a field."""
    written, sign, wanted = value.partition("=")
    if not sign:
        raise invalid_parameter(
            name, f"“{shortened(value)}” is no filter by a field; write it as section=Politics"
        )
    return f"{_field(name, written)}={wanted}"


def _flag(name: str, value: str) -> bool:
    """Read yes or no."""
    if value not in _FLAGS:
        raise invalid_parameter(name, f"{name} is 1 or 0, not “{shortened(value)}”")
    return _FLAGS[value]


def _number(most: int) -> Callable[[str, str], int]:
    """Make what reads a whole number."""

    def read(name: str, value: str) -> int:
        if not (
            value.isascii() and value.isdecimal() and len(value) <= len(str(most)) and int(value) <= most
        ):
            raise invalid_parameter(
                name, f"{name} is a whole number from 0 to {most}, not “{shortened(value)}”"
            )
        return int(value)

    return read


def _one_of(values: Collection[str], described: str) -> Callable[[str, str], str]:
    """Make what reads one of a few words."""

    def read(name: str, value: str) -> str:
        if value not in values:
            raise invalid_parameter(name, f"{described}, not “{shortened(value)}”")
        return value

    return read


_READ: Final[dict[str, Callable[[str, str], Any]]] = {
    "ui": _one_of(LANGUAGES, "the page speaks en, es or fr"),
    "by": _one_of(STEPS, f"by is one of {', '.join(STEPS)}"),
    "order": _one_of(ORDERS, f"order is one of {', '.join(ORDERS)}"),
    "facet": _field,
    "where": _filter_by_field,
    "since": _number(FARTHEST),
    "window": _number(MAX_WINDOW),
    "limit": _number(MAX_HITS),
    "offset": _number(FARTHEST),
    **dict.fromkeys(("estimated", "expand", "group", "all", "strict", "share"), _flag),
}


# What a message of the command line calls an option, and what the parameter is called here.
_OPTIONS: Final = {
    "no-expand": "expand=0",
    "no-group": "group=0",
    "query-lang": "query_lang",
    "estimated": "estimated=1",
}


def problem_of(error: QueryError, params: SearchParams, searcher: Searcher) -> Problem:
    """Make the problem of a question that cannot be understood.

    Each parameter is asked by itself: it is the one whose fault is told, else the first that has one;
    where none has, it is one that is asked twice over time, the length of its periods, or the query.

    Args:
        error: What is wrong, as the command line tells it.
        params: The question.
        searcher: What was asked.
    """
    usual = type(params)()
    twice = len({params.q, *params.vs}) <= len(params.vs)
    otherwise = "vs" if twice else "by" if params.by != usual.by else "q"
    faults: dict[str, str] = {}
    for name, alone in _alone(params):
        try:
            searcher.search(alone.q, limit=0, facets=alone.facet, **alone.narrowing(), sort=alone.sort)
        except QueryError as fault:
            faults.setdefault(str(fault), name)
    parameter = faults.get(str(error), next(iter(faults.values()), otherwise))
    return Problem(HTTPStatus.BAD_REQUEST, _in_parameters(str(error)), parameter)


def _alone(params: SearchParams) -> Iterator[tuple[str, SearchParams]]:
    """Yield questions that give one parameter each; a period beside the one before it comes after them."""
    usual = type(params)()
    for name in ("country", "lang", "via", "where", "facet", "drop", "query_lang", "from_", "to", "sort"):
        if getattr(params, name) != getattr(usual, name):
            yield name.rstrip("_"), usual._replace(**{name: getattr(params, name)})
    yield "to", usual._replace(from_=params.from_, to=params.to)
    as_asked = usual._replace(strict=params.strict, expand=params.expand, query_lang=params.query_lang)
    yield "q", as_asked._replace(q=params.q)
    yield from [("vs", as_asked._replace(q=one)) for one in params.vs]


def _in_parameters(message: str) -> str:
    """Call parameters what the API calls them."""
    message = re.sub(r"\bdate_(from|to)\b", r"\1", message)
    return re.sub(r"--([a-z]+(?:-[a-z]+)*)", lambda found: _OPTIONS.get(found[1], found[1]), message)
