"""Labels in capitals or without accents are read as people write them."""

import json
from pathlib import Path

import pytest
from tables import by_table

from indexer.store.indexing import build
from indexer.thesaurus.bundled import bundled_concepts
from indexer.thesaurus.concept import Label
from indexer.thesaurus.label_spellings import MIN_LABELS, spelling_variants
from indexer.thesaurus.skos import read_skos
from searcher import Searcher

pytest.importorskip("pyoxigraph", reason="reading SKOS needs pyoxigraph")

SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
# As many libraries have them: all in capitals, none with an accent.
IN_CAPITALS = {
    "drugs": '"DRUG TRAFFICKING"@en, "TRAFICO DE DROGAS"@es, "TRAFIC DE DROGUES"@fr',
    "fishing": '"FISHING INDUSTRY"@en, "PESCA"@es, "PECHE"@fr',
    "security": '"ROAD SECURITY"@en, "SEGURIDAD VIAL"@es, "SECURITE ROUTIERE"@fr',
    "trams": '"TRAMWAYS"@en, "TRANVIAS"@es, "TRAMWAYS"@fr',
    "caves": '"SPELEOLOGY"@en, "ESPELEOLOGIA"@es, "SPELEOLOGIE"@fr',
    "aids": '"AIDS"@en, "SIDA"@es, "SIDA"@fr',
    "un": '"UNITED NATIONS SYSTEM"@en, "SISTEMA DE LAS NACIONES UNIDAS"@es',
    "web": '"HTTP SERVERS"@en, "SERVIDORES HTTP"@es, "U.S.A."@en',
}
TEXTS = {
    "1": ("es", "La fiscalía de Cádiz acusa a dos hombres de tráfico de drogas en el puerto y en la playa."),
    "2": ("fr", "Le conseil municipal veut plus de sécurité routière devant les écoles de la ville."),
    "3": ("es", "Los vecinos de la ciudad piden más tranvías y menos coches en el centro histórico."),
    "4": ("fr", "Une étude de spéléologie décrit les grottes que les eaux ont creusées sous la montagne."),
    "5": ("es", "Un curso de espeleología enseña a los jóvenes del pueblo cómo se baja a una cueva."),
    "6": ("en", "The tramways of the city were closed in the storm, and so was the road to the harbour."),
}


@pytest.fixture(scope="module")
def thesaurus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a thesaurus in capitals and without accents."""
    path = tmp_path_factory.mktemp("capitals") / "library.ttl"
    lines = [f"<urn:{name}> skos:prefLabel {labels} .\n" for name, labels in IN_CAPITALS.items()]
    path.write_text(SKOS + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def searcher(thesaurus: Path) -> Searcher:
    """Return a searcher of a small archive with only that thesaurus."""
    source = thesaurus.with_name("archive.jsonl")
    rows = [{"id": key, "lang": lang, "text": text} for key, (lang, text) in TEXTS.items()]
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    folder = thesaurus.with_name("index")
    build([source], folder, thesauri=[thesaurus], own_thesaurus=False)
    return Searcher(folder)


def written(*texts: str, language: str = "es") -> list[str]:
    """Return labels as read from a file with only these."""
    return [label.text for label in spelling_variants({"a": [Label(language, text) for text in texts]})["a"]]


def test_labels_in_capitals_get_their_usual_spelling(thesaurus: Path) -> None:
    """Labels become lower case except for names and acronyms, with the accents of our labels or endings."""
    found = {concept.name: [label.text for label in concept.labels] for concept in read_skos(thesaurus)}
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
