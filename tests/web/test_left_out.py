"""The count of items that estimated dates would add to an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from page_reading import client_of, page_of

from searcher import Searcher
from searcher.commands.program import cli
from searcher.present.catalogue import LANGUAGES
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time
from searcher.web.page.messages import reader_of

QUERIES = (
    "date:2016",
    "ferry date:2016",
    "ferry OR date:2016",
    "(ferry AND date:2016) OR flood",
    "NOT date:2016",
    "ferry -date:2016..2017",
    "NOT date:unknown",
    "date:unknown",
    '"ferry safety" date:2014..2020',
    "2016",
    "March 2016",
    "ferry 2016",
    "ferry",
)


@pytest.fixture
def archive(sample_index: Path) -> Iterator[Searcher]:
    """Return a searcher of the sample archive, some of whose items have estimated dates."""
    with Searcher(sample_index) as searcher:
        yield searcher


@pytest.mark.parametrize(
    ("query", "params"),
    [
        *[(query, params) for query in QUERIES for params in ({}, {"date_from": "2017"}, {"via": "typed"})],
        ("ferry 2016", {"all_words": True}),
        ("ferry safety date:2014..2018", {"all_words": True}),
    ],
)
def test_the_count_is_of_items_that_estimates_add(
    archive: Searcher, query: str, params: dict[str, object]
) -> None:
    """Dates as filters, in the query and in words are counted the same way, excluded ones included."""
    without, added = (
        archive.search(query, limit=None, group=False, estimated=estimated, **params)  # type: ignore[arg-type]
        for estimated in (False, True)
    )
    assert without.relaxed is added.relaxed is None
    ids = [{hit.id for hit in results.hits} for results in (without, added)]
    assert without.undated_left_out == len(ids[1] - ids[0])
    assert added.undated_left_out == 0


def test_items_that_no_estimate_adds_are_not_counted(make_index: Callable[..., Path]) -> None:
    """Items without any date, and those with an estimate outside of the filter, are not counted."""
    folder = make_index({"body": "tide", "date": "2018"}, {"body": "tide"}, {"body": "market"})
    with Searcher(folder) as searcher:
        assert searcher.search("tide", date_from="2018").undated_left_out == 0
        assert searcher.search("tide date:2018").undated_left_out == 0


def test_estimates_of_other_years_are_not_counted(archive: Searcher) -> None:
    """A filter that no estimate overlaps leaves nothing out."""
    assert archive.search("ferry", date_from="2090").undated_left_out == 0
    assert archive.search("ferry date:2090..").undated_left_out == 0


def test_a_relaxed_answer_counts_for_the_typed_query(archive: Searcher) -> None:
    """If the typed query only matches by an estimate, this is counted for the query itself."""
    estimated = archive.search(None, limit=None, estimated=True, group=False)
    one = next(hit for hit in estimated.hits if hit.date and hit.date.kind == "estimated" and hit.title)
    phrase = f'"{one.title}"'
    query = f"{phrase} date:{one.date.start.year}" if one.date else phrase
    results = archive.search(query)
    assert archive.search(query, strict=True).total == 0
    assert results.undated_left_out == archive.search(query, estimated=True, group=False).total == 1


def test_reading_tools_count_dates_of_the_query(archive: Searcher) -> None:
    """Over time and in a batch, dates in the query are counted like those of the filters."""
    expected = archive.search("ferry", date_from="2016", date_to="2016").undated_left_out
    assert expected
    (series,) = over_time(archive, "ferry AND date:2016")
    assert series.read()["undated_left_out"] == expected
    (row,) = batch(archive, ["ferry AND date:2016"]).rows
    assert row.undated_left_out == expected


def test_similar_items_count_those_that_estimates_add(archive: Searcher) -> None:
    """Similar items are counted without the item itself."""
    counts = 0
    for hit in archive.search("ferry").hits:
        for group in (True, False):
            without, added = (
                archive.similar(hit.id, date_from="2016", date_to="2016", estimated=one, group=group)
                for one in (False, True)
            )
            assert without.undated_left_out == added.total - without.total
            assert added.undated_left_out == 0
            counts += without.undated_left_out
    assert counts


@pytest.mark.parametrize("command", ["search", "facets", "timeline", "stories", "export", "concordance"])
def test_commands_report_dates_in_the_query(sample_index: Path, tmp_path: Path, command: str) -> None:
    """The note is that of a filter by date."""
    lines = []
    for arguments in (["ferry AND date:2016"], ["ferry", "--from", "2016", "--to", "2016"]):
        rest = ["-o", str(tmp_path / f"{len(lines)}.jsonl")] if command == "export" else []
        result = CliRunner().invoke(cli, [command, *arguments, "--index", str(sample_index), *rest])
        lines.append([line for line in result.stderr.splitlines() if "left out by the dates" in line])
    assert lines[0] == lines[1]
    assert len(lines[0]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_suggests_estimates_for_dates_in_the_query(sample_index: Path, language: str) -> None:
    """The page has the number of left out items, also without results, and a link to them."""
    reader = reader_of(language)
    with client_of(sample_index) as client, Searcher(sample_index) as searcher:
        dated = [
            item for item in searcher.search(None, limit=None, estimated=True, group=False).hits if item.date
        ]
        one = next(hit for hit in dated if hit.date and hit.date.kind == "estimated")
        assert one.date
        alone = f"id:{one.id} date:{one.date.start.year}"
        for query in ("ferry date:2016", alone):
            found = client.get("/search.json", params={"q": query}).json()
            assert found["undated_left_out"]
            page = page_of(client, f"/search?q={query.replace(' ', '+')}&ui={language}")
            text = " ".join(page.xpath("string(//main)").split())
            assert str(reader.many("undated_left", found["undated_left_out"])) in text
            (link, *_) = page.xpath("//a[contains(@href, 'estimated=1')]/@href")
            added = client.get(link.replace("/search?", "/search.json?")).json()
            assert added["total"] == found["total"] + found["undated_left_out"]
        assert found["total"] == 0
        page = page_of(client, f"/search?q=ferry&from=2090&ui={language}")
        assert not page.xpath("//a[contains(@href, 'estimated=1')]")


def test_json_and_the_table_of_a_batch_have_the_count(sample_index: Path, tmp_path: Path) -> None:
    """A row of a batch has the count in each format."""
    file = tmp_path / "questions.txt"
    file.write_text("ferry AND date:2016\n")
    command = ["batch", str(file), "--index", str(sample_index)]
    row = json.loads(CliRunner().invoke(cli, [*command, "--format", "json"]).stdout)["rows"][0]
    table = CliRunner().invoke(cli, command).stdout
    assert f"left out by the dates, found with --estimated: {row['undated_left_out']}" in table
