"""Filters, counts and mistakes, over small archives with known answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rules import Archives

from searcher import Results, Searcher
from searcher.present.notices import subjects_offered


def counts(results: Results, facet: str) -> dict[str, int]:
    """Return the counts of a facet."""
    return {value.value: value.count for value in results.facets[facet]}


def test_an_empty_page_offers_subjects(archives: Archives) -> None:
    """A word that is spelt like nothing leads to the list of subjects."""
    for query in ("xylophone", "OLBERY"):
        results = archives.of("en a: the watermill of Oldbury").search(query)
        assert subjects_offered(results) == ["dragoman facets --facet topic lists the subjects of the items"]


def test_a_range_matches_every_day_that_it_touches(make_index: Callable[..., Path]) -> None:
    """An item of several days matches any of them, and counts in each year that it touches."""
    folder = make_index({"id": "fair", "body": "tide", "date": {"start": "2018-12-30", "end": "2019-01-02"}})
    with Searcher(folder) as searcher:
        assert searcher.search("tide", date_from="2019").total == 1
        assert searcher.search("tide", date_to="2018").total == 1
        assert searcher.search("tide", date_from="2019-01-03").total == 0
        assert counts(searcher.search("tide"), "year") == {"2018": 1, "2019": 1}


def test_months_are_counted_for_one_year_or_on_request(make_index: Callable[..., Path]) -> None:
    """Months are counted for a single year, in order of time; on request, those of all years are."""
    days = ("2018-09-01", "2018-02-01", {"start": "2019-12-30", "end": "2020-01-02"}, None)
    with Searcher(make_index(*({"body": "tide", "date": day} for day in days))) as searcher:
        every = counts(searcher.search("tide", facets="month"), "month")
        assert [*every.items()] == [
            (month, 1) for month in ("2018-02", "2018-09", "2019-12", "2020-01", "unknown")
        ]
        later = searcher.search("tide", facets="month", date_from="2019").facets["month"]
        assert [value.value for value in later if value.selected] == ["2019-12", "2020-01"]
        months = searcher.search("tide", date_from="2018", date_to="2018").facets["month"]
        labels = {"2018-02": "February 2018", "2018-09": "September 2018"}
        assert [(value.value, value.label) for value in months] == [*labels.items()]
        assert "month" not in searcher.search("tide", date_from="2018", date_to="2019").facets
        asked = searcher.search("tide", date_from="2018", date_to="2018", facets=["month"])
        assert list(asked.facets) == ["month"]


def test_a_closed_searcher_is_an_error(make_index: Callable[..., Path]) -> None:
    """Its hits can still be read, and it may be closed twice."""
    with Searcher(make_index({"id": "a", "body": "tide"})) as searcher:
        (hit,) = searcher.search("tide").hits
        searcher.close()
    asking = (lambda: searcher.search("tide"), lambda: searcher.similar("a"), lambda: searcher.item("a"))
    for ask in (*asking, searcher.info):
        with pytest.raises(RuntimeError, match="closed"):
            ask()
    assert (hit.id, hit.title, hit.snippet) == ("a", None, "**tide**")
