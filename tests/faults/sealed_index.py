"""A small index with everything that a file can contain, its pages small, and queries that touch it all."""

import json
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faults.small_thesaurus import build
from tables import rows_by_name

from indexer.codec import layout, layout_writer
from indexer.codec import layout as paged_view
from indexer.errors import IndexFolderError
from indexer.store.indexing import update
from searcher import Searcher
from searcher.execution import embedded_engine

PAGE = 256  # bytes, so that a small file has many pages; a real one has 65,536
DAMAGED = "damaged"

WORDS = ("anchor", "beacon", "canal", "dredger", "estuary", "ferry", "gangway", "hawser", "islet", "jetty")
QUESTIONS: tuple[tuple[str | None, dict[str, Any]], ...] = tuple(
    [
        (query if query != "None" else None, literal_eval(asked))
        for query, ((asked,),) in rows_by_name(__file__, "questions").items()
    ]
)


def items() -> Iterator[dict[str, Any]]:
    """Yield items: dated, undated, over spans and years; in one language or two; with up to six countries."""
    for number in range(36):
        words = [WORDS[(number * step + number // 3) % len(WORDS)] for step in (1, 3, 7, 2, 5)]
        item: dict[str, Any] = {
            "id": f"quay-{number:02}",
            "title": f"Beacon {number}" if number % 3 else None,
            "body": " ".join(words) + " canal dredger" * (number % 4) + " hawser" * (number % 50),
            "countries": ["PE", "CL", "AR", "BO", "UY", "PY"][: number % 7],
            "language": "en",
            "section": ["Tides", "tides", "Docks", None][number % 4],
            "fields": {"Desk": ["Night", "Day"][number % 2], "page": str(number)} if number % 3 else {},
        }
        if number % 5 == 1:
            item |= {"language": "es", "body": "El muelle del puerto está junto al faro y los barcos"}
        if number % 5 == 2:
            item |= {"language": "fr", "body": "Le phare éclaire le port et les bateaux de la jetée"}
        if number % 4:
            item["date"] = f"{2012 + number % 9}-{number % 12 + 1:02}-11"
        if number % 8 == 3:
            item["date"] = {"start": "2017-11-02", "end": "2019-02-03"}
        yield item


@contextmanager
def small_pages() -> Iterator[None]:
    """Write and read small pages within the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "PAGE", PAGE)
        patch.setattr(paged_view, "PAGE", PAGE)
        patch.setattr(layout, "WHOLE", 2 * PAGE)
        patch.setattr(layout_writer, "PAGE", PAGE)
        yield


def make(folder: Path, *, changed: bool = True, first: int = 0) -> Path:
    """Build the index, and update some items, so that it has two segments and deletions."""
    source = folder.with_suffix(".jsonl")

    def write(some: list[dict[str, Any]]) -> None:
        source.write_text("".join(json.dumps(item) + "\n" for item in some), encoding="utf-8")

    everything = list(items())[first:]
    write(everything)
    build([source], folder)
    if changed:
        write([item | {"body": "gangway jetty"} for item in everything[4:7]])
        update([source], folder)
    return folder


def ask(folder: Path, question: tuple[str | None, dict[str, Any]], *, numpy: bool = True) -> Any:
    """Return the answer to a query in a form that can be compared, or that the index is damaged."""
    query, options = question
    with pytest.MonkeyPatch.context() as patch:
        if not numpy:
            patch.setattr(embedded_engine, "sys", SimpleNamespace(modules={}))
        try:
            with Searcher(folder) as searcher:
                results = searcher.search(query, **options).complete()
                return results.to_record() | {"took_ms": 0}
        except IndexFolderError as error:
            message = str(error)
    assert "\n" not in message
    return DAMAGED, message


ALL = slice(None)
WAYS = tuple((question, numpy) for question in QUESTIONS for numpy in (True, False))


def answers(folder: Path, some: slice = ALL) -> list[Any]:
    """Return the answers to all or some queries, by both evaluators."""
    return [ask(folder, question, numpy=numpy) for question, numpy in WAYS[some]]


def changed(path: Path, change: Callable[[bytearray], None]) -> bytes:
    """Change a file in place; return its old contents."""
    before = path.read_bytes()
    content = bytearray(before)
    change(content)
    path.write_bytes(content)
    return before
