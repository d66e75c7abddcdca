"""Versions of items: the latest one is in the index, whichever source has it and in whichever order."""

import json
from pathlib import Path
from typing import Any

import pytest
from tables import by_table

from indexer.documents import read_documents
from indexer.documents.document import make_document
from indexer.item import NewsItem, SourceLines
from indexer.store import item_identity
from indexer.store.check import check_index
from indexer.store.indexing import build, update
from indexer.store.item_identity import items_once
from indexer.store.writer import FolderSegment
from searcher import Searcher

GUID = "urn:newsml:puerto.example:20180305:q1"


def version(number: int | None, created: str = "", guid: str = GUID) -> dict[str, Any]:
    """Return a version of an item of an agency in ninjs."""
    stated = {} if number is None else {"version": str(number)}
    return stated | {
        "uri": guid,
        "versioncreated": created or f"2018-03-0{number}T10:00:00Z",
        "headline": f"The quay, version {number}{created}",
        "body_text": f"Text number {number} of the quay.",
        "language": "en",
    }


def write(path: Path, *records: dict[str, Any]) -> Path:
    """Write records as a list."""
    path.write_text(json.dumps(records))
    return path


def titles(index: Path) -> list[str | None]:
    """Return the titles of all items of an index that is sound."""
    assert not check_index(index).findings
    with Searcher(index) as searcher:
        return sorted(hit.title or "" for hit in searcher.search(None, limit=None).hits)


@pytest.mark.parametrize("order", [(1, 3, 2), (3, 2, 1)])
def test_one_source_keeps_the_latest_version(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Of several versions in a file the latest is indexed, the others are reported."""
    source = write(tmp_path / "a.json", *map(version, order), version(9, guid="urn:other:1"))
    report = build([source], tmp_path / "index")
    assert titles(tmp_path / "index") == ["The quay, version 3", "The quay, version 9"]
    assert (report.added, report.items, report.skipped.total) == (2, 2, 2)
    assert {one.reason.partition(" “")[0] for one in report.skipped.first} == {"an older version of the item"}
    assert sorted(one.line for one in report.skipped.first) == sorted(
        order.index(number) + 1 for number in (1, 2)
    )


@pytest.mark.parametrize("order", [(1, 3, 2), (3, 2, 1)])
def test_sources_keep_the_latest_version(tmp_path: Path, order: tuple[int, ...]) -> None:
    """A build of several sources, and an update with one after the other, give the same."""
    sources = [write(tmp_path / f"{number}.json", version(number)) for number in order]
    build(sources, tmp_path / "whole")
    build(sources[:1], tmp_path / "index")
    for source in sources[1:]:
        update([source], tmp_path / "index")
        update([source], tmp_path / "index")
    report = update(None, tmp_path / "index")
    assert (report.unchanged, report.replaced, report.gone, report.skipped.total) == (3, 0, 0, 0)
    assert titles(tmp_path / "whole") == titles(tmp_path / "index") == ["The quay, version 3"]
    for index in ("whole", "index"):
        with Searcher(tmp_path / index) as searcher:
            (hit,) = searcher.search("quay").hits
            assert searcher.item(hit.id).source.file == "3.json"
            assert searcher.item(hit.id).since == 1
            assert sum(source["items"] for source in searcher.info()["sources"]) == 1


def test_versions_are_found_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that looks documents up in batches, such as a cluster, gives the same."""
    monkeypatch.setattr(FolderSegment, "is_remote", True)
    build([write(tmp_path / "a.json", version(2), version(4, guid="urn:x:1"))], tmp_path / "index")
    report = update([write(tmp_path / "b.json", version(1), version(3), version(2))], tmp_path / "index")
    assert (report.replaced, report.items) == (1, 2)
    assert titles(tmp_path / "index") == ["The quay, version 3", "The quay, version 4"]


def test_an_update_counts_older_versions_as_unchanged(tmp_path: Path) -> None:
    """An older version changes nothing, a newer one replaces, and two at once replace once."""
    build([write(tmp_path / "a.json", version(2))], tmp_path / "index")
    report = update([write(tmp_path / "b.json", version(1))], tmp_path / "index")
    assert (report.unchanged, report.replaced, report.added) == (1, 0, 0)
    report = update([write(tmp_path / "c.json", version(3), version(4))], tmp_path / "index")
    assert (report.replaced, report.added, report.items, report.skipped.total) == (1, 0, 1, 1)
    report = update(
        [write(tmp_path / "d.json", version(4)), write(tmp_path / "e.json", version(5))], tmp_path / "index"
    )
    assert (report.replaced, report.items) == (1, 1)
    assert titles(tmp_path / "index") == ["The quay, version 5"]


def test_the_time_of_a_version_decides_without_numbers(tmp_path: Path) -> None:
    """Versions without a number are ordered by the time at which they were created."""
    times = ("2018-03-05T10:00:00Z", "2018-03-05T12:00:00Z", "2018-03-05T11:00:00Z")
    build([write(tmp_path / "a.json", *(version(None, time) for time in times))], tmp_path / "index")
    assert titles(tmp_path / "index") == ["The quay, version None2018-03-05T12:00:00Z"]


def test_waiting_versions_are_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many waiting documents do not stay in memory."""
    monkeypatch.setattr(item_identity, "_IN_MEMORY", 1000)
    records = [version(1 + number % 3, guid=f"urn:x:{number // 3}") for number in range(300)]
    report = build([write(tmp_path / "a.json", *records)], tmp_path / "index")
    assert (report.items, report.skipped.total) == (100, 200)
    assert titles(tmp_path / "index") == ["The quay, version 3"]  # of near duplicates


def test_a_preview_reports_older_versions(tmp_path: Path) -> None:
    """A preview shows each version that is newer than those before, and reports others."""
    source = write(tmp_path / "a.json", version(2), version(1), version(3))
    skipped: list[Any] = []
    found = [*items_once(read_documents(source, skipped.append), skipped.append)]
    assert [one.title for one in found] == ["The quay, version 2", "The quay, version 3"]
    assert [one.line for one in skipped] == [2]


def test_exported_items_keep_their_versions(tmp_path: Path) -> None:
    """An export takes part in the order of versions."""
    build([write(tmp_path / "a.json", version(2))], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher:
        searcher.export(tmp_path / "all.jsonl")
    build([tmp_path / "all.jsonl", write(tmp_path / "b.json", version(1))], tmp_path / "again")
    assert titles(tmp_path / "again") == ["The quay, version 2"]


@by_table
def test_a_record_states_its_further_facts(changes: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a case
    """A key of a fact is found in all records that have it, and never in texts."""
    place = SourceLines("a.json", 1, 1)
    facts = {"id": "q1", "title": None, "body": "A quay.", "url": None, "date": None, "language": "en"}
    facts |= {"languages": ("en",), "countries": (), "source": place}
    item = NewsItem(**facts | changes)
    languages = ("en", "fr")[: item.body.count("\n") + 1]
    assert make_document(item, None, languages).has_key(b'"version":"') is expected
