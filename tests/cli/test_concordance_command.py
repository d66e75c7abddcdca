"""The command `concordance`: lines as wide as the terminal, the same lines in JSON and CSV, collocates."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from command_line import Run


def test_table_json_and_csv_show_the_same_lines(run: Run, sample_index: Path) -> None:
    """Each match is one line that fits the terminal, with keywords aligned; CSV and JSON have the same."""
    table = run("concordance ferry --all-hits --index", str(sample_index))
    record = run.json("concordance ferry --index", str(sample_index))
    rows = list(
        csv.DictReader(io.StringIO(run("concordance ferry --format csv --index", str(sample_index)).stdout))
    )
    lines = table.stdout.splitlines()
    assert record["format"] == 2
    assert len(lines) == len(record["lines"]) == len(rows) > 5
    for text, line, row in zip(lines, record["lines"], rows, strict=True):
        assert len(text) <= 100
        assert line["match"] in text
        assert [row["id"], row["left"], row["match"]] == [line["id"], line["left"], line["match"]]
        assert row["countries"].split() == line["countries"]
    starts = {text.index(line["match"]) for text, line in zip(lines, record["lines"], strict=True)}
    assert len(starts) == 1


def test_fewer_lines_than_all_are_reported(run: Run, sample_index: Path) -> None:
    """A limit reports the number of lines, or that there are more; no match exits with 1."""
    shown = run("concordance ferry --limit 2 --index", str(sample_index))
    assert shown.stderr.startswith("2 of 13 lines in 6 items (--all-hits for every one)")
    written = run("concordance ferry --limit 2 --format jsonl --index", str(sample_index))
    assert len(written.stdout.splitlines()) == 2
    assert "only the first lines are written, 2 of them (--limit)" in written.stderr
    nothing = run("concordance zzzzqq --index", str(sample_index))
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_collocates_have_a_table_and_a_record(run: Run, sample_index: Path) -> None:
    """Table and JSON have the word, its language, its frequencies near and elsewhere, and its score."""
    arguments = ("concordance", "ferry", "--collocates", "--index", str(sample_index))
    table = run(*arguments).stdout.splitlines()
    record = run.json(*arguments)
    assert table[0].split() == ["word", "language", "near", "elsewhere", "score"]
    assert [line.split()[0] for line in table[1:]] == [one["word"] for one in record["collocates"]]
    assert record["measure"] == "log-likelihood"
    assert record["matches"] == 13


def test_json_has_the_interpretation_of_the_query(run: Run, sample_index: Path) -> None:
    """Lines and collocates have it like a search, with the count of matches outside the date filter."""
    asked = ("(ferry zzzqq", "--from", "2016", "--format", "json", "--index", sample_index)
    alone = json.loads(run("search", *asked).stdout)
    assert (alone["undated_left_out"], alone["unmatched"]) == (1, ["zzzqq"])
    names = ("query", "query_language", "total", "generation", "undated_left_out", "expansions", "unmatched")
    for form in ([], ["--collocates"]):
        said = json.loads(run("concordance --any", *form, *asked).stdout)
        for name in (*names, "suggestion", "notes"):
            assert said[name] == alone[name], name
