"""The thesaurus: read from SKOS, compiled, searched by bisection."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from docs.compile_thesaurus import WORDS_FILE, concepts_text, label_words_text
from indexer.analysis import analyzer
from indexer.codec.layout import Container
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.segment_writer import add_lexicon
from indexer.data_tables import country_rows, names_in_cell
from indexer.errors import SourceError
from indexer.thesaurus import compiler, gather_concepts
from indexer.thesaurus.bundled import (
    CONCEPTS_FILE,
    TABLE_FILE,
    BundledConcepts,
    bundled_concepts,
    bundled_table,
    place_concepts,
)
from indexer.thesaurus.compiler import compile_lines, write_table
from indexer.thesaurus.concept import Concept, Label
from indexer.thesaurus.table import MANY_WORDS, MAX_LINE_BYTES, Table
from indexer.thesaurus.thesaurus_files import read_freedict, read_skos

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/> .
:lighthouse a skos:Concept ;
    skos:altLabel "pharos"@en-GB ;
    skos:prefLabel "lighthouse"@en , "faro"@es , "phare"@fr , "Leuchtturm"@de ;
    skos:hiddenLabel "lighthowse"@en .
"""


def labels(concept: Concept) -> set[tuple[str, str]]:
    """Return the labels of a concept as pairs."""
    return {(label.language, label.text) for label in concept.labels}


def test_skos_is_read_with_its_kinds_of_labels(tmp_path: Path) -> None:
    """Preferred labels come first, hidden ones are marked, other languages are left out."""
    path = tmp_path / "sea.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    (concept,) = read_skos(path)
    assert concept.labels[:3] == (Label("en", "lighthouse"), Label("es", "faro"), Label("fr", "phare"))
    assert Label("en", "lighthowse", hidden=True) in concept.labels
    assert labels(concept) >= {("en", "pharos")}
    assert "Leuchtturm" not in {label.text for label in concept.labels}


@pytest.mark.slow
def test_the_bundled_file_matches_the_turtle_files() -> None:
    """After a change of a concept run make thesaurus."""
    assert CONCEPTS_FILE.read_text(encoding="utf-8") == concepts_text()
    assert WORDS_FILE.read_text(encoding="utf-8") == label_words_text()


@pytest.mark.slow
def test_our_table_is_up_to_date(tmp_path: Path) -> None:
    """After a change of a concept, a place or an analyzer run make thesaurus; the table passes its check."""
    compiled = tmp_path / "compiled"
    assert write_table([*BundledConcepts()], compiled) == write_table(BundledConcepts(), tmp_path / "copied")
    assert compiled.read_bytes() == (tmp_path / "copied").read_bytes() == TABLE_FILE.read_bytes()
    assert Table(Container(compiled)).check()


def test_a_table_with_the_stems_of_another_version_is_not_used(tmp_path: Path) -> None:
    """An index with other stems gets a thesaurus that is compiled for it."""
    with ContainerWriter(tmp_path / "other") as container:
        container.finish({"stems": "PyStemmer 0.1"})
    assert bundled_table(tmp_path / "other") is None


def test_the_thesaurus_is_large_and_trilingual() -> None:
    """At least 1,500 concepts, nearly all with labels in three languages."""
    concepts = bundled_concepts()
    assert len(concepts) >= 1500
    whole = [c for c in concepts if {label.language for label in c.labels} == {"en", "es", "fr"}]
    assert len(whole) >= 0.97 * len(concepts)


def test_names_of_a_country_are_one_concept() -> None:
    """A country's names and demonyms in three languages are labels of one concept."""
    assert any(
        {("en", "Brazil"), ("es", "Brasil"), ("fr", "Brésil"), ("en", "Brazilian")} <= labels(concept)
        for concept in place_concepts()
    )


def test_names_of_a_region_are_one_concept() -> None:
    """The names of a region or group that filters accept are labels of one concept, as people write them."""
    concepts = [{(language, text.casefold()) for language, text in labels(one)} for one in bundled_concepts()]
    shown = [[names_in_cell(cell)[0] for cell in cells] for *cells, _ in country_rows("groups")]
    shown += [names for _, _, *names in country_rows("regions")]
    having: dict[tuple[str, str], set[int]] = {}
    for number, one in enumerate(concepts):
        for label in one:
            having.setdefault(label, set()).add(number)
    pairs = [[*zip(("en", "es", "fr"), map(str.casefold, names), strict=True)] for names in shown]
    found = [set.intersection(*[having.get(pair, set()) for pair in names]) for names in pairs]
    apart = [names for names, one in zip(shown, found, strict=True) if not one]
    assert sorted(english for english, *_ in apart) == [
        "Americas",  # América is the United States, too
        "Commonwealth",  # in English also other ones
        "Micronesian Region",  # is not used in texts
        "Northern America",  # is not used in texts
        "Oceania",  # its Spanish and French names have the stem of the ocean
    ]


def test_a_dictionary_has_a_lower_weight(tmp_path: Path) -> None:
    """Headword and translations become one concept; remarks and long explanations are left out."""
    path = tmp_path / "freedict-spa-eng.dict"
    path.write_text(
        "faro /ˈfaɾo/ <n>\n1. lighthouse, beacon (at sea)\n2. a tower that guides ships\nmar /maɾ/\nsea\n",
        encoding="utf-8",
    )
    first, second = read_freedict(path)
    assert labels(first) == {("es", "faro"), ("en", "lighthouse"), ("en", "beacon")}
    assert labels(second) == {("es", "mar"), ("en", "sea")}
    assert first.weight < 1


def test_a_dictionary_of_other_languages_is_refused(tmp_path: Path) -> None:
    """The file name has the languages."""
    with pytest.raises(SourceError, match="freedict-spa-eng"):
        read_freedict(tmp_path / "freedict-deu-eng.dict.dz")


def written(concepts: list[Concept], folder: Path) -> Table:
    """Return the table of some concepts, from a file."""
    return Table(Container(folder / "table", write_table(concepts, folder / "table")))


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(["en", "es", "fr"]), st.text("abñé |'\t", min_size=1, max_size=12)),
            min_size=1,
            max_size=4,
        ),
        max_size=12,
    )
)
def test_every_label_is_found(given_labels: list[list[tuple[str, str]]]) -> None:
    """For any labels, each line of the table is found by its key, and leads to its concepts."""
    concepts = [
        Concept(str(number), tuple(Label(*pair) for pair in pairs))
        for number, pairs in enumerate(given_labels)
    ]
    with tempfile.TemporaryDirectory() as folder:
        table = written(concepts, Path(folder))
    assert table.check()
    for line in compile_lines(tuple(concepts)):
        key = line.decode().split("\t")[0]
        if key[0] not in "#=":
            language, term = key.split(" ", 1)
            for entry in table.beginning(language, term):
                assert all(table.concept(number)[0] == 1.0 for number in entry.concepts)
            assert table.beginning(language, term)
    assert table.beginning("en", "zzz") == ()


def test_a_table_is_written_and_read(tmp_path: Path) -> None:
    """An index without a thesaurus has no concepts; one with it returns them."""
    assert Table(None).empty
    table = written([Concept("sea", (Label("en", "high seas"), Label("es", "alta mar")))], tmp_path)
    (entry,) = table.beginning("en", "high")
    assert entry.rest == ("sea",)
    assert {label.text for label in table.concept(entry.concepts[0])[1]} == {"high seas", "alta mar"}


def test_the_longest_label_at_a_position_is_found(tmp_path: Path) -> None:
    """Labels continue over the terms that follow; an acronym needs its capitals."""
    tide = Concept("tide", (Label("en", "tide"), Label("es", "marea")))
    gauge = Concept("gauge", (Label("en", "tide gauge"), Label("en", "TG"), Label("es", "mareógrafo")))
    table = written([tide, gauge], tmp_path)
    terms = analyzer("en").terms("a tide gauge at high tide TG")
    found = [(at, len(entry.rest) + 1) for at, entry in table.longest_labels("en", terms)]
    assert found == [(0, 2), (3, 1)]
    several = [("boat", "tide"), ("gaug",)]
    labels = {(term, *entry.rest) for term, entry in table.labels_at("en", several)}
    assert labels == {("tide",), ("tide", "gaug")}


def test_a_thesaurus_extends_or_replaces_ours(tmp_path: Path) -> None:
    """A file adds to our concepts; without ours, the file and the places remain."""
    path = tmp_path / "sea.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    assert len([*gather_concepts([path])]) == len([*gather_concepts()]) + 1
    assert len([*gather_concepts([path], own=False)]) == len(place_concepts()) + 1


def test_a_concept_in_several_files_is_one(tmp_path: Path) -> None:
    """A thesaurus may have a file for each language: the labels of a concept are merged."""
    head = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    (tmp_path / "en.ttl").write_text(head + '<urn:a> skos:prefLabel "ferry"@en ; skos:broader <urn:b> .')
    (tmp_path / "es.ttl").write_text(head + '<urn:a> skos:prefLabel "barco"@es ; skos:related <urn:c> .')
    *_, concept = gather_concepts([tmp_path / "en.ttl", tmp_path / "es.ttl"], own=False)
    assert concept == Concept(
        "urn:a", (Label("en", "ferry"), Label("es", "barco")), broader=("urn:b",), related=("urn:c",)
    )


def test_too_many_labels_with_one_first_word_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thesaurus with a megabyte of labels with the same first word is refused, not compiled."""
    assert MAX_LINE_BYTES == 1 << 20
    monkeypatch.setattr(compiler, "MAX_LINE_BYTES", 1 << 12)
    boats = Concept("boat", tuple(Label("en", f"boat {number:050}") for number in range(100)))
    with pytest.raises(SourceError, match="too many labels"):
        written([boats], tmp_path)


@by_table
def test_invalid_lines_are_found_by_the_check(tmp_path: Path, lines: str) -> None:
    """A table with valid checksums and invalid lines or relations fails its check."""
    container = ContainerWriter(tmp_path / "forged")
    data = [line.encode() for line in lines.split("\n")]
    add_lexicon(container, "lines", data)
    container.finish({"lines": len(data)})
    assert not Table(Container(tmp_path / "forged")).check()


def test_words_that_labels_lack_are_found_by_the_check(tmp_path: Path) -> None:
    """The words of labels must be those of the lines."""
    lines = compile_lines((Concept("c", (Label("en", "harbour quay"), Label("es", "muelle (puerto)"))),))
    right = "harbour muelle puerto quay"
    for name, words in {
        "right": right,
        "wrong": "harbour muelle puerto",
        "no UTF-8": f"{right} \udcff",
    }.items():
        container = ContainerWriter(tmp_path / name)
        add_lexicon(container, "lines", lines)
        text = "\n".join(["", *words.split(), ""])
        container.add("lines.words", "u1", np.frombuffer(text.encode(errors="surrogateescape"), np.uint8))
        container.finish({"lines": len(lines)})
        table = Table(Container(tmp_path / name))
        assert table.check() == (name == "right")
        assert table.words_ending("ay") == ({"quay"} if words.startswith(right) else set())


def test_a_table_of_format_8_gives_the_same_labels(tmp_path: Path) -> None:
    """Its lines have no blocks: the start of each is listed."""
    concepts = [Concept(f"c{number}", (Label("en", f"word{number} quay"),)) for number in range(200)]
    lines = compile_lines(tuple(concepts))
    write_table(concepts, tmp_path / "new")
    container = ContainerWriter(tmp_path / "former")
    container.add("starts", "u4", np.cumsum([0, *map(len, lines)]).astype(np.uint32))
    container.add("lines", "u1", np.frombuffer(b"".join(lines), np.uint8))
    container.finish({})
    new, former = (Table(Container(tmp_path / name)) for name in ("new", "former"))
    assert former.check()
    assert list(former.read_lines()) == list(new.read_lines()) == list(lines)
    for number in range(200):
        assert former.beginning("en", f"word{number}") == new.beginning("en", f"word{number}") != ()
        assert former.concept(number) == new.concept(number)
    for end, word in {"ay": "quay", "quay": "quay", "d19": "word19", "qua": "", "en": ""}.items():
        assert former.words_ending(end) == new.words_ending(end) == {*word.split()}
        assert former.has_word(end) == new.has_word(end) == (end == word)
    assert former.beginning("en", "word") == new.beginning("en", "word") == ()


def test_labels_are_the_same_after_many_lookups(tmp_path: Path) -> None:
    """Once many words were looked up, labels are still found, in their language only."""
    table = written([Concept("sea", (Label("en", "high seas"), Label("es", "alta mar")))], tmp_path)
    before = table.beginning("en", "high"), table.beginning("es", "alta")
    for number in range(MANY_WORDS + 1):
        assert table.beginning("en", f"word{number}") == ()
    table.beginning.cache_clear()  # type: ignore[attr-defined]  # of an lru_cache
    assert (table.beginning("en", "high"), table.beginning("es", "alta")) == before
    assert all(before)
    assert table.beginning("fr", "alta") == table.beginning("en", "\udcff") == ()
