"""Groups of near duplicates in answers equal a collapse of the whole ranking."""

from datetime import date
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from brute_force import FACETS, numbered
from drawn_questions import collections, filters_, many, pages, queries, trees
from hypothesis import assume, given
from hypothesis import strategies as st
from modelled_documents import Doc
from written_groups import group_documents
from written_segments import built

from searcher.engine import EVERY_HIT, Execution, Filters, ResultRequest
from searcher.execution import duplicate_hits
from searcher.execution import embedded_engine as engine_module
from searcher.execution.arrays import array_evaluator, query_tree
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.query.model import Everything, Node, Term

Members = list[set[int]]


def grouped(segments: list[list[Doc]], numbers: list[int], folder: str) -> tuple[EmbeddedEngine, Members]:
    """Open segments whose live documents are in groups by some numbers; 0 means none."""
    engine = built(folder, segments)
    members: dict[int, set[int]] = {}
    for document, doc in numbered(segments).items():
        group = numbers[document % len(numbers)]
        if group and doc.alive:
            members.setdefault(group, set()).add(document)
    groups = [group for group in members.values() if len(group) > 1]
    group_documents(engine, groups)
    return engine, groups


def collapsed(ranking: list[int], groups: Members) -> list[tuple[int, set[int]]]:
    """Return the hits of a ranking with their near duplicates, by definition."""
    hits: list[tuple[int, set[int]]] = []
    for document in ranking:
        group = next((group for group in groups if document in group), {document})
        if all(hit not in group for hit, _ in hits):
            hits.append((document, group.intersection(ranking) - {document}))
    return hits


def check(
    engine: EmbeddedEngine, segments: list[list[Doc]], groups: Members, question: tuple[Node, Filters, Any]
) -> None:
    """Assert that a page of groups, and every hit, equals a collapse of the whole ranking."""
    query, narrowed, (sort, limit, offset) = question
    whole = engine.execute(query, narrowed, ResultRequest(sort, EVERY_HIT, 0, FACETS))
    scores = dict(whole.top)
    expected = collapsed([document for document, _ in whole.top], groups)
    docs = numbered(segments)
    for first, most in ((offset, limit), (0, EVERY_HIT)):
        found = engine.execute(query, narrowed, ResultRequest(sort, most, first, FACETS, group=True))
        hits = expected[first : first + most]
        assert found.top == [(document, scores[document]) for document, _ in hits]
        assert found.grouped is not None
        assert found.grouped.groups == len(expected)
        assert {hit: set(same) for hit, same in found.grouped.same.items()} == {
            hit: same for hit, same in hits if same
        }
        assert _counts(found) == _counts(whole)
        for same in found.grouped.same.values():
            assert list(same) == sorted(same, key=lambda document: _by_date(docs[document], sort))


def _counts(execution: Execution) -> tuple[Any, ...]:
    facets = {name: dict(counts) for name, counts in execution.facets.items()}
    return execution.total, facets


def _by_date(doc: Doc, sort: str) -> tuple[bool, int, str]:
    day = doc.start.toordinal() if doc.start else 0
    return doc.start is None, day if sort == "oldest" else -day, doc.id


group_numbers = st.lists(st.integers(0, 4), min_size=1, max_size=36)
questions = st.tuples(queries | trees, filters_, pages)


@many
@given(collections(), group_numbers, questions, st.sampled_from(["arrays", "for large lists", "one by one"]))
def test_a_group_is_one_hit_at_the_rank_of_its_best_member(
    segments: list[list[Doc]], numbers: list[int], question: tuple[Node, Filters, Any], way: str
) -> None:
    """Pages, groups and near duplicates are those of the whole ranking; counts are those of items."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if way == "for large lists":
            patch.setattr(duplicate_hits, "SPARE_DOCUMENTS", -1)
            for module in (array_evaluator, query_tree):
                patch.setattr(module, "SMALL_UNION", -1)
        engine, groups = grouped(segments, numbers, folder)
        assume(groups)
        if way == "one by one":
            patch.setattr(engine_module, "sys", SimpleNamespace(modules={}))
        check(engine, segments, groups, question)


@pytest.mark.parametrize("days_apart", [0, 1])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_copies_in_two_segments_are_one_hit(sort: str, days_apart: int) -> None:
    """On any page the hit is the better copy, of one day that with the lower id, in whichever segment."""
    days = [date(2001, 4, 1 + number % 3) for number in range(12)]
    ids = [number * 7 % 24 for number in range(24)]
    docs = [
        Doc(f"{one:02}", {"en": ["ship"]}, {}, day, day, 1, [], ["en"])
        for one, day in zip(ids, days * 2, strict=True)
    ]
    with TemporaryDirectory() as folder:
        segments = [docs[:12], docs[12:]]
        later = [(number + 4 * days_apart) % 12 + 1 for number in range(12)]
        engine, groups = grouped(segments, [*range(1, 13), *later], folder)
        for query in (Everything(), Term("text_en", "ship")):
            for offset in range(12):
                check(engine, segments, groups, (query, Filters(), (sort, 3, offset)))


def test_more_documents_are_ranked_until_none_is_below_a_hit() -> None:
    """Ranking stops after the number of documents below others, even if an engine counts too many matches."""
    ranked: list[int] = []

    def run(_: ResultRequest, more: int) -> tuple[Execution, Any]:
        assert len(ranked) < 9, "endless"
        ranked.append(more)
        return Execution(33, [], {}), SimpleNamespace(below_hits=19, same=lambda _: {})

    duplicate_hits.execute_grouped(ResultRequest(limit=10, offset=2), run)
    assert ranked[-1] == 19
