"""Values of own fields that are near one which no item has: files by a part of their path, words misspelt."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from indexer.own_fields import MEMBER, SOURCE, value_key
from indexer.schema import UNKNOWN
from searcher.engine import Filters, Wanted
from searcher.query.limits import shortened
from searcher.query.model import Everything

if TYPE_CHECKING:
    from searcher.engine import Engine

_SHOWN: Final = 5
_LONGEST: Final = 200  # characters of a value that is shown
_MOST_COMPARED: Final = 1000  # values by their letters; each takes some microseconds


def near_in_words(engine: Engine, name: str, value: str) -> str:
    """Name the first of :func:`near_values`, and how many more there are; empty where there are none."""
    near = near_values(engine, name, value)
    more = f" and {len(near) - _SHOWN:,} more" if len(near) > _SHOWN else ""
    return f"{', '.join([shortened(one, _LONGEST) for one in near[:_SHOWN]])}{more}"


def near_values(engine: Engine, name: str, value: str) -> list[str]:
    """List the values of a field that are near one that no item has, as they are written.

    Args:
        engine: The open index.
        name: The field; of a source the names of sources and of the files in them are looked at.
        value: The value as typed.

    Returns:
        Files whose path ends so, or begins with that folder; where there are none, values that hold it; where
        these are none either, values that are spelt alike. Nothing where there are too many to be counted.
    """
    wanted, known = value_key(value).rstrip("/"), _values(engine, name)
    within = [key for key in known if key.endswith(f"/{wanted}") or key.startswith(f"{wanted}/")]
    if found := within or [key for key in known if wanted in key]:
        return [known[key] for key in found]
    if len(known) > _MOST_COMPARED:
        return []
    by_end = {key.rpartition("/")[2]: written for key, written in known.items()} | known
    return [*dict.fromkeys(by_end[key] for key in get_close_matches(wanted, by_end))]


def _values(engine: Engine, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in (SOURCE, MEMBER) if name in {SOURCE, MEMBER} else (name,):
        try:
            counts = engine.execute(Everything(), Filters(), Wanted(facets=(field,))).facets[field]
        except QueryError:
            continue
        found |= {value_key(value): value for value in counts if value != UNKNOWN}
    return found
