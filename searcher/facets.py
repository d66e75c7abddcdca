"""From counts to facet values: labels that people read, an order that they expect, and which are selected."""

from __future__ import annotations

from calendar import month_name
from datetime import date
from typing import TYPE_CHECKING

from indexer.countries.names import country_name
from searcher.results import LANGUAGE_LABELS, UNKNOWN, FacetValue

if TYPE_CHECKING:
    from searcher.execution.shapes import FacetName, Filters

UNKNOWN_LABELS = {
    "year": "no date",
    "month": "no date",
    "country": "no country named",
    "language": "no language",
}


def facet_values(name: FacetName, counts: dict[str, int], filters: Filters) -> list[FacetValue]:
    """Turn the counts of one facet into its values.

    Args:
        name: The facet.
        counts: Value to count, each above zero.
        filters: The request's filters; a value that is selected is listed even where nothing matches it.

    Returns:
        Years and months in the order of time, countries and languages by falling count; ``unknown`` last.
    """
    selected = _selected(name, counts, filters)
    values = [
        FacetValue(value, _label(name, value), counts.get(value, 0), value in selected)
        for value in counts.keys() | selected
    ]
    if name in ("year", "month"):
        return sorted(values, key=lambda v: (v.value == UNKNOWN, v.value))
    return sorted(values, key=lambda v: (v.value == UNKNOWN, -v.count, v.value))


def _selected(name: FacetName, counts: dict[str, int], filters: Filters) -> frozenset[str]:
    if name == "country":
        return filters.countries
    if name == "language":
        return filters.languages
    if not filters.by_date:
        return frozenset()
    digits = 4 if name == "year" else 7
    first = date.fromordinal(filters.first_day or 1).isoformat()[:digits]
    last = date.fromordinal(filters.last_day or date.max.toordinal()).isoformat()[:digits]
    return frozenset(value for value in counts if value != UNKNOWN and first <= value <= last)


def _label(name: FacetName, value: str) -> str:
    if value == UNKNOWN:
        return UNKNOWN_LABELS[name]
    if name == "country":
        return country_name(value)
    if name == "language":
        return LANGUAGE_LABELS.get(value, value)
    if name == "month":
        return f"{month_name[int(value[5:7])]} {value[:4]}"
    return value
