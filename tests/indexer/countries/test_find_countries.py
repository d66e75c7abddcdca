"""Rules for finding countries, on invented sentences in three languages."""

import pytest
from tables import by_table

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import find_country
from indexer.countries.shared_names import NO_COUNTRY
from indexer.data_tables import country_rows


@by_table
def test_a_text_has_its_countries(rule: str, text: str, countries: str) -> None:
    """Names, demonyms and places are found with their words, by the rule of the row; lookalikes are not."""
    found = find_countries(text.split("\n"))
    assert "; ".join(" ".join(mention) for mention in found) == countries, rule


def test_countries_of_the_title_come_first() -> None:
    """Countries of the title precede those of the body."""
    assert [one.code for one in find_countries(["Ghana wins."], "Togo loses")] == ["TG", "GH"]


@pytest.mark.slow
def test_a_very_long_line_takes_linear_time() -> None:
    """A line of some hundred thousand letters with thousands of names is read in one pass."""
    line = "Jordan Millfield of Chad saw Paris, Texas, in Georgia and taught French. " * 5_000
    assert {m.code for m in find_countries([line])} >= {"TD", "US"}


def test_meanings_of_qualified_names_are_in_the_tables() -> None:
    """Every name that the table of shared names makes is a form of another table."""
    made = {row[3] for row in country_rows("shared") if row[0] == "shared"} - {NO_COUNTRY}
    assert made
    assert made <= gazetteer().by_form.keys()


@by_table
def test_qualified_names_resolve_as_typed(typed: str, code: str | None) -> None:
    """The rules for texts also apply to a typed name, in any case, if nothing else is typed."""
    assert find_country(typed) == code
