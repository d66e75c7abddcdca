"""A user's mistake ends in one clear line with the right exit code, and the old index is untouched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result
from two_items import PAGE

from indexer.schema import FORMAT_VERSION

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def fingerprint(folder: Path) -> dict[str, str]:
    """Return every file of a folder with a digest of its bytes."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_told_in_one_line(result: Result, *words: str) -> None:
    """Assert that a command failed with one line that contains some texts."""
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("dragoman: ")
    assert "Traceback" not in lines[0]
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\n \t\n",
        b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"Subscribe to our newsletter |\n",
    ],
    ids=["empty", "blank", "program", "picture", "furniture only"],
)
def test_a_source_without_items_keeps_the_old_index(
    run: Run, index: Path, tmp_path: Path, content: bytes
) -> None:
    """An empty file, a binary file and one without items are refused, and nothing is replaced."""
    before = fingerprint(index)
    source = tmp_path / "source.txt"
    source.write_bytes(content)
    is_told_in_one_line(run("build", source, "--index", index))
    assert fingerprint(index) == before
    assert run("search", "ferry", "--index", index).exit_code == 0


def test_a_missing_source_is_reported(run: Run, index: Path, tmp_path: Path) -> None:
    """A missing file, an empty folder, an index or an address without https:// is refused with its name."""
    before = fingerprint(index)
    is_told_in_one_line(run("build", tmp_path / "nowhere.txt", "--index", index), "nowhere.txt")
    is_told_in_one_line(run("items", tmp_path / "nowhere.txt"), "nowhere.txt")
    (tmp_path / "empty").mkdir()
    is_told_in_one_line(run("build", tmp_path / "empty", "--index", index), "holds no files")
    is_told_in_one_line(run("build", index, "--index", tmp_path / "x"), "is an index, not a source")
    is_told_in_one_line(run("items", index), "is an index, not a source")
    is_told_in_one_line(run("items", "www.example.org/feed"), "an address begins with https://")
    assert fingerprint(index) == before


def test_a_source_without_items_names_the_first_skipped_line(run: Run, tmp_path: Path) -> None:
    """The message has the reason of the first skipped line and the fields that --map could use."""
    (tmp_path / "a.jsonl").write_text('{"kop": "Tide", "tekst": "The tide came in."}\n' * 3, encoding="utf-8")
    wrong = run("build", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    fields = "neither a title nor a body; its fields: “kop, tekst” (--map title=NAME takes one)"
    is_told_in_one_line(wrong, f"a.jsonl; 3 skipped, line 1: {fields}; see what is read")


def test_patterns_that_exclude_every_file_are_reported(run: Run, tmp_path: Path) -> None:
    """If --include and --exclude leave no file of a folder or an archive, the message lists its content."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "page.txt").write_text(PAGE, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.write(tmp_path / "notes" / "page.txt", "page.txt")
    for source in (tmp_path / "notes", tmp_path / "notes.zip"):
        told = f"leave no file of {source}; it holds page.txt alone"
        is_told_in_one_line(run("items", source, "--include", "*.html"), told)
        is_told_in_one_line(run("build", source, "--exclude", "*", "--index", tmp_path / "index"), told)
    assert not (tmp_path / "index").exists()


def test_an_empty_archive_is_reported_as_empty(run: Run, tmp_path: Path) -> None:
    """An archive without files is reported as such, not as a binary file."""
    zipfile.ZipFile(tmp_path / "notes.zip", "w").close()
    is_told_in_one_line(run("items", tmp_path / "notes.zip"), "notes.zip holds no files")


def test_an_empty_index_name_is_refused(run: Run, tmp_path: Path) -> None:
    """An empty --index, such as from an unset variable, does not mean the current folder."""
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    for command in (["build", tmp_path / "page.txt"], ["search", "ferry"], ["update"]):
        is_told_in_one_line(run(*command, "--index", ""), "the name of the index is empty")


def test_an_address_without_its_scheme_makes_no_folder(run: Run, tmp_path: Path) -> None:
    """An address without https:// is refused with the corrected address, and no folder is made of it."""
    place = "localhost:9200/news"
    told = "lacks the scheme of an address; write https://localhost:9200/news, or ./localhost:9200/news"
    is_told_in_one_line(run("build", tmp_path / "page.txt", "--index", place), told)
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("build", tmp_path / "page.txt", "--index", f"{tmp_path}/news:2018/x").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search", "x", "--limit", "many"], "--limit is a whole number, 0 or more, not “many”"),
        (["build", "x", "--memory", "3"], "--memory is a whole number, 64 or more, not “3”"),
        (["build", "x", "--shards", "0"], "--shards is a whole number from 1 to 1024, not “0”"),
        (["build", "x", "--wait", "-1"], "--wait is a number, 0 or more"),
        (["build", "x", "--wait", "nan"], "--wait is a number, 0 or more, not “nan”"),
        (["serve", "--timeout", "nan"], "--timeout is a number from 0.1 to 86400, not “nan”"),
        (["serve", "--timeout", "inf"], "--timeout is a number from 0.1 to 86400, not “inf”"),
    ],
)
def test_a_number_out_of_range_is_refused(run: Run, arguments: list[str], told: str) -> None:
    """The message of a number out of range names the option and its range."""
    is_told_in_one_line(run(*arguments), told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--country", "Kenya,West Africa"], 'give each of them: --country Kenya --country "West Africa"'),
        (["--country", "unknown;KE"], "give each of them: --country unknown --country KE"),
        (["--country", "Kenya,Oz"], "unknown country or region “Oz”"),
        (["--lang", "en,fr"], "“en,fr” is more than one value; give each of them: --lang en --lang fr"),
        (["country:KE,Sahel"], "give each of them: country:KE country:Sahel"),
        (["lang:en/fr"], "give each of them: lang:en lang:fr"),
        (["--facet", "year, country"], "give each of them: --facet year --facet country"),
        (["--via", "typed,related"], "relaxed, not “typed,related”; give the option again for each"),
    ],
)
def test_several_values_in_one_filter_are_refused(
    run: Run, sample_index: Path, arguments: list[str], told: str
) -> None:
    """A filter with several values in one is refused with the filters that give each value separately."""
    is_told_in_one_line(run("search", "ferry", *arguments, "--index", sample_index), told)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_mapped_name_that_no_source_has_is_refused(
    run: Run, index: Path, tmp_path: Path, jobs: str
) -> None:
    """The message lists the existing names, and nothing is replaced; a match in one source is enough."""
    first, second = tmp_path / "first.csv", tmp_path / "second.jsonl"
    first.write_text("Headline,Text\nTide,The tide came in.\n", encoding="utf-8")
    second.write_text('{"kop": "Tide", "text": "The tide came in again."}\n', encoding="utf-8")
    before = fingerprint(index)
    to_index = ("--jobs", jobs, "--index", index)
    for command in ("build", "update"):
        wrong = run(command, first, second, "--map", "title=headline", *to_index)
        is_told_in_one_line(wrong, "first.csv: no field or column “headline”", "there are: Headline, Text")
        assert fingerprint(index) == before
    turned = run("build", first, "--map", "Headline=title", *to_index)
    is_told_in_one_line(turned, "the other way round it is --map title=Headline")
    done = run("build", first, second, "--map", "title=kop", *to_index)
    assert done.exit_code == 0
    assert "first.csv: no field or column “kop” is there" in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_a_page_in_another_encoding_is_decoded(run: Run, tmp_path: Path, encoding: str) -> None:
    """Windows-1252 and UTF-16, with or without a byte order mark, decode to the same text as UTF-8."""
    source = tmp_path / "page.txt"
    text = "12 mai 2021\nLa jetée rouvre à Sète\nLe phare éclaire de nouveau l’entrée du port après l’été.\n"
    source.write_bytes(text.encode(encoding))
    result = run("items", source, "--format", "json")
    assert result.exit_code == 0
    assert [item["title"] for item in json.loads(result.stdout)] == ["La jetée rouvre à Sète"]


def test_a_line_of_megabytes_is_read(run: Run, tmp_path: Path) -> None:
    """A huge line is an item like any other."""
    source = tmp_path / "page.txt"
    source.write_text(
        "3 May 2021\nThe log of the lighthouse\n" + "lamp " * 500_000 + "beacon\n", encoding="utf-8"
    )
    folder = tmp_path / "index"
    assert run("build", source, "--index", folder).exit_code == 0
    assert json.loads(run("search", "beacon", "--index", folder, "--format", "json").stdout)["total"] == 1


def test_a_folder_without_an_index_is_reported(run: Run, tmp_path: Path) -> None:
    """Every reading command says how to build an index."""
    for command in (["search", "x"], ["facets"], ["show", "x"], ["info"]):
        is_told_in_one_line(run(*command, "--index", tmp_path), "dragoman build")
        is_told_in_one_line(run(*command, "--index", tmp_path / "none"), "dragoman build")


def test_a_folder_with_other_files_is_refused(run: Run, tmp_path: Path) -> None:
    """Building into a folder that contains other files is refused, and the files stay."""
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    before = fingerprint(tmp_path)
    is_told_in_one_line(run("build", page, "--index", tmp_path), "page.txt")
    assert fingerprint(tmp_path) == before


def test_an_index_of_a_newer_format_is_refused(run: Run, index: Path) -> None:
    """An index of a later Dragoman is refused with the advice to upgrade."""
    manifest = json.loads((index / "dragoman.json").read_text())
    (index / "dragoman.json").write_text(json.dumps(manifest | {"format": FORMAT_VERSION + 1}))
    is_told_in_one_line(run("search", "ferry", "--index", index), "upgrade")


@pytest.mark.parametrize("name", ["dragoman.json", "segments/*.seg", "segments/*.text"])
def test_a_damaged_index_is_reported_and_can_be_rebuilt(
    run: Run, index: Path, tmp_path: Path, name: str
) -> None:
    """A truncated file of the index is reported, and building again repairs the index."""
    for path in index.glob(name):
        path.write_bytes(path.read_bytes()[:20])
    is_told_in_one_line(run("search", "ferry", "--index", index), "build")
    assert run("build", tmp_path / "page.txt", "--index", index).exit_code == 0
    assert run("search", "ferry", "--index", index).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search", "ferry", "--from", "31/02/2018"], ["31/02/2018", "2018-03-05"]),
        (["search", "ferry", "--from", "2018-02-31"], ["2018-02-31"]),
        (["search", "ferry", "--from", "2019", "--to", "2018"], ["--from 2019 lies after --to 2018; swap"]),
        (["search", "ferry", "--from", "2018-2020"], ["two are written --from 2018 and --to 2020"]),
        (["export", "-o", "a.unknown"], [".jsonl", "--format jsonl"]),
        (["search", "ferry", "--country", "Narnia"], ["Narnia"]),
        (["search", "ferry country:Narnia"], ["Narnia"]),
        (["search", "ferry date:soon"], ["soon"]),
        (["search", "ferry", "--lang", "klingon"], ["klingon"]),
        (["search", ""], ["empty"]),
        (["search", "   "], ["empty"]),
        (["search", "the of", "--strict"], ["the of"]),
        (["search", "¿?!"], ["¿?!"]),
        (["search"], ["say what to search for", "dragoman search '*'"]),
        (["search", "--lang", "fr"], ["* stands for everything", "dragoman search '*'", "--lang fr"]),
        (["concordance", "--lang", "fr"], ["say which words to look for", "dragoman concordance --help"]),
        (["search", "ferry", "--limit", "-3"], ["-3"]),
        (["search", "ferry", "--format", "xml"], ["xml"]),
        (["search", "ferry", "--colour"], ["--colour", "dragoman search --help"]),
        (["search", "ferry", "-cargo"], ["“-cargo” is read as an option", 'dragoman search "ferry -cargo"']),
        (["search", "-cargo ferry"], ["behind --", 'dragoman search -- "-cargo ferry"']),
        (["search", "-harbour", "--limit", "3", '"night ferry"'], ["search -- '-harbour \"night ferry\"'"]),
        (["facets", "ferry", "--lang", "fr", "-x"], ['dragoman facets "ferry -x"']),
        (["show", "nothing-has-this-id"], ["nothing-has-this-id"]),
        (["sarch", "ferry"], ["sarch"]),
    ],
)
def test_invalid_arguments_are_reported_in_one_line(
    run: Run, index: Path, arguments: list[str], words: list[str]
) -> None:
    """A wrong date, country, language, query, option or command is named in one line."""
    if arguments[0] != "sarch":
        arguments = [arguments[0], "--index", str(index), *arguments[1:]]
    is_told_in_one_line(run(*arguments), *words)


def test_no_results_exit_with_code_1(run: Run, index: Path) -> None:
    """A valid query without matches exits with 1 and a message, not with an error."""
    result = run("search", "submarine", "--index", index)
    assert result.exit_code == 1
    assert "submarine" in result.stdout
    assert run("search", "submarine", "--index", index, "--format", "json").exit_code == 1


def _mind_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A suite in the background of a shell ignores Ctrl-C, and its child processes would, too.
        preexec_fn=_mind_interrupts,  # noqa: PLW1509 - it takes no lock that a thread could hold
        **options,  # type: ignore[call-overload]
    )


def test_a_broken_pipe_causes_no_message(tmp_path: Path) -> None:
    """A reader that stops early, such as ``head``, causes no error message."""
    source = tmp_path / "many.jsonl"
    body = "high water " * 40
    lines = [f'{{"title": "Tide table {number}", "body": "{body}"}}\n' for number in range(3000)]
    source.write_text("".join(lines), encoding="utf-8")
    process = _start("items", source, "--format", "jsonl")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert complaint == b""


def test_interrupting_a_build_keeps_the_old_index(run: Run, index: Path) -> None:
    """Ctrl-C while building is one line, and the old index still answers."""
    before = fingerprint(index)
    process = _start("build", "-", "--index", index, stdin=subprocess.PIPE)
    assert process.stdin is not None
    record = b'{"title": "Tide table", "body": "high water at noon"}\n'
    process.stdin.write(record * 2000)
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while fingerprint(index) == before and time.monotonic() < deadline:
        time.sleep(0.02)  # until the build has begun to write
    os.kill(process.pid, signal.SIGINT)
    _, complaint = process.communicate()
    assert process.returncode == 130
    assert complaint.decode().splitlines() == ["dragoman: interrupted"]
    assert run("search", "ferry", "--index", index).exit_code == 0
    after = fingerprint(index)
    assert {name: after.get(name) for name in before} == before


def test_a_second_build_at_the_same_time_is_refused(run: Run, index: Path, tmp_path: Path) -> None:
    """The second of two simultaneous builds into one folder is refused."""
    before = fingerprint(index)
    process = _start("build", "-", "--index", index, stdin=subprocess.PIPE)
    assert process.stdin is not None
    deadline = time.monotonic() + 20
    process.stdin.write(b'{"title": "Tide table", "body": "high water at noon"}\n' * 2000)
    process.stdin.flush()
    while fingerprint(index) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    is_told_in_one_line(
        run("build", tmp_path / "page.txt", "--index", index), "another process", str(process.pid)
    )
    process.communicate()
    assert process.returncode == 0
    assert run("search", "water", "--index", index).exit_code == 0


def test_an_unreadable_kind_of_file_is_refused(run: Run, tmp_path: Path) -> None:
    """A table without known columns or an unknown XML is refused with advice, not indexed as one item."""
    for name, advice in (("table.csv", "--map title=NAME"), ("feed.rss", ".jsonl")):
        source = tmp_path / name
        source.write_text("<p>3 May 2021</p>", encoding="utf-8")
        is_told_in_one_line(run("items", source), name, advice)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "there is not enough memory"),
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
    is_told_in_one_line(run("build", index.parent / "page.txt", "--index", index), words)
    assert run("search", "ferry", "--index", index).exit_code == 0


def test_dragoman_without_a_command_prints_help(run: Run) -> None:
    """``dragoman`` alone prints its help on standard output, without an error."""
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout
    assert result.stderr == ""
