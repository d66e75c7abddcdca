"""Differences between versions, as people read them."""

import pytest

from indexer.duplicates.compared_text import changes


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("12 people died in Lima", "15 people died in Lima", ("12", "15", "people")),
        ("In Lima 1 was hurt", "In Lima 2 was hurt", ("1", "2", "")),
        ("En Lima, 3 de los barcos", "En Lima, 4 de los barcos", ("3", "4", "")),
        ("À Lyon, 3 morts", "À Lyon, 4 morts", ("3", "4", "morts")),
    ],
)
def test_a_number_is_shown_with_its_unit(before: str, after: str, shown: tuple[str, ...]) -> None:
    """The word that follows it in both versions is added if it is a content word."""
    assert changes(before, after) == [shown]
