"""The commands that search an index: search, facets, export and evaluate."""

import io
import json
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from command_line import Run
from expected_outputs import expected_output
from tables import by_table

from searcher import Searcher
from searcher.commands.program import cli


def test_search_prints_a_readable_table(run: Run, sample_index: Path) -> None:
    """Hits have date and country in words, then the facets follow, all within 100 cells."""
    result = run("search 'securite peche' --lang fr --limit 1 --no-expand --index", sample_index)
    assert (result.exit_code, result.stderr) == (0, "no item contains: securite\n")
    assert result.stdout == expected_output(__file__, "table")


def test_notices_follow_the_results(monkeypatch: pytest.MonkeyPatch, sample_index: Path) -> None:
    """All reading commands print their results before the notices on standard error."""
    printed: list[str] = []
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.StringIO())
        monkeypatch.setattr(getattr(sys, name), "write", lambda _, name=name: printed.append(name))
    for command in ("search", "facets", "timeline", "terms", "concordance", "stories", "duplicates"):
        printed.clear()
        with suppress(SystemExit):
            cli.main([command, "ferry crews", "--any", "--index", str(sample_index)])
        assert printed == sorted(printed, reverse=True) != []


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_incomplete_rows_are_reported(run: Run, sample_index: Path, form: str) -> None:
    """Formats without a total report it on standard error, with the option for the rest."""
    arguments = (f"search 'ferry OR port OR harbour' --no-expand --format {form} --index", sample_index)
    every = run(*arguments, "--all-hits")
    total = len(every.stdout.splitlines()) - (form == "csv")
    assert every.stderr == ""
    told = run(*arguments, "--limit", 3).stderr
    assert told == f"3 of {total} items shown (--offset 3 continues, --all-hits shows all)\n"
    last = run(*arguments, "--offset", total - 1)
    assert last.stderr == f"1 of {total} items shown (--all-hits shows all)\n"
    assert last.stdout.splitlines()[-1] == every.stdout.splitlines()[-1]


@pytest.mark.parametrize("form", ["jsonl", "csv", "ris", "csl", "sqlite"])
def test_an_empty_export_is_reported_and_valid(
    run: Run, sample_index: Path, tmp_path: Path, form: str
) -> None:
    """Each format writes a valid file without items and a line with the count; the exit code is 1."""
    asked = ("export", "zeppelin", "--index", sample_index, "--format", form)
    done = run(*asked, "-o", tmp_path / "file")
    assert (done.exit_code, done.stderr) == (1, "no item contains: zeppelin\n")
    assert done.stdout.startswith(f"0 items written to {tmp_path / 'file'}")
    content = (tmp_path / "file").read_bytes()
    if form == "sqlite":
        with closing(sqlite3.connect(tmp_path / "file")) as database:
            assert database.execute("SELECT count(*) FROM items").fetchone() == (0,)
        return
    head = {"csv": 1, "csl": 1}.get(form, 0)  # the names of columns, an empty array
    assert len(content.splitlines()) == head
    piped = run(*asked, "-o", "-")
    mark = b"\xef\xbb\xbf"  # of a CSV file alone
    assert (piped.exit_code, piped.stdout_bytes) == (1, content.removeprefix(mark))
    assert piped.stderr == "no item contains: zeppelin\n0 items written\n"
    assert run(*asked, "-o", "-", "--quiet").stderr == ""


def test_evaluate_accepts_the_common_formats(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """``--json`` is short for ``--format json``; where the output is rows, the comparison goes to stderr."""
    pytest.importorskip("ir_measures")
    topics, grades = tmp_path / "topics.tsv", tmp_path / "grades.txt"
    topics.write_text("1\tferry\n", encoding="utf-8")
    grades.write_text("1 0 archive.txt:2 1\n", encoding="utf-8")
    arguments = ("evaluate", topics, grades, "--index", sample_index, "--compare", "--strict")
    assert json.loads(run(*arguments, "--json").stdout) == json.loads(
        run(*arguments, "--format", "json").stdout
    )
    rows = run(*arguments, "--format", "csv")
    assert rows.stdout.startswith("topic,nDCG@10,")
    assert rows.stderr.startswith("nDCG@10: ")


def test_judged_items_missing_from_the_index_are_reported(
    run: Run, sample_index: Path, tmp_path: Path
) -> None:
    """Every format has the number and ids of missing items; if all are missing, nothing can be measured."""
    pytest.importorskip("ir_measures")
    with Searcher(sample_index) as searcher:
        item = searcher.item(searcher.search("ferry").hits[0].id)
    topics, grades = tmp_path / "topics.tsv", tmp_path / "grades.txt"
    topics.write_text("1\tferry\n", encoding="utf-8")
    known = (item.id, f"archive.txt:{item.source.first}", str(item.source.first))
    lines = [f"1 0 {name} 1" for name in (*known, "nobody", "archive.txt:1")]
    grades.write_text("\n".join([*lines, "2 0 elsewhere 1"]), encoding="utf-8")
    arguments = ("evaluate", topics, grades, "--index", sample_index)
    told = "2 of 5 judged items are not in the index: archive.txt:1, nobody"
    assert told in run(*arguments).stdout
    assert run(*arguments, "--format", "csv").stderr == f"{told}\n"
    record = run.json(*arguments)
    assert (record["judged_items"], record["not_in_index"]) == (5, ["archive.txt:1", "nobody"])
    grades.write_text("1 0 nobody 1\n", encoding="utf-8")
    run.refused(*arguments, says="give each item by its id, or by its file and first line (archive.txt:12)")


@by_table
def test_a_field_without_a_value_is_noted(run: Run, sample_index: Path, query: str, says: str) -> None:
    """A sentence with *Note:* and a field that all items have are not noted."""
    errors = run(f"search --index {sample_index}", query).stderr.splitlines()
    notes = [line for line in errors if "read as a word" in line or ":*" in line]
    assert notes == ([says] if says else [])
