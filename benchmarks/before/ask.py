"""Run by each side's interpreter: ask an open index its questions, a round for each line of standard input.

It imports nothing of ours but ``searcher``, so that it runs on any commit.
"""

from __future__ import annotations

import gc
import json
import sys
from time import perf_counter

from searcher import Searcher


def main() -> None:
    """Read the questions, ask each once, then answer each further line with the times of a round."""
    with Searcher(sys.argv[1]) as searcher:
        questions = json.loads(sys.stdin.readline())
        texts = [question.pop("query") for question in questions]
        for text, arguments in zip(texts, questions, strict=True):
            searcher.search(text, **arguments)
        gc.collect()
        print("[]", flush=True)
        for _ in sys.stdin:
            times = []
            for text, arguments in zip(texts, questions, strict=True):
                started = perf_counter()
                for hit in searcher.search(text, **arguments).hits:
                    _ = hit.title
                times.append((perf_counter() - started) * 1000)
            print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
