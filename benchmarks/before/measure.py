"""Measure requests, processes and builds in pairs, with alternating order."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from benchmarks.before.comparison import Comparison
from benchmarks.before.side import asking
from benchmarks.growth import kinds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.before.comparison import Pair
    from benchmarks.before.side import Side
    from benchmarks.question import Question

    Sides = tuple[Side, Side]

SESSIONS = 10  # pairs of processes, each of which runs a part of the queries
TURN = 4  # queries to one process before the other's turn; with 20 the interval is twice as wide
PROCESS_ROUNDS = 31
PROCESSES = {
    "plain words": "ferry training",
    "a AND b": "ferry AND training",
    "a -b": "ferry -training",
    "title:a": "title:ferry",
    "a*": "ferr*",
}
ALL = "all"
Figure = TypeVar("Figure")


def builds(sides: Sides, sources: Mapping[str, Path], folder: Path, rounds: int) -> list[Comparison]:
    """Build each source several times; the index of the first source is kept at ``folder / side``."""
    compared = []
    for number, (what, source) in enumerate(sources.items()):

        def build(side: Side, source: Path = source, last: str = f".{number}" if number else "") -> float:
            return side.build(source, folder / f"{side.name}{last}")

        compared.append(Comparison(what, [[_pair(sides, build, at)] for at in range(rounds)]))
    return compared


def processes(sides: Sides, sample: Path, folder: Path) -> list[Comparison]:
    """Run whole processes of ``search`` on the sample archive; return CPU times in milliseconds."""
    for side in sides:
        side.build(sample, folder / side.name)
    compared = []
    for what, query in PROCESSES.items():

        def search(side: Side, query: str = query) -> float:
            index = str(folder / side.name)
            return side.run("search", "--index", index, "--format", "json", "--", query) * 1000

        _pair(sides, search, 0)  # the first run writes the compiled modules
        pairs = [[_pair(sides, search, at)] for at in range(PROCESS_ROUNDS)]
        compared.append(Comparison(f"{what}: {query}", pairs))
    return [*compared, Comparison(ALL, [pairs for one in compared for pairs in one.sessions])]


def requests(
    sides: Sides, folder: Path, questions: Sequence[Question], warm_up: int, sessions: int = SESSIONS
) -> list[Comparison]:
    """Run each query once, in several sessions with new processes.

    Returns:
        CPU times in milliseconds by kind of query, then of all queries.
    """
    timed, others = questions[:-warm_up], questions[-warm_up:]
    size = -(-len(timed) // sessions)
    found: list[list[tuple[str, Pair]]] = []
    for first in range(0, len(timed), size):
        part = timed[first : first + size]
        times = _session(sides, folder, part, others, len(found))
        found.append([(question.kind, pair) for question, pair in zip(part, times, strict=True)])
    return [
        Comparison(kind, [[pair for one, pair in pairs if kind in (one, ALL)] for pairs in found])
        for kind in [*kinds_of(timed), ALL]
    ]


def _session(
    sides: Sides, folder: Path, part: Sequence[Question], warm_up: Sequence[Question], number: int
) -> list[Pair]:
    with ExitStack() as stack:
        asked = {
            side.name: stack.enter_context(asking(side, folder / side.name, hash_seed=number))
            for side in sides
        }

        def ask(side: Side) -> list[float]:
            return asked[side.name](block)

        block = warm_up
        _pair(sides, ask, number)
        pairs: list[Pair] = []
        for turn, at in enumerate(range(0, len(part), TURN), number):
            block = part[at : at + TURN]
            before, after = _pair(sides, ask, turn)
            pairs += zip(before, after, strict=True)
        return pairs


def _pair(sides: Sides, run: Callable[[Side], Figure], number: int) -> tuple[Figure, Figure]:
    """Run a function for both sides; the checkout comes first in every second pair."""
    if number % 2:
        after = run(sides[1])
        return run(sides[0]), after
    return run(sides[0]), run(sides[1])
