"""Whose fault it is that a question cannot be answered, as a problem that names the parameter."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from searcher.web.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.searcher import Searcher
    from searcher.web.asked import Asked

# What a message of the command line calls an option, and what the parameter is called here.
_OPTIONS: Final = {
    "no-expand": "expand=0",
    "no-group": "group=0",
    "query-lang": "query_lang",
    "estimated": "estimated=1",
}


def problem_of(error: QueryError, asked: Asked, searcher: Searcher) -> Problem:
    """Make the problem of a question that cannot be understood.

    Each parameter is asked by itself: it is the one whose fault is told, else the first that has one;
    where none has, it is one that is asked twice over time, the length of its periods, or the query.

    Args:
        error: What is wrong, as the command line tells it.
        asked: The question.
        searcher: What was asked.
    """
    usual = type(asked)()
    twice = len({asked.q, *asked.vs}) <= len(asked.vs)
    otherwise = "vs" if twice else "by" if asked.by != usual.by else "q"
    faults: dict[str, str] = {}
    for name, alone in _alone(asked):
        try:
            searcher.search(alone.q, limit=0, facets=alone.facet, **alone.narrowing(), sort=alone.sort)
        except QueryError as fault:
            faults.setdefault(str(fault), name)
    parameter = faults.get(str(error), next(iter(faults.values()), otherwise))
    return Problem(HTTPStatus.BAD_REQUEST, _in_parameters(str(error)), parameter)


def _alone(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """Yield questions that give one parameter each; a period beside the one before it comes after them."""
    usual = type(asked)()
    for name in ("country", "lang", "via", "where", "facet", "drop", "query_lang", "from_", "to", "sort"):
        if getattr(asked, name) != getattr(usual, name):
            yield name.rstrip("_"), usual._replace(**{name: getattr(asked, name)})
    yield "to", usual._replace(from_=asked.from_, to=asked.to)
    as_asked = usual._replace(strict=asked.strict, expand=asked.expand, query_lang=asked.query_lang)
    yield "q", as_asked._replace(q=asked.q)
    yield from [("vs", as_asked._replace(q=one)) for one in asked.vs]


def _in_parameters(message: str) -> str:
    """Call parameters what the API calls them."""
    message = re.sub(r"\bdate_(from|to)\b", r"\1", message)
    return re.sub(r"--([a-z]+(?:-[a-z]+)*)", lambda found: _OPTIONS.get(found[1], found[1]), message)
