"""Counts agree for any query: total, rows of all pages, facets, CSV, and the rows of an export."""

import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from modelled_archive import COUNTRIES, LANGUAGES, RELATED, SECTIONS, WORDS, make_archive

from searcher import Searcher
from searcher.present import open_writer
from searcher.search_options import build_request

PAGE = 7
OTHERS = ("report", "informe", "zor*", "krelt~")
YEARS = ("2015", "2016", "2017", "2018", "2019", "2020")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Return a searcher of an archive in four languages, of three segments with deletions."""
    folder = tmp_path_factory.mktemp("counts") / "index"
    make_archive(folder)
    with Searcher(folder) as opened:
        yield opened


def question(chance: random.Random) -> tuple[str | None, dict[str, Any]]:
    """Draw a query and its filters."""
    words = chance.choices([*WORDS, *RELATED, *OTHERS], k=chance.randint(1, 4))
    query = chance.choice([" ", " AND ", " OR ", " -", " +"]).join(words)
    filters: dict[str, Any] = {
        "countries": chance.sample([*COUNTRIES, "unknown"], chance.choice([0, 0, 1, 2])),
        "languages": chance.sample(LANGUAGES, chance.choice([0, 0, 1, 2])),
        "date_from": chance.choice([None, None, *YEARS]),
        "date_to": chance.choice([None, None, *YEARS]),
        "estimated": chance.random() < 0.5,
        "where": chance.choice([{}, {}, {"section": list(SECTIONS[:1])}, {"section": "unknown"}]),
        "all_words": chance.random() < 0.2,
        "expand": chance.random() < 0.5,
        "sort": chance.choice(["relevance", "newest", "oldest"]),
    }
    if filters["date_from"] and filters["date_to"]:
        filters["date_from"], filters["date_to"] = sorted([filters["date_from"], filters["date_to"]])
    return chance.choice([None, query, query, query]), filters


def ids_of(table: str) -> list[str]:
    """Return the ids of the rows of a table."""
    return [row["id"] for row in csv.DictReader(io.StringIO(table, newline=""))]


def agree(searcher: Searcher, query: str | None, asked: dict[str, Any], *, group: bool) -> int:
    """Check all counts of one query against each other; return the total."""
    facets = ("section", "desk", "source")  # an item has one value of each, or none
    every = searcher.search(query, limit=None, facets=facets, group=group, **asked)
    total = every.total if every.relaxed is None else 0
    paged: list[str] = []
    hits = 0
    while page := searcher.search(query, limit=PAGE, offset=hits, facets=(), group=group, **asked).hits:
        paged += [one.id for hit in page for one in (hit, *hit.same)]
        hits += len(page)
    assert hits == every.groups
    assert len(set(paged)) == len(paged) == every.total
    assert [one.id for hit in every for one in (hit, *hit.same)] == paged
    for name in facets:
        if name not in asked["where"]:  # a filtered facet counts its other values, too
            assert sum(value.count for value in every.facets[name]) == every.total, name
    stream = io.StringIO()
    open_writer("csv", stream, color=False, width=80).write_results(every)
    assert ids_of(stream.getvalue()) == paged
    lines, table = io.BytesIO(), io.BytesIO()
    report = searcher.export(lines, query, format="jsonl", **asked)
    searcher.export(table, query, format="csv", **asked)
    exported = [json.loads(line)["id"] for line in lines.getvalue().splitlines()]
    rows = ids_of(table.getvalue().decode("utf-8-sig"))
    assert exported == rows
    assert sorted(exported) == (sorted(paged) if every.relaxed is None else [])
    assert group or every.relaxed is not None or exported == paged
    assert report.items == report.total == total
    return total


@pytest.mark.parametrize("queries", [40, pytest.param(2000, marks=pytest.mark.slow)])
def test_all_counts_agree(searcher: Searcher, queries: int) -> None:
    """Many queries are compared, some of which match nothing."""
    chance = random.Random(queries)
    totals = [agree(searcher, *question(chance), group=number % 2 > 0) for number in range(queries)]
    assert queries / 4 < sum(total > 0 for total in totals) < queries * 0.95


@pytest.mark.parametrize("words", [WORDS[0], " ".join(WORDS[:2]), "krelt", "unseen"])
def test_the_executed_query_has_the_total_of_the_results(searcher: Searcher, words: str) -> None:
    """The query that is executed for a question matches as many items as its results have."""
    results = searcher.search(words, strict=True, limit=None)
    query, total = searcher.ask(lambda one: one.executed_query(build_request(words, {"strict": True})))
    assert total == results.total
    assert query == getattr(results.hits, "query", query)
