"""Tables in text: with any delimiter and encoding, each row is an item or reported."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import write_and_read as read
from tables import by_table

from indexer.errors import SourceError
from indexer.sources import ReadOptions, csv_source
from indexer.sources.text_shapes import is_table


@pytest.mark.parametrize("text", ["land,pop\nx,5\n", "Tide,It came in.\nEbb,Out.\n", "id,name\n1,x\n", "x\n"])
def test_a_table_without_known_names_lists_its_columns(tmp_path: Path, text: str) -> None:
    """One line has the columns and the remedy; with --map it is read, and with --as under any file name."""
    with pytest.raises(
        SourceError,
        match=r"^x\.csv has no column with a known name .*its columns are.*state which ones.*columns=",
    ):
        read(tmp_path / "x.csv", text)
    name = text.partition(",")[0].strip()
    mapped = ReadOptions(kind="csv", columns=((name, "title"),))
    items, _ = read(tmp_path / "x.txt", text, mapped)
    assert len(items) == text.count("\n") - 1


@by_table
def test_pages_are_no_tables(text: str) -> None:
    """Known words with commas are not enough: rows with the same number of cells must follow."""
    assert not is_table(text, whole=True)


def test_lines_and_cells_beyond_the_limit_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No long line and no cell over many lines is held whole; the rows after it are read."""
    monkeypatch.setattr(csv_source, "MAX_LINE_LENGTH", 1000)
    text = f"title,text\nA,b\nC,{'x' * 5000}\nD,e\n\0\0"  # NULs at the end are no open quotation
    items, told = read(tmp_path / "x.csv", text)
    assert [item.title for item in items] == ["A", "D"]
    assert [(skip.line, skip.reason) for skip in told] == [
        (3, "a line that exceeds the limit of 1,000 characters")
    ]


PIECES = st.lists(
    st.sampled_from(
        ["title", "text", "date", ",", ";", "\t", '"', "\n", "\r\n", "x", "2018-03-05", "\0", "é", "\\"]
    ),
    max_size=40,
)


@settings(deadline=None)
@given(PIECES, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_is_a_table_or_refused(tmp_path: Path, pieces: list[str], encoding: str) -> None:
    """Whatever a table contains, only a SourceError is raised."""
    message = "read"
    try:
        items, _ = read(tmp_path / "x.csv", ("title,text\n" + "".join(pieces)).encode(encoding))
    except SourceError as error:
        items, message = [], str(error)
    assert len(message.splitlines()) == 1
    assert all(item.title or item.paragraphs for item in items)
