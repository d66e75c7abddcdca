"""Unusual items, and evidence of countries, match on a cluster as in a folder."""

import json
from pathlib import Path
from typing import Any

import pytest
from cluster.compared import answered, differences
from cluster.nodes import Node

from indexer import build as build_anywhere
from indexer.location import build
from indexer.store.indexing import build as build_in_folder
from searcher import Searcher
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time

pytestmark = pytest.mark.cluster

ODD: list[dict[str, Any]] = [
    {"body": "Nothing is known of its day."},
    {"body": f"A word {'w' * 8001} beyond what a cluster takes, {'v' * 7999} within.", "language": "en"},
    {"body": "Half a sign \ud83d of two, and a whole one \U0001f6a2.", "title": "Sign", "language": "en"},
    {"body": "O navio que zarpou ontem chegou ao porto.", "language": "und", "section": "Porto"},
    {"body": "The ship came.", "section": "porto", "language": "en", "fields": {"Desk": "Night"}},
    {"body": "The ship left.", "section": "PORTO", "language": "en", "fields": {"Desk": "night"}},
    {"body": "The ship stayed.", "section": "porto", "language": "en", "date": "2019-12-30"},
    {"body": "El barco zarpó.\nThe ship sailed.", "date": {"start": "2019-12-30", "end": "2020-02-01"}},
]
QUESTIONS = (None, "ship", "navio", "v" * 7999, "section:PORTO", "barco zarpo", "sign", "vvvv*", "\ud83d")


def both(node: Node, folder: Path, name: str, records: list[dict[str, Any]]) -> tuple[Searcher, Searcher]:
    """Build the same items in a folder and on the cluster."""
    source = folder / f"{name}.jsonl"
    lines = [json.dumps({"id": f"d{number}", **record}) for number, record in enumerate(records)]
    source.write_text("\n".join(lines), encoding="utf-8")
    build_in_folder([source], folder / name, facets=["section", "desk"])
    build([source], f"{node.url}/{name}", facets=["section", "desk"])
    return Searcher(folder / name), Searcher(f"{node.url}/{name}")


@pytest.mark.parametrize("how", [{}, {"facets": ["section", "desk", "month"], "estimated": True}])
def test_unusual_items_are_the_same(node: Node, tmp_path: Path, how: dict[str, Any]) -> None:
    """Lone surrogates, very long words, other languages and custom fields give the same answers."""
    folder, cluster = both(node, tmp_path, "odd", ODD)
    assert folder.counted_fields == cluster.counted_fields
    with folder, cluster:
        for query in QUESTIONS:
            assert differences(answered(folder, query, **how), answered(cluster, query, **how)) == [], query
        where = {"section": "Porto"}
        assert differences(*[answered(one, None, where=where, **how) for one in (folder, cluster)]) == []
        for number in range(len(ODD)):
            assert differences(*[one.item(f"d{number}").to_record() for one in (folder, cluster)]) == []


def test_files_of_a_folder_are_counted(node: Node, tmp_path: Path) -> None:
    """Each is counted by its path in lower case; similar names are suggested for an unknown one."""
    (files := tmp_path / "Desk").mkdir()
    for name in ("Night.jsonl", "day.jsonl"):
        (files / name).write_text(json.dumps({"id": name, "body": "The ship came.", "language": "en"}))
    build_in_folder([files], tmp_path / "index")
    build([files], f"{node.url}/files")
    counted = []
    for place in (tmp_path / "index", f"{node.url}/files"):
        with Searcher(place) as searcher:
            results = searcher.search("ship", facets=["file"])
            counted.append({value.label: value.count for value in results.facets["file"]})
            missing = searcher.search("ship", where={"source": "Night.jsonl"})
            assert "similar values: " in " ".join(note.text for note in missing.notes)
    assert counted == [
        {"Desk/Night.jsonl": 1, "Desk/day.jsonl": 1},
        {"desk/night.jsonl": 1, "desk/day.jsonl": 1},
    ]


def test_an_index_of_one_undated_item_works(node: Node, tmp_path: Path) -> None:
    """Fields that no item has affect neither the order by dates nor facets."""
    folder, cluster = both(node, tmp_path, "single", ODD[:1])
    with folder, cluster:
        for sort in ("relevance", "newest", "oldest"):
            for query in (None, "nothing", "invalid day"):
                found = [answered(one, query, sort=sort, date_to="2020") for one in (folder, cluster)]
                assert differences(*found) == []


ITEMS: list[dict[str, Any]] = [
    {"id": "place", "body": "The old kiln opened in Vienna.", "date": "2019-01-02", "language": "en"},
    {"id": "name", "body": "The kiln of Austria closed.", "date": "2019-01-03", "language": "en"},
    {"id": "people", "body": "An Austrian built the old kiln.", "date": "2019-01-04", "language": "en"},
    {"id": "given", "body": "A kiln.", "date": "2019-01-05", "language": "en", "countries": ["AT", "FR"]},
    {"id": "none", "body": "Another old kiln, nowhere.", "language": "en"},
]


def test_counts_are_the_same_on_a_cluster(node: Node, tmp_path: Path) -> None:
    """Totals, modes, facets and `by_place_only` are equal, with and without `country_via`."""
    found = []
    for place in (str(tmp_path / "index"), f"{node.url}/kilns"):
        build_anywhere(place, items=ITEMS)
        with Searcher(place) as searcher:
            answers: list[Any] = []
            for ways in ((), ("name",), ("place", "given"), ("demonym", "place")):
                for countries in ((), ("AT",), ("unknown",), ("AT", "unknown")):
                    results = searcher.search("old kiln", countries=countries, country_via=ways)
                    record = results.to_record()
                    answers.append([record[name] for name in ("total", "total_all_words", "facets")])
            for mode in (True, False):
                (row,) = batch(searcher, ["old kiln"], by="country", all_words=mode).rows
                (series,) = over_time(searcher, "old kiln", all_words=mode)
                answers.append([row.to_record(), series.read(), series.points])
            found.append(answers)
    for one, other in zip(*found, strict=True):
        assert one == other
