import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import Run


def test_matches_go_to_a_file_or_to_standard_output(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """The report of a file goes to standard output; items on standard output have no report there."""
    asked, file = ("export ferry --index", sample_index), tmp_path / "ferries.jsonl"
    done = run(*asked, "-o", file)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"6 items written to {file} (jsonl, ")
    piped = run(*asked, "-o", "-", "--format", "jsonl")
    assert piped.stdout.encode() == file.read_bytes()
    assert "also searched for: ferry" in piped.stderr
    quiet = run(*asked, "-o", file, "--force", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_fewer_than_all_matches_are_reported(run: Run, sample_index: Path) -> None:
    """A limit is reported on standard error, with --quiet as well."""
    asked = ("export ferry -o - --format jsonl --quiet --index", sample_index)
    done = run(*asked, "--limit", "2")
    assert done.stderr == "2 of 6 items written (--limit)\n"
    assert len(done.stdout.splitlines()) == 2
    assert run(*asked).stderr == ""


@pytest.mark.parametrize("form", ["jsonl", "csv", "ris", "csl", "sqlite"])
def test_an_empty_export_is_reported_and_valid(
    run: Run, sample_index: Path, tmp_path: Path, form: str
) -> None:
    """Each format writes a valid file without items and a line with the count; the exit code is 1."""
    asked = ("export", "zeppelin", "--index", sample_index, "--format", form)
    done = run(*asked, "-o", tmp_path / "file")
    assert (done.exit_code, done.stderr) == (1, "no item has: zeppelin\n")
    assert done.stdout.startswith(f"0 items written to {tmp_path / 'file'}")
    content = (tmp_path / "file").read_bytes()
    if form == "sqlite":
        with closing(sqlite3.connect(tmp_path / "file")) as database:
            assert database.execute("SELECT count(*) FROM items").fetchone() == (0,)
        return
    head = {"csv": 1, "csl": 1}.get(form, 0)  # the names of columns, an empty array
    assert len(content.splitlines()) == head
    piped = run(*asked, "-o", "-")
    mark = b"\xef\xbb\xbf"  # of a CSV file alone
    assert (piped.exit_code, piped.stdout_bytes) == (1, content.removeprefix(mark))
    assert piped.stderr == "no item has: zeppelin\n0 items written\n"
    assert run(*asked, "-o", "-", "--quiet").stderr == ""
