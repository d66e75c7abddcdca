"""Measure the reading tools: PYTHONPATH=tests/support python -m benchmarks.reading [ITEMS] [INDEX].

Uses planted events in three languages (``tests/planted``) over 26 years, whose texts are extended by words
and names of the benchmark's corpus. Each tool runs in a separate process with an open index, on a query that
matches about 1 % of all items, and one that matches about 10 %. INDEX is built unless it exists, and kept.
"""

from __future__ import annotations

import random
import resource
import sys
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

from planted.events import planted_events

from benchmarks.corpus import DAYS, FIRST_DAY, SEED, vocabulary_of
from indexer.store.indexing import build
from searcher import Searcher
from searcher.reading.batch import batch
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance
from searcher.reading.over_time import over_time
from searcher.reading.receipt import make_receipt
from searcher.reading.stories import stories
from searcher.reading.typical_terms import typical_terms
from searcher.reading.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searcher.reading.concordance import LineOrder

ITEMS: Final = 100_000
WORDS: Final = 100  # words that extend a text
NAMES: Final = 10  # capitalized words among these
EVENTS: Final = 60  # events that begin on days near each other
QUESTIONS: Final = (("earthquake", "2024"), ("earthquake", "2008"))
AGAIN: Final = 5  # repetitions of a tool
NAMES_ASKED: Final = 50  # names in a batch


def _lines(searcher: Searcher, query: str, since: str, sort: LineOrder) -> int:
    return len([*concordance(searcher, query, sort=sort, date_from=since)])


def _batch(searcher: Searcher, query: str, since: str) -> int:
    names = vocabulary_of("en").words[1_000 : 1_000 + NAMES_ASKED - 1]
    return sum(row.total for row in batch(searcher, [query, *names], by="year", date_from=since).rows)


def _verified(searcher: Searcher, query: str, since: str) -> int:
    return verify(searcher, make_receipt(searcher, query, date_from=since)).receipt.total


TOOLS: Final[dict[str, Callable[[Searcher, str, str], Any]]] = {
    "timeline": lambda searcher, query, since: over_time(searcher, query, date_from=since),
    "timeline --facet topic": lambda searcher, query, since: over_time(
        searcher, query, facet="topic", date_from=since
    ),
    "concordance": lambda searcher, query, since: _lines(searcher, query, since, "relevance"),
    "concordance --sort left": lambda searcher, query, since: _lines(searcher, query, since, "left"),
    "concordance --collocates": lambda searcher, query, since: collocates(searcher, query, date_from=since),
    "terms": lambda searcher, query, since: typical_terms(searcher, query, date_from=since),
    f"batch of {NAMES_ASKED}": _batch,
    "receipt": lambda searcher, query, since: make_receipt(searcher, query, date_from=since),
    "watch, verify (asks twice)": _verified,
    "stories": lambda searcher, query, since: stories(searcher, query, limit=10, date_from=since),
}


def items(count: int) -> Iterator[dict[str, Any]]:
    """Yield planted items, with days spread over the years, and extended texts."""
    chance = random.Random(SEED)
    made = seed = 0
    while True:
        seed += 1
        shift = timedelta(chance.randrange(DAYS - 200))
        first = date.fromordinal(737_000)
        for told in planted_events(("dev", "kept")[seed % 2], seed, EVENTS, forms=False):
            record = told.record
            words = more_words(record["language"], chance)
            day = date.fromisoformat(record["date"]) - first + FIRST_DAY + shift
            yield {
                **record,
                "id": f"{seed}-{made}",
                "date": day.isoformat(),
                "body": f"{record['body']} {words}",
            }
            made += 1
            if made == count:
                return


def more_words(language: str, chance: random.Random) -> str:
    """Return words that extend a text, some of them names."""
    vocabulary = vocabulary_of(language)
    words = chance.choices(vocabulary.words, cum_weights=vocabulary.weights, k=WORDS)
    for at in chance.sample(range(1, WORDS), NAMES):
        words[at] = chance.choice(vocabulary.words[:20_000]).capitalize()
    return " ".join(words) + "."


def main() -> None:
    """Build the index, run the tools, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with TemporaryDirectory() as name:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else name) / "index"
        if not folder.exists():
            build([], folder, items=items(count))
        with Searcher(folder) as searcher:
            totals = [searcher.search(query, limit=0, date_from=since).total for query, since in QUESTIONS]
        print(
            "Seconds of the processor (of the clock), the first time and the median of the next; megabytes.\n"
        )
        print("|", " | ".join(["tool", *[f"{total:,} matches: first | again | MB" for total in totals]]), "|")
        print("|---" * (1 + 3 * len(totals)), "|", sep="")
        for tool in TOOLS:
            cells = [tool]
            for question in QUESTIONS:
                with get_context("spawn").Pool(1) as alone:
                    cells += alone.apply(_measured, (folder, tool, *question))
            print("|", " | ".join(cells), "|", flush=True)


def _measured(folder: Path, tool: str, query: str, since: str) -> list[str]:
    """Run a tool in this process, and return its measured cost."""
    spent = []
    with Searcher(folder) as searcher:
        searcher.search(query, date_from=since)  # opens the index completely
        for _ in range(1 + AGAIN):
            started, used = perf_counter(), process_time()
            TOOLS[tool](searcher, query, since)
            spent.append((process_time() - used, perf_counter() - started))
    first, again = spent[0], [median(part) for part in zip(*spent[1:], strict=True)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [*[f"{used:.2f} ({passed:.2f})" for used, passed in (first, again)], f"{peak:,}"]


if __name__ == "__main__":
    main()
