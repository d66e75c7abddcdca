"""Measure the grouping of near duplicates: python -m benchmarks.duplicates [ITEMS] [SHARE].

A share of the corpus items is replaced by a copy of an earlier item, a reprint with an agency line, a cut
version, or a text with three other words. The CPU times are of the whole build, of its grouping step, and of
a second grouping after one new item.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.corpus import SEED, documents
from indexer.codec.array_index import ArrayIndex
from indexer.codec.duplicate_sets import Groups
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.store.duplicate_candidates import Candidates, KeptGroups
from indexer.store.duplicate_grouping import all_groups, changed_groups
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ITEMS: Final = 100_000
SHARE: Final = 0.2
MIN_DISTANCE: Final = 40  # words of a text that is duplicated


def planted(count: int, share: float, families: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the items of a corpus, some of them duplicates, and record the first item of each family."""
    chance = random.Random(SEED)
    known: list[dict[str, Any]] = []
    for item in documents(count):
        words = []
        if known and chance.random() < share:
            first = chance.choice(known)
            words = first["text"].split()
            families[item["id"]] = first["id"]
            item = {**first, "id": item["id"], "title": item["title"]}  # noqa: PLW2901 - replaced
            way = chance.randrange(4)
            if way == 1:
                words = ["PARIS,", "March", "3", "(AFP)", "-", *words]
            elif way == 2:
                words = words[: max(MIN_DISTANCE // 2, len(words) // 2)]
            elif way == 3:
                for _ in range(3):
                    words[chance.randrange(len(words))] = "corrected"
            item["text"] = " ".join(words)
        elif len(item["text"].split()) >= MIN_DISTANCE:
            families[item["id"]] = item["id"]
            known.append(item)
        yield item


def _found_pairs(found: Sequence[Any], index: ArrayIndex, families: dict[str, str]) -> str:
    """Compare the found pairs with the planted ones."""
    pairs: set[tuple[str, str]] = set()
    for _, members in found:
        pairs.update(combinations([index.head(document)[0] for document in members], 2))
    right = sum(families.get(one, one) == families.get(other, other) for one, other in pairs)
    wanted = sum(size * (size - 1) // 2 for size in Counter(families.values()).values())
    return f"precision {right / max(len(pairs), 1):.4f}, recall {right / max(wanted, 1):.4f} over pairs"


def main() -> None:
    """Build, group, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    share = float(sys.argv[2]) if len(sys.argv) > 2 else SHARE
    families: dict[str, str] = {}
    items = [*planted(count, share, families)]
    with TemporaryDirectory() as name:
        folder = Path(name) / "index"
        started = process_time()
        build([], folder, items=items)
        print(f"build of {count:,} items, {share:.0%} planted: {process_time() - started:.2f} s")
        segments = [entry.open(folder / SEGMENTS_FOLDER) for entry in Manifest.read(folder).segments]
        started = process_time()
        found = all_groups(Candidates(segments, [()] * len(segments)))
        print(f"grouping alone: {process_time() - started:.2f} s, {len(found):,} groups")
        print(_found_pairs(found, ArrayIndex(segments), families))
        before = {segment.name for segment in segments}
        update([], folder, items=[{**items[0], "id": "new", "text": "The tide came in and went out again."}])
        manifest = Manifest.read(folder)
        segments = [entry.open(folder / SEGMENTS_FOLDER) for entry in manifest.segments]
        known = Groups(manifest.groups.open(folder / SEGMENTS_FOLDER) if manifest.groups else None)
        started = process_time()
        deleted = [segment.deleted for segment in segments]
        standing = KeptGroups(segments, deleted, known)
        new = [segment.name not in before for segment in segments]
        changed_groups(Candidates(segments, deleted), standing, new)
        print(f"grouping after one new item: {(process_time() - started) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
