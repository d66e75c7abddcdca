"""Ids made from the fields of a source."""

from indexer.sources.stated_values import StatedIds


def test_an_id_does_not_depend_on_the_text() -> None:
    """A corrected text keeps its id in the next dump, wherever the item is there."""
    first, second = StatedIds(), StatedIds()
    before = first.of("https://news.example/1", "Fery sails", ())
    second.of("https://news.example/2", "Another", ())
    assert second.of("https://news.example/1", "Ferry sails", ()) == before
    assert len(before) == 12


def test_items_with_the_same_link_have_different_ids() -> None:
    """The second id is made from the text, and stays when a third item has the link."""
    ids = StatedIds()
    one, two = ids.of("https://news.example/", "One", ()), ids.of("https://news.example/", "Two", ())
    others = StatedIds()
    others.of("https://news.example/", "Three", ())
    assert one != two
    assert others.of("https://news.example/", "Two", ()) == two


def test_items_without_a_link_have_ids_from_their_text() -> None:
    """White space does not count; a repetition is numbered."""
    ids = StatedIds()
    first = ids.of(None, "The ferry sails", ())
    assert ids.of("", "The  ferry", ["sails"]) == f"{first}-2"
    assert ids.of(None, "The ferry stays", ()) not in {first, f"{first}-2"}
