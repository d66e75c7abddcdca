"""Datelines of agencies name the country of their place; people and works with the name of a place do not."""

import pytest
from tables import by_table

from indexer.countries.country_mentions import find_countries


@by_table
def test_a_dateline_names_a_country(text: str, codes: str, evidence: str) -> None:
    """The place, a date or an agency, and a dash: the words are the evidence, by a place."""
    found = find_countries([text], "Mill opens")
    assert [one.code for one in found] == codes.split()
    assert (found[0].via, found[0].evidence) == ("place", evidence)


@pytest.mark.parametrize(
    "text",
    [
        "WARNING - The mill is closed.",
        "Reading - a habit of millers.",
        "The mill opened.\nOSLO - a later line.",
        "Houston, we are late - said the miller.",
    ],
)
def test_other_beginnings_are_no_datelines(text: str) -> None:
    """A word that is no place, a place in small letters without date or agency, and later lines name none."""
    assert find_countries(text.split("\n")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Indiana Jones ground the corn.",
        "They saw “Casablanca” twice.",
        'She sang "Midnight in Casablanca" there.',
    ],
)
def test_people_and_works_are_no_places(text: str) -> None:
    """A place that is a given name before a surname, or in the title of a work, names no country."""
    assert find_countries([text]) == ()


def test_a_quoted_sentence_still_names_places() -> None:
    """Quotation marks around a sentence make no title of it."""
    (found,) = find_countries(['"The mill of Casablanca is closed," she said.'])
    assert found.code == "MA"
