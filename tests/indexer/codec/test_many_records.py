import random
from collections.abc import Callable
from pathlib import Path

from indexer.api import update
from indexer.codec.array_index import ArrayIndex, read_records
from indexer.store.index_folder import read_manifest


def test_records_read_together_equal_single_reads(make_index: Callable[..., Path]) -> None:
    """In any order, from several segments, in any batches, the records are those of single reads."""
    folder = make_index(
        *({"body": f"tide {number} " * 50, "date": f"2018-01-{number % 28 + 1:02}"} for number in range(90))
    )
    update(folder, items=[{"id": f"n{number}", "body": "late"} for number in range(9)])
    entries = read_manifest(folder).segments
    assert len(entries) > 1
    index = ArrayIndex([entry.open(folder / "segments") for entry in entries])
    documents = random.Random(1).choices(range(index.documents), k=200)
    expected = [index.stored(document) for document in documents]
    for together, most in ((4096, 1 << 20), (7, 1 << 20), (64, 4000), (3, 1)):
        assert [*read_records(index, documents, together=together, most=most)] == expected
