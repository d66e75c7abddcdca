"""Measure a thousand updates of one item: ``python -m benchmarks.updates 100000 1000``.

Three ways: the same item changed repeatedly, a new item each time, another old item each time. A table shows
the time of a question relative to the index before the updates, the time of an update, and the size.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from benchmarks.corpus import documents, write_corpus
from indexer.errors import DragomanError
from indexer.store.contents import Contents
from indexer.store.indexing import build, update
from searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Sequence

WAYS: Final = ("same", "new", "old")
QUESTIONS: Final = 40
ROUNDS: Final = 12


def main(arguments: list[str]) -> None:
    """Update an index repeatedly in each way, and print a table."""
    count, updates = map(int, arguments or ("20000", "200"))
    items = [dict(item) for item in documents(count + updates)]
    print("| updates | question | update, median | worst | segments | size | unreferenced |")
    print("|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as place:
        fresh, source = Path(place, "fresh"), Path(place, "all.jsonl")
        write_corpus(source, iter(items[:count]))
        build([source], fresh)
        asked = _questions(fresh, items)
        for way in WAYS:
            updated = Path(place, way)
            shutil.copytree(fresh, updated)
            changes = [_change(items, way, count, number) for number in range(updates)]
            times = [_update(updated, change) for change in changes]
            contents = Contents.read(updated)
            left = {path.name for path in (updated / "segments").iterdir()} - set(contents.seals)
            documents_of = " + ".join(f"{entry.documents:,}" for entry in contents.segments)
            slower = _slower(updated, fresh, asked)
            print(
                f"| {updates:,}, {way} | {slower:.2f}x | {median(times) * 1000:.0f} ms"
                f" | {max(times) * 1000:.0f} ms | {documents_of} | {_size(updated) / _size(fresh):.3f}x"
                f" | {len(left)} |",
                flush=True,
            )


def _change(items: Sequence[dict[str, Any]], way: str, count: int, number: int) -> dict[str, Any]:
    """Return the item of an update."""
    if way == "new":
        return items[count + number]
    item = items[0 if way == "same" else number * (count // 1000 or 1) % count]
    return {**item, "text": f"{item['text']} change{number}"}


def _update(folder: Path, item: dict[str, Any]) -> float:
    source = folder.with_suffix(".jsonl")
    source.write_text(json.dumps(item) + "\n", encoding="utf-8")
    started = perf_counter()
    update([source], folder)
    return perf_counter() - started


def _questions(folder: Path, items: Sequence[dict[str, Any]]) -> list[str]:
    """Return valid questions of two words of a title."""
    asked = []
    with Searcher(folder) as searcher:
        for item in items:
            text = " ".join(item["title"].split()[1:3])
            try:
                searcher.search(text, expand=False)
            except DragomanError:  # words that are in nearly every text
                continue
            asked.append(text)
            if len(asked) == QUESTIONS:
                break
    return asked


def _slower(updated: Path, fresh: Path, asked: Sequence[str]) -> float:
    """Return the median ratio of the best times of questions in two indexes, run alternately."""
    best: dict[tuple[Path, str], float] = {}
    with Searcher(updated) as one, Searcher(fresh) as other:
        for _ in range(ROUNDS):
            for folder, searcher in ((updated, one), (fresh, other)):
                for text in asked:
                    started = perf_counter()
                    searcher.search(text, expand=False)
                    taken = perf_counter() - started
                    best[folder, text] = min(best.get((folder, text), taken), taken)
    return median([best[updated, text] / best[fresh, text] for text in asked])


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main(sys.argv[1:])
