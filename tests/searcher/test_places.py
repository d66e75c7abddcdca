"""Words in the lead or the body of an item, and repeated words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from faults.forged_index import SEGMENT, forge_contents, forge_file

from indexer.codec.optional_parts import BODY_STARTS
from indexer.errors import QueryError
from searcher import Searcher

FILLED = "sand " * 58
ITEMS = [
    {"id": "title", "title": "The ferry of the bay", "body": "Nothing else."},
    {"id": "sixtieth", "title": "On the quay", "body": f"The {FILLED}ferry sails."},
    {"id": "later", "title": "On the long stone quay", "body": f"On the {FILLED}ferry sails."},
    {"id": "untitled", "body": f"The {FILLED}ferry and the ferry, the night ferry."},
    {"id": "puerto", "title": "Nota", "body": f"En {FILLED}puerto ferry.", "language": "es"},
]


@pytest.fixture
def index(make_index: Callable[..., Path]) -> Path:
    """Build an index of the items."""
    return make_index(*({"language": "en"} | item for item in ITEMS))


def found(index: Path, query: str, **options: bool) -> set[str]:
    """Return the items that a query finds."""
    with Searcher(index) as searcher:
        results = searcher.search(query, **{"expand": False, "strict": True, "group": False} | options)  # type: ignore[arg-type]
        assert results.relaxed is None
        return {hit.id for hit in results}


@pytest.mark.parametrize("numpy", [True, False])
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("lead:ferry", "title sixtieth untitled"),
        ("body:ferry", "sixtieth later untitled puerto"),
        ("body:ferry -lead:ferry", "later puerto"),
        ('lead:"ferry sails"', ""),
        ('body:"ferry sails"', "sixtieth later"),
        ("lead:(fer* OR quay)", "title sixtieth later untitled"),
        ("lead:ferry NEAR/2 sails", "sixtieth"),
        ("atleast3(ferry)", "untitled"),
        ('atleast2("night ferry" OR ferry)', "untitled"),
        ('atleast2("night ferry")', ""),
        ("atleast58(sand)", "sixtieth later untitled puerto"),
        ("atleast59(sand)", ""),
        ("atleast57(lead:sand) atleast2(title:ferry)", "sixtieth later untitled puerto"),
    ],
)
def test_places_and_repetitions_find_these_items(
    index: Path, query: str, ids: str, monkeypatch: pytest.MonkeyPatch, *, numpy: bool
) -> None:
    """The lead is the title and sixty words, wherever the title ends; both evaluators agree."""
    if not numpy:
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules={}))
    assert found(index, query) == set(ids.split())


def test_an_older_index_refuses_lead_in_one_line(index: Path) -> None:
    """Only lead: needs the place where texts begin; the remedy is to build again."""
    forge_file(index / SEGMENT, lambda stored, _: stored.pop(BODY_STARTS))
    forge_contents(index, lambda _: None)
    assert found(index, "body:ferry") == {"sixtieth", "later", "untitled", "puerto"}
    with pytest.raises(QueryError, match=r"^lead: needs .*: build the index again$"):
        found(index, "lead:ferry")


def test_related_words_count_as_occurrences(make_index: Callable[..., Path]) -> None:
    """A repetition counts words in other languages too, unless they are excluded."""
    index = make_index({"id": "one", "body": "Trafficking, and more trafficking.", "language": "en"})
    assert found(index, "atleast2(trata)", expand=True) == {"one"}
    with Searcher(index) as searcher:
        assert searcher.search("atleast2(trata)").hits[0].via == ("translated",)
        assert searcher.search("atleast2(trafficking)").hits[0].via == ("typed",)
        assert searcher.search("atleast2(trafficking)").hits[0].snippet.count("**") == 4


def test_an_explanation_names_the_place(index: Path) -> None:
    """The score of a word is below the place or the number of occurrences."""
    with Searcher(index) as searcher:
        for query, what in (("lead:ferry", "in the lead:"), ("atleast3(ferry)", "at least 3 times:")):
            explanations = searcher.search(query, explain=True).explanations
            assert {one.what for one in explanations} == {what}
