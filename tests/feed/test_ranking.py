"""Rankings of the real page and of public collections: no change may make them worse unnoticed."""

import json
from collections import defaultdict
from math import log2
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from indexer.store.indexing import FolderLocation, build, write_sources
from indexer.store.protocols import WriteRequest
from indexer.thesaurus import gather_concepts
from searcher import Searcher
from searcher.evaluation import Topic, evaluate, read_judgements, read_topics
from searcher.query.concepts import recognise
from searcher.query.query_words import QueryWords


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


EVAL = Path(__file__).parents[3] / "shared" / "eval"
FROZEN: dict[str, Any] = json.loads(
    Path(__file__).with_name("frozen_ranking.json").read_text(encoding="utf-8")
)

pytest.importorskip("ir_measures", reason="measuring needs ir-measures")


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return an index of each collection, built when it is first used."""
    if not (EVAL / "collections").exists():
        pytest.skip("the public collections are not at hand (../shared/eval/collections)")
    folder = tmp_path_factory.mktemp("collections")
    indexes = {}
    for name in ("xquad-en", "xquad-es", "piaf-fr"):
        indexes[name] = folder / name
        build([EVAL / "collections" / name / "corpus.jsonl"], indexes[name])
    indexes["xquad-es2en"] = indexes["xquad-en"]
    return indexes


def measured(corpora: dict[str, Path], setting: str) -> float:
    """Return nDCG@10 of a setting such as ``xquad-es no accents`` or ``piaf-fr no expansion``."""
    name, _, how = setting.partition(" ")
    folder = EVAL / "collections" / name
    topics = read_topics(folder / ("queries.noaccent.tsv" if how == "no accents" else "queries.tsv"))
    judgements = read_judgements(folder / "qrels.tsv")
    with Searcher(corpora[name]) as searcher:
        found = evaluate(searcher, topics[:: FROZEN["every"]], judgements, expand=how != "no expansion")
    return found.means["nDCG@10"]


@pytest.mark.slow
@pytest.mark.parametrize("setting", sorted(FROZEN["nDCG@10"]))
def test_a_collection_is_ranked_as_well_as_before(corpora: dict[str, Path], setting: str) -> None:
    """Each figure is that of the frozen file, or better."""
    assert measured(corpora, setting) >= FROZEN["nDCG@10"][setting] - FROZEN["tolerance"]


def topics_of_the_page() -> list[Topic]:
    """Return the judged topics of the real page."""
    return read_topics(EVAL / "topics_dev.jsonl")


@pytest.mark.slow
def test_the_thesaurus_helps_without_concepts_of_the_topics(feed: Path, tmp_path: Path) -> None:
    """Without the concepts that the topics name, the rest ranks no worse than no thesaurus."""
    folder = tmp_path / "index"
    build([feed], folder)
    named: set[int] = set()
    with Searcher(folder) as searcher:
        words = QueryWords(searcher._engine, searcher._engine.thesaurus)
        for topic in topics_of_the_page():
            for span in recognise(words, topic.query.replace('"', "").split()):
                named.update(number for reading in span.readings for number in reading.concepts)
        judgements = read_judgements(EVAL / "qrels_dev.tsv")
        plain = evaluate(searcher, topics_of_the_page(), judgements, expand=False)
    concepts = [one for number, one in enumerate(gather_concepts()) if number not in named]
    location = FolderLocation(folder)
    with location.lock(0):
        write_sources(WriteRequest([feed]), location, concepts=concepts)
    with Searcher(folder) as searcher:
        left = evaluate(searcher, topics_of_the_page(), judgements)
    assert left.means["nDCG@10"] >= plain.means["nDCG@10"]
