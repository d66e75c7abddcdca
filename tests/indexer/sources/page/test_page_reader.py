import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from source_samples import read_source
from tables import by_table

from indexer.sources import Skipped
from indexer.sources.page.line_kinds import furniture_reason, is_signature
from indexer.sources.page.page_items import split_page
from indexer.sources.source import ReadContext

SHARED = Path(__file__).parents[5] / "shared"
LABELS = SHARED / "eval" / "items_dev.jsonl"

BODY = "The ferry company adds a second boat on Sundays, since the first has been full all summer."
LINES = st.sampled_from(
    [
        "6 May 2018",
        "7 October",
        "6 May 2018 Boats come home - The fleet came home on Sunday night with forty boats.",
        "A second ferry on Sundays",
        BODY,
        "Read more here.",
        "Download the timetable",
        "Subscribe to our newsletter",
        "Porto, Portugal",
        "Ana Prieto, 3 May 2007",
        "(i) paint the boats",
        "",
        "|",
        "12 May 2019 marks the day of the boats.",
    ]
)


def _split(page: str) -> tuple[list[Any], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(split_page(page, ReadContext("page", skipped.append))), skipped


@example(["6 May 2018", "Read more here.", "Download the timetable"])
@given(st.lists(LINES | st.text(max_size=30), max_size=30))
def test_every_line_is_in_one_item_or_reported(lines: list[str]) -> None:
    """Items follow each other without overlap, and text outside all of them has been reported."""
    page = "\n".join(lines)
    items, skipped = _split(page)
    spans = [(item.source.first, item.source.last) for item in items]
    assert all(first <= last for first, last in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    for skip in skipped:
        more = re.search(r", up to line (\d+)$", skip.reason)
        spans.append((skip.line, int(more[1]) if more else skip.line))
    covered = {number for first, last in spans for number in range(first, last + 1)}
    numbered = enumerate(page.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1)
    left_out = [
        line for number, line in numbered if line.isprintable() and line.strip(" |") and number not in covered
    ]
    assert not left_out


def test_an_item_without_title_or_closing_is_split_by_its_words() -> None:
    """On a long page, an undated paragraph without distinctive words of the item above begins another one."""
    fillers = [f"Ward {n} reports case{n} to the board.\nRead more here." for n in range(99)]
    boats = "A ferry company adds another vessel on Sundays because queues at the quay were long all summer, "
    trees = "Pupils in nine villages planted apple orchards behind their schools last week, with spades that "
    fruit = "Apple orchards need four years before pupils in those villages can harvest, so gardeners will "
    story = [
        "Ferry gets a second boat",
        f"{boats}rain or not.",
        f"{trees}neighbours had lent them.",
        f"{fruit}come.",
    ]
    page = "\n".join(fillers + story)
    items, _ = _split(page)
    assert [len(item.paragraphs) for item in items[-2:]] == [1, 2]
    assert items[-1].title is None


@by_table
def test_navigation_is_recognised(text: str, reason: str | None) -> None:
    """Lines of the page's frame are distinguished from lines of text."""
    assert furniture_reason(text) == reason


def test_a_signature_has_a_name_and_a_date() -> None:
    """A person's name and a date sign a quotation; the name of a town and a title do not."""
    assert is_signature("— Ana María Prieto, 3 May 2007")
    assert not is_signature("Porto, 3 May 2007")
    assert not is_signature("The boats came home, 3 May 2007 was the day")


@pytest.mark.skipif(not LABELS.exists(), reason="the labelled feed is not at hand (../shared/eval)")
def test_the_real_page_is_split_as_labelled() -> None:
    """On the labelled part of the real page, 98 of 100 boundaries and titles are right."""
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    items = list(read_source(SHARED / "feed" / "news_feed.txt").items)
    assert 308 <= len(items) <= 318
    found = {(item.source.first, item.source.last): item.title for item in items}
    spans = [label for label in labels if (label["start"], label["end"]) in found]
    titles = [label for label in spans if found[label["start"], label["end"]] == label["title"]]
    assert len(spans) >= 0.98 * len(labels)
    assert len(titles) >= 0.98 * len(labels)
