"""The statements of docs/explanation/relevance.md about using one's own thesaurus hold."""

import re
from pathlib import Path

import pytest
from tables import by_table

from docs.compile_thesaurus import SOURCES
from indexer.errors import SourceError
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.bundled import NAMESPACE, bundled_concepts
from indexer.thesaurus.concept import Label
from indexer.thesaurus.label_spellings import irregular_plurals
from indexer.thesaurus.thesaurus_files import read_skos

pytest.importorskip("pyoxigraph", reason="reading Turtle needs pyoxigraph")

DOCS = Path(__file__).parents[3] / "docs/explanation/relevance.md"
SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return the Turtle file of the documentation."""
    found = re.search(r"```turtle\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    path = tmp_path / "harbour.ttl"
    path.write_text(found[1], encoding="utf-8")
    return path


def test_the_example_adds_concepts_and_replaces_one(example: Path) -> None:
    """A new concept is added to ours; one with the name of ours replaces it."""
    concepts = gather_concepts([example])
    names = [concept.name for concept in concepts]
    assert "https://library.example/harbour/lighthouse" in names
    assert "port" in {concept.name for concept in bundled_concepts()}
    assert "port" not in names
    assert f"{NAMESPACE}port" in names


def test_the_namespace_is_that_of_our_files() -> None:
    """Our Turtle files use the namespace that the documentation names."""
    assert NAMESPACE in DOCS.read_text(encoding="utf-8")
    for path in SOURCES.glob("*.ttl"):
        assert f"@prefix : <{NAMESPACE}> ." in path.read_text(encoding="utf-8")


@by_table
def test_each_fault_has_its_own_message(tmp_path: Path, text: str, said: str) -> None:
    """An invalid file is reported in one line with the reason."""
    path = tmp_path / "harbour.ttl"
    path.write_text(SKOS + text, encoding="utf-8")
    with pytest.raises(SourceError, match=said) as caught:
        read_skos(path)
    assert "\n" not in str(caught.value)


@by_table
def test_a_plural_with_another_stem_is_a_label(language: str, singular: str, plural: str) -> None:
    """If the stemmer separates a plural from its singular, both are labels; else one is enough."""
    assert list(irregular_plurals([Label(language, singular)])) == [Label(language, plural)]
    verb = [Label("es", "abandonar"), Label("fr", "quitter"), Label("en", "abandon")]
    assert list(irregular_plurals(verb)) == []
    assert list(irregular_plurals([Label("es", "votar"), Label("es", "elevar la edad")])) == []
    assert list(irregular_plurals([Label("es", "ocurrir"), Label("fr", "se produire")])) == []
    home = [Label("es", "hogar"), Label("fr", "foyer"), Label("en", "home")]
    assert Label("es", "hogares") in list(irregular_plurals(home))
    assert list(irregular_plurals([Label("en", "human rights"), Label("en", "human")])) == []
    assert list(irregular_plurals([Label("fr", "prévention, protection"), Label("fr", "article 49.3")])) == []
    assert list(irregular_plurals([Label("es", "barco"), Label("fr", "navire"), Label("en", "ship")])) == []


def test_a_missing_thesaurus_is_reported(tmp_path: Path) -> None:
    """The line names the file and the reason."""
    with pytest.raises(SourceError, match=r"cannot read the thesaurus “.*none\.ttl”: No such file"):
        read_skos(tmp_path / "none.ttl")
