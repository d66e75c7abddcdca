"""Evaluating rankings."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rules import Archives

from indexer.errors import DragomanError, SourceError
from searcher.evaluation import (
    MEASURES,
    Evaluation,
    Topic,
    compare,
    evaluate,
    randomisation_test,
    read_judgements,
    read_topics,
)
from searcher.present import open_writer


def test_topics_and_judgements_become_measures(archives: Archives, tmp_path: Path) -> None:
    """A topic whose one judged item is first has nDCG 1; one without results or search words has 0."""
    pytest.importorskip("ir_measures")
    searcher = archives.of("en a: tide gauge", "en b: market stall")
    topics, grades = tmp_path / "topics.tsv", tmp_path / "grades.tsv"
    topics.write_text("1\ttide\n2\tzeppelin\n3\tunjudged\n4\twhat of the\n", encoding="utf-8")
    grades.write_text("1 0 a 2\n2\t0\tb\t1\n4 0 b 1\n", encoding="utf-8")
    found = evaluate(searcher, read_topics(topics), read_judgements(grades))
    assert found.per_topic["1"]["nDCG@10"] == 1.0
    assert found.per_topic["2"]["nDCG@10"] == 0.0
    assert found.per_topic["4"]["nDCG@10"] == 0.0
    assert found.found_nothing == ["2", "4"]
    assert found.means["nDCG@10"] == pytest.approx(1 / 3)
    assert compare(found, found)["p"] == 1.0


def test_an_invalid_query_is_reported_with_its_topic(archives: Archives) -> None:
    """A query without search words has no results; an invalid one is an error that names its topic."""
    topics = [Topic("7", "country:Narnia", {})]
    with pytest.raises(DragomanError, match=r"topic 7: .*Narnia"):
        evaluate(archives.of("en a: tide"), topics, {"7": {"a": 1}})


@pytest.fixture
def evaluation() -> Evaluation:
    """Return an evaluation of two topics, the second without results, and the comparison."""
    compared = {"measure": "nDCG@10", "difference": 0.5, "rose": 1, "fell": 0, "p": 1.0}
    per_topic = {"1": dict.fromkeys(MEASURES, 1.0), "2": dict.fromkeys(MEASURES, 0.0)}
    return Evaluation(per_topic, ["2"], comparison=compared)


def test_measures_are_written_in_every_format(evaluation: Evaluation) -> None:
    """JSON has all of it; JSON lines and CSV have the topics; a table ends with the comparison."""

    def written(form: str) -> str:
        stream = StringIO()
        open_writer(form, stream, color=False, width=80).write_evaluation(evaluation)
        return stream.getvalue()

    record = json.loads(written("json"))
    keys = "format mean topics found_nothing judged_items not_in_index comparison"
    assert list(record) == keys.split()
    topics = [json.loads(line) for line in written("jsonl").splitlines()]
    assert topics == [{"topic": topic} | values for topic, values in record["topics"].items()]
    header, *rows = written("csv").splitlines()
    assert header == ",".join(["topic", *record["mean"]])
    assert [row.split(",")[0] for row in rows] == ["1", "2"]
    assert written("table").splitlines()[-1] == (
        "nDCG@10: +0.500 with expansion (topics improved: 1; declined: 0; p = 1.0000)"
    )


@pytest.mark.parametrize(
    ("name", "text"), [("t.tsv", "only one cell\n"), ("t.jsonl", "{}\n"), ("t.tsv", "\n")]
)
def test_invalid_topics_are_refused(tmp_path: Path, name: str, text: str) -> None:
    """A line that is no topic is reported with its number."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="topic"):
        read_topics(path)


def test_a_randomisation_test_detects_differences() -> None:
    """A consistent rise is unlikely by chance, a balanced one is not; without a difference p is 1."""
    assert randomisation_test([0.1] * 10) == pytest.approx(2 / 1024)
    assert randomisation_test([0.1, -0.1] * 20) > 0.9
    assert randomisation_test([0.0, 0.0]) == 1.0
    assert randomisation_test([0.1] * 30) < 0.001
