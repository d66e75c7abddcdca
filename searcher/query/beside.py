"""From plain words and what joins them to a query that needs no tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searcher.execution.alternatives import Beside, JoinedQuery
from searcher.highlights import Highlights
from searcher.query.joining import OTHERS, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.execution.light import LightWord
    from searcher.query.joining import Joining


def joined_query(words: Sequence[LightWord | None], joining: Sequence[Joining]) -> JoinedQuery:
    """Return the query for words with what joins them.

    Args:
        words: What each chunk of the query stands for.
        joining: What joins which chunks.
    """
    return JoinedQuery(_parts(words, joining, 0, len(words)))


def _parts(
    words: Sequence[LightWord | None], joining: Sequence[Joining], first: int, end: int
) -> tuple[LightWord | Beside, ...]:
    parts: list[LightWord | Beside] = []
    for one in joining:
        parts += [word for word in words[first : one.first] if word and word.terms]
        first = one.last + 1
        within = _parts(words, one.parts, one.first, first)
        if one.added:
            parts.append(Beside(within, tuple([added.searched for added in one.added]), OTHERS))
        else:
            parts += within
    parts += [word for word in words[first:end] if word and word.terms]
    return tuple(parts)


def reports(chunks: Sequence[str], joining: Sequence[Joining]) -> list[dict[str, Any]]:
    """Return what joined as results show it, each once; what joins more words before what joins fewer."""
    told: list[dict[str, Any]] = []
    for one in _reports(chunks, joining):
        if one not in told:
            told.append(one)
    return told


def _reports(chunks: Sequence[str], joining: Sequence[Joining]) -> Iterator[dict[str, Any]]:
    for one in joining:
        if one.added:
            yield report(chunks, one)
        yield from _reports(chunks, one.parts)


def joined_highlights(query: JoinedQuery) -> Highlights:
    """Return what a query of words with what joins them asks for."""
    highlights = Highlights()
    for field, term in _keys(query.parts):
        highlights.terms[field.removeprefix("text_")].add(term.decode("utf-8", "surrogatepass"))
    return highlights


def _keys(parts: Sequence[LightWord | Beside]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        if isinstance(part, Beside):
            yield from _keys(part.typed)
            for added in part.added:
                yield from ((added.field, term) for term in added.terms)
        else:
            yield from part.terms
