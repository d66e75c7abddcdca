"""The commands that show items: show, similar and items."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from command_line import Run

from indexer.countries.country_names import country_name
from indexer.sample import sample_path
from searcher import Searcher


def test_show_prints_a_whole_item(run: Run, sample_index: Path) -> None:
    """``show`` finds an item by id; its JSON is the item's record with the names of its countries."""
    item_id = run.json("search ferry --index", sample_index)["hits"][0]["id"]
    shown = run.json("show", item_id, "--index", sample_index)
    with Searcher(sample_index) as searcher:
        record = searcher.item(item_id).to_record()
    assert shown["countries"]
    assert [country.pop("name") for country in shown["countries"]] == [
        country_name(country["code"]) for country in record["countries"]
    ]
    assert shown == {"format": 2} | record
    table = run("show", item_id, "--index", sample_index)
    assert table.exit_code == 0
    assert shown["title"] in table.stdout


def test_show_takes_several_ids_and_their_prefixes(run: Run, sample_index: Path) -> None:
    """With several ids the JSON is an array; an ambiguous prefix is refused in a line that lists its ids."""
    hits = run.json("search ferry --index", sample_index)["hits"]
    ids = [hit["id"] for hit in hits[:2]]
    beginnings = [item_id[:6] for item_id in ids]
    shown = run("show", *beginnings, "--format", "json", "--index", sample_index)
    assert [item["id"] for item in json.loads(shown.stdout)] == ids
    lines = run("show", *beginnings, "--format", "jsonl", "--index", sample_index).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    table = run("show", *beginnings, "--index", sample_index).stdout
    assert table.index(ids[0]) < table.index("─" * 100) < table.index(ids[1])
    with Searcher(sample_index) as searcher:
        every = sorted(hit.id for hit in searcher.search(None, limit=None))
    several = next(first for first, second in pairwise(every) if first[0] == second[0])
    run.refused("show", ids[0], several[0], "--index", sample_index)
    alike = [item_id for item_id in every if item_id.startswith(several[0])]
    assert f"several ids begin with “{several[0]}”: {', '.join(alike[:8])}" in told.stderr
    for nobody in ("", "zz"):
        assert "no item has the id" in run("show", nobody, "--index", sample_index).stderr


def test_similar_takes_the_filters_of_search(run: Run, sample_index: Path) -> None:
    """Filters and pages apply; the item itself is never in the results, even if it passes the filters."""
    with Searcher(sample_index) as searcher:
        item_id = searcher.search("ferry", limit=1).hits[0].id
        everything = searcher.similar(item_id, limit=None)
        expected = [hit.id for hit in everything if hit.language == "es"]
    assert item_id not in {hit.id for hit in everything}
    assert len(everything) == everything.total
    arguments = ("similar", item_id[:8], "--lang", "es", "--index", sample_index)
    narrowed = run.json(*arguments, "--limit", 3, "--offset", 1)
    found = run.json(*arguments, "--all-hits")
    assert set(expected) <= {hit["id"] for hit in found["hits"]}
    assert found["total"] == narrowed["total"] == len(found["hits"])
    assert [hit["rank"] for hit in narrowed["hits"]] == [2, 3, 4]
    assert narrowed["hits"] == found["hits"][1:4]
    dated = run("similar", item_id, "--from", "2015", "--index", sample_index)
    assert "without a printed date were left out by the dates" in dated.stderr
    assert run("similar", item_id, "--country", "Narnia", "--index", sample_index).exit_code == 2


def test_items_prints_the_items_of_a_source(run: Run) -> None:
    """``items`` reads a file or standard input, prints every item, and reports the skipped ones."""
    with sample_path() as path:
        from_file = run("items", path, "--format", "jsonl")
        from_pipe = run("items - --format jsonl", data=path.read_bytes())
    records = [json.loads(line) for line in from_file.stdout.splitlines()]
    assert len(records) == 69
    assert from_file.stderr.count("skipped archive.txt:") == 4
    piped = [json.loads(line) for line in from_pipe.stdout.splitlines()]
    assert [record["id"] for record in piped] == [record["id"] for record in records]


def test_items_shows_the_ids_that_a_build_stores(run: Run, tmp_path: Path) -> None:
    """The ids are the same, each once; an item equal to an earlier one is skipped and reported."""
    lines = (
        '{"id": "a", "title": "Tide", "body": "The tide came in."}',
        '{"id": "a", "title": "Ebb", "body": "The tide went out."}',
        *['{"title": "Ebb", "body": "The tide went out.", "url": "https://a.example/ebb"}'] * 2,
        '{"title": "Flood", "body": "The river rose.", "url": "https://a.example/ebb"}',
        '{"title": "Ebb", "body": "The tide went out.", "url": "https://a.example/other"}',
    )
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shown = run("items", tmp_path / "a.jsonl", "--format", "jsonl")
    built = run("build", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    assert (
        shown.stderr
        == built.stderr
        == (
            "skipped a.jsonl:2: the id “a” is taken by an earlier item\n"
            "skipped a.jsonl:4: the same item as an earlier one of this source\n"
        )
    )
    ids = [json.loads(line)["id"] for line in shown.stdout.splitlines()]
    with Searcher(tmp_path / "index") as searcher:
        assert sorted(ids) == sorted(hit.id for hit in searcher.search(None, limit=None, group=False))
    assert len(set(ids)) == 4


def test_a_source_without_items_ends_with_exit_code_1(run: Run, tmp_path: Path) -> None:
    """No items is like no search results; skipped lines are reported."""
    (tmp_path / "a.jsonl").write_text('{"colour": "red"}\n', encoding="utf-8")
    shown = run("items", tmp_path / "a.jsonl")
    assert (shown.exit_code, shown.stdout) == (1, "0 items\n")
    assert shown.stderr.startswith("skipped a.jsonl:1: neither a title nor a body")
