"""Skipped input is counted completely and kept in part."""

import tracemalloc

import pytest

from indexer.sources import Skipped, Skips
from indexer.sources.source import MAX_KEPT


def test_few_skips_are_all_kept() -> None:
    """Up to the limit each one is kept, in order."""
    skips = Skips()
    told = [Skipped("log.jsonl", line, "no body") for line in range(1, MAX_KEPT + 1)]
    for one in told:
        skips.append(one)
    assert skips.first == told
    assert skips.total == MAX_KEPT


def test_a_reason_for_many_sources_is_counted_once() -> None:
    """A reason that is reported once applies to all of its sources."""
    skips = Skips()
    for file in ("a.txt", "b.txt"):
        skips.append(Skipped(file, 0, "no field “headline”", field=True, once=True))
    assert ([skip.file for skip in skips.first], skips.fields) == (["a.txt"], 1)


@pytest.mark.slow
def test_many_skips_are_counted() -> None:
    """Beyond the limit every one is counted, and memory stays small."""
    skips = Skips()
    tracemalloc.start()
    try:
        for line in range(1, 100_001):
            reason = "no body" if line % 2 else f"the id “{line}” was already used by an earlier item"
            skips.append(Skipped("log.jsonl", line, reason))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert skips.total == 100_000
    assert len(skips.first) == MAX_KEPT
    assert size < 1 << 20
