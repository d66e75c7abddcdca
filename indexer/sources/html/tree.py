"""Parse the bytes of a saved page into a tree of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from lxml.etree import ElementDefaultClassLookup, LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from indexer.errors import SourceError, message
from indexer.sources.encoding import convert_to_utf8, decode
from indexer.sources.html_text import ELEMENTS

LARGEST: Final = 48 << 20
"""The maximum size of a saved page in bytes, with embedded images."""

_MAX_MARKUP: Final = 8_000_000  # characters, not counting content that is dropped unread
_MAX_ELEMENTS: Final = 40_000  # the longest pages of news sites have some ten thousand
_DEEPEST: Final = 200  # nesting depth that is kept; pages have some thirty levels
_TOO_DEEP: Final = f"boolean(//*[count(ancestor::*) > {_DEEPEST}])"
_PICTURE: Final = re.compile(r"data:[\w/+.-]+;base64,[\w+/=%\s-]*")
_MAX_TAG: Final = 1 << 16  # characters; libxml2 compares each attribute with all before it
# A quotation mark begins a value only after "="; the content of scripts and styles has no tags.
_TAG: Final = re.compile(
    r"""(?i)<((script|style)(?=[\s>])|[a-z][^\s<>/]{0,50})"""
    r"""((?>=\s*(?:"[^"]*"|'[^']*')|[^>=]+|=)*)(?(2)(?>[^<]+|<(?!/\2))*)"""
)
_MAX_ATTRIBUTES: Final = 2000
_DECLARED: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_UNSEEN: Final = ("script", "style", "svg", "noscript", "template", "iframe", "object", "canvas")
_INVISIBLE: Final = ("\u00ad", "\u200b", "\u2060", "&shy;", "&#173;", "&#xad;", "&#xAD;")
BLOCKS: Final = ELEMENTS["block of a page"]


def decode_page(data: bytes) -> str:
    """Decode a page as UTF-8 if most of it is valid, otherwise with the declared or a detected encoding."""
    declared = _DECLARED.search(data, 0, 1 << 14)
    return decode(convert_to_utf8(data, declared[1].decode("ascii")) if declared else data)


def parse(text: str, label: str) -> tuple[Any, list[str]]:
    """Parse a page, without comments, scripts and invisible elements.

    Returns:
        The root element, and the JSON-LD in the scripts.

    Raises:
        SourceError: The page is too large, or has no elements.
    """
    if ";base64," in text:
        text = _PICTURE.sub("", text)
    for invisible in _INVISIBLE:
        text = text.replace(invisible, "")
    text = _TAG.sub(_drop_attributes, text) if len(text) > _MAX_TAG else text
    if len(text) > _MAX_MARKUP:
        raise SourceError(message("html.too_long", label=label, count=len(text), max_markup=_MAX_MARKUP))
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml.html calls Python for the class of each element, since forms have separate classes.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        raise SourceError(message("html.no_elements", label=label)) from None
    if next(islice(root.iter(), _MAX_ELEMENTS, None), None) is not None:
        raise SourceError(message("html.too_many_elements", label=label, max_elements=_MAX_ELEMENTS))
    if root.xpath(_TOO_DEEP):
        _bound_depth(root)
    linked: list[str] = []
    for element in list(root.iter(*_UNSEEN)):
        if element.tag == "script" and "ld+json" in (element.get("type") or "").lower():
            linked.append(element.text or "")
        if element.getparent() is not None:
            element.drop_tree()
    return root, linked


def _drop_attributes(tag: re.Match[str]) -> str:
    """Remove the attributes of a tag that has too many."""
    if len(tag[3]) > _MAX_TAG and len(tag[3].split()) > _MAX_ATTRIBUTES:
        return f"<{tag[1]}{tag[0][tag.end(3) - tag.start() :]}"
    return tag[0]


def _bound_depth(root: Any) -> None:
    """Remove elements that are nested too deeply for recursive functions."""
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    for element in level:
        for child in list(element):
            element.remove(child)


def text_of(element: Any) -> str:
    """Return the text of an element as one line, with spaces between block elements."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in BLOCKS:
            yield " "
            yield from _texts(child)
            yield " "
        elif len(child):
            yield from _texts(child)
        else:
            yield child.text or ""
        yield child.tail or ""


_APART: Final = frozenset({"nav", "aside", "footer", "form", "button", "select", "label", "option"})
_OTHERS: Final = re.compile(  # Drupal calls articles promoted; the foot of an article is part of it
    r"(?i)comment|related|sidebar|widget|recommend|promo(?!ted)|teaser|most-read|"
    r"(?<!asset.)(?<!entry.)(?<!post.)(?<!article.)footer"
)
_BOXES: Final = frozenset({"div", "section", "ul", "ol", "li"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED: Final = frozenset({"head", "select", "option", "textarea", "button"})


class Block(NamedTuple):
    """A block of text.

    Attributes:
        element: The innermost block element around the text.
        text: The text as one line.
        apart: The ancestors of the element that are not part of the main text, such as navigation, comments
            and other stories.
        parts: The elements with the text: the block element itself, or consecutive inline elements.
    """

    element: Any
    text: str
    apart: tuple[Any, ...]
    parts: tuple[Any, ...]

    def may_belong_to(self, title: Block) -> bool:
        """Return whether this block may belong to the same story as the block of a title."""
        return all(element in title.apart for element in self.apart)


def blocks_of(root: Any) -> list[Block]:
    """Return the blocks of a page that contain text."""
    around: set[Any] = set()  # the elements that contain blocks
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
        if text := text_of(element):
            blocks.append(Block(element, text, apart, (element,)))
        return
    texts, parts = [element.text or ""], []
    for child in (*element, None):
        if child is not None and child.tag in _SKIPPED:
            texts.append(child.tail or "")
            continue
        if child is not None and child not in around and child.tag not in BLOCKS:
            texts += [text_of(child), child.tail or ""]
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
