"""What a writer clears away is its own, and what a stranger left under its names keeps it from nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.indexing import build
from indexer.store.publication import clear_leftovers


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source of one item."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "A ferry", "language": "en", "countries": []}))
    return path


@pytest.fixture
def index(source: Path, tmp_path: Path) -> Path:
    """An index of it."""
    folder = tmp_path / "index"
    build([source], folder, own_thesaurus=False)
    return folder


def test_a_pipe_in_the_place_of_the_unfinished_blocks_no_writer(index: Path) -> None:
    """A pipe is removed, not opened, which would wait for somebody to write into it."""
    pipe = index / "segments" / "unfinished"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # so that whoever opens it all the same does not wait
    try:
        clear_leftovers(index)
    finally:
        os.close(held)
    assert not pipe.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("segments/segment2.seg", "segments/segment7.text.tmp", "segments/thesaurus2.labels"),
        *("segments/contents.json", "_MAIN_1.toc", "_MAIN_2.toc", "_MAIN_9.toc.new"),
    ],
)
def test_a_folder_under_a_name_of_ours_stays_and_keeps_no_writer_out(
    source: Path, index: Path, name: str
) -> None:
    """We make no folder of that name: it is somebody else's, and we write beside it."""
    (index / name).unlink(missing_ok=True)
    (index / name).mkdir()
    (index / name / "thesis").write_text("years of work")
    build([source], index, own_thesaurus=False)
    assert (index / name / "thesis").read_text() == "years of work"
    assert check_index(index).findings == ()


@pytest.mark.parametrize("name", ["_MAIN_notes.toc", "_MAIN_1.toc.bak", "_MAIN_.toc", "x_MAIN_1.toc"])
def test_files_that_are_merely_called_like_tables_of_whoosh_stay(index: Path, name: str) -> None:
    """Only what bears the whole name of a table that we wrote is removed."""
    (index / name).write_text("mine")
    clear_leftovers(index)
    assert (index / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["dragoman.lock", "dragoman.json.new"])
def test_what_stands_in_the_way_of_a_write_is_named(source: Path, index: Path, name: str) -> None:
    """Whoever has to remove it learns its name."""
    (index / name).unlink(missing_ok=True)
    (index / name).mkdir()
    with pytest.raises(IndexFolderError, match=rf"index/{name}”: Is a directory"):
        build([source], index, own_thesaurus=False)
