"""While few postings match, nothing heavy is imported, whatever the query."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
ASK = """
import sys, types
package = types.ModuleType("searcher"); package.__path__ = [sys.argv[1]]
sys.modules["searcher"] = package
from searcher.engine import FACETS, Filters, ResultRequest
from searcher.opening import open_engine
from searcher.query.model import *

engine = open_engine(sys.argv[2])
ferry, crew, title = Term("text_en", "ferri"), Term("text_en", "crew"), Term("title_en", "ferri")
queries = [
    ferry,
    title,
    And((ferry, crew)),
    AndNot(ferry, crew),
    Should(ferry, crew),
    DisjunctionMax((ferry, crew), 0.4),
    Phrase("text_en", ("ferri", "crew"), (0, 1)),
    WordSet("ferr*", ("ferry", "ferries")),
    And((ferry, ConstantScore(Keyword("country", "KE")), ConstantScore(Days(1, None)))),
    And((ferry, Not(crew))),
    Everything(),
]
with engine.asking():
    for query in queries:
        for sort in ("relevance", "newest"):
            engine.execute(query, Filters(), ResultRequest(sort, 10, 0, FACETS))
print(sorted({"numpy", "whoosh", "langdetect", "rich", "pathlib", "dataclasses"} & set(sys.modules)))
"""


def test_few_postings_are_evaluated_without_heavy_imports(sample_index: Path) -> None:
    """Every kind of node is answered from a small index without numpy and Whoosh."""
    command = [sys.executable, "-c", ASK, str(ROOT / "searcher"), str(sample_index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
