"""Bounds of filters, queries and counts: days, months, intervals, and items with many countries."""

import pytest
from rule_files import rules_next_to
from rules import Archives, Rule


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("rule", rules_next_to(__file__))
def test_a_rule_of_bounds_holds(archives: Archives, rule: Rule) -> None:
    """Both evaluators find the items within the bounds, and no others."""
    archives.check(rule)


@pytest.mark.usefixtures("evaluator")
def test_the_last_day_of_a_year_counts_in_its_month(archives: Archives) -> None:
    """Each day counts in its month, also the first and the last one of all."""
    searcher = archives.of("en a 2018-01-01: tide", "en b 2019-12-31: tide", "en c 2019-11-30: tide")
    months = {value.value: value.count for value in searcher.search("tide", facets=["month"]).facets["month"]}
    assert months == {"2018-01": 1, "2019-11": 1, "2019-12": 1}
