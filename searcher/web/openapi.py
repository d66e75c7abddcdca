"""The description of the API: OpenAPI 3.1, made from the parameters that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searcher import __version__
from searcher.query.limits import LONGEST_ID
from searcher.query.model import VIAS
from searcher.reading.calendar_periods import STEPS
from searcher.reading.concordance import ORDERS
from searcher.results import RELAXED
from searcher.web.asked import (
    ALL,
    COUNTED,
    FARTHEST,
    FED,
    LINES,
    LONGEST_WINDOW,
    MOST_HITS,
    OVER_TIME,
    PARAMETERS,
    SEARCHED,
    STORIES,
)
from searcher.web.negotiation import LANGUAGES
from searcher.web.openapi_schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection

# A parameter that is given empty is as if it were not given.
_FLAG: Final = {"type": "string", "enum": ["", "0", "1", "false", "true"]}
_PERIOD: Final = {
    "type": "string",
    "pattern": r"^([12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$",
    "examples": ["2018", "2018-03", "2018-03-05"],
}
_LANGUAGE: Final = {"type": "string", "maxLength": 100, "examples": ["en", "es", "fr"]}


def _several(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": values}


def _number(most: int) -> dict[str, Any]:
    return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": most}, {"const": ""}]}


DESCRIPTIONS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "q": (
        {"type": "string"},
        "Words and operators, in English, Spanish or French; without it everything is found.",
    ),
    "country": (
        _several({"type": "string", "examples": ["KE", "Kenya", "Sahel"]}),
        "Items about a country, or one of a region: an ISO code or a name; `unknown`: none is named.",
    ),
    "lang": (_several(_LANGUAGE), "Items in a language."),
    "from": (_PERIOD, "Items of this period or later: a year, a month or a day."),
    "to": (_PERIOD, "Items of this period or earlier."),
    "estimated": (_FLAG, "Whether estimated dates count as dates."),
    "sort": ({"type": "string", "enum": ["", "relevance", "newest", "oldest"]}, "The order of the hits."),
    "limit": (_number(MOST_HITS), "How many hits; 10 without it."),
    "offset": (_number(FARTHEST), "How many hits to pass over first."),
    "after": (
        {"type": "string", "maxLength": 400},
        "Where the page begins, as the link to the next page says.",
    ),
    "expand": (_FLAG, "Whether related words, translations and corrections join the query; 1 without it."),
    "group": (_FLAG, "Whether near duplicates are one hit; 1 without it."),
    "all": (_FLAG, "Whether every word must match, it or what joined it."),
    "via": (_several({"type": "string", "enum": ["", *VIAS, RELAXED]}), "Only items that were found so."),
    "where": (
        _several({"type": "string", "pattern": "^([^=]+=.+)?$", "examples": ["source=archive.txt"]}),
        "Items with this value in a field of their source.",
    ),
    "drop": (_several({"type": "string", "maxLength": 100}), "Labels that joined and are not searched for."),
    "query_lang": (_LANGUAGE, "The language of the query; worked out without it."),
    "strict": (_FLAG, "Whether the query is taken to the letter: what cannot be read is an error."),
    "facet": (
        _several({"type": "string", "maxLength": 100, "examples": ["topic", "organisation", "section"]}),
        "What is counted beside years, months, countries and languages; over time one, parted by its values.",
    ),
    "ui": (
        {"type": "string", "enum": ["", *LANGUAGES]},
        "The language of the page, for links that carry it.",
    ),
    "vs": (_several({"type": "string"}), "Another question that stands beside."),
    "by": ({"type": "string", "enum": ["", *STEPS]}, "The length of a period; a year without it."),
    "share": (_FLAG, "Whether shares of all items dated in a period are drawn, not counts."),
    "order": ({"type": "string", "enum": ["", *ORDERS]}, "The order of the lines."),
    "since": (
        _number(FARTHEST),
        "Only items that came into the index after this generation, the latest first.",
    ),
    "window": (
        _number(LONGEST_WINDOW),
        "The days that may lie between two linked items of a story; 14 without it.",
    ),
}
"""Of each parameter its schema, and what it says."""
_HEADERS_OF: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("search", "searchCsv"), ("ETag", "Link", "X-Total-Count")),
    "health": (),
}
_REASONS: Final = {
    "403": {"description": "A page of another site made the request, as Sec-Fetch-Site says."},
    "421": {"description": "The server does not answer under the name in Host."},
}
_HEADERS: Final = {
    "ETag": "Made of the generation of the index and the question, for If-None-Match.",
    "Link": "Where the first, the previous and the next page are.",
    "X-Total-Count": "How many items match.",
    "Retry-After": "With 503: the seconds after which to ask again.",
}


def description(origin: str) -> dict[str, Any]:
    """Describe the API.

    Args:
        origin: The address that it is asked at, without a slash at its end.
    """
    listed, fed, counted, over_time, lines, stories = (
        [_reference(name) for name in PARAMETERS if name in taken]
        for taken in (SEARCHED, FED, COUNTED, OVER_TIME, LINES, STORIES)
    )
    words = {"type": "string", "minLength": 1}
    lines[0] = _parameter("q", words, "The words whose lines are shown, and operators.") | {"required": True}
    item = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of an item, or its beginning where no other id begins so.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dragoman",
            "version": __version__,
            "description": "Search of a news archive in English, Spanish and French. Every answer has an "
            "entity tag made of the generation of the index and the question.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": origin or "/"}],
        "paths": {
            "/search.json": _path("search", "Ranked hits and counts.", listed, "application/json", "Results"),
            "/search.csv": _path("searchCsv", "The hits as a table.", listed, "text/csv"),
            "/search.atom": _path("searchAtom", "The hits as a feed.", fed, "application/atom+xml"),
            "/facets.json": _path("facets", "Counts alone.", counted, "application/json", "Counts"),
            "/timeline.svg": _path("timeline", "The counts by time, drawn.", over_time, "image/svg+xml"),
            "/timeline.json": _path(
                "timelineJson", "Counts over time, side by side.", over_time, "application/json", "Timeline"
            ),
            "/timeline.csv": _path("timelineCsv", "The same as a table.", over_time, "text/csv"),
            "/concordance.json": _path(
                "concordance", "Each match in its line.", lines, "application/json", "Concordance"
            ),
            "/concordance.csv": _path("concordanceCsv", "The same as a table.", lines, "text/csv"),
            "/stories.json": _path("stories", "Items of one event.", stories, "application/json", "Stories"),
            "/stories.csv": _path("storiesCsv", "The same as a table.", stories, "text/csv"),
            "/items/{id}.json": _path("item", "An item whole.", [item], "application/json", "Item"),
            "/healthz": _path("health", "Whether questions are answered.", [], "application/json", "Health"),
        },
        "components": _components(),
    }


def _components() -> dict[str, Any]:
    return {
        "parameters": {name: _parameter(name, *DESCRIPTIONS[name]) for name in PARAMETERS},
        "schemas": SCHEMAS,
        "headers": {
            name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
        },
        "responses": {
            "Problem": {
                "description": "What is wrong, with the parameter at fault.",
                "headers": _headers("Retry-After"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _path(
    name: str, summary: str, parameters: Collection[Any], media: str, schema: str | None = None
) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    headers = _HEADERS_OF.get(name, ("ETag",))
    problems = ("400", "403", "404", "410", "421", "431", "500", "503")
    same = {"description": "Nothing has changed since the answer with the tag of If-None-Match."}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {
                    "description": "The answer.",
                    "headers": _headers(*headers),
                    "content": {media: {"schema": shape}},
                },
                **({"304": same} if headers else {}),
                **{
                    status: {"$ref": "#/components/responses/Problem", **_REASONS.get(status, {})}
                    for status in problems
                },
            },
        }
    }


assert DESCRIPTIONS.keys() == ALL, "each parameter is described"
