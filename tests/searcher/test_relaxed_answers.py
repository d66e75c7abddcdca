"""If nothing matches, the reason is reported and the nearest query answered, marked as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RECORDS = (
    {"id": "near", "body": "The harbour has a new and much taller lighthouse.", "countries": ["FR"]},
    {"id": "apart", "body": f"The lighthouse keeper is ill. {'He sleeps. ' * 20} The harbour is shut."},
    {"id": "bribe", "body": "Officials were tried for corruption in the capital.", "date": "2016-03-05"},
    {"id": "ship", "body": "The seafarers came home with the evening tide.", "countries": ["PT"]},
    {"id": "titled", "title": "Tide tables", "body": "They are printed each spring.", "date": "2017-04-01"},
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of a small archive."""
    with Searcher(make_shared_index(*RECORDS)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "to", "ids"),
    [
        ('"harbour lighthouse"', '"harbour lighthouse"~10', ["near"]),
        ('"tide lighthouse"', "tide lighthouse", ["near", "apart", "ship", "titled"]),
        ("tide AND lighthouse", "tide lighthouse", ["near", "apart", "ship", "titled"]),
        ("+tide lighthouse +harbour", "tide harbour lighthouse", ["near", "apart", "ship", "titled"]),
        ('tide AND lighthouse -"new and"', '(tide lighthouse) -"new and"', ["apart", "ship", "titled"]),
        ("title:corruption", "corruption", ["bribe"]),
        ("taller-keeper", "taller keeper", ["near", "apart"]),
        ("ask tide-keeper", "ask tide keeper", ["apart", "ship", "titled"]),
        ("what?tide", "what AND tide", ["ship", "titled"]),
        ("tide?s", "tide", ["ship", "titled"]),
        ("tide*lighthouse", "tide lighthouse", ["near", "apart", "ship", "titled"]),
        ("embezzlement", "corruption", ["bribe"]),
        ("fishermen", "seafarer", ["ship"]),
        ("détournement de fonds", "corruption", ["bribe"]),
        ("embezzlement AND capital", "corruption AND capital", ["bribe"]),
        ("country:PT AND tide AND lighthouse", "country:PT AND (tide lighthouse)", ["ship"]),
    ],
)
def test_the_nearest_query_is_answered(searcher: Searcher, query: str, to: str, ids: list[str]) -> None:
    """A phrase becomes near words, a word its related ones, a required part an optional one."""
    results = searcher.search(query)
    assert results.relaxed == to
    assert {hit.id for hit in results} == set(ids)
    assert all(hit.via == ("relaxed",) for hit in results)
    assert results.to_record()["relaxed"] == {"from": query, "to": to}
    assert "relaxed" in {note.kind for note in results.notes}


@pytest.mark.parametrize("query", ['"harbour lighthouse"', "tide AND lighthouse", "embezzlement", "xyzzy"])
def test_a_strict_question_is_not_relaxed(searcher: Searcher, query: str) -> None:
    """A strict query without matches has an empty answer."""
    results = searcher.search(query, strict=True)
    assert (results.total, results.relaxed, results.hits) == (0, None, [])


def test_an_answer_equals_that_of_the_relaxed_query(searcher: Searcher) -> None:
    """Hits, totals, facets and pages are those of the query that the answer names."""
    for query in ('"tide lighthouse"', "embezzlement", "tide AND lighthouse"):
        for options in ({}, {"limit": 1, "offset": 1}, {"countries": ["FR", "PT"]}, {"all_words": True}):
            relaxed = searcher.search(query, **options)
            if relaxed.relaxed is None:
                assert relaxed.total == 0
                continue
            plain = searcher.search(relaxed.relaxed, **options)
            assert [(hit.id, hit.rank, hit.score) for hit in relaxed] == [
                (hit.id, hit.rank, hit.score) for hit in plain
            ]
            assert (relaxed.total, relaxed.total_all_words) == (plain.total, plain.total_all_words)
            assert relaxed.facets == plain.facets


def test_words_are_not_replaced_without_expansion(searcher: Searcher) -> None:
    """Without expansion a word is not answered by other concepts; operators are still relaxed."""
    assert searcher.search("embezzlement", expand=False).relaxed is None
    assert searcher.search("tide AND lighthouse", expand=False).relaxed == "tide lighthouse"


@pytest.mark.parametrize(
    ("query", "options", "told"),
    [
        ("tide", {"countries": ["FR"]}, ["without the filter by country 2 items match"]),
        ("corruption", {"date_from": "2018"}, ["without the filter by date 1 item matches"]),
        ("tide", {"languages": ["es"]}, ["without the filter by language 2 items match"]),
        ("tide country:FR", {}, ["without country:FR 2 items match"]),
        ("tide -tide", {}, ["without the exclusion of tide 2 items match"]),
        (
            "corruption",
            {"countries": ["FR"], "date_from": "2018"},
            ["without its filters together 1 item matches"],
        ),
        ("embezzlement", {"via": ["typed"]}, []),
    ],
)
def test_a_filter_that_removes_all_matches_is_named(
    searcher: Searcher, query: str, options: dict[str, Any], told: list[str]
) -> None:
    """The matches without it are counted; the answer stays empty, as filters are never relaxed."""
    results = searcher.search(query, **options)
    assert (results.total, results.relaxed) == (0, None)
    assert [note.text for note in results.notes if note.kind == "filter"] == told


def test_a_label_without_matches_as_a_whole_replaces_nothing(make_index: Callable[..., Path]) -> None:
    """The separate words of a label have other meanings: sea and level, far from each other."""
    folder = make_index(
        {"body": "The sea is calm. The lift stops on each level as it rises; a rise of one metre."}
    )
    with Searcher(folder) as searcher:
        assert searcher.search("climate change").relaxed is None


def test_a_name_is_not_replaced(searcher: Searcher) -> None:
    """A capitalised word within a query is a name, which has no related words."""
    assert searcher.search("Xyzzy Embezzlement").relaxed is None
    assert searcher.search("Embezzlement").relaxed == "corruption"


def test_words_without_matches_are_named(searcher: Searcher) -> None:
    """A word is unmatched if neither it nor its expansions occur in any item."""
    results = searcher.search("tide embezzlement xyzzy")
    assert results.total == 2
    assert results.unmatched == ("embezzlement", "xyzzy")
    assert searcher.search("bribery corruption tide").unmatched == ("bribery",)
    assert searcher.search("sin papeles", query_language="es").unmatched == ("papeles",)


@pytest.mark.parametrize(
    ("query", "first", "period"),
    [
        ("officials March 2016", "bribe", "2016-03"),
        ("March 2016", "bribe", "2016-03"),
        ("en mars 2016", "bribe", "2016-03"),
        ("marzo de 2016", "bribe", "2016-03"),
        ("2017", "titled", "2017"),
        ("tide April, 2017", "titled", "2017-04"),
    ],
)
def test_a_date_in_words_is_optional(searcher: Searcher, query: str, first: str, period: str) -> None:
    """Items of the date rank higher by an explained part of the score, and the filter is suggested."""
    results = searcher.search(query, explain=True)
    assert results.hits[0].id == first
    assert any("items of “" in line for line in results.explanations[0].lines())
    assert any(f"date:{period}" in note.text for note in results.notes if note.kind == "date")
    strict = searcher.search(query, strict=True, explain=True)
    assert not any("items of “" in line for why in strict.explanations for line in why.lines())
    assert not strict.notes


def test_a_date_in_words_adds_no_matches_to_other_words(searcher: Searcher) -> None:
    """With other words a date only ranks their matches; alone it matches the items of the date."""
    assert {hit.id for hit in searcher.search("lighthouse 2016")} == {"near", "apart"}
    assert {hit.id for hit in searcher.search("2016")} == {"bribe"}
    assert searcher.search("lighthouse 1950").notes == ()
