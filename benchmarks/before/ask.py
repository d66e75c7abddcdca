"""Run by each side's interpreter: ask an open index the questions of each line of standard input.

It uses nothing of ours but ``searcher.Searcher``, so that it runs on any commit.
"""

from __future__ import annotations

import json
import sys
from time import process_time
from typing import Any

from searcher import Searcher


def main() -> None:
    """Answer each line, a list of questions, with the processor time of each in milliseconds."""
    with Searcher(sys.argv[1]) as searcher:
        for line in sys.stdin:
            print(json.dumps([cost(searcher, **question) for question in json.loads(line)]), flush=True)


def cost(searcher: Searcher, query: str, **arguments: Any) -> float:
    """Ask one question and read its hits and its counts; return milliseconds of processor."""
    started = process_time()
    results = searcher.search(query, **arguments)
    for hit in results.hits:
        _ = hit.id, hit.score, hit.title
    for values in results.facets.values():
        for value in values:
            _ = value.value, value.count
    return (process_time() - started) * 1000


if __name__ == "__main__":
    main()
