"""Near duplicates in answers: one hit with the others below it, and nothing is lost."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from written_groups import group_items

from searcher import Searcher
from searcher.results import Results

RECORDS = (
    {"id": "a", "title": "Ferry sinks", "body": "ferry ferry storm", "date": "2018-03-01"},
    {"id": "b", "title": "Ferry sank", "body": "ferry storm night", "date": "2018-03-03"},
    {"id": "c", "title": "Storm", "body": "storm ferry harbour pilots", "date": "2018-03-02"},
    {"id": "d", "title": "Ferry fares", "body": "ferry fares rise for the season", "date": "2019-01-01"},
    {"id": "e", "title": "Ice", "body": "pilots read ice charts", "date": "2017-01-01"},
    {"id": "f", "title": "Ice again", "body": "pilots read ice charts too", "date": "2017-01-05"},
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of six items with two groups of near duplicates."""
    with Searcher(make_shared_index(*RECORDS)) as opened:
        yield group_items(opened, "abc", "ef")


def shape(results: Results) -> list[tuple[str, list[str]]]:
    """Return the ids of hits and of their near duplicates."""
    return [(hit.id, [one.id for one in hit.same]) for hit in results]


def test_a_group_is_one_hit(searcher: Searcher) -> None:
    """The best member is the hit; the others that match are listed with it, newest first; both count."""
    results = searcher.search("ferry", expand=False)
    assert shape(results) == [("a", ["b", "c"]), ("d", [])]
    assert (results.total, results.groups, len(results)) == (4, 2, 2)
    assert [value.count for value in results.facets["year"]] == [3, 1]
    alone = searcher.search("ferry", expand=False, group=False)
    assert {hit.id for hit in alone} == set("abcd")
    assert (alone.total, alone.groups) == (4, 4)
    assert not any(hit.same for hit in alone)
    assert shape(searcher.search("ferry -night", expand=False)) == [("a", ["c"]), ("d", [])]


def test_the_sort_order_decides_the_hit_of_a_group(searcher: Searcher) -> None:
    """The newest or the oldest member is the hit of its group; the others follow in that order."""
    assert shape(searcher.search("ferry", sort="newest")) == [("d", []), ("b", ["c", "a"])]
    assert shape(searcher.search("ferry", sort="oldest")) == [("a", ["c", "b"]), ("d", [])]
    assert shape(searcher.search(None, sort="oldest", offset=1, limit=1)) == [("a", ["c", "b"])]


def test_near_duplicates_have_the_details_of_hits(searcher: Searcher) -> None:
    """Each has its own score, the rank of its hit, a passage, and its provenance."""
    scores = {hit.id: hit.score for hit in searcher.search("ferry storm", group=False)}
    hit = searcher.search("ferry storm").hits[0]
    for one in (hit, *hit.same):
        assert one.score == pytest.approx(scores[one.id])
        assert (one.rank, one.via, one.group) == (1, ("typed",), "a")
        assert "**" in (one.snippet or "")
        assert one is hit or not one.same
    assert {one.score for one in searcher.search("ferry", sort="newest").hits[1].same} == {0.0}


def test_json_has_groups_and_near_duplicates(searcher: Searcher) -> None:
    """A near duplicate has its id, title, date and source; explanations are those of hits."""
    record = json.loads(json.dumps(searcher.search("ferry", explain=True, expand=False).to_record()))
    assert (record["total"], record["groups"]) == (4, 2)
    first = record["hits"][0]
    assert first["same"][0] == {
        "id": "b",
        "title": "Ferry sank",
        "date": {"start": "2018-03-03", "end": "2018-03-03", "kind": "printed"},
        "source": {"file": "index.jsonl", "lines": [2, 2]},
    }
    assert first["explanation"]["score"] == pytest.approx(first["score"], abs=1e-3)
    assert record["hits"][1]["same"] == []


def test_relaxed_and_filtered_answers_are_grouped(searcher: Searcher) -> None:
    """Every kind of answer is grouped."""
    relaxed = searcher.search('"charts pilots"')
    assert relaxed.relaxed is not None
    assert shape(relaxed) == [("f", ["e"])]
    assert {one.via for hit in relaxed for one in hit.same} == {("relaxed",)}
    assert shape(searcher.search("ferry", via=["typed"], all_words=True)) == [("a", ["b", "c"]), ("d", [])]


def test_near_duplicates_of_an_item_are_not_similar_items(searcher: Searcher) -> None:
    """Near duplicates are left out, and a note names them; other results are grouped."""
    results = searcher.similar("c")
    assert shape(results) == [("f", ["e"]), ("d", [])]
    assert (results.total, results.groups) == (3, 2)
    assert [note.kind for note in results.notes] == ["same"]
    assert "2 near duplicates of the item are not shown" in results.notes[0].text
    assert {hit.id for hit in searcher.similar("c", group=False)} == set("abdef")
    assert shape(searcher.similar("c", limit=1, offset=1)) == shape(results)[1:]
    assert searcher.similar("d").notes == ()
