"""Items of sources without order become the documents that each gives by itself."""

import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.documents import Document, read_documents, reading
from indexer.item import RawItem, SourceLines
from indexer.sources.export_record import read_record
from indexer.sources.source import JsonLine, Source

TEXTS = st.sampled_from(
    [
        "The ferry from Lima stops here on Friday, and it will not leave before noon.",
        "The ferry stops here on Friday, and it will not leave before noon. " * 9,
        "El barco de las islas llega el viernes, y no saldrá hasta el lunes por la noche.",
        "The pier was closed for all of the winter.\nLe port a été fermé vendredi à cause de la tempête.",
        "Harbour — 港",
        "Der Hafen wurde am Freitag wegen des Sturms geschlossen, und die Boote bleiben dort.",
        "",
    ]
)
ROWS = st.tuples(
    st.sampled_from(["", "Ships", "Port de Kenya"]),
    TEXTS,
    st.sampled_from(["", "2019-05-04", "soon"]),
    st.sampled_from(["", "English", "fr", "xx"]),
    st.sampled_from(["", "Kenya", "Nowhere"]),
)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.sampled_from([1, 100, 400]))
def test_rows_read_together_equal_single_rows(rows: list[tuple[str, ...]], batch: int) -> None:
    """Rows of a table whose languages and countries are found together give the documents of each alone."""
    found: list[list[Document]] = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "harbours.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("Title", "Content", "Published", "Language", "Country"), *rows])
        for characters in (batch, sys.maxsize):
            patch.setattr(reading, "BATCH", characters)
            found.append(list(read_documents(path, lambda _: None)))
    assert found[0] == found[1]


def lines(taken: list[int]) -> Iterator[JsonLine]:
    """Yield records of which only the first lacks its language, and record their numbers."""
    for number in range(3_000):
        taken.append(number)
        record = {"id": str(number), "body": "Ships " * 40, "date": "2019-05-04", "countries": []}
        record |= {"language": "en"} if number else {}
        yield JsonLine(number, record, json.dumps(record))


def raw_items(taken: list[int]) -> Iterator[RawItem]:
    """Yield them in the form of a source with other field names."""
    for line in lines(taken):
        yield read_record(line.value, SourceLines("harbours", line.number, line.number))


@pytest.mark.parametrize("kind", ["lines", "items"])
def test_waiting_items_are_bounded(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many items follow one whose language must be found, only a bounded number is held."""
    taken: list[int] = []
    read = lines(taken) if kind == "lines" else None
    source = Source("harbours", raw_items(taken), lines=read, read_line=lambda _: None)
    monkeypatch.setattr(reading, "open_sources", lambda *_: [source])
    documents = read_documents("harbours", lambda _: None)
    next(documents)
    assert len(taken) < 1000
    assert 1 + sum(1 for _ in documents) == len(taken) == 3_000
