"""Items by their ids: whole, or by the beginning of an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import QueryError
from searcher.query.limits import LONGEST_ID

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from searcher.engine import Engine

_SHOWN_IDS = 8  # of those that begin alike


def full_id(engine: Engine, beginning: str) -> str:
    """Find the id that begins so; an id that is given whole is itself.

    Raises:
        QueryError: No id begins so, or several do; the message names them.
        TypeError: The beginning is no string.
    """
    if not isinstance(beginning, str):
        raise TypeError(f"an item id is a string, not {type(beginning).__name__}")
    with engine.asking():
        if engine.find(beginning) is not None:
            return beginning
        found = engine.ids_beginning(beginning, _SHOWN_IDS + 1) if beginning else []
    if not found:
        raise _no_item(beginning)
    if len(found) > 1:
        more = " and more" if len(found) > _SHOWN_IDS else ""
        raise QueryError(
            f"several ids begin with “{beginning[:LONGEST_ID]}”: {', '.join(found[:_SHOWN_IDS])}{more}; "
            "give more of the one that is meant"
        )
    return found[0]


def read_item(engine: Engine, item_id: str) -> NewsItem:
    """Read one item whole.

    Raises:
        QueryError: No item has the id.
        TypeError: The id is no string.
    """
    if not isinstance(item_id, str):
        raise TypeError(f"an item id is a string, not {type(item_id).__name__}")
    with engine.asking():
        document = engine.find(item_id)
        if document is not None:
            item = engine.item(document)
            former, sources = engine.history(item.id)
            return item._replace(
                former=tuple(dict.fromkeys((*item.former, *former))),
                sources=tuple(dict.fromkeys((*item.sources, *sources))),
            )
    raise _no_item(item_id)


def _no_item(item_id: str) -> QueryError:
    return QueryError(f"no item has the id “{item_id[:LONGEST_ID]}”; ids are shown by: dragoman search")
