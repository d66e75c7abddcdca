"""Files written as a whole: the old file, files of similar names, and leftovers."""

import errno
import os
import stat
from pathlib import Path

import pytest

from indexer import build, correct
from indexer.codec.plain_file import whole_file


def test_a_file_is_replaced_when_complete(tmp_path: Path) -> None:
    """Until then the old one stays; permissions and links are kept; an error leaves no new file."""
    file, link = tmp_path / "a.jsonl", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    with whole_file(link) as (stream, part):
        stream.write(b"new")
        assert (file.read_text(), part.parent) == ("old", tmp_path)
    assert (file.read_text(), link.is_symlink()) == ("new", True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640

    def fail() -> None:
        with whole_file(file) as (stream, _):
            stream.write(b"half of it")
            raise OSError(errno.ENOSPC, "no room")

    with pytest.raises(OSError, match="no room"):
        fail()
    assert file.read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "link"]


def test_a_pipe_is_written_to_directly(tmp_path: Path) -> None:
    """A pipe cannot be replaced by a file: its reader gets the bytes, and it stays."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as (stream, _):
        stream.write(b"a line")
    assert os.read(reader, 10) == b"a line"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_files_with_similar_names_are_never_overwritten(tmp_path: Path) -> None:
    """Corrections and reports write only to the named file, whatever other names a user's files have."""
    source, index, file = tmp_path / "a.jsonl", tmp_path / "index", tmp_path / "corrections.jsonl"
    source.write_text('{"id": "a1", "title": "The lamp", "body": "A lamp was lit", "date": "2019-03-04"}\n')
    own = [
        tmp_path / f"{name}.{ending}" for name in (file.name, "report.jsonl") for ending in ("new", "part")
    ]
    for path in own:
        path.write_text("mine")
    build(index, source)
    correct(index, "a1", date="2018", corrections=file, report=tmp_path / "report.jsonl")
    assert [path.read_text() for path in own] == ["mine"] * len(own)
    assert '"2018"' in file.read_text()
    assert '"corrected"' in (tmp_path / "report.jsonl").read_text()
