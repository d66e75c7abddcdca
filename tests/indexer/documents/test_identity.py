"""The identity of items: stable from one dump of a page to the next."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.documents.document import page_ids
from indexer.item import RawItem, SourceLines


def raw(title: str | None, *paragraphs: str, line: int = 1) -> RawItem:
    """Return an item as a source states it."""
    return RawItem(SourceLines("page.txt", line, line), title, paragraphs)


def test_an_id_does_not_depend_on_the_place_of_the_item() -> None:
    """New items above move an item down the page; its id stays."""
    old = raw("Ferry back in service", "It sails again.", line=2)
    moved = raw("Ferry back in service", "It sails again.", line=40)
    assert page_ids([old]) == page_ids([raw("New", "News."), moved])[1:]


def test_equal_items_have_different_stable_ids() -> None:
    """Equal items are numbered from the end, so that a new one at the top leaves the others their ids."""
    twin = raw("Notice", "Closed today.")
    before = page_ids([twin, twin])
    after = page_ids([twin, twin, twin])
    assert len(set(after)) == 3
    assert after[1:] == before


def test_white_space_does_not_change_an_id() -> None:
    """A dump that wraps or pads its lines differently has the same items."""
    assert page_ids([raw("Ferry  back ", "It sails\u00a0again.")]) == page_ids(
        [raw("Ferry back", "It sails again.")]
    )


@given(st.lists(st.tuples(st.none() | st.text(max_size=3), st.text(max_size=3)), max_size=30))
def test_ids_of_one_source_are_all_different(parts: list[tuple[str | None, str]]) -> None:
    """No two items share an id, even if they are equal."""
    ids = page_ids([raw(title, paragraph) for title, paragraph in parts])
    assert len(set(ids)) == len(ids)
