"""The question of all matches of a query, whose answer is no other question's, and how it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import type_name
from searcher.hit_details import every_hit
from searcher.search_options import build_question
from searcher.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searcher.answer import Answerer
    from searcher.engine import Engine, T
    from searcher.hit_details import EveryHit
    from searcher.results import Results
    from searcher.search_options import Question


def question_of_all(query: str | None, sort: str, narrowed: Mapping[str, Any]) -> Question:
    """Make the question of all matches of a query.

    Args:
        query: As typed.
        sort: The order of the items.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query.

    Raises:
        QueryError, TypeError: An argument cannot be understood, or is of another type.
    """
    return build_question(query, narrowed, sort=sort, limit=None, offset=0, facets=(), group=False)


def read_matches(searcher: Searcher, question: Question, read: Callable[[Engine, EveryHit, Results], T]) -> T:
    """Find all matches of a question, and read them while the index is open.

    Args:
        searcher: Open over the index.
        question: As of :func:`question_of_all`.
        read: From the index, the hits and the answer that they are of to the result.
    """

    def ask(answerer: Answerer) -> T:
        results = answerer.matches(question)
        return read(answerer.engine, every_hit(results), results)

    return searcher.ask(ask)


def check_searcher(searcher: object) -> None:
    """Check that a tool is given an open searcher.

    Raises:
        TypeError: It is something else, such as the path of an index.
    """
    if not isinstance(searcher, Searcher):
        raise TypeError(f"a reading tool asks an open Searcher, not {type_name(searcher)}")


def how_read(results: Results) -> dict[str, Any]:
    """Say how the query of an answer was read and what was left out, as ``search --format json`` does."""
    return {
        "query_language": results.query_language,
        "undated_left_out": results.undated_left_out,
        "expansions": list(results.expansions),
        "unmatched": list(results.unmatched),
        "suggestion": results.suggestion,
        "notes": [note._asdict() for note in results.notes],
    }


def head_of(results: Results) -> dict[str, Any]:
    """Say in a record what was asked, of what, how many items match, and how the query was read."""
    names = ("query", "generation", "total")
    return {name: getattr(results, name) for name in names} | how_read(results)
