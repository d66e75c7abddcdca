"""Measure builds of a feed, a table and a folder of saved pages: ``python -m benchmarks.intake [PAGE...]``.

Times ``dragoman build`` as a whole process for an RSS feed of 5 MB, whose items have a summary and six
paragraphs of HTML; 20,000 rows of CSV (a title, a text of 80 words in one of three languages, a day; every
second row names a country); and 1,000 saved pages. Each PAGE is a file with a saved article, which is
repeated with a changed title word; without PAGE, pages are generated. Each round builds all sources; medians
are printed.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.corpus import DAYS, FIRST_DAY, FUNCTION_WORDS, LANGUAGES, SEED
from benchmarks.processes import ProcessCost, dragoman, run
from benchmarks.real_words import words_of
from indexer.countries.country_names import country_names
from indexer.documents import read_items
from indexer.thesaurus.bundled import bundled_concepts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUNDS: Final = 3
MEGABYTES: Final = 5
ROWS: Final = 20_000
PAGES: Final = 1_000
_WORD: Final = re.compile("[a-z]{5,}", re.IGNORECASE)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>'
    "<link>https://news.example/</link><language>en</language>\n"
)


def write_feed(path: Path, megabytes: int) -> int:
    """Write a feed of about a given size, and return its number of items."""
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


def write_rows(path: Path, rows: int) -> None:
    """Write a table of news."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("title", "text", "date"))
        for row, language in zip(range(rows), cycle(LANGUAGES), strict=False):
            words = words_of(language).draw(chance, 88)
            if row % 2:
                words[40] = chance.choice([*country_names(language).values()])
            title, text = " ".join(words[:8]), " ".join(words[8:])
            day = FIRST_DAY + timedelta(row % DAYS)
            table.writerow((title.capitalize(), text[0].upper() + text[1:], day.isoformat()))


def write_pages(folder: Path, pages: int, real: Sequence[Path]) -> None:
    """Write saved pages: repeated real ones, or generated ones."""
    folder.mkdir()
    made = _repeated(real) if real else _made()
    for number, page in zip(range(pages), made, strict=False):
        folder.joinpath(f"page{number:04}.html").write_bytes(page)


def _repeated(real: Sequence[Path]) -> Iterator[bytes]:
    """Yield pages repeatedly, each time with all occurrences of one title word changed."""
    known = []
    for path in real:
        title = next(read_items(path)).title or path.stem
        word = max(_WORD.findall(title), key=len)
        known.append((path.read_bytes(), re.compile(re.escape(word.encode()), re.IGNORECASE)))
    for number, (page, word) in enumerate(cycle(known)):
        yield word.sub(rb"\g<0>%d" % number, page)


def _made() -> Iterator[bytes]:
    """Yield articles of six paragraphs, with menus and equally long lists of other stories."""
    chance = random.Random(SEED)

    def text(words: int) -> str:
        return " ".join(words_of("en").draw(chance, words)).capitalize()

    while True:
        title = text(8)
        links = "".join(f'<li><a href="/{number}"><span>{text(6)}</span></a></li>\n' for number in range(100))
        body = "".join(f"<p>{text(60)}.</p>\n" for _ in range(6))
        yield (
            f'<!DOCTYPE html><html lang="en"><head><title>{title} - News</title>'
            f'<meta property="article:published_time" content="2018-05-02T12:00:00-05:00"></head>'
            f"<body><nav><ul>{links}</ul></nav><article><h1>{title}</h1>{body}</article>"
            f"<aside><ul>{links}</ul></aside></body></html>"
        ).encode()


def main(pages: Sequence[str]) -> None:
    """Print the median of each source."""
    with TemporaryDirectory() as place:
        feed, rows, saved = Path(place, "feed.xml"), Path(place, "rows.csv"), Path(place, "pages")
        items = write_feed(feed, MEGABYTES)
        write_rows(rows, ROWS)
        write_pages(saved, PAGES, [*map(Path, pages)])
        size = sum(page.stat().st_size for page in saved.iterdir())
        sources = {
            f"a feed of {MEGABYTES} MB, {items:,} items": feed,
            f"{ROWS:,} rows, {rows.stat().st_size / 1e6:.0f} MB": rows,
            f"{PAGES:,} saved pages, {size / 1e6:.0f} MB": saved,
        }
        times: dict[str, list[ProcessCost]] = {name: [] for name in sources}
        for _ in range(ROUNDS):
            for name, source in sources.items():
                times[name].append(run(dragoman("build", source, "--index", Path(place, "index"), "--quiet")))
        for name, taken in times.items():
            seconds, cpu, _ = map(median, zip(*taken, strict=True))
            print(f"{name:40} {seconds:6.2f} s, {cpu:6.2f} s of processors")


if __name__ == "__main__":
    main(sys.argv[1:])
