import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import DragomanError, QueryError, export
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.exports.sqlite import _script

Failing = Callable[[BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Make every export fail after its first item."""

    def fail(error: BaseException) -> None:
        real = EmbeddedEngine.records

        def records(self: EmbeddedEngine, documents: list[int]) -> Iterator[bytes]:
            yield next(iter(real(self, documents)))
            raise error

        monkeypatch.setattr(EmbeddedEngine, "records", records)

    return fail


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.sqlite", "a.ris", "a.csl.json"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_failed_export_leaves_no_partial_file(
    sample_index: Path, tmp_path: Path, failing: Failing, name: str, error: BaseException
) -> None:
    """Ctrl-C and a full disk leave no file, or the old one."""
    failing(error)
    for before in ([], [name]):
        for file in before:
            (tmp_path / file).write_text("before")
        with pytest.raises((KeyboardInterrupt, DragomanError)) as told:
            export(sample_index, tmp_path / name, replace=True)
        assert [path.name for path in tmp_path.iterdir()] == before
        if isinstance(error, OSError):
            assert "No space left on device; no part of it was left behind" in str(told.value)
    assert (tmp_path / name).read_text() == "before"


def test_a_full_disk_ends_a_database_with_one_line(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's error about a full disk is one clear line as well."""
    monkeypatch.setattr(
        "searcher.exports.sqlite._script", lambda name: f"PRAGMA max_page_count=30;{_script(name)}"
    )
    with pytest.raises(DragomanError, match="database or disk is full; no part of it was left behind"):
        export(sample_index, tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_on_request_only(sample_index: Path, tmp_path: Path) -> None:
    """One line names the option; a link stays a link, and permissions stay."""
    file, link = tmp_path / "a.csv", tmp_path / "link.csv"
    file.write_text("mine")
    file.chmod(0o600)
    link.symlink_to(file)
    with pytest.raises(DragomanError, match=r"a\.csv” already exists; replace=True replaces it"):
        export(sample_index, file)
    export(sample_index, link, replace=True)
    assert link.is_symlink()
    assert file.read_bytes().count(b"\r\n") == 70
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_file_has_default_permissions(sample_index: Path, tmp_path: Path) -> None:
    """The permissions are those of any new file here."""
    (tmp_path / "other").touch()
    export(sample_index, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_pipe_is_written_to_directly(sample_index: Path, tmp_path: Path) -> None:
    """A special file is written to, not replaced by a plain one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export(sample_index, pipe, format="ris", limit=1)
    assert os.read(reader, 8) == b"TY  - NE"
    os.close(reader)


@pytest.mark.parametrize(
    ("file", "asked", "line"),
    [
        (
            "a.txt",
            {},
            'end the name in .jsonl, .csv, .sqlite, .ris, .csl.json, .bib, .xlsx, or give format="jsonl"',
        ),
        (
            "a.csv",
            {"format": "docx"},
            "unknown export format “docx”; use one of jsonl, csv, sqlite, ris, csl, bib, xlsx",
        ),
        ("no/a.csv", {}, "the folder “"),
        (".", {"format": "csv"}, "is a folder; name a file in it"),
        ("a.csv", {"countries": "Oz"}, "Oz"),
        ("a.csv", {"where": {"ship": "x"}}, "no item has a field “ship”"),
    ],
)
def test_a_mistake_ends_in_one_line(
    sample_index: Path, tmp_path: Path, file: str, asked: dict[str, Any], line: str
) -> None:
    """Nothing is written, and the line has the remedy."""
    with pytest.raises(DragomanError) as told:
        export(sample_index, tmp_path / file, **asked)
    assert line in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_needs_a_format_other_than_sqlite(sample_index: Path) -> None:
    """SQLite writes only to a file, and a stream needs a format."""
    with pytest.raises(QueryError, match=r"name one, such as items\.sqlite"):
        export(sample_index, io.BytesIO(), format="sqlite")
    with pytest.raises(QueryError, match='format="jsonl"'):
        export(sample_index, io.BytesIO())
    with pytest.raises(TypeError, match="a path or a binary stream, not to a int"):
        export(sample_index, 7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cuntries"):
        export(sample_index, io.BytesIO(), format="csv", cuntries="FJ")


def test_progress_is_reported(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The callback gets the number of written items and their total."""
    monkeypatch.setattr("searcher.exports.exporting.ROWS_PER_PROGRESS", 30)
    told: list[tuple[int, int]] = []
    export(sample_index, io.BytesIO(), format="ris", progress=lambda *at: told.append(at))
    assert told == [(30, 69), (60, 69)]
