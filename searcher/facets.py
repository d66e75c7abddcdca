"""From counts to facet values: labels that people read, an order that they expect, and which are selected."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from itertools import repeat
from typing import TYPE_CHECKING

from indexer.countries.names import country_names
from searcher.results import LANGUAGE_LABELS, UNKNOWN, FacetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from searcher.execution.shapes import FacetName, Filters

UNKNOWN_LABELS = {
    "year": "no date",
    "month": "no date",
    "country": "no country named",
    "language": "no language",
}

# A request may have hundreds of values, and making them is a part of its time that is felt: this makes a
# named tuple without calling a Python function.
_make: Callable[[Iterable[object]], FacetValue] = partial(tuple.__new__, FacetValue)


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
    if selected and not selected <= counts.keys():
        counts = dict.fromkeys(selected, 0) | counts
    values = sorted(counts)
    if name in ("country", "language"):
        values.sort(key=counts.__getitem__, reverse=True)  # equal counts stay in the order of their codes
    if UNKNOWN in counts:
        values.remove(UNKNOWN)
        values.append(UNKNOWN)
    chosen = map(selected.__contains__, values) if selected else repeat(False)  # noqa: FBT003 - a column of it
    numbers = map(counts.__getitem__, values)
    return list(map(_make, zip(values, _labels(name, values), numbers, chosen, strict=False)))


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


def _labels(name: FacetName, values: list[str]) -> Iterable[str]:
    if name == "country":
        return map(_country_labels().get, values, values)
    if name == "year":
        return [*values[:-1], _label(name, values[-1])] if values else values
    return [_label(name, value) for value in values]


@cache
def _country_labels() -> dict[str, str]:
    return {**country_names(), UNKNOWN: UNKNOWN_LABELS["country"]}


def _label(name: FacetName, value: str) -> str:
    if value == UNKNOWN:
        return UNKNOWN_LABELS[name]
    if name == "language":
        return LANGUAGE_LABELS.get(value, value)
    if name == "month":
        from calendar import month_name

        return f"{month_name[int(value[5:7])]} {value[:4]}"
    return value
