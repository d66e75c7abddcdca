"""Ids from what a source states."""

from __future__ import annotations

from indexer.sources.stated_values import StatedIds


def test_an_id_rests_on_what_identifies_the_item_not_on_its_text() -> None:
    """A mended text keeps its id in the next dump, wherever the item stands there."""
    first, second = StatedIds(), StatedIds()
    before = first.of("https://news.example/1", "Fery sails", ())
    second.of("https://news.example/2", "Another", ())
    assert second.of("https://news.example/1", "Ferry sails", ()) == before
    assert len(before) == 12


def test_items_that_share_a_link_have_ids_of_their_own() -> None:
    """The second is told by its text, which keeps its id when a third joins them."""
    ids = StatedIds()
    one, two = ids.of("https://news.example/", "One", ()), ids.of("https://news.example/", "Two", ())
    others = StatedIds()
    others.of("https://news.example/", "Three", ())
    assert one != two
    assert others.of("https://news.example/", "Two", ()) == two


def test_items_without_anything_stated_are_told_by_their_text() -> None:
    """White space aside; what is the same twice is numbered."""
    ids = StatedIds()
    first = ids.of(None, "The ferry sails", ())
    assert ids.of("", "The  ferry", ["sails"]) == f"{first}-2"
    assert ids.of(None, "The ferry stays", ()) not in {first, f"{first}-2"}
