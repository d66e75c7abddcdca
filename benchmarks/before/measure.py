"""The three things that are compared, each in rounds that go to every side in turn."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.before.comparison import SIDES, Comparison
from benchmarks.before.side import Asked
from benchmarks.growth import kinds_of
from benchmarks.real_words import AS_TYPED, JOINED, of_kind, times_of_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmarks.before.side import Side
    from benchmarks.question import Question

    Sides = Mapping[str, Side]

REQUEST_ROUNDS = 15
PROCESS_ROUNDS = 21
PROCESSES = {
    "plain words": "ferry training",
    "a AND b": "ferry AND training",
    "a -b": "ferry -training",
    "title:a": "title:ferry",
    "a*": "ferr*",
}


def builds(sides: Sides, sources: Mapping[str, Path], folder: Path, rounds: int) -> list[Comparison]:
    """Build each source in turn; the index of the first source is kept at ``folder / side``.

    Args:
        sides: Before, again and after.
        sources: What the table calls it to its path; the first is kept.
        folder: Where the indexes go.
        rounds: How often each is built.
    """
    compared = []
    for number, (what, source) in enumerate(sources.items()):
        targets = {name: folder / (name if not number else f"{name}.{number}") for name in sides}

        def build(name: str, source: Path = source, targets: dict[str, Path] = targets) -> float:
            return sides[name].build(source, targets[name])

        compared.append(Comparison(what, *_rounds(sides, build, rounds), unit="s"))
    return compared


def processes(sides: Sides, sample: Path, folder: Path) -> list[Comparison]:
    """Run whole processes of ``search`` on the sample archive, each side on an index of its own."""
    for name, side in sides.items():
        side.build(sample, folder / name)
    compared = []
    for what, query in PROCESSES.items():

        def search(name: str, query: str = query) -> float:
            index = str(folder / name)
            return sides[name].run("search", "--index", index, "--format", "json", "--", query) * 1000

        _rounds(sides, search, 1)  # compiled modules are kept from the first run on
        compared.append(Comparison(f"{what}: {query}", *_rounds(sides, search, PROCESS_ROUNDS)))
    return compared


def requests(sides: Sides, folder: Path, questions: list[Question]) -> list[Comparison]:
    """Ask warm searchers all questions, a round of all to each side in turn.

    Returns:
        For each kind of question the median time over its questions, of each round; and, where questions are
        asked both as typed and so that labels join, how many times as long the latter take.
    """
    with ExitStack() as stack:
        asked = {
            name: stack.enter_context(Asked(side, folder / name, questions)) for name, side in sides.items()
        }
        rounds: dict[str, list[list[float]]] = {name: [] for name in SIDES}
        for number in range(REQUEST_ROUNDS):
            for name in _order(number):
                rounds[name].append(asked[name].round())

    def compared(what: str, figure: Callable[[list[float]], float], unit: str = "ms") -> Comparison:
        before, again, after = ([figure(times) for times in rounds[name]] for name in SIDES)
        return Comparison(what, before, again, after, unit)

    def of(kind: str) -> Comparison:
        return compared(kind, lambda times: median(of_kind(times, questions, kind)))

    kinds = kinds_of(questions)
    found = [of(kind) for kind in kinds]
    if {AS_TYPED, JOINED} <= set(kinds):
        what = "labels join / as typed, each question"
        found.append(compared(what, lambda times: times_of_typed(times, questions), "times"))
    return found


def _rounds(
    sides: Sides, run: Callable[[str], float], rounds: int
) -> tuple[list[float], list[float], list[float]]:
    figures: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in _order(number):
            figures[name].append(run(name))
    return figures["before"], figures["again"], figures["after"]


def _order(number: int) -> tuple[str, ...]:
    """Return the sides in the order of a round: each comes first, second and last equally often."""
    at = number % len(SIDES)
    return SIDES[at:] + SIDES[:at]
