"""Rules for finding countries, on invented sentences in three languages."""

import unicodedata

import pytest
from tables import by_table

from indexer.countries.country_mentions import find_countries


def found(*paragraphs: str, title: str | None = None) -> dict[str, str]:
    """Return the codes found, each with its kind of evidence."""
    return {mention.code: mention.via for mention in find_countries(paragraphs, title)}


@by_table
def test_names_are_found_in_three_languages(sentence: str, codes: str) -> None:
    """A country's name, in any of the languages and with any apostrophe, is found by name."""
    assert found(sentence) == dict.fromkeys(codes.split(), "name")


@by_table
def test_demonyms_are_found_in_three_languages(sentence: str, codes: str) -> None:
    """An adjective or noun of nationality means its country, and the longest match is used."""
    assert found(sentence) == dict.fromkeys(codes.split(), "demonym")


@by_table
def test_places_are_found_if_their_country_is_not_named(sentence: str, codes: str) -> None:
    """A city or province that is in one country only is evidence of it."""
    assert found(sentence) == dict.fromkeys(codes.split(), "place")


@by_table
def test_lookalikes_name_no_country(sentence: str) -> None:
    """Regions, languages, treaties, titles, seas, papers, brands, persons and words are no countries."""
    assert found(sentence) == {}


def test_a_name_beats_a_demonym_beats_a_place() -> None:
    """A country is listed once, with its strongest evidence, where it first occurs."""
    mentions = find_countries(["In Lima, Chilean and Peruvian judges met; Peru hosts next."])
    assert [(m.code, m.via, m.evidence) for m in mentions] == [
        ("PE", "name", "Peru"),
        ("CL", "demonym", "Chilean"),
    ]


def test_countries_of_the_title_come_first() -> None:
    """Countries of the title precede those of the body."""
    assert list(found("Ghana wins.", title="Togo loses")) == ["TG", "GH"]


def test_evidence_is_the_literal_text() -> None:
    """The evidence keeps the text's own apostrophe."""
    assert find_countries(["Voyage en Côte d’Ivoire"])[0].evidence == "Côte d’Ivoire"


def test_unicode_forms_do_not_matter() -> None:
    """Composed and decomposed text give the same countries with the same evidence."""
    text = "Écoles d'Algérie, España, Côte d’Ivoire, Malé, Québec, sénégalais"
    assert find_countries([unicodedata.normalize("NFD", text)]) == find_countries([text])
    assert find_countries([text])


@by_table
def test_a_shared_form_means_the_named_country(sentence: str, codes: set[str]) -> None:
    """A form of several countries means the one that the text names, else the likeliest."""
    assert set(found(sentence)) == codes


@by_table
def test_a_place_is_in_the_state_or_country_after_it(sentence: str, codes: set[str]) -> None:
    """A state or country right after a place determines which place it is."""
    assert set(found(sentence)) == codes


@by_table
def test_a_state_after_a_town_determines_its_country(sentence: str, country: str, evidence: str) -> None:
    """A town of a well-known name is in the state that follows it, if one does."""
    assert [(m.code, m.via, m.evidence) for m in find_countries([sentence])] == [(country, "place", evidence)]


@pytest.mark.parametrize("sentence", ["PNG police open a school", "The PNG's parliament opens"])
def test_png_is_a_country_before_words_of_state(sentence: str) -> None:
    """The abbreviation means Papua New Guinea if the next word is about a state."""
    assert found(sentence) == {"PG": "name"}


@by_table
def test_georgia_after_a_town_may_be_a_country(sentence: str, codes: set[str]) -> None:
    """After a town, Georgia is the country if it acts, owns something, or is named elsewhere."""
    assert codes <= found(sentence).keys()
    assert "US" not in found(sentence)


def test_a_state_after_a_town_in_a_list_is_another_place() -> None:
    """If a list continues, the name after a town is another place."""
    assert found("Trams of Athens, Georgia, and Armenia").keys() == {"GR", "GE", "AM"}
    assert found("Trams of Vienna, Virginia and Paris").keys() == {"AT", "FR"}
    assert found("Trams of Tbilisi, Georgia").keys() == {"GE"}


@by_table
def test_people_with_names_of_countries_are_no_countries(sentence: str, codes: set[str]) -> None:
    """The words next to the name distinguish the person from the country."""
    assert set(found(sentence)) == codes


def test_empty_texts_have_no_countries() -> None:
    """Without text there are no countries."""
    assert find_countries([]) == ()
    assert find_countries(["", " "], "") == ()


@pytest.mark.slow
def test_a_very_long_line_takes_linear_time() -> None:
    """A line of some hundred thousand letters with thousands of names is read in one pass."""
    line = "Jordan Millfield of Chad saw Paris, Texas, in Georgia and taught French. " * 5_000
    assert {m.code for m in find_countries([line])} >= {"TD", "US"}
