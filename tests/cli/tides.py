"""Sources of a few items each, and the items that an index has of them."""

from __future__ import annotations

import json
from pathlib import Path

from indexer.store.check import check_index
from searcher import Searcher

TEXT = "The {} {} was under water, and the people of the town were told to stay at home until the evening."


def write(path: Path, *numbers: int, word: str = "quay") -> Path:
    """Write records without ids, each with its own day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [
        {
            "title": f"Tide {number}",
            "body": TEXT.format(word, number),
            "date": f"2019-03-{number:02}",
            "language": "en",
        }
        for number in numbers
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def titles(index: Path) -> set[str]:
    """Return the titles of all items."""
    assert check_index(index).findings == ()
    with Searcher(index) as searcher:
        return {hit.title or "" for hit in searcher.search(None, limit=None, group=False)}
