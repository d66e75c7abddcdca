"""Deletions by a query, and the list of items that is shown before a deletion."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from tables import by_table
from tides import titles

from indexer import delete
from searcher import Searcher

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


def _listed(text: str) -> list[str]:
    """Return the ids of a list that follows a headline, in order."""
    head, columns, *rows = text.splitlines()
    assert "would be deleted" in head
    assert columns.split() == ["id", "date", "title"]
    return sorted(row.split()[0] for row in rows)


def test_a_query_needs_all_words_unless_any_is_typed(run: Run, news: Path) -> None:
    """The output names the mode; --all is the default."""
    for more in ("", "--all"):
        found = run(f"delete --query 'green lanterns' {more} --dry-run").stdout
        says = "2 items would be deleted (all words); 3 items would stay in index_data\n"
        assert found.startswith(says)
        assert _listed(found) == ["n1", "n3"]
    found = run("delete --query 'green lanterns' --any --dry-run").stdout
    assert found.startswith("4 items would be deleted (any word); 1 item")
    assert _listed(found) == ["n1", "n2", "n3", "n4"]
    done = run("delete --query 'green lanterns' --yes").stdout
    assert done == "2 items deleted (all words); 3 items in index_data\n"
    assert titles(news) == {"Green paint for the ferry", "A lantern is lost", ""}
    done = run("delete --query 'green lanterns' --any --yes").stdout
    assert done == "2 items deleted (any word); 1 item in index_data\n"


def test_no_item_with_all_words_deletes_nothing(run: Run, news: Path) -> None:
    """An item with only one of the words is not deleted."""
    done = run("delete --query 'ferry lanterns' --yes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "dragoman: nothing matches (all words); nothing is deleted\n"
    assert len(titles(news)) == 5


def test_a_setting_never_makes_a_deletion_match_any_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a variable nor a settings file replaces a typed --any."""
    asked = "delete --query 'green lanterns' --dry-run"
    monkeypatch.setenv("DRAGOMAN_ALL", "false")
    assert run(asked).stdout.startswith("2 items would be deleted (all words)")
    monkeypatch.delenv("DRAGOMAN_ALL")
    Path("dragoman.toml").write_text("[delete]\nall = false\n")
    assert run(asked).stdout.startswith("2 items would be deleted (all words)")
    assert run(f"{asked} --any").stdout.startswith("4 items would be deleted (any word)")


def test_all_without_a_query_is_no_selection(run: Run, news: Path) -> None:
    """--all refers to the words of a query, not to all items."""
    for option in ("--all", "--any"):
        run.refused(f"delete {option} --yes", says="give the items to delete")
    assert len(titles(news)) == 5


@by_table
def test_dry_run_lists_items_of_every_selection(run: Run, news: Path, selection: str, ids: list[str]) -> None:
    """Items selected by ids, filters, a source or a query are listed, and none is deleted."""
    done = run(f"delete {selection} --dry-run")
    assert (_listed(done.stdout), done.stderr) == (ids, "")
    assert len(titles(news)) == 5


def test_list_has_id_date_and_title(run: Run) -> None:
    """An item without a title is listed by its first words."""
    rows = run("delete n1 n5 --dry-run").stdout.splitlines()[2:]
    assert [row.split(maxsplit=4) for row in rows] == [
        ["n1", "1", "Mar", "2019", "Green lanterns on the quay"],
        ["n5", "5", "Mar", "2019", "Nobody wrote a headline for this notice."],
    ]


def test_long_lists_are_cut_and_counted(run: Run) -> None:
    """The first 20 items are listed; a report lists all. A long title is cut."""
    drift = {"title": f"Buoy {'drifts ' * 60}", "body": "It is seen from the pier."}
    _build(run, ({"id": f"i{number}"} | drift for number in range(23)))
    done = run("delete --source news.jsonl --dry-run --report report.jsonl")
    head, _, *rows, last = done.stdout.splitlines()
    assert head.startswith("23 items would be deleted; 0 items")
    assert len(rows) == 20
    assert all(len(row) < 100 and row.endswith("…") for row in rows)
    assert last == "and 3 more (--dry-run --report FILE lists all)"
    assert len(Path("report.jsonl").read_text().splitlines()) == 23


def test_a_source_named_twice_is_deleted_once(run: Run, news: Path) -> None:
    """A source counts once, by its name and by its path; with --yes only the count is printed."""
    assert run("delete n1 --yes").stdout == "1 item deleted; 4 items in index_data\n"
    done = run("delete --yes --source news.jsonl --source", news.parent / "news.jsonl")
    assert done.exit_code == 0, done.output
    assert titles(news) == set()


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
    listed, question = done.stderr.split("Delete 2 items (all words) from ")
    assert "Green lanterns on the quay" in listed
    assert "A shop for lanterns" in listed
    assert question.startswith("index_data? [y/N]: ")
    assert done.returncode == code
    assert done.stdout == ("" if code else "2 items deleted (all words); 3 items in index_data\n")
    assert len(titles(news)) == left


def test_python_deletes_the_same_items_by_their_hits(run: Run, news: Path) -> None:
    """The search in docs/reference/python.md matches the items that the command lists."""
    listed = _listed(run("delete --query 'green lanterns' --dry-run").stdout)
    options: dict[str, Any] = {"all_words": True, "expand": False, "strict": True, "group": False}
    with Searcher(news) as searcher:
        ids = [hit.id for hit in searcher.search("green lanterns", limit=None, **options)]
    assert sorted(ids) == listed == ["n1", "n3"]
    assert delete(news, ids).deleted == 2
    assert titles(news) == {"Green paint for the ferry", "A lantern is lost", ""}
