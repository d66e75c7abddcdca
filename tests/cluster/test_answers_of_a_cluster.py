"""A cluster gives the answers of a folder: totals, facets, order, scores, notes, explanations."""

import json
from io import BytesIO
from typing import Any

import pytest
from cluster.compared import answered, differences
from cluster.conftest import Pair
from examples import examples
from expressions import Expression, expressions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.errors import QueryError
from searcher import Searcher
from searcher.cluster import searches
from searcher.query import as_written

pytestmark = pytest.mark.cluster

options = st.fixed_dictionaries(
    {
        "expand": st.booleans(),
        "group": st.booleans(),
        "strict": st.booleans(),
        "estimated": st.booleans(),
        "explain": st.booleans(),
        "all_words": st.booleans(),
        "sort": st.sampled_from(["relevance", "relevance", "newest", "oldest"]),
        "limit": st.sampled_from([10, 3, 0, 100]),
        "offset": st.sampled_from([0, 0, 2, 70]),
        "countries": st.sampled_from([(), (), "FR", ("KE", "unknown"), "Africa"]),
        "languages": st.sampled_from([(), (), "es", ("en", "und")]),
        "date_from": st.sampled_from([None, None, "2018", "2018-03"]),
        "date_to": st.sampled_from([None, None, "2018", "2019-11"]),
        "facets": st.sampled_from(
            [("year", "country", "language"), ("section", "month"), ("desk", "source", "year"), ()]
        ),
        "where": st.sampled_from([None, None, {"section": "coast"}, {"desk": ["Night", "unknown"]}]),
        "via": st.sampled_from([(), (), (), "typed", ("related", "translated")]),
    }
)


@settings(
    max_examples=examples(120),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(question=st.one_of(st.none(), expressions), how=options)
def test_random_queries_have_the_same_answers(
    modelled: Pair, question: Expression | None, how: dict[str, Any]
) -> None:
    """Random queries with random options have the same whole answer."""
    text = question.text() if question else None
    assert differences(*[answered(searcher, text, **how) for searcher in modelled]) == [], text


@by_table
def test_queries_about_texts_have_the_same_answers(sample: Pair, query: str) -> None:
    """Texts in three languages, corrections, expansions, patterns and relaxed answers are the same."""
    for how in ({"explain": True}, {"expand": False, "estimated": True, "facets": ["month", "source"]}):
        assert differences(*[answered(searcher, query, **how) for searcher in sample]) == []


def test_items_and_similar_items_are_the_same(sample: Pair) -> None:
    """Items are read whole by prefixes of their ids, and have the same similar items."""
    folder, cluster = sample
    for hit in folder.search(None, limit=40).hits:
        assert cluster.full_id(hit.id[:8]) == folder.full_id(hit.id[:8])
        one, other = (searcher.item(hit.id).to_record() for searcher in sample)
        assert differences(one, other) == []
        like, alike = (searcher.similar(hit.id, languages="en").to_record() for searcher in sample)
        assert differences(like, alike) == []


def test_deep_pages_are_the_same(sample: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages beyond the paging limit of a cluster, and all hits at once, are those of a folder."""
    monkeypatch.setattr(searches, "DEEPEST", 7)
    monkeypatch.setattr(searches, "PAGE", 4)
    for how in (
        {"offset": 6, "limit": 9},
        {"offset": 9, "sort": "newest"},
        {"offset": 5000},
        {"limit": None},
    ):
        pages = [
            [
                (hit.rank, hit.id, round(hit.score, 4))
                for hit in searcher.search("ferry OR harbor", **how).hits
            ]
            for searcher in sample
        ]
        assert pages[0] == pages[1]


def test_exports_are_the_same(sample: Pair) -> None:
    """Exports are equal except for the generation."""
    written = []
    for searcher in sample:
        stream = BytesIO()
        searcher.export(stream, "ferry OR harbor", format="jsonl")
        written.append(stream.getvalue())
    assert differences(*[[json.loads(line) for line in one.splitlines()] for one in written]) == []
    assert written[0].count(b"\n") > 10


def test_info_is_the_same(sample: Pair) -> None:
    """Counts, sources and fields are the same, except for paragraphs, which a cluster does not have."""
    one, other = (searcher.info() for searcher in sample)
    assert one.pop("one_paragraph") > 0
    for name in ("index", "codec", "built", "generation"):
        one.pop(name, None), other.pop(name, None)
    assert one == other


@pytest.mark.parametrize("query", ["ferry SAME harbor", "=Ferry"])
def test_too_many_texts_to_compare_are_refused(
    sample: Pair, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """The line has the numbers, as in a folder, and the remedy."""
    monkeypatch.setattr(as_written, "MAX_COMPARED_TEXTS", 2)
    with (
        Searcher(sample.cluster.place) as fresh,
        pytest.raises(QueryError, match=r"may compare the texts of at most 2 items, but"),
    ):
        fresh.search(query)
