"""The command `stories`: its table, the same as JSON and CSV, items without a story, exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from searcher.reading.stories import MIN_ITEMS, WINDOW

if TYPE_CHECKING:
    from cli.conftest import Run

MIXED = Path(__file__).parents[1] / "mixed" / "archive.jsonl"


@pytest.mark.slow
def test_all_formats_show_the_same_stories(run: Run, tmp_path: Path) -> None:
    """A story is a record with its members, in CSV a row for each member; a limit is reported."""
    index = str(tmp_path / "index")
    run("build", str(MIXED), "--index", index)
    asked = ("stories", "--lang", "en", "--lang", "fr", "--index", index, "--limit", "4")
    table = run(*asked)
    record = json.loads(run(*asked, "--format", "json").stdout)
    lines = [json.loads(line) for line in run(*asked, "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert record["format"] == 2
    assert (record["window"], record["min_items"]) == (WINDOW, MIN_ITEMS)
    assert record["stories"] == lines
    assert len(lines) == 4
    assert record["small"] == record["stories_found"] > 4
    ids = [member["id"] for story in lines for member in story["members"]]
    assert [row["id"] for row in rows] == ids
    assert [row["story"] for row in rows] == [str(1 + at // 2) for at in range(8)]
    for story in lines:
        assert f"id {story['members'][0]['id']}" in table.stdout
        assert story["concepts"]
    assert table.stdout.startswith("Small stories\n")
    assert all(len(line) <= 100 for line in table.stdout.splitlines())
    assert f"4 of {record['stories_found']} stories shown (--all-hits for every one)" in table.stderr
    items = record["in_none"] + 2 * record["stories_found"]
    assert items == record["total"]


def test_items_without_a_story_are_counted(run: Run, make_index: Callable[..., Path]) -> None:
    """Undated items are counted; the exit code is 1 without any story, and 2 for an invalid option."""
    index = str(make_index({"text": "The ferry Aurora sank off Skarvey."}, {"text": "A goat won the prize."}))
    none = run("stories", "--index", index)
    assert (none.exit_code, none.stdout) == (1, "")
    assert none.stderr.startswith("no stories found; 0 items in none\n")
    assert "2 items more without any date, which no story can have" in none.stderr
    assert run("stories", "--window", "-3", "--index", index).exit_code == 2
