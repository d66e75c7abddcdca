"""From counts to facet values: labels that people read, an order that they expect, and which are selected."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

from indexer.countries.names import country_name, country_names
from indexer.schema import UNKNOWN
from searcher.engine import in_order
from searcher.execution.ranking import RankedCountries
from searcher.results import LANGUAGE_LABELS, FacetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from searcher.engine import FacetName, Filters

UNKNOWN_LABELS = {
    "year": "no date",
    "month": "no date",
    "country": "no country named",
    "language": "no language",
}

# This makes a named tuple without calling a Python function.
_make: Callable[[Iterable[object]], FacetValue] = partial(tuple.__new__, FacetValue)


def facet_values(name: FacetName, counts: Mapping[str, int], filters: Filters) -> list[FacetValue]:
    """Turn the counts of one facet into its values.

    Args:
        name: The facet.
        counts: Value to count, each above zero, in the order of :func:`searcher.engine.in_order`.
        filters: The request's filters; a value that is selected is listed even where nothing matches it.

    Returns:
        Years and months in the order of time, countries and languages by falling count; ``unknown`` last.
    """
    if isinstance(counts, RankedCountries):
        return _ranked(counts, filters.countries)
    selected = _selected(name, counts, filters)
    if not selected <= counts.keys():
        counts = in_order(name, dict.fromkeys(selected, 0) | dict(counts))
    chosen = map(selected.__contains__, counts) if selected else repeat(False)  # noqa: FBT003 - a column of it
    return list(map(_make, zip(counts, _labels(name, counts), counts.values(), chosen, strict=False)))


def _ranked(counts: RankedCountries, selected: frozenset[str]) -> list[FacetValue]:
    """Return the values of countries whose order is known."""
    values: list[FacetValue] = counts.places.shown(counts.ranked, _countries)
    for code in sorted(selected):
        at = counts.place(code)
        if at is None:
            values.append(FacetValue(code, country_name(code), 0, selected=True))
        else:
            value, label, count, _ = values[at]
            values[at] = FacetValue(value, label, count, selected=True)
    if counts.unknown:
        values.append(FacetValue(UNKNOWN, UNKNOWN_LABELS["country"], counts.unknown, selected=False))
    return values


def _countries(codes: list[str], counts: list[int]) -> list[FacetValue]:
    names = country_names()
    return list(map(_make, zip(codes, map(names.get, codes, codes), counts, repeat(False))))  # noqa: FBT003 - a column of it


def _selected(name: FacetName, counts: Mapping[str, int], filters: Filters) -> frozenset[str]:
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


def _labels(name: FacetName, counts: Mapping[str, int]) -> Iterable[str]:
    if name == "year" and UNKNOWN not in counts:
        return counts  # years are their own labels
    return [_label(name, value) for value in counts]


def _label(name: FacetName, value: str) -> str:
    if value == UNKNOWN:
        return UNKNOWN_LABELS[name]
    if name == "country":
        return country_name(value)
    if name == "language":
        return LANGUAGE_LABELS.get(value, value)
    if name == "month":
        from calendar import month_name

        return f"{month_name[int(value[5:7])]} {value[:4]}"
    return value
