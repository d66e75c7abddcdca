"""What has changed between versions, as people read it."""

from __future__ import annotations

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
def test_a_number_is_shown_with_what_it_counts(before: str, after: str, shown: tuple[str, ...]) -> None:
    """The word that follows in both is given where it has content, never one of grammar."""
    assert changes(before, after) == [shown]
