"""Resolve filters by country, language, date, id and custom field to nodes."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, Final

from indexer import schema
from indexer.countries.country_names import country_name, find_country, find_region, resolve_countries
from indexer.errors import QueryError, message, name_message
from searcher.facet_values import LANGUAGE_CODES, LANGUAGE_LABELS, resolve_language
from searcher.query import limits, model
from searcher.query.chunks import FILTERS
from searcher.query.limits import check_value, first_of, parse_value, shorten_line
from searcher.query.notes import MAX_PER_KIND, Note, first_notes
from searcher.query.query_cost import RANGE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from indexer.countries.country_names import Countries
    from searcher.engine import Engine, Where
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget

CODE: Final = 3  # maximum letters of a word that only names a country if in capitals
MAX_SUGGESTED_COUNTRIES: Final = 60  # as many as Africa has; the United Nations would exclude nothing


def field_names(engine: Engine) -> frozenset[str]:
    """Return the names that may precede a colon: custom fields and kinds of concepts."""
    from indexer.custom_fields import OTHER  # suggested filters need no custom field

    own, kinds = engine.custom_fields(), (*engine.thesaurus.kinds, *schema.ANNOTATED)
    return own.union(kinds, [f"{OTHER}{kind}" for kind in kinds if kind in own])


def custom_filter(name: str, value: str) -> Node:
    """Return a query for items with a value of a field.

    ``unknown`` matches items without the field.
    """
    from indexer.annotations import NOTES, note_words
    from indexer.custom_fields import custom_keyword, value_key

    if value_key(value) == schema.UNKNOWN:
        return model.Not(model.Keyword(schema.OWN, name))
    if name == NOTES:
        words = [model.Keyword(schema.OWN, custom_keyword(name, word)) for word in note_words(value)]
        return model.join(model.And, words) or model.NOTHING
    return model.Keyword(schema.OWN, custom_keyword(name, value))


def where_filter(where: Where) -> Node | None:
    """Return a query for items with one of the given values in each field.

    The result is ``None`` if there are no fields.
    """
    fields = [model.join(model.Or, list(map(partial(custom_filter, name), values))) for name, values in where]
    return model.join(model.And, [field for field in fields if field])


def require_fields(requested: tuple[str, ...], engine: Engine) -> None:
    """Check that an index has the custom fields of a request."""
    if (known := engine.custom_fields()).issuperset(requested):
        return
    missing = next(name for name in requested if name not in known)
    own = [*sorted(known.difference(engine.thesaurus.kinds)), *schema.ANNOTATED[:2]]  # notes are not counted
    from difflib import get_close_matches  # only needed for a mistake

    names = [*dict.fromkeys((*get_close_matches(missing, own), *engine.thesaurus.kinds, *own))]
    fields = first_of(names, limits.MAX_NAMED)
    raise QueryError(message("facets.no_field", field=shorten_line(missing), fields=fields))


def resolve_filter(  # noqa: PLR0911 - one case per field
    leaf: model.Filter, budget: Budget, regions: dict[Countries, None], *, estimated: bool
) -> Node | None:
    """Resolve a filter to a node, or return None if the filter exceeds a limit.

    Args:
        leaf: The filter.
        budget: The limits of the query.
        regions: The regions in country filters. If this filter names a region, the region is added.
        estimated: Whether ``date:`` includes estimated dates.
    """
    name, value = leaf.name, leaf.value
    is_short = name in FILTERS and name != "id"
    check_value(f"{name}:", value, limits.MAX_VALUE_LENGTH if is_short else limits.MAX_ID_LENGTH)
    if name in FILTERS:
        value = value.rstrip(",;") or value  # remove punctuation of a list or sentence
    match name:
        case "country":
            if value.lower() == schema.UNKNOWN:
                return model.Keyword(schema.COUNTRY, schema.UNKNOWN)
            return _countries(parse_value("country:", value, resolve_countries), leaf.at, budget, regions)
        case "lang":
            return model.Keyword(schema.LANGUAGE, parse_value("lang:", value, resolve_language))
        case "id":
            return model.Keyword(schema.ID, value)
        case "length":
            if (interval := _numbers(name, value)) is None:
                raise QueryError(message("query.no_length", value=shorten_line(value)))
            return model.Numbers(name, *interval) if budget.spend_wide("length:", leaf.at) else None
        case "date":
            return _date_filter(value, estimated=estimated) if budget.spend_wide("date:", leaf.at) else None
    if value.startswith(("<", ">", "[")) and (interval := _numbers(name, value)):
        return model.Numbers(name, *interval) if budget.spend_wide(RANGE, leaf.at) else None
    allowed = value.lower() != schema.UNKNOWN or budget.spend_wide("NOT", leaf.at)
    return custom_filter(name, value) if allowed else None


def _numbers(name: str, value: str) -> tuple[float, float] | None:
    """Parse a number or a range (``>10``, ``[1 TO 5]``) as an interval.

    The result is ``None`` for any other text.

    Raises:
        QueryError: The first number is greater than the last.
    """
    from indexer.custom_fields import as_number
    from searcher.periods import bounds_of  # many queries have no filter

    first, last = -inf, inf
    for sign, limit in bounds_of(value) or [("=", value)]:
        if (number := as_number(limit)) is None:
            return None
        if sign[0] != "<":
            first = nextafter(number, inf) if sign == ">" else number
        if sign[0] != ">":
            last = nextafter(number, -inf) if sign == "<" else number
    if first > last:
        raise QueryError(message("query.descending_numbers", name=name, range=shorten_line(value)))
    return first, last


def _date_filter(value: str, *, estimated: bool) -> Node:
    if value.lower() == schema.UNKNOWN:
        kinds = ("none",) if estimated else ("none", "estimated")
        return model.Or(tuple([model.Keyword(schema.DATING, kind) for kind in kinds]))
    from searcher.periods import parse_span

    return model.Days(*parse_span(value), estimated)


def _countries(meant: Countries, at: int, budget: Budget, regions: dict[Countries, None]) -> Node | None:
    if meant.region:
        if not budget.spend_region(at):
            return None
        regions[meant] = None
    keywords = [model.Keyword(schema.COUNTRY, code) for code in meant.codes]
    return keywords[0] if len(keywords) == 1 else model.Or(tuple(keywords))


def suggest_filters(
    query: str, unmatched: Collection[str], finds: Callable[[Node], bool]
) -> tuple[Note, ...]:
    """Return notes that suggest a filter for unmatched words.

    There is a note for each word that names a region, a country or a language. ``finds`` returns whether
    anything matches a resolved query.
    """
    words = [word.strip(limits.PUNCTUATION_AROUND) for word in query.split()]
    offered: list[Note] = []
    about: dict[str, Any]
    for count, first in product(range(4, 0, -1), range(len(words))):
        some = words[first : first + count]
        name = " ".join(some)
        is_word = name.islower() and count > 1  # names of several words have a capital
        is_code = len(name) <= CODE and not name.isupper()
        if len(some) < count or is_word or is_code or set(unmatched).isdisjoint(some):
            continue
        if (region := find_region(name)) and len(region.codes) <= MAX_SUGGESTED_COUNTRIES:
            typed, countries = f'"{name}"' if count > 1 else name, len(region.codes)
            kind, about = "region_offered", {"typed": typed, "countries": countries}
        elif (code := find_country(name)) and finds(model.Keyword(schema.COUNTRY, code)):
            country = name_message(f"country.{code}", country_name(code))
            kind, about = "country_offered", {"typed": code, "country": country}
        elif (spoken := LANGUAGE_CODES.get(name.lower())) and finds(model.Keyword(schema.LANGUAGE, spoken)):
            language = name_message(f"language.{spoken}", LANGUAGE_LABELS[spoken])
            kind, about = "language_offered", {"typed": spoken, "language": language}
        else:
            continue
        offered.append(Note(kind, message(f"query.{kind}", name=name, **about)))
        unmatched = set(unmatched).difference(some)
    return first_notes(offered, MAX_PER_KIND, "region_offered", "query.more_offers")
