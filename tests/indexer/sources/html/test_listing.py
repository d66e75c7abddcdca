"""A page of headlines: each block with a heading and a link is an item."""

import pytest
from pages import read
from tables import by_table

from indexer.errors import SourceError

MENU = (
    "<nav><ul>"
    + "".join(f"<li><a href='/m{n}'>A menu entry with five words</a></li>" for n in range(9))
    + "</ul></nav>"
)


def listing(block: str, times: int = 6, head: str = "") -> str:
    """Return a page of headlines made from the pattern of a block."""
    blocks = "".join(block.format(n) for n in range(times))
    return f"<html lang=en><head>{head}</head><body>{MENU}<main>{blocks}</main></body></html>"


@by_table
def test_headlines_have_many_forms(block: str) -> None:
    """Lists of links, cards, and headings without their own link are read."""
    items, _ = read(listing(block, 7))
    assert [item.title for item in items] == [f"The quay number {n} opens today" for n in range(7)]


def test_fewer_than_five_links_are_no_listing() -> None:
    """Fewer than five headlines without text are neither a page nor a listing."""
    with pytest.raises(SourceError, match="without an article or headlines"):
        read(listing("<h2><a href='/s{0}'>The quay number {0} opens</a></h2>", 3))
