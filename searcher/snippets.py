"""Snippets: the passage of an item with most of the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.results import MATCH_MARK
from searcher.term_matcher import find_matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searcher.term_matcher import Highlights, Match


WIDTH = 240  # characters of the item's text, marks not counted
CUT = "…"


def snippet(text: str, languages: Iterable[str], highlights: Highlights, width: int = WIDTH) -> str:
    """Cut the best passage out of a text.

    Args:
        text: The item's text, paragraphs on lines of their own.
        languages: The languages that its words are analysed in.
        highlights: What was asked for.
        width: The most characters of the text to show.

    Returns:
        Whole words of one paragraph, the matching ones between ``**``, with ``…`` where it goes on; the
        beginning of the text where nothing matches.
    """
    paragraphs = [paragraph for paragraph in text.split("\n") if paragraph and not paragraph.isspace()]
    if not paragraphs:
        return ""
    best, best_matches, best_value = paragraphs[0], [], (0, 0)
    for paragraph, matches in zip(paragraphs, find_matches(paragraphs, languages, highlights), strict=True):
        first, value = _best_window(matches, width)
        if value > best_value:
            best, best_matches, best_value = paragraph, matches[first:], value
    start, end = _bounds(best, best_matches, width)
    shown = [match for match in best_matches if start <= match.start and match.end <= end]
    return (
        (CUT if start else "") + _marked(best, start, end, shown) + (CUT if end < len(best.rstrip()) else "")
    )


def _best_window(matches: list[Match], width: int) -> tuple[int, tuple[int, int]]:
    """Find the window of the most distinct terms, then of the most matches.

    Args:
        matches: The matches of a paragraph, in order.
        width: Characters that a window may hold.

    Returns:
        The number of the match that it begins with, and (distinct terms, matches).
    """
    best, best_value = 0, (0, 0)
    inside: dict[str, int] = {}
    last = 0  # the first match behind the window, which moves on with it
    for first, match in enumerate(matches):
        while last < len(matches) and matches[last].end - match.start <= width:
            for term in matches[last].terms:
                inside[term] = inside.get(term, 0) + 1
            last += 1
        value = (len(inside), max(last - first, 0))
        if value > best_value:
            best, best_value = first, value
        if last == first:  # a word wider than the window
            last += 1
            continue
        for term in match.terms:
            inside[term] -= 1
            if not inside[term]:
                del inside[term]
    return best, best_value


def _bounds(text: str, matches: list[Match], width: int) -> tuple[int, int]:
    """Choose where the passage begins and ends: between words, with some context before the first match."""
    if len(text) <= width:
        return 0, len(text)
    start = 0
    if matches:
        inside = [match for match in matches if match.end - matches[0].start <= width]
        length = inside[-1].end - matches[0].start
        start = max(0, min(matches[0].start - (width - length) // 2, len(text) - width))
        start = min(start, matches[0].start)
    if start:
        space = text.find(" ", start - 1, matches[0].start + 1)
        start = space + 1 if space >= 0 else matches[0].start
    end = min(len(text), start + width)
    if end < len(text):
        space = text.rfind(" ", start + 1, end + 1)
        end = space if space > 0 else end
    return start, end


def _marked(text: str, start: int, end: int, matches: list[Match]) -> str:
    parts: list[str] = []
    reached = start
    for match in matches:
        parts += [text[reached : match.start], MATCH_MARK, text[match.start : match.end], MATCH_MARK]
        reached = match.end
    parts.append(text[reached:end])
    return "".join(parts).strip()
