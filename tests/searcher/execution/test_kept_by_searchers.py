"""The caches of a searcher, and the memory that its hits hold."""

from __future__ import annotations

from collections.abc import Callable
from gc import collect, freeze, unfreeze
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from indexer.errors import QueryError
from searcher import Searcher
from searcher.query.near_words import NearWords

MakeIndex = Callable[..., Path]


@pytest.fixture
def folder(make_index: MakeIndex) -> Path:
    """Return an index of a few items."""
    words = ("harbour", "school", "orchard", "bridge", "library", "ferry")
    return make_index(*({"id": word, "body": f"About the {word} and the ferry"} for word in words))


def test_hits_do_not_keep_the_compared_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results of a pattern or a misspelt word keep its hits, not the words of the index."""
    made: list[ref[NearWords]] = []
    prepare = NearWords.__init__

    def watched(self: NearWords, *vocabularies: Any) -> None:
        prepare(self, *vocabularies)
        made.append(ref(self))

    monkeypatch.setattr(NearWords, "__init__", watched)
    freeze()  # so that the collection looks at few objects
    with Searcher(folder) as searcher:
        results = searcher.search("harb* ferrry~ orcharrd")
        collect()
        unfreeze()
        assert results.hits[0].snippet
        assert made
        assert not any(one() for one in made)


def test_a_mistake_is_an_error_every_time(folder: Path) -> None:
    """An invalid filter is an error at each try."""
    with Searcher(folder) as searcher:
        for _ in range(2):
            with pytest.raises(QueryError, match="unknown country"):
                searcher.search("ferry", countries=["Atlantis"])
            with pytest.raises(QueryError, match="swap them"):
                searcher.search("ferry", date_from="2020", date_to="2018")
