"""Facet values have the expected order, whatever the order of the counts."""

from __future__ import annotations

from searcher.engine import Filters, in_order
from searcher.facets import facet_values

COUNTED = {"unknown": 9, "2019": 1, "2015": 4}


def test_years_are_in_order_of_time() -> None:
    """Years ascend, and items without a date come last."""
    assert list(in_order("year", COUNTED).items()) == [("2015", 4), ("2019", 1), ("unknown", 9)]


def test_countries_are_in_order_of_falling_count() -> None:
    """More items come first, equal counts by code, items without a country last."""
    counts = in_order("country", {"unknown": 9, "PE": 2, "CL": 2, "UY": 3})
    assert list(counts) == ["UY", "CL", "PE", "unknown"]
    assert [value.value for value in facet_values("country", counts, Filters())] == list(counts)


def test_a_filtered_value_without_a_match_is_listed() -> None:
    """A filtered value is in its facet with 0, after the values with items."""
    values = facet_values("language", {"en": 1, "es": 2}, Filters(languages=frozenset(["fr", "es"])))
    assert [(value.value, value.count, value.selected) for value in values] == [
        ("es", 2, True),
        ("en", 1, False),
        ("fr", 0, True),
    ]
