"""A user's mistake ends in one clear line with the right exit code, and the old index is untouched."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import PAGE, Run
from tables import by_table
from work import HANGS

ROOT = Path(__file__).parents[2]


def fingerprint(folder: Path) -> dict[str, str]:
    """Return every file of a folder with a digest of its bytes."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \n\n \t\n", id="blank"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 20, id="program"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), id="picture"),
        pytest.param(b"Subscribe to our newsletter |\n", id="furniture only"),
    ],
)
def test_a_source_without_items_keeps_the_old_index(
    run: Run, index: Path, tmp_path: Path, content: bytes
) -> None:
    """An empty file, a binary file and one without items are refused, and nothing is replaced."""
    before = fingerprint(index)
    (tmp_path / "source.txt").write_bytes(content)
    run.refused("build", tmp_path / "source.txt", "--index", index)
    assert fingerprint(index) == before


def test_a_missing_source_is_reported(run: Run, index: Path, tmp_path: Path) -> None:
    """A missing or empty source, an index and an address without https:// are refused with their names."""
    before, missing, empty = fingerprint(index), tmp_path / "nowhere.txt", tmp_path / "empty"
    empty.mkdir()
    zipfile.ZipFile(tmp_path / "notes.zip", "w").close()
    for command, source, says in (
        ("items", tmp_path / "notes.zip", "notes.zip contains no files"),
        ("build", missing, "nowhere.txt"),
        ("items", missing, "nowhere.txt"),
        ("build", empty, "contains no files"),
        ("build", index, "is an index, not a source"),
        ("items", index, "is an index, not a source"),
        ("items", "www.example.org/feed", "a URL must begin with https://"),
    ):
        place = ("--index", index if source != index else tmp_path / "x") if command == "build" else ()
        run.refused(command, source, *place, says=says)
    assert fingerprint(index) == before


def test_patterns_that_exclude_every_file_are_reported(run: Run, tmp_path: Path) -> None:
    """If --include and --exclude leave no file of a folder or an archive, the message lists its content."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "page.txt").write_text(PAGE, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.write(tmp_path / "notes" / "page.txt", "page.txt")
    for source in (tmp_path / "notes", tmp_path / "notes.zip"):
        told = f"match no file of {source}, which contains only page.txt"
        run.refused("items", source, "--include", "*.html", says=told)
        run.refused("build", source, "--exclude", "*", "--index", tmp_path / "index", says=told)
    assert not (tmp_path / "index").exists()


@by_table
def test_several_values_in_one_filter_are_refused(
    run: Run, sample_index: Path, arguments: list[str], told: str
) -> None:
    """A filter with several values in one is refused with the filters that give each value separately."""
    run.refused("search ferry", *arguments, "--index", sample_index, says=told)


@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_a_mapped_name_that_no_source_has_is_refused(
    run: Run, index: Path, tmp_path: Path, jobs: str
) -> None:
    """The message lists the existing names, and nothing is replaced; a match in one source is enough."""
    first, second = tmp_path / "first.csv", tmp_path / "second.jsonl"
    first.write_text("Headline,Text\nTide,The tide came in.\n", encoding="utf-8")
    second.write_text('{"kop": "Tide", "text": "The tide came in again."}\n', encoding="utf-8")
    before, to_index = fingerprint(index), ("--jobs", jobs, "--index", index)
    says = ("first.csv: there is no field or column “headline” for title", "Headline, Text")
    for command in ("build", "update"):
        run.refused(command, first, second, "--map", "title=headline", *to_index, says=says)
        assert fingerprint(index) == before
    says = ("to swap them, write --map title=Headline",)
    run.refused("build", first, "--map", "Headline=title", *to_index, says=says)
    done = run("build", first, second, "--map", "title=kop", *to_index)
    assert (done.exit_code, "first.csv: there is no field or column “kop”" in done.stderr) == (0, True)


def test_a_line_of_megabytes_is_read(run: Run, tmp_path: Path) -> None:
    """A huge line is an item like any other."""
    source, index = tmp_path / "page.txt", tmp_path / "index"
    source.write_text("3 May 2021\nThe log of the lighthouse\n" + "lamp " * 300_000 + "beacon\n")
    assert run("build", source, "--index", index).exit_code == 0
    assert run.json("search beacon --index", index)["total"] == 1


@by_table
def test_invalid_arguments_are_reported_in_one_line(
    run: Run, sample_index: Path, arguments: list[str], words: list[str]
) -> None:
    """A wrong date, country, language, query, number or option is named in one line."""
    run.refused(arguments[0], "--index", sample_index, *arguments[1:], says=tuple(words))


def _start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A suite in the background of a shell ignores Ctrl-C, and its child processes would, too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it takes no lock that a thread could hold
        **options,  # type: ignore[call-overload]
    )


def test_a_broken_pipe_causes_no_message(tmp_path: Path) -> None:
    """A reader that stops early, such as ``head``, causes no error message."""
    line = f'{{"title": "Tide table %s", "body": "{"high water " * 400}"}}\n'
    (tmp_path / "many.jsonl").write_text("".join(line % number for number in range(300)))
    process = _start("items", tmp_path / "many.jsonl", "--format", "jsonl")
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    with process.stderr as complaint:
        assert complaint.read() == b""
    assert process.wait() == 0


def test_an_interrupted_build_keeps_the_old_index(run: Run, index: Path, tmp_path: Path) -> None:
    """A second build at the same time is refused; Ctrl-C is one line, and the old index still answers."""
    before = fingerprint(index)
    process = _start("build", "-", "--index", index, stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(b'{"title": "Tide table", "body": "high water at noon"}\n' * 2000)
    process.stdin.flush()
    deadline = time.monotonic() + HANGS
    while fingerprint(index) == before and time.monotonic() < deadline:
        time.sleep(0.02)  # until the build has begun to write
    says = ("another process", str(process.pid))
    run.refused("build", tmp_path / "page.txt", "--index", index, says=says)
    os.kill(process.pid, signal.SIGINT)
    _, complaint = process.communicate()
    assert (process.returncode, complaint.decode()) == (130, "dragoman: interrupted\n")
    assert run("search ferry --index", index).exit_code == 0
    assert before.items() <= fingerprint(index).items()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (ImportError("\n\nREAD THIS\n\nno room: x.so\n"), "cannot load a part of the program: no room: x.so"),
    ],
)
def test_missing_memory_or_library_is_reported(
    run: Run, index: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    """Running out of memory and a library that does not load each end in one line."""

    def end(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("indexer.documents.worker_pool.read_documents", end)
    run.refused("build", index.parent / "page.txt", "--index", index, says=words)
    assert run("search ferry --index", index).exit_code == 0


@by_table
def test_an_unknown_option_suggests_a_known_one(run: Run, arguments: str, told: str) -> None:
    """Suggestions are names that other programs use, or similar ones; without either there is no guess."""
    run.refused(arguments, says=told)
