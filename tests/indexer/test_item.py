"""News items: what their parts are called."""

from indexer.item import KIND_NUMBERS
from indexer.schema import DATE_KINDS


def test_a_kind_of_date_has_the_number_of_its_name() -> None:
    """The index stores numbers, and a question names kinds."""
    assert {number: kind or "none" for kind, number in KIND_NUMBERS.items()} == dict(enumerate(DATE_KINDS))
