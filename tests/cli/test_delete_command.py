"""Deletions by a query, and the list of items that is shown before a deletion."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run
from tides import titles

from indexer import delete
from searcher import Searcher

ROOT = Path(__file__).parents[2]
NEWS = (
    {
        "id": "n1",
        "title": "Green lanterns on the quay",
        "body": "They were lit at dusk.",
        "date": "2019-03-01",
    },
    {
        "id": "n2",
        "title": "Green paint for the ferry",
        "body": "It dries within a day.",
        "date": "2019-03-02",
    },
    {"id": "n3", "title": "A shop for lanterns", "body": "None of them is green, all are red."},
    {"id": "n4", "title": "A lantern is lost", "body": "The harbour is dark now.", "date": "2019-03-04"},
    {"id": "n5", "body": "Nobody wrote a headline for this notice.", "date": "2019-03-05"},
)


@pytest.fixture
def news(run: Run, tmp_path: Path) -> Path:
    """Return an index of five items, two of which have both words of *green lantern*."""
    return _build(run, tmp_path, NEWS)


def _build(run: Run, folder: Path, items: object) -> Path:
    source, index = folder / "news.jsonl", folder / "desk"
    source.write_text("".join(json.dumps(item) + "\n" for item in items))  # type: ignore[attr-defined]
    assert run("build", source, "--index", index).exit_code == 0
    return index


def _listed(text: str) -> list[str]:
    """Return the ids of a list that follows a headline, in order."""
    head, columns, *rows = text.splitlines()
    assert "would be deleted" in head
    assert columns.split() == ["id", "date", "title"]
    return sorted(row.split()[0] for row in rows)


def test_a_query_needs_all_words_unless_any_is_typed(run: Run, news: Path) -> None:
    """The output names the mode; --all is the default."""
    asked = ("delete", "--query", "green lanterns", "--index", news)
    for more in ((), ("--all",)):
        found = run(*asked, *more, "--dry-run").stdout
        assert found.startswith(f"2 items would be deleted (all words); 3 items would stay in {news}\n")
        assert _listed(found) == ["n1", "n3"]
    found = run(*asked, "--any", "--dry-run").stdout
    assert found.startswith("4 items would be deleted (any word); 1 item")
    assert _listed(found) == ["n1", "n2", "n3", "n4"]
    assert run(*asked, "--yes").stdout == f"2 items deleted (all words); 3 items in {news}\n"
    assert titles(news) == {"Green paint for the ferry", "A lantern is lost", ""}
    assert run(*asked, "--any", "--yes").stdout == f"2 items deleted (any word); 1 item in {news}\n"


def test_no_item_with_all_words_deletes_nothing(run: Run, news: Path) -> None:
    """An item with only one of the words is not deleted."""
    done = run("delete --query", "ferry lanterns", "--index", news, "--yes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "dragoman: nothing matches (all words); nothing is deleted\n"
    assert len(titles(news)) == 5


def test_a_setting_never_makes_a_deletion_match_any_word(
    run: Run, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a variable nor a settings file replaces a typed --any."""
    asked = ("delete", "--query", "green lanterns", "--index", news, "--dry-run")
    monkeypatch.setenv("DRAGOMAN_ALL", "false")
    assert run(*asked).stdout.startswith("2 items would be deleted (all words)")
    monkeypatch.delenv("DRAGOMAN_ALL")
    monkeypatch.chdir(tmp_path)
    Path("dragoman.toml").write_text("[delete]\nall = false\n")
    assert run(*asked).stdout.startswith("2 items would be deleted (all words)")
    assert run(*asked, "--any").stdout.startswith("4 items would be deleted (any word)")


def test_all_without_a_query_is_no_selection(run: Run, news: Path) -> None:
    """--all refers to the words of a query, not to all items."""
    for option in ("--all", "--any"):
        done = run("delete", option, "--yes", "--index", news)
        assert done.exit_code == 2
        assert "say what to delete" in done.stderr
    assert len(titles(news)) == 5


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (("n3", "n1"), ["n1", "n3"]),
        (("--from", "2019-03-02", "--to", "2019-03-04"), ["n2", "n4"]),
        (("--source", "news.jsonl"), ["n1", "n2", "n3", "n4", "n5"]),
        (("--source", "news.jsonl", "--query", "lantern"), ["n1", "n3", "n4"]),
    ],
)
def test_dry_run_lists_items_of_every_selection(
    run: Run, news: Path, selection: tuple[str, ...], ids: list[str]
) -> None:
    """Items selected by ids, filters, a source or a query are listed, and none is deleted."""
    done = run("delete", *selection, "--index", news, "--dry-run")
    assert _listed(done.stdout) == ids
    assert done.stderr == ""
    assert len(titles(news)) == 5


def test_list_has_id_date_and_title(run: Run, news: Path) -> None:
    """An item without a title is listed by its first words."""
    rows = run("delete n1 n5 --index", news, "--dry-run").stdout.splitlines()[1:]
    assert [row.split(maxsplit=4) for row in rows[1:]] == [
        ["n1", "1", "Mar", "2019", "Green lanterns on the quay"],
        ["n5", "5", "Mar", "2019", "Nobody wrote a headline for this notice."],
    ]


def test_long_lists_are_cut_and_counted(run: Run, tmp_path: Path) -> None:
    """The first 20 items are listed; a report lists all. A long title is cut."""
    items = [
        {"id": f"i{number}", "title": f"Buoy {number} {'drifts ' * 60}", "body": "It is seen from the pier."}
        for number in range(23)
    ]
    index, report = _build(run, tmp_path, items), tmp_path / "report.jsonl"
    done = run("delete --source news.jsonl --index", index, "--dry-run", "--report", report)
    head, _, *rows, last = done.stdout.splitlines()
    assert head.startswith("23 items would be deleted; 0 items")
    assert len(rows) == 20
    assert all(len(row) < 100 and row.endswith("…") for row in rows)
    assert last == "and 3 more (--dry-run --report FILE lists all)"
    assert len(report.read_text().splitlines()) == 23


def test_yes_deletes_without_a_list(run: Run, news: Path) -> None:
    """Only the count is printed."""
    assert run("delete n1 --index", news, "--yes").stdout == f"1 item deleted; 4 items in {news}\n"


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 1, 5), ("y", 0, 3)])
def test_the_question_lists_items_on_standard_error(news: Path, answer: str, code: int, left: int) -> None:
    """The titles and the question go to standard error; standard output has only the result."""
    leader, follower = pty.openpty()
    os.write(leader, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "delete", "--query", "green lanterns", "--index", str(news)],
        stdin=follower,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(follower)
    os.close(leader)
    listed, question = done.stderr.split("Delete 2 items (all words) from ")
    assert "Green lanterns on the quay" in listed
    assert "A shop for lanterns" in listed
    assert question.startswith(f"{news}? [y/N]: ")
    assert done.returncode == code
    assert done.stdout == ("" if code else f"2 items deleted (all words); 3 items in {news}\n")
    assert len(titles(news)) == left


def test_python_deletes_the_same_items_by_their_hits(run: Run, news: Path) -> None:
    """The search in docs/reference/python.md matches the items that the command lists."""
    listed = _listed(run("delete --query", "green lanterns", "--index", news, "--dry-run").stdout)
    with Searcher(news) as searcher:
        found = searcher.search(
            "green lanterns", all_words=True, expand=False, strict=True, group=False, limit=None
        )
        ids = [hit.id for hit in found]
    assert sorted(ids) == listed == ["n1", "n3"]
    assert delete(news, ids).deleted == 2
    assert titles(news) == {"Green paint for the ferry", "A lantern is lost", ""}


def test_a_source_named_twice_is_deleted_once(run: Run, news: Path) -> None:
    """A source that is named twice counts once: by its name and by its path."""
    sources = ("--source", "news.jsonl", "--source", news.parent / "news.jsonl")
    done = run("delete", *sources, "--yes", "--index", news)
    assert done.exit_code == 0, done.output
    assert titles(news) == set()
