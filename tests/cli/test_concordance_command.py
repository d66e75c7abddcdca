"""The command `concordance`: lines as wide as the page, the same lines for programs, collocates beneath."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.conftest import Run


def test_a_table_and_programs_show_the_same_lines(run: Run, sample_index: Path) -> None:
    """Each match is one line no wider than the page, its keyword beneath the others; CSV, JSON too."""
    table = run("concordance", "ferry", "--all-hits", "--index", str(sample_index))
    record = json.loads(run("concordance", "ferry", "--format", "json", "--index", str(sample_index)).stdout)
    rows = list(
        csv.DictReader(
            io.StringIO(run("concordance", "ferry", "--format", "csv", "--index", str(sample_index)).stdout)
        )
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


def test_fewer_lines_than_all_are_told(run: Run, sample_index: Path) -> None:
    """A limit says how many lines there are, or that there are more; nothing found exits with 1."""
    shown = run("concordance", "ferry", "--limit", "2", "--index", str(sample_index))
    assert shown.stderr.startswith("2 of 13 lines in 6 items (--all-hits for every one)")
    written = run("concordance", "ferry", "--limit", "2", "--format", "jsonl", "--index", str(sample_index))
    assert len(written.stdout.splitlines()) == 2
    assert "only the first lines are written, 2 of them (--limit)" in written.stderr
    nothing = run("concordance", "zzzzqq", "--index", str(sample_index))
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_collocates_have_a_table_and_a_record(run: Run, sample_index: Path) -> None:
    """Both say the word, its language, how often it stands near and elsewhere, and its score."""
    arguments = ("concordance", "ferry", "--collocates", "--index", str(sample_index))
    table = run(*arguments).stdout.splitlines()
    record = json.loads(run(*arguments, "--format", "json").stdout)
    assert table[0].split() == ["word", "language", "near", "elsewhere", "score"]
    assert [line.split()[0] for line in table[1:]] == [one["word"] for one in record["collocates"]]
    assert record["measure"] == "log-likelihood"
    assert record["matches"] == 13


def test_json_says_how_the_question_was_read(run: Run, sample_index: Path) -> None:
    """With the lines as with the collocates, as a search does; what a filter by date left out too."""
    asked = ("(ferry zzzqq", "--from", "2016", "--format", "json", "--index", sample_index)
    alone = json.loads(run("search", *asked).stdout)
    assert (alone["undated_left_out"], alone["unmatched"]) == (1, ["zzzqq"])
    names = ("query", "query_language", "total", "generation", "undated_left_out", "expansions", "unmatched")
    for form in ([], ["--collocates"]):
        said = json.loads(run("concordance", *form, *asked).stdout)
        for name in (*names, "suggestion", "notes"):
            assert said[name] == alone[name], name
