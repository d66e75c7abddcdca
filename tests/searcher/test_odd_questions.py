"""Questions that are unlike others: huge numbers, deep stacks, answers that a caller changes."""

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


@pytest.fixture
def folder(make_index: Callable[..., Path]) -> Path:
    """A few items about a ferry and its crew."""
    return make_index(*({"language": "en", "countries": []} | record for record in RECORDS))


def ids(searcher: Searcher, query: str) -> set[str]:
    """Name the items that a query finds as typed."""
    return {hit.id for hit in searcher.search(query, expand=False).hits}


def test_nearer_words_of_a_fuzzy_word_come_first(make_index: Callable[..., Path]) -> None:
    """What was typed stands before what is one edit away, and that before what is two: 1, 1/2 and 1/3."""
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
def test_a_phrase_may_be_as_loose_as_one_likes(folder: Path, slop: str) -> None:
    """However far words may stand apart, arrays and a process without numpy find the same, at once."""
    query = f'"crew ferry"~{slop}'
    with Searcher(folder) as searcher:
        assert ids(searcher, query) == {"near"}
        assert ids(searcher, f'"ferry crew"~{slop}') == {"far"}
    done = subprocess.run(
        [sys.executable, "cli.py", "search", query, "--no-expand", "--format", "jsonl", "--index", folder],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert done.stdout.count('"id": "near"') == done.stdout.count("\n") == 1


def test_a_query_within_the_limits_is_one_line_however_deep_its_caller_stands(folder: Path) -> None:
    """Who asks from deep within own functions gets an answer or an error of the query, not of Python."""

    def deep(levels: int) -> object:
        return deep(levels - 1) if levels else searcher.search("(" * 50 + "ferry" + ")" * 50)

    with Searcher(folder) as searcher:
        for levels in range(0, sys.getrecursionlimit() - 150, 50):
            try:
                deep(levels)
            except QueryError as error:
                assert "nested too deeply" in str(error)  # noqa: PT017 - an answer is right as well


def test_who_changes_an_answer_changes_no_other(folder: Path) -> None:
    """What an answer holds belongs to whoever asked."""
    with Searcher(folder) as searcher:
        first = searcher.search("ferry")
        expected = searcher.search("ferry").expansions
        first.expansions[0]["to"].append("changed")
        first.expansions[0]["from"] = "changed"
        assert searcher.search("ferry").expansions == expected


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("NOT (ferry AND crew)", " and "),
        ("NOT (ferry -crew)", " without "),
        ("NOT (ferry OR crew)", " or "),
    ],
)
def test_an_explanation_says_how_an_excluded_part_is_made(folder: Path, query: str, what: str) -> None:
    """AND, OR and what is excluded are told apart."""
    with Searcher(folder) as searcher:
        why = searcher.search(query, expand=False, explain=True).explanations[0]
    assert why.what.startswith("not (")
    assert what in why.what


@pytest.mark.parametrize("query", ["the -ferry", "+the -ferry", "- -ferry", "-ferry"])
def test_what_is_excluded_is_excluded_from_everything_where_nothing_else_is_asked(
    folder: Path, query: str
) -> None:
    """A word that is in nearly every text narrows nothing, and a sign alone is none."""
    with Searcher(folder) as searcher:
        assert ids(searcher, query) == {"none", "es"}


@pytest.mark.parametrize("query", ["pages 5~10", "crew~1x", "2018~19"])
def test_a_tilde_in_what_is_pasted_parts_words(folder: Path, query: str) -> None:
    """``~`` behind a word, alone or with 1 or 2, makes it fuzzy; any other is text, and noted."""
    with Searcher(folder) as searcher:
        (note,) = searcher.search(query, expand=False).notes
        assert "~2" in note.text
        with pytest.raises(QueryError, match="at character"):
            searcher.search(query, strict=True)


def test_more_changes_than_a_fuzzy_word_may_have_are_two(folder: Path) -> None:
    """Three changes make another word of nearly any: two are looked for, and that is told or refused."""
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
def test_a_sign_behind_the_value_of_a_filter_is_none_of_it(folder: Path, query: str) -> None:
    """A filter in a list or a sentence has the value before its comma."""
    with Searcher(folder) as searcher:
        found = ids(searcher, query)
    assert found
    assert "es" not in found


def test_a_negative_limit_is_refused_everywhere(folder: Path) -> None:
    """Searches and similar items take no limit below zero."""
    with Searcher(folder) as searcher:
        with pytest.raises(QueryError, match="limit is a whole number, 0 or more, not “-1”"):
            searcher.similar("near", limit=-1)
        with pytest.raises(QueryError, match="limit is a whole number, 0 or more, not “-1”"):
            searcher.search("ferry", limit=-1)
