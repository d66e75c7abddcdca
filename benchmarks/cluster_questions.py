"""Measure queries on a cluster: python -m benchmarks.cluster_questions [DOCUMENTS].

Uses an index of real words on a node of the tests with 1 GB of heap, on the same machine. Each query is run
once, then three times with other limits, so that its words are cached but not its responses. The table shows
the best of these times, and the best time of the last request when repeated by the same client.
"""

from __future__ import annotations

import sys
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from benchmarks.processes import cluster_node
from benchmarks.real_words import AS_TYPED, JOINED, corpus_file, of_kind, real_questions
from benchmarks.timing import quantile
from indexer.cluster.client import Cluster
from indexer.location import build
from searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE: Final = 10_000  # documents from which queries are drawn
LIMITS: Final = (10, 9, 8, 7)


def timed(work: Callable[[], object]) -> float:
    """Call a function, and return its time in milliseconds."""
    started = perf_counter()
    work()
    return 1000 * (perf_counter() - started)


def answer(searcher: Searcher, query: str, **how: Any) -> None:
    """Run a query, including all lazy values."""
    searcher.search(query, **how).to_record()


def main(arguments: list[str]) -> None:
    """Build the index, run the queries, and print a table."""
    count = int(next(iter(arguments), "100000"))
    corpus, sample = corpus_file("real", count), corpus_file("real", SAMPLE)
    questions, request = real_questions(sample), Cluster.request
    asked, bare = [], []
    with cluster_node() as node:
        place = f"{node.url}/asked"
        build([corpus], place)
        noting = patch.object(Cluster, "request", autospec=True, side_effect=request)
        with Searcher(place) as searcher, noting as noted:
            for question in questions:
                how = question.arguments()
                query, times, again = how.pop("query"), [], []
                for limit in LIMITS:
                    times.append(timed(partial(answer, searcher, query, limit=limit, **how)))
                    again.append(timed(partial(request, *noted.call_args.args, **noted.call_args.kwargs)))
                asked.append(min(times[1:]))
                bare.append(min(again[1:]))
    print("| real words, facets, snippets | median | p95 | bare: median | p95 | median of ratios |")
    print("|---|---|---|---|---|---|")
    for kind in (AS_TYPED, JOINED):
        own, sent_bare = of_kind(asked, questions, kind), of_kind(bare, questions, kind)
        ratio = median(one / other for one, other in zip(own, sent_bare, strict=True))
        cells = [f"{quantile(times, share):.1f} ms" for times in (own, sent_bare) for share in (0.5, 0.95)]
        print(f"| {kind} | {' | '.join(cells)} | {ratio:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
