"""JSON documents: items are found in nested lists and objects, or the field names are listed."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import read_source

from indexer.documents import read_items
from indexer.errors import SourceError
from indexer.item import NewsItem
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped, json_document

TIDE = {
    "headline": "Tide",
    "content": "It came in.",
    "publishedAt": "2018-03-05",
    "url": "https://x.example/1",
}
EBB = {
    "headline": "Ebb",
    "content": "It went out.",
    "publishedAt": "2018-03-06",
    "url": "https://x.example/2",
}
BOTH = ["Tide", "Ebb"]


def read(
    path: Path, document: object, options: ReadOptions = AS_THEY_ARE
) -> tuple[list[NewsItem], list[tuple[int, str]]]:
    """Write a document, a value or bytes, and return its items and reports."""
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    told: list[Skipped] = []
    items = list(read_items(path, told.append, options))
    return items, [(skip.line, skip.reason) for skip in told]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", ["x.json", "x"])
@pytest.mark.parametrize(
    "document",
    [
        [TIDE, EBB],
        {"status": "ok", "totalResults": 2, "articles": [TIDE, EBB]},
        {"status": "OK", "response": {"docs": [TIDE, EBB], "meta": {"hits": 2}}},
        {
            "title": "Harbour Post",
            "description": "All news.",
            "link": "https://x.example",
            "items": [TIDE, EBB],
        },
        {"updated": "2018-04-01", "source": "Post", "categories": {"sea": [TIDE], "land": [EBB]}},
        {"hits": {"total": 2, "hits": [{"_id": "1", "_source": TIDE}, {"_id": "2", "_source": EBB}]}},
        {"kind": "Listing", "data": {"modhash": "", "children": [{"data": TIDE}, {"data": EBB}]}},
        {"content": [TIDE, EBB], "pageable": {"size": 2}},
        {"meta": {"title": "Export", "description": "of March"}, "marzo": [TIDE, EBB]},
        {"n1": TIDE, "n2": EBB},
        [{"articles": [TIDE]}, {"articles": [EBB]}],
        {
            "articles": [TIDE, EBB],
            "feeds": [{"name": "Post", "description": "All.", "url": "https://x.example"}],
        },
        [TIDE | {"related": [{"headline": "Older", "url": "https://x.example/0"}]}, EBB],
    ],
)
def test_items_are_found_at_any_depth(
    tmp_path: Path, document: object, name: str, indent: int | None
) -> None:
    """On one line or many, with any file name, exactly the items are read, numbered in order."""
    items, told = read(tmp_path / name, json.dumps(document, indent=indent).encode())
    assert [item.title for item in items] == BOTH
    assert [item.source.first for item in items] == [1, 2]
    assert [str(item.date and item.date.start) for item in items] == ["2018-03-05", "2018-03-06"]
    assert told == []


def test_an_item_in_two_lists_is_read_once(tmp_path: Path) -> None:
    """The repetition is skipped and reported."""
    items, told = read(tmp_path / "x.json", {"sea": [TIDE, EBB], "land": [EBB | {"rank": 2}]})
    assert [item.title for item in items] == BOTH
    assert told == [(3, "the same item as an earlier one of this source")]


def test_elements_that_are_no_items_are_reported(tmp_path: Path) -> None:
    """Each element of a list of items is one, or is reported with its number."""
    items, told = read(
        tmp_path / "x.json", [TIDE, 5, {"id": 4}, None, {"headline": None, "content": ""}, EBB]
    )
    assert [item.title for item in items] == BOTH
    assert told == [
        (2, "not a JSON object"),
        (3, "neither a title nor a text"),
        (4, "not a JSON object"),
        (5, "neither a title nor a text"),
    ]


def test_a_document_without_items_lists_its_names(tmp_path: Path) -> None:
    """One line has the names and the remedy; with a mapping they are read."""
    document = {"rows": [{"kop": "Tij", "tekst": "Het kwam op.", "n": 1}]}
    with pytest.raises(
        SourceError, match=r"x\.json has no title or text .* kop, tekst, n; map them, such as columns="
    ):
        read(tmp_path / "x.json", document)
    options = ReadOptions(columns=(("kop", "title"), ("tekst", "body")))
    (item,), told = read(tmp_path / "x.json", document, options)
    assert (item.title, item.body, item.fields, told) == ("Tij", "Het kwam op.", (("n", "1"),), [])


@pytest.mark.parametrize("document", [[], {}, 5, "text", None, [[]], [1, 2]])
def test_documents_without_items_are_refused(tmp_path: Path, document: object) -> None:
    """One line reports that the document contains no items; it is not read as a page of text."""
    with pytest.raises(SourceError, match="holds no items"):
        read(tmp_path / "x.json", document, ReadOptions(kind="json"))


def test_a_truncated_file_keeps_the_items_before_the_end(tmp_path: Path) -> None:
    """Complete items are read, and the fault is reported with its line."""
    broken = json.dumps([TIDE, EBB], indent=1).encode()[:-20]
    items, told = read(tmp_path / "x.json", broken)
    assert [item.title for item in items] == ["Tide"]
    ((number, reason),) = told
    assert number == 2
    assert reason.startswith("is not valid JSON at line 12: ")
    assert reason.endswith("the file breaks off")


@pytest.mark.parametrize(
    "document",
    [
        b'[{"headline": "x"},' + b"[" * 100_000,
        b"[" * 100_000,
        b'[{"headline": ' + b"9" * 10_000 + b"}]",
        b'[{"a": tru',
    ],
)
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_documents_are_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """Accents survive in each encoding of exports."""
    text = json.dumps([TIDE | {"headline": "Año nuevo"}], ensure_ascii=False)
    assert read(tmp_path / "x.json", text.encode(encoding))[0][0].title == "Año nuevo"


def test_other_files_are_no_json_document(tmp_path: Path) -> None:
    """JSON lines, pages that begin with a bracket, and one-line records with lists are not affected."""
    for text, lines, ordered in (
        (json.dumps(TIDE) + "\n" + json.dumps(EBB), True, False),
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


@pytest.mark.slow
def test_a_long_array_is_read_as_a_stream(tmp_path: Path) -> None:
    """Memory does not grow with the number of items."""
    path = tmp_path / "x.json"
    one = json.dumps({"titre": "Marée", "contenu": "Elle monte. " * 200})
    path.write_text("[" + ",\n".join([one] * 4_000) + "]")
    count = 0
    tracemalloc.start()
    for _ in read_source(path, on_skip=lambda _skip: None).items:
        count += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 7_000_000 < path.stat().st_size
    assert count == 1  # only one is read: the others are reported


def test_a_value_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object without an end is not held whole."""
    monkeypatch.setattr(json_document, "MAX_VALUE_LENGTH", 1 << 20)
    with pytest.raises(SourceError, match="a value of more than 1,048,576 characters"):
        read(tmp_path / "x.json", b'{\n"headline": "' + b"x" * (9 << 20))


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "content", "items", "date", "x", "_source"]), inner, max_size=4
        )
    ),
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
