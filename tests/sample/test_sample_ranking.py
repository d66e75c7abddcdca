"""The sample archive and its judged queries: no change may make its ranking worse unnoticed."""

from collections import defaultdict
from math import log2
from pathlib import Path
from statistics import mean

import pytest

from searcher import Searcher
from searcher.evaluation.judge import evaluate
from searcher.evaluation.topics import Topic, read_judgements, read_topics

TOPICS = read_topics(Path(__file__).with_name("topics.jsonl"))
JUDGEMENTS = read_judgements(Path(__file__).with_name("qrels.tsv"))
LANGUAGES = {"E": "en", "S": "es", "F": "fr"}  # by the letter that a topic's id begins with

# nDCG@10 as measured; update the values when a change improves them.
MEASURED = {
    ("en", True): 0.774,
    ("es", True): 0.831,
    ("fr", True): 0.683,
    ("en", False): 0.697,
    ("es", False): 0.446,
    ("fr", False): 0.464,
}
TOLERANCE = 0.005


def by_language(values: dict[str, float]) -> dict[str, float]:
    """Return the average over the topics of each language."""
    grouped: defaultdict[str, list[float]] = defaultdict(list)
    for topic, value in values.items():
        grouped[LANGUAGES[topic[0]]].append(value)
    return {language: mean(found) for language, found in grouped.items()}


def ndcg(searcher: Searcher, topic: Topic, *, expand: bool) -> float:
    """Return nDCG@10 of a topic by its formula (Järvelin and Kekäläinen 2002), with gains as graded."""
    grades = JUDGEMENTS[topic.id]
    hits = searcher.search(topic.query, limit=10, expand=expand).hits
    gained = [grades.get(str(hit.source.first), 0) for hit in hits]
    ideal = sorted(grades.values(), reverse=True)[:10]
    gain, most = (
        sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
        for grades in (gained, ideal)
    )
    return gain / most


@pytest.mark.parametrize("expand", [True, False], ids=["expanded", "as typed"])
def test_the_ranking_is_as_good_as_measured(sample_index: Path, *, expand: bool) -> None:
    """In each language nDCG@10 is the recorded value, or better."""
    with Searcher(sample_index) as searcher:
        found = by_language({topic.id: ndcg(searcher, topic, expand=expand) for topic in TOPICS})
    for language, value in found.items():
        assert value >= MEASURED[language, expand] - TOLERANCE, language


@pytest.mark.parametrize("expand", [True, False], ids=["expanded", "as typed"])
def test_evaluate_agrees_with_the_formula(sample_index: Path, *, expand: bool) -> None:
    """The product's own evaluation equals the formula, topic by topic."""
    pytest.importorskip("ir_measures", reason="measuring needs ir-measures")
    with Searcher(sample_index) as searcher:
        measured = evaluate(searcher, TOPICS, JUDGEMENTS, expand=expand).per_topic
        for topic in TOPICS:
            assert measured[topic.id]["nDCG@10"] == pytest.approx(ndcg(searcher, topic, expand=expand)), topic


def test_every_query_has_judged_items_of_the_archive(sample_index: Path) -> None:
    """Each query has a highly relevant item, and judgements name the first lines of items."""
    with Searcher(sample_index) as searcher:
        starts = {str(hit.source.first) for hit in searcher.search("*", limit=100).hits}
    assert {topic.id for topic in TOPICS} == set(JUDGEMENTS)
    for grades in JUDGEMENTS.values():
        assert set(grades.values()) <= {1, 2}
        assert 2 in grades.values()
        assert grades.keys() <= starts
