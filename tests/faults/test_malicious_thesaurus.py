"""The thesaurus of a hostile index: whatever its lines contain ends in an answer or a line."""

import json
import re
import shutil
import struct
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from faults.forged_index import SEGMENT, THESAURUS, Blocks, forge_in
from faults.refusal import is_refused, run
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.codec.postings import BLOCK_TERMS
from indexer.codec.segment import Segment
from indexer.custom_fields import is_concept
from indexer.errors import IndexFolderError
from indexer.schema import OWN
from indexer.store.check import check_index
from indexer.store.indexing import build, update


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


NUMBERS = (0, 1, 39, 255, 65535, 1 << 31, (1 << 32) - 1, (1 << 63) + 1)
ITEM = {
    "title": "WHO",
    "body": "World Health Organization: harbour, school, climate change, who",
    "language": "en",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index with Dragoman's own thesaurus, and a source that changes its item."""
    folder = tmp_path_factory.mktemp("whole")
    for name, more in (("a.jsonl", ""), ("b.jsonl", " and schools")):
        (folder / name).write_text(json.dumps({"id": "a", **ITEM, "body": ITEM["body"] + more}) + "\n")
    build([folder / "a.jsonl"], folder / "index")
    return folder


BLOCKS = "words alone concepts edges label_nodes label_concepts label_capitals wider wider_at".split()


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(data=st.data())
def test_forged_labels_end_in_an_update_or_a_line(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Numbers changed, cut off or added: an update succeeds or reports damage, and the check finds it."""
    index = tmp_path_factory.mktemp("forged") / "index"
    shutil.copytree(whole / "index", index)
    name = f"found.{data.draw(st.sampled_from(BLOCKS))}"

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks[name]
        width = int(kind[1:])
        count = len(content) // width
        other = (data.draw(st.sampled_from(NUMBERS)) % (1 << 8 * width)).to_bytes(width, "little")
        at = data.draw(st.integers(0, count - 1)) * width
        changed = (
            content[:at] + other + content[at + width :],
            other * count,
            content[:at],
            content + 3 * other,
        )
        blocks[name] = (kind, data.draw(st.sampled_from([one for one in changed if one != content])))

    forge_in(index, THESAURUS, forge)
    assert [finding.file for finding in check_index(index).findings] == [THESAURUS]
    with suppress(IndexFolderError):
        update([whole / "b.jsonl"], index)
    shutil.rmtree(index.parent)


def test_forged_concepts_of_items_are_found(index: Path) -> None:
    """A concept listed for an item whose text does not have it contradicts the texts."""
    segment = Segment(index / "segments", "segment1")
    terms = [term.decode() for term in segment.lexicon(OWN).walk(range(len(segment.lexicon(OWN))))]
    start, ids = (segment.array(f"{OWN}.{part}").tolist() for part in ("start", "ids"))
    at = next(
        start[number]
        for number, term in enumerate(terms)
        if is_concept(term) and start[number + 1] - start[number] > 0 and ids[start[number]] > 0
    )

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks[f"{OWN}.ids"]
        width = int(kind[1:])
        less = (ids[at] - 1).to_bytes(width, "little")
        blocks[f"{OWN}.ids"] = (kind, content[: at * width] + less + content[(at + 1) * width :])

    assert check_index(index).findings == ()
    forge_in(index, SEGMENT, forge)
    assert [finding.part for finding in check_index(index).findings] == [f"{OWN}.ids"]
