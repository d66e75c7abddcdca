"""How many items an answer would have beside if estimated dates counted as dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.engine import ResultRequest
from searcher.query.model import And, AndNot, Days, Not, Should, parts_of, with_parts

if TYPE_CHECKING:
    from searcher.engine import Engine, Filters
    from searcher.query.model import Node
    from searcher.results import Results


def counted(results: Results) -> Results:
    """Count now what would be counted when it is first read."""
    _ = results.undated_left_out
    return results


def count_left_out(engine: Engine, filters: Filters, total: int, query: Node, estimated: Node) -> int:
    """Count the items that match only where estimated dates count as dates.

    Args:
        engine: The open index.
        filters: The filters of the answer.
        total: How many items match.
        query: The query that was executed.
        estimated: The same query where estimated dates count.
    """
    query, estimated = _matching(query), _matching(estimated)
    by_date = bool(filters.first_day or filters.last_day)
    if filters.estimated or (query == estimated and not by_date):
        return 0
    every = filters._replace(estimated=True)
    if _only_adds(query, estimated):
        return engine.execute(estimated, every, ResultRequest()).total - total
    # An item may be lost too, where a date is excluded: those that are new are counted one by one.
    found = And((query, Days(filters.first_day, filters.last_day))) if by_date else query
    return engine.execute(AndNot(estimated, found), every, ResultRequest()).total


def _matching(node: Node) -> Node:
    """Remove the optional parts of a query, which match nothing by themselves."""
    if isinstance(node, Should):
        return _matching(node.required)
    below = parts_of(node)
    return with_parts(node, tuple(map(_matching, below))) if below else node


def _only_adds(query: Node, estimated: Node) -> bool:
    """Check whether a query matches no less where estimated dates count, as its parts show."""
    if query == estimated or (isinstance(query, Days) and isinstance(estimated, Days)):
        return True
    if isinstance(query, Not) or type(query) is not type(estimated):
        return False
    if isinstance(query, AndNot) and isinstance(estimated, AndNot) and query.excluded != estimated.excluded:
        return False
    below, others = parts_of(query), parts_of(estimated)
    return 0 < len(below) == len(others) and all(map(_only_adds, below, others))
