"""The title of a page: as printed where the markup agrees, else as stated, without the site's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from indexer.dates.folding import plain_words
from indexer.sources.html.tree import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.sources.html.blocks import Block
    from indexer.sources.html.stated import Stated

_SEAM: Final = re.compile(r"\s+[-–—|·•»«<>/:]+\s+|\s*[|»]\s+|:\s+(?=\S+$)")
_LONGEST: Final = 400
_LONG_ENOUGH: Final = 20  # characters of a title that is hardly the beginning of another
_LONGEST_STATED: Final = 1000  # with the names of sections and of the site
_HEADINGS: Final = ("h1", "h2", "h3", "h4")


def title_of(
    root: Any, stated: Stated, blocks: Sequence[Block], sites: set[str]
) -> tuple[str | None, int | None]:
    """Find the title.

    Args:
        root: The page.
        stated: What its markup states.
        blocks: Its blocks of text.
        sites: What the site is called (:func:`site_names`).

    Returns:
        The title, and where among the blocks it is printed; None for each that there is not.
    """
    said = [
        title
        for written in _said(root, stated)
        if (title := without_site(written, sites)) and _squeezed(title) not in sites
    ]
    headings = [
        (index, block.text)
        for index, block in enumerate(blocks)
        if block.element.tag in _HEADINGS
        and 2 < len(block.text) <= _LONGEST
        and _squeezed(block.text) not in sites
    ]
    keys = [_squeezed(title) for title in said]
    for tag in _HEADINGS:
        for index, text in headings:
            if blocks[index].element.tag == tag and _agrees(_squeezed(text), keys):
                return _without_more(text, said), index
    only = [(index, text) for index, text in headings if blocks[index].element.tag == "h1"]
    if not said:
        return (only[0][1], only[0][0]) if only else (None, None)
    place = next((index for index, block in enumerate(blocks) if _squeezed(block.text) == keys[0]), None)
    if place is None and only:
        place = only[0][0]
    return said[0], place


def without_site(title: str, sites: set[str]) -> str:
    """Remove the name of the site from the beginning or the end of a title.

    Args:
        title: A title.
        sites: What the site is called, its words joined.
    """
    for seam in reversed(list(_SEAM.finditer(title))):
        head, tail = title[: seam.start()].strip(), title[seam.end() :].strip()
        if _names_site(tail, sites) and head:
            return without_site(head, sites)
    for seam in _SEAM.finditer(title):
        head, tail = title[: seam.start()].strip(), title[seam.end() :].strip()
        if _names_site(head, sites) and tail:
            return without_site(tail, sites)
        break
    return title


def _names_site(text: str, sites: set[str]) -> bool:
    squeezed = _squeezed(text)
    return not squeezed or any(
        squeezed == site or (len(squeezed) > 3 and (squeezed in site or site in squeezed) and len(text) < 40)
        for site in sites
    )


def _squeezed(text: str) -> str:
    return plain_words(text).replace(" ", "")


def _agrees(heading: str, said: Sequence[str]) -> bool:
    """Tell whether a heading is what the markup calls the page, perhaps cut short or with something added."""
    return len(heading) > 2 and any(
        heading == title
        or (len(heading) > 12 and (title.startswith(heading) or heading.startswith(title[:60])))
        for title in said
        if len(title) > 5
    )


def _without_more(heading: str, said: Sequence[str]) -> str:
    """Cut what else stands in the element of a heading: a name, a date, a line under it."""
    begun = [title for title in said if len(title) > _LONG_ENOUGH and heading.startswith(title)]
    title = max(begun, key=len, default=heading)  # the shorter ones were cut
    return heading if title.endswith(("…", "...")) or not heading[len(title) :][:1].isspace() else title


def _said(root: Any, stated: Stated) -> Iterator[str]:
    yield from stated.linked("headline")
    yield from stated.microdata("headline")
    yield from stated.meta(
        "og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title", "title"
    )
    for element in root.iter("title"):
        if 0 < len(text := text_of(element)) <= _LONGEST_STATED:
            yield text
            break
    yield from stated.linked("name")


def site_names(stated: Stated, host: str) -> set[str]:
    """Give what a site is called, in plain letters without spaces.

    Args:
        stated: What its page states.
        host: The name of its host; empty where it is not known.
    """
    return {_squeezed(name) for name in _site_names(stated, host)} - {""}


def _site_names(stated: Stated, host: str) -> Iterator[str]:
    yield from stated.meta("og:site_name", "application-name", "dc.publisher", "publisher", "copyright")
    yield from stated.linked("publisher")
    yield from stated.linked("name", of=("WebSite", "Organization", "NewsMediaOrganization"))
    labels = host.removeprefix("www.").split(".")
    yield from labels[:-1]
    yield host.removeprefix("www.")
