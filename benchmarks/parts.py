"""Measure the parts of an index, in bytes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Blocks are named "field.what"; without a field they are columns of the documents.
PARTS = {
    "ids": "postings: document ids",
    "upper": "postings: document ids",
    "uppers": "postings: document ids",
    "upper_from": "postings: document ids",
    "gaps": "postings: document ids",
    "gap": "postings: document ids",
    "gap_of": "postings: document ids",
    "counts": "postings: frequencies",
    "over": "postings: frequencies",
    "impacts": "postings: impacts for ranking",
    "tops": "postings: impacts for ranking",
    "positions": "positions",
    "far": "positions",
    "marks": "positions",
    "country_rows": "country counts of frequent terms",
    "big": "country counts of frequent terms",
    "lengths": "exact lengths",
}


def parts_of(index: Path) -> dict[str, int]:
    """Return the size of each part of an index in bytes, largest first."""
    from indexer.codec.layout import Container

    sizes: Counter[str] = Counter()
    for path in sorted((index / "segments").glob("*.seg")):
        container = Container(path)
        for name in container.names():
            field, dot, what = name.rpartition(".")
            part = PARTS.get(what.split("_at")[0]) or PARTS.get(what)
            if part is None:
                of_field = dot and field not in ("heads", "many", "more")
                part = "term dictionaries" if of_field else "columns, ids, titles"
            sizes[part] += container.count(name) * int(container.kind(name)[1])
    for path in sorted((index / "segments").glob("*.text")):
        sizes["stored text, compressed"] += path.stat().st_size
    return dict(sizes.most_common())
