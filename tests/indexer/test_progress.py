"""The progress that users see."""

from __future__ import annotations

import errno
import inspect
import io
import os
import pickle
import re
import stat
import sys
from collections import namedtuple
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, get_type_hints

import pytest

from indexer import build, correct
from indexer.checkpoint import STEPS, add_checkpoints, call_at_checkpoints, checkpoint
from indexer.codec.plain_file import whole_file
from indexer.progress import Meter, check_progress, progress_line
from indexer.runtime import NamedTuple, late_pattern


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Gone(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_source_name_contains_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a file name are escaped on a terminal."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_line(patience=0.0) as progress:
        progress("a\x1b]0;owned\x07\n\u202eb.txt", 7)
    lines = terminal.getvalue().replace("\r\x1b[K", "")
    assert lines.startswith("reading a\ufffd]0;owned\ufffd\ufffd\ufffdb.txt: 7 items, ")
    assert not set("\x1b\x07\n\u202e") & set(lines)


def test_a_closed_progress_output_ends_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build continues if its progress cannot be printed."""
    monkeypatch.setattr(sys, "stderr", _Gone())
    with progress_line(pause_in_logs=0.0) as progress:
        progress("a.txt", 7)


def test_a_bar_shows_the_share_of_the_sources_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """If their size is known, a bar and the remaining time precede the current source."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    meter = Meter(400)
    with progress_line(meter, patience=0.0) as progress:
        meter.read = 100
        progress("a.txt", 7)
    assert "█████░░░░░░░░░░░░░░░  25%, " in terminal.getvalue()
    assert " s left  reading a.txt: 7 items, " in terminal.getvalue()


def test_a_log_has_progress_lines_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is printed unless lines were requested."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with progress_line(Meter(400)) as progress:
        progress("a.txt", 7)
    assert not log.getvalue()
    with progress_line(Meter(400), pause_in_logs=0.0) as progress:
        progress("a.txt", 7)
    assert log.getvalue().count("\n") == 1


def test_a_cluster_check_names_its_parts_without_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part whose bytes are not counted is shown by its name alone."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with check_progress(patience=0.0) as progress:
        progress("settings", 0)
    assert terminal.getvalue().replace("\r\x1b[K", "") == "checking settings"


class _StoppedError(Exception):
    """Raised when a check ends the work."""


def _stop() -> None:
    raise _StoppedError


def test_a_loop_is_not_slowed_without_checks() -> None:
    """Outside a server the steps are those given, and a checkpoint does nothing."""
    steps = [1, 2, 3]
    assert add_checkpoints(steps) is steps
    checkpoint()


def test_a_loop_is_checked_every_256_steps() -> None:
    """The first step is checked, then each 256th; no step is lost or taken ahead."""
    taken: list[int] = []
    at: list[int] = []
    with call_at_checkpoints(lambda: at.append(len(taken))):
        for step in add_checkpoints(iter(range(2 * STEPS + 1))):
            taken.append(step)  # noqa: PERF402 - the checks look at it
    assert taken == list(range(2 * STEPS + 1))
    assert at == [0, STEPS, 2 * STEPS]


def test_an_exception_of_a_check_ends_the_loop() -> None:
    """The exception is raised inside the loop; after the block nothing is checked."""
    with call_at_checkpoints(_stop):
        loop = iter(add_checkpoints(iter([1, 2])))
        with pytest.raises(_StoppedError):
            next(loop)
    checkpoint()


def test_a_check_belongs_to_one_thread() -> None:
    """Another thread, whose work has no limits, continues."""
    reached: list[bool] = []

    def work() -> None:
        checkpoint()
        reached.append(True)

    with call_at_checkpoints(_stop):
        thread = Thread(target=work)
        thread.start()
        thread.join()
    assert reached == [True]


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


if TYPE_CHECKING:
    from collections.abc import Nothing  # type: ignore[attr-defined]  # annotations are not looked at


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Return the sum of both."""
        return self.x + self.y

    @classmethod
    def origin(cls) -> Point:
        """Return the origin."""
        return cls(0, 0)


Known = namedtuple("Known", ["x", "y"], defaults=[2])  # noqa: PYI024 - what ours is compared with


class Strange(NamedTuple):
    """A named tuple with an annotation that does not exist."""

    nothing: Nothing | Point


def test_a_named_tuple_has_fields_defaults_and_methods() -> None:
    """Fields in order, defaults, methods, equality with tuples, and a copy with a field replaced."""
    assert Point._fields == ("x", "y")
    assert Point(1) == (1, 2) == Point(y=2, x=1)
    assert Point(1).sum == 3
    assert Point.origin()._replace(y=5) == (0, 5)
    assert repr(Point(1)) == "Point(x=1, y=2)"


def test_named_tuples_behave_like_those_of_collections() -> None:
    """Names, defaults, arguments and methods are those of ``collections.namedtuple``, errors included."""
    assert inspect.signature(Point) == inspect.signature(Known)
    assert (Point._field_defaults, Point.__match_args__) == (Known._field_defaults, Known.__match_args__)
    assert Point(1)._asdict() == Known(1)._asdict()
    assert Point._make([3, 4]) == Known._make([3, 4])
    for kind in (Point, Known):
        with pytest.raises(TypeError, match=rf"{kind.__name__}\.__new__\(\) missing 1 .* argument: 'x'"):
            kind()
        with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
            kind(1, z=3)  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            kind._make([1])
        with pytest.raises(ValueError, match="z"):
            kind(1)._replace(z=3)


def test_fields_of_a_named_tuple_cannot_be_set() -> None:
    """An instance is immutable and has no other attributes."""
    with pytest.raises(AttributeError):
        Point(1).x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_a_named_tuple_has_the_metadata_of_its_class() -> None:
    """Name, module and documentation are those of the class; it can be pickled."""
    assert (Point.__name__, Point.__module__, Point.__doc__) == ("Point", __name__, "A point.")
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
    assert get_type_hints(Point) == {"x": int, "y": int}


def test_annotations_are_not_evaluated() -> None:
    """A name that exists only for type checkers is no error."""
    assert Strange(Point(1)).nothing == (1, 2)


def test_a_late_pattern_is_compiled_on_first_use() -> None:
    """An unused pattern is never compiled; a used one behaves like the compiled one."""
    broken = late_pattern("(")
    with pytest.raises(re.error):
        broken.search("x")
    late, compiled = late_pattern("a(B)", re.IGNORECASE), re.compile("a(B)", re.IGNORECASE)
    for _ in range(2):
        assert late.sub(r"<\1>", "ab Ab") == compiled.sub(r"<\1>", "ab Ab") == "<b> <b>"
    assert late.fullmatch("abc") is None
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)
