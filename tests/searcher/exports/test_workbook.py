"""Workbooks and BibLaTeX: the same items as in JSON lines, written as a stream."""

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from dragoman import Searcher, build
from searcher.exports.citations import write_bib
from searcher.exports.csv_rows import write_workbook
from searcher.exports.exporting import Row


def _record(number: int, **more: Any) -> Row:
    day = {"start": "2018-03-14", "end": "1850-01-02", "kind": "printed"}
    record = {"id": f"i{number}", "title": "A <title> & =1+1", "body": "Text.", "url": None, "date": day}
    record |= {
        "language": "en",
        "languages": ["en"],
        "countries": [{"code": "KE", "via": "name", "evidence": "K"}],
    }
    return Row(json.dumps(record | {"source": {"file": "a.txt", "lines": [1, 2]}} | more).encode(), {})


def _read(chunks: Any) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(chunks)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_workbook_has_a_row_for_each_item() -> None:
    """Days are days, texts are texts, numbers are numbers."""
    header, *rows = _read(write_workbook([_record(1), _record(2)]))["Items 1"]
    first = dict(zip(header, rows[0], strict=True))
    assert [row[0] for row in rows] == ["i1", "i2"]
    assert first["title"] == "A <title> & =1+1"
    assert first["date_start"] == date(2018, 3, 14)
    assert (first["date_end"], first["last_line"], first["countries"]) == ("1850-01-02", 2, "KE")


@pytest.mark.parametrize("bound", [{"most_rows": 3}, {"most_bytes": 2_000}])
def test_a_long_export_has_several_sheets(bound: dict[str, int]) -> None:
    """No item is lost or repeated where a sheet ends, and each sheet has the header."""
    sheets = _read(write_workbook([_record(number) for number in range(7)], **bound))
    assert len(sheets) > 2
    assert max(map(len, sheets.values())) <= bound.get("most_rows", 8)
    assert [row[0] for rows in sheets.values() for row in rows[1:]] == [f"i{number}" for number in range(7)]
    assert {rows[0][0] for rows in sheets.values()} == {"id"}


def test_a_text_beyond_a_cell_is_cut_with_a_mark() -> None:
    """The cell says that it is cut, and a note counts the items."""
    made = write_workbook([_record(1, body="é" * 40_000), _record(2, body="Excerpt […]")])
    chunks, notes = [], []
    try:
        while True:
            chunks.append(next(made))
    except StopIteration as end:
        notes = end.value
    body = _read(chunks)["Items 1"][1][8]
    assert len(body) == 32_767
    assert body.endswith("é […]")
    assert len(notes) == 1
    assert notes[0].startswith("1 item")
    assert "32,767" in notes[0]


@pytest.mark.parametrize("text", ["_x0041_", "a\x00b\x1b", "<is>", "\ud800", "tab\tline\nend "])
def test_no_text_breaks_a_workbook(text: str) -> None:
    """Texts that Excel or XML would interpret are shown."""
    chunks = [*write_workbook([_record(1, body=text)])]
    sheet = ZipFile(io.BytesIO(b"".join(chunks))).read("xl/worksheets/sheet1.xml").decode()
    assert len(_read(chunks)["Items 1"]) == 2
    assert "_x0041_" not in sheet.replace("_x005F_x0041_", "")


def test_an_empty_workbook_has_a_header() -> None:
    """No match is a sheet without rows."""
    assert len(_read(write_workbook([]))["Items 1"]) == 1


def test_rows_are_written_as_they_are_read() -> None:
    """A workbook does not wait for its last item."""
    read = []

    def rows() -> Any:
        for number in range(100_000):
            read.append(number)
            yield _record(number)

    made = write_workbook(rows())
    for _ in range(50):
        next(made)
    made.close()
    assert len(read) < 1_000


def test_bibtex_is_read_back_as_the_same_items(tmp_path: Path) -> None:
    """Titles, texts and days survive the signs of LaTeX."""
    signs = r"50% of {x} & y_z \ ~ ^ # $ a -- b ''c''"
    items = [
        {"id": "a", "title": signs, "body": "First. Second } brace.", "date": "2018-03-14"},
        {
            "id": "b",
            "title": "Undated",
            "body": "No day is known.",
            "url": "https://a.example/~b_c%20d?e=f&g#{h}",
        },
    ]
    source = tmp_path / "items.jsonl"
    source.write_text("\n".join(map(json.dumps, items)))
    build(tmp_path / "one", source, own_thesaurus=False)
    with Searcher(tmp_path / "one") as searcher:
        searcher.export(tmp_path / "items.bib")
    assert "{https://a.example/~b_c%20d?e=f&g#%7Bh%7D}" in (tmp_path / "items.bib").read_text()
    build(tmp_path / "two", tmp_path / "items.bib", own_thesaurus=False)
    with Searcher(tmp_path / "two") as searcher:
        found = {one.title: one for one in searcher.items([hit.id for hit in searcher.search(None).hits])}
    assert set(found) == {one["title"] for one in items}
    assert str(found[items[0]["title"]].date.start) == "2018-03-14"
    assert found[items[0]["title"]].body == items[0]["body"]


def test_no_two_items_have_one_key_of_bibtex() -> None:
    """Ids that differ in signs that a key cannot have."""
    made = b"".join(write_bib([_record(1, id=one) for one in ("a/b", "a-b", "a b")])).decode()
    keys = re.findall(r"@article\{(.+),", made)
    assert len(set(keys)) == 3
    assert "a-b" in keys
