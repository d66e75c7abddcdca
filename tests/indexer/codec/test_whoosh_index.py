"""The folder of an index built in bulk is a Whoosh index, and its own table of contents is safe."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from command_line import python
from whoosh import index, query, scoring

from indexer.documents.document import Document, make_document
from indexer.item import ItemDate, NewsItem, SourceLines
from indexer.store.writer import IndexWriter

ROOT = Path(__file__).parents[3]


def harbour(number: int) -> Document:
    """Return one of many documents that share words in different numbers and lengths."""
    day = date(2018, 1, 1) + timedelta(days=number)
    words = (
        ["harbour"] * (number % 7 + 1)
        + ["ship"] * (number % 3)
        + ["crane"] * (number % 11 == 0)
        + ["quay"] * 5
    )
    title, source = "Lighthouse" if number % 2 else None, SourceLines("harbours.txt", number, number)
    dated = ItemDate(day, day, "printed") if number % 5 else None
    body = " ".join(words + ["sea"] * (number % 13))
    item = NewsItem(f"h{number:04d}", title, body, None, dated, "en", ("en",), (), source)
    return make_document(item, "en" if item.title else None, ("en",))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an index whose posting lists have several blocks; tests only read it."""
    path = tmp_path_factory.mktemp("whoosh")
    writer = IndexWriter(path)
    for number in range(700):
        writer.add(harbour(number))
    writer.commit([])
    return path


@pytest.mark.slow
def test_another_process_opens_it_with_whoosh(built: Path) -> None:
    """``whoosh.index.open_dir`` works wherever the package is installed."""
    program = (
        "import sys; from whoosh import index; ix = index.open_dir(sys.argv[1])\n"
        "from whoosh.query import Term\n"
        "with ix.searcher() as s: print(ix.doc_count(), len(s.search(Term('text_en', 'crane'), limit=None)))"
    )
    assert python("-c", program, built).stdout.split() == ["700", "64"]


@pytest.mark.parametrize("limit", [1, 5, 30])
@pytest.mark.parametrize(
    "asked",
    [
        query.Term("text_en", "harbour"),
        query.Or([query.Term("text_en", "crane"), query.Term("text_en", "ship")]),
        query.And([query.Term("text_en", "harbour"), query.Term("text_en", "sea")]),
    ],
    ids=str,
)
def test_skipping_blocks_loses_no_match(built: Path, asked: query.Query, limit: int) -> None:
    """Whoosh skips blocks by their best score: the top of a limited search has the scores of the full one."""
    with index.open_dir(str(built)).searcher(weighting=scoring.BM25F()) as searcher:
        whole = searcher.search(asked, limit=None)
        top = searcher.search(asked, limit=limit)
        assert [hit.score for hit in top] == pytest.approx([hit.score for hit in whole[:limit]], abs=1e-12)
