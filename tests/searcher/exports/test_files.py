"""Exports: their files and their formats."""

import csv
import errno
import io
import json
import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tables import by_table

from searcher import DragomanError, QueryError, Searcher, export
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.exports.sqlite import _script

Failing = Callable[[BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Make every export fail after its first item."""

    def fail(error: BaseException) -> None:
        real = EmbeddedEngine.records

        def records(self: EmbeddedEngine, documents: list[int]) -> Iterator[bytes]:
            yield next(iter(real(self, documents)))
            raise error

        monkeypatch.setattr(EmbeddedEngine, "records", records)

    return fail


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.sqlite", "a.ris", "a.csl.json"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_failed_export_leaves_no_partial_file(
    sample_index: Path, tmp_path: Path, failing: Failing, name: str, error: BaseException
) -> None:
    """Ctrl-C and a full disk leave no file, or the old one."""
    failing(error)
    for before in ([], [name]):
        for file in before:
            (tmp_path / file).write_text("before")
        with pytest.raises((KeyboardInterrupt, DragomanError)) as told:
            export(sample_index, tmp_path / name, replace=True)
        assert [path.name for path in tmp_path.iterdir()] == before
        if isinstance(error, OSError):
            assert "No space left on device; no partial file was left" in str(told.value)
    assert (tmp_path / name).read_text() == "before"


def test_a_full_disk_ends_a_database_with_one_line(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's error about a full disk is one clear line as well."""
    monkeypatch.setattr(
        "searcher.exports.sqlite._script", lambda name: f"PRAGMA max_page_count=30;{_script(name)}"
    )
    with pytest.raises(DragomanError, match="database or disk is full; no partial file was left"):
        export(sample_index, tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_on_request_only(sample_index: Path, tmp_path: Path) -> None:
    """One line names the option; a link stays a link, and permissions stay."""
    file, link = tmp_path / "a.csv", tmp_path / "link.csv"
    file.write_text("mine")
    file.chmod(0o600)
    link.symlink_to(file)
    with pytest.raises(DragomanError, match=r"to replace it, use replace=True"):
        export(sample_index, file)
    export(sample_index, link, replace=True)
    assert link.is_symlink()
    assert file.read_bytes().count(b"\r\n") == 70
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_file_has_default_permissions(sample_index: Path, tmp_path: Path) -> None:
    """The permissions are those of any new file here."""
    (tmp_path / "other").touch()
    export(sample_index, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_pipe_is_written_to_directly(sample_index: Path, tmp_path: Path) -> None:
    """A special file is written to, not replaced by a plain one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export(sample_index, pipe, format="ris", limit=1)
    assert os.read(reader, 8) == b"TY  - NE"
    os.close(reader)


@by_table
def test_a_mistake_ends_in_one_line(
    sample_index: Path, tmp_path: Path, file: str, asked: dict[str, Any], line: str
) -> None:
    """Nothing is written, and the line has the remedy."""
    with pytest.raises(DragomanError) as told:
        export(sample_index, tmp_path / file, **asked)
    assert line in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_needs_a_format_other_than_sqlite(sample_index: Path) -> None:
    """SQLite writes only to a file, and a stream needs a format."""
    with pytest.raises(QueryError, match=r"give one, such as items\.sqlite"):
        export(sample_index, io.BytesIO(), format="sqlite")
    with pytest.raises(QueryError, match='format="jsonl"'):
        export(sample_index, io.BytesIO())
    with pytest.raises(TypeError, match="file must be a path or a binary stream, not an int"):
        export(sample_index, 7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cuntries"):
        export(sample_index, io.BytesIO(), format="csv", cuntries="FJ")


def test_progress_is_reported(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The callback gets the number of written items and their total."""
    monkeypatch.setattr("searcher.exports.exporting.ROWS_PER_PROGRESS", 30)
    told: list[tuple[int, int]] = []
    export(sample_index, io.BytesIO(), format="ris", progress=lambda *at: told.append(at))
    assert told == [(30, 69), (60, 69)]


MakeIndex = Callable[..., Path]
SAID = "=1+1\nsaid “the\u2028tide”, and\u009b left; the quay"
DAY = {"countries": ["FJ", "KE"], "url": "https://a.example/1"}
ESTIMATED = {"start": "2015-02-03", "end": "2015-02-09", "kind": "estimated"}
RECORDS: list[dict[str, Any]] = [
    {"title": "Day", "body": SAID, "date": "2018-03-05", **DAY},
    {"title": "Month", "body": "tide", "date": "2018-03", "author": "Ana Paz, Lu Bo", "section": "Sea"},
    {"title": "Year", "body": "tide", "date": "2017", "fields": {"Ship": "Ana", "Crew": "12"}},
    {"title": "Span", "body": "tide", "date": {"start": "2016-12-30", "end": "2017-01-02"}, "language": "es"},
    {"title": "Some day", "body": "tide", "date": ESTIMATED},
    {"title": "Years", "body": "tide", "date": {"start": "2013-01-01", "end": "2014-12-31"}},
    {"title": "Never", "body": "tide"},
]
# The part of csl-data.json (https://github.com/citation-style-language/schema) that these items can have.
CSL_TEXTS = {"id", "type", "title", "section", "language", "URL", "keyword", "abstract", "note"}
RIS_LINE = re.compile(r"[A-Z][A-Z0-9]  - .*")


@pytest.fixture
def index(make_index: MakeIndex) -> Path:
    return make_index(*RECORDS)


def write(index: Path, form: str, **asked: Any) -> bytes:
    """Export to a stream."""
    stream = io.BytesIO()
    export(index, stream, format=form, sort="newest", **asked)
    return stream.getvalue()


def test_json_lines_are_the_stored_records(index: Path) -> None:
    """Each line is the stored record, without line breaks or control characters within."""
    lines = write(index, "jsonl").split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["title"] for line in lines][:2] == ["Day", "Month"]
    assert {json.loads(line)["body"] for line in lines} == {"tide", SAID}
    assert all(line.decode().replace("\u00a0", "").isprintable() for line in lines)


def test_csv_can_be_opened_in_spreadsheets(index: Path) -> None:
    """Each item is one row, whatever lines its text has, and no cell is a formula."""
    rows = list(csv.DictReader(io.StringIO(write(index, "csv").decode(), newline="")))
    assert [row["title"] for row in rows][:2] == ["Day", "Month"]
    assert rows[0]["body"].startswith("'=1+1\nsaid")
    assert (rows[0]["countries"], rows[2]["fields"]) == ("FJ KE", "Ship=Ana; Crew=12")
    by_title = {row["title"]: (row["date_start"], row["date_end"], row["date_kind"]) for row in rows}
    assert by_title["Some day"] == ("2015-02-03", "2015-02-09", "estimated")
    assert by_title["Never"] == ("", "", "")


def test_a_csv_file_has_a_byte_order_mark_and_a_stream_none(index: Path, tmp_path: Path) -> None:
    """Excel recognises UTF-8 by it; a program that reads the stream would take it for a part of a name."""
    export(index, tmp_path / "a.csv", sort="newest")
    streamed = write(index, "csv")
    assert streamed.startswith(b"id,")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + streamed


def test_a_cell_beyond_the_limit_of_excel_is_reported(make_index: MakeIndex, tmp_path: Path) -> None:
    """Nothing is cut, and the note explains why Excel cuts it."""
    index = make_index({"title": "Long", "body": "tide " * 7000})
    report = export(index, tmp_path / "a.csv")
    assert "1 item has a text of more than 32,767 characters" in report.notes[0]
    assert "tide " * 6999 in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_sqlite_has_tables_keys_and_full_text(index: Path, tmp_path: Path) -> None:
    """Keys are valid, full text ignores accents and case, and follows later changes."""
    file = tmp_path / "items.sqlite"
    export(index, file, sort="newest")
    with closing(sqlite3.connect(file)) as database:
        ask = database.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("PRAGMA foreign_key_check").fetchall() == []
        found = "SELECT id FROM items WHERE number IN (SELECT rowid FROM items_fts WHERE items_fts MATCH ?)"
        assert ask(found, ("quáy",)).fetchall() == [("d0",)]
        assert ask("SELECT count(*) FROM items JOIN sources ON source = sources.number").fetchone() == (7,)
        countries = ask("SELECT country, via FROM item_countries ORDER BY country").fetchall()
        assert countries == [("FJ", "given"), ("KE", "given")]
        fields = ask("SELECT name, value FROM fields ORDER BY name").fetchall()
        assert fields == [("Crew", "12"), ("Ship", "Ana")]
        years = dict(ask("SELECT title, year FROM items WHERE year IS NOT NULL").fetchall())
        assert years == {"Day": 2018, "Month": 2018, "Year": 2017}
        ask("UPDATE items SET body = 'harbour' WHERE id = 'd0'")
        assert ask(found, ("quay",)).fetchall() == []
        ask("INSERT INTO items_fts (items_fts) VALUES ('integrity-check')")


def test_the_queries_of_the_documentation_have_results(sample_index: Path, tmp_path: Path) -> None:
    """Each SQL query in docs/how-to/export.md runs on an export, and has results."""
    export(sample_index, tmp_path / "everything.sqlite")
    documentation = Path(__file__).parents[3] / "docs/how-to/export.md"
    questions = re.findall(r'^sqlite3 (\S+) "(.*)"$', documentation.read_text(encoding="utf-8"), re.MULTILINE)
    assert questions
    for file, question in questions:
        with closing(sqlite3.connect(tmp_path / file)) as database:
            assert database.execute(question).fetchall()


def test_ris_states_only_the_known_part_of_a_date(index: Path) -> None:
    """Records have tags from TY to ER; an interval has the common part of its days, an estimate no date."""
    records = write(index, "ris").decode().removesuffix("\r\n\r\n").split("\r\n\r\n")
    tags = []
    for record in records:
        lines = record.split("\r\n")
        assert all(map(RIS_LINE.fullmatch, lines))
        assert (lines[0], lines[-1]) == ("TY  - NEWS", "ER  - ")
        tags.append(dict(reversed([(line[:2], line[6:]) for line in lines])))
    dates = {one["TI"]: (one["PY"], one["DA"]) for one in tags if "PY" in one or "DA" in one}
    known = {"Day": ("2018", "2018/03/05/"), "Month": ("2018", "2018/03//"), "Year": ("2017", "2017///")}
    assert dates == known
    estimated = next(one for one in tags if one["TI"] == "Some day")
    assert estimated["N1"] == "no date is stated; estimated between 2015-02-03 and 2015-02-09"
    assert tags[1]["AU"] == "Ana Paz, Lu Bo"


def test_csl_json_is_valid(index: Path) -> None:
    """CSL JSON has known names with typed values; an estimate is ``circa``, an interval has two ends."""
    items = json.loads(write(index, "csl"))
    for item in items:
        assert item["type"] == "article-newspaper"
        rest = item.keys() - CSL_TEXTS
        assert rest <= {"author", "issued"}
        assert all(isinstance(item[name], str) for name in CSL_TEXTS & item.keys())
        assert all(author.keys() == {"literal"} for author in item.get("author", ()))
    issued = {item["title"]: item["issued"] for item in items if "issued" in item}
    assert issued.pop("Some day") == {"date-parts": [[2015, 2, 3], [2015, 2, 9]], "circa": True}
    assert {title: one["date-parts"] for title, one in issued.items()} == {
        "Day": [[2018, 3, 5]],
        "Month": [[2018, 3]],
        "Year": [[2017]],
        "Span": [[2016, 12, 30], [2017, 1, 2]],
        "Years": [[2013, 1, 1], [2014, 12, 31]],
    }


def test_an_export_is_in_the_order_of_the_search(make_index: MakeIndex) -> None:
    """In whatever order records are stored, hits are sorted as in the search, the first ones with a limit."""
    index = make_index(*({"body": "tide " * (number * 7 % 11), "title": "t"} for number in range(11)))
    with Searcher(index) as searcher:
        for sort in ("relevance", "newest", "oldest"):
            for limit in (None, 3):
                stream = io.BytesIO()
                report = searcher.export(stream, "tide", format="jsonl", sort=sort, limit=limit)
                written = [json.loads(line)["id"] for line in stream.getvalue().splitlines()]
                found = [hit.id for hit in searcher.search("tide", sort=sort, limit=limit)]
                assert written == found
                assert (report.items, report.total) == (len(found), 10)
