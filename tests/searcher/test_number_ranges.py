"""Ranges of dates, of numbers in custom fields, and of the number of words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rules import Rule, rules

from searcher import QueryError, Searcher

ITEMS = [
    {"id": "four", "title": "Old quay", "body": "One keeper stays here.", "pages": 4, "date": "2018-05-01"},
    {"id": "twelve", "title": "Boats", "body": "None.", "pages": "12", "date": "2019-05-01"},
    {"id": "half", "title": "The boats of the quay", "body": "A boat sinks.", "Pages": "25.5"},
    {"id": "word", "title": "The boats", "body": "A boat floats and then it sinks.", "pages": "many"},
    {"id": "none", "body": "Sand.", "date": "2020-03-05"},
]
RULES = """
Only numbers of a custom field are compared
  ? pages:>4 {as typed} -> twelve half
  ? pages:>=4 {as typed} -> four twelve half
  ? pages:<12 {as typed} -> four
  ? pages:<=12 / Pages:[* TO 12] {as typed} -> four twelve
  ? pages:[5 TO 25.5] / pages:"[5 TO *]" / pages:[5 TO 30] boats {as typed} -> twelve half
  ? pages:12 {as typed} -> twelve
  ? pages:>many {as typed} -> nothing
  ? boats -pages:[5 TO 30] {as typed} -> word
The words of titles and texts are counted
  ? length:2 {as typed} -> twelve
  ? length:<=2 {as typed} -> twelve none
  ? length:[6 TO 8] {as typed} -> four half
  ? length:>8 {as typed} -> word
Dates are compared by whole periods
  ? date:>=2019 {as typed} -> twelve none
  ? date:>2019-05 / date:[2020-03 TO *] {as typed} -> none
  ? date:<2019-05-01 {as typed} -> four
  ? date:<=2019 / fecha:[2018 TO 2019] {as typed} -> four twelve
A value that is no range is an error with the remedy
  ? length:many -> error “many” is not a number of words for length:; write length:>300
  ? length:[1 TO many] -> error “\\[1 TO many\\]” is not a number of words
  ? date:>soon -> error “soon” is not a date for date:
  ? date:[2020 TO 2018] -> error the first date is after the second
  ? date:[* TO *] -> error “\\[\\* TO \\*\\]” is not a date
Brackets around words of an unknown field are punctuation
  ? colour:[boats TO sand] -> ; note has read “colour:[boats” as the words colour [boats
"""


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of the items."""
    with Searcher(make_shared_index(*ITEMS)) as searcher:
        yield searcher


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_ranges_holds(searcher: Searcher, rule: Rule) -> None:
    """Each question finds its items, by both evaluators."""
    rule.check(searcher)


def test_ranges_of_fields_are_limited_and_explained(searcher: Searcher) -> None:
    """Each reads all values of its field; beyond eight they are left out, or refused."""
    query = " OR ".join(f"pages:>{number}" for number in range(9))
    (note,) = searcher.search(query).notes
    assert note.text == "left out “a range of numbers”: a query may contain 8 of them"
    with pytest.raises(QueryError, match=r"a range of numbers.* is one too many"):
        searcher.search(query, strict=True)
    (explanation,) = searcher.search("pages:[5 TO 12]", explain=True).explanations
    assert explanation.what == "only where pages: 5..12"
