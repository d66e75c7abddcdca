"""Hostile pages: each is read, or one clear line, in bounded depth and time."""

import pytest
from pages import PROSE, article, read
from tables import by_table
from work import stop_if_it_hangs

from indexer.errors import SourceError
from indexer.sources.html import tree
from indexer.sources.html.tree import parse, text_of


def test_the_depth_of_elements_is_bounded() -> None:
    """Elements beyond the depth of any real page are dropped, so the tree is never deeper."""
    root, _ = parse("<html><body>" + "<div>" * 100_000 + "deep", "page")
    depth = 0
    level = [root]
    while level:
        level = [child for element in level for child in element]
        depth += 1
    assert depth <= 202
    assert text_of(root) == ""


def test_a_page_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one of too much markup; embedded pictures do not count."""
    with pytest.raises(SourceError, match="limit of 40,000 elements"):
        read("<html>" + "<p>x" * 50_000)
    monkeypatch.setattr(tree, "_MAX_MARKUP", 5000)
    with pytest.raises(SourceError, match="the limit of 5,000"):
        read(article(text=(*PROSE, "word " * 2000)))
    picture = f'<img src="data:image/png;base64,{"A" * 9000}">'
    assert read(article(below=picture))[0][0].body.split("\n") == list(PROSE)


def test_the_attributes_of_a_huge_tag_are_dropped() -> None:
    """The parser compares each attribute with all before it; the text of the element is read."""
    many = " ".join(f'a{number}="<x>"' for number in range(300_000))
    root, _ = parse(article(text=(f"{PROSE[0]}</p><p {many}>Behind it.",)), "page")
    assert max(len(element.attrib) for element in root.iter()) < 10
    assert "Behind it." in text_of(root)
    root, _ = parse(article(text=(f"</p><p data-x='{'a b ' * 500}'>" + "x" * 70_000,)), "page")
    assert root.xpath("//p[@data-x]")


@pytest.mark.parametrize(
    "odd", ["<script>if (i<n && s == '\"') f();</script>", '<p title=a"b>Text.</p>', "<i '>x</i>"]
)
def test_a_stray_quotation_mark_begins_no_attribute(odd: str) -> None:
    """Only a mark after "=" encloses a value: the rest of a long page is not part of the tag."""
    page = article(head=odd, text=(*["The quay opens in Alta at noon. " * 40] * 80, f"{odd}Behind it."))
    root, _ = parse(page, "page")
    assert len(page) > 1 << 16
    assert "Behind it." in text_of(root)
    assert text_of(root).count("Alta") > 3000


@by_table
def test_an_empty_or_broken_page_ends_in_one_line(page: str) -> None:
    """No markup raises any other error."""
    with pytest.raises(SourceError) as caught:
        read(page)
    assert len(str(caught.value)) < 200


def test_entities_are_decoded_but_never_expanded() -> None:
    """A page cannot name files, and a declaration of entities is no text."""
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article(
        text=("&x; &eacute;t&eacute; " + PROSE[0], *PROSE[1:])
    )
    (item,), _ = read(page)
    assert "root:" not in item.body
    assert "été" in item.body


def test_a_long_link_takes_linear_time() -> None:
    """A link with many hyphens takes no longer than another."""
    link = f"<h2><a href='/{'-' * 50_000}/x'>The quay number 1 opens today</a></h2>"
    with stop_if_it_hangs():
        items, _ = read(article(above=link * 6))
    assert items


def test_a_title_of_separators_takes_linear_time() -> None:
    """Characters that may split a title, doubled or not, are tried only once."""
    with stop_if_it_hangs():
        (item,), _ = read(article(head=f"<title>A second quay {':|' * 200}x</title>"))
    assert (item.title or "").startswith("A second quay")
