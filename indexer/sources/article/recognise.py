"""Whether a text is one article, or a page of several items: by its first lines."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from indexer.sources.encoding import is_binary
from indexer.sources.recognise import text_of

_SUFFIXES: Final = frozenset({"", ".txt", ".text", ".md", ".markdown", ".mdown", ".mkd"})
MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown", ".mkd"})
"""Endings of the names of texts in Markdown."""

_HEAD_LINES: Final = 6  # in which the one date line of an article stands
_FEWEST_PARAGRAPHS: Final = 2  # of prose, with blank lines between them
_FEWEST_CHARACTERS: Final = 200
_PROSE: Final = 100  # characters of a paragraph of prose
_FURNITURE: Final = frozenset({"an invitation to subscribe", "navigation"})
_INNER_TITLES: Final = 0.34  # of the paragraphs of prose: a page has one for each or for each other


def is_article(head: bytes, suffix: str) -> bool:
    """Recognise a text that is one article.

    A page of several items shows in its date lines and closing lines; in Markdown a heading at the top, or
    fields before it, show one article; in plain text several paragraphs with blank lines between them, and
    few titles among them.
    """
    if suffix not in _SUFFIXES or is_binary(head):
        return False
    text = text_of(head)
    if len(head) >= 1 << 16:
        text = text.rpartition("\n")[0]
    # Here, since a search reads no sources and a build mostly other ones.
    from indexer.sources.article.markdown import is_markdown, split_front_matter

    if split_front_matter(text)[0]:
        return True
    lines = [line.strip() for line in text.splitlines()]
    if _has_marks_of_page([line for line in lines if line]):
        return False
    return is_markdown(text) or _reads_as_one(text, fewest=_FEWEST_PARAGRAPHS - (suffix in MARKDOWN))


def _has_marks_of_page(lines: list[str]) -> bool:
    """Tell whether lines have what parts the items of a page: date lines, closings, its own furniture."""
    from indexer.sources.page.closing import is_closing
    from indexer.sources.page.lines import furniture_reason
    from indexer.sources.page.titles import read_dated_line

    dated = [index for index, line in enumerate(lines) if read_dated_line(line, after_title=False)]
    if len(dated) > 1 or (dated and dated[0] >= _HEAD_LINES):
        return True
    return any(is_closing(line) for line in lines[:-1]) or any(
        furniture_reason(line) in _FURNITURE for line in lines[:_HEAD_LINES]
    )


def _reads_as_one(text: str, *, fewest: int) -> bool:
    """Tell whether a plain text is paragraphs with blank lines between them, and few of them have a title."""
    from indexer.sources.article.head import read_head
    from indexer.sources.page.headings import is_inner_title, is_prose

    blocks = [" ".join(block.split()) for block in text.replace("\r\n", "\n").split("\n\n")]
    blocks = [block for block in blocks if block]
    prose = [block for block in blocks if len(block) >= _PROSE and is_prose(block)]
    if len(prose) < fewest or sum(map(len, prose)) < _FEWEST_CHARACTERS:
        return False
    rest = read_head(blocks).paragraphs
    titles = sum(is_inner_title(block, following) for block, following in pairwise(rest))
    return titles <= max(1, _INNER_TITLES * len(prose))
