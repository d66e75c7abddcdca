"""The real page compared with its labels: extraction is as good as docs/explanation/extraction.md states."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indexer.documents import read_items
from indexer.item import NewsItem
from indexer.sources import Skipped
from indexer.store.indexing import build, update
from searcher import Searcher
from searcher.reading.over_time import over_time


@pytest.fixture(scope="module")
def read(feed: Path) -> tuple[list[NewsItem], list[Skipped]]:
    """Return the items of the page, and the reports of skipped parts."""
    skipped: list[Skipped] = []
    return [*read_items(feed, skipped.append)], skipped


@pytest.fixture(scope="module")
def items(read: tuple[list[NewsItem], list[Skipped]]) -> list[NewsItem]:
    return read[0]


@pytest.fixture(scope="module")
def scores(feed: Path, items: list[NewsItem], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the figures of the labels' own scorer."""
    labels = feed.parents[1] / "eval"
    found = tmp_path_factory.mktemp("feed") / "items.jsonl"
    with found.open("w", encoding="utf-8") as handle:
        for item in items:
            handle.write(json.dumps(item.to_record(), ensure_ascii=False) + "\n")
    scorer = [sys.executable, labels / "score_items.py", found, labels / "items_dev.jsonl"]
    options = ["--undated", labels / "undated_dev.jsonl", "--json"]
    done = subprocess.run([*scorer, *options], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_items_titles_and_languages_match_the_labels(scores: dict[str, Any]) -> None:
    """Items begin and end as labelled, with their title and their languages."""
    assert scores["boundaries"]["f1"] >= 0.99
    assert scores["title_accuracy"] >= 0.99
    assert scores["language_accuracy"] == 1.0
    assert scores["languages_accuracy"] >= 0.99


def test_printed_dates_match_the_labels(scores: dict[str, Any]) -> None:
    """Printed dates are read, corrected and completed; none is invented for an item without one."""
    assert scores["dated_accuracy"] >= 0.99
    assert scores["undated_not_invented"] == 1.0


def test_estimated_dates_match_the_labels(scores: dict[str, Any]) -> None:
    """Every undated item has an estimate, which nearly always meets the true interval and is narrow."""
    estimates = scores["estimates"]
    assert estimates["given"] == 1.0
    assert estimates["overlap_bracket"] >= 0.95
    assert estimates["year_right"] >= 0.90
    assert estimates["median_width_days"] < 75


def test_countries_match_the_labels(scores: dict[str, Any]) -> None:
    """Countries are found by name and by place, and few are invented."""
    assert scores["countries_named"]["f1"] >= 0.98
    assert scores["countries_all"]["f1"] >= 0.98


def test_every_line_belongs_to_an_item_or_is_reported(
    feed: Path, read: tuple[list[NewsItem], list[Skipped]]
) -> None:
    """No line of the page is dropped silently."""
    items, skipped = read
    covered = {line for item in items for line in range(item.source.first, item.source.last + 1)}
    lines = feed.read_text(encoding="utf-8").split("\n")
    written = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert covered.isdisjoint(skip.line for skip in skipped)
    assert covered | {skip.line for skip in skipped if skip.line} == written
    assert any("closing lines ignored" in skip.reason for skip in skipped if not skip.line)


def test_ids_survive_a_longer_page(feed: Path, items: list[NewsItem], tmp_path: Path) -> None:
    """Items keep their ids in a later dump with newer items above them."""
    later = tmp_path / "later.txt"
    news = "4 March 2021\nA new page opens\nIt tells of the harbour and of nothing else. Read more here.\n"
    head, _, rest = feed.read_text(encoding="utf-8").partition("\n")
    later.write_text(f"{head}\n{news}{rest}", encoding="utf-8")
    assert [item.id for item in read_items(later)][1:] == [item.id for item in items]


CORRECTED = 30


def corrected(feed: Path, items: list[NewsItem], seed: int) -> str:
    """Return the page with a word, a title or a date line of some items changed, each in a different one."""
    random_ = random.Random(seed)
    lines = feed.read_text(encoding="utf-8").split("\n")
    long = [item for item in items if len(item.body) > 80]
    for number, item in enumerate(random_.sample(long, CORRECTED)):
        rows = [row for row in range(item.source.first - 1, item.source.last) if lines[row].strip()]
        dated = [row for row in rows if len(lines[row]) < 40 and re.search(r"\b(19|20)\d\d\b", lines[row])]
        titled = [row for row in rows if lines[row].strip() == item.title]
        if number % 3 == 0 and dated and item.date and item.date.kind == "printed":
            lines[dated[0]] = re.sub(
                r"\b\d{1,2}\b", lambda day: str(int(day[0]) % 27 + 1), lines[dated[0]], count=1
            )
            continue
        row = titled[0] if number % 3 == 1 and titled else max(rows, key=lambda row: len(lines[row]))
        words = lines[row].split(" ")
        words[len(words) // 2] = "corrected"
        lines[row] = " ".join(words)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_corrected_items_replace_their_old_versions(
    feed: Path, items: list[NewsItem], tmp_path: Path, seed: int
) -> None:
    """Thirty corrected items are thirty replaced ones, each found by its old id, too, and none is added."""
    page, index = tmp_path / feed.name, tmp_path / "index"
    page.write_bytes(feed.read_bytes())
    assert build([page], index, own_thesaurus=False).items == len(items)
    with Searcher(index) as searcher:
        before = {hit.id for hit in searcher.search(None, limit=None, group=False)}
    page.write_text(corrected(feed, items, seed), encoding="utf-8")
    report = update([page], index)
    assert (report.added, report.replaced, report.gone) == (0, CORRECTED, 0)
    assert report.unchanged == len(items) - CORRECTED
    with Searcher(index) as searcher:
        assert {hit.id for hit in searcher.search(None, limit=None, group=False)} == before
    again = update([page], index)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, len(items))


def test_bounds_contain_the_labelled_counts(
    feed: Path, items: list[NewsItem], make_index: Callable[..., Path]
) -> None:
    """In nearly all months the bounds contain the count of items, dated by the middle of their label."""
    lines = (feed.parents[1] / "eval" / "undated_dev.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {label["start"]: label for label in map(json.loads, lines)}
    items = [item for item in items if item.source.first in labels]
    assert len(items) > 50
    truth: Counter[str] = Counter()
    for item in items:
        earliest, latest = (
            date.fromisoformat(labels[item.source.first][end]) for end in ("earliest", "latest")
        )
        truth[f"{earliest + (latest - earliest) / 2:%Y-%m}"] += 1
    index = make_index(*({"body": item.body or "-", "date": item.to_record()["date"]} for item in items))
    with Searcher(index) as searcher:
        (series,) = over_time(searcher, None, by="month")
    bounds = {point.period: (point.low, point.high) for point in series.points}
    months = sorted(bounds.keys() | truth)
    right = [
        month
        for month in months
        if bounds.get(month, (0, 0))[0] <= truth[month] <= bounds.get(month, (0, 0))[1]
    ]
    assert len(right) >= 0.95 * len(months), sorted(set(months) - set(right))
