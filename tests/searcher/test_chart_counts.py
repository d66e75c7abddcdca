"""The bounds of a timeline equal those from every item's date."""

from pathlib import Path
from typing import Any

import pytest

from searcher import Searcher
from searcher.reading.over_time import over_time
from searcher.web.page.charts import chart_counts

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
