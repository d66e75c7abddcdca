"""Create snippets: the passage of each item with the most words of the query."""

from __future__ import annotations

from itertools import filterfalse
from typing import TYPE_CHECKING

from searcher.results import MATCH_MARK
from searcher.term_matcher import find_matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.query.positions import Match
    from searcher.term_matcher import Highlights


WIDTH = 240  # characters of the item's text, without marks
CUT = "…"
LONGEST_HEADING = 40  # characters of a paragraph, without the end of a sentence, before a longer paragraph


def snippets(
    texts: Sequence[tuple[str, tuple[str, ...]]], highlights: Highlights, width: int = WIDTH
) -> list[str]:
    """Return the best passage of each text.

    Args:
        texts: The texts of items, one paragraph per line, each with the languages of its analyzers.
        highlights: The searched words and phrases.
        width: The maximum number of characters of a passage.

    Returns:
        Whole words of one paragraph, with matches between ``**``, and ``…`` where the paragraph continues;
        the beginning of the text, after its headings, if nothing matches.
    """
    split = [[one for one in text.split("\n") if one and not one.isspace()] for text, _ in texts]
    found = {
        languages: find_matches(
            [
                paragraph
                for (_, own), paragraphs in zip(texts, split, strict=True)
                if own == languages
                for paragraph in paragraphs
            ],
            languages,
            highlights,
        )
        for languages in dict.fromkeys([own for _, own in texts])
    }
    return [
        _passage(paragraphs, found[languages], width)
        for (_, languages), paragraphs in zip(texts, split, strict=True)
    ]


def _passage(paragraphs: list[str], found: Iterator[list[Match]], width: int) -> str:
    """Return the best passage of the paragraphs."""
    if not paragraphs:
        return ""
    best = next(filterfalse(_is_heading, paragraphs), paragraphs[0])
    best_matches, best_value = [], (0, 0)
    for paragraph in paragraphs:
        matches = next(found)
        first, value = _best_window(matches, width)
        if value > best_value:
            best, best_matches, best_value = paragraph, matches[first:], value
    start, end = _bounds(best, best_matches, width)
    shown = [match for match in best_matches if start <= match.start and match.end <= end]
    return (
        (CUT if start else "")
        + _mark_matches(best, start, end, shown)
        + (CUT if end < len(best.rstrip()) else "")
    )


def _is_heading(paragraph: str) -> bool:
    return len(paragraph) <= LONGEST_HEADING and not paragraph.rstrip().endswith((".", "!", "?", "…"))


def _best_window(matches: list[Match], width: int) -> tuple[int, tuple[int, int]]:
    """Find the window of ``width`` characters with the most distinct matching terms.

    Of several, it is the window with the most matches.

    Returns:
        The index of the first match in the window, and ``(distinct terms, matches)``.
    """
    best, best_value = 0, (0, 0)
    inside: dict[str, int] = {}
    last = 0  # the first match after the window
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
    """Return the start and end of a passage around the matches.

    Both are between words; some context precedes the first match.
    """
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


def _mark_matches(text: str, start: int, end: int, matches: list[Match]) -> str:
    parts: list[str] = []
    reached = start
    for match in matches:
        parts += [text[reached : match.start], MATCH_MARK, text[match.start : match.end], MATCH_MARK]
        reached = match.end
    parts.append(text[reached:end])
    return "".join(parts).strip()
