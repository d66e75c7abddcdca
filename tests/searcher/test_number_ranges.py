"""Ranges of dates, of numbers in custom fields, and of the number of words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rule_files import rules_next_to
from rules import Rule

from searcher import QueryError, Searcher

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


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("rule", rules_next_to(__file__))
def test_a_rule_of_ranges_holds(searcher: Searcher, rule: Rule) -> None:
    """Each question finds its items, by both evaluators."""
    rule.check(searcher)


def test_ranges_of_fields_are_limited_and_explained(searcher: Searcher) -> None:
    """Each reads all values of its field; beyond eight they are left out, or refused."""
    query = " OR ".join(f"pages:>{number}" for number in range(9))
    (note,) = searcher.search(query).notes
    assert note.text == (
        "“a range of numbers” was ignored, because a query may contain at most 8 parts of this kind"
    )
    with pytest.raises(QueryError, match=r"a range of numbers.* at most 8 parts of this kind"):
        searcher.search(query, strict=True)
    (explanation,) = searcher.search("pages:[5 TO 12]", explain=True).explanations
    assert explanation.what == "filter: pages: 5..12"
