"""Spreadsheets: each sheet with known columns is a table; hostile files end in one line."""

import gzip
import io
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest
from examples import examples
from source_samples import write_and_read as read

from indexer.errors import SourceError
from indexer.sources import ReadOptions, Skipped, open_sources

pytest.importorskip("python_calamine", reason="spreadsheets need dragoman[sheets]")
from indexer.sources import child_process, child_reader
from indexer.sources import spreadsheet as reader

WORKBOOKS = Path(__file__).with_name("workbooks")


def workbook(name: str) -> bytes:
    """Return a small workbook."""
    return (WORKBOOKS / name).read_bytes()


@pytest.mark.parametrize("name", ["x.xlsx", "x.zip", "x"])
def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path, name: str) -> None:
    """Rows keep their numbers, days and numbers their displayed values; another sheet is reported."""
    items, told = read(tmp_path / name, workbook("four_sheets.xlsx"))
    assert [(item.title, item.paragraphs) for item in items] == [
        ("Segundo ferry", ("Zarpa a mediodía.",)),
        ("Feria", ("Abre el sábado.",)),
        ("Tide", ()),
    ]
    assert [item.date and item.date.start for item in items] == [date(2018, 3, 5), date(2018, 3, 6), None]
    assert [item.source[1:] for item in items] == [(2, 2), (4, 4), (2, 2)]
    assert [dict(item.fields) for item in items] == [{"Página": "7"}, {"Página": "2.5"}, {}]
    ((line, reason),) = [(skip.line, skip.reason) for skip in told]
    assert line == 0
    assert reason.startswith(
        "the sheet “S2” has no column with a known name for titles or texts; its columns are: land, pop;"
    )


def test_an_opendocument_sheet_is_read(tmp_path: Path) -> None:
    """ODS is read as LibreOffice writes it, also if it was compressed once more."""
    data = workbook("tide.ods")
    for name, written in (("x.ods", data), ("x.ods.gz", gzip.compress(data))):
        (item,), told = read(tmp_path / name, written)
        assert (item.title, item.paragraphs, told) == ("Marée", ("Elle monte.",), [])


def test_other_archives_are_no_workbook(tmp_path: Path) -> None:
    """A zip of workbooks is an archive whose members are read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.xlsx", workbook("news.xlsx"))
        archive.writestr("b.csv", "title,text\nTide,In.\n")
    items, told = read(tmp_path / "x.zip", file.getvalue())
    assert [item.title for item in items] == ["Segundo ferry", "Feria", "Tide"]
    assert [item.source.file for item in items] == ["x.zip/a.xlsx", "x.zip/a.xlsx", "x.zip/b.csv"]
    assert told == []


def test_columns_of_a_sheet_can_be_mapped(tmp_path: Path) -> None:
    """If no sheet is understood, the message lists the columns and the remedy."""
    data = workbook("unknown_columns.xlsx")
    with pytest.raises(
        SourceError, match=r'its columns are: kop, tekst; state which ones .*, for example columns=\{"title"'
    ):
        read(tmp_path / "x.xlsx", data)
    (item,), _ = read(tmp_path / "x.xlsx", data, ReadOptions(columns=(("kop", "title"), ("tekst", "body"))))
    assert (item.title, item.paragraphs) == ("Tij", ("Op.",))


def test_distant_cells_take_no_memory_of_this_process(tmp_path: Path) -> None:
    """A first and a last cell with nothing between end the child process only."""
    with pytest.raises(
        SourceError, match="the reader of spreadsheets crashed, or exceeded its time or memory"
    ):
        read(tmp_path / "x.xlsx", workbook("distant_cells.xlsx"))


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sizes that the archive states are checked before any of it is decompressed."""
    monkeypatch.setattr(reader, "MAX_UNPACKED_SIZE", 1 << 20)
    monkeypatch.setattr(child_process, "_CHILD", tmp_path / "never_run.py")
    with pytest.raises(
        SourceError, match=r"unpacks to 2 MB, which exceeds the limit of 1 MB; save it as CSV"
    ):
        read(tmp_path / "x.xlsx", workbook("padded.xlsx"))


@pytest.mark.slow
def test_rows_beyond_the_limit_are_reported() -> None:
    """A small file of very many tiny rows is read up to a limit that depends on its size."""
    path, data = WORKBOOKS / "many_rows.xlsx", workbook("many_rows.xlsx")
    assert len(data) < 60_000
    told: list[Skipped] = []
    most = (child_reader.MAX_WRITTEN + child_reader.MAX_RATIO * len(data)) // child_reader.MIN_ROW + 1
    ((source),) = open_sources(path, told.append)
    assert sum(1 for _ in source.items) == most - 1
    (skip,) = told
    assert skip.reason.startswith(
        f"the rows after row {most:,} of the sheet “S1”, because the file is too large"
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ("x.xlsx", workbook("news.xlsx")[:700])],
    ids=["old", "cut off"],
)
def test_a_damaged_workbook_ends_in_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    """A file that is damaged as a whole is refused."""
    with pytest.raises(
        SourceError, match="is a damaged spreadsheet; open it and save it again, or save it as CSV"
    ):
        read(tmp_path / name, data)


def test_a_damaged_sheet_leaves_the_others_readable(tmp_path: Path) -> None:
    """The damaged sheet is reported by its name."""
    items, told = read(tmp_path / "x.xlsx", workbook("damaged_sheet.xlsx"))
    assert [item.title for item in items] == ["Segundo ferry", "Feria"]
    assert [skip.reason for skip in told] == ["the sheet “S1” is damaged"]


def test_any_damage_is_skipped_or_reported(tmp_path: Path) -> None:
    """A workbook with changed bytes ends in items or in one line."""
    chance = random.Random(7)
    whole = workbook("two_sheets.xlsx")
    for _ in range(examples(40)):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        message = "read"
        try:
            items, _ = read(tmp_path / "x.xlsx", bytes(data))
        except SourceError as error:
            items, message = [], str(error)
        assert len(message.splitlines()) == 1
        assert all(item.title or item.paragraphs for item in items)
