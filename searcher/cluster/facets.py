"""Facets of a cluster: what is asked to count them, and their counts as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.own_values import own_query, value_of, values_body
from indexer.schema import UNKNOWN
from searcher.engine import FACETS
from searcher.execution.date_ranges import EVERY_YEAR, month_year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searcher.engine import Filters

Json = dict[str, Any]

_YEARS: Final = 10_000
_COUNTRIES: Final = 1_000


def counts(name: str, answer: Json, filters: Filters, labels: Mapping[str, str]) -> dict[str, int]:
    """Read the counts of a facet from its part of an answer, each above zero.

    Args:
        name: The facet.
        answer: The part.
        filters: The filters.
        labels: Of an own field its values, as they are compared, to how they are shown.
    """
    found: dict[str, int] = {}
    for part in (f"{name}s", f"estimated_{name}s") if name in ("year", "month") else ():
        for bucket in answer.get(part, {}).get("buckets", ()):
            number = bucket["key"]
            key = f"{number:04d}" if name == "year" else f"{number // 100:04d}-{number % 100:02d}"
            found[key] = found.get(key, 0) + bucket["doc_count"]
    for bucket in answer.get("values", {}).get("buckets", ()):
        value = bucket["key"]
        if name not in FACETS:
            value = labels[value_of(name, value)[0]]
        found[value] = found.get(value, 0) + bucket["doc_count"]
    unknown = answer.get(UNKNOWN, {}).get("doc_count", 0)
    if name == "month" and month_year(filters) != EVERY_YEAR:
        unknown = 0
    return {value: count for value, count in found.items() if count} | ({UNKNOWN: unknown} if unknown else {})


def part_of(aggregations: Mapping[str, Json], name: str) -> Json:
    """Give what an answer holds of a facet, whether others narrow it or not."""
    return aggregations.get(f"filtered {name}") or {
        part: one for key, one in aggregations.items() for part, _, of in [key.partition(" ")] if of == name
    }


def facet_body(name: str, filters: Filters) -> Json:
    """Give the aggregations that count a facet."""
    without = {"filter": _undated(estimated=filters.estimated)}
    fields = [f"{name}s", *([f"estimated_{name}s"] if filters.estimated else [])]
    match name:
        case "year":
            return {field: _values(field, _YEARS) for field in fields} | {UNKNOWN: without}
        case "month":
            year = month_year(filters)
            months = None if year == EVERY_YEAR else [year * 100 + month for month in range(1, 13)]
            return {field: _values(field, _YEARS, months) for field in fields} | {UNKNOWN: without}
        case "country" | "language":
            return {"values": _values(name, _COUNTRIES)}
    return {
        "values": values_body(name),
        UNKNOWN: {"filter": {"bool": {"must_not": [own_query(name)]}}},
    }


def _values(field: str, size: int, include: list[int] | None = None) -> Json:
    terms: Json = {"field": field, "size": size}
    return {"terms": terms | ({"include": include} if include else {})}


def _undated(*, estimated: bool) -> Json:
    """Give the documents without a date."""
    return {"bool": {"must_not": [{"exists": {"field": "start" if estimated else "day"}}]}}
