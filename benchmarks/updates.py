"""Measure a thousand updates of few items: ``python -m benchmarks.updates 100000 1000``.

Each update changes the same item, adds a new item, changes another old item, or does all three (``mixed``). A
table shows the CPU time of queries that run once, relative to the index before the updates, the time of an
update, and the size. The third argument selects one of these ways; by default all are measured.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.corpus import documents, write_corpus
from benchmarks.fresh import KINDS, ask_once, fresh_questions
from benchmarks.peers.dragoman_peer import open_index
from benchmarks.processes import size_of
from benchmarks.timing import Spread
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.question import Question

WAYS: Final = ("same", "new", "old", "mixed")
QUESTIONS: Final = 1_200
WARM_UP: Final = 200  # queries of these that are not measured


def main(arguments: list[str]) -> None:
    """Update an index repeatedly in each way, and print a table."""
    count, updates = map(int, arguments[:2] or ("20000", "200"))
    items = [dict(item) for item in documents(count + updates)]
    print("| updates | question, median | p95 | update, median | worst | segments | size | unreferenced |")
    print("|---|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as place:
        fresh, source = Path(place, "fresh"), Path(place, "all.jsonl")
        write_corpus(source, iter(items[:count]))
        build([source], fresh)
        asked = fresh_questions(source, QUESTIONS)
        for way in arguments[2:] or WAYS:
            updated = Path(place, way)
            shutil.copytree(fresh, updated)
            changes = [_changes(items, way, count, number) for number in range(updates)]
            times = [_update(updated, change) for change in changes]
            manifest = Manifest.read(updated)
            left = {path.name for path in (updated / "segments").iterdir()} - set(manifest.checksums)
            documents_of = " + ".join(f"{entry.documents:,}" for entry in manifest.segments)
            middle, high = _slower(updated, fresh, asked)
            print(
                f"| {updates:,}, {way} | {middle:.2f}x | {high:.2f}x | {median(times) * 1000:.0f} ms"
                f" | {max(times) * 1000:.0f} ms | {documents_of} | {size_of(updated) / size_of(fresh):.3f}x"
                f" | {len(left)} |",
                flush=True,
            )


def _changes(items: Sequence[dict[str, Any]], way: str, count: int, number: int) -> list[dict[str, Any]]:
    """Return the items of one update."""
    if way == "mixed":
        return [item for one in WAYS[:3] for item in _changes(items, one, count, number)]
    if way == "new":
        return [items[count + number]]
    item = items[0 if way == "same" else number * (count // 1000 or 1) % count]
    return [{**item, "text": f"{item['text']} change{number}"}]


def _update(folder: Path, changed: Sequence[dict[str, Any]]) -> float:
    """Update an index, and return the CPU time in seconds."""
    source = folder.with_suffix(".jsonl")
    source.write_text("".join(json.dumps(item) + "\n" for item in changed), encoding="utf-8")
    started = process_time()
    update([source], folder)
    return process_time() - started


def _slower(updated: Path, fresh: Path, asked: Sequence[Question]) -> tuple[float, float]:
    """Return the ratios of the median and the 95th percentile of query times on two indexes."""
    sides = ask_once([(open_index(folder), KINDS) for folder in (updated, fresh)], asked, WARM_UP)
    spreads = [Spread.of([*times.values()]) for times in sides]
    return spreads[0].median / spreads[1].median, spreads[0].p95 / spreads[1].p95


if __name__ == "__main__":
    main(sys.argv[1:])
