"""Queries written for other systems, over invented items: each is answered as its own system would, or noted.

``foreign/queries.tsv`` has a query per line: the system, the options of the search, the query, what it
becomes, and the items that it finds. If it becomes something, a note has that text. Without --syntax, the
items are those of the text in the note, which is there to be copied.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tables import by_table

from searcher import Searcher
from searcher.query.foreign_syntax import translate
from searcher.query.parser import parse

FOLDER = Path(__file__).parent / "foreign"
NOTHING = "-"
DOCUMENTED = Path(__file__).parents[2] / "docs/reference/other-systems.md"


class Row:
    """A line of the table."""

    def __init__(self, line: str) -> None:
        self.system, options, self.query, self.becomes, found = line.split("\t")
        self.found = set(found.split())
        self.syntax = options.removeprefix("--syntax ") if options.startswith("--syntax") else "dragoman"
        self.all_words = options == "--all"


def rows(name: str) -> list[Row]:
    """Read a table."""
    return [Row(line) for line in (FOLDER / name).read_text().splitlines() if line[0] != "#"]


ROWS = rows("queries.tsv")
ITEMS = [json.loads(line) for line in (FOLDER / "items.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of the items."""
    with Searcher(make_shared_index(*ITEMS)) as searcher:
        yield searcher


def test_the_table_covers_eight_systems() -> None:
    """There are at least 150 queries over more than 60 items."""
    systems = Counter(row.system for row in ROWS)
    assert {"Lucene", "Datashare", "SQLite FTS5", "Factiva", "Lexis", "Europresse", "GDELT", "CQL"} <= {
        *systems
    }
    assert len(ROWS) >= 150
    assert len(ITEMS) > 60
    assert len({(row.query, row.syntax) for row in ROWS}) >= 150


def ask(
    searcher: Searcher, row: Row, query: str, syntax: str = "dragoman", *, strict: bool = False
) -> tuple[set[str], list[str]]:
    """Return the items that a query finds, and the notes on its syntax."""
    results = searcher.search(
        query, syntax=syntax, strict=strict, all_words=row.all_words, expand=False, limit=None, group=False
    )
    found = set() if results.relaxed else {hit.id for hit in results}
    return found, [note.text for note in results.notes if note.kind == "syntax"]


def named(row: Row) -> str:
    """Return the name of a test."""
    return f"{row.system} {row.syntax} {row.query}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_foreign_query_is_answered_or_noted(searcher: Searcher, row: Row) -> None:
    """It finds the items of its own system; what has a counterpart only in part is noted."""
    found, notes = ask(searcher, row, row.query, row.syntax)
    if row.becomes == NOTHING:
        assert notes == []
    else:
        assert any(note.endswith(f": {row.becomes}") or f", write {row.becomes}" in note for note in notes), (
            notes
        )
        copied, again = ask(searcher, row, row.becomes, strict=True)
        assert again == []
        if row.syntax == "dragoman":
            found = copied
        assert copied == found
    assert found == row.found


def documented() -> Iterator[tuple[str, str, str]]:
    """Yield the pairs of queries of the documentation: the system, its query, and the query here."""
    system = ""
    for line in DOCUMENTED.read_text().splitlines():
        system = line.removeprefix("## ") if line.startswith("## ") else system
        cells = [re.findall(r"`([^`]+)`", cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 2 and (system == "By task" or len(cells[0]) == len(cells[1])):
            for query, here in zip(cells[0] or cells[1], cells[1], strict=False):
                yield system, query.replace("\\|", "|"), here.replace("\\|", "|")


@pytest.mark.parametrize(("system", "query", "here"), [*documented()])
def test_documented_queries_are_read_as_printed(system: str, query: str, here: str) -> None:
    """The query in the last column is valid; one of a system with --syntax becomes it."""
    fields = ("author", "publication", "pages")
    read = parse(here, strict=True, custom_fields=fields).query
    syntax = next((one for one in ("lexis", "factiva", "lucene") if system.casefold().startswith(one)), None)
    if syntax:
        becomes, _ = translate(query, syntax)
        assert parse(becomes, custom_fields=fields).query == read


@by_table
def test_operators_of_other_systems_are_no_missing_words(
    searcher: Searcher, query: str, unmatched: tuple[str, ...]
) -> None:
    """Without --syntax, a note gives their meaning; only words are listed as missing."""
    assert searcher.search(query).unmatched == unmatched
