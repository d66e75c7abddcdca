"""Compare both engines on all topics of the collections and the feed, and on thousands of random queries.

    .venv/bin/python benchmarks/engines.py [--shards 3] [--every 1] [--random 2000] [PLACE]

Starts a node, unless PLACE is the URL of one, builds each archive in a folder and on the node, and prints for
each archive the number of compared results, how many differ, the largest score difference, and nDCG@10 of
both.
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]

import ir_measures  # noqa: E402 - found through the line above
from cluster.compared import answered, differences  # noqa: E402
from cluster.nodes import Node  # noqa: E402

from indexer.location import build  # noqa: E402
from indexer.store.indexing import build as build_in_folder  # noqa: E402
from searcher import Searcher  # noqa: E402
from searcher.evaluation import read_judgements, read_topics  # noqa: E402

SHARED = ROOT.parent / "shared"
NDCG = ir_measures.nDCG @ 10


class Archive(NamedTuple):
    """An archive to compare: a source, queries with options, and judgements of some queries."""

    name: str
    source: Path
    asked: list[tuple[str, str, dict[str, Any]]]
    judged: dict[str, dict[str, int]]


def archives(shared: Path, every: int) -> Iterator[Archive]:
    """Yield the collections with each query as typed and without accents, and the feed's topics."""
    for folder in sorted((shared / "eval" / "collections").iterdir()):
        asked: list[tuple[str, str, dict[str, Any]]] = [
            (f"{topic.id} {path.stem}", topic.query, {})
            for path in sorted(folder.glob("queries*.tsv"))
            for topic in read_topics(path)[::every]
        ]
        judged = read_judgements(folder / "qrels.tsv")
        of_each = {f"{topic} queries": grades for topic, grades in judged.items()}
        yield Archive(folder.name, folder / "corpus.jsonl", asked, of_each)
    topics = read_topics(shared / "eval" / "topics_dev.jsonl")
    asked = [(topic.id, topic.query, topic.filters) for topic in topics]
    asked += [(f"{topic.id} plain", topic.query, {"expand": False, "estimated": True}) for topic in topics]
    yield Archive("feed", shared / "feed" / "news_feed.txt", asked, {})


def random_questions(searcher: Searcher, count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield random queries with every operator, made of words in an archive's titles, some misspelt."""
    chance = random.Random(1729)
    titles = " ".join(hit.title or "" for hit in searcher.search(None, limit=1000, facets=()).hits)
    words = sorted(set(re.findall(r"[^\W_]{2,}", titles)))

    def word() -> str:
        one: str = chance.choice(words)
        if chance.random() < 0.15 and len(one) > 4:
            at = chance.randrange(1, len(one) - 1)
            one = one[:at] + chance.choice([one[at] * 2, "", chance.choice("aeioust")]) + one[at + 1 :]
        return one

    forms: list[Callable[[], str]] = [
        *[word] * 8,
        *[lambda: f'"{word()} {word()}"', lambda: f'"{word()} {word()}"~{chance.randint(2, 9)}'] * 2,
        lambda: f"{word()[:3]}*",
        lambda: f"*{word()[-4:]}",
        lambda: f"{word()}~",
        lambda: f"{chance.choice(['+', '-', 'NOT ', 'title:'])}{word()}",
        lambda: f"({word()} {chance.choice(['AND', 'OR'])} {word()})",
        lambda: chance.choice(["lang:es", "country:IN", "date:2015..2020", "date:2018"]),
    ]
    for number in range(count):
        sign = chance.choice([" ", " ", " ", " AND ", " OR "])
        text = sign.join([chance.choice(forms)() for _ in range(chance.choice([1, 2, 2, 3, 4]))])
        how: dict[str, Any] = {
            "expand": chance.random() < 0.8,
            "all_words": chance.random() < 0.1,
            "estimated": chance.random() < 0.2,
            "sort": chance.choice(["relevance", "relevance", "relevance", "newest", "oldest"]),
            "limit": chance.choice([10, 10, 3, 50]),
            "offset": chance.choice([0, 0, 0, 7]),
            "countries": chance.choice([(), (), (), "IN", ("ZM", "unknown"), "Europe"]),
            "languages": chance.choice([(), (), (), ("es", "fr")]),
            "date_from": chance.choice([None, None, "2018"]),
        }
        yield f"random {number}", text, how


def compare(archive: Archive, node: str, work: Path, shards: int, count: int) -> tuple[Any, ...]:
    """Compare the results for one archive, and return its row."""
    folder, address = work / archive.name, f"{node}/{archive.name}"
    build_in_folder([archive.source], folder)
    build([archive.source], address, shards=shards)
    runs: list[dict[str, dict[str, float]]] = [{}, {}]
    different, most = 0, 0.0
    with Searcher(folder) as first, Searcher(address) as second:
        asked = [*archive.asked, *(random_questions(first, count) if not archive.judged else ())]
        for number, (key, query, how) in enumerate(asked):
            if number % 500 == 0:
                print(f"{archive.name}: {number} of {len(asked)}, {different} differ", file=sys.stderr)
            one, other = (answered(searcher, query, **how) for searcher in (first, second))
            if found := differences(one, other):
                different += 1
                print(f"{archive.name}: {query!r} {how}: {found[:2]}", file=sys.stderr)
            if isinstance(one, dict) and isinstance(other, dict):
                for run, answer in zip(runs, (one, other), strict=True):
                    run[key] = {
                        hit["id"]: score for hit, score in zip(answer["hits"], answer["exact"], strict=True)
                    }
                pairs = zip(one["exact"], other["exact"], strict=False)
                most = max([most, *[abs(a - b) / max(a, 1.0) for a, b in pairs]])
    asked_of = runs[0].keys()
    judged = {key: grades for key, grades in archive.judged.items() if key in asked_of}
    means = [ir_measures.calc_aggregate([NDCG], judged, run)[NDCG] if judged else None for run in runs]
    return archive.name, len(asked), different, most, *means


def main() -> int:
    """Compare and print a table; return 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument(
        "--every", type=int, default=1, help="of how many questions of a collection one is asked"
    )
    parser.add_argument("--random", type=int, default=2000)
    parser.add_argument("place", nargs="?")
    args = parser.parse_args()
    failed = 0
    with TemporaryDirectory() as folder, ExitStack() as stack:
        work = Path(folder)
        place = args.place or stack.enter_context(Node(work / "node", heap="768m")).url
        print("archive, shards, questions, different, most of a score, nDCG@10 of the folder, of the cluster")
        for archive in archives(SHARED, args.every):
            name, asked, different, most, one, other = compare(archive, place, work, args.shards, args.random)
            failed += different
            ndcg = "" if one is None else f", {one:.4f}, {other:.4f}"
            print(f"{name}, {args.shards}, {asked}, {different}, {most:.1e}{ndcg}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
