"""JSON documents: items are found in nested lists and objects, or the field names are listed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import read_source
from tables import by_table

from indexer.documents import read_items
from indexer.errors import SourceError
from indexer.item import NewsItem
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped, json_source


def read(
    path: Path, document: object, options: ReadOptions = AS_THEY_ARE
) -> tuple[list[NewsItem], list[tuple[int, str]]]:
    """Write a document, a value or bytes, and return its items and reports."""
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    told: list[Skipped] = []
    items = list(read_items(path, told.append, options))
    return items, [(skip.line, skip.reason) for skip in told]


def test_a_document_without_items_lists_its_names(tmp_path: Path) -> None:
    """One line has the names and the remedy; with a mapping they are read."""
    document = {"rows": [{"kop": "Tij", "tekst": "Het kwam op.", "n": 1}]}
    with pytest.raises(
        SourceError,
        match=r"x\.json has no field with a known name .*kop, tekst, n; state which ones.*columns=",
    ):
        read(tmp_path / "x.json", document)
    options = ReadOptions(columns=(("kop", "title"), ("tekst", "body")))
    (item,), told = read(tmp_path / "x.json", document, options)
    assert (item.title, item.body, item.fields, told) == ("Tij", "Het kwam op.", (("n", "1"),), [])


@pytest.mark.parametrize("document", [[], {}, 5, "text", None, [[]], [1, 2]])
def test_documents_without_items_are_refused(tmp_path: Path, document: object) -> None:
    """One line reports that the document contains no items; it is not read as a page of text."""
    with pytest.raises(SourceError, match="contains no items"):
        read(tmp_path / "x.json", document, ReadOptions(kind="json"))


@by_table
def test_invalid_json_is_refused(tmp_path: Path, document: bytes) -> None:
    """Deep nesting, endless numbers and broken literals end in one line."""
    try:
        items, told = read(tmp_path / "x.json", document)
    except SourceError as error:
        message = str(error)
    else:
        assert [item.title for item in items] == ["x"]
        message = told[0][1]
    assert "is not valid JSON at line 1: " in message
    assert "\n" not in message


def test_other_files_are_no_json_document(tmp_path: Path) -> None:
    """JSON lines, pages that begin with a bracket, and one-line records with lists are not affected."""
    for text, lines, ordered in (
        ('{"headline": "Tide", "text": "In."}\n{"headline": "Ebb", "text": "Out."}', True, False),
        (json.dumps({"title": "Tide", "body": "x", "parts": [{"title": "a", "url": "b"}]}), True, False),
        ('{"title": "a"\n{"title": "b"}', True, False),
        ("[Photo] The tide came in.", False, True),
        ("[[Wiki]] {braces} at noon", False, True),
    ):
        path = tmp_path / "x.txt"
        path.write_text(text)
        source = read_source(path)
        assert (source.lines is not None, source.ordered) == (lines, ordered)
        assert next(source.items, None)


def test_a_feed_on_one_line_is_a_document(tmp_path: Path) -> None:
    """Its items are found even if the first bytes end within the first text."""
    feed = {
        "title": "Tide",
        "items": [{"url": f"http://x.org/{id_}", "content_text": f"{id_} " + "in " * 30_000} for id_ in "ab"],
    }
    items, _ = read(tmp_path / "x.txt", feed)
    assert [item.body[:2] for item in items] == ["a ", "b "]


def test_a_value_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object without an end is not held whole."""
    monkeypatch.setattr(json_source, "MAX_VALUE_LENGTH", 1 << 20)
    with pytest.raises(SourceError, match="a value exceeds the limit of 1,048,576 characters"):
        read(tmp_path / "x.json", b'{\n"headline": "' + b"x" * (9 << 20))


NAMES = st.sampled_from("title content items date url id lang country author tags x _source".split())
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES, st.integers(0, 60))
def test_any_document_is_read_or_refused(tmp_path: Path, document: object, cut: int) -> None:
    """Whatever a document contains and wherever it ends, only a SourceError is raised."""
    text = json.dumps(document)
    try:
        items, _ = read(tmp_path / "x.json", text[: len(text) - cut].encode(), ReadOptions(kind="json"))
    except SourceError as error:
        items, message = [], str(error)
    else:
        message = ""
    assert len(message.splitlines()) <= 1
    assert all(item.title or item.body for item in items)
