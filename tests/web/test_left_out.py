"""The count of items that estimated dates would add to an answer."""

from pathlib import Path

import pytest
from command_line import Run
from page_reading import page_of, words
from starlette.testclient import TestClient

from searcher import Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time
from searcher.web.page.messages import reader_of


def test_a_relaxed_answer_counts_for_the_typed_query(searcher: Searcher) -> None:
    """If the typed query only matches by an estimate, this is counted for the query itself."""
    estimated = searcher.search(None, limit=None, estimated=True, group=False)
    one = next(hit for hit in estimated.hits if hit.date and hit.date.kind == "estimated" and hit.title)
    phrase = f'"{one.title}"'
    query = f"{phrase} date:{one.date.start.year}" if one.date else phrase
    results = searcher.search(query)
    assert searcher.search(query, strict=True).total == 0
    assert results.undated_left_out == searcher.search(query, estimated=True, group=False).total == 1


def test_reading_tools_count_dates_of_the_query(searcher: Searcher) -> None:
    """Over time and in a batch, dates in the query are counted like those of the filters."""
    expected = searcher.search("ferry", date_from="2016", date_to="2016").undated_left_out
    assert expected
    (series,) = over_time(searcher, "ferry AND date:2016")
    assert series.read()["undated_left_out"] == expected
    (row,) = batch(searcher, ["ferry AND date:2016"]).rows
    assert row.undated_left_out == expected


def test_similar_items_count_those_that_estimates_add(searcher: Searcher) -> None:
    """Similar items are counted without the item itself."""
    counts = 0
    for hit in searcher.search("ferry").hits:
        for group in (True, False):
            without, added = (
                searcher.similar(hit.id, date_from="2016", date_to="2016", estimated=one, group=group)
                for one in (False, True)
            )
            assert without.undated_left_out == added.total - without.total
            assert added.undated_left_out == 0
            counts += without.undated_left_out
    assert counts


@pytest.mark.parametrize(
    "command", ["search", "facets", "timeline", "stories", "export -o - --format jsonl", "concordance"]
)
def test_commands_report_dates_in_the_query(run: Run, sample_index: Path, command: str) -> None:
    """The note is the same as for a filter by date."""
    lines = []
    for asked in ("'ferry AND date:2016'", "ferry --from 2016 --to 2016"):
        told = run(f"{command} {asked} --index", sample_index).stderr.splitlines()
        lines.append([line for line in told if "estimated date" in line])
    assert lines[0] == lines[1]
    assert len(lines[0]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_suggests_estimates_for_dates_in_the_query(
    client: TestClient, searcher: Searcher, language: str
) -> None:
    """The page has the number of left out items, also without results, and a link to them."""
    every = searcher.search(None, limit=None, estimated=True, group=False).hits
    one = next(hit for hit in every if hit.date and hit.date.kind == "estimated")
    assert one.date
    for query in ("ferry date:2016", f"id:{one.id} date:{one.date.start.year}"):
        found = client.get("/search.json", params={"q": query}).json()
        assert found["undated_left_out"]
        page = page_of(client, f"/search?q={query.replace(' ', '+')}&ui={language}")
        said = reader_of(language).many("undated_left", found["undated_left_out"])
        assert str(said) in words(page.xpath("//main")[0])
        (link, *_) = page.xpath("//a[contains(@href, 'estimated=1')]/@href")
        added = client.get(link.replace("/search?", "/search.json?")).json()
        assert added["total"] == found["total"] + found["undated_left_out"]
    assert found["total"] == 0
    page = page_of(client, f"/search?q=ferry&from=2090&ui={language}")
    assert not page.xpath("//a[contains(@href, 'estimated=1')]")
