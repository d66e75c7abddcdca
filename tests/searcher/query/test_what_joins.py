"""Which labels join a question, and which of them are told: those that find something more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Searcher

MakeIndex = Callable[..., Path]

RECORDS = (
    {"id": "en", "body": "A female judge at the land border, an euro, the police force, Israel"},
    {"id": "en2", "body": "The borders, the child and the children, paid in euros"},
    {
        "id": "es",
        "body": "La frontera terrestre, fronteras, una jueza y un juez de Israel, un euro, niños, policía",
        "language": "es",
    },
    {
        "id": "fr",
        "body": "La frontière terrestre, les frontières, le juge d'Israël, euros, forces de police, l'asile",
        "language": "fr",
    },
)


@pytest.fixture
def searcher(make_index: MakeIndex) -> Iterator[Searcher]:
    """A small archive in three languages, open."""
    with Searcher(make_index(*RECORDS)) as searcher:
        yield searcher


def joined(searcher: Searcher, query: str) -> dict[str, set[str]]:
    """Return what is told to have joined which words."""
    return {one["from"]: set(one["to"]) for one in searcher.search(query).expansions}


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("judge", {"juge", "juez"}),
        ("police", {"policía"}),
        ("border", {"frontera", "frontière"}),
        ("frontera", {"border", "frontière"}),
    ],
)
def test_a_label_that_holds_another_one_does_not_join(
    searcher: Searcher, query: str, labels: set[str]
) -> None:
    """A text with "female judge" has "judge", one with "land border" has "border": it would find nothing."""
    assert joined(searcher, query)[query] == labels


@pytest.mark.parametrize("query", ["Israel", "droit d'asile"])
def test_a_label_that_is_searched_as_typed_does_not_join(searcher: Searcher, query: str) -> None:
    """A name that languages write alike, and a word of a longer label, are searched already."""
    assert query not in joined(searcher, query)


def test_a_word_in_another_form_is_not_told(searcher: Searcher) -> None:
    """A plural with a stem of its own is searched, as any other form is, and not told."""
    assert "euro" not in joined(searcher, "euro")
    assert {hit.id for hit in searcher.search("euro").hits} == {"en", "en2", "es", "fr"}
    assert joined(searcher, "children") == {"children": {"child", "niño"}}
