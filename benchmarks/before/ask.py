"""Run the queries in each line of standard input on an open index, with the interpreter of one side.

Only uses ``searcher.Searcher``, so that it runs on any commit.
"""

from __future__ import annotations

import json
import sys
from time import process_time
from typing import Any

from searcher import Searcher


def main() -> None:
    """Print the CPU time of each query in milliseconds, for each line with a list of queries."""
    with Searcher(sys.argv[1]) as searcher:
        for line in sys.stdin:
            print(json.dumps([cost(searcher, **question) for question in json.loads(line)]), flush=True)


def cost(searcher: Searcher, query: str, **arguments: Any) -> float:
    """Run a query, read its hits and counts, and return the CPU time in milliseconds."""
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
