"""No query takes more work than its budget, and omitted parts are reported."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from tables import by_table
from work import count_calls

from indexer.errors import QueryError
from searcher import Searcher
from searcher.engine import Engine, Filters
from searcher.explain import Explainer
from searcher.interpretation import Interpretation, Interpreter
from searcher.query import limits, query_cost
from searcher.query.limits import LIMITS, Limits
from searcher.query.model import Keyword, Term, WordSet, leaves
from searcher.query.notes import SKIPPED

MAX_CALLS = 4_000_000
"""Functions that one query of the sample archive may call, those written in C included."""


@pytest.mark.slow
@by_table
def test_the_worst_queries_stay_within_their_budget(searcher: Searcher, query: str) -> None:
    """Allowed queries take at most the stated number of calls."""

    def ask() -> None:
        with suppress(QueryError):  # a clear error line is accepted
            searcher.search(query, limit=3).complete()

    assert count_calls(ask) < MAX_CALLS


def _fitting(words: Iterable[str]) -> str:
    """Return as many words as fit in a query."""
    text = " ".join(words)[: limits.MAX_CHARACTERS]
    return text[: text.rindex(" ")] if len(text) == limits.MAX_CHARACTERS else text


SLIPS = [f"lig{a}t{b}ouse" for a in "bcdfgjklmnpqrstvwxyz" for b in "bcdfgjklmnpqrstvwxyz"]
PAIRS = [f"{a}-{b}" for a in ("sea", "port", "ship", "crew") for b in ("tide", "ferry", "quay")] * 20
FUZZY = [f"harbou{a}{b}~2" for a in "bcdf" for b in "rstv"]
PERIODS = [f"date:{2000 + number}..2030" for number in range(30)]
# The slowest at 100,000 documents: everything costly in one query, and as many words as fit.
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
    "proximities": [
        f"OR ({one} NEAR/255 {other} NOT NEAR/9 {third})"
        for one, other, third in zip(["sea", "ferry"] * 16, ["port", "tide"] * 16, ["crew"] * 32, strict=True)
    ][:31],
    "paragraphs": [
        f"OR ({one} SAME {other} NOT NEAR/9 {third})"
        for one, other, third in zip(["sea", "ferry"] * 16, ["port", "tide"] * 16, ["crew"] * 32, strict=True)
    ][:31],
    "groups": [f"(({one}) {other} NOT {one})" for one, other in pairwise(SLIPS[:32])],
}


@pytest.mark.slow
@pytest.mark.parametrize("worst", WORST)
def test_the_worst_combinations_stay_within_their_budget(searcher: Searcher, worst: str) -> None:
    """Costly parts together, with every hit explained, take at most the stated number of calls."""
    query = _fitting(WORST[worst])

    def ask() -> None:
        assert searcher.search(query, explain=True, limit=100).complete().total > 0
        assert searcher.search(query, sort="oldest", limit=100, offset=20).total > 0

    assert count_calls(ask) < MAX_CALLS


def interpret(
    searcher: Searcher, query: str, most: Limits = LIMITS, *, expand: bool = True, strict: bool = False
) -> Interpretation:
    """Interpret a query within some limits."""
    return Interpreter(searcher._engine, most).interpret(query, Filters(), expand=expand, strict=strict)


def test_comparisons_with_words_of_the_index_are_limited(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patterns, fuzzy words and corrections share one budget, of which corrections get the remainder."""
    budgets: list[query_cost.Budget] = []
    counting = query_cost.Budget.__init__

    def counted(self: query_cost.Budget, most: Limits, *, strict: bool) -> None:
        counting(self, most, strict=strict)
        budgets.append(self)

    monkeypatch.setattr(query_cost.Budget, "__init__", counted)
    query = _fitting(WORST["all that looks at every word"])
    interpret(searcher, query)
    spent = budgets.pop()._compared
    looked = interpret(searcher, " ".join(SLIPS[:6]))
    assert looked.expansions
    assert not looked.notes
    for most in (spent // 2, spent):
        budgets.clear()
        assert interpret(searcher, query, Limits(compared=most)).notes
        assert 0 < budgets[0]._compared <= most
    meant = interpret(searcher, SLIPS[0], Limits(compared=1))
    assert not meant.expansions
    assert meant.notes[0].text.startswith("the spelling of 1 word was not checked")


@by_table
def test_each_limit_of_work_is_reported_with_its_part(
    searcher: Searcher, limits: dict[str, int], query: str, message: str
) -> None:
    """A pattern with too many words, or words with too many postings, are named, or narrowed."""
    most = Limits(**limits)
    assert searcher.search(query).total > 0
    with pytest.raises(QueryError, match=message) as caught:
        interpret(searcher, query, most, strict=True)
    assert len(str(caught.value)) < 250
    meant = interpret(searcher, query, most, expand=False)
    assert any("read as text" in note.text or "ignored" in note.text for note in meant.notes)
    found = [leaf for leaf in leaves(meant.query) if isinstance(leaf, WordSet)]
    assert all(len(leaf.words) <= most.found for leaf in found)
    assert sum(len(leaf.words) for leaf in found) <= most.found_together


def test_each_limit_allows_exactly_its_number() -> None:
    """A part that reaches a limit is counted, the next one is refused."""
    budget = query_cost.Budget(Limits(regions=2, compared=10, found=3, found_together=4, patterns=2, scans=1))
    assert [budget.spend_region(0) for _ in range(3)] == [True, True, False]
    assert [budget.may_compare(words) for words in (4, 6, 1)] == [True, True, False]
    assert [budget.spend_found("f*", 0, words) for words in (4, 3, 1, 1)] == [False, True, True, False]
    scanning = [budget.spend_pattern("*f", 0, scans=scans) for scans in (True, True, False, False)]
    assert scanning == [True, False, True, False]
    letters = [limits.MAX_FUZZY_LENGTH, limits.MAX_FUZZY_LENGTH + 1]
    assert [budget.spend_letters("f", 0, one) for one in letters] == [True, False]


def test_the_most_frequent_parts_are_left_out_first(searcher: Searcher) -> None:
    """Expansions are dropped first, then typed words; filters stay, and the limit of postings holds."""
    question = "ferry sea tide crew harbour lang:en"
    whole = interpret(searcher, question)
    assert any(getattr(leaf, "via", "typed") != "typed" for leaf in leaves(whole.query))
    for most in (400, 200, 60, 20):
        meant = interpret(searcher, question, Limits(postings=most, postings_an_item=0))
        kept = leaves(meant.query)
        spent = sum(
            searcher._engine.document_frequency(leaf.field, leaf.text)
            for leaf in kept
            if isinstance(leaf, Term)
        )
        assert 0 < spent <= most
        assert Keyword("language", "en") in kept
    assert any("ignored" in note.text for note in meant.notes)
    with pytest.raises(QueryError, match="the parts of the query together have more than 0 matches"):
        interpret(searcher, question, Limits(postings=0, postings_an_item=0))


def test_positions_cost_more_than_scores(searcher: Searcher) -> None:
    """Words near each other are left out at a limit within which the same words are found anywhere."""
    cost = sum(searcher._engine.document_frequency("text_en", term) for term in ("sea", "ferri"))
    most = Limits(postings=5 * cost, postings_an_item=0)
    anywhere = interpret(searcher, "sea AND ferry", most, expand=False)
    nearby = interpret(searcher, "sea NEAR/255 ferry OR sea", most, expand=False)
    assert not anywhere.notes
    assert any("ignored" in note.text for note in nearby.notes)


def test_a_first_pattern_is_evaluated_in_an_index_of_any_size(searcher: Searcher) -> None:
    """An index with more words than may be compared still answers one pattern."""
    (found,) = leaves(interpret(searcher, "*uay", Limits(compared=1)).query)
    assert found.words  # type: ignore[attr-defined]  # the words of the pattern


def test_an_explanation_evaluates_each_leaf_once(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leaf is evaluated once for all hits, and equal ones once."""
    asked: list[object] = []
    engine: Engine = searcher._engine
    leaf_scores = engine.leaf_scores

    def counted(leaf: Any, documents: Any) -> Any:
        asked.append(leaf)
        return leaf_scores(leaf, documents)

    monkeypatch.setattr(engine, "leaf_scores", counted)
    query = interpret(searcher, "(ferry OR tide) AND (ferry OR sea) ferry", expand=False).query
    Explainer(engine, range(60)).explain(query)
    assert len(asked) == len(set(asked)) == len(set(leaves(query)))


def test_explanations_are_limited_and_the_rest_is_reported(searcher: Searcher) -> None:
    """If more explanations are requested than allowed, a note reports it, and all hits are returned."""
    results = searcher.search("*", limit=60, explain=True)
    assert len(results.hits) > len(results.explanations) == LIMITS.explained
    assert f"{len(results.hits) - 50} hits have no explanation" in results.notes[0].text
    assert not searcher.search("*", limit=50, explain=True).notes


def test_a_query_at_the_limits_is_answered(searcher: Searcher) -> None:
    """A thousand words, and fifty parentheses, are no error."""
    assert searcher.search("sea " * limits.MAX_WORDS).total > 0
    nested = "(" * limits.DEEPEST + "ferry" + ")" * limits.DEEPEST
    assert searcher.search(nested).total == searcher.search("ferry").total


def test_few_of_a_thousand_unknown_words_are_corrected(searcher: Searcher) -> None:
    """Only some words of a query of misspellings are compared with the words of the index."""
    results = searcher.search(" ".join(SLIPS))
    corrected = [one for one in results.expansions if one["from"] in SLIPS]
    assert 0 < len(corrected) <= LIMITS.corrected
    (note,) = results.notes
    assert note.text == (
        f"the spelling of {len(SLIPS) - 6} words was not checked: the limit is "
        "6 words per query, or fewer if they need many comparisons"
    )
    assert not searcher.search(" ".join(SLIPS[: LIMITS.corrected] * 3)).notes


def test_few_of_a_thousand_labels_are_expanded(searcher: Searcher) -> None:
    """A query of labels gets expansions for some, in parentheses as well, and each is reported once."""
    labels = ["Senegal", "Peru", "France", "Mexico", "Kenya"] * 60
    for query in (" ".join(labels), " ".join(f"({one} {other})" for one, other in pairwise(labels))):
        results = searcher.search(query)
        assert 0 < len(results.expansions) <= LIMITS.expanded
        (note,) = [note for note in results.notes if note.kind == SKIPPED]
        assert note.text.endswith(
            "words or groups of words were not expanded; at most 32 are expanded in a query"
        )
    for few in (" ".join(labels[: LIMITS.expanded]), " ".join(f"({one})" for one in labels[:32])):
        assert SKIPPED not in {note.kind for note in searcher.search(few).notes}
