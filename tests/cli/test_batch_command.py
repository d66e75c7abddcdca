"""Batches: each row is the result of its query alone, empty and faulty queries included."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from tables import by_table

from indexer.errors import DragomanError
from searcher import Searcher
from searcher.present.catalogue import use_language
from searcher.present.reading_tables import write_batch
from searcher.present.terminal_layout import Page, cells
from searcher.reading.batch import batch, read_queries

QUERIES = ["ferry", "flood", "flod schools", "zzzqqq", "ferry AND (flood", "night evacuation", "*"]
QUERIES += ["lang:xx ferry"]


@pytest.mark.parametrize(
    "asked", [{}, {"expand": False, "date_from": 2016, "estimated": True}, {"countries": ["KE", "PE"]}]
)
def test_a_row_equals_the_search_of_its_query(sample_index: Path, asked: dict[str, Any]) -> None:
    """Totals, counts, expansions, and the relaxed query where nothing matches are those of a search."""
    with Searcher(sample_index) as searcher:
        for by in (None, "year", "month", "country", "language", "source"):
            found = batch(searcher, QUERIES, by=by, **asked)
            assert [row.query for row in found.rows] == QUERIES
            assert all(set(record) == set(found.columns()) for record in found.matrix())
            for row in found.rows[:-1]:
                facets = [by] if by else []
                alone = searcher.search(row.query, limit=0, facets=facets, all_words=True, **asked)
                values = alone.facets[by] if by else []
                chosen = [value for value in values if value.selected] or values
                counts = {value.value: value.count for value in chosen if value.count}
                if alone.relaxed is not None:
                    assert (row.total, row.counts, row.nearest) == (0, {}, (alone.relaxed, alone.total))
                else:
                    assert (row.total, row.counts, row.nearest) == (alone.total, counts, None)
                assert (row.unmatched, row.suggestion) == (alone.unmatched, alone.suggestion)
                assert (row.undated_left_out, row.notes) == (alone.undated_left_out, alone.notes)
                assert set(row.joined) == {label for one in alone.expansions for label in one["to"]}
            assert (found.rows[-1].total, found.rows[-1].counts) == (0, {})
            assert "unknown language" in str(found.rows[-1].problem)


def test_a_value_never_takes_the_name_of_a_column(make_index: Callable[..., Path]) -> None:
    """A facet value with the name of a fixed column gets a column with another name."""
    index = make_index(*({"body": "a ferry came", "section": one} for one in ("total", "Sea", "Sea")))
    with Searcher(index) as searcher:
        found = batch(searcher, ["ferry"], by="section")
    counts = {"Sea": 2, "total (total)": 1}
    assert found.columns()[:4] == ("query", "total", *counts)
    assert {name: found.matrix()[0][name] for name in ("total", *counts)} == {"total": 3, **counts}


def test_names_are_searched_as_phrases_on_request(sample_index: Path) -> None:
    """With `phrases`, a line matches like a query in quotation marks; marks within it are ignored."""
    with Searcher(sample_index) as searcher:
        (phrase, quoted) = batch(searcher, ["night evacuation", 'night "evacuation'], phrases=True).rows
        assert phrase.total == quoted.total == searcher.search('"night evacuation"', limit=0).total


@pytest.mark.parametrize("width", [30, 50, 80])
def test_long_queries_and_columns_fit_the_page(make_index: Callable[..., Path], width: int) -> None:
    """Queries and headings are cut, and columns that do not fit are counted; no line exceeds the page."""
    index = make_index(*({"body": "a ferry", "section": f"{one} docks" * 9} for one in ("north", "south")))
    with Searcher(index) as searcher:
        found = batch(searcher, ["ferry or " * 20, "a" * 90], by="section", all_words=False)
    for language in ("en", "es", "fr"):
        use_language(language)
        write_batch(Page(stream := io.StringIO(), color=False, width=width), found, "section")
        lines = stream.getvalue().splitlines()
        assert max(map(cells, lines)) <= width
        assert ("north docks" in lines[0]) == (width == 80)


@by_table
def test_queries_are_read_from_lines_and_columns(
    tmp_path: Path, name: str, text: str, expected: list[str]
) -> None:
    """Queries are the lines, the column of that name, or the first column; empty ones are left out."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_queries(tmp_path / name) == expected


def test_a_file_without_queries_is_reported(tmp_path: Path) -> None:
    """A missing column, an empty, a missing and a binary file each end in one line; UTF-16 is text."""
    file = tmp_path / "a.csv"
    file.write_text("who,what\nme,ferry\n")
    assert read_queries(file, "WHAT") == ["ferry"]
    with pytest.raises(DragomanError, match="has no column “where”; its columns are who, what"):
        read_queries(file, "where")
    file.write_bytes(b"\n\n")
    (tmp_path / "names.xlsx").write_bytes(b"PK\x03\x04\x14\x00\x06\x00ferry\n")
    faults = {"a.csv": "contains no queries", "b.csv": "cannot read", "names.xlsx": "is not text"}
    for name, words in faults.items():
        with pytest.raises(DragomanError, match=words):
            read_queries(tmp_path / name)
    (tmp_path / "names.txt").write_text("ferry\nflood\n", encoding="utf-16")
    assert read_queries(tmp_path / "names.txt") == ["ferry", "flood"]


def test_every_format_has_a_row_for_each_query(
    run: Run, sample_index: Path, tmp_path: Path, make_index: Callable[..., Path]
) -> None:
    """CSV has a column for each value, JSON every field of a row, the table of hits a row for each hit."""
    file, sheet = tmp_path / "names.csv", tmp_path / "hits.csv"
    file.write_text("name\nferry\nzzzqqq\n")
    arguments = ("batch", file, "--by", "year", "--index", sample_index)
    table = run(*arguments)
    assert (table.exit_code, table.stderr) == (0, "1 of 2 queries have matches\n")
    shown = [line.split()[:2] for line in table.stdout.splitlines() if line.startswith(("ferry", "zzz"))]
    assert shown == [["ferry", "6"], ["zzzqqq", "0"]]
    rows = csv.DictReader(io.StringIO(run(*arguments, "--format", "csv", "--hits", sheet).stdout))
    assert [(row["query"], row["total"], row["2016"]) for row in rows] == [
        ("ferry", "6", "1"),
        ("zzzqqq", "0", "0"),
    ]
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["query"] for row in csv.DictReader(stream)] == ["ferry"] * 6
    assert [row["total"] for row in run.json(*arguments)["rows"]] == [6, 0]
    assert run("batch", file, "--index", make_index({"body": "calm"})).exit_code == 1


def test_rows_count_matches_outside_the_date_filter(run: Run, tmp_path: Path, sample_index: Path) -> None:
    """Each row counts the matches left out by the dates and has the notes of its query, as a search does."""
    (tmp_path / "names.txt").write_text("(ferry\n")
    arguments = ("batch", tmp_path / "names.txt", "--from", "2016", "--index", sample_index)
    table = run(*arguments).stdout
    assert "more items with --estimated: 1" in table
    assert "ignored the unclosed parenthesis in “(ferry”" in table
    (row,) = run.json(*arguments)["rows"]
    assert (row["total"], row["undated_left_out"]) == (4, 1)
    assert list(row["notes"][0]) == ["kind", "text", "args"]
    (cells,) = csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout))
    assert (cells["undated_left_out"], "parenthesis" in cells["notes"]) == ("1", True)


def test_hits_overwrite_a_file_with_force_only(run: Run, tmp_path: Path, sample_index: Path) -> None:
    """A file is not overwritten without --force, and the file of queries never, not even through a link."""
    file, other, own = (tmp_path / name for name in ("names.txt", "other.csv", "own.csv"))
    file.write_text("ferry\n")
    own.write_text("mine")
    other.symlink_to(file)
    asked = ("batch", file, "--index", sample_index, "--hits")
    for hits in (file, other):
        run.refused(*asked, hits, "--force", says="give another file for the hits with --hits")
    assert file.read_text() == "ferry\n"
    assert run.refused(*asked, own) == f"dragoman: “{own}” already exists; to replace it, use --force\n"
    assert own.read_text() == "mine"
    assert run(*asked, own, "--force").exit_code == 0
    assert own.read_text(encoding="utf-8-sig").startswith("query,rank,id")


def test_queries_come_from_standard_input(run: Run, sample_index: Path) -> None:
    """Each line is a query, commas included; with a known header or --column, queries are that column."""
    for text, more, expected in (
        ("ferry\nPérez, María\n", (), ["ferry", "Pérez, María"]),
        ("why,name\nx,ferry\n", (), ["ferry"]),
        ("why,boat\nx,ferry\n", ("--column", "boat"), ["ferry"]),
    ):
        asked = run("batch - --format jsonl --index", sample_index, *more, data=text.encode())
        assert [json.loads(line)["query"] for line in asked.stdout.splitlines()] == expected
    says = "dragoman: standard input contains no queries; add one per line\n"
    assert run.refused("batch - --index", sample_index) == says
