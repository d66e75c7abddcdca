"""Convert facet counts to facet values with labels, in display order."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, cast

from indexer.countries.country_names import country_names
from indexer.errors import Message, fill_template, message, row
from indexer.schema import ANALYZED_LANGUAGES, CONCEPTS, COUNTRY_VIA, COUNTRY_WAYS, ESTIMATED_DATE, UNKNOWN
from searcher.engine import FACET_DEFINITIONS, FACETS, sort_counts
from searcher.facet_values import LANGUAGE_CODES, LANGUAGE_LABELS, ConceptValue, FacetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from searcher.engine import Engine, FacetName, Filters
    from searcher.search_options import SearchRequest

VALUE_CACHE_SIZE = 1 << 12
_MEMBER = f"source{CONCEPTS}"  # copied from indexer.custom_fields, to avoid the import

_ANNOTATIONS = (f"tag{CONCEPTS}", f"collection{CONCEPTS}")  # as in indexer.annotations

_NOT_SELECTED = repeat(False)  # noqa: FBT003 - a column of values


def _make_values(*columns: Iterable[object]) -> list[FacetValue]:
    """Build facet values from columns: their values, labels, counts, and selected flags."""
    return list(map(_new, repeat(FacetValue), zip(*columns, strict=False)))


_new: Callable[[type[FacetValue], Iterable[object]], FacetValue] = tuple.__new__


def label_facets(
    counts: Mapping[FacetName, Mapping[str, int]],
    request: SearchRequest,
    engine: Engine,
    language: str | None,
) -> dict[str, list[FacetValue]]:
    """Return the values of each requested facet with their labels, by facet name."""
    filters, shown = request.filters, {}
    for name in request.wanted.facets:
        if name in _ANNOTATIONS:
            shown[name.removesuffix(CONCEPTS)] = facet_values(name, counts[name], filters)
            continue
        if name.endswith(CONCEPTS) and name != _MEMBER:
            if name == COUNTRY_VIA:
                found = sort_counts("country", counts_by_way(counts[name], request.country_via))
                chosen = filters._replace(countries=selected_countries(filters))
                shown["country"] = facet_values("country", found, chosen)
                continue
            from searcher.query import concept_fields  # few requests need it

            values = concept_fields.concept_values(name, counts[name], filters, engine.thesaurus, language)
            shown[name.removesuffix(CONCEPTS)] = cast("list[FacetValue]", values)
            continue
        known_as = "file" if name == _MEMBER else name
        named_like = name not in FACETS and (
            name in engine.thesaurus.kinds or name in engine.annotation_kinds()
        )
        if named_like:  # a custom field with the name of a kind of concept
            known_as = f"fields.{name}"
        shown[known_as] = facet_values(name, counts[name], filters)
    return filter_facets(shown, request.match)


def filter_facets(facets: dict[str, list[FacetValue]], text: str | None) -> dict[str, list[FacetValue]]:
    """Keep the facet values that are selected or have a name that contains ``text``.

    Args:
        facets: The values by facet.
        text: A part of a name in any language, in any case and with or without accents, or ``None`` for all
            values.
    """
    if not text:
        return facets
    from searcher.query.concept_fields import normalize  # few requests need it

    wanted = normalize(text)
    return {
        name: [
            value
            for value in values
            if value.selected or any(wanted in normalize(one) for one in _names(name, value))
        ]
        for name, values in facets.items()
    }


def _names(name: FacetName, value: FacetValue) -> list[str]:
    """Return the names of a facet value in all languages."""
    names = [value.value, value.label]
    if isinstance(value.label, Message):  # for items without a value
        templates = (row(value.label.key) or [])[1:]
        names += [fill_template(one, value.label.values, plural=False) for one in templates]
    if isinstance(value, ConceptValue):
        names += [label for _, label in value.labels]
    elif name == "country":
        names += [country_names(language).get(value.value, "") for language in ANALYZED_LANGUAGES]
    elif name == "language":
        names += [spelled for spelled, code in LANGUAGE_CODES.items() if code == value.value]
    return names


def facet_values(name: FacetName, counts: Mapping[str, int], filters: Filters) -> list[FacetValue]:
    """Return the values of a facet with their counts and labels.

    Args:
        name: The name of the facet.
        counts: The counts by value, without zeros, in the order of :func:`searcher.engine.sort_counts`.
        filters: The filters of the request; selected values are listed even without matches.

    Returns:
        Years and months in chronological order, other values by descending count; ``unknown`` last.
    """
    selected = _selected_values(name, counts, filters)
    labels = _labels(name)
    if ESTIMATED_DATE in counts and FACET_DEFINITIONS[name].digits:
        counts = dict(counts)
        labels = labels | {UNKNOWN: _undated_label(counts.pop(ESTIMATED_DATE), counts[UNKNOWN])}
    if not counts.keys() >= selected:
        counts = sort_counts(name, dict.fromkeys(selected, 0) | dict(counts))
    if name == "month":
        labels = {month: _month(month) for month in counts} | labels
    chosen = map(selected.__contains__, counts) if selected else _NOT_SELECTED
    return _make_values(counts, map(labels.get, counts, counts), counts.values(), chosen)


@lru_cache(VALUE_CACHE_SIZE)
def _undated_label(estimated: int, undated: int) -> str:
    """Return the label for items without a stated date.

    Args:
        estimated: The number of items with an estimated date.
        undated: The number of items without a stated date, including those with an estimated one.
    """
    if estimated == undated:
        return message("facet.estimated_only")
    return message("facet.some_estimated", n=estimated)


@cache
def _labels(name: FacetName) -> dict[str, str]:
    """Return the fixed labels of a facet.

    These are the names of countries or languages, and the label of ``unknown``.
    """
    known = country_names() if name == "country" else LANGUAGE_LABELS if name == "language" else {}
    return {**known, UNKNOWN: FACET_DEFINITIONS[name].unknown_label}


@lru_cache(VALUE_CACHE_SIZE)
def _month(value: str) -> str:
    from calendar import month_name

    return value if value == UNKNOWN else f"{month_name[int(value[5:])]} {value[:4]}"


def _selected_values(name: FacetName, counts: Mapping[str, int], filters: Filters) -> frozenset[str]:
    facet = FACET_DEFINITIONS[name]
    if facet.narrowed_by == "country":
        return filters.countries
    if facet.narrowed_by == "language":
        return filters.languages
    if facet.is_custom:
        return _selected_custom_values(name, counts, filters)
    if not (filters.first_day or filters.last_day):
        return frozenset()
    digits = facet.digits
    first = date.fromordinal(filters.first_day or 1).isoformat()[:digits]
    last = date.fromordinal(filters.last_day or date.max.toordinal()).isoformat()[:digits]
    return frozenset(value for value in counts if value != UNKNOWN and first <= value <= last)


def _selected_custom_values(name: str, counts: Mapping[str, int], filters: Filters) -> frozenset[str]:
    """Return the selected values of a custom field, spelled as in ``counts``.

    A filter on ``ap``, for example, selects ``AP``.
    """
    typed = dict(filters.where).get(name, ())
    if not typed:
        return frozenset()
    from indexer.custom_fields import value_key  # few requests need it

    counted = {value_key(value): value for value in counts}
    return frozenset([counted.get(value_key(value), value) for value in typed])


def counts_by_way(counts: Mapping[str, int], ways: Iterable[str]) -> dict[str, int]:
    """Count the items of each country, accepting only some kinds of evidence for it.

    Args:
        counts: The number of items per value of ``COUNTRY_VIA``: a country and its kinds of evidence.
        ways: The accepted kinds of evidence, such as ``place``; empty for all.
    """
    wanted, sums = {*(ways or COUNTRY_WAYS)}, Counter[str]()
    for value, count in counts.items():
        code, known = _country_and_ways(value)
        if code == "*" and wanted.isdisjoint(known):
            sums[UNKNOWN] += count
        elif code != "*" and wanted.issuperset(known):
            sums[code] += count
    return dict(sums)


@lru_cache(VALUE_CACHE_SIZE)
def _country_and_ways(value: str) -> tuple[str, frozenset[str]]:
    """Split a value of ``COUNTRY_VIA`` into a country and its kinds of evidence.

    The country is ``*`` for items about no country.
    """
    code, *known = value.split()
    return code.upper(), frozenset(map(str.lower, known))


def selected_countries(filters: Filters) -> frozenset[str]:
    """Return the countries that a filter on ``COUNTRY_VIA`` selects."""
    codes = [value.split()[0] for value in dict(filters.where).get(COUNTRY_VIA, ())]
    return frozenset([UNKNOWN if code == "*" else code for code in codes])
