"""Any source is indexed correctly, or skipped and counted with its line, in bounded memory."""

import errno
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import write_and_complete as read

from indexer.documents import read_documents
from indexer.errors import DragomanError, SourceError
from indexer.sources import ReadOptions
from indexer.sources import source as limits
from indexer.sources.page import page_items
from indexer.sources.stream import open_pipe
from indexer.store.indexing import build, update
from searcher import Searcher

CLI = Path(__file__).parents[2] / "cli.py"
GOOD = {"title": "A second ferry", "body": "It sails at noon.", "language": "en"}
FUZZ = settings(deadline=None, derandomize=True, database=None)

TEXTS = st.text(max_size=40) | st.sampled_from(
    ["3 May 2021", "99999", "=cmd|' /C calc'!A0", "\x1b[2J", "ß", "../x"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
NAMES = ("id", "title", "body", "text", "date", "language", "countries", "url", "other")
RECORDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6) | st.fixed_dictionaries(
    {"title": TEXTS, "body": TEXTS},
    optional={"id": VALUES, "date": VALUES, "language": VALUES, "countries": VALUES, "url": VALUES},
)
LINES = RECORDS.map(lambda record: json.dumps(record).encode()) | st.binary(max_size=60)
PAGE_LINES = (
    st.sampled_from(
        "3 May 2021¦Read more here.¦Leer más aquí¦12 mai¦|¦¦A new quay for Sète¦\x00¦31/02/99999".split("¦")
    ).map(str.encode)
    | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(max_size=40)
)
BREAKS = st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n"])
SOURCES = st.tuples(
    st.sampled_from(["s.jsonl", "s.txt"]),
    st.lists(LINES, max_size=6) | st.lists(PAGE_LINES, max_size=12),
    BREAKS,
)


@settings(FUZZ, max_examples=examples(60, 2_000))
@given(source=SOURCES)
def test_any_source_is_read_or_refused(source: tuple[str, list[bytes], bytes]) -> None:
    """No bytes raise anything but a clear line; by both ways of reading each part is an item or counted."""
    name, lines, end = source
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(end.join(lines))
        try:
            items, skipped = read(path)
            prepared = list(read_documents(path, lambda _skip: None))
        except DragomanError as error:
            message = str(error)
            items, skipped, prepared = [], [], []
        else:
            message = "read"
    assert len(message.splitlines()) == 1
    assert [item.id for item in items] == [document.id for document in prepared]
    for item in items:
        json.dumps(item.to_record(), ensure_ascii=False).encode()  # nothing that UTF-8 cannot encode
        assert item.title or item.body
    for skip in skipped:
        of_all = skip.reason.endswith(("ignored", 'kind="headlines"'))  # messages about a whole source
        assert skip.line >= (0 if of_all else 1)
        assert len(skip.reason) < 300


def test_ids_are_text_and_never_a_path(tmp_path: Path) -> None:
    """An id that looks like a path, a formula or an option is an id like any other."""
    ids = ["../../etc/passwd", "/dev/null", "=1+1", "--index", "-5", "NaN", "x" * limits.MAX_ID_LENGTH]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps({**GOOD, "id": name}) + "\n" for name in ids), encoding="utf-8")
    items, skipped = read(path)
    assert [item.id for item in items] == ids
    assert skipped == []
    build([path], tmp_path / "index")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["index", "x.jsonl"]


def test_a_line_at_the_limit_is_read_and_line_numbers_stay_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of the maximum length is read, one more character is too many, and line numbers stay right."""
    record = json.dumps(GOOD)
    monkeypatch.setattr("indexer.sources.json_source.MAX_LINE_LENGTH", len(record) + 1)
    path = tmp_path / "x.jsonl"
    path.write_text(f"{record}\n{record} \n{' ' * 200}\n{record}{' ' * 200}\n{record}\n{record}{' ' * 99}")
    items, skipped = read(path)
    assert [item.source.first for item in items] == [1, 5]
    assert [skip.line for skip in skipped] == [2, 3, 4, 6]


def test_entities_and_scripts_in_text_are_text(tmp_path: Path) -> None:
    """Nothing is expanded, fetched or run in a page saved as text."""
    secret = tmp_path / "secret"
    secret.write_text("the hidden cargo")
    line = (
        f'A note on the port <!ENTITY x SYSTEM "file://{secret}"> &x; &#65; <script>alert(1)</script> sails.'
    )
    (tmp_path / "x.txt").write_text(line + "\n")
    ((item,), _) = read(tmp_path / "x.txt")
    said = f"{item.title or ''} {item.body}"
    assert "&x; &#65; <script>alert(1)</script>" in said
    assert "hidden cargo" not in said


def test_a_named_pipe_in_utf_16_is_read_once(tmp_path: Path) -> None:
    """A pipe cannot be opened a second time to detect its encoding."""
    path = tmp_path / "x.jsonl"
    os.mkfifo(path)
    data = (json.dumps({**GOOD, "title": "Été"}, ensure_ascii=False) + "\n").encode("utf-16")
    writer = threading.Thread(target=path.write_bytes, args=(data,), daemon=True)
    writer.start()
    documents = list(read_documents(path, lambda _skip: None))
    writer.join(10)
    assert [document.title for document in documents] == ["Été"]


def test_a_pipe_that_no_program_writes_is_refused(tmp_path: Path) -> None:
    """Opening it would wait forever."""
    os.mkfifo(tmp_path / "x.jsonl")
    with pytest.raises(SourceError, match="a pipe to which no program writes; give a file"):
        open_pipe(tmp_path / "x.jsonl", "x.jsonl", seconds=0.01)


def limited(*arguments: str, megabytes: int, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command with a limit on its memory."""
    size = megabytes << 20
    return subprocess.Popen(
        [sys.executable, str(CLI), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (size, size)),  # noqa: PLW1509 - no threads
        **options,
    )


@pytest.mark.slow
def test_a_line_of_a_hundred_megabytes_is_skipped(tmp_path: Path) -> None:
    """A process with less memory than the line skips and counts it."""
    path = tmp_path / "x.jsonl"
    with path.open("w", encoding="utf-8") as handle:
        handle.write('{"title": "')
        for _ in range(100):
            handle.write("x" * 1_000_000)
        handle.write(f'"}}\n{json.dumps(GOOD)}\n')
    process = limited("build", str(path), "--index", str(tmp_path / "index"), megabytes=250)
    told, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint
    assert told.startswith(b"1 item indexed")
    assert b"skipped x.jsonl:1: a line that exceeds" in complaint


def test_an_endless_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is read up to a limit, and then refused as too large."""
    monkeypatch.setattr(page_items, "MAX_PAGE_LINES", 1000)
    monkeypatch.setattr(page_items, "MAX_PAGE_SIZE", 1 << 20)
    for data in (b"y\n" * 1001, b"lamp " * (1 << 18)):
        with pytest.raises(SourceError, match=r"exceeds the limit of .* for a web page"):
            read(tmp_path / "page.txt", data, ReadOptions(kind="page"))


@pytest.mark.slow
def test_items_of_an_endless_source_are_streamed() -> None:
    """The first lines of an endless export are printed at once, and the command ends quietly."""
    process = limited("items", "-", "--format", "jsonl", megabytes=250, stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None

    def feed() -> None:
        try:
            for number in count():  # a repeated item is not printed again
                process.stdin.write(f"{json.dumps(GOOD | {'id': f'{number}'})}\n".encode())  # type: ignore[union-attr]  # it was asserted above
        except (BrokenPipeError, ValueError):
            return

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    assert json.loads(process.stdout.readline())["title"] == GOOD["title"]
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
    feeder.join(10)
    try:
        process.stdin.close()
    except BrokenPipeError:
        return


@pytest.mark.parametrize("ending", [b".jsonl", b".txt"])
def test_a_file_name_that_is_no_utf_8_is_accepted(tmp_path: Path, ending: bytes) -> None:
    """A file name that is not UTF-8 is the same everywhere, so that updates count correctly."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe\xff" + ending))
    index = Path(os.fsdecode(os.fsencode(tmp_path) + b"/index\xfd"))
    given = {**GOOD, "id": "a", "date": "2018-01-02", "countries": ["CO"]}
    path.write_text(f"{json.dumps(given)}\n{json.dumps(GOOD)}\n")
    build([path], index)
    path.write_text(json.dumps({**given, "title": "A third ferry"}) + "\n")
    update([path], index)
    with Searcher(index) as searcher:
        assert {hit.source.file for hit in searcher.search(None).hits} == {f"��{ending.decode()}"}
        assert [tuple(source.values())[:3] for source in searcher.info()["sources"]] == [
            (f"��{ending.decode()}", 2, 0)
        ]


@pytest.mark.parametrize("ending", ["jsonl", "txt"])
def test_a_source_on_a_failing_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """A disk that fails in the middle of a source is reported with the source, and the index stays."""
    path = tmp_path / f"long.{ending}"
    path.write_text((json.dumps(GOOD) + "\n") * 4000)

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > limits.MAX_PAGE_SIZE // 500:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(size)

    content = path.read_bytes()
    monkeypatch.setattr(Path, "open", lambda _path, _mode: Failing(content))
    with pytest.raises(SourceError, match=rf"long\.{ending} cannot be read: Input/output error"):
        read(path)
    with pytest.raises(SourceError, match=rf"long\.{ending} cannot be read"):
        list(read_documents(path, lambda _skip: None))
