"""Suggestions: completions of a query with their descriptions and addresses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from page_reading import client_of, page_of
from starlette.testclient import TestClient

from indexer import update
from searcher.web.page import suggestions


def suggested(client: TestClient, query: str, ui: str = "en") -> list[tuple[str, str, str]]:
    """Return the completions of a query, each with its description and its address."""
    answer = client.get("/suggest", params={"q": query, "ui": ui})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    typed, *columns = answer.json()
    assert typed == query
    return [*zip(*columns, strict=True)]


def test_topics_countries_and_titles_are_suggested(client: TestClient) -> None:
    """A topic, a country and a title lead to what they name, with the number of items that they count."""
    found = suggested(client, "ferr")
    assert found[0][:2] == ("ferry", "Topic, 6 items")
    titles = [text for text, about, _ in found if about == "title"]
    assert titles
    assert all("ferr" in title.lower() for title in titles)
    ((name, about, address),) = suggested(client, "keny")
    assert (name, about, address) == ("Kenya", "Country, 1 item", "http://testserver/search?country=KE")
    for *_, address in (*found, *suggested(client, "ke")):
        assert page_of(client, address).xpath("//h1")


def test_names_are_in_the_language_of_the_reader(client: TestClient) -> None:
    """A name typed in one language is suggested in that of the reader, with the typed one."""
    assert suggested(client, "inondat", "es")[0][:2] == ("inundación", "inondation, Tema, 4 noticias")
    assert suggested(client, "alema", "fr")[0][0] == "Allemagne"


def test_accents_and_case_make_no_difference(client: TestClient) -> None:
    """A name is found without its accents and in capitals."""
    assert suggested(client, "INUNDACION") == suggested(client, "inundación")


@pytest.mark.parametrize(("typed", "corrected"), [("feryy", "ferry"), ("harbuor", "harbour")])
def test_a_misspelt_word_is_corrected(client: TestClient, typed: str, corrected: str) -> None:
    """If nothing begins as typed, the corrected query is suggested."""
    assert suggested(client, typed)[0][:2] == (corrected, "corrected spelling")


@pytest.mark.parametrize("typed", ["", "f", '"ferry', "title:fer", "ferry -x", "ferry (", "__", "x" * 101])
def test_nothing_is_suggested_for_operators(client: TestClient, typed: str) -> None:
    """Short and long queries, and those with operators, have no suggestions."""
    assert suggested(client, typed) == []


def test_suggestions_are_of_the_current_generation(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """After an update, new titles and countries are suggested; a repeated request is not computed again."""
    index = make_index({"title": "Quiet harbour", "body": "x", "countries": ["KE"]})
    client = client_of(index)
    assert suggested(client, "peru") == []
    assert [text for text, *_ in suggested(client, "quiet")] == ["Quiet harbour"]
    more = tmp_path / "more.jsonl"
    more.write_text(
        '{"id": "n", "title": "Quieter quay", "body": "x", "language": "en", "countries": ["PE"]}\n'
    )
    update(index, [more])
    assert [text for text, *_ in suggested(client, "peru")] == ["Peru"]
    assert {text for text, *_ in suggested(client, "quiet")} == {"Quiet harbour", "Quieter quay"}


def test_near_duplicates_are_suggested_once(make_index: Callable[..., Path]) -> None:
    """Items with one title are one suggestion."""
    body = "The harbour of Skarvey was closed for a day after a storm from the north."
    index = make_index(*[{"title": "Harbour closed", "body": f"{body} {n}"} for n in range(3)])
    titles = [text for text, about, _ in suggested(client_of(index), "harbou") if about == "title"]
    assert titles == ["Harbour closed"]


def test_on_a_cluster_no_key_press_costs_a_request(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles and corrections are left out on a cluster."""
    client = client_of(sample_index)
    monkeypatch.setattr(suggestions, "is_address", lambda _: True)
    assert {about.split(",")[0] for _, about, _ in suggested(client, "fer")} <= {"Topic", "ferrocarril"}
    assert suggested(client, "feryy") == []
