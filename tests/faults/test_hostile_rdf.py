"""Hostile thesauri in XML and JSON: nothing is expanded or fetched, and no process ends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from faults.refusal import is_refused, run
from hypothesis import given, settings
from hypothesis import strategies as st
from web_server import running
from work import stop_if_it_hangs

from indexer.errors import SourceError
from indexer.thesaurus import thesaurus_files as rdf_bounds
from indexer.thesaurus.thesaurus_files import read_skos

pytest.importorskip("pyoxigraph", reason="reading SKOS needs pyoxigraph")

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:x="http://x/">'
)
LABEL = '<x:a rdf:about="urn:a"><skos:prefLabel xml:lang="en">quay{}</skos:prefLabel></x:a></rdf:RDF>'
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 16}">' for n in range(1, 9))


@pytest.fixture
def visited() -> Iterator[tuple[str, list[Any]]]:
    """Return an address of a listening server, and the list of its requests."""
    with running() as server:
        yield f"http://{server.host}/x", server.asked


def is_told(path: Path, text: str, said: str) -> None:
    """Assert that a build with this thesaurus ends in one line, soon, and leaves no index."""
    path.write_text(text, encoding="utf-8")
    (path.parent / "a.jsonl").write_text('{"id": "1", "text": "quay"}\n')
    folder = path.parent / "index"
    result = run("build", path.parent / "a.jsonl", "--index", folder, "--thesaurus", path)
    is_refused(result)
    assert said in result.stderr
    assert len(result.stderr) < 1000
    assert not (folder / "dragoman.json").exists()


@pytest.mark.parametrize("beginning", ['<?xml version="1.0"?>\n', "", "<!-- x -->"])
@pytest.mark.parametrize("word", ["DOCTYPE", "doctype"])
def test_no_entity_is_expanded(tmp_path: Path, beginning: str, word: str) -> None:
    """Neither a short entity nor one that grows to gigabytes is expanded: a document type is refused."""
    for entities, text in (('<!ENTITY e "x">', "&e;"), (f'<!ENTITY e0 "quay">{BOMB}', "&e8;")):
        document = f"{beginning}<!{word} r [{entities}]>{RDF}{LABEL.format(text)}"
        is_told(tmp_path / "x.rdf", document, "document type" if word.isupper() else "not valid XML")


def test_no_entity_without_a_declaration_is_read(tmp_path: Path) -> None:
    """The entities of XML itself are characters, all others are an error."""
    (tmp_path / "x.rdf").write_text(RDF + LABEL.format(" &amp; &lt;pier&gt; &#233;"), encoding="utf-8")
    assert [label.text for label in read_skos(tmp_path / "x.rdf")[0].labels] == ["quay & <pier> é"]
    is_told(tmp_path / "x.rdf", RDF + LABEL.format("&e;"), "undefined entity")


def test_no_file_and_no_address_is_read(tmp_path: Path, visited: tuple[str, list[Any]]) -> None:
    """External entities, document types, inclusions and contexts are not followed, whatever they name."""
    address, visitors = visited
    (tmp_path / "secret").write_text("secret")
    for place in (address, (tmp_path / "secret").as_uri()):
        for head in (
            f'<!DOCTYPE r [<!ENTITY e SYSTEM "{place}">]>',
            f'<!DOCTYPE r SYSTEM "{place}">',
            f'<!DOCTYPE r [<!ENTITY % e SYSTEM "{place}"> %e;]>',
        ):
            is_told(tmp_path / "x.rdf", f"{head}{RDF}{LABEL.format('&e;')}", "has a document type")
        for context in (place, [{}, place], {"@import": place}, [[place]]):
            document = {"@context": context, "@id": "urn:a", "prefLabel": "quay"}
            is_told(tmp_path / "x.jsonld", json.dumps(document), "remote files are not loaded")
        for inner in ({"@context": place}, [{"@context": place}], {"@graph": [{"@context": place}]}):
            is_told(tmp_path / "x.jsonld", json.dumps([inner, {"@id": "urn:a"}]), "move it to the top level")
        (tmp_path / "x.rdf").write_text(
            f'<?xml-stylesheet href="{place}"?>{RDF}<x:a rdf:about="{place}" xml:base="{place}" '
            f'x:schemaLocation="{place}"><skos:prefLabel xml:lang="en">quay</skos:prefLabel>'
            f'<skos:broader rdf:resource="{place}"/></x:a></rdf:RDF>'
        )
        assert [label.text for label in read_skos(tmp_path / "x.rdf")[0].labels] == ["quay"]
    assert visitors == []


DEEP = {
    "elements": f"{RDF}{'<x:a><x:b>' * 100_000}",
    "namespaces": RDF.replace(">", "".join(f' xmlns:n{n}="urn:n"' for n in range(100_000)) + "/>"),
    "objects": '{"http://x/a":' * 20_000 + "1" + "}" * 20_000,
    "objects that do not end": '{"http://x/a":' * 20_000,
    "lists": '{"@id":"urn:a","http://x/a":' + '{"@list":[' * 5000 + "1" + "]}" * 5000 + "}",
    "contexts": '{"@context":{"t":"http://x/a"},"http://x/p":' * 3000 + "1" + "}" * 3000,
    "terms": json.dumps({"@context": {f"t{n}": f"t{n + 1}:a" for n in range(5000)}, "t0": "x"}),
    "digits": '{"@id": ' + "9" * 5000 + "}",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DEEP)
def test_deep_or_endless_documents_are_refused(tmp_path: Path, kind: str) -> None:
    """Nesting that would end the process is refused before the parser gets it."""
    is_told(tmp_path / "x", DEEP[kind], "“" + str(tmp_path / "x") + "”")


def test_documents_at_the_limits_are_read(tmp_path: Path) -> None:
    """A document exactly at the bounds is read."""
    levels = (rdf_bounds.DEEPEST - 3) // 2
    xml = f"{RDF}{'<x:a><x:b>' * levels}{LABEL.removesuffix('</rdf:RDF>').format('')}"
    (tmp_path / "x.rdf").write_text(f"{xml}{'</x:b></x:a>' * levels}</rdf:RDF>")
    assert len(read_skos(tmp_path / "x.rdf")) == 1
    label = {
        "@id": "urn:a",
        "http://www.w3.org/2004/02/skos/core#prefLabel": [{"@value": "quay", "@language": "en"}],
    }
    document: dict[str, object] = label
    for _ in range(rdf_bounds.DEEPEST - 4):
        document = {"http://x/a": document}
    terms = {f"t{n}": f"t{n + 1}:a" for n in range(rdf_bounds.MAX_TERMS - 1)}
    (tmp_path / "x.jsonld").write_text(json.dumps({"@context": terms, "t0": 1, **document}))
    assert len(read_skos(tmp_path / "x.jsonld")) == 1


def test_json_of_gigabytes_is_refused(tmp_path: Path) -> None:
    """JSON is read whole, so its size is bounded."""
    with (tmp_path / "x.json").open("wb") as file:
        file.write(b'{"@id": "urn:a"')
        file.truncate(rdf_bounds.MAX_JSON_BYTES + 1)
    with (
        stop_if_it_hangs(),
        pytest.raises(SourceError, match="the limit of 64 MiB of JSON; save it as Turtle"),
    ):
        read_skos(tmp_path / "x.json")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["en", "quay", "urn:a", "skos:prefLabel", "_:b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "@id @value @language @graph @context @reverse @type @list @nest @included @container x "
                "http://www.w3.org/2004/02/skos/core#prefLabel".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
).map(lambda value: json.dumps([value] if not isinstance(value, dict) else value))
PARTS = """<x:a>|</x:a>|<x:a rdf:about='urn:a'>|quay|<skos:prefLabel xml:lang='en'>|</skos:prefLabel>|\0|<|é|
<x:b rdf:parseType='Literal'>|</x:b>|<![CDATA[|]]>|<!--|-->|&amp;|&#0;|<?p ?>|
<x:b rdf:parseType='Collection'>|
<rdf:li>|</rdf:li>|<x:a rdf:ID='a'/>""".split("|")
XML = st.lists(st.sampled_from(PARTS), max_size=12).map(lambda parts: f"{RDF}{''.join(parts)}</rdf:RDF>")


@settings(max_examples=examples(200), deadline=None, derandomize=True, database=None)
@given(text=JSON | XML)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """No file raises anything but a clear line."""
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_text(text, encoding="utf-8")
    try:
        assert all(concept.labels for concept in read_skos(path))
    except SourceError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either way is right
