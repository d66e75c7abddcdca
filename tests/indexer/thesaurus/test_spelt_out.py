"""Labels in capitals or without accents are read as people write them."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.store.indexing import build
from indexer.thesaurus.bundled import bundled_concepts
from indexer.thesaurus.concept import Label
from indexer.thesaurus.label_spellings import MIN_LABELS, spelling_variants
from indexer.thesaurus.thesaurus_files import read_skos
from searcher import Searcher

pytest.importorskip("pyoxigraph", reason="reading SKOS needs pyoxigraph")


THESAURUS = Path(__file__).with_name("capitals.ttl")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Return a searcher of a small archive with only the thesaurus in capitals."""
    folder = tmp_path_factory.mktemp("capitals") / "index"
    build([THESAURUS.with_suffix(".jsonl")], folder, thesauri=[THESAURUS], own_thesaurus=False)
    return Searcher(folder)


def written(*texts: str, language: str = "es") -> list[str]:
    """Return labels as read from a file with only these."""
    return [label.text for label in spelling_variants({"a": [Label(language, text) for text in texts]})["a"]]


def test_labels_in_capitals_get_their_usual_spelling() -> None:
    """Labels become lower case except for names and acronyms, with the accents of our labels or endings."""
    found = {concept.name: [label.text for label in concept.labels] for concept in read_skos(THESAURUS)}
    assert found["urn:drugs"] == ["drug trafficking", "tráfico de drogas", "trafic de drogues"]
    assert found["urn:fishing"] == ["fishing industry", "pesca", "pêche"]
    assert found["urn:security"] == ["road security", "seguridad vial", "sécurité routière"]
    assert found["urn:un"] == ["United Nations system", "sistema de las Naciones Unidas"]
    assert found["urn:aids"][0] == "AIDS"
    assert "espeleología" in found["urn:caves"]
    assert {"tranvias", "tranvías"} <= set(found["urn:trams"])
    assert found["urn:web"][1:] == ["servidores HTTP", "U.S.A."]


@by_table
def test_restored_labels_match_texts_and_queries(
    searcher: Searcher, question: str, found: set[str], joined: str
) -> None:
    """Words in any case match them, with or without accents, and they are displayed as usually spelt."""
    results = searcher.search(question)
    assert found <= {hit.id for hit in results.hits}
    assert joined in [label for one in results.expansions for label in one["to"]]


def test_labels_with_accents_keep_them() -> None:
    """Accented capitals become lower-case letters with the same accents; only they may lack others."""
    accented = ["POLICÍA MARÍTIMA", "MÉDICO", "AÑO", "PAPA", "CAMBIO DE ESTACION"]
    assert written(*accented) == ["policía marítima", "médico", "año", "papa", "cambio de estacion"]
    assert written("policía", "médico", "barco", "ESTACION DE TRENES")[3] == "estación de trenes"


def test_missing_accents_are_recognised_by_many_labels() -> None:
    """Lower-case labels get accents only in a file of so many labels that some should have had one."""
    plain = [label.text for one in bundled_concepts() for label in one.labels if label.language == "es"]
    few = ["trafico de drogas", *[text for text in plain if text.isascii() and text.islower()]]
    assert written(*few[: MIN_LABELS - 1]) == few[: MIN_LABELS - 1]
    assert written(*few[:MIN_LABELS])[0] == "tráfico de drogas"
    assert written("trafico de drogas", *plain) == ["trafico de drogas", *plain]


def test_an_acronym_among_other_labels_is_kept() -> None:
    """In a file in lower case one word in capitals is an acronym, unless it is known as a word."""
    others = ("puerto", "barco", "faro", "policía", "muelle")
    assert written(*others, "ACME", "CORRUPCION", "CORRUPCIÓN", "DERECHOS HUMANOS") == [
        *others,
        *("ACME", "corrupcion", "corrupción", "derechos humanos"),
    ]


def test_english_gets_no_accents() -> None:
    """English has no accents, so their absence means nothing."""
    assert written("CAFE", "ROLE", "CITY OF MALAGA", language="en")[1] == "role"
    assert written("EXPOSE", language="en") == ["expose"]
