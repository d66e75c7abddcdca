"""Unusual queries: huge numbers, deep call stacks, answers that a caller changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import QueryError, Searcher

ROOT = Path(__file__).parents[2]
RECORDS = (
    {"id": "near", "title": "Night", "body": "The crew of the ferry"},
    {"id": "far", "body": "A ferry that has waited a long time in the harbour for its crew"},
    {"id": "none", "body": "The market is closed"},
    {"id": "es", "body": "El transbordador sale de noche", "language": "es"},
)


@pytest.fixture(scope="module")
def folder(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of a few items about a ferry and its crew."""
    return make_shared_index(*({"language": "en", "countries": []} | record for record in RECORDS))


def ids(searcher: Searcher, query: str) -> set[str]:
    """Return the ids that a query matches as typed."""
    return {hit.id for hit in searcher.search(query, expand=False).hits}


def test_nearer_words_of_a_fuzzy_word_rank_higher(make_index: Callable[..., Path]) -> None:
    """The typed word ranks before words one edit away, and these before two: factors 1, 1/2 and 1/3."""
    titles = {"two": "Tracing", "one": "Tracking", "both": "Racing tracking trucking", "typed": "trucking"}
    folder = make_index(
        *(
            {"id": id_, "title": title, "date": "2019-05-02", "language": "en", "countries": []}
            for id_, title in titles.items()
        )
    )
    with Searcher(folder) as searcher:
        hits = searcher.search("trucking~2", expand=False).hits
        assert [(hit.id, hit.score) for hit in hits] == [
            ("both", 1.0),
            ("typed", 1.0),
            ("one", 0.5),
            ("two", pytest.approx(1 / 3)),
        ]


@pytest.mark.parametrize("slop", ["99999", "999999999999", "9" * 400])
def test_a_phrase_may_have_any_slop(folder: Path, slop: str) -> None:
    """For any distance, arrays and a process without numpy have the same matches, at once."""
    query = f'"crew ferry"~{slop}'
    with Searcher(folder) as searcher:
        assert ids(searcher, query) == ids(searcher, f'"ferry crew"~{slop}') == {"near", "far"}
    done = subprocess.run(
        [sys.executable, "cli.py", "search", query, "--no-expand", "--format", "jsonl", "--index", folder],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert done.stdout.count('"id": "near"') == done.stdout.count('"id": "far"') == 1
    assert done.stdout.count("\n") == 2


def test_a_nested_query_works_from_a_deep_call_stack(folder: Path) -> None:
    """A call from deep recursion gets an answer or an error about the query, not Python's recursion error."""

    def deep(levels: int) -> object:
        return deep(levels - 1) if levels else searcher.search("(" * 50 + "ferry" + ")" * 50)

    with Searcher(folder) as searcher:
        for levels in range(0, sys.getrecursionlimit() - 150, 50):
            try:
                deep(levels)
            except QueryError as error:
                assert "nested too deeply" in str(error)  # noqa: PT017 - an answer is right as well


def test_changing_an_answer_changes_no_other(folder: Path) -> None:
    """An answer belongs to its caller."""
    with Searcher(folder) as searcher:
        first = searcher.search("ferry")
        expected = searcher.search("ferry").expansions
        first.expansions[0]["to"].append("changed")
        first.expansions[0]["from"] = "changed"
        assert searcher.search("ferry").expansions == expected


@pytest.mark.parametrize(
    ("query", "what"),
    [("NOT (ferry AND crew)", " and "), ("NOT (ferry -crew)", " without "), ("NOT (ferry OR crew)", " or ")],
)
def test_an_explanation_shows_the_structure_of_excluded_parts(folder: Path, query: str, what: str) -> None:
    """AND, OR and exclusions are distinguished."""
    with Searcher(folder) as searcher:
        why = searcher.search(query, expand=False, explain=True).explanations[0]
    assert why.what.startswith("not (")
    assert what in why.what


@pytest.mark.parametrize("query", ["the -ferry", "+the -ferry", "- -ferry", "-ferry"])
def test_only_exclusions_match_all_other_items(folder: Path, query: str) -> None:
    """A very common word filters nothing, and neither does punctuation."""
    with Searcher(folder) as searcher:
        assert ids(searcher, query) == {"none", "es"}


@pytest.mark.parametrize("query", ["pages 5~10", "crew~1x", "2018~19"])
def test_a_tilde_in_pasted_text_is_text(folder: Path, query: str) -> None:
    """``~`` after a word, alone or with 1 or 2, makes it fuzzy; any other is text, with a note."""
    with Searcher(folder) as searcher:
        (note,) = searcher.search(query, expand=False).notes
        assert "~2" in note.text
        with pytest.raises(QueryError, match="at character"):
            searcher.search(query, strict=True)


def test_a_fuzzy_word_has_at_most_two_changes(folder: Path) -> None:
    """Three changes turn nearly any word into another: two are allowed, with a note or an error."""
    with Searcher(folder) as searcher:
        found = searcher.search("ferr~9 market~3", expand=False)
        assert found.total == searcher.search("ferr~2 market~2", expand=False).total > 0
        assert [note.text for note in found.notes] == [
            "read “ferr~9” as ferr~2: more changes make another word",
            "read “market~3” as market~2: more changes make another word",
        ]
        with pytest.raises(QueryError, match="allows too many changes; 2 is the most"):
            searcher.search("ferry~3", strict=True)


@pytest.mark.parametrize("query", ["ferry, lang:en, crew", "lang:en; ferry", "lang:en"])
def test_punctuation_after_a_filter_value_is_no_part_of_it(folder: Path, query: str) -> None:
    """A filter in a list or a sentence has the value before its comma."""
    with Searcher(folder) as searcher:
        found = ids(searcher, query)
    assert found
    assert "es" not in found


def test_a_negative_limit_is_refused_everywhere(folder: Path) -> None:
    """Searches and similar items refuse a limit below zero."""
    with Searcher(folder) as searcher:
        with pytest.raises(QueryError, match="limit is a whole number, 0 or more, not “-1”"):
            searcher.similar("near", limit=-1)
        with pytest.raises(QueryError, match="limit is a whole number, 0 or more, not “-1”"):
            searcher.search("ferry", limit=-1)


@pytest.mark.parametrize("query", ["the of", "de la", "NOT the"])
def test_function_words_alone_find_nothing(folder: Path, query: str) -> None:
    """They are in no text of their language: results are empty, with a note; a strict query is an error."""
    with Searcher(folder) as searcher:
        for options in ({}, {"expand": False}, {"all_words": True, "languages": "en"}, {"explain": True}):
            results = searcher.search(query, **options)
            assert (results.total, results.hits, results.relaxed) == (0, [], None)
            assert [note.kind for note in results.notes] == ["nothing_to_search_for"]
            assert results.complete().to_record()["total_all_words"] == 0
        with pytest.raises(QueryError, match="nothing to search for in"):
            searcher.search(query, strict=True)


def test_punctuation_alone_is_an_error(folder: Path) -> None:
    """A query without a letter or a digit is as good as empty."""
    with Searcher(folder) as searcher, pytest.raises(QueryError, match="nothing to search for in “¿"):
        searcher.search("¿?!")


def test_a_word_that_is_also_an_acronym_is_offered_as_one(folder: Path) -> None:
    """The note for a function word alone names the acronym to type."""
    with Searcher(folder) as searcher:
        results = searcher.search("who")
        assert (results.total, [note.kind for note in results.notes]) == (0, ["acronym_offered"])


def test_function_words_of_a_batch_have_an_empty_row(folder: Path) -> None:
    """A row without matches has the note; it is no problem."""
    with Searcher(folder) as searcher:
        (row,) = searcher.batch(["of the"]).rows
        assert (row.total, row.problem, [note.kind for note in row.notes]) == (
            0,
            None,
            ["nothing_to_search_for"],
        )
