"""The real page compared with its labels: extraction is as good as docs/explanation/extraction.md states."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer.documents import read_items
from indexer.sources import Skipped


@pytest.fixture(scope="module")
def scores(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the figures of the labels' own scorer."""
    labels = feed.parents[1] / "eval"
    found = tmp_path_factory.mktemp("feed") / "items.jsonl"
    with found.open("w", encoding="utf-8") as handle:
        for item in read_items(feed):
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


def test_every_line_belongs_to_an_item_or_is_reported(feed: Path) -> None:
    """No line of the page is dropped silently."""
    skipped: list[Skipped] = []
    covered = {
        line
        for item in read_items(feed, skipped.append)
        for line in range(item.source.first, item.source.last + 1)
    }
    lines = feed.read_text(encoding="utf-8").split("\n")
    written = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert covered.isdisjoint(skip.line for skip in skipped)
    assert covered | {skip.line for skip in skipped if skip.line} == written
    assert any("closing lines such as" in skip.reason for skip in skipped if not skip.line)


def test_ids_survive_a_longer_page(feed: Path, tmp_path: Path) -> None:
    """Items keep their ids in a later dump with newer items above them."""
    later = tmp_path / "later.txt"
    news = "4 March 2021\nA new page opens\nIt tells of the harbour and of nothing else. Read more here.\n"
    head, _, rest = feed.read_text(encoding="utf-8").partition("\n")
    later.write_text(f"{head}\n{news}{rest}", encoding="utf-8")
    before = [item.id for item in read_items(feed)]
    assert [item.id for item in read_items(later)][1:] == before
