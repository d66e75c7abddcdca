"""A thesaurus is the same in any RDF format."""

from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.skos import read_skos

pytest.importorskip("pyoxigraph", reason="reading SKOS needs pyoxigraph")

TURTLE = """
# A harbour.
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://library.example/> .
:ferry a skos:Concept ; skos:prefLabel "ferry"@en , "transbordador"@es ; skos:altLabel "car ferry"@en ;
    skos:hiddenLabel "ferrie"@en ; skos:broader :ship .
:ship skos:prefLabel "ship"@en , "Schiff"@de .
"""
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:xl="http://www.w3.org/2008/05/skos-xl#"'
)
RDF_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- A harbour. -->
<rdf:RDF {NAMESPACES}>
  <skos:Concept rdf:about="https://library.example/ferry">
    <skos:prefLabel xml:lang="en">ferry</skos:prefLabel>
    <skos:prefLabel xml:lang="es">transbordador</skos:prefLabel>
    <skos:altLabel xml:lang="en"><![CDATA[car ferry]]></skos:altLabel>
    <skos:hiddenLabel xml:lang="en">ferrie</skos:hiddenLabel>
    <skos:broader rdf:resource="https://library.example/ship"/>
  </skos:Concept>
  <rdf:Description rdf:about="https://library.example/ship">
    <skos:prefLabel xml:lang="en">ship</skos:prefLabel><skos:prefLabel xml:lang="de">Schiff</skos:prefLabel>
  </rdf:Description>
</rdf:RDF>
"""
JSON_LD = """
{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "uri": "@id",
              "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"}},
 "@graph": [
   {"uri": "https://library.example/ferry", "@type": "skos:Concept",
    "prefLabel": {"en": "ferry", "es": "transbordador"},
    "skos:altLabel": {"@value": "car ferry", "@language": "en"},
    "skos:hiddenLabel": {"@value": "ferrie", "@language": "en"},
    "skos:broader": {"uri": "https://library.example/ship"}},
   {"uri": "https://library.example/ship", "prefLabel": {"en": "ship", "de": "Schiff"}}]}
"""
EXPANDED_JSON_LD = """
[{"@id": "https://library.example/ferry",
  "http://www.w3.org/2004/02/skos/core#prefLabel": [{"@value": "ferry", "@language": "en"},
                                                    {"@value": "transbordador", "@language": "es"}],
  "http://www.w3.org/2004/02/skos/core#altLabel": [{"@value": "car ferry", "@language": "en"}],
  "http://www.w3.org/2004/02/skos/core#hiddenLabel": [{"@value": "ferrie", "@language": "en"}],
  "http://www.w3.org/2004/02/skos/core#broader": [{"@id": "https://library.example/ship"}]},
 {"@id": "https://library.example/ship",
  "http://www.w3.org/2004/02/skos/core#prefLabel": [{"@value": "ship", "@language": "en"}]}]
"""
N_TRIPLES = "\n".join(
    f"<https://library.example/{subject}> <http://www.w3.org/2004/02/skos/core#{predicate}> {value} ."
    for subject, predicate, value in (
        ("ferry", "prefLabel", '"ferry"@en'),
        ("ferry", "prefLabel", '"transbordador"@es'),
        ("ferry", "altLabel", '"car ferry"@en'),
        ("ferry", "hiddenLabel", '"ferrie"@en'),
        ("ferry", "broader", "<https://library.example/ship>"),
        ("ship", "prefLabel", '"ship"@en'),
    )
)
TRIG = TURTLE.replace(":ferry a", "<urn:graph> { :ferry a") + "}"
N_QUADS = N_TRIPLES.replace(" .\n", " <urn:graph> .\n")


def read(text: str | bytes, path: Path) -> list[Concept]:
    """Return the concepts of a file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_skos(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("harbour.ttl", TURTLE),
        ("harbour.nt", N_TRIPLES),
        ("harbour.trig", TRIG),
        ("harbour.nq", N_QUADS),
        ("harbour.rdf", RDF_XML),
        ("harbour.jsonld", JSON_LD),
        ("harbour.json", EXPANDED_JSON_LD),
    ],
)
def test_every_format_gives_the_same_concepts(tmp_path: Path, name: str, text: str) -> None:
    """Labels with their kinds, and relations, are those of the Turtle file, also after a byte order mark."""
    expected = [
        Concept(
            "https://library.example/ferry",
            (
                Label("en", "ferry"),
                Label("es", "transbordador"),
                Label("en", "car ferry"),
                Label("en", "ferrie", hidden=True),
            ),
            broader=("https://library.example/ship",),
        ),
        Concept("https://library.example/ship", (Label("en", "ship"),)),
    ]
    assert read(text, tmp_path / name) == expected
    assert read(b"\xef\xbb\xbf" + text.encode(), tmp_path / name) == expected


@pytest.mark.parametrize("text", [TURTLE, N_TRIPLES, RDF_XML, JSON_LD, EXPANDED_JSON_LD])
@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".json", ".skos", ""])
def test_the_format_is_recognised_by_the_content(tmp_path: Path, text: str, ending: str) -> None:
    """The first bytes decide, whatever the file is called."""
    assert len(read(text, tmp_path / f"harbour{ending}")) == 2


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"<rdf:RDF {NAMESPACES}><skos:Concept", "is not valid XML: "),
        (f"<rdf:RDF {NAMESPACES}><skos:Concept></rdf:RDF>", "is not valid XML: mismatched tag"),
        ("<html ><p>ferry</p></html>", "is not valid RDF/XML: "),
        (f"<rdf:RDF {NAMESPACES}><rdf:li>x</rdf:li></rdf:RDF>", "is not valid RDF/XML: "),
        ('{"@id": "x"', "is not valid JSON: "),
        ('{"@id": 5}', "is not valid JSON-LD: "),
        ('{"ferry": "boat"}', "no concept found in "),
        (f"<rdf:RDF {NAMESPACES}/>", "no concept found in "),
        (f"<!DOCTYPE rdf:RDF><rdf:RDF {NAMESPACES}/>", r"has a document type \(<!DOCTYPE …>\)"),
        ('{"@context": "https://x.example/c", "a": "b"}', "takes its @context from “https://x.example/c”"),
    ],
)
def test_a_fault_in_any_format_ends_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    """The line names the file and the fault."""
    with pytest.raises(SourceError, match=said) as told:
        read(text, tmp_path / "harbour.skos")
    assert len(str(told.value).splitlines()) == 1
    assert "harbour.skos" in str(told.value)
