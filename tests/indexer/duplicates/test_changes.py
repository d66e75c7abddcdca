"""Differences between versions, as people read them."""

from tables import by_table

from indexer.duplicates.compared_text import changes


@by_table
def test_a_number_is_shown_with_its_unit(before: str, after: str, shown: tuple[str, ...]) -> None:
    """The word that follows it in both versions is added if it is a content word."""
    assert changes(before, after) == [shown]
