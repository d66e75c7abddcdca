"""Files that are written whole: what was there, what stands beside, and what is left behind."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from indexer import build, correct
from indexer.codec.plain_file import whole_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_replaced_when_it_is_complete(tmp_path: Path) -> None:
    """Until then the old one stands; rights and links stay; after an error nothing of the new one does."""
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


def test_a_pipe_is_written_as_it_stands(tmp_path: Path) -> None:
    """What is no file cannot be replaced by one: who reads the pipe gets what is written, and it stays."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as (stream, _):
        stream.write(b"a line")
    assert os.read(reader, 10) == b"a line"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_files_of_a_user_beside_are_never_written_over(tmp_path: Path) -> None:
    """Whatever a user calls his files, corrections and reports write to none but the one that is named."""
    source, index, file = tmp_path / "a.jsonl", tmp_path / "index", tmp_path / "corrections.jsonl"
    source.write_text('{"id": "a1", "title": "The lamp", "body": "A lamp was lit", "date": "2019-03-04"}\n')
    own = [
        tmp_path / f"{name}.{ending}" for name in (file.name, "report.jsonl") for ending in ("new", "part")
    ]
    for path in own:
        path.write_text("mine")
    build(index, source, own_thesaurus=False)
    correct(index, "a1", date="2018", corrections=file, report=tmp_path / "report.jsonl")
    assert [path.read_text() for path in own] == ["mine"] * len(own)
    assert '"2018"' in file.read_text()
    assert '"corrected"' in (tmp_path / "report.jsonl").read_text()
