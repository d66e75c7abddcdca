"""JSON: its records, and its layout with msgspec and without it."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invented_results import NAMES, answer, counted, day, encoded, hit, item, named, written

from indexer.item import NewsItem
from searcher.facet_values import ConceptValue
from searcher.present import records
from searcher.present.records import json_text
from searcher.query.notes import Note
from searcher.safe_text import escape_json

ANY_TEXT = st.text(st.characters(), max_size=40)


def _record(one: NewsItem) -> dict[str, Any]:
    """Return the record of an item with the names of its countries, as in a hit."""
    countries = [
        {"code": code, "name": NAMES[code], "via": via, "evidence": evidence}
        for code, via, evidence in one.countries
    ]
    return one.to_record() | {"countries": countries}


CHANGES = {
    "title": st.none() | ANY_TEXT,
    "snippet": st.none() | ANY_TEXT,
    "url": st.none() | ANY_TEXT,
    "score": st.sampled_from([0.0, 7.314159, 12.0]),
    "date": st.sampled_from([None, day("2018-03-14"), day("0987-01-01", "estimated", "2020-02-29")]),
    "languages": st.sampled_from([("en",), ("es", "fr")]),
    "via": st.sampled_from([("typed",), ("related", "translated"), ()]),
    "countries": st.sampled_from([(), named("JO"), named("JO", "XX")]),
    "same": st.sampled_from([(), (hit(id="b2", score=None, title=None),)]),
}


@given(st.lists(st.fixed_dictionaries(CHANGES), max_size=3), ANY_TEXT, st.sampled_from(["utf-8", "ascii"]))
def test_an_answer_has_the_json_of_its_record(hits: list[dict[str, Any]], label: str, encoding: str) -> None:
    """The text written from parts of hits and counts equals that of the standard library for the record."""
    topics = [
        ConceptValue(label, label, 2, selected=True, broader=broader, labels=())
        for broader in ((), (label, "sea"))
    ]
    years = [counted("2018", 3, label), counted(label, 0, selected=True)]
    facets = {"year": years, "country": [], "topic": topics}
    results = answer(*[hit(**changes) for changes in hits], query=label, facets=facets)
    found = encoded(encoding, "json", "results", results)
    assert json.loads(found) == results.to_record()
    plain = json.dumps(results.to_record(), ensure_ascii=encoding == "ascii", indent=1) + "\n"
    assert found == plain or not all(map(str.isprintable, plain.split("\n")))


def test_hits_are_json_lines() -> None:
    """Each line has one item: near duplicates follow their hit, and all name their group."""
    results = answer(hit(group="a1", same=(hit(id="b2", score=None, group="a1"),)), hit(rank=2))
    lines = [json.loads(line) for line in written("jsonl", "results", results).splitlines()]
    shown = [(one["rank"], one["id"], one.pop("group")) for one in lines]
    assert shown == [(1, "a1b2c3", "a1"), (1, "b2", "a1"), (2, "a1b2c3", None)]
    hits = results.to_record()["hits"]
    assert hits[0].pop("same") == [{key: lines[1][key] for key in ("id", "title", "date", "source")}]
    assert hits[1].pop("same") == []
    assert [lines[0], lines[2]] == hits


def test_counts_are_an_object_or_lines() -> None:
    """Counts are an object with all of an answer except its hits, or one line for each value."""
    results = answer(hit(), facets={"year": [counted("2018", 3)]}, _count_left_out=lambda: 2)
    value = {"value": "2018", "label": "2018", "count": 3, "selected": False}
    expected = {"format": 2, "query": "ice", "total": 1, "facets": {"year": [value]}, "undated_left_out": 2}
    expected |= {"total_all_words": 1, "relaxed": None, "notes": [], "generation": "", "query_language": None}
    expected |= {"suggestion": None, "expansions": [], "unmatched": [], "filters": {}}
    assert json.loads(written("json", "facets", results)) == expected
    assert written("jsonl", "facets", results) == json.dumps({"facet": "year"} | value) + "\n"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_streamed_items_are_an_array(count: int) -> None:
    """Streamed items have the text of an array written at once."""
    found = [item(body="a\nb\n c", id=str(number)) for number in range(count)]
    whole = json.dumps([_record(one) for one in found], ensure_ascii=False, indent=1)
    assert written("json", "items", iter(found)) == whole + "\n"


@given(title=ANY_TEXT, body=ANY_TEXT)
def test_any_text_is_parsed_back(title: str, body: str) -> None:
    """For any text, JSON and JSON lines are read as the same record."""
    one = item(title=title, body=body)
    assert json.loads(written("json", "item", one)) == {"format": 2} | _record(one)
    assert json.loads(written("json", "items", [one, one])) == [_record(one)] * 2
    line = written("jsonl", "item", one)
    assert json.loads(line) == _record(one)
    assert line.count("\n") == len(line.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "utf-16"])
def test_every_encoding_keeps_the_text(encoding: str) -> None:
    """On a stream of few characters JSON escapes the others; a lone surrogate does not stop the writer."""
    one = item(title="Año 港 \ud83d 😀", body="")
    assert json.loads(encoded(encoding, "json", "item", one)) == {"format": 2} | _record(one)


def test_control_characters_are_escaped() -> None:
    """No character that a terminal executes is unescaped in JSON."""
    shown = written("jsonl", "item", item(title="\x1b[2J\x9b2J\x7f\u202eabc"))
    assert r"\u001b[2J\u009b2J\u007f\u202eabc" in shown


def test_objects_begin_with_their_format() -> None:
    """A script can read the version first; notes have a kind; a value of another type is written as text."""
    results = answer(notes=(Note("parted", "a/b was read as a b"),))
    record = json.loads(written("json", "results", results))
    assert next(iter(record.items())) == ("format", 2)
    assert record["notes"] == [{"kind": "parted", "text": "a/b was read as a b", "args": {}}]
    info: dict[str, Any] = {"items": 3, "languages": {"en": 2}, "folder": dict}
    assert json.loads(written("json", "info", info)) == {"format": 2} | info | {"folder": str(dict)}


GOLDEN = Path(__file__).parents[2] / "contract" / "golden"
NUMBERS = st.floats(0, 1, width=32).map(lambda number: round(number, 6)) | st.floats(1, 1e15)
SCALARS = st.none() | st.booleans() | st.integers() | NUMBERS | NUMBERS.map(lambda one: -one) | st.dates()
NASTY_TEXT = st.text(
    st.sampled_from('\0\x1b\x7f\x9b"\\/\n\t\b\u061c\u200e\u2028\u202e\u2069\ud800\udc00é港😀 ')
)
VALUES: Any = st.recursive(
    SCALARS | st.text() | NASTY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | NASTY_TEXT, inner, max_size=4)
    ),
)


def without_msgspec(value: Any, *, ascii_only: bool = False) -> str:
    """Return the JSON text that the standard library makes."""
    return escape_json(json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str))


@pytest.fixture(params=["msgspec", "json"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose the library that writes JSON."""
    if request.param == "msgspec":
        monkeypatch.setitem(sys.modules, "msgspec", pytest.importorskip("msgspec"))
    else:
        monkeypatch.delitem(sys.modules, "msgspec", raising=False)
    return str(request.param)


@pytest.mark.usefixtures("library")
@settings(max_examples=examples(50))
@given(VALUES, st.booleans())
@example({"share": 2e-05, "text": " 0.00001"}, False)  # noqa: FBT003
@example({"path": Path("a"), "ints": [2**64, -(2**70)]}, False)  # noqa: FBT003
@example([[], {}, (), [{}], {"": []}], False)  # noqa: FBT003
def test_json_text_equals_the_standard_library(value: Any, ascii_only: bool) -> None:  # noqa: FBT001
    """Any record is written as json.dumps does with an indent of 1, then escaped."""
    assert json_text(value, ascii_only=ascii_only) == without_msgspec(value, ascii_only=ascii_only)


def test_dates_and_control_characters_are_written_as_text(library: str) -> None:
    """A date becomes its text, and no control character is left."""
    assert json_text({"day": [date(2018, 3, 5)]}) == '{\n "day": [\n  "2018-03-05"\n ]\n}', library
    assert json_text("\x9b\u202e\ud800é") == r'"\u009b\u202e\ud800é"', library


@pytest.mark.usefixtures("library")
def test_golden_files_have_the_bytes_of_json_dumps() -> None:
    """The records of the contract are written as json.dumps writes them."""
    files = [file.read_text("utf-8") for file in sorted(GOLDEN.rglob("*")) if file.is_file()]
    objects = [json.loads(text) for text in files if text.startswith(("{", "["))]
    assert objects
    for value in objects:
        assert json_text(value) == without_msgspec(value)


def test_msgspec_is_used_only_if_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command does not pay for the import of msgspec."""
    monkeypatch.delitem(sys.modules, "msgspec", raising=False)
    assert json_text(["a"]) == '[\n "a"\n]'
    assert "msgspec" not in sys.modules
    assert not hasattr(records, "msgspec")
