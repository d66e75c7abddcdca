"""News items: what their parts are called."""

from typing import get_args

from indexer.item import DateKind
from indexer.schema import DATE_KINDS


def test_an_item_has_the_kinds_of_dates_that_the_index_stores() -> None:
    """Both name the same kinds; the index has one more for what is not dated."""
    assert ("none", *get_args(DateKind)) == DATE_KINDS
