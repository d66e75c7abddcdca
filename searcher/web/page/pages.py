"""The pages of an answer: links to those before and after, each of which stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from searcher.web.page.links import Links
    from searcher.web.page.reader import Reader

AROUND: Final = 2  # pages that are shown on either side


class Pages(NamedTuple):
    """Links to pages.

    Attributes:
        shown: Number, what it is called, and link of each page shown; no link where some are left out.
        current: Which of these is here; -1 where that is beyond the last.
        previous, next: Links; None where there is none.
    """

    shown: list[tuple[str, Markup, Markup | None]]
    current: int
    previous: Markup | None
    next: Markup | None


NONE: Final = Pages([], 0, None, None)


def pages_of(groups: int, offset: int, limit: int, links: Links, reader: Reader) -> Pages:
    """Link to the pages of an answer.

    Args:
        groups: The hits that all pages have.
        offset: The hits before the page that is here.
        limit: The most hits of a page.
        links: Makes the links.
        reader: Who reads it.
    """
    if not limit or (groups <= limit and not offset):
        return NONE
    last = (groups - 1) // limit
    here = min(offset // limit, last + 1)

    stem = links.stem()

    def link(number: int) -> Markup:
        return Markup(f"{stem}offset={number * limit}" if number else stem.removesuffix("&amp;"))  # noqa: S704

    numbers = sorted({0, last, *range(max(here - AROUND, 0), min(here + AROUND, last) + 1)})
    shown: list[tuple[str, Markup, Markup | None]] = []
    before = -1
    current = -1
    for number in numbers:
        if number - before > 1:
            shown.append(("", Markup(""), None))
        if number == here:
            current = len(shown)
        written = reader.number(number + 1)
        shown.append((written, reader.say("page_n", n=written), link(number)))
        before = number
    return Pages(shown, current, link(here - 1) if here else None, link(here + 1) if here < last else None)
