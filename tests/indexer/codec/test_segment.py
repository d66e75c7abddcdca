from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from written_segments import pack_countries

from indexer.codec import segment_writer as field_writer
from indexer.codec.document_columns import Documents, document_order
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.optional_parts import write_deletions
from indexer.codec.segment import Segment
from indexer.codec.segment_writer import FieldWriter, SegmentWriter
from indexer.codec.stored_writer import StoredWriter
from indexer.errors import IndexFolderError

DAY = 735_000  # 2013-05-07


def write(folder: Path, name: str = "s") -> None:
    """Write four documents: two dated, one estimated across the end of a year, one undated."""
    stored = StoredWriter(folder / f"{name}.text")
    for arrival in range(4):
        stored.store(b'{"arrival": %d}' % arrival)
    stored.finish()
    start, kind = np.array([DAY, 0, DAY + 5, DAY - 9]), np.array([1, 0, 2, 4])
    order = document_order(["p", "q", "r", "s"], start, kind)
    assert order.tolist() == [2, 0, 3, 1]
    documents = Documents(
        start=start[order],
        end=(start + np.array([0, 0, 0, 400]))[order],
        kind=kind[order],
        languages=np.array([1, 1, 3, 1]),
        language=np.array([1, 1, 1, 1]),
        countries=pack_countries([["PE"], [], ["CL", "PE", "AR", "BO", "UY", "PY"], ["CL"]]),
        ids=[b"r", b"p", b"s", b"q"],
        heads=lambda: [[b"r\0Harbour", b"p"], [b"s\0", "q\0Été".encode()]],
        stored_at=order,
        sketches=np.arange(32).reshape(4, 8),
        digest=np.array([9, 1 << 63, 9, 4], np.uint64)[order],
    )
    writer = SegmentWriter(ContainerWriter(folder / f"{name}.seg"), documents, 2)
    text = writer.field("text_en", postings=4, occurrences=104, lengths=np.array([3, 2, 0, 102]))
    add(text)
    text.close()
    writer.finish()


def add(text: FieldWriter) -> None:
    """Write the words boat and ship, in two calls."""
    text.add(
        [b"boat"],
        np.array([1]),
        np.array([3]),
        np.array([100]),
        np.array([1]),
        np.arange(100) * 1000,
        [b"boat boats"],
    )
    text.add(
        [b"ship"],
        np.array([3]),
        np.array([0, 1, 3]),
        np.array([2, 1, 1]),
        np.array([1, 1, 0]),
        np.array([0, 40, 3, 77]),
    )


def test_a_segment_returns_the_written_data(tmp_path: Path) -> None:
    """Columns, heads, records, terms, term frequencies and positions are read as written."""
    write(tmp_path)
    segment = Segment(tmp_path, "s")
    assert [segment.head(doc) for doc in range(4)] == [("r", "Harbour"), ("p", None), ("s", ""), ("q", "Été")]
    assert [segment.read_record(doc) for doc in range(4)] == [b'{"arrival": %d}' % n for n in (2, 0, 3, 1)]
    assert [segment.find_id(key) for key in ("r", "p", "s", "q", "x", "")] == [0, 1, 2, 3, -1, -1]
    digests = (9, 1 << 63, 4, 5)
    assert [[[*segment.find_digest(one)] for one in digests] for _ in range(9)] == 9 * [
        [[0, 1], [3], [2], []]
    ]
    assert segment.country_codes(2) == ["CL", "PE", "AR", "BO", "UY", "PY"]
    assert segment.country_codes(1) == []
    lexicon, postings = segment.lexicon("text_en"), segment.postings("text_en")
    assert [lexicon.entry(word)[0] for word in (b"boat", b"ship", b"sheep", b"")] == [0, 1, -1, -1]
    assert [lexicon.numbers_with_prefix(start) for start in (b"b", b"s", b"c", b"")] == [
        range(1),
        range(1, 2),
        range(1, 1),
        range(2),
    ]
    assert postings.bounds(1) == (1, 4)
    assert postings.documents(1, 4).tolist() == [0, 1, 3]
    assert [postings.count_of(n) for n in range(4)] == [(101, 100), (3, 2), (2, 1), (1, 1)]
    assert postings.term_frequencies(np.arange(4)).tolist() == [101, 3, 2, 1]
    assert postings.occurrences(0, 4).tolist() == [100, 2, 1, 1]
    assert [list(postings.positions_of(n)) for n in (1, 2, 3)] == [[0, 40], [3], [77]]
    assert list(postings.positions_of(0)) == [n * 1000 for n in range(100)]


def test_zones_and_years_are_separate(tmp_path: Path) -> None:
    """Dated, estimated and undated documents are separate; a zone lists every year that it touches."""
    write(tmp_path)
    segment = Segment(tmp_path, "s")
    assert (segment.dated.last, segment.estimated.last) == (2, 3)
    assert segment.dated.years == [2013]
    assert segment.estimated.years == [2014, 2013]
    assert segment.estimated.year_at == [2, 2, 3]
    assert segment.array("mixed").tolist() == []
    assert segment.array("crossing").tolist() == [2]


def test_deletions_belong_to_a_generation(tmp_path: Path) -> None:
    """A segment opened with a generation has its deletions; opened without one, it has none."""
    write(tmp_path)
    write_deletions(tmp_path, "s", 7, [3, 0], 4)
    assert Segment(tmp_path, "s", deletions=7).deleted == [0, 3]
    assert Segment(tmp_path, "s").deleted == []
    with pytest.raises(IndexFolderError):
        Segment(tmp_path, "s", deletions=8)


def undated(ids: list[bytes]) -> Documents:
    """Describe documents without dates, countries and titles."""
    zeros, ones = np.zeros(len(ids), np.int64), np.ones(len(ids), np.int64)
    return Documents(
        zeros,
        zeros,
        zeros,
        ones,
        ones,
        pack_countries([[]] * len(ids)),
        ids,
        lambda: [ids],
        np.arange(len(ids)),
        np.zeros((len(ids), 8)),
        ones,
    )


def test_documents_must_be_in_order(tmp_path: Path) -> None:
    """Documents out of order are refused while they are written."""
    days = np.array([1, 2])
    documents = replace(undated([b"a", b"b"]), start=days, end=days, kind=np.ones(2, np.int64))
    with ContainerWriter(tmp_path / "s.seg") as container, pytest.raises(ValueError, match="newest first"):
        SegmentWriter(container, documents, 2)
    assert list(tmp_path.iterdir()) == []


def test_ids_are_found_after_any_other_search(tmp_path: Path) -> None:
    """Every id is found, no other text is, and ids with a prefix are in order, at every repetition."""
    ids = [f"{number * 7919 % 5003:04d}" for number in range(0, 5003, 2)]
    SegmentWriter(
        ContainerWriter(tmp_path / "s.seg"), undated([key.encode() for key in sorted(ids)]), 2
    ).finish()
    segment = Segment(tmp_path, "s")
    for _ in range(2):
        for key in (*ids[::3], "", "5", "00000", "9999", *(f"{number:04d}" for number in range(0, 5003, 7))):
            doc = segment.find_id(key)
            assert (segment.head(doc)[0] if doc >= 0 else None) == (key if key in ids else None)
    assert [*segment.ids_with_prefix("49")] == sorted(key for key in ids if key.startswith("49"))


def test_packed_fields_return_the_written_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide gaps, first documents and term frequencies above one survive the packing of an unranked field."""
    monkeypatch.setattr(field_writer, "WIDE_GAP", 3)
    ones = np.ones(20, np.int64)
    documents = undated([b"%02d" % number for number in range(20)])
    writer = SegmentWriter(ContainerWriter(tmp_path / "s.seg"), documents, 2)
    lists = {b"anchor": [0, 1, 9], b"buoy": [19], b"cable": [2, 3, 5, 8, 13]}
    frequencies = {b"anchor": [1, 7, 300], b"buoy": [1], b"cable": [1, 1, 2, 1, 1]}
    words = writer.field("words", postings=9, lengths=ones)
    for terms in ([b"anchor"], [b"buoy", b"cable"]):
        ids = [doc for term in terms for doc in lists[term]]
        counts = [count for term in terms for count in frequencies[term]]
        words.add(terms, np.array([len(lists[term]) for term in terms]), np.array(ids), np.array(counts))
    words.close()
    writer.finish()
    segment = Segment(tmp_path, "s")
    postings, lexicon = segment.postings("words"), segment.lexicon("words")
    assert postings.packed
    for term, docs in lists.items():
        first, last = postings.bounds(lexicon.entry(term)[0])
        assert postings.documents(first, last).tolist() == docs
        assert postings.term_frequencies(np.arange(first, last)).tolist() == frequencies[term]
        assert [postings.count_of(at)[0] for at in range(first, last)] == frequencies[term]
    assert lexicon.entry(b"bell")[0] == -1
    assert lexicon.entry(b"zenith")[0] == -1
