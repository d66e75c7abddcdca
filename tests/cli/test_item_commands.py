"""The commands that show items: show, similar and items; items of agencies."""

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
    assert "4 more items have an estimated date that may be in the period" in dated.stderr
    run.refused("similar", item_id, "--country", "Narnia", "--index", sample_index)


def test_items_prints_the_items_of_a_source(run: Run) -> None:
    """``items`` reads a file or standard input, prints every item, and reports the skipped ones."""
    with sample_path() as path:
        file = run("items --format jsonl", path)
        pipe = run("items - --format jsonl", data=path.read_bytes())
    records, piped = ([json.loads(line)["id"] for line in one.stdout.splitlines()] for one in (file, pipe))
    assert records == piped
    assert (len(records), file.stderr.count("skipped archive.txt:")) == (69, 4)
