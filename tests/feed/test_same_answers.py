"""On the real page, our storage and execution give the hits, scores and facets of a stock Whoosh index."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle.document_postings import LabelledItem
from oracle.stock_execution import StockExecutor
from oracle.stock_index import StockWriter
from whoosh.index import open_dir

from indexer.documents import read_documents
from indexer.schema import ESTIMATED_DATE, UNKNOWN
from indexer.store.indexing import build
from searcher import Searcher
from searcher.engine import Execution, Filters, ResultRequest
from searcher.query.near_words import NearWords, find_words
from searcher.query.parser import parse
from searcher.query.query_analysis import QueryAnalyzer
from searcher.query.query_cost import Budget
from searcher.query.query_words import QueryWords
from searcher.query.question_language import detect_language
from searcher.query.resolver import Resolver
from searcher.search_options import make_filters, make_request

QUERIES = [
    "traffick*",
    "smugling~2",
    '"human trafficking" +training -police',
    "title:workshop date:2018..2019",
    "trata AND personas",
    "wom?n NOT children",
    "NOT trafficking",
    "country:KE OR lang:es",
    "date:unknown",
    "*",
]
FILTERS: list[dict[str, Any]] = [
    {},
    {"date_from": "2016", "date_to": "2016", "countries": ["TN", "MA"]},
    {"date_from": "2010-06", "estimated": True, "languages": ["en"]},
]


@pytest.fixture(scope="module")
def both(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StockExecutor, Searcher]]:
    """Return the page in a stock index and in ours."""
    folder = tmp_path_factory.mktemp("both")
    writer = StockWriter(folder / "stock")
    for document in read_documents(feed, lambda _: None):
        writer.add(LabelledItem.of(document))
    writer.commit()
    build([feed], folder / "ours")
    with Searcher(folder / "ours") as searcher:
        yield StockExecutor(open_dir(str(folder / "stock")), searcher._engine.forms), searcher


def _topics(feed: Path) -> list[str]:
    lines = (feed.parents[1] / "eval" / "topics_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["query"] for line in lines]


def _stock_answer(query: str, stock: StockExecutor, searcher: Searcher, filters: Filters) -> Execution:
    """Return the answer of Whoosh's own searcher to a question, without labels and expansion."""
    parsed = parse(query).query
    assert parsed is not None
    words = QueryWords(stock, searcher._engine.thesaurus)
    resolver = Resolver(
        QueryAnalyzer(words, detect_language(parsed, words)),
        Budget(),
        estimated=filters.estimated,
        found=find_words(parsed, NearWords(stock), Budget()).found,  # type: ignore[arg-type] # it has words
        expanding=None,
        finds=lambda node: stock.execute(node, Filters(), ResultRequest()).total > 0,
        alone=lambda _: None,  # words are not expanded here
        dates=True,
    )
    tree = resolver.resolve(parsed)
    assert tree is not None
    return stock.execute(
        tree, filters, make_request("relevance", 400, 0, ("year", "country", "language"), filters)
    )


@pytest.mark.slow
@pytest.mark.parametrize("arguments", FILTERS, ids=["alone", "filtered", "estimated"])
def test_answers_equal_those_of_a_stock_index(
    both: tuple[StockExecutor, Searcher], feed: Path, arguments: dict[str, Any]
) -> None:
    """Both indexes give the same documents in the same order, scores to 1e-9, and the same counts."""
    stock, searcher = both
    filters = make_filters(
        arguments.get("countries", ()),
        arguments.get("languages", ()),
        arguments.get("date_from"),
        arguments.get("date_to"),
        estimated=arguments.get("estimated", False),
    )
    for query in _topics(feed) + QUERIES:
        expected = _stock_answer(query, stock, searcher, filters)
        found = searcher.search(query, limit=400, expand=False, **arguments)
        if found.relaxed is not None:
            assert expected.total == 0, query
            continue
        assert found.total == expected.total, query
        assert [hit.id for hit in found.hits] == [stock.record(n)["id"] for n, _ in expected.top], query
        assert [hit.score for hit in found.hits] == pytest.approx([s for _, s in expected.top], abs=1e-9)
        estimated = _stock_answer(query, stock, searcher, filters._replace(estimated=True))
        added = {n for n, _ in estimated.top} - {n for n, _ in expected.top}
        assert found.undated_left_out == len(added), query
        for name, counts in expected.facets.items():
            dated = {value: count for value, count in counts.items() if value != ESTIMATED_DATE}
            shown = {value.value: value.count for value in found.facets[name] if value.count}
            assert shown == dated, (query, name)
            if estimates := counts.get(ESTIMATED_DATE):
                (undated,) = [value for value in found.facets[name] if value.value == UNKNOWN]
                every = estimates == undated.count
                assert undated.label == ("estimated only" if every else f"no date ({estimates} estimated)")
