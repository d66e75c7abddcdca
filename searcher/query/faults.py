"""What cannot be meant: faults of a query, each told with its place."""

from __future__ import annotations

import re
from typing import Final

from indexer.errors import QueryError
from searcher.query.syntax import NARROWING, QUOTES, TITLE

_CONTEXT: Final = 12  # characters shown on either side of the place
_OPERATOR: Final = re.compile(r"(?<![^\s(])(?:AND|OR|NOT)(?![^\s)])")
_EMPTY_FIELD: Final = re.compile(rf"(?<!\w)(?:{'|'.join((TITLE, *NARROWING))}):(?=\s|$)")


def refuse_faults(query: str) -> None:
    """Refuse a query that can only be a slip.

    Args:
        query: The query as typed.

    Raises:
        QueryError: A quotation mark or a parenthesis is not closed, an operator has nothing beside it, or a
            field has no word; the message shows the place.
    """
    text = query.translate(QUOTES)
    quotes = [found.start() for found in re.finditer(r'"', text)]
    # Inside or behind a word, a mark may be an inch or a slip of the apostrophe; before one, it opens.
    if len(quotes) % 2 and (quotes[-1] == 0 or text[quotes[-1] - 1] in " \t\n(+-:"):
        raise _fault(
            query, quotes[-1], "this quotation mark has no partner; close the phrase or leave it out"
        )
    bare = re.sub(r'"[^"]*"', lambda phrase: "x" * len(phrase[0]), text)
    opened: list[int] = []
    for place, character in enumerate(bare):
        if character == "(":
            opened.append(place)
        elif character == ")":
            if not opened:
                raise _fault(query, place, "this parenthesis closes nothing; leave it out")
            opened.pop()
    if opened:
        raise _fault(query, opened[-1], "this parenthesis is not closed; add one or leave it out")
    for found in _OPERATOR.finditer(bare):
        before, after = bare[: found.start()].rstrip(), bare[found.end() :].lstrip()
        if not after or after[0] == ")" or (found[0] != "NOT" and (not before or before[-1] == "(")):
            raise _fault(
                query, found.start(), f"{found[0]} needs a word beside it; the plain word is written small"
            )
    if empty := _EMPTY_FIELD.search(bare):
        raise _fault(query, empty.start(), f"{empty[0]} needs a word right behind it, without a space")


def _fault(query: str, place: int, message: str) -> QueryError:
    start, end = max(0, place - _CONTEXT), min(len(query), place + _CONTEXT)
    around = f"{'…' if start else ''}{query[start:place]}▸{query[place:end]}{'…' if end < len(query) else ''}"
    return QueryError(f"at character {place + 1} of the query (“{around}”): {message}")
