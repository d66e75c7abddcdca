"""News items: the names of their parts."""

from typing import get_args

from indexer.item import DateKind
from indexer.schema import DATE_KINDS


def test_an_item_has_the_date_kinds_of_the_index() -> None:
    """Items and the index have the same kinds of dates; the index has one more for undated items."""
    assert ("none", *get_args(DateKind)) == DATE_KINDS
