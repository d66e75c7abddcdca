"""Unusual queries: huge numbers, deep call stacks, answers that a caller changes."""

import subprocess
import sys
from pathlib import Path

import pytest
from rule_files import archive_of
from rules import Archives
from work import HANGS

from searcher import QueryError, Searcher

ROOT = Path(__file__).parents[2]


@pytest.fixture
def searcher(archives: Archives) -> Searcher:
    """Return a searcher of a few items about a ferry and its crew."""
    return archive_of(archives, "odd_questions")


def test_nearer_words_of_a_fuzzy_word_score_higher(archives: Archives) -> None:
    """The typed word, words one edit away and words two edits away have the factors 1, 1/2 and 1/3."""
    hits = archive_of(archives, "odd_questions", "Nearer words").search("trucking~2", expand=False).hits
    assert [hit.score for hit in hits] == pytest.approx([1.0, 1.0, 1 / 2, 1 / 3])


@pytest.mark.parametrize("slop", ["99999", "9" * 400])
def test_a_phrase_may_have_any_slop(searcher: Searcher, slop: str) -> None:
    """For any distance, arrays and a process without numpy have the same matches, at once."""
    query = f'"crew ferry"~{slop}'
    for one in (query, f'"ferry crew"~{slop}'):
        assert {hit.id for hit in searcher.search(one, expand=False)} == {"near", "far"}
    options = ["--no-expand", "--format", "jsonl", "--index", searcher.place]
    command = [sys.executable, "cli.py", "search", query, *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=HANGS)
    assert done.stdout.count('"id": "near"') == done.stdout.count('"id": "far"') == 1
    assert done.stdout.count("\n") == 2


def test_a_nested_query_works_from_a_deep_call_stack(searcher: Searcher) -> None:
    """A call from deep recursion gets an answer or an error about the query, not Python's recursion error."""

    def deep(levels: int) -> object:
        return deep(levels - 1) if levels else searcher.search("(" * 50 + "ferry" + ")" * 50)

    for levels in range(0, sys.getrecursionlimit() - 150, 50):
        try:
            deep(levels)
        except QueryError as error:
            assert "nested too deeply" in str(error)  # noqa: PT017 - an answer is right as well


def test_changing_an_answer_changes_no_other(searcher: Searcher) -> None:
    """An answer belongs to its caller."""
    first = searcher.search("ferry")
    expected = searcher.search("ferry").expansions
    first.expansions[0]["to"].append("changed")
    first.expansions[0]["from"] = "changed"
    assert searcher.search("ferry").expansions == expected


@pytest.mark.parametrize(
    ("query", "what"),
    [("NOT (ferry AND crew)", " and "), ("NOT (ferry -crew)", " without "), ("NOT (ferry OR crew)", " or ")],
)
def test_an_explanation_shows_the_structure_of_excluded_parts(
    searcher: Searcher, query: str, what: str
) -> None:
    """AND, OR and exclusions are distinguished."""
    why = searcher.search(query, expand=False, explain=True).explanations[0]
    assert why.what.startswith("not (")
    assert what in why.what


def test_an_empty_answer_is_complete(searcher: Searcher) -> None:
    """Function words alone have an empty record, an acronym to type, and a row of a batch without problem."""
    assert searcher.search("the of", explain=True).complete().to_record()["total_all_words"] == 0
    results = searcher.search("who")
    assert (results.total, [note.kind for note in results.notes]) == (0, ["acronym_offered"])
    (row,) = searcher.batch(["of the"]).rows
    assert (row.total, row.problem) == (0, None)
    assert [note.kind for note in row.notes] == ["nothing_to_search_for"]


def test_a_negative_limit_of_similar_items_is_refused(searcher: Searcher) -> None:
    """As in a search."""
    with pytest.raises(QueryError, match="limit must be an integer of at least 0, not “-1”"):
        searcher.similar("near", limit=-1)
