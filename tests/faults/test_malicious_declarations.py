"""Hostile declarations in the files of an index: impossible values are refused."""

from pathlib import Path
from typing import Any

import pytest
from faults.forged_index import SEGMENT, TEXT, forge_at, forge_manifest, read_table, write_table
from faults.refusal import COMMANDS, is_refused, run
from tables import by_table

from indexer.codec.layout import HEADER_BYTES, pack_header
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.index_folder import read_manifest
from indexer.store.manifest import MANIFEST
from searcher import Searcher


@by_table
def test_a_forged_table_is_refused(index: Path, forged: str, place: list[Any], value: Any) -> None:
    """Whatever a file's table declares, it is refused before memory is allocated or a byte is used."""
    body, table = read_table(index / SEGMENT)
    forge_at(table, place, value)
    write_table(index / SEGMENT, body, table)
    forge_manifest(index)
    with pytest.raises(IndexFolderError, match=r"segment1\.seg"):
        Searcher(index)
    assert check_index(index).findings, forged


@pytest.mark.slow
def test_a_table_of_any_depth_or_length_is_refused(index: Path) -> None:
    """Millions of brackets, numbers of a million digits and a table of 100 MB end in a line."""
    body, _ = read_table(index / SEGMENT)
    for text in (b"[" * 3_000_000, b'{"meta": ' + b"9" * 1_000_000 + b"}", b"[" + b"0," * 50_000_000 + b"0]"):
        (index / SEGMENT).write_bytes(pack_header(len(body), text) + body[HEADER_BYTES:] + text)
        forge_manifest(index)
        is_refused(run("search", "anchor", "--index", index))


NAMES = ("../segment1", "/etc/passwd", "..", "", "a/b", "segment1\0", "segment1\n", "x" * 300, "é", 7, None)


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_in_the_manifest_are_no_paths(index: Path, name: object) -> None:
    """The name of a segment is a plain word: no path, no control character, nothing but text."""
    forge_manifest(index, lambda record: record["segments"][0].update(name=name))
    with pytest.raises(IndexFolderError, match=r"dragoman\.json"):
        read_manifest(index)
    is_refused(run("search", "anchor", "--index", index))


@by_table
def test_forged_manifests_are_refused(index: Path, forged: str, place: list[Any], value: Any) -> None:
    """A manifest with a valid checksum and wrong content is refused in one line."""
    forge_manifest(index, lambda record: forge_at(record, place, value))
    with pytest.raises(IndexFolderError) as told:
        Searcher(index)
    assert "\n" not in str(told.value)
    assert check_index(index).findings, forged


@by_table
def test_malformed_manifests_end_in_a_line(index: Path, content: bytes) -> None:
    """JSON bombs and files that are no JSON are refused in bounded memory and time."""
    (index / MANIFEST).write_bytes(content)
    for command in (*COMMANDS[:1], *COMMANDS[-1:]):
        is_refused(run(*command, "--index", index))


def test_manifest_of_a_gigabyte_are_not_read(index: Path) -> None:
    """A huge manifest, or a huge file of a segment, is refused in less memory than its size."""
    for name in (MANIFEST, SEGMENT, TEXT):
        with (index / name).open("r+b") as file:
            file.truncate(1 << 30)
        is_refused(run("search", "anchor", "--index", index))
