"""A page of headlines: each block with a heading and a link is an item."""

import pytest
from pages import PROSE, day, read

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


def test_blocks_with_a_heading_and_a_link_are_items() -> None:
    """Headline, resolved link, day and teaser of each are read; the menu is no item."""
    block = (
        "<article><a href='/2018/quay-{0}'><img></a>"
        "<h2><a href='/2018/quay-{0}'>The quay number {0} opens</a></h2>"
        "<time datetime='2018-03-0{0}T10:00:00+01:00'>today</time>"
        "<p>Three ferries came in before noon, the mayor said.</p>"
        "<a href='/2018/quay-{0}'>Read more</a></article>"
    )
    page = listing(block, 6, '<link rel=canonical href="https://alta.example/news/">')
    items, skipped = read(page)
    assert not skipped
    assert [(item.title, item.url) for item in items] == [
        (f"The quay number {n} opens", f"https://alta.example/2018/quay-{n}") for n in range(6)
    ]
    assert [day(item) for item in items[1:]] == [f"2018-03-0{n}" for n in range(1, 6)]
    assert {item.body for item in items} == {"Three ferries came in before noon, the mayor said."}
    assert len({item.id for item in items}) == 6


@pytest.mark.parametrize(
    "block",
    [
        "<li><a href='/s{0}'>The quay number {0} opens today</a></li>",
        "<a href='/s{0}'><h3>The quay number {0} opens today</h3><p>Three ferries came in.</p></a>",
        "<div><h2>The quay number {0} opens today</h2><p>Three ferries.</p><a href='/s{0}'>More</a></div>",
        "<div class=headline><a href='/s{0}?u=1'>The quay number {0} opens today</a></div>",
    ],
)
def test_headlines_have_many_forms(block: str) -> None:
    """Lists of links, cards, and headings without their own link are read."""
    items, _ = read(listing(block, 7))
    assert [item.title for item in items] == [f"The quay number {n} opens today" for n in range(7)]


def test_a_relative_link_needs_the_address_of_the_page() -> None:
    """Without one, items have no link."""
    items, _ = read(listing("<h2><a href='/s{0}'>The quay number {0} opens</a></h2>"))
    assert {item.url for item in items} == {None}
    assert len({item.id for item in items}) == len(items)


def test_a_site_of_full_posts_is_a_listing() -> None:
    """Each post, with its heading and its text, is an item."""
    post = (
        "<article><h2><a href='/p{0}'>The quay number {0} opens</a></h2>"
        + "".join(f"<p>{part}</p>" for part in PROSE)
        + "</article>"
    )
    items, _ = read(listing(post))
    assert len(items) == 6
    assert items[0].body.split("\n") == list(PROSE)


def test_fewer_than_five_links_are_no_listing() -> None:
    """Fewer than five headlines without text are neither."""
    with pytest.raises(SourceError, match="neither"):
        read(listing("<h2><a href='/s{0}'>The quay number {0} opens</a></h2>", 3))


def test_a_headline_with_an_invalid_link_is_an_item_without_one() -> None:
    """An invalid address separates stories, but is not stored as a link."""
    block = (
        "<div><h2><a href='http://[{0}#a'>The quay number {0} opens today</a></h2><p>Three ferries.</p></div>"
    )
    items, _ = read(listing(block))
    assert [(item.title, item.url) for item in items] == [
        (f"The quay number {n} opens today", None) for n in range(6)
    ]
