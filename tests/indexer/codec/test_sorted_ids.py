"""Ids are found by bisection, whatever was searched before."""

from __future__ import annotations

from bisect import bisect_left
from random import Random

import pytest

from indexer.codec.optional_columns import SortedIds


@pytest.mark.parametrize("count", [0, 1, 2, 1023, 1024, 5000])
def test_cached_ids_do_not_change_positions(count: int) -> None:
    """Every key has the position of ``bisect_left``, also when earlier searches cached ids."""
    random = Random(count)
    ids = sorted({f"{random.randrange(16**6):06x}" for _ in range(count)})
    docs = random.sample(range(len(ids)), len(ids))  # the document of each id
    id_of = dict(zip(docs, ids, strict=True))
    read: list[int] = []

    def head(doc: int) -> bytes:
        read.append(doc)
        return id_of[doc].encode() + b"\0Title"[: doc % 3 * 3]

    found = SortedIds(memoryview(bytearray(4 * len(docs))).cast("I"))
    for place, doc in enumerate(docs):
        found.docs[place] = doc
    keys = [*ids, "", "g", *(f"{random.randrange(16**6):06x}"[: random.randrange(7)] for _ in range(500))]
    random.shuffle(keys)
    assert [found.place(key.encode(), head) for key in keys] == [bisect_left(ids, key) for key in keys]
    read.clear()
    found.place(b"", head)
    assert len(read) <= max(0, count.bit_length() - 10)  # the first ten steps are cached
