"""Filters and facets by custom fields, compared with Whoosh's own searcher over its own codec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from oracle.document_postings import LabelledItem
from oracle.stock_execution import StockExecutor
from oracle.stock_index import StockWriter
from whoosh.index import open_dir

from indexer.documents import read_documents
from indexer.store.indexing import build
from searcher import Searcher
from searcher.engine import Filters, ResultRequest, Where
from searcher.query.field_filters import custom_filter
from searcher.query.model import And, ConstantScore, Node, Not, Term

SECTIONS = ["Coast", "Inland", "World news", None]
TIDE = Term("text_en", "tide")
QUERIES: list[Node] = [
    TIDE,
    And((TIDE, ConstantScore(custom_filter("section", "coast")))),
    And((TIDE, ConstantScore(custom_filter("desk", "unknown")))),
    Not(custom_filter("source", "records.jsonl")),
    custom_filter("section", " WORLD  news"),
]
FACETS = ("year", "section", "desk", "source")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[StockExecutor, Path]:
    """Return the same items in a stock index and in ours."""
    folder = tmp_path_factory.mktemp("own")
    records: list[dict[str, Any]] = [
        {"id": str(n), "body": f"The {'tide' if n % 3 else 'gale'} came in.", "section": SECTIONS[n % 4]}
        | {"fields": {"Desk": "Night"} if n % 5 else {}, "date": f"201{n % 4}-03-05"}
        for n in range(60)
    ]
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    writer = StockWriter(folder / "stock")
    for document in read_documents(source, lambda _: None):
        writer.add(LabelledItem.of(document))
    writer.commit()
    build([source], folder / "ours", own_thesaurus=False)
    with Searcher(folder / "ours") as searcher:
        stock = StockExecutor(open_dir(str(folder / "stock")), searcher._engine.forms)
    return stock, folder / "ours"


@pytest.mark.parametrize(
    "where",
    [
        (),
        (("section", ("Coast", "unknown")),),
        (("desk", ("Night",)), ("section", ("Inland", "World news"))),
        (("source", ("records.jsonl",)),),
    ],
)
def test_custom_fields_filter_and_count_as_in_a_stock_index(
    both: tuple[StockExecutor, Path], where: Where
) -> None:
    """Items, totals and counts are the same with any filter."""
    stock, folder = both
    with Searcher(folder) as searcher:
        engine = searcher._engine
        for query in QUERIES:
            wanted = ResultRequest(limit=60, facets=FACETS)
            found, expected = (one.execute(query, Filters(where=where), wanted) for one in (engine, stock))
            assert found.total == expected.total
            assert {name: dict(found.facets[name]) for name in FACETS} == expected.facets
            assert {engine.ids_and_titles([n])[0][0] for n, _ in found.top} == {
                stock.record(n)["id"] for n, _ in expected.top
            }
