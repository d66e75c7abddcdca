"""Which of an item's lines is its title, and which are its paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.sources.headings import is_heading, is_list_entry, is_place, is_title, opens_scene, starts_high
from indexer.sources.run_in import split_title

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORTEST_WRAPPED = 60  # characters: a shorter line was not broken for lack of room


def title_and_paragraphs(texts: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Part an item's lines into its title and its paragraphs.

    Args:
        texts: The lines of text, at least one; date and closings are no part of them.

    Returns:
        The title, or None, and the paragraphs. The name of a place above a title is the first paragraph.
    """
    title, lines = _title_and_lines(texts)
    paragraphs: list[str] = []
    broken: list[str] = []  # the lines of the paragraph at hand, joined once it is whole
    length = 0
    for line in lines:
        if broken and _continues(length, broken[-1], line):
            broken.append(line)
            length += 1 + len(line)
            continue
        if broken:
            paragraphs.append(" ".join(broken))
        broken, length = [line], len(line)
    if broken:
        paragraphs.append(" ".join(broken))
    return title, tuple(paragraphs)


def _title_and_lines(texts: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    first, rest = texts[0], texts[1:]
    following = rest[0] if rest else None
    if following is not None and is_heading(following):
        if first.endswith((":", ",")) and is_heading(first.rstrip(",")):
            return f"{first} {following}", rest[1:]  # a title on two lines
        if is_place(first):
            return following, [first, *rest[1:]]
    if following is not None and is_place(first) and opens_scene(following):
        return None, texts
    if is_title(first, following):
        return first, rest
    title, text = split_title(first, dated=False)
    return title, [text, *rest]


def _continues(length: int, above: str, line: str) -> bool:
    """Return whether a line is the rest of a paragraph that was broken in the middle of a sentence.

    Args:
        length: The characters of the paragraph so far.
        above: Its last line.
        line: The line under it.
    """
    wrapped = length >= _SHORTEST_WRAPPED and (above[-1].isalnum() or above.endswith(","))
    return wrapped and not starts_high(line) and not is_list_entry(line)
