"""Filters as nodes: countries, languages, days, ids and custom fields."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from indexer import schema
from indexer.countries.country_names import resolve_countries
from indexer.custom_fields import OTHER, custom_keyword, value_key
from indexer.errors import QueryError
from searcher.facet_values import resolve_language
from searcher.query import model
from searcher.query.chunks import FILTERS
from searcher.query.limits import (
    MAX_ID_LENGTH,
    MAX_NAMED,
    MAX_VALUE_LENGTH,
    check_value,
    one_value,
    shortened,
)

if TYPE_CHECKING:
    from indexer.countries.country_names import Countries
    from searcher.engine import Engine, Where
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget


def field_names(engine: Engine) -> frozenset[str]:
    """Return the names of the custom fields and the kinds of concepts that can be used before a colon."""
    own, kinds = engine.custom_fields(), engine.thesaurus.kinds
    return own.union(kinds, [f"{OTHER}{kind}" for kind in kinds if kind in own])


def custom_filter(name: str, value: str) -> Node:
    """Return a query for the items with a value of a field; ``unknown`` for the items without the field."""
    if value_key(value) == schema.UNKNOWN:
        return model.Not(model.Keyword(schema.OWN, name))
    return model.Keyword(schema.OWN, custom_keyword(name, value))


def where_filter(where: Where) -> Node | None:
    """Return a query for the items with any of the values of each field; None for all items."""
    fields = [
        model.joined(model.Or, list(map(partial(custom_filter, name), values))) for name, values in where
    ]
    return model.joined(model.And, [field for field in fields if field])


def require_fields(requested: tuple[str, ...], engine: Engine) -> None:
    """Check that an index has the custom fields that a question names.

    Raises:
        QueryError: A field is missing.
    """
    if (known := engine.custom_fields()).issuperset(requested):
        return
    missing = next(name for name in requested if name not in known)
    own = sorted(known.difference(engine.thesaurus.kinds))
    from difflib import get_close_matches  # only needed for a mistake

    names = [*dict.fromkeys((*get_close_matches(missing, own), *engine.thesaurus.kinds, *own))]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    raise QueryError(
        f"no item has a field “{shortened(missing)}”; fields of this index are "
        f"{', '.join(names[:MAX_NAMED])}{more}; dates, countries, languages have their own options "
        "(as facets: year, month, country, language)"
    )


def resolve_filter(
    leaf: model.Filter, budget: Budget, regions: dict[Countries, None], *, estimated: bool
) -> Node | None:
    """Resolve a filter.

    Args:
        leaf: The filter.
        budget: The limits of the query.
        regions: Collects the regions that ``country:`` names.
        estimated: Whether ``date:`` matches estimated dates.

    Returns:
        The node to look up; None if the filter exceeds the limits.

    Raises:
        QueryError: The value is invalid or too long, or a strict query has too many filters.
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


def _dated(value: str, *, estimated: bool) -> Node:
    if value.lower() == schema.UNKNOWN:
        kinds = ("none",) if estimated else ("none", "estimated")
        return model.Or(tuple([model.Keyword(schema.DATING, kind) for kind in kinds]))
    from searcher.periods import parse_span  # few queries have dates

    return model.Days(*parse_span(value), estimated)


def _countries(meant: Countries, at: int, budget: Budget, regions: dict[Countries, None]) -> Node | None:
    if meant.region:
        if not budget.spend_region(at):
            return None
        regions[meant] = None
    keywords = [model.Keyword(schema.COUNTRY, code) for code in meant.codes]
    return keywords[0] if len(keywords) == 1 else model.Or(tuple(keywords))
