"""Files that dead writers leave: the next writer recognises and deletes them, and nothing else."""

import os
from pathlib import Path

import pytest
import whoosh.index
from faults.known_archive import answers, make_items, write_source
from faults.small_thesaurus import build
from faults.two_states import stray_files

import indexer.store.publication
from indexer.errors import IndexFolderError, SourceError
from indexer.store.check import check_index
from indexer.store.indexing import update
from indexer.store.manifest import Manifest
from indexer.store.writer import IndexWriter

LEFT = tuple(
    (
        "segments/thesaurus7.labels segments/thesaurus9.labels.tmp segments/segment7.seg.tmp "
        "segments/segment7.text.tmp segments/segment7.seg segments/segment1.9.del "
        "segments/unfinished/segment7.run0 dragoman.json.new _MAIN_9.toc.new _MAIN_0.toc"
    ).split()
)
FOREIGN = tuple(
    (
        "notes.txt segments/thesaurus7.txt segments/notes.txt segments/segment7.doc "
        "segments/segments.seg _MAIN_.txt _MAIN_notes.toc _MAIN_1.toc.bak _MAIN_.toc x_MAIN_1.toc"
    ).split()
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return an index of ten items."""
    folder = tmp_path / "index"
    build([write_source(tmp_path / "a.jsonl", make_items(1, 10).values())], folder)
    return folder


def _put(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"half")


def test_files_of_a_dead_writer_are_deleted_and_no_others(index: Path, tmp_path: Path) -> None:
    """The next writer deletes files of a dead one, even when it has nothing to write, and no other file."""
    before = answers(index)
    _put(index, (*LEFT, *FOREIGN))
    assert answers(index) == before
    update([tmp_path / "a.jsonl"], index)
    assert answers(index) == before
    assert stray_files(index) == sorted(FOREIGN)


@pytest.mark.parametrize(("name", "content"), [("dragoman.json.new", b'{"appl'), ("dragoman.lock", b"")])
def test_a_first_writer_that_died_locks_nobody_out(tmp_path: Path, name: str, content: bytes) -> None:
    """A folder with only the unfinished manifest, or the lock, of a first build is still ours."""
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / name).write_bytes(content)
    build([write_source(tmp_path / "a.jsonl", make_items(1, 4).values())], folder)
    assert stray_files(folder) == []


def test_a_writer_that_died_leaves_no_stale_whoosh_table(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next writer, even with nothing to write, leaves a Whoosh table of its own generation."""
    changed = write_source(tmp_path / "b.jsonl", make_items(2, 10).values())
    monkeypatch.setattr(indexer.store.publication, "replace_plain", _no_room)
    update([changed], index)
    assert list(index.glob("_MAIN_*")) == []
    monkeypatch.undo()
    update([changed], index)
    assert stray_files(index) == []
    assert whoosh.index.open_dir(str(index)).doc_count() == 10


def _no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_generations_continue_after_the_whoosh_table(index: Path, tmp_path: Path) -> None:
    """A new generation is above every table of Whoosh in the folder, which would count as newer otherwise."""
    (index / "dragoman.json").unlink()
    (index / "_MAIN_41.toc").write_bytes(b"")
    with pytest.raises(IndexFolderError, match="do not belong to Dragoman"):
        build([tmp_path / "a.jsonl"], index)
    (index / "dragoman.json").write_bytes(b"{}")
    build([tmp_path / "a.jsonl"], index)
    assert Manifest.read(index).generation == 42


def test_a_cancelled_writer_leaves_nothing(index: Path, tmp_path: Path) -> None:
    """A write that fails removes the files that it wrote."""
    before = answers(index)
    source = tmp_path / "b.jsonl"
    source.write_text('{"id": "x", "title": "harbour"}\n')
    with pytest.raises(ZeroDivisionError):
        update([source, source], index, progress=lambda _, items: 1 // (1 - items))
    assert answers(index) == before
    assert stray_files(index) == []


def test_a_foreign_folder_gets_no_lock(tmp_path: Path) -> None:
    """No file of ours is written to a folder that contains something else, not even the lock."""
    (tmp_path / "letters.txt").write_text("Dear harbour master")
    source = write_source(tmp_path.parent / f"{tmp_path.name}.jsonl", make_items(1, 4).values())
    with pytest.raises(IndexFolderError, match=r"letters\.txt"):
        build([source], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("kind", ["folder", "file", "nothing"])
def test_a_link_as_unfinished_file_keeps_no_writer_out(index: Path, tmp_path: Path, kind: str) -> None:
    """The link is deleted, its target stays, and the write succeeds."""
    precious = tmp_path / "precious"
    if kind == "folder":
        precious.mkdir()
        (precious / "thesis").write_text("years of work")
    elif kind == "file":
        precious.write_text("years of work")
    (index / "segments" / "unfinished").symlink_to(precious)
    report = update([write_source(tmp_path / "b.jsonl", make_items(2, 3, "n").values())], index)
    assert report.items == 13
    assert stray_files(index) == []
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("precious/**/*"))
    assert (left, precious.exists()) == (["precious/thesis"] * (kind == "folder"), kind != "nothing")


def test_a_failed_build_over_a_damaged_table_keeps_its_files(index: Path, tmp_path: Path) -> None:
    """After repairing the manifest the index is complete, with or without the table of Whoosh."""
    before, table = answers(index), (index / "dragoman.json").read_bytes()
    for path in index.glob("_MAIN_*"):
        path.unlink()
    (index / "dragoman.json").write_bytes(table[:-9])
    with pytest.raises(SourceError):
        build([tmp_path / "a.jsonl", tmp_path / "none.jsonl"], index)
    writer = IndexWriter(index)
    writer.write_thesaurus([])
    writer.cancel()
    (index / "dragoman.json").write_bytes(table)
    assert answers(index) == before
    assert check_index(index).findings == ()


def test_a_pipe_as_unfinished_file_blocks_no_writer(index: Path) -> None:
    """A pipe is deleted, not opened, which would wait for a writer of the pipe."""
    pipe = index / "segments" / "unfinished"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # so that opening it does not wait
    try:
        indexer.store.publication.clear_leftovers(index)
    finally:
        os.close(held)
    assert not pipe.exists()


def test_foreign_folders_with_our_names_stay(index: Path, tmp_path: Path) -> None:
    """We make no folders of these names, so they are kept, and the write succeeds."""
    files = "segment2.seg segment7.text.tmp thesaurus2.labels manifest.json".split()
    names = [*(f"segments/{name}" for name in files), "_MAIN_1.toc", "_MAIN_2.toc", "_MAIN_9.toc.new"]
    for name in names:
        (index / name).unlink(missing_ok=True)
        (index / name).mkdir()
        (index / name / "thesis").write_text("years of work")
    build([tmp_path / "a.jsonl"], index)
    assert {(index / name / "thesis").read_text() for name in names} == {"years of work"}
    assert check_index(index).findings == ()


def test_an_obstacle_to_a_write_is_named(index: Path, tmp_path: Path) -> None:
    """The message has the name of the file to remove."""
    for name in ("dragoman.json.new", "dragoman.lock"):
        (index / name).unlink(missing_ok=True)
        (index / name).mkdir()
        with pytest.raises(IndexFolderError, match=rf"index/{name}”: Is a directory"):
            build([tmp_path / "a.jsonl"], index)
