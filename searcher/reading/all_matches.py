"""Find all matches of a query for the reading tools, and describe how the query was interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import type_name
from searcher.hit_details import every_hit
from searcher.opening import BaseSearcher
from searcher.search_options import build_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searcher.answer import Answerer
    from searcher.engine import Engine, T
    from searcher.hit_details import EveryHit
    from searcher.results import Results
    from searcher.search_options import SearchRequest


def request_for_all(query: str | None, sort: str, options: Mapping[str, Any]) -> SearchRequest:
    """Return the request for all matches of a query.

    Args:
        query: The query as typed.
        sort: The order of the items.
        options: The filters and query options of :meth:`searcher.Searcher.search`; all words are required by
            default.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    options = {"all_words": True, **options}
    return build_request(query, options, sort=sort, limit=None, offset=0, facets=(), group=False)


def read_matches(
    searcher: BaseSearcher, request: SearchRequest, read: Callable[[Engine, EveryHit, Results], T]
) -> T:
    """Find all matches of a request, and call ``read`` with them while the index is open."""

    def ask(answerer: Answerer) -> T:
        results = answerer.execute(request)
        return read(answerer.engine, every_hit(results), results)

    return searcher.ask(ask)


def check_searcher(searcher: object) -> None:
    """Raise TypeError if a tool is called with a path instead of an open searcher."""
    if not isinstance(searcher, BaseSearcher):
        raise TypeError(f"searcher must be an open Searcher, not {type_name(searcher)}")


def reading_record(results: Results) -> dict[str, Any]:
    """Return how a query was interpreted, in the form of ``search --format json``."""
    return {
        "query_language": results.query_language,
        "all_words": results.all_words,
        "total_all_words": results.total_all_words,
        "undated_left_out": results.undated_left_out,
        "expansions": list(results.expansions),
        "unmatched": list(results.unmatched),
        "suggestion": results.suggestion,
        "notes": [note.to_record() for note in results.notes],
    }


def head_of(results: Results) -> dict[str, Any]:
    """Return the JSON fields before a tool's rows.

    They are the query, its filters, its interpretation, the generation, and the number of matches.
    """
    names = ("query", "filters", "generation", "total")
    return {name: getattr(results, name) for name in names} | reading_record(results)
