"""The blocks of text of a page, in its order: headings, paragraphs, lines between them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from indexer.sources.html.tree import BLOCKS, inline_text, text_of

_APART: Final = frozenset({"nav", "aside", "footer", "form", "button", "select", "label", "option"})
_OTHERS: Final = re.compile(
    r"comment|related|sidebar|widget|recommend|promo|footer|teaser|most-read", re.IGNORECASE
)
_BOXES: Final = frozenset({"div", "section", "ul", "ol", "li"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED: Final = frozenset({"head", "select", "option", "textarea", "button"})


class Block(NamedTuple):
    """A block of text.

    Attributes:
        element: The innermost block element around it.
        text: Its text on one line.
        apart: The elements around it that hold what is beside the text: navigation, comments, other stories.
        parts: The elements whose text it is: the block element itself, or the inline ones in a row.
    """

    element: Any
    text: str
    apart: tuple[Any, ...]
    parts: tuple[Any, ...]

    def goes_with(self, title: Block) -> bool:
        """Tell whether it may belong to the story of a title: what holds it apart is around both."""
        return all(element in title.apart for element in self.apart)


def blocks_of(root: Any) -> list[Block]:
    """Give the blocks of a page that hold text."""
    around: set[Any] = set()  # what has blocks in it
    for block in root.iter(*BLOCKS):
        for above in block.iterancestors():
            if above in around:
                break
            around.add(above)
    blocks: list[Block] = []
    _collect(root, around, (), blocks)
    return blocks


def _collect(element: Any, around: set[Any], apart: tuple[Any, ...], blocks: list[Block]) -> None:
    if element.tag in _SKIPPED:
        return
    if _is_apart(element):
        apart = (*apart, element)
    if element not in around or element.tag in _HEADINGS:
        if text := inline_text(element) if element not in around else text_of(element):
            blocks.append(Block(element, text, apart, (element,)))
        return
    texts, parts = [element.text or ""], []
    for child in (*element, None):
        if child is not None and child not in around and child.tag not in BLOCKS:
            texts += [inline_text(child), child.tail or ""]
            parts.append(child)
            continue
        if text := " ".join(" ".join(texts).split()):
            blocks.append(Block(element, text, apart, tuple(parts)))
        if child is not None:
            _collect(child, around, apart, blocks)
            texts, parts = [child.tail or ""], []


def _is_apart(element: Any) -> bool:
    if element.tag in _BOXES:
        return _is_other(element.get("class") or "") or _is_other(element.get("id") or "")
    return element.tag in _APART


@lru_cache(1 << 12)
def _is_other(name: str) -> bool:
    return _OTHERS.search(name) is not None
