"""A thesaurus is the same in any RDF format."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.errors import SourceError
from indexer.store.indexing import build
from indexer.thesaurus.bundled import bundled_concepts
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.label_spellings import MIN_LABELS, irregular_plurals, spelling_variants
from indexer.thesaurus.thesaurus_files import read_skos
from searcher import Searcher

pytest.importorskip("pyoxigraph", reason="reading SKOS needs pyoxigraph")

SAMPLES = {path.name: path.read_bytes() for path in (Path(__file__).parent / "samples").iterdir()}
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:xl="http://www.w3.org/2008/05/skos-xl#"'
)


def read(text: str | bytes, path: Path) -> list[Concept]:
    """Return the concepts of a file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_skos(path)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_gives_the_same_concepts(tmp_path: Path, name: str) -> None:
    """Labels with their kinds, and relations, are those of the Turtle file, also after a byte order mark."""
    labels = [Label("en", "ferry"), Label("es", "transbordador"), Label("en", "car ferry")]
    labels.append(Label("en", "ferrie", hidden=True))
    ferry = Concept("https://library.example/ferry", (*labels,), broader=("https://library.example/ship",))
    expected = [ferry, Concept("https://library.example/ship", (Label("en", "ship"),))]
    assert read(SAMPLES[name], tmp_path / name) == expected
    assert read(b"\xef\xbb\xbf" + SAMPLES[name], tmp_path / name) == expected


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.endswith("q") and "trig" not in name])
@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".json", ".skos", ""])
def test_the_format_is_recognised_by_the_content(tmp_path: Path, name: str, ending: str) -> None:
    """The first bytes decide, whatever the file is called."""
    assert len(read(SAMPLES[name], tmp_path / f"sea{ending}")) == 2


def test_skos_xl_labels_are_read(tmp_path: Path) -> None:
    """Literal forms of labels are read, named or not, wherever they are in the file."""
    text = f"""<rdf:RDF {NAMESPACES}>
      <rdf:Description rdf:about="https://library.example/label/1">
        <xl:literalForm xml:lang="en">ferry</xl:literalForm></rdf:Description>
      <rdf:Description rdf:about="https://library.example/ferry">
        <xl:altLabel><xl:Label><xl:literalForm xml:lang="fr">bac</xl:literalForm></xl:Label></xl:altLabel>
        <xl:prefLabel rdf:resource="https://library.example/label/1"/>
        <xl:prefLabel rdf:resource="https://library.example/label/2"/>
      </rdf:Description></rdf:RDF>"""
    (concept,) = read(text, tmp_path / "harbour.rdf")
    assert concept.labels == (Label("en", "ferry"), Label("fr", "bac"))


@by_table
def test_a_fault_in_any_format_ends_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    """The line names the file and the fault."""
    with pytest.raises(SourceError, match=said) as told:
        read(text.replace("NAMESPACES", NAMESPACES), tmp_path / "harbour.skos")
    assert len(str(told.value).splitlines()) == 1
    assert "harbour.skos" in str(told.value)


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


def test_verbs_and_adverbs_get_no_plurals() -> None:
    """Infinitives of both languages make verbs, of which finite forms may end as nouns do."""
    words = {"es": "adquirir adquieren rápidamente casarse orden acidez", "fr": "acquérir récemment"}
    labels = [Label(language, text) for language in words for text in words[language].split()]
    assert [*irregular_plurals(labels)] == []
    assert [*irregular_plurals([Label("es", "primer examen")])] == [Label("es", "primeros exámenes")]
