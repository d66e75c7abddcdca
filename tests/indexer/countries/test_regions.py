"""Regions: names of several countries."""

import unicodedata

from tables import by_table

from indexer.countries.country_names import country_names, resolve_countries
from indexer.data_tables import country_rows, names_in_cell

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
