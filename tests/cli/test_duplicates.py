"""``dragoman duplicates`` and the same in Python."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from indexer import build
from searcher import Searcher, duplicates

Run = Callable[..., Result]

FIRST = (
    "At least 12 people died when a bus fell into a ravine near Quillay, the Ministry of Health said."
    " The driver, Luis Rojas, survived and is being questioned by police in Huancal, where the road was shut."
)
LATER = FIRST.replace("12", "15").replace("Luis Rojas", "Rosa Díaz")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of a story in three versions, a text that occurs twice, and a unique one."""
    other = "Fishing boats of the north stay in port, since fuel is dearer now than what a catch brings."
    texts = [
        ("late", "Bus: toll rises", LATER, "2020-03-04"),
        ("early", "Bus falls into ravine", FIRST, "2020-03-03"),
        ("cut", None, "LIMA (AP) - " + FIRST.split(". ", maxsplit=1)[0], "2020-03-03"),
        ("boats", "Boats stay in port", other, "2019-05-05"),
        ("fuel", "Fuel too dear", other, "2019-08-08"),
        ("alone", "Tide", "The tide came in and went out again while nobody stood on the shore.", None),
    ]
    items = [
        {"id": key, "title": title, "body": body, "language": "en", "countries": []}
        | ({"date": day} if day else {})
        for key, title, body, day in texts
    ]
    folder = tmp_path_factory.mktemp("same") / "index"
    build(folder, items=items)
    return folder


def test_groups_are_written_as_json_lines(run: Run, archive: Path) -> None:
    """Each group is a line, its items by date, newer groups first."""
    done = run("duplicates", "--index", archive, "--format", "jsonl")
    groups = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, done.stderr) == (0, "")
    assert [group["kind"] for group in groups] == ["reprint", "copy"]
    assert [[item["id"] for item in group["items"]] for group in groups] == [
        ["cut", "early", "late"],
        ["boats", "fuel"],
    ]
    assert set(groups[0]["items"][0]) == {"id", "title", "date", "source"}
    assert json.loads(run("duplicates", "--index", archive, "--format", "json").stdout) == groups


def test_changes_between_versions_are_listed(run: Run, archive: Path) -> None:
    """Numbers and names that differ from the previous version are listed below it."""
    table = run("duplicates", "--index", archive, "--changes").stdout
    assert "12 people → 15; Luis Rojas → Rosa Díaz" in table
    assert "2 copies" in table
    assert "3 versions" in table
    rows = [
        *csv.DictReader(
            run("duplicates", "--index", archive, "--changes", "--format", "csv").stdout.split("\n")
        )
    ]
    assert [row["group"] for row in rows] == ["1", "1", "1", "2", "2"]
    assert rows[2]["changes"] == "12 people → 15; Luis Rojas → Rosa Díaz"


def test_filters_and_pages_apply_to_groups(run: Run, archive: Path) -> None:
    """A group matches by any of its items and is shown whole; groups that are not shown are counted."""
    done = run("duplicates", "fuel", "--index", archive, "--to", "2019-06", "--format", "jsonl")
    assert [len(json.loads(line)["items"]) for line in done.stdout.splitlines()] == [2]
    first = run("duplicates", "--index", archive, "--limit", "1", "--format", "jsonl")
    assert first.stderr == "1 of 2 groups shown (--offset 1 for the next, --all-hits for every one)\n"
    every = run("duplicates", "--index", archive, "--limit", "1", "--all-hits", "--format", "jsonl")
    assert every.stdout.startswith(first.stdout)
    assert len(every.stdout.splitlines()) == 2
    none = run("duplicates", "tide", "--index", archive)
    assert (none.exit_code, none.stdout, none.stderr) == (1, "", "no duplicates found\n")


def test_python_returns_the_same_duplicates(archive: Path) -> None:
    """An open searcher and the function return the same groups."""
    with Searcher(archive) as searcher:
        found = searcher.duplicates(changes=True, date_from="2020")
        assert (len(found), found.total) == (1, 1)
        (group,) = found
        assert [change.text for change in group.items[2].changes] == [
            "12 people → 15",
            "Luis Rojas → Rosa Díaz",
        ]
    assert [group.kind for group in duplicates(archive)] == ["reprint", "copy"]
