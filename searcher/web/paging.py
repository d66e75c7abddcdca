"""Pages of hits, lines and stories: their positions, and the links and totals in the headers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from searcher.hit_details import EveryHit
from searcher.web.parameters import FARTHEST, SearchParams
from searcher.web.responses import Problem, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searcher.results import Results
    from searcher.searcher import Searcher


_SPLIT: Final = "~"  # a character that is not encoded in addresses


def placed(params: SearchParams, searcher: Searcher) -> SearchParams:
    """Return a question with the offset of its page, resolving ``after``.

    ``after`` contains the rank, the generation and the id of the last hit that was shown. In that generation
    the rank is exact. In another one, the page begins after the current position of the hit.

    Raises:
        Problem: ``after`` does not come from a link, or its item no longer matches.
    """
    if params.after is None:
        return params
    if params.offset:
        raise invalid_parameter("after", message("web.after_and_offset"))
    rank, _, rest = params.after.partition(_SPLIT)
    generation, _, item_id = rest.partition(_SPLIT)
    if not (
        rank.isascii() and rank.isdecimal() and len(rank) <= len(str(FARTHEST)) and generation and item_id
    ):
        raise invalid_parameter("after", message("web.invalid_after"))
    if generation == searcher.ask(lambda answerer: answerer.engine.generation):
        return params._replace(after=None, offset=int(rank))
    return params._replace(after=None, offset=_after(item_id, params, searcher))


def _after(item_id: str, params: SearchParams, searcher: Searcher) -> int:
    """Return the number of hits up to and including an item."""
    whole = params._replace(after=None).search_arguments() | {"limit": None}
    hits = searcher.search(params.q, facets=(), **whole).hits
    document = searcher.ask(lambda answerer: answerer.engine.find(item_id))
    if isinstance(hits, EveryHit) and document is not None:
        try:
            return hits.documents.index(document) + 1
        except ValueError:
            pass
    raise Problem(HTTPStatus.GONE, message("web.gone"), "after")


def links_around(
    path: str, params: SearchParams, shown: int, total: int, after: str | None = None
) -> dict[str, str]:
    """Return the addresses of other pages: ``first``, and ``prev`` and ``next`` if they exist.

    Args:
        path: The address without parameters.
        params: The question, with the offset of its page.
        shown: The number of hits of the page.
        total: The number of hits of all pages.
        after: The position after the page; None for its offset.
    """

    def to(**changed: object) -> str:
        query = params.query_string(**changed)
        return f"{path}?{query}" if query else path

    found = {"first": to(offset=0)}
    if params.offset and params.limit:
        last_page = (total - 1) // params.limit * params.limit
        found["prev"] = to(offset=max(0, min(params.offset - params.limit, last_page)))
    if shown and params.offset + shown < total:
        found["next"] = to(offset=0 if after else params.offset + shown, after=after)
    return found


def links_of(path: str, params: SearchParams, results: Results) -> dict[str, str]:
    """Return the addresses of the pages around that of results."""
    after = None
    if results.hits:
        last = results.hits[-1]
        after = _SPLIT.join((str(last.rank), results.generation, last.id))
    return links_around(path, params, len(results.hits), results.groups, after)


def page_headers(links: Mapping[str, str], total: int | None) -> dict[str, str]:
    """Return the headers of a page: links, and the number of hits, lines or stories of all pages if known."""
    link = ", ".join([f'<{address}>; rel="{kind}"' for kind, address in links.items()])
    return {"Link": link} | ({} if total is None else {"X-Total-Count": str(total)})


def part_name(name: str, shown: int, total: int) -> str:
    """Return the name of a file, which says if it has fewer rows than there are."""
    return name if shown >= total else f"{name}-{shown}-of-{total}"
