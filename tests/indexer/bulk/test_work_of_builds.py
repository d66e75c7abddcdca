"""The work of a build: function calls per item, which unlike time do not depend on the machine."""

import json
import random
from pathlib import Path

import pytest
from work import count_calls

from indexer.store.indexing import build

MAX_CALLS = 98
"""Function calls of the main thread per further item, whose words are mostly known."""

LANGUAGES = {"en": "the of and", "es": "de la que", "fr": "le des un"}


def write_items(path: Path, count: int) -> None:
    """Write items of 60 words in three languages, with a day and countries."""
    chance = random.Random(7)
    syllables = [first + second for first in "bdfklmnprst" for second in "aeioué"]
    words = ["".join(chance.choices(syllables, k=3)) for _ in range(3_000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            language = chance.choice([*LANGUAGES])
            drawn = chance.choices([*LANGUAGES[language].split(), *words], k=60)
            item = {
                "id": f"item-{number}",
                "title": " ".join(drawn[:8]).capitalize(),
                "body": " ".join(drawn[8:]).capitalize() + ".",
                "date": f"20{number % 20 + 10}-0{number % 9 + 1}-1{number % 10}",
                "language": language,
                "countries": chance.sample(["KE", "PE", "FR", "NO"], number % 3),
            }
            file.write(json.dumps(item, ensure_ascii=False) + "\n")


def calls_of_a_build(folder: Path, count: int) -> int:
    """Return the calls of a build of a number of items, without a thesaurus."""
    source = folder / f"{count}.jsonl"
    write_items(source, count)
    return count_calls(lambda: build([source], folder / f"{count}", jobs=1, own_thesaurus=False))


@pytest.mark.slow
def test_calls_per_item_of_a_build_are_bounded(tmp_path: Path) -> None:
    """The start of a build and the words that are new in its first items are not counted."""
    calls_of_a_build(tmp_path, 10)  # loads modules and tables
    first, all_items = calls_of_a_build(tmp_path, 2_000), calls_of_a_build(tmp_path, 6_000)
    assert (all_items - first) / 4_000 < MAX_CALLS, (first, all_items)
