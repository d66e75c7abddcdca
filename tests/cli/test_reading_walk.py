"""The way of docs/reading.md from a count to a finding that is kept, over a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reading_walk import Walk

if TYPE_CHECKING:
    from pathlib import Path


def test_a_finding_is_reached_kept_and_proved(tmp_path: Path) -> None:
    """From a timeline to its items and lines, fifty names, a watch, a receipt, a correction: all agree."""
    highest, ids, *_ = Walk(tmp_path, "index").findings()
    assert highest["dated"] == len(ids)
