"""Facet values and the periods of a chart: their order and their counts."""

from pathlib import Path
from typing import Any

import pytest

from searcher import Searcher
from searcher.engine import Filters, sort_counts
from searcher.facets import facet_values
from searcher.reading.over_time import over_time
from searcher.web.page.charts import chart_counts


def test_values_are_in_the_order_of_their_facet() -> None:
    """Years ascend; countries with more items come first, equal counts by code; unknown ones are last."""
    years = sort_counts("year", {"unknown": 9, "2019": 1, "2015": 4})
    assert list(years.items()) == [("2015", 4), ("2019", 1), ("unknown", 9)]
    counts = sort_counts("country", {"unknown": 9, "PE": 2, "CL": 2, "UY": 3})
    assert list(counts) == ["UY", "CL", "PE", "unknown"]
    assert [value.value for value in facet_values("country", counts, Filters())] == list(counts)


def test_a_filtered_value_without_a_match_is_listed() -> None:
    """A filtered value is in its facet with 0, after the values with items."""
    values = facet_values("language", {"en": 1, "es": 2}, Filters(languages=frozenset(["fr", "es"])))
    shown = [(value.value, value.count, value.selected) for value in values]
    assert shown == [("es", 2, True), ("en", 1, False), ("fr", 0, True)]


NARROWED: tuple[dict[str, Any], ...] = (
    {},
    {"estimated": True},
    {"languages": "es"},
    {"date_from": "2015", "date_to": "2015", "estimated": True},
    {"date_from": "2018", "date_to": "2018"},
    {"date_from": "2015-06", "date_to": "2016", "countries": ("FJ", "CL", "EC")},
    {"date_from": "2031", "date_to": "2031"},
)


@pytest.mark.parametrize("query", [None, "ferry harbour", "pescadores"])
def test_bounds_of_a_period_equal_those_from_all_dates(sample_index: Path, query: str | None) -> None:
    """Dated: items with a known day in the period. At most: estimated ones, too. No date filter matters."""
    with Searcher(sample_index) as searcher:
        for narrowed in NARROWED:
            results = searcher.search(query, **narrowed)
            others = {name: value for name, value in narrowed.items() if name not in {"date_from", "date_to"}}
            dates = [hit.date for hit in searcher.search(query, limit=None, group=False, **others)]
            known = [date for date in dates if date is not None]
            charts = [chart for chart in chart_counts(searcher, results, query, narrowed) if chart]
            for chart in charts:
                for value, dated, most in chart.periods:
                    length = len(value)
                    reaching = [
                        date
                        for date in known
                        if date.start.isoformat()[:length] <= value <= date.end.isoformat()[:length]
                    ]
                    assert most == len(reaching)
                    assert dated == len([date for date in reaching if date.kind != "estimated"])
            years = charts[0]
            assert years.undated == len(dates) - len(known)
            assert years.estimated == len([date for date in known if date.kind == "estimated"])
            if not narrowed.get("date_from"):
                (series,) = over_time(searcher, query, **{"all_words": False} | narrowed)
                counted = {point.period: (point.dated, point.high) for point in series.points}
                shown = {value: (dated, most) for value, dated, most in years.periods if most}
                assert {period: both for period, both in counted.items() if both[1]} == shown
            if query is None:
                assert (len(charts) == 2) == (narrowed.get("date_from") in {"2015", "2018", "2015-06"})
