"""Relations between concepts: which concepts are near one, from SKOS to the table of an index."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.codec.layout import Container
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.bundled import NAMESPACE, bundled_concepts
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.table import MAX_NEAR, Table
from indexer.thesaurus.thesaurus_files import read_skos

Near = Callable[[list[Concept]], dict[str, list[str]]]

PREFIXES = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://library.example/> .
@prefix own: <{NAMESPACE}> .
"""


def concept(name: str, **near: tuple[str, ...]) -> Concept:
    """Return a concept with one label."""
    return Concept(name, (Label("en", name),), **near)


@pytest.fixture
def near(tmp_path: Path) -> Near:
    """Return a function that compiles concepts and returns the names near each that has any."""

    def compiled(concepts: list[Concept]) -> dict[str, list[str]]:
        table = Table(Container(tmp_path / "table", write_table(concepts, tmp_path / "table")))
        assert table.check()
        found = {one.name: table.near(number) for number, one in enumerate(concepts)}
        return {name: [concepts[other].name for other in others] for name, others in found.items() if others}

    return compiled


def test_near_concepts_are_broader_then_narrower_then_related(near: Near) -> None:
    """Near concepts are in the order of the kinds of relation, whatever the order of the file."""
    ship = concept("ship", related=("sailor",), narrower=("ferry",), broader=("vehicle",))
    others = [concept(name) for name in ("sailor", "ferry", "vehicle")]
    assert near([*others, ship])["ship"] == ["vehicle", "ferry", "sailor"]


def test_a_relation_applies_to_both_sides(near: Near) -> None:
    """Broader on one side is narrower on the other; related is related; both sides may state it."""
    ferry = concept("ferry", broader=("ship",), related=("sailor",))
    ship = concept("ship", narrower=("ferry", "tanker"))
    found = near([ferry, ship, concept("tanker"), concept("sailor", related=("ferry",))])
    assert found == {
        "ferry": ["ship", "sailor"],
        "ship": ["ferry", "tanker"],
        "tanker": ["ship"],
        "sailor": ["ferry"],
    }


def test_missing_targets_and_cycles_are_ignored(near: Near) -> None:
    """A missing concept, the concept itself, or a cycle add nothing."""
    circle = [concept("a", broader=("b",)), concept("b", broader=("c",)), concept("c", broader=("a",))]
    assert near(circle) == {"a": ["b", "c"], "b": ["c", "a"], "c": ["a", "b"]}
    assert near([concept("a", broader=("a", "nowhere"), related=("a",))]) == {}


def test_the_number_of_near_concepts_is_limited(near: Near) -> None:
    """Reading and writing a table have the same limit."""
    many = [concept(f"n{number}", broader=("top",)) for number in range(MAX_NEAR + 50)]
    assert len(near([concept("top"), *many])["top"]) == MAX_NEAR


@pytest.mark.slow
def test_relations_are_read_from_skos(tmp_path: Path, near: Near) -> None:
    """All three kinds are read, also between a file's concepts and ours; missing targets are ignored."""
    path = tmp_path / "harbour.ttl"
    path.write_text(
        f"""{PREFIXES}
        :tug skos:prefLabel "tug"@en ; skos:broader :ship , own:nothing-of-ours ; skos:related :pilot ;
            skos:scopeNote "small"@en ; skos:broader "a text" , [] .
        :ship skos:prefLabel "ship"@en ; skos:narrower :ferry ; skos:topConceptOf :harbour .
        :ferry skos:prefLabel "ferry"@en .
        :pilot skos:prefLabel "pilot"@en ; skos:related own:port .
        """,
        encoding="utf-8",
    )
    place = "https://library.example/"
    given = read_skos(path)
    assert near(given) == {
        f"{place}tug": [f"{place}ship", f"{place}pilot"],
        f"{place}ship": [f"{place}ferry", f"{place}tug"],
        f"{place}ferry": [f"{place}ship"],
        f"{place}pilot": [f"{place}tug"],
    }
    assert near([*gather_concepts([path])])[f"{place}pilot"] == ["port", f"{place}tug"]


@pytest.mark.slow
def test_a_replaced_concept_keeps_its_relations(tmp_path: Path, near: Near) -> None:
    """Concepts near ours are found by the name of the one that replaces it."""
    path = tmp_path / "harbour.ttl"
    path.write_text(f'{PREFIXES} own:crime skos:prefLabel "crime"@en .', encoding="utf-8")
    assert "serious-crime" in near([*gather_concepts([path])])[f"{NAMESPACE}crime"]


def test_our_relations_have_existing_targets() -> None:
    """No relation of our own thesaurus is misspelt, or leads to the concept itself."""
    names = {one.name for one in bundled_concepts()}
    for one in bundled_concepts():
        assert names.issuperset({*one.broader, *one.narrower, *one.related}), one.name
        assert one.name not in {*one.broader, *one.narrower, *one.related}
