"""A corrected item of any kind of source replaces its old version and keeps its id."""

import json
import re
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from indexer.store.check import check_index
from indexer.store.indexing import build, update
from searcher import Searcher

KINDS = {path.name: path.read_bytes() for path in sorted(Path(__file__).with_name("corrected").iterdir())}
RECORDS = KINDS["lines.jsonl"].splitlines(keepends=True)
RECORD: dict[str, Any] = json.loads(RECORDS[0])
CHANGES = {
    "a word": {b"hundred": b"thousand"},
    "the title": {b"A second quay opens": b"Another quay is opened"},
    "the date line": {b"2019-03-07": b"2019-03-06", b"7 March": b"6 March", b"07 Mar": b"06 Mar"},
}


def changed(data: bytes, change: str) -> bytes:
    """Change the first item of a source."""
    for old, new in CHANGES[change].items():
        data = data.replace(old, new)
    return data


EVERYDAY = {*zip(KINDS, [*CHANGES] * len(KINDS), strict=False)}  # each kind once, each change with some kinds


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param(*pair, marks=() if pair in EVERYDAY else pytest.mark.slow)
        for pair in product(KINDS, CHANGES)
    ],
)
def test_a_corrected_item_replaces_its_old_version(tmp_path: Path, name: str, change: str) -> None:
    """After a change of a word, the title or the date line it is the same item, and its old text is gone."""
    source, index = tmp_path / name, tmp_path / "index"
    source.write_bytes(KINDS[name])
    count = build([source], index).items
    with Searcher(index) as searcher:
        old = {hit.id: searcher.item(hit.id) for hit in searcher.search(None, group=False)}
    item_id = next(key for key, item in old.items() if item.title == RECORD["title"])
    source.write_bytes(changed(KINDS[name], change))
    report = update([source], index)
    assert (report.added, report.replaced, report.unchanged, report.gone) == (0, 1, count - 1, 0)
    with Searcher(index) as searcher:
        now = searcher.item(item_id)
        assert (now.title, now.body, now.date) != (old[item_id].title, old[item_id].body, old[item_id].date)
        assert now.since == old[item_id].since == 1
        assert all(searcher.item(former).id == item_id for former in now.former)
        assert searcher.search(None).total == count
    again = update([source], index)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, count)
    assert check_index(index).findings == ()


def test_a_corrected_item_of_an_archive_replaces_the_old_one(tmp_path: Path) -> None:
    """The item may be in any member of a zip archive, and move to another one."""
    source, index = tmp_path / "news.zip", tmp_path / "index"
    for first, second in ((RECORDS[:2], RECORDS[2:]), ([changed(RECORDS[0], "a word")], RECORDS[1:])):
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("a.jsonl", b"".join(first))
            archive.writestr("b.jsonl", b"".join(second))
        report = update([source], index)
    assert (report.added, report.replaced, report.unchanged, report.moved) == (0, 1, 2, 2)


def test_bulletins_with_one_template_are_separate_items(tmp_path: Path) -> None:
    """An item that leaves a feed is no earlier version of a new one with the same template."""
    form = "Bulletin of the harbour: on {} the {} came in at {} with {} containers of {} for the town."
    days = [
        ("Monday", "Alta", "10:15", "45", "apples", "2019-03-04"),
        ("Tuesday", "Berta", "11:40", "12", "timber", "2019-03-05"),
        ("Wednesday", "Clara", "09:05", "31", "paper", "2019-03-06"),
    ]
    source, index = tmp_path / "feed.jsonl", tmp_path / "index"
    for number, told in enumerate(days):
        source.write_text(
            json.dumps({"title": "Bulletin", "body": form.format(*told), "date": told[-1]}) + "\n"
        )
        assert update([source], index).added == 1
        with Searcher(index) as searcher:
            assert searcher.search(None).total == number + 1


def test_one_word_of_a_short_item_may_change(tmp_path: Path) -> None:
    """The item stays the same, although that is a large share of its words."""
    source, index = tmp_path / "tide.jsonl", tmp_path / "index"
    for word, counts in (("two", (1, 0)), ("three", (0, 1)), ("four or five", (1, 0))):
        source.write_text(
            json.dumps({"title": "Tide", "body": f"It is {word} metres.", "date": "2019-03-04"})
        )
        report = update([source], index)
        assert (report.added, report.replaced) == counts


def test_a_link_is_no_sufficient_identity(tmp_path: Path) -> None:
    """All items with the same link are kept, in any order."""
    source, index = tmp_path / "feed.xml", tmp_path / "index"
    feed = KINDS["linked.xml"]
    source.write_bytes(re.sub(b"<item>.*?</item>", b"", feed, count=1, flags=re.DOTALL))
    update([source], index)
    source.write_bytes(feed)
    report = update([source], index)
    assert (report.added, report.replaced, report.unchanged) == (1, 0, 2)
    again = update([source], index)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, 3)
    assert check_index(index).findings == ()


@pytest.mark.parametrize("first", [0, 1])
def test_an_item_of_two_sources_stays_one_item(tmp_path: Path, first: int) -> None:
    """One source may state its language and countries while those of the other are worked out."""
    record, index = RECORD, tmp_path / "index"
    sources = [tmp_path / "stated.jsonl", tmp_path / "found.jsonl"]
    sources[0].write_text(json.dumps(record | {"language": "fr", "countries": ["de"]}))
    sources[1].write_text(json.dumps(record))
    assert update([sources[first]], index).added == 1
    for source in (sources[1 - first], *sources):
        report = update([source], index)
        assert (report.added, report.replaced, report.unchanged) == (0, 0, 1)
    with Searcher(index) as searcher:
        (hit,) = searcher.search(None)
        item = searcher.item(hit.id)
    assert item.language == ("fr", "en")[first]
    assert [place.file for place in (item.source, *item.sources)] == [
        source.name for source in (sources[first], sources[1 - first])
    ]


@pytest.mark.slow
@pytest.mark.parametrize("field", ["url", "section"])
@pytest.mark.parametrize("together", [True, False])
def test_items_with_different_links_or_fields_are_separate(
    tmp_path: Path, field: str, *, together: bool
) -> None:
    """Three of one day, title and text are all kept, read together or one by one, and again."""
    index, record = tmp_path / "index", RECORD
    values = [f"https://news.example/{name}" for name in "xyz"]
    sources = [tmp_path / f"{name}.jsonl" for name in "abcd"]
    for source, value in zip(sources, [*values, values[-1]], strict=True):
        source.write_text(json.dumps(record | {field: value}))
    for read in [sources] if together else [[source] for source in sources]:
        update(read, index)
    again = update(None, index)
    assert (again.added, again.replaced, again.unchanged, again.skipped.total) == (0, 0, 4, 0)
    with Searcher(index) as searcher:
        items = [searcher.item(hit.id) for hit in searcher.search(None, group=False)]
    assert sorted(getattr(item, field) for item in items) == values
    places = sorted([[place.file for place in (item.source, *item.sources)] for item in items])
    assert places == [["a.jsonl"], ["b.jsonl"], ["c.jsonl", "d.jsonl"]]
    assert check_index(index).findings == ()


@pytest.mark.parametrize("steps", [("a", "b"), ("ba",)])
def test_an_item_that_all_its_sources_correct_is_one_again(tmp_path: Path, steps: tuple[str, ...]) -> None:
    """In one update or several, the old text is gone, and its id resolves to the new item."""
    index, old = tmp_path / "index", KINDS["page.txt"]
    sources = {name: tmp_path / f"{name}.txt" for name in "ab"}
    for source in sources.values():
        source.write_bytes(old)
    build([*sources.values()], index)
    with Searcher(index) as searcher:
        (first,) = [hit.id for hit in searcher.search(None) if hit.title == RECORD["title"]]
    for number, step in enumerate(steps):
        for name in step:
            sources[name].write_bytes(changed(old, "a word"))
        report = update([sources[name] for name in step], index, report=tmp_path / "report.jsonl")
        assert (report.gone, report.items) == (0, 3 + (len(steps) > number + 1))
    assert report.replaced == 1
    changes = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert [one["former"] for one in changes if one["change"] == "replaced"] == [first]
    assert (update(None, index).unchanged, update(None, index).gone) == (6, 0)
    with Searcher(index) as searcher:
        item = searcher.item(first)
        assert item.body == RECORD["body"].replace("hundred", "thousand")
        assert sorted(place.file for place in (item.source, *item.sources)) == ["a.txt", "b.txt"]
    assert check_index(index).findings == ()
