"""Measure the costliest queries that the limits allow, each once, and proximities of two words.

    python -m benchmarks.worst_queries CORPUS INDEX

CORPUS is a file that :mod:`benchmarks.corpus` wrote, and INDEX its index. Prints the CPU time of this process
in milliseconds for the first run of each query, and for the second, when its posting lists and exact phrases
may be cached. Then sends plain queries to a server, alone and while eight clients at another address repeat
the costliest query.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import count, islice, pairwise
from pathlib import Path
from statistics import median
from threading import Event, Timer
from time import process_time
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks.corpus import FUNCTION_WORDS, SEED, read_corpus
from benchmarks.serving import CORES, started
from benchmarks.serving_fair import PAUSE, READER, Client, asked_until, shown, under_attack
from dragoman import Searcher
from indexer.errors import DragomanError

if TYPE_CHECKING:
    from collections.abc import Sequence

COSTLIEST = "as much of the costly ones as fits"
SECONDS = 20.0  # seconds of plain queries to a server
SAMPLE = 20_000  # items from which the frequencies of words are estimated
CHARACTERS = 4_900  # characters of the longest queries; the limit is 5,000


class Words:
    """The English words of a corpus except function words, most frequent first."""

    def __init__(self, corpus: Path) -> None:
        counted: Counter[str] = Counter()
        for record in islice(read_corpus(corpus), SAMPLE):
            if record["language"] == "en":
                counted.update(set(record["text"].lower().replace(",", " ").replace(".", " ").split()))
        for word in FUNCTION_WORDS["en"].split():
            del counted[word]
        self.common = [word for word, _ in counted.most_common(2_000)]
        self.middling = [word for word, count in counted.items() if SAMPLE // 400 < count < SAMPLE // 80]
        self.pairs = self._adjacent(corpus)
        self._counted = counted

    def _adjacent(self, corpus: Path) -> list[tuple[str, str]]:
        """Return adjacent words of medium frequency in the corpus."""
        middling, found = set(self.middling), set()
        for record in islice(read_corpus(corpus), SAMPLE):
            found |= {pair for pair in pairwise(record["text"].lower().split()) if middling.issuperset(pair)}
        return sorted(found)

    def of(self, share: float) -> list[str]:
        """Return the words that about this share of the items contain, most frequent first."""
        return [word for word in self.common if self._counted[word] <= share * SAMPLE]

    def fill(self, sign: str, words: Sequence[str], *, around: str = "{}", most: int = 900) -> str:
        """Join words to a query of the maximum length."""
        text = ""
        for word in islice(words, most):
            longer = text + (sign if text else "") + around.format(word)
            if len(longer) > CHARACTERS:
                break
            text = longer
        return text


def shapes(words: Words) -> dict[str, str]:
    """Return the queries by description."""
    common, fill = words.common, words.fill
    pairs = [f"{one} {other}" for one, other in zip(common[::2], common[1::2], strict=True)]
    letters = "abcdefghijklmnoprstuvwz"
    any_of = "(" + " OR ".join(common[:40]) + ")"
    near = common[0]
    for word in common[1:32]:
        near = f"({near} NEAR/255 {word})"
    found = {
        "OR of the most words": fill(" ", common),
        "AND of the most words": fill(" AND ", common),
        "AND of ORs of words": fill(" AND ", pairs, around="({})"),
        "16 prefixes of one letter": " ".join([f"{letter}*" for letter in letters[:16]]),
        "16 prefixes of two letters": " ".join([f"{word[:2]}*" for word in common[:16]]),
        "patterns without a first letter": "*a* *e* *i* *o*",
        "16 fuzzy words, two edits": " ".join([f"{word}~2" for word in common[:16]]),
        "16 regular expressions": " ".join([f"/[^{letter}].*[aeiou].*(a|e|i).*/" for letter in letters[:16]]),
        "32 NOTs": " ".join([f"NOT {word}" for word in words.middling[:32]]),
        "one phrase of 200 words": '"' + " ".join(common[:199]) + '"',
        "phrases of two words": fill(" ", pairs[:100], around='"{}"'),
        "phrases, the largest slop": fill(" ", pairs[:100], around='"{}"~65535'),
        "a phrase of three patterns": f'"{common[0][:2]}* {common[1][:2]}* {common[2][:2]}*"',
        "NEAR/255 of two ORs of 40 words": f"{any_of} NEAR/255 ({' OR '.join(common[40:80])})",
        "NEAR/255 of two patterns": f"{common[0][:2]}* NEAR/255 {common[1][:2]}*",
        "31 nested NEAR/255": near,
        "16 NEAR/255 of ORs": " ".join(
            [
                f"(({common[n]} OR {pairs[n + 20]}) NEAR/255 ({common[n + 80]} OR {common[n + 120]}))"
                for n in range(16)
            ]
        ),
        "32 NOT NEAR/255": " ".join([f"({one.replace(' ', ' NOT NEAR/255 ')})" for one in pairs[:32]]),
        "32 SAME": " OR ".join([f"({one.replace(' ', ' SAME ')})" for one in pairs[:32]]),
        "SAME of two ORs of 40 words": f"{any_of} SAME ({' OR '.join(common[40:80])})",
        "32 atleast2 of ORs": " ".join([f"atleast2({one.replace(' ', ' OR ')})" for one in pairs[:32]]),
        "lead: of the most words": "lead:(" + fill(" OR ", common, most=300) + ")",
        "=word of a fifth of the items": f"={words.of(0.19)[0]}",
        "four =words of a fifth of the items": " OR ".join([f"={word}" for word in words.of(0.05)[:4]]),
        "16 patterns near each other": " ".join(
            [
                f"({one[:3]}* NEAR/255 {other[:3]}*)"
                for one, other in zip(common[:8], common[8:16], strict=True)
            ]
        ),
        "32 ranges of lengths": " ".join([f"length:>{n}" for n in range(32)]),
        "32 periods": " ".join([f"date:{year}..{year + 9}" for year in range(1990, 2022)]),
        "8 regions": " ".join([f"country:{name}" for name in ("Europe", "Africa", "Asia", "Oceania") * 2]),
        "misspelt words": fill(" ", [f"{word}x" for word in common], most=300),
    }
    costly = ("four =words of a fifth of the items", "32 atleast2 of ORs", "16 fuzzy words, two edits")
    mixed = " OR ".join([found[name] for name in costly])
    return found | {COSTLIEST: fill(" ", [mixed, *common])}


def measure(searcher: Searcher, query: str, **options: object) -> tuple[float, str]:
    """Run a query; return its milliseconds, and its number of hits or its error."""
    began = process_time()
    try:
        found = f"{searcher.search(query, **options).complete().total:,}"  # type: ignore[arg-type] # any option
    except DragomanError as error:
        found = str(error)[:90]
    return (process_time() - began) * 1e3, found


def serve(index: Path, costly: str, plain: Sequence[str]) -> None:
    """Print the times of plain queries to a server, alone and during a costly query."""
    paths = [f"/search.json?q={quote(one)}" for one in plain]
    command = [sys.executable, "cli.py", "serve", f"--index={index}", "--port=PORT", "--no-access-log"]
    with started(*command, cores=",".join(map(str, CORES))) as server:
        stop = Event()
        Timer(SECONDS, stop.set).start()
        shown("plain, alone", asked_until(stop, server.port, Client(READER, pause=PAUSE), paths, count()))
        others, beside = under_attack(server.port, [f"/search.json?q={quote(costly)}"], paths, SECONDS)
        shown("plain, during costly ones", beside)
        shown("costly", others)


def main() -> None:
    """Print a row for each query, the ratio of proximities to phrases, and the server's times."""
    corpus, index = map(Path, sys.argv[1:])
    words = Words(corpus)
    with Searcher(index) as searcher:
        searcher.search(" ".join(words.middling[-5:]))
        for name, query in shapes(words).items():
            (first, found), (second, _) = measure(searcher, query), measure(searcher, query, limit=9)
            print(f"| {name} | {first:.0f} | {second:.0f} | {found} |", flush=True)
        ratios = []
        for one, other in random.Random(SEED).sample(words.pairs, 200):
            asked = (f'"{one} {other}"', f"{one} NEAR/5 {other}")
            phrase, near = (measure(searcher, query, expand=False)[0] for query in asked)
            ratios.append(near / phrase)
        print(f"NEAR/5 takes {median(ratios):.2f} times a phrase of the same middling words")
    serve(index.resolve(), shapes(words)[COSTLIEST], [" ".join(pair) for pair in words.pairs[:200]])


if __name__ == "__main__":
    main()
