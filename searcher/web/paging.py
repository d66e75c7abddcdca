"""Pages of an answer: where one begins, and the links to those around it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from searcher.every_hit import EveryHit
from searcher.web.asked import FARTHEST
from searcher.web.problem import Problem, not_given_well

if TYPE_CHECKING:
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.asked import Asked

_PARTED: Final = "~"  # which no address has to encode


def placed(asked: Asked, searcher: Searcher) -> Asked:
    """Give a question whose page is told by its offset.

    ``after`` names the last hit that was seen: its rank, in which generation, and its id. There the rank is
    exact. In another one the hit is looked for, and what stands behind it now comes next.

    Raises:
        Problem: ``after`` is none that a link gave, or its item is no longer found.
    """
    if asked.after is None:
        return asked
    if asked.offset:
        raise not_given_well("after", "after and offset both say where the page begins; give one of them")
    rank, _, rest = asked.after.partition(_PARTED)
    generation, _, item_id = rest.partition(_PARTED)
    if not (
        rank.isascii() and rank.isdecimal() and len(rank) <= len(str(FARTHEST)) and generation and item_id
    ):
        raise not_given_well(
            "after", "after is what the link to the next page says; begin with the first page"
        )
    if generation == searcher.ask(lambda answerer: answerer.engine.generation):
        return asked._replace(after=None, offset=int(rank))
    return asked._replace(after=None, offset=_after(item_id, asked, searcher))


def _after(item_id: str, asked: Asked, searcher: Searcher) -> int:
    """Count the hits up to an item and it."""
    whole = asked._replace(after=None).search_arguments() | {"limit": None}
    hits = searcher.search(asked.q, facets=(), **whole).hits
    document = searcher.ask(lambda answerer: answerer.engine.find(item_id))
    if isinstance(hits, EveryHit) and document is not None:
        try:
            return hits.documents.index(document) + 1
        except ValueError:
            pass
    gone = "the index has changed, and the item that the page is to begin after is not found any more"
    raise Problem(HTTPStatus.GONE, f"{gone}; begin with the first page", "after")


def links_around(path: str, asked: Asked, results: Results) -> dict[str, str]:
    """Give the addresses of the pages around one: ``first``, and ``prev`` and ``next`` where there are any.

    Args:
        path: The address without parameters.
        asked: The question, its page told by its offset.
        results: The answer.
    """

    def to(**changed: object) -> str:
        query = asked.query_string(**changed)
        return f"{path}?{query}" if query else path

    found = {"first": to(offset=0)}
    if asked.offset and asked.limit:
        found["prev"] = to(offset=max(0, asked.offset - asked.limit))
    hits = results.hits
    if hits and asked.offset + len(hits) < results.groups:
        last = hits[-1]
        found["next"] = to(offset=0, after=_PARTED.join((str(last.rank), results.generation, last.id)))
    return found
