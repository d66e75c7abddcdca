"""Hostile thesauri, topics and judgements: each is read correctly or refused in one line."""

import gzip
import json
from pathlib import Path

import pytest
from examples import examples
from faults.known_archive import make_items, write_source
from faults.refusal import is_refused, run
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table
from work import stop_if_it_hangs

from indexer.errors import DragomanError, SourceError
from indexer.store.indexing import build
from indexer.thesaurus.thesaurus_files import read_freedict, read_skos
from searcher.evaluation import read_judgements, read_topics

pytest.importorskip("pyoxigraph", reason="reading Turtle needs pyoxigraph")

PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix x: <http://x/> .\n"
STEERING = '"\\u001b[2J\\u009b31m quay\\u0000\\u202e"@en'


@pytest.fixture(scope="module")
def steering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index whose thesaurus has labels with control characters and spreadsheet formulas."""
    folder = tmp_path_factory.mktemp("steering")
    labels = f'"harbour"@en, {STEERING}, "=cmd|calc ferry"@en, "@pilot"@en, "_"@en, "| |"@en'
    (folder / "x.ttl").write_text(f"{PREFIXES}x:a skos:prefLabel {labels} .\n")
    source = write_source(folder / "a.jsonl", make_items(1, 20).values())
    build([source], folder / "index", thesauri=[folder / "x.ttl"], own_thesaurus=False)
    return folder / "index"


@by_table
def test_any_turtle_ends_in_a_line(tmp_path: Path, turtle: str) -> None:
    """A file that is no thesaurus, or is too large, is refused in one line."""
    (tmp_path / "x.ttl").write_text(PREFIXES + turtle)
    with stop_if_it_hangs(), pytest.raises(SourceError) as told:
        read_skos(tmp_path / "x.ttl")
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 1000


def test_entities_in_a_label_are_text(tmp_path: Path) -> None:
    """Nothing in a thesaurus is expanded or fetched, and cycles of broader concepts have no effect."""
    (tmp_path / "x.ttl").write_text(
        f'{PREFIXES}x:a skos:prefLabel "&amp; &x;"@en ; skos:broader x:b .\n'
        'x:b skos:broader x:a ; skos:prefLabel "b"@en .\n'
    )
    assert [[label.text for label in one.labels] for one in read_skos(tmp_path / "x.ttl")] == [
        ["&amp; &x;"],
        ["b"],
    ]


def test_a_packed_dictionary_of_gigabytes_is_refused(tmp_path: Path) -> None:
    """A few kilobytes that decompress to gigabytes are not decompressed beyond the bound."""
    path = tmp_path / "freedict-eng-spa.dict.dz"
    path.write_bytes(gzip.compress(bytes(1 << 22)))
    with pytest.raises(SourceError, match="the limit of 1 MiB"):
        read_freedict(path, most_bytes=1 << 20)
    path.write_bytes(gzip.compress(bytes(1 << 22))[:-20])
    with pytest.raises(SourceError):
        read_freedict(path, most_bytes=1 << 23)


@by_table
def test_a_dictionary_is_read_in_linear_time(tmp_path: Path, line: str) -> None:
    """No line of a dictionary takes time that grows with the square of its length."""
    path = tmp_path / "freedict-eng-spa.dict"
    path.write_text(f"ferry /fe/\n{line}\nbarco\nquay /k/\nmuelle\n")
    with stop_if_it_hangs():
        names = [concept.name for concept in read_freedict(path)]
    assert names[-1] == "en-es quay"


@settings(max_examples=examples(30), deadline=None, derandomize=True, database=None)
@given(
    lines=st.lists(
        st.text("ab /<>()[]1.,;|\t&\0é", max_size=30) | st.sampled_from(["ferry /fe/", "barco, buque"]),
        max_size=9,
    )
)
def test_any_dictionary_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """No text raises anything but a clear line."""
    path = tmp_path_factory.mktemp("any") / "freedict-eng-spa.dict"
    path.write_text("\n".join(lines), encoding="utf-8")
    for concept in read_freedict(path):
        assert all(label.text.strip() for label in concept.labels)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_labels_contain_no_control_characters(steering: Path, form: str) -> None:
    """Expansions are printed without control characters, in every format and in explanations."""
    result = run("search", "harbour", "--explain", "--format", form, "--index", steering)
    assert result.exit_code == 0
    assert not set("\x1b\x9b\x00\u202e") & set(result.stdout + result.stderr)
    assert "also searched: harbour → " in result.stderr
    others = [line for line in result.stderr.splitlines() if not line.startswith("10 of 15 items shown")]
    assert len(others) == 1
    if form == "csv":
        assert not any(cell.startswith(("=", "@")) for cell in result.stdout.replace("\n", ",").split(","))


@by_table
def test_any_topic_ends_in_a_line(steering: Path, tmp_path: Path, topic: str) -> None:
    """An invalid topic is refused with its file and line."""
    (tmp_path / "t.jsonl").write_text(topic + "\n")
    (tmp_path / "q").write_text("T1 0 d1 1\n")
    result = run("evaluate", tmp_path / "t.jsonl", tmp_path / "q", "--index", steering)
    is_refused(result)
    assert "t.jsonl, line 1: a topic must be" in result.stderr


@by_table
def test_any_judgement_ends_in_a_line(steering: Path, tmp_path: Path, line: str) -> None:
    """An invalid judgement is refused with its file and line."""
    (tmp_path / "t.tsv").write_text("T1\tharbour\n")
    (tmp_path / "q").write_text(line + "\n")
    result = run("evaluate", tmp_path / "t.tsv", tmp_path / "q", "--index", steering)
    is_refused(result)
    assert "q, line 1: a judgement must consist of" in result.stderr


def test_a_country_of_a_topic_may_be_a_string(tmp_path: Path) -> None:
    """One country need not be in a list, and is not read letter by letter."""
    (tmp_path / "t.jsonl").write_text('{"qid": 1, "query": "x", "filters": {"country": "KE"}}\n')
    ((topic),) = read_topics(tmp_path / "t.jsonl")
    assert topic.filters["countries"] == ["KE"]


NAMES = st.sampled_from(["qid", "id", "query", "filters", "country", "from"])
TOPIC_LINES = st.text("T1\t x\0\x85\u2028\r", max_size=20) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
).map(json.dumps)


@settings(max_examples=examples(40), deadline=None, derandomize=True, database=None)
@given(lines=st.lists(TOPIC_LINES, max_size=4), ending=st.sampled_from(["jsonl", "tsv"]))
def test_any_topics_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str
) -> None:
    """No lines raise anything but a clear line."""
    path = tmp_path_factory.mktemp("any") / f"t.{ending}"
    path.write_text("\n".join(lines), encoding="utf-8")
    for read in (read_topics, read_judgements):
        try:
            said = read(path)
        except DragomanError as error:
            said = str(error)
        assert said
