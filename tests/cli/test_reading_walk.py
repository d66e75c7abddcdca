"""The steps of docs/how-to from a count to a documented finding, over a folder."""

from pathlib import Path

from reading_walk import Walk


def test_the_steps_of_a_finding_agree(tmp_path: Path) -> None:
    """Timeline, items, lines, a batch of fifty names, watch, receipt and correction agree with each other."""
    highest, ids, *_ = Walk(tmp_path, "index").findings()
    assert highest["dated"] == len(ids)
