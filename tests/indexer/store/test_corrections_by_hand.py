"""Corrections by hand: whatever happens to sources, file and index, both say what people said last."""

from __future__ import annotations

from pathlib import Path

import pytest
from corrected_desk import Desk, told
from examples import examples

from indexer import build
from indexer.store.check import check_index


@pytest.mark.parametrize("seed", range(examples(2)))
def test_file_index_and_rebuilt_index_say_the_same(tmp_path: Path, seed: int) -> None:
    """After any sequence of changes of sources, file and index, an item is as its source and people say."""
    desk = Desk(tmp_path, seed)
    for _ in range(14):
        desk.step()
        assert told(desk.index) == desk.expected()
    assert check_index(Path(desk.index)).findings == ()
    again = str(tmp_path / "again")
    report = build(again, desk.sources, corrections=desk.file, own_thesaurus=False)
    assert report.corrections
    assert {why for _, why in report.corrections.told} <= {"it fits no item of the index"}  # it was deleted
    assert told(again) == desk.expected()
