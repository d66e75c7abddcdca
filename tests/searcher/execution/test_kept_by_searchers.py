"""The caches of a searcher, and the memory that its hits hold."""

from gc import collect, freeze, unfreeze
from typing import Any
from weakref import ref

import pytest
from rules import Archives

from indexer.errors import QueryError
from searcher import Searcher
from searcher.query.near_words import NearWords

WORDS = ("harbour", "school", "orchard", "bridge", "library", "ferry")
ITEMS = [f"en {word}: About the {word} and the ferry" for word in WORDS]


def test_hits_do_not_keep_the_compared_words(archives: Archives, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results of a pattern or a misspelt word keep its hits, not the words of the index."""
    made: list[ref[NearWords]] = []
    prepare = NearWords.__init__

    def watched(self: NearWords, *vocabularies: Any) -> None:
        prepare(self, *vocabularies)
        made.append(ref(self))

    monkeypatch.setattr(NearWords, "__init__", watched)
    freeze()  # so that the collection looks at few objects
    with Searcher(archives.of(*ITEMS).place) as searcher:
        results = searcher.search("harb* ferrry~ orcharrd")
        collect()
        unfreeze()
        assert results.hits[0].snippet
        assert made
        assert not any(one() for one in made)


def test_a_mistake_is_an_error_every_time(archives: Archives) -> None:
    """An invalid filter is an error at each try."""
    searcher = archives.of(*ITEMS)
    for _ in range(2):
        with pytest.raises(QueryError, match="unknown country"):
            searcher.search("ferry", countries=["Atlantis"])
        with pytest.raises(QueryError, match="swap them"):
            searcher.search("ferry", date_from="2020", date_to="2018")
