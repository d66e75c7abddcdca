"""Facet values have the expected order, whatever the order of the counts."""

from searcher.engine import Filters, in_order
from searcher.facets import facet_values


def test_values_are_in_the_order_of_their_facet() -> None:
    """Years ascend; countries with more items come first, equal counts by code; unknown ones are last."""
    years = in_order("year", {"unknown": 9, "2019": 1, "2015": 4})
    assert list(years.items()) == [("2015", 4), ("2019", 1), ("unknown", 9)]
    counts = in_order("country", {"unknown": 9, "PE": 2, "CL": 2, "UY": 3})
    assert list(counts) == ["UY", "CL", "PE", "unknown"]
    assert [value.value for value in facet_values("country", counts, Filters())] == list(counts)


def test_a_filtered_value_without_a_match_is_listed() -> None:
    """A filtered value is in its facet with 0, after the values with items."""
    values = facet_values("language", {"en": 1, "es": 2}, Filters(languages=frozenset(["fr", "es"])))
    shown = [(value.value, value.count, value.selected) for value in values]
    assert shown == [("es", 2, True), ("en", 1, False), ("fr", 0, True)]
