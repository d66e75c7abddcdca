"""The commands tag and note, what shows annotations, and what leaves notes out."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from command_line import Run
from tables import by_table

from searcher import Searcher

NEWS = (
    {"id": "n1", "title": "Green lanterns on the quay", "body": "Lit at dusk.", "countries": ["FJ"]},
    {"id": "n2", "title": "Green paint for the ferry", "body": "It dries soon."},
    {"id": "n3", "title": "A shop for lanterns", "body": "None of them is green, all are red."},
)
SECRET = "Ask Zelda at the quay"


@pytest.fixture(autouse=True)
def news(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an index of three items in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("news.jsonl").write_text("".join(json.dumps(item) + "\n" for item in NEWS))
    assert run("build news.jsonl --quiet").exit_code == 0


def tags() -> dict[str, tuple[str, ...]]:
    """Return the tags of the items that have any."""
    with Searcher("index_data") as searcher:
        found = {hit.id: searcher.item(hit.id).tags for hit in searcher.search(None, group=False)}
    return {key: names for key, names in found.items() if names}


def test_items_are_tagged_by_id(run: Run) -> None:
    """A prefix of an id is enough; the item shows its tags, collections and note."""
    assert run("tag n1 n3 --add lit --add harbour --collection Brief --who Ann").stdout == (
        "2 items changed in index_data\n"
    )
    assert run("tag n1 n2 --remove LIT --leave brief").stdout == "1 item changed, 1 as before in index_data\n"
    assert tags() == {"n1": ("harbour",), "n3": ("harbour", "lit")}
    assert run("note n1", SECRET).stdout == "1 item changed in index_data\n"
    shown = run("show n1").stdout
    assert "Tags       harbour\n" in shown
    assert f"Note       {SECRET}\n" in shown
    assert run.json("show n3")["collections"] == ["Brief"]
    assert run.json("show n2").keys().isdisjoint({"tags", "collections", "note"})
    assert run("note n1", "").stdout == "1 item changed in index_data\n"
    assert "note" not in run.json("show n1")
    lines = [json.loads(line) for line in Path("corrections.jsonl").read_text().splitlines()]
    assert [line.get("who") for line in lines] == ["Ann", "Ann", None, None, None]


def test_items_are_tagged_by_a_query(run: Run) -> None:
    """All words are required unless --any is typed; --dry-run lists, and only --yes asks nothing."""
    found = run("tag --query 'green lanterns' --add lit --dry-run").stdout
    assert found.splitlines()[0] == "2 items would be changed (all words) in index_data"
    assert sorted(line.split()[0] for line in found.splitlines()[2:]) == ["n1", "n3"]
    assert tags() == {}
    run.refused("tag --query 'green lanterns' --add lit", says="add --yes, or --dry-run")
    done = run("tag --query 'green lanterns' --any --add lit --yes").stdout
    assert done == "3 items changed (any word) in index_data\n"
    assert run.json("tag --query green --country FJ --remove lit --yes") == {
        "format": 2,
        "index": "index_data",
        "annotated": 1,
        "unchanged": 0,
    }
    assert run("note --where tag=lit seen --yes").stdout == "2 items changed in index_data\n"
    assert run("search note:seen --format json").exit_code == 0
    done = run("tag --query zebra --add lit --yes")
    assert (done.exit_code, done.stderr) == (1, "dragoman: nothing matches (all words); nothing is changed\n")


@by_table
def test_a_mistake_ends_in_one_line(run: Run, command: str, says: str) -> None:
    """It names the remedy, and nothing is written."""
    run.refused(command, says=says)
    assert not Path("corrections.jsonl").exists()


def test_show_keeps_the_lines_of_a_note(run: Run) -> None:
    """Each line of a note is a line; blank ones are left out."""
    run("note n1", "First.\n\nSecond.")
    assert "Note       First.\n           Second.\n" in run("show n1").stdout


def test_a_tag_that_no_item_has_is_named(run: Run) -> None:
    """Its similar tags are listed; a tag that only the other filters exclude is not reported as missing."""
    run("tag n1 --add lantern")
    assert (
        "no item has tag “lanterns” as its whole value; similar values: lantern"
        in run("search tag:lanterns").stderr
    )
    excluded = run("search 'tag:lantern lang:fr'").stderr
    assert "without lang:fr 1 item matches" in excluded
    assert "no item has tag" not in excluded


def test_words_of_no_note_are_named(run: Run) -> None:
    """Notes are found by their words, and have no list of values."""
    run("note n1", SECRET)
    assert "no note has all words of “zebra”\n" in run("search note:zebra").stderr
    assert run("terms tag:zebra").stderr.startswith("No items match tag:zebra\n")


def test_a_deletion_reports_kept_annotations(run: Run) -> None:
    """The corrections file keeps them for the return of the item."""
    run("tag n1 --add lit")
    done = run("delete n1 n2 --yes").stdout
    assert done == "2 items deleted; the tags and notes of 1 are kept; 1 item in index_data\n"
    run("update --restore n1")
    assert tags() == {"n1": ("lit",)}


def test_exports_have_tags_and_notes_only_if_requested(run: Run) -> None:
    """Tags and collections are keywords and columns; a note is only written with --notes."""
    run("tag n1 --add lit --collection Brief")
    run("note n1", SECRET)
    texts = {}
    for form in ("jsonl", "csv", "ris", "bib", "csl"):
        plain, noted = (run(f"export --format {form} -o - {more} id:n1").stdout for more in ("", "--notes"))
        assert SECRET not in plain
        assert SECRET in noted
        texts[form] = plain
    assert json.loads(texts["jsonl"]) | {"tags": ["lit"], "collections": ["Brief"]} == json.loads(
        texts["jsonl"]
    )
    (row,) = csv.DictReader(io.StringIO(texts["csv"].removeprefix("\ufeff")))
    assert (row["tags"], row["collections"]) == ("lit", "Brief")
    assert "KW  - Fiji\nKW  - lit\nKW  - Brief\n" in texts["ris"]
    assert "keywords = {Fiji, lit, Brief}" in texts["bib"]
    assert json.loads(texts["csl"])[0]["keyword"] == "Fiji, lit, Brief"
    run("export -o all.sqlite --notes --quiet")
    with sqlite3.connect("all.sqlite") as database:
        found = database.execute("SELECT kind, value FROM annotations ORDER BY kind").fetchall()
    assert found == [("collection", "Brief"), ("note", SECRET), ("tag", "lit")]


def test_an_export_without_annotations_has_no_more_columns(run: Run) -> None:
    """An index whose items have no tags is exported as before."""
    before = run("export --format csv -o -").stdout
    run("tag n1 --add lit")
    assert run("export --format csv -o -").stdout.splitlines()[0] == before.splitlines()[0] + ",tags"
    run("tag n1 --remove lit")
    assert run("export --format csv -o -").stdout == before


def test_a_report_has_notes_only_if_requested(run: Run) -> None:
    """Tags are in the list of its items."""
    run("tag n1 --add lit")
    run("note n1", SECRET)
    plain, noted = (run(f"report quay -o - {more}").stdout for more in ("", "--notes"))
    assert "Tags: lit" in plain
    assert SECRET not in plain
    assert SECRET in noted


def test_verify_says_that_tags_changed_the_result(run: Run) -> None:
    """A receipt of a question by tags gives the reason; others still hold."""
    run("tag n1 n2 --add lit")
    run("search tag:lit --receipt tagged.json")
    run("search green --receipt green.json")
    run("watch lit tag:lit --watches watches")
    run("tag n3 --add lit")
    run("tag n1 --remove lit")
    done = run("verify tagged.json")
    assert done.exit_code == 1
    assert done.stdout.count("its tags, collections or note have changed") == 2
    assert run("verify green.json").exit_code == 0
    assert "n3" in run("watch lit --watches watches").stdout
