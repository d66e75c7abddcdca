"""Pages made to hurt: each is read, or one clear line, without a tree or a time beyond bounds."""

from __future__ import annotations

import pytest
from pages import PROSE, article, read
from work import stop_if_it_hangs

from indexer.errors import SourceError
from indexer.sources.html import tree
from indexer.sources.html.tree import parse, text_of


def test_elements_within_one_another_are_bounded() -> None:
    """What lies deeper than any page is cut, whatever reads the tree goes no deeper."""
    root, _ = parse("<html><body>" + "<div>" * 100_000 + "deep", "page")
    depth = 0
    level = [root]
    while level:
        level = [child for element in level for child in element]
        depth += 1
    assert depth <= 202
    assert text_of(root) == ""


def test_a_page_of_too_many_elements_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one of too much markup; pictures within it do not count."""
    with pytest.raises(SourceError, match="more than 40,000 elements"):
        read("<html>" + "<p>x" * 50_000)
    monkeypatch.setattr(tree, "_MAX_MARKUP", 5000)
    with pytest.raises(SourceError, match="5,000 are the most"):
        read(article(text=(*PROSE, "word " * 2000)))
    picture = f'<img src="data:image/png;base64,{"A" * 9000}">'
    assert read(article(below=picture))[0][0].body.split("\n") == list(PROSE)


@pytest.mark.parametrize(
    "page",
    [
        "<html>",
        "<html><body></body></html>",
        "<!doctype html>" + "<!--" * 1000,
        "<html><script type='application/ld+json'>" + '{"@type":"Article","a":' * 10_000,
        "<html><head><base href='http://['><link rel=canonical href='http://[x'></head><body>",
        "<html>" + "\x01" * 10 + "<p>\ud800</p>".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        "<!doctype html><html><frameset><frame src=x></frameset></html>",
    ],
)
def test_an_empty_or_broken_page_is_one_line(page: str) -> None:
    """No markup raises anything else."""
    with pytest.raises(SourceError) as caught:
        read(page)
    assert len(str(caught.value)) < 200


def test_entities_are_decoded_and_none_is_expanded() -> None:
    """A page cannot name files, and a declaration of entities is no text."""
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article(
        text=("&x; &eacute;t&eacute; " + PROSE[0], *PROSE[1:])
    )
    (item,), _ = read(page)
    assert "root:" not in item.body
    assert "été" in item.body


def test_a_long_link_is_looked_at_once() -> None:
    """One of many hyphens that ends in none takes no longer than another."""
    link = f"<h2><a href='/{'-' * 50_000}/x'>The quay number 1 opens today</a></h2>"
    with stop_if_it_hangs():
        items, _ = read(article(above=link * 6))
    assert items


def test_a_title_of_signs_is_parted_at_once() -> None:
    """Signs that may part a title, doubled or not, are one way to read it."""
    with stop_if_it_hangs():
        (item,), _ = read(article(head=f"<title>A second quay {':|' * 200}x</title>"))
    assert (item.title or "").startswith("A second quay")
