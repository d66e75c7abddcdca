"""A search with a warm cache runs few modules, so that it is easy to follow."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK_TWICE = """
import sys
from searcher import Searcher

index, query, count = sys.argv[1:]
searcher = Searcher(index)
run = set()

def ask():
    hits = searcher.search(query).hits
    assert all(hit.snippet for hit in hits)
    return len(hits)


def note(frame, event, argument):
    if event == "call":
        run.add(frame.f_globals.get("__name__", ""))


assert ask() == int(count)
sys.setprofile(note)
ask()
sys.setprofile(None)
assert not {"numpy", "urllib3"} & sys.modules.keys()
assert not sys.modules["searcher.query.known_words"]._common_words.cache_info().misses
print(*sorted(name for name in run if name.partition(".")[0] in ("indexer", "searcher")))
"""


@pytest.mark.parametrize(("query", "hits", "most"), [("river harbour", 10, 21), ("river AND harbour", 3, 25)])
def test_a_warm_search_runs_functions_of_few_modules(
    sample_index: Path, query: str, hits: int, most: int
) -> None:
    """When repeated, a search and its snippets run at most so many modules of ours."""
    command = [sys.executable, "-c", ASK_TWICE, str(sample_index), query, str(hits)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    modules = done.stdout.split()
    assert len(modules) <= most, modules
