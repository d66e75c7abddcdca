"""The descriptions of the API: OpenAPI 3.1, built from the parameter tables, and OpenSearch 1.1."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import DATE_KINDS, LANGUAGES, UNKNOWN
from searcher import __version__
from searcher.exports.export_formats import FORMS
from searcher.query.limits import MAX_ID_LENGTH
from searcher.query.model import VIAS
from searcher.reading.over_time import STEPS
from searcher.results import RELAXED
from searcher.web.page.annotation_forms import COUNTED_KINDS
from searcher.web.parameters import HIT_FIELDS, NONE, OPTIONS, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.option_tables import Option
    from searcher.searcher import Searcher


def _object(optional: str = "", /, **properties: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional.split()]
    return {"type": "object", "required": required, "properties": properties}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_DAY: Final = {"type": "string", "format": "date"}
_DATE: Final = {"oneOf": [_object(start=_DAY, end=_DAY, kind={"enum": [*DATE_KINDS[1:]]}), {"type": "null"}]}
_COUNTRY: Final = _object(code=_TEXT, name=_TEXT, via=_TEXT, evidence=_TEXT)
_SOURCE: Final = _object(file=_TEXT, lines=_list({"type": "integer"}))
_FILTERS: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("countries", "languages", "country_via"), _list(_TEXT)),
        **dict.fromkeys(("date_from", "date_to"), _DAY),
        "estimated": {"const": True},
        "where": {"type": "object", "additionalProperties": _list(_TEXT)},
    },
    "additionalProperties": False,
}
_COUNTS: Final = {
    "format": {"const": 2},
    "query": _TEXT,
    "filters": _FILTERS,
    "query_language": _MAYBE,
    "generation": _TEXT,
    "suggestion": _MAYBE,
    "expansions": _list(_object(**{"from": _TEXT, "to": _list(_TEXT)})),
    "unmatched": _list(_TEXT),
    "total": _COUNT,
    "total_all_words": _COUNT,
    "undated_left_out": _COUNT,
    "facets": {
        "type": "object",
        "additionalProperties": _list(
            _object(
                "broader by_place_only",
                value=_TEXT,
                label=_TEXT,
                count=_COUNT,
                selected={"type": "boolean"},
                broader=_list(_TEXT),
                by_place_only={"type": ["integer", "null"]},
            )
        ),
    },
    "relaxed": {"oneOf": [_object(**{"from": _TEXT, "to": _TEXT}), {"type": "null"}]},
    "notes": _list(_object(kind=_TEXT, text=_TEXT, args={"type": "object"})),
}
_READ: Final = {
    name: schema
    for name, schema in _COUNTS.items()
    if name not in {"suggestion", "total_all_words", "facets", "relaxed"}
} | {"format": _COUNT}
_COMMON: Final = {"id": _TEXT, "title": _MAYBE, "date": _DATE, "source": _SOURCE}
_ABOUT: Final = {"language": _TEXT, "languages": _list(_TEXT), "countries": _list(_COUNTRY), "url": _MAYBE}
SCHEMAS: Final[dict[str, Any]] = {
    "Results": _object(
        **_COUNTS,
        groups=_COUNT,
        took_ms={"type": "number"},
        hits=_list({"$ref": "#/components/schemas/Hit"}),
    ),
    "Counts": _object(**_COUNTS),
    "Hit": _object(
        " ".join(HIT_FIELDS),  # the parameter `fields` chooses some
        **_COMMON,
        **_ABOUT,
        rank={"type": "integer", "minimum": 1},
        score={"type": "number"},
        snippet=_MAYBE,
        via=_list({"enum": [*VIAS, RELAXED]}),
        same=_list(_object(**_COMMON)),
    ),
    "Item": _object(
        "tags collections note",
        **_COMMON,
        **_ABOUT,
        format={"const": 2},
        body=_TEXT,
        **dict.fromkeys(("tags", "collections"), _list(_TEXT)),
        note=_TEXT | {"description": "With `serve --notes`."},
    ),
    "Timeline": _object(
        format=_COUNT,
        filters=_FILTERS,
        by={"enum": [*STEPS]},
        generation=_MAYBE,
        points=_list(
            _object(
                "occurrences per_million",
                **dict.fromkeys(("series", "period"), _TEXT),
                **dict.fromkeys(("dated", "low", "high"), _COUNT),
                expected={"type": "number"},
                archived={"type": ["integer", "null"]},
                share={"type": ["number", "null"]},
                occurrences=_COUNT,
                per_million={"type": ["number", "null"]},
            )
        ),
    ),
    "Concordance": _object(
        **_READ,
        lines=_list(
            _object(
                **dict.fromkeys(("id", "language", "left", "match", "right"), _TEXT),
                date=_DATE,
                part={"enum": ["title", "body"]},
                countries=_list(_TEXT),
            )
        ),
    ),
    "Stories": _object(
        **_READ,
        **dict.fromkeys(("window", "min_items", "stories_found", "small"), _COUNT),
        **dict.fromkeys(("doubtful", "in_none", "undated"), _COUNT),
        stories=_list(
            _object(
                headline=_TEXT,
                **dict.fromkeys(("start", "end"), _DAY),
                **{key: {"type": "boolean"} for key in ("sure", "doubtful", "small")},
                cohesion={"type": "number"},
                **dict.fromkeys(("items", "estimated"), _COUNT),
                **dict.fromkeys(("languages", "countries", "concepts", "names", "places"), _list(_TEXT)),
                members=_list(
                    _object(
                        **dict.fromkeys(("id", "title", "language"), _TEXT),
                        date=_DATE,
                        same=_list(_TEXT),
                        shares=_COUNT,
                    )
                ),
            )
        ),
    ),
    "Terms": _object(
        "format query filters query_language total generation undated_left_out expansions unmatched notes "
        "versus versus_years compared terms",
        format=_COUNT,
        filters=_FILTERS,
        **dict.fromkeys(("total", "compared"), _COUNT),
        versus=_MAYBE,
        versus_years={"type": ["array", "null"], "items": _TEXT, "minItems": 2, "maxItems": 2},
        terms=_list(
            _object(
                "term language words occurrences documents other_occurrences other_documents score log_ratio",
                **dict.fromkeys(("term", "language"), _TEXT),
                **dict.fromkeys(("words", "occurrences", "documents"), _COUNT),
                **dict.fromkeys(("other_occurrences", "other_documents"), _COUNT),
                score={"type": "number"},
                log_ratio={"type": "number"},
            )
        ),
    ),
    "Suggestions": {
        "type": "array",
        "description": "The query, the completions, their descriptions and their addresses.",
        "items": {"oneOf": [_TEXT, _list(_TEXT)]},
        "minItems": 4,
        "maxItems": 4,
    },
    "Citations": _list({"type": "object"}),
    "Health": _object(status={"const": "ok"}, generation=_TEXT, items=_COUNT),
    "Problem": _object(
        "parameter",
        **dict.fromkeys(("type", "title", "detail", "parameter"), _TEXT),
        status={"type": "integer"},
    ),
}


def _schema(option: Option, values: Sequence[str] = ()) -> dict[str, Any]:
    """Return the schema of a parameter; an empty value means that it is not given.

    Args:
        option: The parameter.
        values: Values in the served index: all facets, or examples.
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
_HEADERS_OF: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("search", "searchCsv", "concordance", "concordanceCsv", "stories", "storiesCsv"),
        ("ETag", "Link", "X-Total-Count"),
    ),
    **{f"export_{form}": ("ETag", "X-Total-Count") for form in FORMS},
    "health": (),
}
_REASONS: Final = {
    "401": {"description": "The server requires a token, and the request has none."},
    "403": {"description": "A page of another site made the request, as Sec-Fetch-Site says."},
    "421": {"description": "The server does not answer under the name in Host."},
}
_HEADERS: Final = {
    "ETag": "Made of the generation of the index and the question, for If-None-Match.",
    "Link": "Where the first, the previous and the next page are.",
    "X-Total-Count": "How many hits, lines, stories or items there are on all pages, if known.",
    "Retry-After": "With 503: the seconds after which to ask again.",
}


Taken = Mapping[str, tuple[str, Collection[str]]]
"""The media type and the names of the parameters of each address."""


def description(
    origin: str, archive: str, served: Mapping[str, Sequence[str]], taken: Taken
) -> dict[str, Any]:
    """Return the description of the API.

    Args:
        origin: Its address, without a trailing slash.
        archive: The name of the archive.
        served: Values of parameters in the served index: the facets, and examples of others.
        taken: The addresses.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": archive,
            "version": __version__,
            "description": "Search of a news archive in English, Spanish and French. Every answer has an "
            "entity tag made of the generation of the index and the question.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": origin or "/"}],
        "paths": _paths(served, taken),
        "components": _components(served),
    }


_DATA: Final = {
    "/search.json": ("search", "Ranked hits and counts.", "Results"),
    "/search.csv": ("searchCsv", "The hits as a table.", None),
    "/search.atom": ("searchAtom", "The hits as a feed.", None),
    "/facets.json": ("facets", "Counts alone.", "Counts"),
    "/timeline.svg": ("timeline", "The counts by time, drawn.", None),
    "/timeline.json": ("timelineJson", "Counts over time, side by side.", "Timeline"),
    "/timeline.csv": ("timelineCsv", "The same as a table.", None),
    "/concordance.json": ("concordance", "Each match in its line.", "Concordance"),
    "/concordance.csv": ("concordanceCsv", "The same as a table.", None),
    "/stories.json": ("stories", "Items of one event.", "Stories"),
    "/stories.csv": ("storiesCsv", "The same as a table.", None),
    "/terms.json": ("terms", "Typical words and phrases.", "Terms"),
    "/terms.csv": ("termsCsv", "The same as a table.", None),
    **{
        f"/export.{form}": (
            f"export_{form}",
            "All matches, or some items.",
            "Citations" if known.media.endswith("+json") else None,
        )
        for form, known in FORMS.items()
    },
    "/suggest": ("suggest", "Completions of a query, as browsers expect them.", "Suggestions"),
    "/items/{id}.json": ("item", "An item whole.", "Item"),
}
"""The addresses for programs: the name of the operation, its summary, and the schema of its answer."""


def _paths(served: Mapping[str, Sequence[str]], taken: Taken) -> dict[str, Any]:
    """Return the descriptions of the addresses for programs and of the pages."""
    words = {"type": "string", "minLength": 1}
    required = _parameter("q", words, "The words whose lines are shown, and operators.") | {"required": True}
    item = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of an item, or its beginning where no other id begins so.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH},
        "examples": {f"item {at}": {"value": one} for at, one in enumerate(served.get("id", ()), 1)},
    }
    paths = {}
    for route, (media, names) in taken.items():
        path = route.replace("{item_id:path}", "{id}")
        name = re.sub(r"\W+", "", path) or "home"
        page = f"{name}Page", "A page for readers, in English, Spanish or French.", None
        if path not in _DATA and not media.startswith("text/html"):
            continue
        # The page of an item ignores other parameters of a question if they are invalid.
        kept = {"q", "ui"} & {*names} if "{id}" in path else names
        parameters = [_reference(name) for name in PARAMETERS if name in kept]
        if path.startswith("/concordance"):
            parameters[0] = required
        given = [item, *parameters] if "{id}" in path else parameters
        paths[path] = _path(*_DATA.get(path, page), given, media.partition(";")[0])
    health = "health", "Whether questions are answered.", "Health"
    return paths | {"/healthz": _path(*health, [], "application/json")}


def examples_of(searcher: Searcher) -> dict[str, Sequence[str]]:
    """Return the facets of an index, and examples of the values of other parameters."""
    found = searcher.search(None, limit=3, facets=("year", "country", "language"))
    values = {
        name: [
            value.value for value in sorted(values, key=lambda value: -value.count) if value.value != UNKNOWN
        ]
        for name, values in found.facets.items()
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
    return {
        "parameters": {"q": _parameter("q", words, QUERY_TEXT)}
        | {
            name: _parameter(name, _schema(option, served.get(name, ())), option.about)
            | ({"explode": False} if name == "fields" else {})
            for name, option in OPTIONS.items()
        },
        "schemas": SCHEMAS,
        "headers": {
            name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
        },
        "responses": {
            "Problem": {
                "description": "What is wrong, with the parameter at fault.",
                "headers": _headers("Retry-After"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
            "ProblemPage": {
                "description": "The same as a page.",
                "headers": _headers("Retry-After"),
                "content": {
                    "text/html": {"schema": _TEXT},
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                },
            },
        },
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _path(
    name: str, summary: str, schema: str | None, parameters: Collection[Any], media: str
) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    headers = _HEADERS_OF.get(name, ("ETag",))
    problem = "ProblemPage" if media == "text/html" else "Problem"
    problems = ("400", "401", "403", "404", "410", "421", "431", "500", "503")
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
                    status: {"$ref": f"#/components/responses/{problem}", **_REASONS.get(status, {})}
                    for status in problems
                },
            },
        }
    }
