"""No query takes more work than is stated, and what is left out is told."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

import pytest
from work import count_calls

from indexer.errors import QueryError
from searcher import Searcher
from searcher import searcher as searcher_module
from searcher.execution.arrays import shares
from searcher.query import budget, limits, patterns, places

MOST_CALLS = 4_000_000
"""Functions that one query of the sample archive may call, those written in C included."""


@pytest.mark.parametrize(
    "query",
    [
        " ".join(["a-b" * 160] * 10),
        " ".join(["漢" * 499] * 10),
        " ".join(["e" + "\u0301" * 498] * 10),
        " ".join(["~" * 499] * 10),
        "a*" * 249 + "b",
        "s" + "a" * 490 + "~2",
        "NOT " * 31 + "ferry",
        "ferry AND " * 499 + "x",
        "/(a+)+b/",
    ],
)
def test_the_worst_within_the_limits_is_answered_soon(searcher: Searcher, query: str) -> None:
    """What is allowed takes no more calls than are stated."""

    def ask() -> None:
        with suppress(QueryError):  # a clear line is as good as an answer
            searcher.search(query, limit=3).complete()

    assert count_calls(ask) < MOST_CALLS


def _fitting(words: Iterable[str]) -> str:
    """Return as many words as a query may have characters."""
    text = " ".join(words)[: limits.MOST_CHARACTERS]
    return text[: text.rindex(" ")] if len(text) == limits.MOST_CHARACTERS else text


SLIPS = [f"lig{a}t{b}ouse" for a in "bcdfgjklmnpqrstvwxyz" for b in "bcdfgjklmnpqrstvwxyz"]
PAIRS = [f"{a}-{b}" for a in ("sea", "port", "ship", "crew") for b in ("tide", "ferry", "quay")] * 20
FUZZY = [f"harbou{a}{b}~2" for a in "bcdf" for b in "rstv"]
PERIODS = [f"date:{2000 + number}..2030" for number in range(30)]
# What took longest at 100,000 documents: all that is costly in one query, and as many words as fit beside it.
WORST = {
    "fuzzy words and slips": [*FUZZY, *SLIPS],
    "all that looks at every word": ["*uay", "*ida", "*rry", "*cht", *FUZZY[:12], *SLIPS],
    "all of it": [
        *FUZZY[:12],
        *("*uay", "*ida", "*rry", "*cht"),
        *PERIODS,
        *["*"] * 30,
        *SLIPS[:10],
        *[f'"{a} {b}"~99' for a, b in pairwise(["sea", "ferry", "port"] * 10)],
        *PAIRS,
        *SLIPS,
    ],
    "prefixes and labels": ["se*", "fe*", "po*", "tr*", *["Senegal", "Peru", "France"] * 9, *PAIRS, *SLIPS],
    "one word": ["(ferry)"] * 600,
    "one phrase": ["sea-ferry"] * 490,
    "one pattern": ["f*"] * 16 + SLIPS,
    "one language": ["lang:en"] * 600,
    "groups": [f"(({one}) {other} NOT {one})" for one, other in pairwise(SLIPS[:32])],
}


@pytest.mark.parametrize("worst", WORST)
def test_the_worst_mixtures_are_answered_soon(searcher: Searcher, worst: str) -> None:
    """What is costly may stand together, and each hit be explained, in no more calls than are stated."""
    query = _fitting(WORST[worst])

    def ask() -> None:
        assert searcher.search(query, explain=True, limit=100).complete().total > 0
        assert searcher.search(query, sort="oldest", limit=100, offset=20).total > 0

    assert count_calls(ask) < MOST_CALLS


def test_words_of_the_index_are_compared_no_more_than_stated(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patterns, fuzzy words and corrections share one count, and what patterns leave is for corrections."""
    budgets: list[budget.Budget] = []

    class Watched(budget.Budget):
        def __init__(self) -> None:
            super().__init__()
            budgets.append(self)

    monkeypatch.setattr(budget, "Budget", Watched)
    searcher.search(_fitting(WORST["all that looks at every word"]), explain=True)
    (spent,) = [one._compared for one in budgets]
    looked = searcher.search(" ".join(SLIPS[:6]))
    assert looked.expansions
    assert not looked.notes
    for most in (spent // 2, spent):
        monkeypatch.setattr(budget, "MOST_COMPARED", most)
        budgets.clear()
        try:
            results = searcher.search(_fitting(WORST["all that looks at every word"]))
        except QueryError as told:
            assert "one pattern too many: it would be compared with" in str(told)  # noqa: PT017 - either is right
        else:
            assert results.notes
        assert 0 < budgets[0]._compared <= most
    monkeypatch.setattr(budget, "MOST_COMPARED", 1)
    results = searcher.search(SLIPS[0])
    assert not results.expansions
    assert results.notes[0].startswith("1 word of this query stands as typed, though perhaps misspelt")


@pytest.mark.parametrize(
    ("limit", "most", "query", "message"),
    [
        ("MOST_FOUND", 3, "tide f*", r"“f\*” \(character 6\) stands for more than 3 words"),
        (
            "MOST_FOUND_TOGETHER",
            30,
            "se* fe* po* tr* pa*",
            r"“..\*” \(character \d+\) is one pattern too many",
        ),
        (
            "MOST_COMPARED",
            30,
            "tide~ tidd~ quay~ shor*s",
            r"(character \d+).*compared with \d+ words of the index",
        ),
        ("MOST_PLACES", 5, "title:ferry sea", r"more than \d+ items.* such as “\w+” \(\d+\)"),
    ],
)
def test_each_limit_of_work_is_told_with_its_part(  # noqa: PLR0917 - what a case is made of
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, query: str, message: str
) -> None:
    """A pattern that stands for too much, or words that stand in too much, are named."""
    assert searcher.search(query).total > 0
    monkeypatch.setattr(budget, limit, most)
    monkeypatch.setattr(budget, "MOST_PLACES_AN_ITEM", 0)
    if limit == "MOST_FOUND":
        monkeypatch.setattr(patterns, "MOST_FOUND", most)
    with pytest.raises(QueryError, match=message) as caught:
        searcher.search(query)
    assert len(str(caught.value)) < 250


def test_a_first_pattern_is_looked_for_in_an_index_of_any_size(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index with more words than may be compared can still be asked one pattern."""
    monkeypatch.setattr(budget, "MOST_COMPARED", 1)
    assert searcher.search("*uay").total > 0


def test_many_words_that_stand_in_much_are_read_as_a_tree(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain words find the same, in the same order, where there are too many for the short way."""
    query = "ferry sea harbour training " * 11
    monkeypatch.setattr(places, "WIDE", 10)
    wide = searcher.search(query, expand=False)
    monkeypatch.undo()
    narrow = searcher.search(query, expand=False)
    assert [hit.id for hit in wide.hits] == [hit.id for hit in narrow.hits]
    assert [hit.score for hit in wide.hits] == pytest.approx([hit.score for hit in narrow.hits])
    assert (wide.total, wide.facets) == (narrow.total, narrow.facets)


def test_an_explanation_asks_each_leaf_once(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leaf is evaluated once for all hits, and equal ones once: no more often than there are terms."""
    asked: list[object] = []
    scores = shares.Shares._scores

    def counted(self: shares.Shares, leaf: object) -> object:
        asked.append(leaf)
        return scores(self, leaf)

    monkeypatch.setattr(shares.Shares, "_scores", counted)
    searcher.search("(ferry OR tide) AND (ferry OR sea) ferry", explain=True, limit=60, expand=False)
    assert len(asked) == len({shares._key(leaf) for leaf in asked}) <= 3 * 4 + 3  # words, languages, variants


def test_a_few_hits_are_explained_and_the_rest_is_told(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for more explanations than a query may have is told so, and gets all hits."""
    monkeypatch.setattr(searcher_module, "MOST_EXPLAINED", 2)
    results = searcher.search("ferry", limit=5, explain=True, expand=False)
    assert (len(results.hits), len(results.explanations)) == (5, 2)
    assert "3 hits are shown without an explanation" in results.notes[0]
    assert not searcher.search("ferry", limit=2, explain=True, expand=False).notes


def test_a_query_at_the_limits_is_answered(searcher: Searcher) -> None:
    """A thousand words, and fifty parentheses, are no fault."""
    assert searcher.search("sea " * limits.MOST_WORDS).total > 0
    nested = "(" * limits.DEEPEST + "ferry" + ")" * limits.DEEPEST
    assert searcher.search(nested).total == searcher.search("ferry").total


def test_few_of_a_thousand_unknown_words_are_corrected(searcher: Searcher) -> None:
    """Of a query of slips some words are looked for among the words of the index, not all."""
    results = searcher.search(" ".join(SLIPS))
    assert 0 < len(results.expansions) <= limits.MOST_CORRECTED
    (note,) = results.notes
    assert note == (
        f"{len(SLIPS) - 6} words of this query stand as typed, though perhaps misspelt or grown together: "
        "6 at most are looked at again, fewer where too much would have to be compared"
    )
    assert not searcher.search(" ".join(SLIPS[: limits.MOST_CORRECTED] * 3)).notes


def test_few_of_a_thousand_labels_are_joined(searcher: Searcher) -> None:
    """A query of nothing but labels is joined by some, in parentheses as well, and each is told once."""
    labels = ["Senegal", "Peru", "France", "Mexico", "Kenya"] * 60
    for query in (" ".join(labels), " ".join(f"({one} {other})" for one, other in pairwise(labels))):
        results = searcher.search(query)
        assert 0 < len(results.expansions) <= limits.MOST_JOINED
        (note,) = results.notes
        assert note.endswith(
            "words or groups of words of this query got no related ones: 32 at most are joined by them"
        )
    for few in (" ".join(labels[: limits.MOST_JOINED]), " ".join(f"({one})" for one in labels[:32])):
        assert not searcher.search(few).notes
