"""What Searcher.search takes from Python, and what it says of other types."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from searcher import Searcher
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def searcher(sample_index: Path) -> Iterator[Searcher]:
    """The sample archive."""
    with Searcher(sample_index) as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"countries": "KE"}, {"countries": ["KE"]}),
        ({"countries": {"KE"}}, {"countries": ["KE"]}),
        ({"languages": "fr"}, {"languages": ("fr",)}),
        ({"facets": "year"}, {"facets": ["year"]}),
        ({"date_from": 2018, "date_to": 2020}, {"date_from": "2018", "date_to": "2020"}),
        ({"date_from": date(2018, 3, 5)}, {"date_from": "2018-03-05"}),
        ({"date_to": datetime(2018, 3, 5, 12)}, {"date_to": "2018-03-05"}),  # noqa: DTZ001 - the zone is the user's
    ],
)
def test_what_is_meant_is_taken(searcher: Searcher, given: dict[str, Any], meant: dict[str, Any]) -> None:
    """A string where a list is meant is one value; years may be numbers, and days dates."""
    for query in ("ferry", None):
        found, expected = searcher.search(query, **given), searcher.search(query, **meant)
        assert [hit.id for hit in found] == [hit.id for hit in expected]
        assert found.facets == expected.facets


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"query": 5}, "a query is text"),
        ({"query": ["ferry"]}, "a query is text, or None for everything, not several values"),
        ({"query": b"ferry"}, "a query is text, or None for everything, not a bytes"),
        ({"countries": 5}, "countries takes a string or a list of strings, not a int"),
        ({"languages": ["en", None]}, "languages takes a string or a list of strings, not None"),
        ({"date_from": 1.5}, "date_from takes text such as 2018-03, a year, or a datetime.date, not a float"),
        ({"date_to": ["2018"]}, "date_to takes text"),
        ({"limit": "5"}, "whole numbers"),
        ({"query_language": 5}, "query_language is a code or a name"),
        ({"via": 5}, "via takes a string"),
    ],
)
def test_another_type_is_told(searcher: Searcher, given: dict[str, Any], message: str) -> None:
    """An argument of another type is an error that says what is meant."""
    with pytest.raises(TypeError, match=message):
        searcher.search(**{"query": "ferry"} | given)


def test_one_question_is_not_read_as_letters(searcher: Searcher) -> None:
    """Where a list of questions is meant, a text is an error, not a question for each letter."""
    with pytest.raises(TypeError, match="a list of questions, not a str"):
        batch(searcher, "ferry")
    with pytest.raises(TypeError, match="a list of questions, not a int"):
        batch(searcher, 5)  # type: ignore[arg-type] # the mistake
    with pytest.raises(TypeError, match="a list of questions, not a str"):
        over_time(searcher, "ferry", versus="flood")


def test_results_are_their_hits(searcher: Searcher) -> None:
    """A loop goes over the hits, their number is the length, and flat records fit a table."""
    results = searcher.search("ferry", limit=3)
    assert [hit.rank for hit in results] == [1, 2, 3]
    assert len(results) == 3
    assert len(repr(results)) < 100
    rows = results.to_records()
    assert [row["id"] for row in rows] == [hit.id for hit in results]
    assert all(
        value is None or isinstance(value, (str, int, float)) for row in rows for value in row.values()
    )
    assert rows[0].keys() >= {"date_start", "date_end", "countries", "languages", "via", "file", "first_line"}
