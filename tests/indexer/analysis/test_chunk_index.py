"""Chunks by their keys: equality, whatever the hash table mixes of them."""

import os
from collections.abc import Callable

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.word_arrays import ChunkIndex

KEYS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=40)


@pytest.mark.parametrize("random", [os.urandom, bytes])  # for zeroes, (1, 2) and (2, 1) collide
@settings(max_examples=examples(50), deadline=None)
@given(known=KEYS, asked=KEYS)
def test_colliding_chunks_are_distinguished(
    random: Callable[[int], bytes], known: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    """Chunks are found by their keys, and are equal if these are, whatever slots they share."""
    index = ChunkIndex(random)
    low, high = np.array([*known, *asked, (9, 9)], np.uint64).T
    first, same_as = index.distinct(low, high)
    assert (low[first][same_as] == low).all()
    assert (high[first][same_as] == high).all()
    own = slice(0, len(known))
    first, same_as = index.distinct(low[own], high[own])
    numbers = [known.index(key) for key in known]
    assert set(numbers) <= set(first.tolist())
    index.add(low[first], high[first], first)
    found, unknown = index.find(low, high)
    every = [*known, *asked, (9, 9)]
    assert unknown.tolist() == [at for at, key in enumerate(every) if key not in known]
    at = [place for place, key in enumerate(every) if key in known]
    assert found[at].tolist() == [known.index(every[place]) for place in at]
