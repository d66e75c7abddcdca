"""Measure the quality of stories: PYTHONPATH=tests/support python -m benchmarks.story_quality.

Measures the share of correct pairs and stories among sure, likely and doubtful stories: for planted events
(``tests/planted``) of both halves, drawn five times; for the mixed archive of ``tests/mixed``; and for thirty
draws of each half in one archive, spread over four years, with each text extended by unique words and names.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from planted.events import planted_events

from benchmarks.corpus import SEED
from benchmarks.reading import more_words
from indexer.store.indexing import build
from searcher import Searcher
from searcher.reading.stories import stories

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.reading.stories import Story

SEEDS: Final = range(1, 6)
LONG: Final = 30  # draws in one archive
YEARS: Final = 4
MIXED: Final = Path(__file__).parent.parent / "tests" / "mixed" / "archive.jsonl"
WINDOWS: Final = (14, 60)  # days; the longer window includes follow-ups in the story


class Tally:
    """The number of item pairs in the same story, and of those about the same event."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.stories: Counter[str] = Counter()
        self.of_one_event: Counter[str] = Counter()
        self.wanted = 0

    def add(self, told: tuple[Story, ...], events: list[str], event: Callable[[str], str]) -> None:
        """Add the stories of an archive, given the event of each item."""
        self.wanted += sum(size * (size - 1) // 2 for size in Counter(events).values())
        for story in told:
            ids = [name for one in story.members for name in (one.id, *one.same)]
            right = [event(one) == event(other) for one, other in combinations(ids, 2)]
            grade = "sure" if story.sure else "less sure" if story.doubtful else "likely"
            self.found[grade] += len(right)
            self.right[grade] += sum(right)
            self.stories[grade] += 1
            self.of_one_event[grade] += all(right)

    def __str__(self) -> str:
        found, right = self.found.total(), self.right.total()
        doubt = ", ".join(
            f"{name} {self.right[name]} of {self.found[name]}"
            f" (stories {self.of_one_event[name]} of {self.stories[name]})"
            for name in sorted(self.found)
        )
        return (
            f"precision {right / found:.3f}, recall {right / self.wanted:.3f} of {self.wanted} pairs; {doubt}"
        )


def main() -> None:
    """Build, group, compare, and print."""
    with TemporaryDirectory() as name:
        for half in ("dev", "kept"):
            for window in WINDOWS:
                tally = Tally()
                for seed in SEEDS:
                    _add_planted(tally, Path(name) / f"{half}-{window}-{seed}", half, seed, window)
                print(f"{half}, window of {window} days: {tally}", flush=True)
            long = Tally()
            _add_long(long, Path(name) / f"{half}-long", half)
            print(f"{half}, long texts in a larger archive: {long}", flush=True)
        build([MIXED], Path(name) / "mixed")
        with Searcher(Path(name) / "mixed") as searcher:
            tally = Tally()
            ids = [hit.id for hit in searcher.search(None, limit=None)]
            tally.add(stories(searcher).stories, [_first(one) for one in ids], _first)
            print(f"mixed: {tally}")


def _add_long(tally: Tally, folder: Path, half: str) -> None:
    chance = Random(SEED)
    events: list[str] = []
    records: list[dict[str, Any]] = []
    for seed in range(1, LONG + 1):
        later = timedelta(chance.randrange(YEARS * 365))
        for told in planted_events(half, seed, forms=False):
            day, more = (
                date.fromisoformat(told.record["date"]) + later,
                more_words(told.record["language"], chance),
            )
            body = f"{told.record['body']} {more}"
            records.append(told.record | {"id": str(len(events)), "body": body, "date": day.isoformat()})
            events.append(f"{seed} {told.event}")
    build([], folder, items=records)
    with Searcher(folder) as searcher:
        tally.add(stories(searcher).stories, events, lambda one: events[int(one)])


def _add_planted(tally: Tally, folder: Path, half: str, seed: int, window: int) -> None:
    told = planted_events(half, seed)
    events = [one.event.removesuffix("-later") if window > 14 else one.event for one in told]
    records: list[dict[str, Any]] = [{**one.record, "id": str(at)} for at, one in enumerate(told)]
    build([], folder, items=records)
    with Searcher(folder) as searcher:
        tally.add(stories(searcher, window=window).stories, events, lambda one: events[int(one)])


def _first(name: str) -> str:
    """Return the event of an item of the mixed archive."""
    return name.rpartition("-")[0]


if __name__ == "__main__":
    main()
