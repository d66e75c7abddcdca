"""A thesaurus is the same in any RDF format."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.errors import SourceError
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.thesaurus_files import read_skos

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
