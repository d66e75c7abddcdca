"""Ranges of dates, of numbers in custom fields, and of the number of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer.errors import QueryError
from searcher import Searcher

ITEMS = [
    {"id": "four", "title": "Old quay", "body": "One keeper stays here.", "pages": 4, "date": "2018-05-01"},
    {"id": "twelve", "title": "Boats", "body": "None.", "pages": "12", "date": "2019-05-01"},
    {"id": "half", "title": "The boats of the quay", "body": "A boat sinks.", "Pages": "25.5"},
    {"id": "word", "title": "The boats", "body": "A boat floats and then it sinks.", "pages": "many"},
    {"id": "none", "body": "Sand.", "date": "2020-03-05"},
]


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of the items."""
    with Searcher(make_shared_index(*ITEMS)) as searcher:
        yield searcher


@pytest.mark.parametrize("numpy", [True, False])
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("pages:>4", "twelve half"),
        ("pages:>=4", "four twelve half"),
        ("pages:<12", "four"),
        ("pages:<=12", "four twelve"),
        ("pages:[5 TO 25.5]", "twelve half"),
        ("Pages:[* TO 12]", "four twelve"),
        ("pages:12", "twelve"),
        ('pages:"[5 TO *]"', "twelve half"),
        ("pages:>many", ""),
        ("pages:[5 TO 30] boats", "twelve half"),
        ("boats -pages:[5 TO 30]", "word"),
        ("length:2", "twelve"),
        ("length:<=2", "twelve none"),
        ("length:[6 TO 8]", "four half"),
        ("length:>8", "word"),
        ("date:>=2019", "twelve none"),
        ("date:>2019-05", "none"),
        ("date:<2019-05-01", "four"),
        ("date:<=2019", "four twelve"),
        ("fecha:[2018 TO 2019]", "four twelve"),
        ("date:[2020-03 TO *]", "none"),
    ],
)
def test_ranges_find_these_items(
    searcher: Searcher, query: str, ids: str, monkeypatch: pytest.MonkeyPatch, *, numpy: bool
) -> None:
    """Only numbers are compared; both evaluators agree."""
    if not numpy:
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules={}))
    results = searcher.search(query, strict=True, expand=False, group=False)
    assert {hit.id for hit in results} == set(ids.split())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("length:many", "“many” is no number of words for length:; write length:>300"),
        ("length:[1 TO many]", r"“\[1 TO many\]” is no number of words"),
        ("date:>soon", "“soon” is no date for date:"),
        ("date:[2020 TO 2018]", "the first date lies after the second"),
        ("date:[* TO *]", r"“\[\* TO \*\]” is no date"),
    ],
)
def test_invalid_ranges_are_errors(searcher: Searcher, query: str, message: str) -> None:
    """A value that is no range is an error with the remedy."""
    with pytest.raises(QueryError, match=message):
        searcher.search(query)


def test_ranges_of_fields_are_limited(searcher: Searcher) -> None:
    """Each reads all values of its field; beyond eight they are left out, or refused."""
    query = " OR ".join(f"pages:>{number}" for number in range(9))
    (note,) = searcher.search(query).notes
    assert note.text == "left out “a range of numbers”: a query may hold 8 of them"
    with pytest.raises(QueryError, match=r"a range of numbers.* is one too many"):
        searcher.search(query, strict=True)


def test_a_range_is_explained(searcher: Searcher) -> None:
    """The explanation has the interval."""
    (explanation,) = searcher.search("pages:[5 TO 12]", explain=True).explanations
    assert explanation.what == "only where pages: 5..12"


def test_without_a_field_a_range_is_text(searcher: Searcher) -> None:
    """Brackets around words of an unknown field are punctuation."""
    (note,) = searcher.search("colour:[boats TO sand]", group=False).notes
    assert note.text.startswith("read “colour:[boats” as the words colour [boats")
