"""The commands `concordance`, `stories` and `duplicates`: tables, JSON, CSV, and exit codes."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run


def test_items_without_a_story_are_counted(run: Run, make_index: Callable[..., Path]) -> None:
    """Undated items are counted; the exit code is 1 without any story, and 2 for an invalid option."""
    index = str(make_index({"text": "The ferry Aurora sank off Skarvey."}, {"text": "A goat won the prize."}))
    none = run("stories --index", index)
    assert (none.exit_code, none.stdout) == (1, "")
    assert none.stderr.startswith("no stories found; 0 items in none\n")
    assert "2 items more without any date, which no story can have" in none.stderr
    assert run("stories --window -3 --index", index).exit_code == 2


FIRST = (
    "At least 12 people died when a bus fell into a ravine near Quillay, the Ministry of Health said."
    " The driver, Luis Rojas, survived and is being questioned by police in Huancal, where the road was shut."
)
LATER = FIRST.replace("12", "15").replace("Luis Rojas", "Rosa Díaz")


@pytest.fixture(scope="module")
def archive(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of a story in three versions, a text that occurs twice, and a unique one."""
    other = "Fishing boats of the north stay in port, since fuel is dearer now than what a catch brings."
    cut = "LIMA (AP) - " + FIRST.split(". ", maxsplit=1)[0]
    tide = "The tide came in and went out again while nobody stood on the shore."
    return make_shared_index(
        {"id": "late", "title": "Bus: toll rises", "body": LATER, "date": "2020-03-04"},
        {"id": "early", "title": "Bus falls into ravine", "body": FIRST, "date": "2020-03-03"},
        {"id": "cut", "body": cut, "date": "2020-03-03"},
        {"id": "boats", "title": "Boats stay in port", "body": other, "date": "2019-05-05"},
        {"id": "fuel", "title": "Fuel too dear", "body": other, "date": "2019-08-08"},
        {"id": "alone", "title": "Tide", "body": tide},
    )


def test_changes_between_versions_are_listed(run: Run, archive: Path) -> None:
    """Numbers and names that differ from the previous version are listed below it."""
    changes = "12 people → 15; Luis Rojas → Rosa Díaz"
    table = run("duplicates --changes --index", archive).stdout
    assert all(one in table for one in (changes, "2 copies", "3 versions"))
    lines = run("duplicates --changes --format csv --index", archive).stdout.split("\n")
    rows = [*csv.DictReader(lines)]
    assert [row["group"] for row in rows] == ["1", "1", "1", "2", "2"]
    assert rows[2]["changes"] == changes


def test_filters_and_pages_apply_to_groups(run: Run, archive: Path) -> None:
    """A group matches by any of its items and is shown whole; groups that are not shown are counted."""
    found = run.lines("duplicates fuel --to 2019-06 --index", archive)
    assert [len(group["items"]) for group in found] == [2]
    first = run("duplicates --limit 1 --format jsonl --index", archive)
    assert first.stderr == "1 of 2 groups shown (--offset 1 for the next, --all-hits for every one)\n"
    every = run("duplicates --limit 1 --all-hits --format jsonl --index", archive)
    assert every.stdout.startswith(first.stdout)
    assert len(every.stdout.splitlines()) == 2
    none = run("duplicates tide --index", archive)
    assert (none.exit_code, none.stdout, none.stderr) == (1, "", "no duplicates found\n")
