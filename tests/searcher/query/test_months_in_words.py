"""Months in words are dates in any language, and are neither corrected nor read as other words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Searcher

ESTIMATE = {"start": "2012-03-05", "end": "2012-03-25", "kind": "estimated"}
RECORDS = (
    {"id": "named", "body": "The bridge was opened in March 2012, after years", "date": "2014-01-02"},
    {"id": "guess", "body": "The bridge is nearly ready", "date": ESTIMATE},
    {
        "id": "maize",
        "body": "The price of corn and maize, and the trade mark of a farm",
        "date": "2020-05-07",
    },
    {"id": "may", "body": "The fair of May 2020", "date": "2020-06-01"},
)
OFFER = "no printed date lies in “{}”; date:2012-03 --estimated finds the items that are estimated to"


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of items that are dated, estimated, or name a month."""
    with Searcher(make_shared_index(*RECORDS)) as searcher:
        yield searcher


@pytest.mark.parametrize("query", ["marzo de 2012", "mars 2012", "en mars 2012", "March 2012"])
def test_months_match_their_names_in_any_language(searcher: Searcher, query: str) -> None:
    """The item that names the month is first; nothing is corrected, and estimated dates are offered."""
    results = searcher.search(query)
    assert results.hits[0].id == "named"
    assert (results.suggestion, results.unmatched) == (None, ())
    offers = [text for kind, text in results.notes if kind == "date_estimated"]
    assert offers == [OFFER.format(query.removeprefix("en "))]
    assert [one["to"] for one in results.expansions] == ([] if query == "March 2012" else [["March"]])
    estimated = searcher.search(query, estimated=True)
    assert {hit.id for hit in estimated.hits} >= {"named", "guess"}
    assert "date_estimated" not in [kind for kind, _ in estimated.notes]


def test_a_month_with_a_year_is_no_other_word(searcher: Searcher) -> None:
    """French *mai* with a year is May, not maize; items of the date are first; *marzo* alone is no slip."""
    results = searcher.search("mai 2020")
    assert [hit.id for hit in results.hits[:2]] == ["maize", "may"]
    assert results.expansions == ({"from": "mai", "to": ["May"]},)
    assert results.hits[0].via == ("typed",)  # by its date
    assert searcher.search("marzo").suggestion is None
    assert "corn" not in str(searcher.search("mai").expansions)
