"""The thesaurus of a hostile index: whatever its lines contain ends in an answer or a line."""

import struct
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from faults.forged_index import THESAURUS, Blocks, forge_contents, forge_file
from faults.refusal import is_refused, run

from indexer.codec.postings import BLOCK_TERMS
from indexer.store.check import check_index

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
    "near no concept": lambda line: line + b"\t77777" * line.startswith(b">"),
    "near a word": lambda line: line + b"\tx" * line.startswith(b">"),
    "near many": lambda line: line + b"\t0" * 30_000 * line.startswith(b">"),
    "many concepts": lambda line: line.replace(b"||", b"||" + b"0," * 100_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("forged", LINES)
def test_a_forged_thesaurus_ends_in_an_answer_or_a_line(index: Path, forged: str) -> None:
    """Any lines of a thesaurus give an answer or one line, in bounded time and memory."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        lines = [LINES[forged](line) for line in blocks["lines.terms"][1].split(b"\n")[1:-1]]
        blocks["lines.terms"] = ("u1", b"\n".join([b"", *lines, b""]))
        ends = [0, *accumulate(len(line) + 1 for line in lines)]
        starts = [*ends[:-1:BLOCK_TERMS], ends[-1]]
        blocks["lines.block_at"] = ("u4", struct.pack(f"<{len(starts)}I", *starts))

    forge_file(index / THESAURUS, forge)
    forge_contents(index)
    for command in (("search", "muelle ferry", "--explain"), ("similar", "quay-01")):
        result = run(*command, "--index", index)
        if result.exit_code == 2:
            is_refused(result)
            assert "thesaurus1.labels" in result.stderr
    found = check_index(index).findings
    assert {finding.file for finding in found} == (set() if forged in HARMLESS else {THESAURUS})


HARMLESS = {"many concepts", "near many"}
"""What a thesaurus may be, though it is odd: long. Labels are compared with those of the topics."""


@pytest.mark.slow
def test_forged_line_starts_of_a_thesaurus_are_reported(index: Path) -> None:
    """Blocks of lines that start beyond the end of the lines, or not at a line, are reported."""
    for value in (0, 1, 1 << 31, (1 << 32) - 1):

        def forge(blocks: Blocks, _: dict[str, Any], value: int = value) -> None:
            count = len(blocks["lines.block_at"][1]) // 4
            blocks["lines.block_at"] = ("u4", struct.pack("<I", value) * count)

        forge_file(index / THESAURUS, forge)
        forge_contents(index)
        result = run("search", "muelle", "--index", index)
        assert result.exit_code in {0, 2}
        assert {finding.file for finding in check_index(index).findings} == {THESAURUS}
