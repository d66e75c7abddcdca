"""Describe the HTTP API in OpenAPI 3.1, from the tables of routes and parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from indexer.runtime import NamedTuple
from indexer.schema import DATE_KINDS, LANGUAGES, UNKNOWN
from searcher import __version__
from searcher.query.limits import MAX_ID_LENGTH
from searcher.query.model import VIAS
from searcher.reading.over_time import STEPS
from searcher.results import RELAXED
from searcher.web.page.annotation_forms import COUNTED_KINDS
from searcher.web.parameters import APPEARANCE, HIT_FIELDS, NONE, OPTIONS, PARAMETERS, address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from indexer.option_tables import Option
    from searcher.searcher import Searcher
    from searcher.web.responses import Body


_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_NUMBER: Final = {"type": "number"}
_FLAG: Final = {"type": "boolean"}
_RATE: Final = {"type": ["number", "null"]}
_DAY: Final = {"type": "string", "format": "date"}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _component(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


_KINDS: Final = {"texts": _TEXT, "maybe": _MAYBE, "counts": _COUNT, "days": _DAY, "lists": _list(_TEXT)}


def _properties(**given: Any) -> dict[str, Any]:
    """Return the schema of each property.

    ``texts="id title"`` defines the properties ``id`` and ``title``, which both contain text.
    """
    named = {name: schema for kind, schema in _KINDS.items() for name in given.pop(kind, "").split()}
    return named | given


def _object(optional: str = "", /, **given: Any) -> dict[str, Any]:
    """Return the schema of an object whose properties are required, except those named in ``optional``."""
    properties = _properties(**given)
    required = [name for name in properties if name not in optional.split()]
    return {"type": "object", "required": required, "properties": properties}


def _values(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object whose values all have the same schema."""
    return {"type": "object", "additionalProperties": schema}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [schema, {"type": "null"}]}


_DATE: Final = _or_null(_object(days="start end", kind={"enum": [*DATE_KINDS[1:]]}))
_FILTERS: Final = {
    "type": "object",
    "properties": _properties(
        lists="countries languages country_via",
        days="date_from date_to",
        estimated={"const": True},
        where=_values(_list(_TEXT)),
    ),
    "additionalProperties": False,
}
_VALUE: Final = _object(
    "broader by_place_only",
    texts="value label",
    counts="count",
    selected=_FLAG,
    lists="broader",
    by_place_only={"type": ["integer", "null"]},
)
_READ: Final = _properties(
    texts="query generation",
    maybe="query_language suggestion",
    counts="format total total_all_words undated_left_out",
    lists="unmatched",
    filters=_FILTERS,
    expansions=_list(_object(**{"from": _TEXT, "to": _list(_TEXT)})),
    notes=_list(_object(texts="kind text", args={"type": "object"})),
)
_COUNTED: Final = _READ | {
    "format": {"const": 2},
    "facets": _values(_list(_VALUE)),
    "relaxed": _or_null(_object(texts="from to")),
}
_READ_ALL: Final = _READ | {"all_words": _FLAG}
_READ_BY_SERIES: Final = {
    name: _values(schema)
    for name, schema in _READ_ALL.items()
    if name not in {"format", "query", "filters", "generation", "total"}
} | dict.fromkeys(("totals", "undated"), _values(_COUNT))
_COMMON: Final = {
    "id": _TEXT,
    "title": _MAYBE,
    "date": _DATE,
    "source": _object(texts="file", lines=_list({"type": "integer"})),
}
_ABOUT: Final = _COMMON | _properties(
    texts="language",
    maybe="url",
    lists="languages tags collections",
    countries=_list(_object(texts="code name via evidence")),
)
SCHEMAS: Final[dict[str, Any]] = {
    "Results": _object(**_COUNTED, groups=_COUNT, took_ms=_NUMBER, hits=_list(_component("schemas", "Hit"))),
    "Counts": _object(**_COUNTED),
    "Hit": _object(
        " ".join(HIT_FIELDS),  # the parameter `fields` chooses some
        **_ABOUT,
        rank={"type": "integer", "minimum": 1},
        score=_NUMBER,
        maybe="snippet",
        via=_list({"enum": [*VIAS, RELAXED]}),
        same=_list(_object(**_COMMON)),
    ),
    "Item": _object(
        "since tags collections note",
        **_ABOUT,
        format={"const": 2},
        texts="body",
        since=_COUNT | {"description": "The generation that added it."},
        note=_TEXT | {"description": "With `serve --notes`."},
    ),
    "Timeline": _object(
        " ".join(_READ_BY_SERIES),  # missing in a timeline without series
        **_READ_BY_SERIES,
        counts="format",
        filters=_FILTERS,
        by={"enum": [*STEPS]},
        maybe="generation",
        points=_list(
            _object(
                "occurrences per_million",
                texts="series period",
                counts="dated low high occurrences",
                expected=_NUMBER,
                archived={"type": ["integer", "null"]},
                **dict.fromkeys(("share", "per_million"), _RATE),
            )
        ),
    ),
    "Concordance": _object(
        **_READ_ALL,
        lines=_list(
            _object(
                texts="id language left match right",
                date=_DATE,
                part={"enum": ["title", "body"]},
                lists="countries",
            )
        ),
    ),
    "Stories": _object(
        **_READ_ALL,
        counts="window min_items stories_found small doubtful in_none undated",
        stories=_list(
            _object(
                texts="headline",
                days="start end",
                **dict.fromkeys(("sure", "doubtful", "small"), _FLAG),
                cohesion=_NUMBER,
                counts="items estimated",
                lists="languages countries concepts names places",
                members=_list(_object(texts="id title language", date=_DATE, lists="same", counts="shares")),
            )
        ),
    ),
    "Terms": _object(
        **_READ_ALL,
        maybe="versus",
        versus_years={"type": ["array", "null"], "items": _TEXT, "minItems": 2, "maxItems": 2},
        counts="compared",
        terms=_list(
            _object(
                texts="term language",
                counts="words occurrences documents other_occurrences other_documents",
                **dict.fromkeys(("score", "log_ratio"), _NUMBER),
            )
        ),
    ),
    "Suggestions": {
        "type": "array",
        "description": "The query, the completions, their descriptions and their URLs.",
        "items": {"oneOf": [_TEXT, _list(_TEXT)]},
        "minItems": 4,
        "maxItems": 4,
    },
    "Citations": _list({"type": "object"}),
    "Health": _object(status={"const": "ok"}, texts="generation", counts="items"),
    "Problem": _object("parameter", texts="type title detail parameter", status={"type": "integer"}),
}


def _schema(option: Option, values: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a parameter.

    ``values`` are all names in the served index for a parameter such as ``facet`` that takes names. For other
    parameters, they are examples.
    """
    found: dict[str, Any] = {"type": "string"}
    if values:
        found["enum" if option.kind == "names" else "examples"] = ["", *values]
    if option.kind == "flag":
        found["enum"] = ["", "0", "1", "false", "true"]
    elif option.kind == "number":
        found = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": option.most}, {"const": ""}]}
    elif option.kind == "period":
        found |= {"pattern": _PERIOD, "examples": ["2018", "2018-03", "2018-03-05"]}
    elif option.kind == "fields":
        found["pattern"] = "^([^=]+=.+)?$"
    elif option.choices:
        found["enum"] = ["", *option.choices]
    if option.examples and not values:
        found["examples"] = list(option.examples)
    return _list(found) if option.kind in {"texts", "names", "fields"} else found


_PERIOD: Final = r"^([12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
QUERY_TEXT: Final = "A query in English, Spanish or French; without it, all items match."
_PAGED: Final = ("search", "searchCsv", "concordance", "concordanceCsv", "stories", "storiesCsv")
_PROBLEMS: Final = ("400", "401", "403", "404", "410", "421", "431", "500", "503")
_REASONS: Final = {
    "401": {"description": "The server requires a token, but the request has none."},
    "403": {"description": "A page of another site made the request, according to Sec-Fetch-Site."},
    "421": {"description": "The server does not accept requests for the host name in Host."},
}
_HEADERS: Final = {
    "ETag": "Depends on the generation of the index and the request; for If-None-Match.",
    "Link": "The URLs of the first, previous and next page.",
    "X-Total-Count": "The number of hits, lines, stories or items on all pages, if known.",
    "Retry-After": "With 503: the number of seconds after which to repeat the request.",
}


class Route(NamedTuple):
    """A URL path, its parameters and its response.

    Attributes:
        path: The path in Starlette's syntax; path parameters become arguments of ``make``.
        media: The media type of the body.
        make: Returns the body, given the parameters and the context.
        described: The operation name, the summary and the name of the response's schema in the description of
            the API. The schema is ``None`` if the response is not JSON. ``None`` for a route that is not part
            of the API, such as a page.
    """

    path: str
    media: str
    make: Callable[..., Body | str]
    described: tuple[str, str, str | None] | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters in the query string."""
        return address_of(self.path).parameters


def description(
    routes: Iterable[Route], origin: str, archive: str, served: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return the OpenAPI description of routes.

    ``served`` maps parameters to values in the served index: see :func:`examples_of`.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": archive,
            "version": __version__,
            "description": "Search of a news archive in English, Spanish and French. Every response has an "
            "entity tag that depends on the generation of the index and the request.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": origin or "/"}],
        "paths": _paths(served, routes),
        "components": _components(served),
    }


def _paths(served: Mapping[str, Sequence[str]], routes: Iterable[Route]) -> dict[str, Any]:
    """Return the OpenAPI descriptions of all paths."""
    words = {"type": "string", "minLength": 1}
    required = _parameter("q", words, "The words to show in context, and operators.") | {"required": True}
    item = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of an item, or an unambiguous prefix of it.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH},
        "examples": {f"item {at}": {"value": one} for at, one in enumerate(served.get("id", ()), 1)},
    }
    paths = {}
    for route in routes:
        path, media = route.path.replace("{item_id:path}", "{id}"), route.media.partition(";")[0]
        name = re.sub(r"\W+", "", path) or "home"
        page = f"{name}Page", "A page for readers, in English, Spanish or French.", None
        if not route.described and media != "text/html":
            continue
        # An item's page ignores invalid parameters of the search.
        kept = {"q", *APPEARANCE} & {*route.parameters} if "{id}" in path else route.parameters
        parameters = [_component("parameters", name) for name in PARAMETERS if name in kept]
        if path.startswith("/concordance"):
            parameters[0] = required
        given = [item, *parameters] if "{id}" in path else parameters
        paths[path] = _path(*(route.described or page), given, media)
    health = "health", "Whether the server handles requests.", "Health"
    return paths | {"/healthz": _path(*health, [], "application/json")}


def examples_of(searcher: Searcher) -> dict[str, Sequence[str]]:
    """Return all values of the parameter ``facet`` for an index, and example values of other parameters."""
    found = searcher.search(None, limit=3, facets=("year", "country", "language"))
    values = {
        name: [one.value for one in sorted(facet, key=lambda one: -one.count) if one.value != UNKNOWN]
        for name, facet in found.facets.items()
    }
    titles = [hit.title or "" for hit in found.hits]
    kinds = searcher.ask(lambda answerer: (*answerer.engine.thesaurus.kinds, *COUNTED_KINDS))
    years = sorted(values["year"])
    return {
        "q": [max(words, key=len) for title in titles if (words := re.findall(r"\w+", title))],
        "id": [hit.id for hit in found.hits],
        "facet": [*dict.fromkeys((*found.facets, "month", "source", *kinds, *searcher.counted_fields, NONE))],
        "country": values["country"][:3],
        "lang": values["language"][:3],
        "query_lang": [one for one in LANGUAGES if one in values["language"]],
        "from": years[:1],
        "to": years[-1:],
    }


def _components(served: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    words = _TEXT | ({"examples": [*served["q"]]} if served.get("q") else {})
    problem = {"application/problem+json": {"schema": _component("schemas", "Problem")}}
    parameters = {
        name: _parameter(name, _schema(option, served.get(name, ())), option.description)
        for name, option in OPTIONS.items()
    }
    parameters["fields"]["explode"] = False
    return {
        "parameters": {"q": _parameter("q", words, QUERY_TEXT), **parameters},
        "schemas": SCHEMAS,
        "headers": {name: {"description": text, "schema": _TEXT} for name, text in _HEADERS.items()},
        "responses": {
            "Problem": _response("The error, with the invalid parameter.", problem, "Retry-After"),
            "ProblemPage": _response(
                "The error as a page.", {"text/html": {"schema": _TEXT}, **problem}, "Retry-After"
            ),
        },
    }


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _response(text: str, content: dict[str, Any], *headers: str) -> dict[str, Any]:
    named = {name: _component("headers", name) for name in headers}
    return {"description": text, "headers": named, "content": content}


def _path(
    name: str, summary: str, schema: str | None, parameters: Collection[Any], media: str
) -> dict[str, Any]:
    """Return the description of a path."""
    headers = [] if name == "health" else ["ETag"]
    headers += ["Link"] if name in _PAGED else []
    headers += ["X-Total-Count"] if name in _PAGED or name.startswith("export_") else []
    content = {media: {"schema": _component("schemas", schema) if schema else _TEXT}}
    problem = _component("responses", "ProblemPage" if media == "text/html" else "Problem")
    same = {"description": "Nothing has changed since the response with the entity tag in If-None-Match."}
    responses = {
        "200": _response("The response.", content, *headers),
        **({"304": same} if headers else {}),
        **{status: {**problem, **_REASONS.get(status, {})} for status in _PROBLEMS},
    }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": responses,
        }
    }
