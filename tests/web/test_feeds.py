"""Feeds: the times of their entries, and new items that match weakly."""

import json
import re
from datetime import datetime as clock
from pathlib import Path
from typing import Any

import pytest
from page_reading import client_of

from dragoman import build, update
from indexer.store import writer
from indexer.store.manifest import MANIFEST, MAX_CHANGED, MAX_COMMITS, CommitTimes
from searcher import Searcher
from searcher.web.page.links import PageContext
from searcher.web.parameters import SearchParams
from searcher.web.routes import search_atom

ITEMS = [
    {"id": f"i{at}", "title": f"Ferry {at}", "body": "The ferry.", "date": "2018-03-14"} for at in range(25)
]


def _entries(index: Path, query: str) -> dict[str, str]:
    text = client_of(index).get(f"/search.atom?{query}").text
    return dict(re.findall(r"item:(\w+)</id>\s*<updated>([^<]+)<", text))


@pytest.fixture(scope="module")
def updated_index(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return an index after a build and two updates, with the times of the three commits."""
    folder = tmp_path_factory.mktemp("updated")
    index, source, items, times = folder / "index", folder / "items.jsonl", [*ITEMS], []

    def commit(day: int, write: Any) -> None:
        class Day(clock):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return clock(2026, 1, day, tzinfo=tz)

        source.write_text("\n".join(map(json.dumps, items)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writer, "datetime", Day)
            write(index, source)
        times.append(json.loads((index / MANIFEST).read_text())["built"])

    commit(1, build)
    weak = f"{'Nets and boats. ' * 80} A ferry."
    items.append({"id": "weak", "title": "Harbour", "body": weak, "date": "2018-03-14"})
    commit(2, update)
    items[3] = ITEMS[3] | {"body": "The ferry was late."}
    commit(3, update)
    return index, times


def test_a_new_weak_match_appears_at_once(updated_index: tuple[Path, list[str]]) -> None:
    """Feeds list the items that came in last first, whatever their rank."""
    index, times = updated_index
    entries = _entries(index, "q=ferry")
    assert len(set(times)) == 3
    assert next(iter(entries)) == "weak"
    assert len(entries) == 10


@pytest.mark.parametrize("query", ["q=ferry&limit=50", "q=ferry&limit=50&sort=newest"])
def test_updated_is_the_time_of_the_commit(updated_index: tuple[Path, list[str]], query: str) -> None:
    """The time of an entry is that of the commit that added the item or last changed it."""
    index, (first, second, third) = updated_index
    entries = _entries(index, query)
    assert (entries["i1"], entries["weak"], entries["i3"]) == (first, second, third)


def test_a_feed_says_which_matches_it_compared(updated_index: tuple[Path, list[str]]) -> None:
    """Of more matches than one request may read, those added last of the newest by date are listed."""
    with Searcher(updated_index[0]) as searcher:
        context = PageContext(searcher)
        feeds = [search_atom(SearchParams("ferry"), context, most=most).text for most in (20, 26)]
    assert "<subtitle>10 of 26 items; those added last of the 20 newest by date</subtitle>" in feeds[0]
    assert "<subtitle>10 of 26 items</subtitle>" in feeds[1]


def test_an_index_without_times_has_that_of_its_build() -> None:
    """All items that are older than the first known time get this time."""
    assert CommitTimes(None, "t1", 7).of("any", 3) == "t1"
    later = CommitTimes(CommitTimes(None, "t1", 7).encode_with(8, "t2", ["b"]), "t2", 8)
    assert [later.of("a", 3), later.of("a", 8), later.of("b", 3)] == ["t1", "t2", "t2"]


def test_the_times_of_an_index_are_bounded() -> None:
    """Old commits are dropped, and the ids of changed items before them."""
    text: str | None = None
    for number in range(1, MAX_COMMITS + 20):
        changed = [f"{number}-{at}" for at in range(MAX_CHANGED // 10)]
        text = CommitTimes(text).encode_with(number, f"t{number}", changed)
    times = CommitTimes(text)
    last = MAX_COMMITS + 19
    assert times.of("new", last) == f"t{last}"
    assert times.of("old", 1) == f"t{last - MAX_COMMITS + 1}"
    assert times.of(f"{last - 1}-5", 1) == f"t{last - 1}"
    assert len(text or "") < 40_000
