"""A writer deletes only its own old files, and foreign files with the same names do not disturb it."""

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
    """Return a source of one item."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "A ferry", "language": "en", "countries": []}))
    return path


@pytest.fixture
def index(source: Path, tmp_path: Path) -> Path:
    """Return an index of the source."""
    folder = tmp_path / "index"
    build([source], folder)
    return folder


def test_a_pipe_as_unfinished_file_blocks_no_writer(index: Path) -> None:
    """A pipe is deleted, not opened, which would wait for a writer of the pipe."""
    pipe = index / "segments" / "unfinished"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # so that opening it does not wait
    try:
        clear_leftovers(index)
    finally:
        os.close(held)
    assert not pipe.exists()


def test_foreign_folders_with_our_names_stay(source: Path, index: Path) -> None:
    """We make no folders of these names, so they are kept, and the write succeeds."""
    files = "segment2.seg segment7.text.tmp thesaurus2.labels contents.json".split()
    names = [*(f"segments/{name}" for name in files), "_MAIN_1.toc", "_MAIN_2.toc", "_MAIN_9.toc.new"]
    for name in names:
        (index / name).unlink(missing_ok=True)
        (index / name).mkdir()
        (index / name / "thesis").write_text("years of work")
    build([source], index)
    assert {(index / name / "thesis").read_text() for name in names} == {"years of work"}
    assert check_index(index).findings == ()


def test_files_that_only_look_like_whoosh_tables_stay(index: Path) -> None:
    """Only files with the full name of a table that we wrote are deleted."""
    names = ["_MAIN_notes.toc", "_MAIN_1.toc.bak", "_MAIN_.toc", "x_MAIN_1.toc"]
    for name in names:
        (index / name).write_text("mine")
    clear_leftovers(index)
    assert {(index / name).read_text() for name in names} == {"mine"}


def test_an_obstacle_to_a_write_is_named(source: Path, index: Path) -> None:
    """The message has the name of the file to remove."""
    for name in ("dragoman.json.new", "dragoman.lock"):
        (index / name).unlink(missing_ok=True)
        (index / name).mkdir()
        with pytest.raises(IndexFolderError, match=rf"index/{name}”: Is a directory"):
            build([source], index)
