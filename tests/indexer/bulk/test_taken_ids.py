"""The ids of a build: a set like any other, in little memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bulk import taken_ids
from indexer.bulk.taken_ids import TakenIds


@given(st.lists(st.text(max_size=3)), st.sampled_from([hash, lambda _key: 1, len]))
def test_it_is_a_set(keys: list[str], hashing: object) -> None:
    """Each id is new once, also where the hashes of all of them, or of many, are the same."""
    known: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(taken_ids, "hash", hashing, raising=False)
        with TakenIds(Path(folder)) as taken:
            for key in keys:
                assert taken.add(key) == (key not in known)
                known.add(key)
            assert len(taken) == len(known)


def test_many_ids_take_little_memory_and_leave_nothing_behind(tmp_path: Path) -> None:
    """Each of 50,000 ids takes less than 48 bytes, whatever its length, and the file goes with the set."""
    with TakenIds(tmp_path) as taken:
        for number in range(50_000):
            assert taken.add(f"the harbour of the {number}th island")
        assert not taken.add("the harbour of the 7th island")
        assert taken.nbytes < 48 * 50_000
    assert list(tmp_path.iterdir()) == []
