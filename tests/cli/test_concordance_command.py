"""The command `concordance`: lines as wide as the terminal, the same lines in JSON and CSV, collocates."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from command_line import Run


def test_table_json_and_csv_show_the_same_lines(run: Run, sample_index: Path) -> None:
    """Each match is one line that fits the terminal, with keywords aligned; CSV and JSON have the same."""
    asked = ("concordance ferry --index", sample_index)
    lines, record = run(*asked, "--all-hits").stdout.splitlines(), run.json(*asked)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert len(lines) == len(record["lines"]) == len(rows) > 5
    for text, line, row in zip(lines, record["lines"], rows, strict=True):
        assert len(text) <= 100
        assert [row["id"], row["left"], row["match"]] == [line["id"], line["left"], line["match"]]
        assert row["countries"].split() == line["countries"]
    starts = {text.index(line["match"]) for text, line in zip(lines, record["lines"], strict=True)}
    assert len(starts) == 1


def test_fewer_lines_than_all_are_reported(run: Run, sample_index: Path) -> None:
    """A limit reports the number of lines, or that there are more; no match exits with 1."""
    shown = run("concordance ferry --limit 2 --index", sample_index)
    assert shown.stderr.startswith("2 of 13 lines in 6 items (--all-hits for every one)")
    written = run("concordance ferry --limit 2 --format jsonl --index", sample_index)
    assert len(written.stdout.splitlines()) == 2
    assert "only the first lines are written, 2 of them (--limit)" in written.stderr


def test_collocates_have_a_table_and_a_record(run: Run, sample_index: Path) -> None:
    """Table and JSON have the word, its language, its frequencies near and elsewhere, and its score."""
    arguments = ("concordance ferry --collocates --index", sample_index)
    table, record = run(*arguments).stdout.splitlines(), run.json(*arguments)
    assert table[0].split() == ["word", "language", "near", "elsewhere", "score"]
    assert [line.split()[0] for line in table[1:]] == [one["word"] for one in record["collocates"]]
    assert (record["measure"], record["matches"]) == ("log-likelihood", 13)


def test_json_has_the_interpretation_of_the_query(run: Run, sample_index: Path) -> None:
    """Lines and collocates have it like a search, with the count of matches outside the date filter."""
    alone = run.json("search '(ferry zzzqq' --from 2016 --index", sample_index)
    assert (alone["undated_left_out"], alone["unmatched"]) == (1, ["zzzqq"])
    names = "query query_language total generation undated_left_out expansions unmatched suggestion notes"
    for form in ("", "--collocates"):
        said = run.json(f"concordance '(ferry zzzqq' --from 2016 --any {form} --index", sample_index)
        for name in names.split():
            assert said[name] == alone[name], name
