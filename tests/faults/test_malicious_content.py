"""Hostile blocks of an index: an answer or reported damage, never a traceback."""

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from faults.forged_index import (
    DELETIONS,
    SEGMENT,
    TEXT,
    THESAURUS,
    Blocks,
    forge_block,
    forge_in,
    with_records,
)
from faults.refusal import is_refused, run
from faults.sealed_index import QUESTIONS, ask
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.codec.stored_writer import compress_block
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from searcher import Searcher


@pytest.mark.slow
def test_a_record_that_unpacks_to_gigabytes_is_refused(index: Path) -> None:
    """A few kilobytes that would become gigabytes are not decompressed beyond the limit of a record."""
    # After a full flush equal bytes are compressed equally, so that one piece can be repeated.
    packer = zlib.compressobj(1)
    first, again = (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    block = first + again * 599 + packer.flush()
    assert len(block) < 4 << 20

    forge_in(index, TEXT, with_records(block))
    is_refused(run("show", "quay-03", "--index", index))
    is_refused(run("check", "--index", index))


@by_table
def test_a_malformed_record_ends_in_a_line(index: Path, record: bytes) -> None:
    """A stored record that is no item is reported as damage by commands that read it, and by the check."""
    forge_in(index, TEXT, with_records(compress_block([record] * 36)))
    for question in QUESTIONS[:2]:
        assert isinstance(ask(index, question), tuple)
    assert [finding.part for finding in check_index(index).findings] == ["data"]


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(15, 2_000))
@given(data=st.data())
def test_forged_numbers_end_in_an_answer_or_a_line(
    honest: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any block with other content and valid checksums gives an answer or reports damage."""
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
                st.integers(0, 40), st.sampled_from([255, 65535, 1 << 31, (1 << 32) - 1, (1 << 63) + 1])
            )
        )
        other = (value % (1 << 8 * width)).to_bytes(width, "little")
        everywhere = data.draw(st.booleans())
        at = number * width
        blocks[block] = (
            kind,
            other * (len(content) // width) if everywhere else content[:at] + other + content[at + width :],
        )

    forge_in(index, name, forge)
    for question in QUESTIONS:
        for numpy in (True, False):
            ask(index, question, numpy=numpy)
    check_index(index)
    shutil.rmtree(index.parent)


def test_exceptions_out_of_order_are_found_by_the_check(index: Path) -> None:
    """Positions of large counts must be in order, as they are read before the lists that depend on them."""
    forge_block(index, SEGMENT, "words.over_at", lambda content: (255).to_bytes(4, "little") + content[4:])
    assert "words.over_at" in [finding.part for finding in check_index(index).findings]


ENCODINGS: dict[str, tuple[str, Callable[[Blocks], None]]] = {
    "an escape without its position": ("text_en.far", lambda blocks: swap(blocks, "positions", b"\xff")),
    "equal positions": ("text_en.positions", lambda blocks: swap(blocks, "positions", b"\0" * 90)),
    "an upper half of a small segment": ("text_en.ids", lambda blocks: add_upper(blocks, bytes(4))),
    "an upper half after the last posting": (
        "text_en.upper_at",
        lambda blocks: add_upper(blocks, b"\xff" * 4),
    ),
    "documents in disorder": ("text_en.ids", lambda blocks: swap(blocks, "ids", b"\x23\0\x01\0" * 30)),
    "begins of no upper half": ("text_en.upper_from", lambda blocks: swap(blocks, "upper_from", b"\x09")),
}


def swap(blocks: Blocks, part: str, start: bytes) -> None:
    """Replace the first bytes of a block of the English texts."""
    kind, content = blocks[f"text_en.{part}"]
    blocks[f"text_en.{part}"] = (kind, start + content[len(start) :])


def add_upper(blocks: Blocks, at: bytes) -> None:
    """Add an upper half to a segment that has none."""
    swap(blocks, "upper_at", at)
    swap(blocks, "uppers", b"\1")


@pytest.mark.parametrize("forged", ENCODINGS)
def test_forged_encodings_are_found_by_the_check(index: Path, forged: str) -> None:
    """Forged halves and positions end in an answer or a line, and the check names the block."""
    part, forge = ENCODINGS[forged]
    forge_in(index, SEGMENT, lambda blocks, _: forge(blocks))
    assert part in [finding.part for finding in check_index(index).findings]
    for question in QUESTIONS[:4:3]:
        for numpy in (True, False):
            ask(index, question, numpy=numpy)


def test_a_term_that_is_no_utf_8_is_damage(index: Path) -> None:
    """A forged term that cannot be decoded is named by the check, and reported by the query that meets it."""
    with Searcher(index) as searcher:
        *_, last = searcher._engine.words("").split()
    # The last term: the order of the terms holds.
    forge_block(index, SEGMENT, "words.terms", lambda content: content[:-2] + b"\xff\n")
    assert "words.terms" in [finding.part for finding in check_index(index).findings]
    with Searcher(index) as searcher, pytest.raises(IndexFolderError, match=r"damaged \(words\.terms"):
        searcher.search(f"{last[0]}xyxyq")  # unknown: the terms of its letter are searched


def test_a_document_frequency_above_the_total_is_damage(index: Path) -> None:
    """A forged document frequency is damage, not a query that is too expensive."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks["text_en.start"]
        width = int(kind[1:])
        high = (1 << 8 * width - 1).to_bytes(width, "little")
        blocks["text_en.start"] = (kind, content[:width] + high * (len(content) // width - 1))

    with Searcher(index) as searcher:
        engine = searcher._engine
        first = next(word for word in engine.words("").split() if engine.document_frequency("text_en", word))
    forge_in(index, SEGMENT, forge)
    assert "text_en.start" in [finding.part for finding in check_index(index).findings]
    with Searcher(index) as searcher, pytest.raises(IndexFolderError, match=r"damaged \(text_en\.start"):
        searcher.search(first)


def test_contradictory_custom_fields_are_found_by_the_check(index: Path) -> None:
    """A term that is no value of a field is reported, and so is a document with two values of one field."""

    def twice(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks["own.ids"]
        start = memoryview(blocks["own.start"][1]).cast("I").tolist()
        first = next(at for at in start if at < start[-1] and at)  # of a second value
        blocks["own.ids"] = (kind, content[: 4 * first] + content[:4] + content[4 * first + 4 :])

    forge_in(index, SEGMENT, twice)
    assert "own.ids" in [finding.part for finding in check_index(index).findings]
    forge_block(index, SEGMENT, "own.terms", lambda content: content.replace(b"\x1f", b" ", 1))
    assert "own.terms" in [finding.part for finding in check_index(index).findings]
