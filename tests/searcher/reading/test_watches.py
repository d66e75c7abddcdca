"""Watches from Python: each stores its index, and compares with no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import DragomanError
from indexer.store.deletion import delete
from searcher import Searcher
from searcher.reading.watch import Watch, Watches


def test_a_watch_uses_only_its_own_index(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Another index is refused with the remedy; after a move the watch starts again with its query."""
    first = make_index({"id": "a", "body": "a ferry"}, {"id": "b", "body": "the ferry"}, name="first")
    second = make_index({"id": "x", "body": "one ferry"}, name="second")
    watches = Watches(tmp_path / "watches")
    with Searcher(first) as searcher:
        watches.keep(Watch.begin("boats", searcher, "ferry", languages=["en"]))
    watch = watches.read("boats")
    assert watch.place == watch.receipt.place == str(first)
    with Searcher(second) as searcher:
        with pytest.raises(DragomanError, match=r"“boats” uses the index .*first, not .*second; .*move"):
            watch.look(searcher)
        moved = watch.move(searcher)
        assert moved.place == moved.receipt.place == str(second)
        assert moved.receipt.asked == watch.receipt.asked
        assert moved.look(searcher)[0].holds
    delete(first, lambda: ["a"])
    with Searcher(watch.place) as searcher:
        found, after = watch.look(searcher)
    assert [(one.what, one.id) for one in found.differences] == [("went", "a")]
    assert after.place == watch.place
