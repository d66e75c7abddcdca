"""Search on the real page against its judged topics."""

import json
from collections import defaultdict
from math import log2
from pathlib import Path
from statistics import mean

import pytest

from indexer.store.indexing import build
from searcher import Searcher


@pytest.fixture(scope="module")
def ndcg(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """Return nDCG@10 of each judged topic, by the language of its query (Järvelin and Kekäläinen 2002)."""
    folder = tmp_path_factory.mktemp("feed_index")
    build([feed], folder)
    judged = feed.parents[1] / "eval"
    qrels: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for line in (judged / "qrels_dev.tsv").read_text(encoding="utf-8").splitlines():
        topic, _, first_line, grade = line.split("\t")
        qrels[topic][int(first_line)] = int(grade)
    values: defaultdict[str, list[float]] = defaultdict(list)
    with Searcher(folder) as searcher:
        for line in (judged / "topics_dev.jsonl").read_text(encoding="utf-8").splitlines():
            topic = json.loads(line)
            filters = topic["filters"]
            results = searcher.search(
                topic["query"],
                countries=filters.get("country", ()),
                languages=filters.get("language", ()),
                date_from=filters.get("from"),
                date_to=filters.get("to"),
                limit=10,
            )
            grades = qrels[topic["qid"]]
            gained = [grades.get(hit.source.first, 0) for hit in results.hits]
            ideal = sorted(grades.values(), reverse=True)[:10]
            values[topic["language"]].append(_discounted(gained) / _discounted(ideal))
    return values


def _discounted(gains: list[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


@pytest.mark.parametrize(("language", "least"), [("en", 0.74), ("es", 0.68), ("fr", 0.65)])
def test_topics_reach_their_figures(ndcg: dict[str, list[float]], language: str, least: float) -> None:
    """The mean over the topics of each language is as high as these figures."""
    assert mean(ndcg[language]) >= least
