import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tables import by_table

from indexer.sample import sample_path

CHECKOUT = Path(__file__).parents[2]
ARCHIVE = CHECKOUT / "indexer" / "sample" / "archive.txt"
ANSWERS = Path(__file__).with_name("answers.jsonl")
FEED = CHECKOUT.parent / "shared" / "feed" / "news_feed.txt"

LINES = ARCHIVE.read_text(encoding="utf-8").splitlines()
ITEMS: list[dict[str, Any]] = [json.loads(row) for row in ANSWERS.read_text(encoding="utf-8").splitlines()]
DATED = [item for item in ITEMS if item["date_text"]]
UNDATED = [item for item in ITEMS if not item["date_text"]]

RUN = 9


def lines_of(item: dict[str, Any]) -> list[str]:
    return [line.strip() for line in LINES[item["start"] - 1 : item["end"]]]


def item_with(words: str) -> dict[str, Any]:
    found = [item for item in ITEMS if words in "\n".join(lines_of(item))]
    assert len(found) == 1, f"{words!r} stands in {len(found)} items"
    return found[0]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_the_dated_part_is_first_and_newest_first() -> None:
    """Corrected and completed, the dates never rise down the page, from 2024 to 2016."""
    assert ITEMS == DATED + UNDATED
    days = [date.fromisoformat(item.get("date_corrected") or item["date_start"]) for item in DATED]
    assert days == sorted(days, reverse=True)
    assert {day.year for day in days} == set(range(2016, 2025))


def test_intervals_of_undated_items_fit_the_page() -> None:
    """Every undated item has an interval that includes its year and allows the page to be newest first."""
    assert all("earliest" not in item for item in DATED)
    for item in UNDATED:
        assert item["date_start"] is item["date_end"] is None
        assert item["earliest"] <= item["latest"] <= DATED[-1]["date_start"]
        assert int(item["earliest"][:4]) <= item["best_year"] <= int(item["latest"][:4])
    latest_possible = UNDATED[0]["latest"]
    for item in UNDATED:
        latest_possible = min(latest_possible, item["latest"])
        assert latest_possible >= item["earliest"], item["start"]


@by_table
def test_misleading_names_occur_and_are_not_counted(words: str, tempting: str) -> None:
    """A language, an ocean and a look-alike name are no countries."""
    item = item_with(words)
    assert set(tempting.split()).isdisjoint(item["countries_named"] + item["countries_place"])


@by_table
def test_demonyms_and_cities_are_evidence(words: str, code: str, key: str) -> None:
    """A demonym names a country, a city is a place of it."""
    assert item_with(words)[key] == [code]


def test_sample_path_returns_the_archive() -> None:
    """The package provides the archive as a readable file with its own name."""
    with sample_path() as path:
        assert path.name == "archive.txt"
        assert path.read_bytes() == ARCHIVE.read_bytes()


@pytest.mark.skipif(not FEED.exists(), reason="the real feed is not beside this checkout")
def test_no_text_is_copied_from_the_real_feed() -> None:
    """No run of nine words, in the archive or its answers, is one of the real feed."""
    own = runs("\n".join(LINES), RUN) | runs(ANSWERS.read_text(encoding="utf-8"), RUN)
    assert own.isdisjoint(runs(FEED.read_text(encoding="utf-8"), RUN))
