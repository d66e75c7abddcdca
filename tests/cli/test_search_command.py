"""The commands that search an index: search, facets, export and evaluate."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import Run
from expected_outputs import expected_output

from searcher import Searcher


def test_search_prints_a_readable_table(run: Run, sample_index: Path) -> None:
    """Hits have date and country in words, then the facets follow, all within 100 cells."""
    result = run("search 'securite peche' --lang fr --limit 1 --no-expand --index", sample_index)
    assert (result.exit_code, result.stderr) == (0, "no item has: securite\n")
    assert result.stdout == expected_output(__file__, "table")


@pytest.mark.parametrize("asked", ["search port --country 'los Balcanes'", "facets 'port country:Balkans'"])
def test_a_region_is_expanded_on_standard_error(run: Run, sample_index: Path, asked: str) -> None:
    """A line lists the countries of a region, whichever command and option named it."""
    result = run(f"{asked} --index", sample_index)
    told = (
        "Balkans (11 countries): Albania, Bosnia & Herzegovina, Bulgaria, Croatia, Greece, Kosovo, "
        "Montenegro, North Macedonia, Romania, Serbia and Slovenia"
    )
    assert told in result.stderr.splitlines()
    assert "Balkans" not in result.stdout.replace("country:Balkans", "")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_incomplete_rows_are_reported(run: Run, sample_index: Path, form: str) -> None:
    """Formats without a total report it on standard error, with the option for the rest."""
    arguments = (f"search 'ferry OR port OR harbour' --no-expand --format {form} --index", sample_index)
    every = run(*arguments, "--all-hits")
    total = len(every.stdout.splitlines()) - (form == "csv")
    assert every.stderr == ""
    told = run(*arguments, "--limit", 3).stderr
    assert told == f"3 of {total} items shown (--offset 3 for the next, --all-hits for every one)\n"
    last = run(*arguments, "--offset", total - 1)
    assert last.stderr == f"1 of {total} items shown (--all-hits for every one)\n"
    assert last.stdout.splitlines()[-1] == every.stdout.splitlines()[-1]


def test_facets_counts_everything_without_a_query(run: Run, sample_index: Path) -> None:
    """Without a query only counts are printed, over all matches or the whole index."""
    assert run.json("facets --index", sample_index)["total"] == 69
    counted, found = (run.json(f"{command} ferry --index", sample_index) for command in ("facets", "search"))
    assert counted == {key: found[key] for key in counted}


def test_facets_counts_only_the_named_facets(run: Run, sample_index: Path) -> None:
    """``--facet month`` has the months of all years, which are the years of ``--facet year``."""
    asked = ("facets ferry --index", sample_index, "--facet")
    months = run.json(*asked, "month")["facets"]
    assert list(months) == ["month"]
    assert {"value": "2022-05", "label": "May 2022", "count": 1, "selected": False} in months["month"]
    both = run.json(*asked, "country", "--facet", "year")["facets"]
    assert list(both) == ["year", "country"]
    counted = {value["value"][:4] for value in months["month"]}
    assert counted == {value["value"][:4] for value in both["year"]}
    run.refused(*asked, "colour")


def test_matches_go_to_a_file_or_to_standard_output(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """The report of a file goes to standard output; items on standard output have no report there."""
    asked, file = ("export ferry --index", sample_index), tmp_path / "ferries.jsonl"
    done = run(*asked, "-o", file)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"6 items written to {file} (jsonl, ")
    piped = run(*asked, "-o", "-", "--format", "jsonl")
    assert piped.stdout.encode() == file.read_bytes()
    assert "also searched for: ferry" in piped.stderr
    quiet = run(*asked, "-o", file, "--force", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_fewer_than_all_matches_are_reported(run: Run, sample_index: Path) -> None:
    """A limit is reported on standard error, with --quiet as well."""
    asked = ("export ferry -o - --format jsonl --quiet --index", sample_index)
    done = run(*asked, "--limit", "2")
    assert done.stderr == "2 of 6 items written (--limit)\n"
    assert len(done.stdout.splitlines()) == 2
    assert run(*asked).stderr == ""


@pytest.mark.parametrize("form", ["jsonl", "csv", "ris", "csl", "sqlite"])
def test_an_empty_export_is_reported_and_valid(
    run: Run, sample_index: Path, tmp_path: Path, form: str
) -> None:
    """Each format writes a valid file without items and a line with the count; the exit code is 1."""
    asked = ("export", "zeppelin", "--index", sample_index, "--format", form)
    done = run(*asked, "-o", tmp_path / "file")
    assert (done.exit_code, done.stderr) == (1, "no item has: zeppelin\n")
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
    assert piped.stderr == "no item has: zeppelin\n0 items written\n"
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
    run.refused(*arguments, says="none of the 1 judged items is in")
