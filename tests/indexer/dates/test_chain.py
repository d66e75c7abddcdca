import math

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dates.date_evidence import TimeSlots
from indexer.dates.estimation import chain_likelihood, read_chain, transition

SLOTS = 60


def spike(slot: int) -> list[float]:
    return [1.0 if index == slot else 0.0 for index in range(SLOTS)]


def mean(belief: list[float]) -> float:
    return sum(index * share for index, share in enumerate(belief))


def read(evidence: list[list[float] | None]) -> list[list[float]]:
    return [list(belief) for belief in read_chain(evidence, SLOTS, transition(1, pace=5))]


def test_an_item_without_evidence_is_between_its_neighbours() -> None:
    """The order alone puts an undated item after the newer and before the older one."""
    beliefs = read([spike(10), None, None, spike(40)])
    assert 10 < mean(beliefs[1]) < mean(beliefs[2]) < 40
    assert sum(beliefs[1][10:41]) > 0.95


def test_weak_evidence_yields_to_the_order() -> None:
    """A date that contradicts both neighbours is outvoted."""
    doubtful = [0.001] * SLOTS
    doubtful[50] = 0.05
    beliefs = read([spike(10), doubtful, spike(20)])
    assert sum(beliefs[1][8:23]) > 0.8


def test_evidence_within_the_order_is_used() -> None:
    """A date between the neighbours narrows the item down to it."""
    named = [0.001] * SLOTS
    named[25] = 1.0
    beliefs = read([spike(10), named, spike(40)])
    assert max(range(SLOTS), key=beliefs[1].__getitem__) == 25


def test_the_right_order_has_a_higher_likelihood() -> None:
    """The likelihood distinguishes newest first from oldest first."""
    evidence: list[list[float] | None] = [spike(slot) for slot in (5, 15, 25, 35)]
    steps = transition(1, pace=5)
    down = chain_likelihood(evidence, SLOTS, steps)
    up = chain_likelihood(evidence[::-1], SLOTS, steps)
    assert down > up + 3


@settings(max_examples=examples(50))
@given(st.lists(st.one_of(st.none(), st.integers(0, SLOTS - 1)), max_size=12))
def test_beliefs_are_probabilities(places: list[int | None]) -> None:
    """However contradictory the evidence, each item's probabilities are finite and sum to one."""
    for belief in read([None if place is None else spike(place) for place in places]):
        assert math.isclose(sum(belief), 1.0, rel_tol=1e-9)
        assert min(belief) >= 0.0


@given(st.integers(1, 20), st.integers(1, 50), st.integers(-200, 1200), st.integers(-200, 1200))
def test_slots_of_a_period_have_their_middle_in_it(days: int, count: int, first: int, last: int) -> None:
    """The range of slots equals a check of every slot."""
    time = TimeSlots(1000, days, count)
    expected = [slot for slot in range(count) if first <= time.middle(slot) <= last]
    assert list(time.within(first, last)) == expected


@pytest.mark.parametrize(("days", "count"), [(1, 1), (7, 3)])
def test_the_slots_cover_their_period(days: int, count: int) -> None:
    """The oldest day is as many days back as the slots span."""
    assert TimeSlots(1000, days, count).oldest == 1000 - days * count + 1
