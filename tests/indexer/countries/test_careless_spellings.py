"""Rules for careless spellings of names, on invented sentences."""

import unicodedata

import pytest
from tables import by_table

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import country_names


def found(sentence: str) -> dict[str, str]:
    """Return the codes found, each with its kind of evidence."""
    return {mention.code: mention.via for mention in find_countries([sentence])}


@by_table
def test_names_are_found_in_careless_spellings(sentence: str, codes: str) -> None:
    """A name without accents, apostrophes or hyphens, or with a capital in each word, is the same name."""
    assert found(sentence) == dict.fromkeys(codes.split(), "name")


def test_nationalities_and_places_are_found_without_accents() -> None:
    """Demonyms and places without accents mean the same as with them."""
    assert found("Le boulanger bresilien et la ministre coreenne a Geneve") == {
        "BR": "demonym",
        "KR": "demonym",
        "CH": "place",
    }


@by_table
def test_a_word_of_the_three_languages_is_no_careless_spelling(sentence: str) -> None:
    """An unaccented name that is a word or another name is no country."""
    assert found(sentence) == {}


@pytest.mark.parametrize("language", ["es", "fr"])
def test_every_name_is_found_without_accents(language: str) -> None:
    """All names of countries are found without accents, except those with another meaning."""
    missed = set()
    for code, name in country_names(language).items():
        plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        if name in gazetteer().by_form and found(f"Le port : {plain} .") != {code: "name"}:
            missed.add(plain)
    assert missed == {"es": {"Santa Lucia"}, "fr": {"Georgie", "Suede", "La Reunion"}}[language]
