"""Measure the reading of a large feed, compared with feedparser: python -m benchmarks.feeds [MEGABYTES].

The feed has items with a summary and a text of six paragraphs in HTML. Processor times are the best of three
readings each; feedparser reads bytes, with default options and without sanitising and resolving links. Its
texts still have their tags; those of Dragoman have none.
"""

from __future__ import annotations

import random
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Final

import feedparser

from benchmarks.corpus import FUNCTION_WORDS, SEED
from indexer.documents import read_items
from indexer.sources import open_sources
from indexer.thesaurus.bundled import bundled_concepts

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTES: Final = 5
TRIES: Final = 3
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>'
    "<link>https://news.example/</link><language>en</language>\n"
)


def write_feed(path: Path, megabytes: int) -> int:
    """Write a feed of some size; return the number of its items."""
    chance = random.Random(SEED)
    labels = [
        label.text for concept in bundled_concepts() for label in concept.labels if label.language == "en"
    ]
    words = [*labels, *(FUNCTION_WORDS["en"].split() * 200)]

    def text(length: int) -> str:
        return " ".join(chance.choices(words, k=length)).capitalize() + "."

    number = size = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        while size < megabytes << 20:
            number += 1
            link = f"https://news.example/{number}"
            body = "".join(f'<p>{text(40)} <a href="{link}">{text(3)}</a> &#8217;</p>\n' for _ in range(6))
            size += file.write(
                f"<item><title>{text(8)}</title><link>{link}</link><category>Port</category>"
                f"<pubDate>Wed, 02 May 2018 23:30:00 -0500</pubDate><description>{text(30)}</description>"
                f"<content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
            )
        file.write("</channel></rss>")
    return number


def taken(read: Callable[[], int], items: int) -> float:
    """Return the time of reading in seconds, the best of several.

    Raises:
        RuntimeError: It found another number of items.
    """
    times = []
    for _ in range(TRIES):
        before = process_time()
        if read() != items:
            raise RuntimeError("not all items were read")
        times.append(process_time() - before)
    return min(times)


def main() -> None:
    """Print the time of each reader."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed.xml"
        items = write_feed(path, megabytes)
        parse = partial(feedparser.parse, path.read_bytes())
        readings: dict[str, Callable[[], int]] = {
            "feedparser": lambda: len(parse().entries),
            "feedparser, bare": lambda: len(parse(sanitize_html=False, resolve_relative_uris=False).entries),
            "ours, raw items": lambda: sum(1 for source in open_sources(path) for _ in source.items),
            "ours, with languages and countries": lambda: sum(1 for _ in read_items(path)),
        }
        print(f"{megabytes} MB, {items:,} items")
        for name, read in readings.items():
            print(f"{name:36} {taken(read, items):6.2f} s")


if __name__ == "__main__":
    main()
