"""Sketches: keys that documents with much common text share."""

from datetime import date
from pathlib import Path
from random import Random

from indexer.bulk.builder import BulkBuilder
from indexer.bulk.run import BuildLimits
from indexer.documents.document import make_document
from indexer.item import ItemDate, NewsItem, SourceLines
from indexer.schema import SKETCH_KEYS

DAY = ItemDate(date(2020, 3, 3), date(2020, 3, 3), "printed")
CHANCE = Random(3)
WORDS = ["".join(CHANCE.choices("abdeilmnoprstu", k=6)) for _ in range(2000)]
STORY = " ".join(CHANCE.choices(WORDS, k=120))


def sketches(
    folder: Path, bodies: dict[str, str | tuple[str, str]], limits: BuildLimits
) -> dict[str, set[int]]:
    """Build an index of some bodies by their ids, perhaps with titles, and return their keys."""
    folder.mkdir()
    builder = BulkBuilder(folder, limits)
    for number, (name, text) in enumerate(bodies.items()):
        title, body = text if isinstance(text, tuple) else (None, text)
        source = SourceLines("a.txt", number + 1, number + 1)
        item = NewsItem(name, title, body, None, DAY, "en", ("en",), (), source)
        builder.add(make_document(item, "en" if title else None, ("en",)))
    found = {}
    for entry in builder.finish():
        segment = entry.open(folder)
        rows = segment.array("sketches").reshape(-1, SKETCH_KEYS).tolist()
        found |= {segment.head(doc)[0]: set(rows[doc]) - {0} for doc in range(segment.documents)}
    return found


def test_similar_texts_share_keys(tmp_path: Path) -> None:
    """A reprint, an excerpt and a corrected text share keys with the story; another story shares none."""
    words = STORY.split()
    bodies = {
        "story": STORY,
        "reprint": f"PARIS, March 3 (AFP) - {STORY}",
        "cut": " ".join(words[:30]),
        "corrected": " ".join([*words[:40], "fifteen", *words[41:80], "twelve", *words[81:]]),
        "other": " ".join(CHANCE.choices(WORDS, k=120)),
    }
    keys = sketches(tmp_path / "a", bodies, BuildLimits.within(64))
    assert len(keys["story"]) > SKETCH_KEYS // 2
    for name in ("reprint", "cut", "corrected"):
        assert len(keys["story"] & keys[name]) >= 3
    assert not keys["story"] & keys["other"]


def test_short_texts_have_one_key(tmp_path: Path) -> None:
    """The key of a headline is of title, body and day together; without a word there is no key."""
    bodies: dict[str, str | tuple[str, str]] = {
        "one": ("Tide comes in", ""),
        "same": ("TIDE comes in!", ""),
        "body": ("Tide comes in", "early"),
        "other": ("In comes tide", ""),
        "none": "",
    }
    keys = sketches(tmp_path / "a", bodies, BuildLimits.within(64))
    assert keys["one"] == keys["same"]
    assert [len(keys[name]) for name in bodies] == [1, 1, 1, 1, 0]
    assert len({*map(frozenset, keys.values())}) == 4


def test_keys_depend_on_the_text_only(tmp_path: Path) -> None:
    """The keys of a document are the same in every run, vocabulary and segment."""
    bodies = {str(number): " ".join(CHANCE.choices(WORDS, k=CHANCE.randrange(60))) for number in range(12)}
    whole = sketches(tmp_path / "a", bodies, BuildLimits.within(64))
    few = BuildLimits(2, 1 << 20, 1, 1 << 10, 4)
    assert sketches(tmp_path / "b", dict(reversed(bodies.items())), few) == whole
