"""The encodings of posting lists: halves of document numbers, gaps, positions of one or two bytes."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from examples import examples
from faults.forged_index import Blocks, forge_file
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.codec.document_columns import PackedCountries
from indexer.codec.layout import Container
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.postings import FieldPostings
from indexer.codec.segment_writer import FieldWriter
from indexer.errors import IndexFolderError
from indexer.store.damage import SHAPE_ERRORS

DOCUMENTS = 3 << 16
EMPTY = np.zeros(0, np.uint32)
NO_COUNTRIES = PackedCountries([], np.zeros(DOCUMENTS, np.uint32), EMPTY, EMPTY, EMPTY)
EDGES = [0, 1, 65_534, 65_535, 65_536, 131_071, 131_072, DOCUMENTS - 1]
FAR = [0, 254, 255, 256, 510, 511, 512, 1022, 1023, 1024, 4094, 4095, 4096, 65_534, 65_535, 1 << 23]

Postings = dict[int, list[int]]  # the positions of each document

documents = st.sampled_from(EDGES) | st.integers(0, DOCUMENTS - 1)
positions = st.lists(st.sampled_from(FAR) | st.integers(0, 700), min_size=1, max_size=40, unique=True)
posting_lists = st.lists(
    st.dictionaries(documents, positions.map(sorted), min_size=1, max_size=30), min_size=1, max_size=12
)


FORGED_LISTS: list[Postings] = [
    {doc: [doc % 900, 70_000 + doc] for doc in range(0, DOCUMENTS, 997)},
    {7: [254, 255, 256], 65_536: [1]},
    {131_072: [3, 400]},
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a field that uses every block of the encodings."""
    path = tmp_path_factory.mktemp("field") / "one"
    write(path, FORGED_LISTS, [], position_kind="u1")
    return path


def write(path: Path, lists: Sequence[Postings], cuts: Sequence[int], **shape: Any) -> FieldPostings:
    """Write the posting lists of a ranked field, in the batches between some cuts, and read them."""
    container = ContainerWriter(path)
    every = [positions for one in lists for positions in one.values()]
    field = FieldWriter(
        container,
        "text_en",
        2,
        NO_COUNTRIES,
        postings=len(every),
        occurrences=sum(map(len, every)),
        lengths=np.ones(DOCUMENTS, np.uint32),
        **shape,
    )
    for first, last in pairwise(sorted({0, *cuts, len(lists)})):
        some = [dict(sorted(one.items())) for one in lists[first:last]]
        of_documents = [positions for one in some for positions in one.values()]
        field.add(
            [b"%04d" % number for number in range(first, last)],
            np.array([*map(len, some)]),
            np.array([doc for one in some for doc in one], np.uint32),
            np.array([*map(len, of_documents)]),
            None,
            np.array([at for positions in of_documents for at in positions], np.uint32),
        )
    field.close()
    container.finish({"fields": {"text_en": field.meta}})
    return FieldPostings(Container(path), 2, "text_en")


@given(posting_lists, st.lists(st.integers(0, 12), max_size=3), st.sampled_from(["u1", "u2", None]))
@example([{doc: [doc % 300] for doc in range(0, DOCUMENTS, 97)}], [], None)
@example([{doc: [1]} for doc in EDGES], [1, 5], None)
@example([{0: FAR}, {65_536: FAR[:3], 131_072: [254, 255, 256]}], [1], "u1")
@settings(deadline=None, max_examples=examples(30))
def test_documents_and_positions_are_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, lists: list[Postings], cuts: list[int], kind: str | None
) -> None:
    """Any lists of documents and positions are decoded as written, with numpy and without it."""
    cuts = [cut for cut in cuts if cut < len(lists)]
    read = write(tmp_path_factory.mktemp("field") / "one", lists, cuts, position_kind=kind)
    bounds = [*accumulate([0, *map(len, lists)])]
    posting = occurrence = 0
    for one, (first, last) in zip(lists, pairwise(bounds), strict=True):
        assert read.bounds(bounds.index(first)) == (first, last)
        assert read.documents(first, last).tolist() == list(read.ids_of(first, last)) == sorted(one)
        following = range(bounds.index(first), len(lists))
        every = [doc for other in lists[following.start :] for doc in sorted(other)]
        assert read.documents_of(following).tolist() == every
        for _, expected in sorted(one.items()):
            assert list(read.positions_of(posting)) == expected
            spots = np.arange(occurrence, occurrence + len(expected))
            assert read.positions_at(spots).tolist() == expected
            assert read.positions_at(spots[::2]).tolist() == expected[::2]
            posting, occurrence = posting + 1, occurrence + len(expected)
    for first in range(len(lists)):
        for last in range(first + 1, len(lists) + 1):
            expected = [doc for one in lists[first:last] for doc in sorted(one)]
            assert read.documents_of(range(first, last)).tolist() == expected


@pytest.mark.parametrize(
    ("largest", "kind"), [(254, "u1"), (256, "u1"), (400, "u2"), (60_000, "u2"), (1 << 22, "u2")]
)
def test_positions_are_as_wide_as_most_of_them_need(tmp_path: Path, largest: int, kind: str) -> None:
    """The width follows the positions of the field, and one far position changes nothing."""
    places = np.linspace(0, largest, 100).astype(int).tolist()
    for extra in ([], [{3: [1 << 23]}]):
        read = write(tmp_path / "one", [{doc: [at] for doc, at in enumerate(places)}, *extra], [])
        assert Container(tmp_path / "one").kind("text_en.positions") == kind
        assert read.positions_at(np.arange(100)).tolist() == places


@pytest.mark.slow
def test_only_the_pages_of_read_positions_are_compared(tmp_path: Path) -> None:
    """Damage between two positions is found when it is read, not before."""
    postings = 66_000
    write(tmp_path / "one", [{doc: [300] for doc in range(postings)}], [], position_kind="u2")
    content = bytearray((tmp_path / "one").read_bytes())
    content[content.index(b"\x2c\x01" * postings) + postings] ^= 1  # in the middle
    (tmp_path / "one").write_bytes(content)
    read = FieldPostings(Container(tmp_path / "one"), 2, "text_en")
    assert read.positions_at(np.array([0, postings - 1])).tolist() == [300, 300]
    with pytest.raises(IndexFolderError, match="positions"):
        read.positions_at(np.array([0, postings // 2]))


FORGED = ["ids", "upper_at", "uppers", "upper_from", "positions", "far_at", "far", "marks", "counts"]


@given(st.data())
@settings(deadline=None, max_examples=examples(150))
def test_forged_numbers_end_in_an_error_that_starts_a_check(written: Path, data: st.DataObject) -> None:
    """Whatever numbers its blocks contain, a posting list has its stated length, or is an error."""
    container = Container(written)
    forged = data.draw(st.sampled_from(FORGED))
    name = f"text_en.{forged}"
    numbers = container.raw_view(name).tolist()
    at = data.draw(st.integers(0, len(numbers) - 1))
    most = (1 << 8 * int(container.kind(name)[1:])) - 1
    numbers[at:] = [data.draw(st.sampled_from([0, 1, most // 2, most])) for _ in numbers[at:][:3]]
    numbers += [0] * (container.count(name) - len(numbers))

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind = blocks[name][0]
        blocks[name] = (kind, np.array(numbers, f"<{kind}").tobytes())

    target = written.with_name("forged")
    target.write_bytes(written.read_bytes())
    forge_file(target, forge)
    read = FieldPostings(Container(target), 2, "text_en")
    for term in range(len(FORGED_LISTS)):
        with suppress(*SHAPE_ERRORS, IndexFolderError):
            first, last = read.bounds(term)
            assert len(read.documents(first, last)) == len(FORGED_LISTS[term])
            assert len(read.ids_of(first, last)) == len(FORGED_LISTS[term])
        with suppress(*SHAPE_ERRORS, IndexFolderError):
            for posting in range(first, last):
                assert len(read.positions_of(posting)) <= read.count_of(posting)[1]
                assert len(read.positions_at(np.arange(posting, posting + 3))) == 3


def test_a_small_segment_has_no_upper_halves(tmp_path: Path) -> None:
    """Documents below 65,536 take two bytes each and no exception."""
    write(tmp_path / "one", [{65_535: [1], 7: [2]}, {0: [3]}], [])
    container = Container(tmp_path / "one")
    assert container.kind("text_en.ids") == "u2"
    assert [container.count(f"text_en.{part}") for part in ("upper_at", "uppers")] == [0, 0]


def test_keywords_are_stored_as_halves_of_documents(tmp_path: Path) -> None:
    """The documents of a keyword take two bytes each, and are read as they were written."""
    lists = [EDGES, [7], list(range(0, DOCUMENTS, 50))]
    container = ContainerWriter(tmp_path / "one")
    field = FieldWriter(container, "country", 2, None, postings=sum(map(len, lists)))
    terms, counts = [b"aa", b"bb", b"cc"], np.array([*map(len, lists)])
    field.add(terms, counts, np.concatenate([np.array(one, np.uint32) for one in lists]))
    field.close()
    container.finish({"fields": {"country": field.meta}})
    read = FieldPostings(Container(tmp_path / "one"), 2, "country")
    assert Container(tmp_path / "one").kind("country.ids") == "u2"
    for term, documents in enumerate(lists):
        first, last = read.bounds(term)
        assert read.documents(first, last).tolist() == list(read.ids_of(first, last)) == documents
