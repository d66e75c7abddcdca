"""Words with what joins them: straight from the postings, and one by one, as their trees say."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from brute_force import FACETS, compare
from drawn_questions import collections, filters_, many, pages, word_of
from hypothesis import given
from hypothesis import strategies as st
from modelled_documents import LANGUAGES, WORDS, Doc
from whoosh import query as q
from written_segments import built

from indexer.codec import field_writer
from searcher.engine import Filters, Wanted
from searcher.execution.alternatives import Alternative, Beside, JoinedQuery, weighed
from searcher.execution.arrays import best, country_counts, joined, lists, union
from searcher.execution.arrays import words as words_
from searcher.execution.few import execute_few
from searcher.execution.few_joined import joined_matches
from searcher.execution.weights import KnownTerms
from searcher.query.phrase import GappedPhrase

if TYPE_CHECKING:
    from pathlib import Path

    from searcher.execution.executor import IndexExecutor
    from searcher.execution.light import LightWord

OTHERS = 0.4

words = (
    st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=2, unique=True)
    .map(tuple)
    .map(word_of)
)


def alternative(language: str, some: list[str], gap: int, boost: float) -> Alternative:
    """Return a term or a phrase, with a gap before its last word."""
    places = [*range(len(some) - 1), len(some) - 1 + gap] if len(some) > 1 else [0]
    return Alternative(f"text_{language}", tuple(one.encode() for one in some), tuple(places), boost)


alternatives = st.builds(
    alternative,
    st.sampled_from(list(LANGUAGES)),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.integers(0, 1),
    st.sampled_from([0.3, 0.8, 1.1]),
)
parts = st.recursive(
    words,
    lambda inner: st.builds(
        lambda typed, added: Beside(tuple(typed), tuple(added), OTHERS),
        st.lists(inner, max_size=2),
        st.lists(alternatives, min_size=1, max_size=4),
    ),
    max_leaves=4,
)
queries = st.lists(parts, min_size=1, max_size=3).map(lambda some: JoinedQuery(tuple(some)))


def tree_of(part: LightWord | Beside | Alternative) -> Any:
    """Return the tree that means the same."""
    if isinstance(part, Alternative):
        terms = [term.decode() for term in part.terms]
        if len(terms) == 1:
            return q.Term(part.field, terms[0], boost=part.boost)
        return GappedPhrase(part.field, terms, part.offsets, boost=part.boost)
    if isinstance(part, Beside):
        typed = q.Or(list(map(tree_of, part.typed)))
        added = q.DisjunctionMax(list(map(tree_of, part.added)), tiebreak=part.others)
        return q.DisjunctionMax([typed, added], tiebreak=part.others)
    return q.Or([q.Term(field, term.decode()) for field, term in part.terms])


def tree_scores(executor: IndexExecutor, query: JoinedQuery) -> dict[str, float]:
    """Return id to score of what the tree of the same meaning matches."""
    tree = q.Or(list(map(tree_of, query.parts)))
    found = executor.execute(tree, Filters(), Wanted(limit=1000))
    return {executor.head(number)[0]: score for number, score in found.top}


@pytest.fixture(params=["as they are", "for large lists"])
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test a second time with the ways of large lists taken on small ones."""
    if request.param == "for large lists":
        monkeypatch.setattr(union, "SEARCH_BELOW", 0)
        monkeypatch.setattr(union, "SEARCH_RATIO", 1e9)
        for module in (joined, words_):
            monkeypatch.setattr(module, "SMALL_UNION", -1)
            monkeypatch.setattr(module, "STORED_TOP", 1)
        for module in (lists, field_writer):
            monkeypatch.setattr(module, "ROWS_FROM", 1)
        monkeypatch.setattr(field_writer, "TOP", 1)
        monkeypatch.setattr(country_counts, "FOLD_FROM", 0)
        monkeypatch.setattr(joined, "PROBED", 1)
        monkeypatch.setattr(best, "SMALL", 0)


@pytest.mark.usefixtures("thresholds")
@many
@given(collections(), queries, filters_, pages)
def test_joined_words_mean_what_their_trees_mean(
    segments: list[list[Doc]], query: JoinedQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """The documents, order, scores and facets are those of the tree."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        sort, limit, offset = page
        execution = executor.execute_joined(query, filters, Wanted(sort, limit, offset, FACETS))
        scores = tree_scores(executor, query)
    compare(segments, execution, scores, filters, page)


@pytest.mark.usefixtures("thresholds")
def test_a_word_typed_twice_is_bounded_twice(tmp_path: Path) -> None:
    """The best document of a later segment is not passed over where a word counts once for each time."""
    ship = word_of(("ship",))
    texts = [("0", [], []), ("0x", [], ["ship"])], [("0xx", [], []), ("0xxx", ["ship"], [])]
    segments = [
        [Doc(key, {"en": title}, {"en": body}, None, None, 0, [], ["en"]) for key, title, body in part]
        for part in texts
    ]
    executor = built(str(tmp_path), segments)
    query = JoinedQuery((ship, ship))
    best_of_all, all_of_them = (
        executor.execute_joined(query, Filters(), Wanted(limit=limit)).top for limit in (1, 2)
    )
    assert best_of_all == all_of_them[:1]


@many
@given(collections(), queries, filters_, pages)
def test_joined_words_without_numpy_mean_the_same(
    segments: list[list[Doc]], query: JoinedQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """Documents counted one by one give the tree's answer too."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        index = executor._index
        sort, limit, offset = page
        matches = partial(joined_matches, weighed(query.parts, KnownTerms(index), frozenset()))
        execution = execute_few(index, matches, filters, Wanted(sort, limit, offset, FACETS))
        scores = tree_scores(executor, query)
    compare(segments, execution, scores, filters, page)
