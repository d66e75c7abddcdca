"""An index folder from a stranger: nothing of it runs, nothing outside it is touched, all ends in a line."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from faults.forged_index import Blocks, Bomb, forge_contents, forge_file, read_table, write_table
from faults.forked_command import Commands
from faults.sealed_index import QUESTIONS, ask, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.codec.check import check_index
from indexer.codec.contents import CONTENTS
from indexer.codec.layout import HEADER_BYTES, pack_header
from indexer.codec.stored import compress_block
from indexer.errors import IndexFolderError
from indexer.index.folder import read_manifest
from searcher import Searcher

MEMORY = 1 << 30  # bytes of addresses that a command may take beyond what a whole index takes
SECONDS = 20
COMMANDS = (
    ("search", "anchor"),
    ("search", "haws*"),
    ("facets",),
    ("show", "quay-03"),
    ("info",),
    ("check",),
)
SEGMENT = "segments/segment1.seg"
TEXT = "segments/segment1.text"
DELETIONS = "segments/segment1.2.del"
THESAURUS = "segments/thesaurus1.labels"


_COMMANDS = Commands(2 * MEMORY, SECONDS)


@pytest.fixture(scope="module", autouse=True)
def _ready_to_run() -> Iterator[None]:
    """Keep the process that forks commands."""
    with _COMMANDS:
        yield


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that nothing was done to."""
    return make(tmp_path_factory.mktemp("honest") / "index")


@pytest.fixture
def index(honest: Path, tmp_path: Path) -> Path:
    """A copy of it to forge."""
    folder = tmp_path / "index"
    shutil.copytree(honest, folder)
    return folder


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, in bounded memory and time."""
    return _COMMANDS.run(*arguments)


def is_refused(result: subprocess.CompletedProcess[str]) -> None:
    """Assert that a command ended in one clear line."""
    assert result.returncode == 2, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("dragoman: ")
    assert "Traceback" not in result.stderr


def test_whooshs_pickled_table_is_never_loaded(index: Path, tmp_path: Path) -> None:
    """Code in Whoosh's table of contents, schema or segment list, is not run; the check warns of it."""
    mark = tmp_path / "ran"
    table = next(index.glob("_MAIN_*.toc"))
    whole = table.read_bytes()
    bomb = pickle.dumps(Bomb(mark))
    for forged, commands in (
        (bomb, COMMANDS[:-1]),
        (whole[:60] + bomb, COMMANDS[1:2]),
        (whole + bomb, COMMANDS[1:2]),
        (whole.replace(b"DragomanSegment", b"DragomanSegmemt"), COMMANDS[1:2]),
    ):
        table.write_bytes(forged)
        for command in commands:
            assert run(*command, "--index", index).returncode == 0
        is_refused(result := run("check", "--index", index))
        assert table.name in result.stdout
        assert not mark.exists()
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    assert run("update", page, "--index", index).returncode == 0
    assert run("build", page, "--index", index).returncode == 0
    assert not mark.exists()
    assert run("check", "--index", index).returncode == 0


@pytest.mark.parametrize("name", [CONTENTS, SEGMENT, TEXT, DELETIONS, THESAURUS])
def test_a_pickle_in_a_files_place_is_not_loaded(index: Path, tmp_path: Path, name: str) -> None:
    """A pickle in the place of any file is no file of an index."""
    (index / name).write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    for command in COMMANDS[1::2]:
        is_refused(run(*command, "--index", index))
    assert not (tmp_path / "ran").exists()


def test_a_pickle_in_a_block_or_a_record_is_not_loaded(index: Path, tmp_path: Path) -> None:
    """A pickle where a block or a stored record stands, checksums and seals all right, is not run."""
    bomb = pickle.dumps(Bomb(tmp_path / "ran"))

    def forge_text(blocks: Blocks, _: dict[str, Any]) -> None:
        block = compress_block([bomb.replace(b"\n", b" ")] * 36)
        blocks["data"] = ("u1", block)
        blocks["block_at"] = ("u8", (0).to_bytes(8, "little") + len(block).to_bytes(8, "little"))
        blocks["block_first"] = ("u4", (0).to_bytes(4, "little") + (36).to_bytes(4, "little"))

    def forge_terms(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks["text_en.terms"]
        blocks["text_en.terms"] = (kind, (bomb * 9)[: len(content)])

    forge_file(index / TEXT, forge_text)
    forge_file(index / SEGMENT, forge_terms)
    forge_contents(index, lambda _: None)
    is_refused(run("check", "--index", index))
    is_refused(run("show", "quay-03", "--index", index))
    for command in COMMANDS:
        assert run(*command, "--index", index).returncode in {0, 1, 2}
    assert not (tmp_path / "ran").exists()


HUGE = 1 << 62
TABLES: dict[str, Callable[[dict[str, Any]], None]] = {
    "documents": lambda table: table["meta"].update(documents=HUGE),
    "negative documents": lambda table: table["meta"].update(documents=-1),
    "documents as text": lambda table: table["meta"].update(documents="36"),
    "fraction": lambda table: table["meta"].update(documents=36.5),
    "terms": lambda table: table["meta"]["fields"]["text_en"].update(terms=HUGE),
    "postings": lambda table: table["meta"]["fields"]["text_en"].update(postings=HUGE),
    "years": lambda table: table["meta"]["dated"].update(years=list(range(1, 20000)), year_at=[0] * 20000),
    "year bounds": lambda table: table["meta"]["dated"].update(year_at=[HUGE]),
    "zone": lambda table: table["meta"]["estimated"].update(last=HUGE),
    "countries": lambda table: table["meta"].update(countries=["XX"] * 100_000),
    "countries as numbers": lambda table: table["meta"].update(countries=[1, 2]),
    "no meta": lambda table: table.pop("meta"),
    "meta as list": lambda table: table.update(meta=[]),
    "no blocks": lambda table: table.update(blocks={}),
    "blocks as list": lambda table: table.update(blocks=[1]),
    "length": lambda table: table["blocks"]["heads"].__setitem__(2, HUGE),
    "negative length": lambda table: table["blocks"]["heads"].__setitem__(2, -64),
    "offset": lambda table: table["blocks"]["heads"].__setitem__(1, HUGE),
    "negative offset": lambda table: table["blocks"]["heads"].__setitem__(1, -64),
    "overlap": lambda table: table["blocks"].update(start=table["blocks"]["end"]),
    "object type": lambda table: table["blocks"]["start"].__setitem__(0, "O8"),
    "long type": lambda table: table["blocks"]["start"].__setitem__(0, "u99999999999"),
    "structured type": lambda table: table["blocks"]["start"].__setitem__(0, "u4,O"),
    "type as list": lambda table: table["blocks"]["start"].__setitem__(0, ["u4"]),
    "wider type": lambda table: table["blocks"]["kind"].__setitem__(0, "u4"),
    "one block less": lambda table: table["blocks"].pop("by_id"),
    "page checksums": lambda table: table.update(pages="0"),
}


@pytest.mark.parametrize("forged", TABLES)
def test_a_forged_table_is_refused(index: Path, forged: str) -> None:
    """Whatever a file's table declares, it is refused before memory is taken or a byte is used."""
    body, table = read_table(index / SEGMENT)
    TABLES[forged](table)
    write_table(index / SEGMENT, body, table)
    forge_contents(index, lambda _: None)
    with pytest.raises(IndexFolderError, match=r"segment1\.seg"):
        Searcher(index)
    assert check_index(index).findings


def test_a_table_of_any_depth_or_length_is_refused(index: Path) -> None:
    """Brackets by the million, numbers of a million digits and a table of 100 MB end in a line."""
    body, _ = read_table(index / SEGMENT)
    for text in (b"[" * 3_000_000, b'{"meta": ' + b"9" * 1_000_000 + b"}", b"[" + b"0," * 50_000_000 + b"0]"):
        (index / SEGMENT).write_bytes(pack_header(len(body), text) + body[HEADER_BYTES:] + text)
        forge_contents(index, lambda _: None)
        is_refused(run("search", "anchor", "--index", index))


NAMES = ("../segment1", "/etc/passwd", "..", "", "a/b", "segment1\0", "segment1\n", "x" * 300, "é", 7, None)


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_in_the_contents_lead_nowhere_else(index: Path, name: object) -> None:
    """The name of a segment is a plain word: no path, no control character, nothing but text."""
    forge_contents(index, lambda record: record["segments"][0].update(name=name))
    with pytest.raises(IndexFolderError, match=r"dragoman\.json"):
        read_manifest(index)
    is_refused(run("search", "anchor", "--index", index))


CONTENTS_FORGED: dict[str, Callable[[dict[str, Any]], None]] = {
    "documents": lambda record: record["segments"][0].update(documents=HUGE),
    "more documents": lambda record: record["segments"][0].update(documents=37),
    "negative": lambda record: record["segments"][0].update(documents=-1),
    "truth": lambda record: record["segments"][0].update(documents=True),
    "deletions": lambda record: record["segments"][0].update(deletions="../../x"),
    "other deletions": lambda record: record["segments"][0].update(deletions=1),
    "no seals": lambda record: record["segments"][0].update(seals={}),
    "more seals": lambda record: record["segments"][0]["seals"].update({"../x": {"bytes": 1, "table": 1}}),
    "seal of another kind": lambda record: record["segments"][0]["seals"].update(seg={"bytes": 1}),
    "twice the same": lambda record: record["segments"].append(record["segments"][0]),
    "segments as text": lambda record: record.update(segments="segment1"),
    "no segments": lambda record: record.pop("segments"),
    "generation": lambda record: record.update(generation=-5),
    "sources": lambda record: record.update(sources=[{"file": 1, "items": 1, "skipped": 0}]),
    "built": lambda record: record.update(built=[]),
    "codec": lambda record: record.update(codec={"a": 1}),
    "another application": lambda record: record.update(application="other"),
    "one key more": lambda record: record.update(run="x"),
}


@pytest.mark.parametrize("forged", CONTENTS_FORGED)
def test_forged_contents_are_refused(index: Path, forged: str) -> None:
    """A table of contents with a right checksum and wrong content is refused in one line."""
    forge_contents(index, CONTENTS_FORGED[forged])
    with pytest.raises(IndexFolderError) as told:
        Searcher(index)
    assert "\n" not in str(told.value)
    assert check_index(index).findings


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 4_000_000,
        b'{"application": ' * 200_000,
        b'{"application": "dragoman", "format": ' + b"9" * 1_000_000 + b"}",
        b'{"application": "dragoman", "format": 1e999}',
        b'{"application": "dragoman", "format": NaN}',
        b"\xff\xfe" + b"\0" * 1000,
        b"\0" * 4_000_000,
        b'"' + b"\\ud800" * 100_000 + b'"',
    ],
    ids=["brackets", "objects", "digits", "infinite", "no number", "utf-16", "zeros", "surrogates"],
)
def test_contents_of_any_form_end_in_a_line(index: Path, content: bytes) -> None:
    """JSON bombs and what is no JSON are refused in bounded memory and time."""
    (index / CONTENTS).write_bytes(content)
    for command in (*COMMANDS[:1], *COMMANDS[-1:]):
        is_refused(run(*command, "--index", index))


def test_contents_of_a_gigabyte_are_not_read(index: Path) -> None:
    """A table of contents, or a file of a segment, that is huge is refused at once."""
    for name in (CONTENTS, SEGMENT, TEXT):
        with (index / name).open("r+b") as file:
            file.truncate(1 << 30)
        started = time.monotonic()
        is_refused(run("search", "anchor", "--index", index))
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", [CONTENTS, "segments", SEGMENT, TEXT, DELETIONS, THESAURUS])
def test_links_are_not_followed(index: Path, honest: Path, tmp_path: Path, name: str) -> None:
    """A link in any file's place is refused, even where it leads to a good file."""
    target = tmp_path / "elsewhere"
    (shutil.copytree if name == "segments" else shutil.copy)(honest / name, target)
    path = index / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(target)
    for command in COMMANDS[1::2]:
        is_refused(result := run(*command, "--index", index))
        assert "link" in result.stderr + result.stdout


@pytest.mark.parametrize("name", [CONTENTS, SEGMENT, TEXT, DELETIONS, THESAURUS])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "dangling"])
def test_pipes_devices_and_folders_are_not_opened(index: Path, name: str, kind: str) -> None:
    """A named pipe does not block, a device is not read, a folder is no file."""
    path = index / name
    path.unlink()
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to("/nowhere/at/all")
    is_refused(run("search", "haws*", "--index", index))
    is_refused(run("check", "--index", index))


def test_writers_do_not_write_through_links(index: Path, tmp_path: Path) -> None:
    """Links under the names of files to be written are replaced, and what they lead to stays."""
    precious = tmp_path / "precious"
    precious.write_text("thesis")
    segments = index / "segments"
    names = ["segment3.seg.tmp", "segment3.text.tmp", "segment3.seg", "segment3.text", "unfinished"]
    for path in (index / f"{CONTENTS}.new", index / "_MAIN_3.toc.new", *(segments / name for name in names)):
        path.symlink_to(precious)
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    for command in ("update", "build"):
        result = run(command, page, "--index", index)
        assert "Traceback" not in result.stderr
        assert precious.read_text() == "thesis"


def test_a_folder_of_segments_that_is_a_link_is_not_written_to(index: Path, tmp_path: Path) -> None:
    """A build into a folder whose segments lie elsewhere is refused, and elsewhere stays as it is."""
    elsewhere = tmp_path / "elsewhere"
    shutil.move(index / "segments", elsewhere)
    (index / "segments").symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.iterdir())
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    for command in ("update", "build"):
        is_refused(run(command, page, "--index", index))
        assert sorted(path.name for path in elsewhere.iterdir()) == before


def test_a_record_that_unpacks_to_gigabytes_is_refused(index: Path) -> None:
    """A few kilobytes that would become gigabytes are not unpacked beyond what a record may have."""
    packer = zlib.compressobj(1)
    block = b"".join(packer.compress(bytes(1 << 20)) for _ in range(600)) + packer.flush()

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        blocks["data"] = ("u1", block)
        blocks["block_at"] = ("u8", (0).to_bytes(8, "little") + len(block).to_bytes(8, "little"))
        blocks["block_first"] = ("u4", (0).to_bytes(4, "little") + (36).to_bytes(4, "little"))

    forge_file(index / TEXT, forge)
    forge_contents(index, lambda _: None)
    is_refused(run("show", "quay-03", "--index", index))
    is_refused(run("check", "--index", index))


@pytest.mark.parametrize(
    "record",
    [
        b"[" * 500_000,
        b"{}",
        b"null",
        b"\xff\xff",
        b'{"id": "quay-03"}',
        b"9" * 100_000,
        json.dumps({"id": 3, "title": [], "body": {}, "url": 1, "date": "x"}).encode(),
    ],
    ids=["brackets", "empty", "null", "bytes", "parts missing", "digits", "wrong types"],
)
def test_a_record_of_any_form_ends_in_a_line(index: Path, record: bytes) -> None:
    """A stored record that is no item is told as damage by whoever shows it, and by the check."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        block = compress_block([record] * 36)
        blocks["data"] = ("u1", block)
        blocks["block_at"] = ("u8", (0).to_bytes(8, "little") + len(block).to_bytes(8, "little"))
        blocks["block_first"] = ("u4", (0).to_bytes(4, "little") + (36).to_bytes(4, "little"))

    forge_file(index / TEXT, forge)
    forge_contents(index, lambda _: None)
    for question in QUESTIONS[:2]:
        assert isinstance(ask(index, question), tuple)
    assert [finding.part for finding in check_index(index).findings] == ["data"]


def _forge_numbers(honest: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    index = tmp_path_factory.mktemp("forged") / "index"
    shutil.copytree(honest, index)
    name = data.draw(st.sampled_from([SEGMENT, TEXT, "segments/segment2.seg", DELETIONS, THESAURUS]))

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        block = data.draw(st.sampled_from(sorted(name for name, (_, content) in blocks.items() if content)))
        kind, content = blocks[block]
        width = int(kind[1:])
        number = data.draw(st.integers(0, len(content) // width - 1))
        value = data.draw(
            st.one_of(
                st.integers(0, 40),
                st.sampled_from([255, 65535, 1 << 31, (1 << 32) - 1, (1 << 63) + 1]),
            )
        )
        other = (value % (1 << 8 * width)).to_bytes(width, "little")
        everywhere = data.draw(st.booleans())
        at = number * width
        blocks[block] = (
            kind,
            other * (len(content) // width) if everywhere else content[:at] + other + content[at + width :],
        )

    forge_file(index / name, forge)
    forge_contents(index, lambda _: None)
    for question in QUESTIONS:
        for numpy in (True, False):
            ask(index, question, numpy=numpy)
    check_index(index)
    shutil.rmtree(index.parent)


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(FUZZ, max_examples=40)
@given(data=st.data())
def test_forged_numbers_end_in_an_answer_or_a_line(
    honest: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any block with other content and right checksums: an answer or told damage, never a traceback."""
    _forge_numbers(honest, tmp_path_factory, data)


@pytest.mark.faults
@settings(FUZZ, max_examples=2_000)
@given(data=st.data())
def test_two_thousand_forged_numbers_end_in_an_answer_or_a_line(
    honest: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """The same two thousand times."""
    _forge_numbers(honest, tmp_path_factory, data)


def test_exceptions_out_of_order_are_found_by_the_check(index: Path) -> None:
    """Where large counts stand is read before the lists that stand on it: out of order they are told."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks["words.over_at"]
        blocks["words.over_at"] = (kind, (255).to_bytes(4, "little") + content[4:])

    forge_file(index / SEGMENT, forge)
    forge_contents(index, lambda _: None)
    assert "words.over_at" in [finding.part for finding in check_index(index).findings]


def test_a_term_that_is_no_text_is_told_as_damage(index: Path) -> None:
    """A forged term that no decoder reads is named by the check, and told by the question that meets it."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks["words.terms"]
        blocks["words.terms"] = (kind, content[:-1] + b"\xff")  # of the last term: the order holds

    with Searcher(index) as searcher:
        *_, last = searcher._executor.terms("words", "")
    forge_file(index / SEGMENT, forge)
    forge_contents(index, lambda _: None)
    assert "words.terms" in [finding.part for finding in check_index(index).findings]
    with Searcher(index) as searcher, pytest.raises(IndexFolderError, match=r"damaged \(words\.terms"):
        searcher.search(f"{last[0]}xyxyq")  # unknown: the terms of its letter are looked through


LINES: dict[str, Callable[[bytes], bytes]] = {
    "no cells": lambda line: line.split(b"\t")[0] + b"\t",
    "one bar less": lambda line: line.replace(b"|", b"", 1),
    "bars alone": lambda line: line.split(b"\t")[0] + b"\t|||||\t||",
    "a word for a number": lambda line: line.replace(b"0", b"x").replace(b"1", b"x"),
    "no weight": lambda line: line.replace(b"\t1\t", b"\tnan\t"),
    "endless weight": lambda line: line.replace(b"\t1\t", b"\tinf\t"),
    "huge weight": lambda line: line.replace(b"\t1\t", b"\t1e308\t"),
    "negative weight": lambda line: line.replace(b"\t1\t", b"\t-1\t"),
    "digits": lambda line: line.replace(b"\t1\t", b"\t" + b"9" * 100_000 + b"\t").replace(
        b"|3", b"|" + b"9" * 9000
    ),
    "negative concept": lambda line: line.replace(b"||", b"||-"),
    "no such concept": lambda line: line.replace(b"||", b"||77777"),
    "another language": lambda line: line.replace(b"\tes|", b"\tqq|"),
    "no UTF-8": lambda line: line + b"\xff",
    "gaps alone": lambda line: line.replace(b"muell|", b"_ _|").replace(b"ferri|", b"_|"),
    "a long label": lambda line: line.replace(b"muell|", b"muell " * 100_000 + b"|"),
    "many labels": lambda line: line + b"\ten|jetti|x" * 30_000 * line.startswith(b"#"),
    "many concepts": lambda line: line.replace(b"||", b"||" + b"0," * 100_000),
}


@pytest.mark.parametrize("forged", LINES)
def test_a_forged_thesaurus_ends_in_an_answer_or_a_line(index: Path, forged: str) -> None:
    """Whatever stands in the lines of a thesaurus: an answer or one line, in bounded time and memory."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        starts = [number for (number,) in struct.iter_unpack("<I", blocks["starts"][1])]
        lines = [LINES[forged](blocks["lines"][1][a:b]) for a, b in pairwise(starts)]
        blocks["lines"] = ("u1", b"".join(lines))
        ends = [0, *accumulate(map(len, lines))]
        blocks["starts"] = ("u4", struct.pack(f"<{len(ends)}I", *ends))

    forge_file(index / THESAURUS, forge)
    forge_contents(index, lambda _: None)
    for command in (("search", "muelle ferry", "--explain"), ("similar", "quay-01")):
        started = time.monotonic()
        result = run(*command, "--index", index)
        assert "Traceback" not in result.stderr, result.stderr
        if result.returncode == 2:
            is_refused(result)
            assert "thesaurus1.labels" in result.stderr
        assert time.monotonic() - started < 10
    found = check_index(index).findings
    assert {finding.file for finding in found} == (set() if forged in HARMLESS else {THESAURUS})


HARMLESS = {"a long label", "many labels", "many concepts"}
"""What a thesaurus may be, though it is odd: long."""


def test_starts_of_a_forged_thesaurus_lead_nowhere(index: Path) -> None:
    """Lines that start beyond their end, or before their beginning, are told."""
    for value in (0, 1, 1 << 31, (1 << 32) - 1):

        def forge(blocks: Blocks, _: dict[str, Any], value: int = value) -> None:
            count = len(blocks["starts"][1]) // 4
            blocks["starts"] = ("u4", struct.pack("<I", value) * count)

        forge_file(index / THESAURUS, forge)
        forge_contents(index, lambda _: None)
        result = run("search", "muelle", "--index", index)
        assert "Traceback" not in result.stderr
        assert result.returncode in {0, 2}
        assert {finding.file for finding in check_index(index).findings} == {THESAURUS}
