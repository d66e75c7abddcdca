"""The sample archive through the whole pipeline: results equal the manual answers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indexer.documents import read_items
from indexer.item import NewsItem
from indexer.sample import sample_path

ANSWERS = Path(__file__).with_name("answers.jsonl")

# The title of the item whose date, title and text share one line cannot be distinguished from its text.
RUN_IN_TITLES = 1


@pytest.fixture(scope="module")
def answers() -> dict[tuple[int, int], dict[str, Any]]:
    """Return the manual answers, by the first and last line of each item."""
    rows = map(json.loads, ANSWERS.read_text(encoding="utf-8").splitlines())
    return {(answer["start"], answer["end"]): answer for answer in rows}


@pytest.fixture(scope="module")
def found() -> dict[tuple[int, int], NewsItem]:
    """Return the results of the pipeline, by the first and last line of each item."""
    with sample_path() as path:
        return {(item.source.first, item.source.last): item for item in read_items(path)}


@pytest.fixture(scope="module")
def pairs(
    found: dict[tuple[int, int], NewsItem], answers: dict[tuple[int, int], dict[str, Any]]
) -> list[tuple[NewsItem, dict[str, Any]]]:
    """Return each item with its answer."""
    return [(found[span], answers[span]) for span in sorted(found.keys() & answers.keys())]


def test_boundaries_match_the_answers(
    found: dict[tuple[int, int], NewsItem], answers: dict[tuple[int, int], dict[str, Any]]
) -> None:
    """Every item begins and ends as in the answers, and there is no other item."""
    assert found.keys() == answers.keys()


def test_titles_match_the_answers(pairs: list[tuple[NewsItem, dict[str, Any]]]) -> None:
    """No title is made of prose."""
    wrong = [answer["title"] for item, answer in pairs if item.title != answer["title"]]
    assert len(wrong) <= RUN_IN_TITLES


def test_languages_match_the_answers(pairs: list[tuple[NewsItem, dict[str, Any]]]) -> None:
    """Every item is labelled with its languages, the main one first."""
    for item, answer in pairs:
        assert item.language == answer["language"], answer
        assert set(item.languages) == set(answer["languages"]), answer


def test_printed_dates_match_the_answers(pairs: list[tuple[NewsItem, dict[str, Any]]]) -> None:
    """Ranges, missing years, misprints and foreign month names are all read."""
    for item, answer in pairs:
        if answer["date_precision"] == "none":
            continue
        assert item.date is not None, answer
        printed = answer.get("date_corrected") or answer["date_start"]
        assert item.date.start.isoformat() == printed, answer
        assert item.date.kind == (
            "corrected"
            if answer.get("date_corrected")
            else "inferred"
            if answer["date_precision"] == "no-year"
            else "printed"
        )


def test_estimated_dates_match_the_answers(pairs: list[tuple[NewsItem, dict[str, Any]]]) -> None:
    """Every undated item has an estimate, and nearly all overlap the interval of the answers."""
    undated = [(item, answer) for item, answer in pairs if answer["date_precision"] == "none"]
    missed = 0
    for item, answer in undated:
        assert item.date is not None
        assert item.date.kind == "estimated"
        earliest, latest = (date.fromisoformat(answer[key]) for key in ("earliest", "latest"))
        missed += item.date.start > latest or item.date.end < earliest
    assert missed <= 1


def test_countries_match_the_answers(pairs: list[tuple[NewsItem, dict[str, Any]]]) -> None:
    """Countries are found by name, demonym and place, and no trap is one."""
    wrong = [
        (answer["start"], {mention.code for mention in item.countries}, expected)
        for item, answer in pairs
        if item.language != "und"  # names and demonyms are known in three languages
        and {mention.code for mention in item.countries}
        != (expected := set(answer["countries_named"]) | set(answer["countries_place"]))
    ]
    assert wrong == []
