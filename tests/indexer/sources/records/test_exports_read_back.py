"""Exports read back: the same items in every format that holds whole items, all that the others hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from indexer.documents import read_items
from indexer.store.indexing import build
from searcher import Searcher

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.item import NewsItem

RECORDS: list[dict[str, Any]] = [
    {
        "id": "a-quay",
        "title": "A second quay & <its> cranes",
        "body": "The quay opens in Lima on Monday.\nIt has two cranes; “both” are new.",
        "date": "2018-03-05",
        "url": "https://harbour.example/1?a=b&c=d",
        "language": "en",
        "countries": ["PE"],
        "author": "Ann Lee, Luc Mora",
        "section": "Trade",
        "fields": {"page": "7", "Ship's name": "Ana; B=2"},
    },
    {
        "title": "Un muelle",
        "body": "El muelle abre y la gente de Chile lo celebra.",
        "date": {"start": "2018-03-05", "end": "2018-03-09"},
    },
    {
        "title": "Le port",
        "body": "Le quai est prêt et les bateaux arrivent.",
        "date": {"start": "2018-01-01", "end": "2018-12-31", "kind": "inferred"},
    },
    {
        "title": "Quays",
        "body": "The harbour is wide.\nEl puerto es ancho y los barcos caben en él.",
        "date": {"start": "2017-02-01", "end": "2017-03-09", "kind": "estimated"},
    },
    {"title": "Only a title about ferries"},
    {"title": None, "body": 'A text without a title, but with a ferry, =1+1 and a "quotation".'},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the records."""
    folder = tmp_path_factory.mktemp("round")
    (folder / "notes.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS))
    build([folder / "notes.jsonl"], folder / "index")
    return folder / "index"


def exported(index: Path, path: Path) -> tuple[list[NewsItem], list[NewsItem]]:
    """Return the items of an index, and those that are read from their export."""
    with Searcher(index) as searcher:
        searcher.export(path, sort="oldest")
        searcher.export(path.parent / "order.jsonl", sort="oldest")
    ids = [json.loads(line)["id"] for line in (path.parent / "order.jsonl").read_text().splitlines()]
    with Searcher(index) as searcher:
        return [searcher.item(one) for one in ids], list(read_items(path))


def test_json_lines_give_the_same_items(index: Path, tmp_path: Path) -> None:
    """JSON lines hold all of an item."""
    items, found = exported(index, tmp_path / "all.jsonl")
    assert [one._replace(since=0) for one in items] == found


def test_csv_gives_the_same_items(index: Path, tmp_path: Path) -> None:
    """CSV holds all of an item but the words that name its countries."""
    items, found = exported(index, tmp_path / "all.csv")
    assert [plain(one) for one in items] == [plain(one) for one in found]


def plain(item: NewsItem) -> NewsItem:
    """Return an item without the evidence of its countries, and its generation."""
    countries = tuple([one._replace(via="given", evidence="") for one in item.countries])
    return item._replace(since=0, countries=countries)


@pytest.mark.parametrize("name", ["all.csl.json", "all.ris"])
def test_citations_give_what_they_hold(index: Path, tmp_path: Path, name: str) -> None:
    """Citations give ids, titles, texts, days, authors, sections, links and languages back."""
    items, found = exported(index, tmp_path / name)
    for item, other in zip(items, found, strict=True):
        held = ("id", "title", "url", "author", "section")
        assert [getattr(item, field) for field in held] == [getattr(other, field) for field in held]
        assert item.language == other.language
        assert item.body.replace("\n", " ") == other.body.replace("\n", " ")
        if name.endswith("json"):
            assert item.body == other.body
            kind = "printed" if item.date and item.date.kind == "inferred" else item.date and item.date.kind
            assert (item.date and item.date._replace(kind=kind)) == other.date
        elif item.date is None or item.date.kind == "estimated":
            assert other.date is None
        else:
            assert other.date is not None
            assert other.date.start <= item.date.start <= item.date.end <= other.date.end
            assert item.date.start != item.date.end or other.date == item.date
