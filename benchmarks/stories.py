"""What stories cost: PYTHONPATH=tests python -m benchmarks.stories [ITEMS] [INDEX].

Planted events in three languages (``tests/planted``) over 26 years, their texts lengthened with words of the
benchmark's corpus, some of them as names. Asked in an open process: a question of a hundredth of all items,
one of a tenth, and all of it. With INDEX, that index is built there unless it stands, and kept.
"""

from __future__ import annotations

import random
import resource
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

from planted.events import planted_events

from benchmarks.corpus import DAYS, FIRST_DAY, SEED, vocabulary_of
from indexer.store.build import build
from searcher import Searcher
from searcher.reading.stories import stories

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEMS: Final = 100_000
WORDS: Final = 100  # that lengthen a text
NAMES: Final = 10  # of them with a capital
EVENTS: Final = 60  # that begin on days near each other
QUESTIONS: Final = (("earthquake", "2024"), ("earthquake", "2008"), (None, None))


def items(count: int) -> Iterator[dict[str, Any]]:
    """Yield planted items, their days spread over the years, their texts lengthened."""
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
    """Make words that lengthen a text, some of them names."""
    vocabulary = vocabulary_of(language)
    words = chance.choices(vocabulary.words, cum_weights=vocabulary.weights, k=WORDS)
    for at in chance.sample(range(1, WORDS), NAMES):
        words[at] = chance.choice(vocabulary.words[:20_000]).capitalize()
    return " ".join(words) + "."


def main() -> None:
    """Build, ask, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with TemporaryDirectory() as name:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else name) / "index"
        if not folder.exists():
            build([], folder, items=items(count))
        with Searcher(folder) as searcher:
            for query, since in QUESTIONS:
                for time in ("first", "again") if query else ("first",):
                    started, spent = perf_counter(), process_time()
                    found = stories(searcher, query, date_from=since)
                    seconds, spent = perf_counter() - started, process_time() - spent
                    told = sum(story.items for story in found.stories)
                    print(
                        f"{query or 'everything'} since {since} ({time}): {found.results.total:,} matches, "
                        f"{len(found.stories):,} stories of {told:,} items in {seconds:.2f} s, "
                        f"{spent:.2f} s of the processor; "
                        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
