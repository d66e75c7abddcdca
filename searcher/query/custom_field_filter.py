"""Filters by own fields as nodes: what an engine looks up for ``section:Politics`` or ``--where``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from indexer.custom_fields import OTHER, custom_keyword, value_key
from indexer.errors import QueryError
from indexer.schema import OWN, UNKNOWN
from searcher.query.limits import MAX_NAMED, shortened
from searcher.query.model import And, Keyword, Not, Or, joined

if TYPE_CHECKING:
    from searcher.engine import Engine, Where
    from searcher.query.model import Node


def field_names(engine: Engine) -> frozenset[str]:
    """Name the own fields of an index and its kinds of concepts, which narrow before a colon too."""
    own, kinds = engine.custom_fields(), engine.thesaurus.kinds
    return own.union(kinds, [f"{OTHER}{kind}" for kind in kinds if kind in own])


def custom_filter(name: str, value: str) -> Node:
    """Give the items that have a value of a field; ``unknown`` for those that have none of it."""
    if value_key(value) == UNKNOWN:
        return Not(Keyword(OWN, name))
    return Keyword(OWN, custom_keyword(name, value))


def where_filter(where: Where) -> Node | None:
    """Give the items that have any of the values of each field; None for all items."""
    fields = [joined(Or, list(map(partial(custom_filter, name), values))) for name, values in where]
    return joined(And, [field for field in fields if field])


def require_fields(requested: tuple[str, ...], engine: Engine) -> None:
    """Make sure that an index has the own fields that a question names.

    Raises:
        QueryError: It has not.
    """
    if (known := engine.custom_fields()).issuperset(requested):
        return
    missing = next(name for name in requested if name not in known)
    own = sorted(known.difference(engine.thesaurus.kinds))
    from difflib import get_close_matches  # only a mistake needs it

    names = [*dict.fromkeys((*get_close_matches(missing, own), *engine.thesaurus.kinds, *own))]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    raise QueryError(
        f"no item has a field “{shortened(missing)}”; fields of this index are "
        f"{', '.join(names[:MAX_NAMED])}{more}; dates, countries, languages have their own options "
        "(as facets: year, month, country, language)"
    )
