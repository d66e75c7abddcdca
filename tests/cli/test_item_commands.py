"""The commands that show items: show, similar and items; items of agencies."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
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
    names = [country.pop("name") for country in shown["countries"]]
    assert names == [country_name(country["code"]) for country in record["countries"]] != []
    assert shown == {"format": 2} | record
    assert shown["title"] in run("show", item_id, "--index", sample_index).stdout


def test_show_takes_several_ids_and_their_prefixes(run: Run, sample_index: Path) -> None:
    """With several ids the JSON is an array; an ambiguous prefix is refused in a line that lists its ids."""
    ids = [hit["id"] for hit in run.json("search ferry --index", sample_index)["hits"][:2]]
    asked = ("show", *[item_id[:6] for item_id in ids], "--index", sample_index)
    assert [item["id"] for item in run.json(*asked)] == [item["id"] for item in run.lines(*asked)] == ids
    table = run(*asked).stdout
    assert table.index(ids[0]) < table.index("─" * 100) < table.index(ids[1])
    with Searcher(sample_index) as searcher:
        every = sorted(hit.id for hit in searcher.search(None, limit=None))
    letter = next(first[0] for first, second in pairwise(every) if first[0] == second[0])
    alike = [item_id for item_id in every if item_id.startswith(letter)]
    says = f"several ids begin with “{letter}”: {', '.join(alike[:8])}"
    run.refused("show", ids[0], letter, "--index", sample_index, says=says)
    for nobody in ("", "zz"):
        run.refused("show", nobody, "--index", sample_index, says="no item has the id")


def test_similar_takes_the_filters_of_search(run: Run, sample_index: Path) -> None:
    """Filters and pages apply; the item itself is never in the results, even if it passes the filters."""
    with Searcher(sample_index) as searcher:
        item_id = searcher.search("ferry", limit=1).hits[0].id
        everything = searcher.similar(item_id, limit=None)
    assert item_id not in {hit.id for hit in everything}
    assert len(everything) == everything.total
    asked = ("similar", item_id[:8], "--lang", "es", "--index", sample_index)
    narrowed = run.json(*asked, "--limit", 3, "--offset", 1)
    found = run.json(*asked, "--all-hits")
    assert {hit.id for hit in everything if hit.language == "es"} <= {hit["id"] for hit in found["hits"]}
    assert found["total"] == narrowed["total"] == len(found["hits"])
    assert [hit["rank"] for hit in narrowed["hits"]] == [2, 3, 4]
    assert narrowed["hits"] == found["hits"][1:4]
    dated = run("similar", item_id, "--from", "2015", "--index", sample_index)
    assert "without a printed date were left out by the dates" in dated.stderr
    run.refused("similar", item_id, "--country", "Narnia", "--index", sample_index)


def test_items_prints_the_items_of_a_source(run: Run) -> None:
    """``items`` reads a file or standard input, prints every item, and reports the skipped ones."""
    with sample_path() as path:
        file = run("items --format jsonl", path)
        pipe = run("items - --format jsonl", data=path.read_bytes())
    records, piped = ([json.loads(line)["id"] for line in one.stdout.splitlines()] for one in (file, pipe))
    assert records == piped
    assert (len(records), file.stderr.count("skipped archive.txt:")) == (69, 4)


def test_items_shows_the_ids_that_a_build_stores(run: Run, tmp_path: Path) -> None:
    """The ids are the same, each once; an item equal to an earlier one is skipped and reported."""
    source, index = tmp_path / "a.jsonl", tmp_path / "index"
    lines = (
        '{"id": "a", "title": "Tide", "body": "The tide came in."}',
        '{"id": "a", "title": "Ebb", "body": "The tide went out."}',
        *['{"title": "Ebb", "body": "The tide went out.", "url": "https://a.example/ebb"}'] * 2,
        '{"title": "Flood", "body": "The river rose.", "url": "https://a.example/ebb"}',
        '{"title": "Ebb", "body": "The tide went out.", "url": "https://a.example/other"}',
    )
    source.write_text("\n".join(lines), encoding="utf-8")
    shown, built = run("items --format jsonl", source), run("build", source, "--index", index)
    assert shown.stderr == built.stderr
    assert shown.stderr.splitlines() == [
        "skipped a.jsonl:2: the id “a” is taken by an earlier item",
        "skipped a.jsonl:4: the same item as an earlier one of this source",
    ]
    ids = [json.loads(line)["id"] for line in shown.stdout.splitlines()]
    with Searcher(index) as searcher:
        assert sorted(ids) == sorted(hit.id for hit in searcher.search(None, limit=None, group=False))
    assert len(set(ids)) == 4


def test_a_source_without_items_ends_with_exit_code_1(run: Run, tmp_path: Path) -> None:
    """No items is like no search results; skipped lines are reported."""
    (tmp_path / "a.jsonl").write_text('{"colour": "red"}\n', encoding="utf-8")
    shown = run("items", tmp_path / "a.jsonl")
    assert (shown.exit_code, shown.stdout) == (1, "0 items\n")
    assert shown.stderr.startswith("skipped a.jsonl:1: neither a title nor a body")


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
