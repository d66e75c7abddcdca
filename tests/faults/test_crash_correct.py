"""Corrections killed with -9 at random moments: file and index agree after the next write."""

import json
import random
import shutil
from pathlib import Path

import pytest
from faults.forking_writer import Writers
from faults.small_thesaurus import build

from indexer.store.check import check_index
from indexer.store.indexing import update
from searcher import Searcher


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.faults)])
def test_a_killed_correction_is_in_file_and_index_or_neither(
    writers: Writers, tmp_path: Path, rounds: int
) -> None:
    """The line may be in the file before the index has it, never after it; the next update applies it."""
    source, ids, old = tmp_path / "a.jsonl", tmp_path / "ids", tmp_path / "old"
    source.write_text('{"id": "a1", "title": "The lamp", "body": "A lamp was lit", "date": "2019-03-04"}\n')
    ids.write_text("a1")
    build([source], old)
    file, index = tmp_path / "corrections.jsonl", tmp_path / "index"
    chance, whole, states = random.Random(rounds), 0.0, set()
    for number in range(rounds):
        file.unlink(missing_ok=True)
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(old, index)
        after = chance.uniform(0, whole * 1.1) if number else None
        ended = writers.run("correct", index, ids, kill_after=after)
        assert ended.killed or not ended.code, ended.said
        whole = whole or ended.seconds
        lines = file.read_text().splitlines() if file.exists() else []
        written = [json.loads(line)["date"] for line in lines]
        assert written in ([], ["1999"])
        assert check_index(index).findings == ()
        states.add((bool(written), _year(index)))
        update([source], index, corrections=file if written else None)
        assert _year(index) == (1999 if written else 2019)
        for unfinished in tmp_path.glob(".corrections.jsonl.*.part"):
            assert not written
            unfinished.unlink()
    assert states <= {(False, 2019), (True, 2019), (True, 1999)}
    assert (True, 1999) in states


def _year(index: Path) -> int:
    with Searcher(index) as searcher:
        day = searcher.item("a1").date
    assert day
    return day.start.year
