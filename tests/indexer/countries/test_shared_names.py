"""Rules for names that several countries share, on invented sentences and as typed in a search."""

import pytest
from tables import by_table

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import find_country
from indexer.countries.shared_names import NO_COUNTRY
from indexer.data_tables import country_rows


def found(sentence: str) -> dict[str, str]:
    """Return the codes found, each with its evidence."""
    return {mention.code: mention.evidence for mention in find_countries([sentence])}


@by_table
def test_qualifiers_determine_the_country_of_a_shared_name(sentence: str, code: str, evidence: str) -> None:
    """Spelt out or abbreviated, with or without accents, points and capitals, before or after the name."""
    assert found(sentence) == {code: evidence}


@pytest.mark.parametrize("sentence", ["Bakers of S. America", "A north American wood", "W. Indian sailors"])
def test_a_part_of_a_continent_is_no_country(sentence: str) -> None:
    """A qualifier may turn a name into one that is no country's."""
    assert found(sentence) == {}


@by_table
def test_unrelated_qualifiers_do_not_change_a_shared_name(sentence: str, codes: set[str]) -> None:
    """A qualifier of another word, sentence or name has no effect."""
    assert found(sentence).keys() == codes


@by_table
def test_a_direction_from_a_country_is_no_part_of_its_name(sentence: str, codes: set[str]) -> None:
    """A name after "of" may be a republic, not the north or south of another country."""
    assert found(sentence).keys() == codes


def test_meanings_of_qualified_names_are_in_the_tables() -> None:
    """Every name that the table of shared names makes is a form of another table."""
    made = {row[3] for row in country_rows("shared") if row[0] == "shared"} - {NO_COUNTRY}
    assert made
    assert made <= gazetteer().by_form.keys()


@by_table
def test_qualified_names_resolve_as_typed(typed: str, code: str | None) -> None:
    """The rules for texts also apply to a typed name, in any case, if nothing else is typed."""
    assert find_country(typed) == code
