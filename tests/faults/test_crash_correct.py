"""Corrections and tags killed with -9 at random moments: file and index agree after the next write."""

import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from faults.forking_writer import Writers
from faults.full_disk import PAGE, fill
from faults.small_thesaurus import build

from indexer.api import build as build_index
from indexer.api import tag
from indexer.store.check import check_index
from indexer.store.indexing import update
from searcher import Searcher


@pytest.mark.slow
@pytest.mark.parametrize("command", ["correct", "tag"])
@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.faults)])
def test_a_killed_correction_is_in_file_and_index_or_neither(
    writers: Writers, tmp_path: Path, command: str, rounds: int
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
        ended = writers.run(command, index, ids, kill_after=after)
        assert ended.killed or not ended.code, ended.said
        whole = whole or ended.seconds
        lines = file.read_text().splitlines() if file.exists() else []
        written = [json.loads(line).get("date", "tagged") for line in lines]
        assert written in ([], ["1999" if command == "correct" else "tagged"])
        assert check_index(index).findings == ()
        assert ended.killed or _is_changed(index)
        states.add((bool(written), _is_changed(index)))
        update([source], index, corrections=file if written else None)
        assert _is_changed(index) == bool(written)
        for unfinished in tmp_path.glob(".corrections.jsonl.*.part"):
            assert not written
            unfinished.unlink()
    assert states <= {(False, False), (True, False), (True, True)}
    assert (True, True) in states


def _is_changed(index: Path) -> bool:
    with Searcher(index) as searcher:
        item = searcher.item("a1")
    assert item.date
    return item.date.start.year == 1999 or item.tags == ("lit",)


@pytest.mark.slow
def test_a_full_disk_keeps_every_acknowledged_tag(writers: Writers, small_disk: Path) -> None:
    """A refused tag is in no index, an acknowledged one is in file and index; with free space it succeeds."""
    source, ids = small_disk / "a.jsonl", small_disk / "ids"
    source.write_text('{"id": "a1", "title": "The lamp", "body": "A lamp was lit", "date": "2019-03-04"}\n')
    ids.write_text("a1")
    index, old, file = small_disk / "index", small_disk.parent / "old", small_disk / "corrections.jsonl"
    build([source], old)
    codes = set()
    for left in range(0, 12 * PAGE, PAGE):
        (small_disk / "filler").unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(old, index)
        fill(small_disk, left)
        ended = writers.run("tag", index, ids)
        codes.add(ended.code)
        assert ended.code in (0, 2), ended.said
        assert ended.code == 0 or len(ended.said.strip().splitlines()) == 1
        assert check_index(index).findings == ()
        assert _is_changed(index) == (ended.code == 0)
        assert ended.code or file.exists()
        (small_disk / "filler").unlink()
        writers.run("tag", index, ids)
        assert _is_changed(index)
    assert codes == {0, 2}


def test_two_writers_lose_no_tag(tmp_path: Path) -> None:
    """Each waits for the other; all tags are in file and index."""
    index, file = tmp_path / "index", tmp_path / "corrections.jsonl"
    build_index(index, items=[{"id": f"a{number}", "title": "The lamp"} for number in range(3)])

    def write(name: str) -> None:
        for number in range(6):
            tag(index, f"a{number % 3}", add=f"{name}{number}", corrections=file, wait=60)

    with ThreadPoolExecutor(2) as pool:
        [*pool.map(write, "xy")]
    assert len(file.read_text().splitlines()) == 12
    with Searcher(index) as searcher:
        found = [searcher.item(f"a{number}").tags for number in range(3)]
    assert found == [tuple(f"{name}{n}" for name in "xy" for n in (at, at + 3)) for at in range(3)]
    assert check_index(index).findings == ()
