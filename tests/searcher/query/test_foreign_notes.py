"""Queries of other systems, as analysts type them: the note has the query in our language."""

import re

import pytest

from searcher.query.foreign_syntax import translate
from searcher.query.query_text import foreign_note

NOTED = """
ferry Near/5 strike -> ferry NEAR/5 strike
ferry WITHIN 5 strike -> ferry NEAR/5 strike
ferry AROUND(5) strike -> ferry NEAR/5 strike
ferry CERCA/5 huelga -> ferry NEAR/5 huelga
ferry NEAR 5 strike -> ferry NEAR/5 strike
ferry NEAR/ strike -> ferry NEAR/10 strike
ferry ANDNOT strike -> ferry AND NOT strike
ferry EXCEPTO huelga -> ferry AND NOT huelga
ferry PRE strike -> ferry PRE/1 strike
wom#n ferry -> wom?n ferry
{Ferry} AND {Night Line} -> =Ferry AND ="Night Line"
ferry 2018..2019 -> ferry date:2018..2019
ferry|strike -> ferry OR strike
(ferry|boat) AND strike -> (ferry OR boat) AND strike
ferry %3 grève -> ferry PRE/3 grève
TIT= ferry SAUF AUT= Dupont -> title:ferry SAUF author:Dupont
ti(night) AND ferry N/5 strike -> title:(night) AND ferry NEAR/5 strike
TI,AB(ferry) AND strike P/3 vote -> lead:(ferry) AND strike PRE/3 vote
lead(ferry) AND title(strike) -> lead:ferry AND title:strike
"""
TEXTS = (
    "job title(s) at sea",
    "up 10 % in May",
    "the C# language",
    "a #ferry",
    "AU(III)",
    "date:2018..2019",
    "/(a|b)c/ /(ab|cd)/",
)


@pytest.mark.parametrize("row", NOTED.strip().split("\n"))
def test_a_query_of_another_system_is_noted(row: str) -> None:
    """Distances, excluding operators, fields and wildcards are translated."""
    query, written = row.split(" -> ")
    assert re.search(rf", write {re.escape(written)}$", foreign_note(query, strict=False)[0].text)


@pytest.mark.parametrize("text", TEXTS)
def test_signs_in_ordinary_text_are_not_noted(text: str) -> None:
    """Percentages, plurals in parentheses, names and periods of ours are no operators."""
    assert foreign_note(text, strict=True) == ()


def test_months_and_typographic_marks_of_lexis_are_read() -> None:
    """A month without a day is a period; single quotation marks around a word are left out."""
    assert translate("ferry and date is March 2018", "lexis")[0] == "ferry AND date:2018-03-01..2018-03-31"
    assert translate("‘ferry’ w/5 strike", "lexis")[0] == "ferry NEAR/5 strike"
