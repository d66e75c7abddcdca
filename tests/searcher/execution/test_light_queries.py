"""Plain words, required words and phrases mean what their trees mean, by arrays of any size and without."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from brute_force import FACETS, Model, compare
from drawn_questions import collections, filters_, light_queries, many, pages
from hypothesis import given
from modelled_documents import Doc
from whoosh import query as q
from written_segments import built

from indexer.codec import field_writer
from searcher.engine import Filters, Wanted
from searcher.execution.arrays import best, country_counts, lists, narrowing, union
from searcher.execution.arrays import phrases as phrases_
from searcher.execution.arrays import words as words_
from searcher.execution.few import execute_few, light_matches
from searcher.execution.light import LightQuery, LightWord
from searcher.execution.weights import KnownTerms, weights_of
from searcher.query.phrase import GappedPhrase


def tree_of(query: LightQuery) -> Any:
    """Return the tree that means the same as a light query."""

    def one(word: LightWord) -> Any:
        return q.Or([q.Term(name, term.decode()) for name, term in word.terms])

    if query.phrases:
        return q.Or(
            [
                GappedPhrase(p.field, [t.decode() for t in p.terms], p.offsets, slop=p.slop)
                for p in query.phrases
            ]
        )
    required, optional = q.And(list(map(one, query.required))), q.Or(list(map(one, query.optional)))
    if not query.required:
        return optional
    return q.AndMaybe(required, optional) if query.optional else required


@pytest.fixture(params=["as they are", "with stored counts", "for large lists"])
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test again with stored counts of all words, and with the ways of large lists."""
    if request.param != "as they are":
        monkeypatch.setattr(lists, "ROWS_FROM", 1)
        monkeypatch.setattr(field_writer, "ROWS_FROM", 1)
        monkeypatch.setattr(field_writer, "TOP", 1)
        monkeypatch.setattr(words_, "STORED_TOP", 1)
    if request.param == "for large lists":
        for module in (union, words_, phrases_):
            monkeypatch.setattr(module, "SEARCH_BELOW", 0)
            monkeypatch.setattr(module, "SEARCH_RATIO", 1e9)
        for name in ("SCORE_ALL", "SMALL_UNION", "SMALL_MEETING"):
            monkeypatch.setattr(words_, name, 0)
        monkeypatch.setattr(best, "SMALL", 0)
        monkeypatch.setattr(country_counts, "FOLD_FROM", 0)
        monkeypatch.setattr(narrowing, "RARE_COUNTRY", 0)
        monkeypatch.setattr(phrases_, "FEW", 0)
        monkeypatch.setattr(phrases_, "SHORT", 0)
        monkeypatch.setattr(phrases_, "READ_SINGLY", 0)


@pytest.mark.usefixtures("thresholds")
@many
@given(collections(), light_queries, filters_, pages)
def test_light_queries_mean_what_their_trees_mean(
    segments: list[list[Doc]], query: LightQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """The light path gives the model's answer for the tree of the same meaning."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        sort, limit, offset = page
        execution = executor.execute_light(query, filters, Wanted(sort, limit, offset, FACETS))
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree_of(query))
    compare(segments, execution, scores, filters, page)


@many
@given(collections(), light_queries, filters_, pages)
def test_without_numpy_the_answers_are_the_same(
    segments: list[list[Doc]], query: LightQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """Documents counted one by one give the model's answer too."""
    with TemporaryDirectory() as folder:
        index = built(folder, segments)._index
        sort, limit, offset = page
        weights = weights_of(KnownTerms(index), query, frozenset())
        matches = partial(light_matches, query, weights)
        execution = execute_few(index, matches, filters, Wanted(sort, limit, offset, FACETS))
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree_of(query))
    compare(segments, execution, scores, filters, page)


def test_a_word_with_two_terms_needs_one_of_them(tmp_path: Path) -> None:
    """Beside a required word, a required one that stands for it too asks for no more than the first."""
    docs = [Doc(word, {}, {"en": [word]}, None, None, 0, [], ["en"]) for word in ("ship", "port")]
    ship, either = LightWord((("text_en", b"ship"),)), LightWord((("text_en", b"ship"), ("text_en", b"port")))
    execution = built(str(tmp_path), [docs]).execute_light(
        LightQuery(required=(either, ship)), Filters(), Wanted(limit=5)
    )
    assert execution.total == len(execution.top) == 1
