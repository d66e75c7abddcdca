"""Items of agencies and exports on the command line: the recognised format, and items under embargo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

FREE = {"uri": "urn:x:1", "versioncreated": "2018-03-05", "headline": "A quay", "body_text": "It opens."}
EMBARGOED = FREE | {"uri": "urn:x:2", "headline": "A crane", "embargoed": "2999-01-01T00:00:00Z"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a source with an item under embargo."""
    (path := tmp_path / "agency.json").write_text(json.dumps([FREE, EMBARGOED]))
    return path


def test_items_names_the_format_and_its_articles(run: Run, source: Path, tmp_path: Path) -> None:
    """The recognised format and the number of articles are on standard error."""
    done = run("items", source)
    assert (done.exit_code, done.stderr) == (0, "agency.json: ninjs, 2 articles\n")
    (tmp_path / "one.ris").write_text("TY  - NEWS\nTI  - A quay\nER  -\n")
    assert run("items --format json", tmp_path / "one.ris").stderr == "one.ris: RIS, 1 article\n"


def test_embargoed_items_are_left_out_if_wanted(run: Run, source: Path, tmp_path: Path) -> None:
    """Items under embargo are found by their field, or not indexed with the option."""
    index = tmp_path / "index"
    assert run("build", source, "--index", index).exit_code == 0
    hits = run.json("search", 'embargoed:"2999-01-01T00:00:00Z"', "--index", index)["hits"]
    assert [hit["title"] for hit in hits] == ["A crane"]
    done = run("build --skip-embargoed", source, "--index", index)
    assert (done.exit_code, done.stdout.partition(" indexed")[0]) == (0, "1 item")
    assert "agency.json:2: under embargo 2999-01-01T00:00:00Z" in done.output
