"""Long answers: their slots, and their ends."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.checkpoint import call_at_checkpoints
from searcher.searcher import Searcher
from searcher.web.page.links import PageContext
from searcher.web.parameters import SearchParams
from searcher.web.pool import LONG, PATIENCE, RETRY_LONG, Client, Limits, Slots
from searcher.web.responses import Body, Problem
from searcher.web.routes import ROUTES

FOREVER = 60.0  # seconds of patience, which no test takes


A, B, C = (Client(address, lambda: False) for address in "abc")


def _taken(slots: Slots, clients: list[Client], pool: ThreadPoolExecutor) -> list[Future[bool]]:
    """Make clients wait for a slot, one after the other."""
    found = []
    for number, client in enumerate(clients, 1):
        found.append(pool.submit(slots.take, client))
        while len(slots._waiting) < number:
            time.sleep(0.001)
    return found


def test_two_long_answers_are_computed_at_a_time() -> None:
    """A third one gets no slot until one of them is returned."""
    slots = Slots(2, patience=0.0)
    assert [slots.take(one) for one in (A, B, C)] == [True, True, False]
    slots.give_back(A)
    assert [slots.take(one) for one in (C, A)] == [True, False]
    assert PATIENCE == 2.0


def test_a_free_slot_goes_to_the_address_with_the_fewest() -> None:
    """A client that has one already waits behind others, however long it has waited."""
    slots = Slots(2, patience=FOREVER)
    assert slots.take(A)
    assert slots.take(A)
    with ThreadPoolExecutor(3) as pool:
        again, other, third = _taken(slots, [A, B, C], pool)
        slots.give_back(A)
        assert other.result()
        assert not again.done()
        slots.give_back(B)
        assert third.result()
        assert not again.done()
        slots.give_back(C)
        assert again.result()


def test_the_number_of_waiting_clients_is_limited() -> None:
    """A client beyond the limit is refused at once, so that threads remain for others."""
    slots = Slots(1, waiting=1, patience=FOREVER)
    assert slots.take(A)
    with ThreadPoolExecutor(1) as pool:
        (waiting,) = _taken(slots, [A], pool)
        assert not slots.take(B)
        slots.give_back(A)
        assert waiting.result()


def test_a_disconnected_client_waits_for_no_slot() -> None:
    """A closed connection ends the wait, and others are next."""
    slots = Slots(1, patience=FOREVER)
    assert slots.take(A)
    assert not slots.take(Client("b", lambda: True))
    assert not slots._waiting


class _Times:
    """A clock, and the computing time of a thread."""

    def __init__(self) -> None:
        self.now = self.computed = 0.0

    def limits(self, slots: Slots, client: Client = A) -> Limits:
        return Limits(slots, client, 10.0, lambda: self.now, lambda: self.computed)


def test_an_answer_needs_a_slot_after_a_long_computation() -> None:
    """An answer needs no slot before, however long it waited; it returns exactly its slot at its end."""
    slots, times = Slots(1, patience=0.0), _Times()
    limits, other = times.limits(slots), times.limits(slots, B)
    times.now, times.computed = 9.0, LONG / 2
    limits.check()
    assert slots.take(C)
    slots.give_back(C)
    times.now, times.computed = 9.5, LONG
    limits.check()
    with pytest.raises(Problem) as refused:
        other.check()
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": RETRY_LONG})
    other.end()
    assert not slots.take(C)
    limits.end()
    assert slots.take(C)


def test_an_answer_ends_at_its_deadline() -> None:
    """An answer ends at its deadline with or without a slot."""
    slots, times = Slots(1), _Times()
    limits = times.limits(slots)
    times.now = 9.9
    limits.check()
    times.now = 10.0
    with pytest.raises(Problem, match="took longer than the limit of 10 seconds") as ended:
        limits.check()
    assert (ended.value.status, ended.value.headers) == (503, {"Retry-After": "1"})


def test_an_answer_ends_when_its_client_disconnects() -> None:
    """The connection is checked once an answer has taken as long as a long one."""
    gone: list[bool] = []
    times = _Times()
    limits = times.limits(Slots(1), Client("a", lambda: bool(gone)))
    times.now = 1.0
    limits.check()
    gone.append(True)
    times.now = 2.0
    with pytest.raises(Problem, match="connection was closed"):
        limits.check()


class _StoppedError(Exception):
    """Raised when a check ends the answer."""


class _Stop:
    """Count checks, and end the work at one of them."""

    def __init__(self, at: int = -1) -> None:
        self.checks, self._at = 0, at

    def check(self) -> None:
        self.checks += 1
        if self.checks == self._at:
            raise _StoppedError


@contextmanager
def _context(index: Path) -> Iterator[PageContext]:
    with Searcher(index) as searcher:
        yield PageContext(searcher, origin="http://a")


def _text(made: Body | str) -> str:
    return made if isinstance(made, str) else made.text


MAKE = {route.path: route.make for route in ROUTES}
MADE = {
    "json": ("/search.json", SearchParams("f* OR ferr~ OR *our*", limit=100)),
    "csv": ("/search.csv", SearchParams("ferry harbour", limit=100, group=False)),
    "atom": ("/search.atom", SearchParams("ferry", limit=100)),
    "page": ("/search", SearchParams("ferry harbour storm", limit=100)),
    "misspelt": ("/search.json", SearchParams("harbuor fery strom")),
    "since": ("/search.atom", SearchParams("ferry", since=0)),
    "lines": ("/concordance.json", SearchParams("ferry harbour", order="left")),
    "phrases": ("/concordance.csv", SearchParams('"ferry safety"')),
    "timeline": ("/timeline.json", SearchParams("ferry")),
    "stories": ("/stories.json", SearchParams()),
    "terms": ("/terms.json", SearchParams("ferry")),
}


@pytest.mark.parametrize(
    "name", [*sorted(MADE.keys() - {"stories"}), pytest.param("stories", marks=pytest.mark.slow)]
)
def test_an_answer_can_be_stopped_and_repeated(name: str, sample_index: Path) -> None:
    """Every kind of answer has checkpoints; after a stop at any of them, the next answer is complete."""
    path, params = MADE[name]
    make = MAKE[path]
    with _context(sample_index) as context:
        whole = _without_time(_text(make(params, context)))
    with _context(sample_index) as context, call_at_checkpoints((counted := _Stop()).check):
        assert _without_time(_text(make(params, context))) == whole
    assert counted.checks > 1
    for at in sorted({1, counted.checks // 2, counted.checks}):
        with _context(sample_index) as context:
            with call_at_checkpoints(_Stop(at).check), pytest.raises(_StoppedError):
                make(params, context)
            assert _without_time(_text(make(params, context))) == whole


def _without_time(text: str) -> str:
    """Remove the time that an answer took."""
    return "\n".join([line for line in text.split("\n") if "took_ms" not in line])
