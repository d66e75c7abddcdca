"""Tables in text: with any delimiter and encoding, each row is an item or reported."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.errors import SourceError
from indexer.item import RawItem
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped, csv_source, open_sources
from indexer.sources.text_shapes import is_table

TEXTS = [
    ("title,text,date\nTide,It came in.,2018-03-05\n", 2),
    ("\ufefftitle;text;date\r\nTide;It came in.;2018-03-05\r\n", 2),
    ("sep=;\r\nTitre;Contenu;Date de publication\r\nTide;It came in.;5 mars 2018\r\n", 3),
    ('\ufeff"sep=|"\ntitular|cuerpo|fecha\nTide|It came in.|5 de marzo de 2018\n', 3),
    ("title\ttext\tdate\nTide\tIt came in.\t2018-03-05\n", 2),
    ("title,text,date\rTide,It came in.,2018-03-05\r", 2),
    ('"title","text","date"\n"Tide","It came in.","2018-03-05"', 2),
    ("Export;;\n;;\ntitle;text;date\nTide;It came in.;2018-03-05\n", 4),
    (",title,text,scraped_at,date\n0,Tide,It came in.,2020-01-01,2018-03-05\n", 2),
]


def read(
    path: Path, data: str | bytes, options: ReadOptions = AS_THEY_ARE
) -> tuple[list[RawItem], list[Skipped]]:
    """Write a table and return its items and reports."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    told: list[Skipped] = []
    return [item for source in open_sources(path, told.append, options) for item in source.items], told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("name", ["x.csv", "x"])
@pytest.mark.parametrize(("text", "line"), TEXTS)
def test_a_table_is_read_in_any_dialect(
    tmp_path: Path, text: str, line: int, name: str, encoding: str
) -> None:
    """Any common delimiter, separator line, byte order mark and line end, and rows above the header, work."""
    (item,), _ = read(tmp_path / name, text.encode(encoding))
    assert (item.title, item.paragraphs) == ("Tide", ("It came in.",))
    assert item.date is not None
    assert item.date.start.isoformat() == "2018-03-05"
    assert item.source == (name, line, line)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_old_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """Tables as spreadsheets saved them in western Europe are read."""
    text = "titre;contenu\r\nMarée haute;L’été dernier, la mer montait déjà à Sète.\r\n"
    (item,), told = read(tmp_path / "x.csv", text.encode(encoding))
    assert (item.title, item.paragraphs) == ("Marée haute", ("L’été dernier, la mer montait déjà à Sète.",))
    assert told == []


def test_cells_may_contain_anything(tmp_path: Path) -> None:
    """Line breaks, quotation marks, delimiters and HTML are allowed: an item's lines are those of its row."""
    text = 'title,text,tags\n"A ""second"" ferry,\nat last","<p>It sails.</p><p>Up.</p>","a, b"\nTide,Up,c\n'
    (first, second), told = read(tmp_path / "x.csv", text)
    assert (first.title, first.paragraphs) == ('A "second" ferry, at last', ("It sails.", "Up."))
    assert [item.source[1:] for item in (first, second)] == [(2, 3), (4, 4)]
    assert dict(first.fields) == {"tags": "a, b"}
    assert told == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('title,text\n"He said \\"up, up\\" twice",b\n"C",d\n', ['He said "up, up" twice', "C"]),
        ('title\ttext\n"Up" she said\tb\n"Open\td\nThird\te\n', ['"Up" she said', '"Open', "Third"]),
        ('title,text\nA,b\n"C,d\nE,f\n', ["A", '"C', "E"]),
    ],
    ids=["backslash", "no quotation", "not closed"],
)
def test_other_quoting_styles_are_read(tmp_path: Path, text: str, titles: list[str]) -> None:
    """Escaped quotation marks, unneeded ones and an unclosed one never make a row swallow others."""
    items, told = read(tmp_path / "x.csv", text)
    assert [item.title for item in items] == titles
    assert all(skip.field for skip in told)


def test_cells_without_a_column_name_are_reported(tmp_path: Path) -> None:
    """Columns without a name and extra cells are reported; columns with the same name are numbered."""
    items, told = read(tmp_path / "x.csv", ",title,tag,tag\n1,Tide,a,b\n,,,\n2,Ebb,c,d,e\n3,,,\n")
    assert [(item.title, dict(item.fields)) for item in items] == [
        ("Tide", {"tag": "a", "tag (2)": "b"}),
        ("Ebb", {"tag": "c", "tag (2)": "d"}),
    ]
    assert [(skip.line, skip.field) for skip in told] == [(1, True), (4, True)]
    assert "no name" in told[0].reason
    assert "5 cells under 4 names" in told[1].reason


def test_day_and_month_have_the_order_of_their_column(tmp_path: Path) -> None:
    """A later day above twelve shows the order for all; without one, ambiguous dates are reported."""
    text = "titre;contenu;date\n" + "".join(f"T{day};x;{day:02}/03/2018\n" for day in range(1, 14))
    items, told = read(tmp_path / "x.csv", text)
    assert [item.date and item.date.start.day for item in items] == [*range(1, 14)]
    assert told == []
    items, told = read(tmp_path / "x.csv", text.rpartition("T13")[0])
    assert [item.date is None for item in items] == [day != 3 for day in range(1, 13)]
    assert len(told) == 11
    assert all(skip.reason.endswith("may be of two months; left out") for skip in told)


@pytest.mark.parametrize("text", ["land,pop\nx,5\n", "Tide,It came in.\nEbb,Out.\n", "id,name\n1,x\n", "x\n"])
def test_a_table_without_known_names_lists_its_columns(tmp_path: Path, text: str) -> None:
    """One line has the columns and the remedy; with --map it is read, and with --as under any file name."""
    with pytest.raises(
        SourceError, match=r"^x\.csv has no title or text .* its columns: .*; map them, such as columns="
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


@pytest.mark.slow
def test_a_long_table_is_read_as_a_stream(tmp_path: Path) -> None:
    """Memory does not grow with the number of rows."""
    path = tmp_path / "x.csv"
    path.write_text("title,text\n" + f"Tide,{'It came in. ' * 150}\n" * 4_000)
    tracemalloc.start()
    count = sum(1 for source in open_sources(path) for _ in source.items)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 4_000
    assert peak < 5_000_000 < path.stat().st_size


def test_lines_and_cells_beyond_the_limit_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No long line and no cell over many lines is held whole; the rows after it are read."""
    monkeypatch.setattr(csv_source, "MAX_LINE_LENGTH", 1000)
    text = f"title,text\nA,b\nC,{'x' * 5000}\nD,e\n"
    items, told = read(tmp_path / "x.csv", text)
    assert [item.title for item in items] == ["A", "D"]
    assert [(skip.line, skip.reason) for skip in told] == [(3, "a line of more than 1,000 characters")]


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
