"""The sample archive against its judged questions: no change may quietly make its ranking worse."""

from __future__ import annotations

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

# nDCG@10 as measured; what a change improves is written down anew.
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
    """Average the values of topics over each language."""
    grouped: defaultdict[str, list[float]] = defaultdict(list)
    for topic, value in values.items():
        grouped[LANGUAGES[topic[0]]].append(value)
    return {language: mean(found) for language, found in grouped.items()}


def ndcg(searcher: Searcher, topic: Topic, *, expand: bool) -> float:
    """Compute nDCG@10 of a topic from its formula (Järvelin and Kekäläinen 2002), gains as graded."""
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
def test_questions_are_answered_as_well_as_measured(sample_index: Path, *, expand: bool) -> None:
    """In each language nDCG@10 is what was measured, or better."""
    with Searcher(sample_index) as searcher:
        found = by_language({topic.id: ndcg(searcher, topic, expand=expand) for topic in TOPICS})
    for language, value in found.items():
        assert value >= MEASURED[language, expand] - TOLERANCE, language


@pytest.mark.parametrize("expand", [True, False], ids=["expanded", "as typed"])
def test_evaluate_measures_what_the_formula_gives(sample_index: Path, *, expand: bool) -> None:
    """The product's own evaluation agrees with the formula, topic by topic."""
    pytest.importorskip("ir_measures", reason="measuring needs ir-measures")
    with Searcher(sample_index) as searcher:
        measured = evaluate(searcher, TOPICS, JUDGEMENTS, expand=expand).per_topic
        for topic in TOPICS:
            assert measured[topic.id]["nDCG@10"] == pytest.approx(ndcg(searcher, topic, expand=expand)), topic


def test_every_question_is_judged_by_items_of_the_archive(sample_index: Path) -> None:
    """Each question has an item chiefly about it, and judgements name lines where items begin."""
    with Searcher(sample_index) as searcher:
        starts = {str(hit.source.first) for hit in searcher.search("*", limit=100).hits}
    assert {topic.id for topic in TOPICS} == set(JUDGEMENTS)
    for grades in JUDGEMENTS.values():
        assert set(grades.values()) <= {1, 2}
        assert 2 in grades.values()
        assert grades.keys() <= starts
