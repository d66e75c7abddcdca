"""Hostile declarations in the files of an index: impossible values are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults.forged_index import SEGMENT, TEXT, forge_contents, read_table, write_table
from faults.refusal import COMMANDS, Run, is_refused

from indexer.codec.layout import HEADER_BYTES, pack_header
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.contents import CONTENTS
from indexer.store.index_folder import read_manifest
from searcher import Searcher

HUGE = 1 << 62
TABLES: dict[str, Callable[[dict[str, Any]], None]] = {
    "documents": lambda table: table["meta"].update(documents=HUGE),
    "negative documents": lambda table: table["meta"].update(documents=-1),
    "documents as text": lambda table: table["meta"].update(documents="36"),
    "fraction": lambda table: table["meta"].update(documents=36.5),
    "terms": lambda table: table["meta"]["fields"]["text_en"].update(terms=HUGE),
    "postings": lambda table: table["meta"]["fields"]["text_en"].update(postings=HUGE),
    "wider upper halves": lambda table: table["blocks"]["text_en.uppers"].__setitem__(0, "u4"),
    "far positions as halves": lambda table: table["blocks"]["text_en.far_at"].__setitem__(0, "u2"),
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
    """Whatever a file's table declares, it is refused before memory is allocated or a byte is used."""
    body, table = read_table(index / SEGMENT)
    TABLES[forged](table)
    write_table(index / SEGMENT, body, table)
    forge_contents(index, lambda _: None)
    with pytest.raises(IndexFolderError, match=r"segment1\.seg"):
        Searcher(index)
    assert check_index(index).findings


@pytest.mark.slow
def test_a_table_of_any_depth_or_length_is_refused(index: Path, run: Run) -> None:
    """Millions of brackets, numbers of a million digits and a table of 100 MB end in a line."""
    body, _ = read_table(index / SEGMENT)
    for text in (b"[" * 3_000_000, b'{"meta": ' + b"9" * 1_000_000 + b"}", b"[" + b"0," * 50_000_000 + b"0]"):
        (index / SEGMENT).write_bytes(pack_header(len(body), text) + body[HEADER_BYTES:] + text)
        forge_contents(index, lambda _: None)
        is_refused(run("search", "anchor", "--index", index))


NAMES = ("../segment1", "/etc/passwd", "..", "", "a/b", "segment1\0", "segment1\n", "x" * 300, "é", 7, None)


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_in_the_contents_are_no_paths(index: Path, name: object, run: Run) -> None:
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
    """A table of contents with a valid checksum and wrong content is refused in one line."""
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
    ids=["brackets", "objects", "digits", "infinite", "not a number", "utf-16", "zeros", "surrogates"],
)
def test_malformed_contents_end_in_a_line(index: Path, content: bytes, run: Run) -> None:
    """JSON bombs and files that are no JSON are refused in bounded memory and time."""
    (index / CONTENTS).write_bytes(content)
    for command in (*COMMANDS[:1], *COMMANDS[-1:]):
        is_refused(run(*command, "--index", index))


def test_contents_of_a_gigabyte_are_not_read(index: Path, run: Run) -> None:
    """A huge table of contents, or a huge file of a segment, is refused in less memory than its size."""
    for name in (CONTENTS, SEGMENT, TEXT):
        with (index / name).open("r+b") as file:
            file.truncate(1 << 30)
        is_refused(run("search", "anchor", "--index", index))
