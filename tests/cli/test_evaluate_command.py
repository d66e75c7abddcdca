"""The command `evaluate`."""

import json
from pathlib import Path

import pytest
from command_line import Run

from searcher import Searcher


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
