"""The shapes of what the API answers, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

from indexer.schema import DATE_KINDS
from searcher.query.model import VIAS
from searcher.reading.calendar_periods import STEPS
from searcher.results import RELAXED


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_DAY: Final = {"type": "string", "format": "date"}
_DATE: Final = {
    "oneOf": [
        _object(
            "start end kind",
            start=_DAY,
            end=_DAY,
            kind={"enum": [*DATE_KINDS[1:]]},
        ),
        {"type": "null"},
    ]
}
_COUNTRY: Final = _object("code name via evidence", code=_TEXT, name=_TEXT, via=_TEXT, evidence=_TEXT)
_SOURCE: Final = _object("file lines", file=_TEXT, lines=_list({"type": "integer"}))
_COUNTS: Final = {
    "format": {"const": 2},
    "query": _TEXT,
    "query_language": _MAYBE,
    "generation": _TEXT,
    "suggestion": _MAYBE,
    "expansions": _list(_object("from to", **{"from": _TEXT, "to": _list(_TEXT)})),
    "unmatched": _list(_TEXT),
    "total": _COUNT,
    "total_all_words": _COUNT,
    "undated_left_out": _COUNT,
    "facets": {
        "type": "object",
        "additionalProperties": _list(
            _object(
                "value label count selected",
                value=_TEXT,
                label=_TEXT,
                count=_COUNT,
                selected={"type": "boolean"},
                broader=_list(_TEXT),
            )
        ),
    },
    "relaxed": {"oneOf": [_object("from to", **{"from": _TEXT, "to": _TEXT}), {"type": "null"}]},
    "notes": _list(_object("kind text", kind=_TEXT, text=_TEXT)),
}
_COMMON: Final = {"id": _TEXT, "title": _MAYBE, "date": _DATE, "source": _SOURCE}
_ABOUT: Final = {"language": _TEXT, "languages": _list(_TEXT), "countries": _list(_COUNTRY), "url": _MAYBE}
SCHEMAS: Final[dict[str, Any]] = {
    "Results": _object(
        "format query query_language total total_all_words groups undated_left_out took_ms generation hits "
        "facets suggestion expansions unmatched relaxed notes",
        **_COUNTS,
        groups=_COUNT,
        took_ms={"type": "number"},
        hits=_list({"$ref": "#/components/schemas/Hit"}),
    ),
    "Counts": _object(" ".join(_COUNTS), **_COUNTS),
    "Hit": _object(
        "rank id score title snippet date language languages via countries source url same",
        **_COMMON,
        **_ABOUT,
        rank={"type": "integer", "minimum": 1},
        score={"type": "number"},
        snippet=_MAYBE,
        via=_list({"enum": [*VIAS, RELAXED]}),
        same=_list(_object("id title date source", **_COMMON)),
    ),
    "Item": _object(
        "format id title body url date language languages countries source",
        **_COMMON,
        **_ABOUT,
        format={"const": 2},
        body=_TEXT,
    ),
    "Timeline": _object(
        "format by generation points",
        format=_COUNT,
        by={"enum": [*STEPS]},
        generation=_MAYBE,
        points=_list(
            _object(
                "series period dated low high expected archived share",
                **dict.fromkeys(("series", "period"), _TEXT),
                **dict.fromkeys(("dated", "low", "high"), _COUNT),
                expected={"type": "number"},
                archived={"type": ["integer", "null"]},
                share={"type": ["number", "null"]},
            )
        ),
    ),
    "Concordance": _object(
        "format query query_language total generation undated_left_out expansions unmatched notes lines",
        format=_COUNT,
        total=_COUNT,
        lines=_list(
            _object(
                "id date countries part language left match right",
                **dict.fromkeys(("id", "language", "left", "match", "right"), _TEXT),
                date=_DATE,
                part={"enum": ["title", "body"]},
                countries=_list(_TEXT),
            )
        ),
    ),
    "Stories": _object(
        "format query total generation window min_items stories_found small in_none undated undated_left_out "
        "expansions unmatched notes stories",
        format=_COUNT,
        **dict.fromkeys(("total", "stories_found", "small", "in_none", "undated"), _COUNT),
        stories=_list(
            _object(
                "headline start end sure cohesion small items estimated languages countries concepts names "
                "places members",
                headline=_TEXT,
                start=_DAY,
                end=_DAY,
                sure={"type": "boolean"},
                cohesion={"type": "number"},
                items=_COUNT,
                **dict.fromkeys(("languages", "countries", "concepts", "names", "places"), _list(_TEXT)),
                members=_list(
                    _object(
                        "id title date language same shares",
                        **dict.fromkeys(("id", "title", "language"), _TEXT),
                        date=_DATE,
                        same=_list(_TEXT),
                        shares=_COUNT,
                    )
                ),
            )
        ),
    ),
    "Health": _object("status generation items", status={"const": "ok"}, generation=_TEXT, items=_COUNT),
    "Problem": _object(
        "type title status detail",
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        parameter=_TEXT,
    ),
}
