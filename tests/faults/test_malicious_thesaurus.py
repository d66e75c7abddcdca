"""The thesaurus of a hostile index: whatever its lines contain ends in an answer or a line."""

import re
import struct
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from faults.forged_index import THESAURUS, Blocks, forge_in
from faults.refusal import is_refused, run
from tables import by_table

from indexer.codec.postings import BLOCK_TERMS
from indexer.store.check import check_index


@pytest.mark.slow
@by_table
def test_a_forged_thesaurus_ends_in_an_answer_or_a_line(
    index: Path, forged: str, pattern: bytes, written: bytes
) -> None:
    """Any lines of a thesaurus give an answer or one line, in bounded time and memory."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        lines = [re.sub(pattern, written, line) for line in blocks["lines.terms"][1].split(b"\n")[1:-1]]
        blocks["lines.terms"] = ("u1", b"\n".join([b"", *lines, b""]))
        ends = [0, *accumulate(len(line) + 1 for line in lines)]
        starts = [*ends[:-1:BLOCK_TERMS], ends[-1]]
        blocks["lines.block_at"] = ("u4", struct.pack(f"<{len(starts)}I", *starts))

    forge_in(index, THESAURUS, forge)
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

        forge_in(index, THESAURUS, forge)
        result = run("search", "muelle", "--index", index)
        assert result.exit_code in {0, 2}
        assert {finding.file for finding in check_index(index).findings} == {THESAURUS}
