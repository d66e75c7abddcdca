"""Deletions by a query, and the list of items that is shown before a deletion."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from command_line import Run
from tides import titles

ROOT = Path(__file__).parents[2]
NEWS = (
    {"id": "n1", "title": "Green lanterns on the quay", "body": "Lit at dusk.", "date": "2019-03-01"},
    {"id": "n2", "title": "Green paint for the ferry", "body": "It dries soon.", "date": "2019-03-02"},
    {"id": "n3", "title": "A shop for lanterns", "body": "None of them is green, all are red."},
    {"id": "n4", "title": "A lantern is lost", "body": "The harbour is dark now.", "date": "2019-03-04"},
    {"id": "n5", "body": "Nobody wrote a headline for this notice.", "date": "2019-03-05"},
)


@pytest.fixture(autouse=True)
def news(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an index of five items, two of which have both words of *green lantern*."""
    monkeypatch.chdir(tmp_path)
    _build(run, NEWS)
    return tmp_path / "index_data"


def _build(run: Run, items: Iterable[dict[str, str]]) -> None:
    Path("news.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    assert run("build news.jsonl --quiet").exit_code == 0


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("y", 0, 3), pytest.param("n", 1, 5, marks=pytest.mark.slow)]
)
def test_the_question_lists_items_on_standard_error(news: Path, answer: str, code: int, left: int) -> None:
    """The titles and the question go to standard error; standard output has only the result."""
    leader, follower = pty.openpty()
    os.write(leader, f"{answer}\n".encode())
    command = [sys.executable, str(ROOT / "cli.py"), "delete", "--query", "green lanterns"]
    done = subprocess.run(command, stdin=follower, capture_output=True, text=True, check=False)
    os.close(follower)
    os.close(leader)
    listed, question = done.stderr.split("Delete 2 items (with all words) from ")
    assert "Green lanterns on the quay" in listed
    assert "A shop for lanterns" in listed
    assert question.startswith("index_data? [y/N]: ")
    assert done.returncode == code
    assert done.stdout == ("" if code else "2 items (with all words) deleted; 3 items in index_data\n")
    assert len(titles(news)) == left
