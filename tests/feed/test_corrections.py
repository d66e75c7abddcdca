"""The real page, corrected: each corrected item replaces its old version, and no other is changed."""

import random
import re
from pathlib import Path

import pytest

from indexer.documents import read_items
from indexer.store.indexing import build, update
from searcher import Searcher

CORRECTED = 30


def corrected(feed: Path, seed: int) -> str:
    """Return the page with a word, a title or a date line of some items changed, each in a different one."""
    random_ = random.Random(seed)
    lines = feed.read_text(encoding="utf-8").split("\n")
    items = [item for item in read_items(feed) if len(item.body) > 80]
    for number, item in enumerate(random_.sample(items, CORRECTED)):
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
def test_corrected_items_replace_their_old_versions(feed: Path, tmp_path: Path, seed: int) -> None:
    """Thirty corrected items are thirty replaced ones, each found by its old id, too, and none is added."""
    page, index = tmp_path / feed.name, tmp_path / "index"
    page.write_bytes(feed.read_bytes())
    items = build([page], index, own_thesaurus=False).items
    with Searcher(index) as searcher:
        before = {hit.id for hit in searcher.search(None, limit=None, group=False)}
    page.write_text(corrected(feed, seed), encoding="utf-8")
    report = update([page], index)
    assert (report.added, report.replaced, report.gone) == (0, CORRECTED, 0)
    assert report.unchanged == items - CORRECTED
    with Searcher(index) as searcher:
        assert {hit.id for hit in searcher.search(None, limit=None, group=False)} == before
    again = update([page], index)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, items)
