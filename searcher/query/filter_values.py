"""From a filter as typed to what an engine looks up: values get their codes, dates become days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer import schema
from indexer.countries.country_names import resolve_countries
from searcher.facet_values import resolve_language
from searcher.query import model
from searcher.query.chunks import FILTERS
from searcher.query.custom_field_filter import custom_filter
from searcher.query.limits import MAX_ID_LENGTH, MAX_VALUE_LENGTH, check_value, one_value

if TYPE_CHECKING:
    from indexer.countries.country_names import Countries
    from searcher.query.query_cost import Budget


def resolve_filter(
    leaf: model.Filter, budget: Budget, regions: dict[Countries, None], *, estimated: bool
) -> model.Node | None:
    """Resolve a filter.

    Args:
        leaf: The filter.
        budget: What the query may ask for.
        regions: Gets the region that ``country:`` names.
        estimated: Whether ``date:`` sees estimated dates.

    Returns:
        What is looked up; None for a filter that is one too many.

    Raises:
        QueryError: The value cannot be understood or is too long, or a strict query holds too many.
    """
    name, value = leaf.name, leaf.value
    check_value(f"{name}:", value, MAX_VALUE_LENGTH if name in FILTERS and name != "id" else MAX_ID_LENGTH)
    if name in FILTERS:
        value = value.rstrip(",;") or value  # as in a list, or before the next part of a sentence
    match name:
        case "country":
            if value.lower() == schema.UNKNOWN:
                return model.Keyword(schema.COUNTRY, schema.UNKNOWN)
            return _countries(one_value("country:", value, resolve_countries), leaf.at, budget, regions)
        case "lang":
            return model.Keyword(schema.LANGUAGE, one_value("lang:", value, resolve_language))
        case "id":
            return model.Keyword(schema.ID, value)
        case "date":
            return _dated(value, estimated=estimated) if budget.spend_wide("date:", leaf.at) else None
    allowed = value.lower() != schema.UNKNOWN or budget.spend_wide("NOT", leaf.at)
    return custom_filter(name, value) if allowed else None


def _dated(value: str, *, estimated: bool) -> model.Node:
    if value.lower() == schema.UNKNOWN:
        kinds = ("none",) if estimated else ("none", "estimated")
        return model.Or(tuple([model.Keyword(schema.DATING, kind) for kind in kinds]))
    from searcher.periods import parse_span  # few queries hold dates

    return model.Days(*parse_span(value), estimated)


def _countries(
    meant: Countries, at: int, budget: Budget, regions: dict[Countries, None]
) -> model.Node | None:
    if meant.region:
        if not budget.spend_region(at):
            return None
        regions[meant] = None
    keywords = [model.Keyword(schema.COUNTRY, code) for code in meant.codes]
    return keywords[0] if len(keywords) == 1 else model.Or(tuple(keywords))
