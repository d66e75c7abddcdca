"""Words in the lead or the body of an item, and repeated words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from faults.forged_index import SEGMENT, forge_file, forge_manifest
from rules import Archives, read_items

from indexer.codec.optional_parts import BODY_STARTS
from searcher import QueryError, Searcher

FILLED = "sand " * 58
ITEMS = f"""
  en title: The ferry of the bay | Nothing else.
  en sixtieth: On the quay | The {FILLED}ferry sails.
  en later: On the long stone quay | On the {FILLED}ferry sails.
  en untitled: The {FILLED}ferry and the ferry, the night ferry.
  es puerto: Nota | En {FILLED}puerto ferry.
"""


def test_an_older_index_refuses_lead_in_one_line(make_index: Callable[..., Path]) -> None:
    """Only lead: needs the place where texts begin; the remedy is to build again."""
    index = make_index(*read_items(ITEMS.strip().split("\n")))
    forge_file(index / SEGMENT, lambda stored, _: stored.pop(BODY_STARTS))
    forge_manifest(index, lambda _: None)
    with Searcher(index) as searcher:
        found = searcher.search("body:ferry", group=False)
        assert {hit.id for hit in found} == {"sixtieth", "later", "untitled", "puerto"}
        with pytest.raises(QueryError, match=r"^lead: needs .*build the index again"):
            searcher.search("lead:ferry")


def test_places_and_repetitions_are_marked_and_explained(archives: Archives) -> None:
    """The score of a word is below the place or the number of occurrences."""
    for query, what in (("lead:ferry", "in the lead:"), ("atleast3(ferry)", "at least 3 times:")):
        explanations = archives.of(ITEMS).search(query, explain=True).explanations
        assert {one.what for one in explanations} == {what}
    (hit,) = archives.of("en one: Trafficking, and more trafficking.").search("atleast2(trafficking)")
    assert hit.snippet.count("**") == 4
