"""A page of headlines: each block with a heading and a link is an item."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urldefrag, urljoin

from indexer.sources.html.blocks import blocks_of
from indexer.sources.html.tree import text_of
from indexer.sources.page.closing import is_closing
from indexer.sources.page.lines import furniture_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST: Final = 5000  # headlines of a page
_SHORTEST: Final = 16  # characters of a headline
_LONGEST: Final = 300
_FEWEST_WORDS: Final = 5  # of a headline that no heading marks as one
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARKED: Final = re.compile(r"headline|title|titre|titulo|titular|heading", re.IGNORECASE)
_APART: Final = ("nav", "footer", "form", "button")
# A path that names a story by its words or its day: what is asked behind it is who has sent the reader.
_NAMES_DAY: Final = re.compile(r"/\d{4}/\d\d?/")
_BEHIND_WORDS: Final = ("/index.html", "/index.htm", "/")
_BULLET: Final = re.compile(r"^[•·▪»›>*–-]+\s*")
_FEWEST_MARKED: Final = 5  # headlines that headings mark, and
_SHARE_MARKED: Final = 0.2  # their share of all, so that the others are menus or lists beside them
_LARGEST_BLOCK: Final = 700  # characters of a headline and what introduces the story
_HIGHEST: Final = 8  # elements from a headline up to the block around it


class Headline(NamedTuple):
    """An item of a listing page.

    Attributes:
        title: Its headline.
        link: Where it leads, resolved where the page's own address is known.
        block: The largest element around it that holds no other item.
        is_marked: Whether a heading, or the name of an element, marks it as a headline.
    """

    title: str
    link: str
    block: Any
    is_marked: bool


def headlines(root: Any, base: str | None) -> list[Headline]:
    """Find the headlines of a page, each link once.

    Args:
        root: The page.
        base: The page's own address, that relative links are resolved against; None where it is not known.
    """
    found: list[Headline] = []
    seen: set[tuple[str, str]] = set()
    for title, link, element, is_marked in _candidates(root):
        one = Headline(title, _resolved(link, base), element, is_marked)
        key = _story(one.link)
        if found and _story(found[-1].link) == key:  # the picture, the headline, the teaser of one story
            if (is_marked, len(title)) > (found[-1].is_marked, len(found[-1].title)):
                found[-1] = one
        elif (key, title) not in seen:
            found.append(one)
        seen.add((key, title))
        if len(found) >= _MOST:
            break
    marked = [one for one in found if one.is_marked]
    if len(marked) >= _FEWEST_MARKED and len(marked) >= _SHARE_MARKED * len(found):
        found = marked
    return _with_blocks(found)


def _story(link: str) -> str:
    """Give of a link what tells one story from another."""
    path = link.partition("?")[0]
    return path if names_story(path) else link


def names_story(path: str) -> bool:
    """Tell whether a link without its query names a story, by a day or several words."""
    behind = next(filter(path.endswith, _BEHIND_WORDS), "")
    words = path.removesuffix(behind).rpartition("/")[2]  # by a pattern it would be the cube of a long link
    return words.count("-") > 1 or _NAMES_DAY.search(path) is not None


def teasers(found: Sequence[Headline], title: Any) -> set[str]:
    """Give the lines of the blocks that point to other stories, which stand beside an article.

    Args:
        found: The headlines of other stories.
        title: The element of the page's title, or None; a block around it is the article's own.
    """
    return {
        text
        for texts in block_lines(found, title)
        if sum(map(len, texts)) <= _LARGEST_BLOCK
        for text in texts
    }


def block_lines(found: Sequence[Headline], title: Any) -> Iterator[list[str]]:
    """Yield the lines of each block with a heading that does not hold the page's title."""
    above = set() if title is None else {title, *title.iterancestors()}
    for one in found:
        if one.is_marked and one.block not in above:
            yield [block.text for block in blocks_of(one.block)]


def _candidates(root: Any) -> Iterator[tuple[str, str, Any, bool]]:
    for link in root.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href[0] == "#" or re.match(r"(?!https?:)[a-z]+:", href, re.IGNORECASE):
            continue
        heading = _heading(link)
        title = _BULLET.sub("", text_of(heading if heading is not None else link))
        is_marked = heading is not None or _is_named(link)
        if _is_headline(title, is_marked=is_marked) and not _is_apart(link):
            yield title, href, link, is_marked
    for heading in root.iter("h2", "h3", "h4"):
        if heading.find(".//a") is None and not _is_apart(heading) and (link := _only_link(heading)):
            title = text_of(heading)
            if _is_headline(title, is_marked=True):
                yield title, link, heading, True


def _heading(link: Any) -> Any:
    """Find the heading in a link, or around it."""
    if (inner := next(link.iterdescendants(*_HEADINGS), None)) is not None:
        return inner
    above = link.getparent()
    for _ in range(2):
        if above is None:
            return None
        if above.tag in _HEADINGS:
            return link
        above = above.getparent()
    return None


def _is_named(link: Any) -> bool:
    return any(
        _MARKED.search(element.get("class") or "") is not None
        for element in (link, link.getparent())
        if element is not None
    )


def _only_link(heading: Any) -> str | None:
    """Find the link of a block whose heading is none: "Read more" under it leads where its picture does."""
    block = heading.getparent()
    for _ in range(3):
        if block is None or len(list(islice(block.iter(heading.tag), 2))) > 1:
            return None
        links = {href for link in block.iter("a") if (href := link.get("href")) and href[0] != "#"}
        if links:
            return links.pop() if len(links) == 1 else None
        block = block.getparent()
    return None


def _is_headline(text: str, *, is_marked: bool) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or len(text.split()) < (2 if is_marked else _FEWEST_WORDS):
        return False
    return not is_closing(text) and not furniture_reason(text)


def _is_apart(element: Any) -> bool:
    return any(above.tag in _APART for above in element.iterancestors())


def _resolved(link: str, base: str | None) -> str:
    try:
        return urldefrag(urljoin(base, link) if base else link)[0]
    except ValueError:  # no address, which tells one story from another all the same
        return link


def _with_blocks(found: list[Headline]) -> list[Headline]:
    """Widen the block of each headline as far as it holds no other."""
    held: dict[Any, int] = {}
    for one in found:
        for above in one.block.iterancestors():
            held[above] = held.get(above, 0) + 1
    widened = []
    for one in found:
        block = one.block
        for _ in range(_HIGHEST):
            above = block.getparent()
            if above is None or held.get(above, 0) > 1 or above.tag in {"body", "html"}:
                break
            block = above
        widened.append(one._replace(block=block))
    return widened
