"""Rules for names that several countries share, on invented sentences and as typed in a search."""

from tables import by_table

from indexer.countries.country_mentions import gazetteer
from indexer.countries.country_names import find_country
from indexer.countries.shared_names import NO_COUNTRY
from indexer.data_tables import country_rows


def test_meanings_of_qualified_names_are_in_the_tables() -> None:
    """Every name that the table of shared names makes is a form of another table."""
    made = {row[3] for row in country_rows("shared") if row[0] == "shared"} - {NO_COUNTRY}
    assert made
    assert made <= gazetteer().by_form.keys()


@by_table
def test_qualified_names_resolve_as_typed(typed: str, code: str | None) -> None:
    """The rules for texts also apply to a typed name, in any case, if nothing else is typed."""
    assert find_country(typed) == code
