import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.date_grammar import fold
from indexer.dates.expressions import _patterns, find_observances


@by_table
def test_an_international_day_is_known_by_its_name(text: str, day: tuple[int, int]) -> None:
    """The usual English, Spanish and French names give the fixed date."""
    found = find_observances(fold(text))
    assert [(one.start_month, one.start_day) for one, _, _ in found] == [day]


@by_table
def test_an_ordinary_day_is_no_observance(text: str) -> None:
    """The word "day", alone or with other words, is the name of no international day."""
    assert find_observances(fold(text)) == []


@pytest.mark.slow
@given(st.data())
def test_the_prefilter_of_a_day_occurs_in_each_of_its_names(data: st.DataObject) -> None:
    """No name is missed because a text lacks the letters that are searched first."""
    _, held, pattern = data.draw(st.sampled_from(_patterns()))
    alphabet = st.sampled_from("abcdefghijklmnopqrstuvwxyz '-")
    name = data.draw(
        st.from_regex(re.sub(r"\(\?<?[!=][^()]*\)", "", pattern.pattern), fullmatch=True, alphabet=alphabet)
    )
    assert all(held)
    assert any(letters in name for letters in held)
