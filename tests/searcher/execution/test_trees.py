"""Trees of any form give what brute force gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from brute_force import FACETS, Model, compare
from drawn_questions import collections, filters_, many, pages, trees
from hypothesis import given
from modelled_documents import Doc
from whoosh import query as q
from written_segments import built

from indexer.errors import QueryError
from searcher.engine import Filters, Wanted


@many
@given(collections(), trees, filters_, pages)
def test_any_tree_gives_what_brute_force_gives(
    segments: list[list[Doc]], tree: Any, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """Any tree gives the hits, order, scores and facets of the model, over segments and deletions."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        sort, limit, offset = page
        execution = executor.execute(tree, filters, Wanted(sort, limit, offset, FACETS))
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree)
    compare(segments, execution, scores, filters, page)


def test_an_unknown_kind_of_query_is_refused(tmp_path: Path) -> None:
    """A node that has no meaning here is a clear error, not an empty answer."""
    doc = Doc("a", {}, {"en": ["ship"]}, None, None, 0, [], ["en"])
    executor = built(str(tmp_path), [[doc]])
    with pytest.raises(QueryError, match="cannot be executed"):
        executor.execute(q.NestedParent(q.Every(), q.Every()), Filters(), Wanted(limit=1))
