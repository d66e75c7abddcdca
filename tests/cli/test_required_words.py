"""Commands that count, keep or collect require all words of a query; `--any` counts more."""

import shutil
from pathlib import Path

import pytest
from command_line import Run

from indexer import build
from searcher import Searcher
from searcher.reading.batch import batch, read_queries
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance
from searcher.reading.over_time import over_time
from searcher.reading.receipt import make_receipt
from searcher.reading.stories import stories
from searcher.reading.watch import Watch

WRITTEN = Path(__file__).parents[1] / "contract" / "written_by_f8d6544"
TEXTS = (
    "The copper heron landed near the weir in Quito.",
    "Divers raised a copper kettle from the weir.",
    "A heron nested below the weir.",
    "The copper heron left for Lima.",
)
ITEMS: list[dict[str, object]] = [
    {"id": f"i{at}", "title": f"Weir notes {at}", "body": text, "date": f"{2018 + at}-03-04"}
    | {"language": "en"}
    for at, text in enumerate(TEXTS)
]
QUERY = "copper heron"


@pytest.fixture(scope="module")
def weir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weir") / "index"
    build(folder, items=ITEMS)
    return folder


@pytest.mark.parametrize(("options", "total"), [({}, 2), ({"all_words": False}, 4)])
def test_python_tools_require_all_words(
    weir: Path, tmp_path: Path, options: dict[str, bool], total: int
) -> None:
    """Each tool counts the items with all words, or with any word if that is requested."""
    with Searcher(weir) as searcher:
        found = [
            batch(searcher, [QUERY], **options).rows[0].total,
            over_time(searcher, QUERY, **options)[0].results.total,
            concordance(searcher, QUERY, **options).results.total,
            collocates(searcher, QUERY, **options).results.total,
            stories(searcher, QUERY, **options).results.total,
            searcher.duplicates(QUERY, **options).results.total,
            searcher.export(tmp_path / "all.jsonl", QUERY, **options).total,
            Watch.begin("weir", searcher, QUERY, **options).receipt.total,
        ]
        assert found == [total] * len(found)
        assert searcher.search(QUERY).total == make_receipt(searcher, QUERY).total == 4


def test_a_quoted_cell_is_a_phrase(tmp_path: Path) -> None:
    """Quotation marks around a cell make its question a phrase, unless it has marks of its own."""
    table = tmp_path / "q.csv"
    table.write_text(
        '"name","why"\n"copper heron","a, b"\ncopper heron,c\n"weir, ""red kite""",d\n', encoding="utf-8"
    )
    assert read_queries(table) == ['"copper heron"', "copper heron", 'weir, "red kite"']
    assert read_queries(table, "why") == ['"a, b"', "c", "d"]


def test_a_batch_lists_the_commonest_values_first(weir: Path) -> None:
    """Countries are in the order of their counts over all questions, with `unknown` last."""
    with Searcher(weir) as searcher:
        found = batch(searcher, ["heron", "weir", "lima"], by="country")
    assert list(found.values) == ["PE", "EC", "unknown"]


def test_stored_queries_of_f8d6544_still_match_any_word(run: Run, tmp_path: Path) -> None:
    """`verify` and `watch` run stored questions with any word, and say so with the number that have all."""
    shutil.copytree(WRITTEN, folder := tmp_path / "written")
    holds = run("verify", folder / "receipt.json", "--index", folder / "index")
    assert "3 now, with any word, 3 with all words" in holds.stdout
    moved = run("watch aurora --watches", folder / "watches", "--index", folder / "index")
    assert "4 items, with any word, 4 with all words" in moved.stdout
