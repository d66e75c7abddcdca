"""Rankings of an archive with the same news in three languages."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from mixed.judged import (
    IDS,
    ITEMS,
    LANGUAGES,
    event_of,
    everyday,
    false_friends,
    headlines,
    language_of,
    ndcg,
    versions,
)
from tables import by_table

from searcher import Searcher

EXPAND = pytest.mark.parametrize("expand", [False, True], ids=["as typed", "expanded"])


@pytest.fixture(scope="module")
def searcher(mixed_index: Path) -> Iterator[Searcher]:
    """Return a searcher of all items."""
    with Searcher(mixed_index) as opened:
        yield opened


@cache
def found(searcher: Searcher, text: str, **options: Any) -> list[str]:
    """Return the ids of the ten best hits."""
    return [hit.id for hit in searcher.search(text, facets=(), **options).hits]


def test_judgements_refer_to_items_of_the_archive() -> None:
    """Every event and item that is named exists, and no question is repeated."""
    assert len(IDS) == len(ITEMS) == 90
    for question in everyday():
        assert question.grades.keys() <= IDS, question
    for friend in false_friends():
        assert friend.wrong <= IDS, friend
    asked = [(question.language, question.text) for question in everyday()]
    assert len(asked) == len(set(asked)) == 140
    assert len(false_friends()) == 72


@pytest.mark.parametrize(("expand", "least"), [(False, 0.97), (True, 0.95)], ids=["as typed", "expanded"])
def test_the_version_in_the_language_of_a_headline_is_first(
    searcher: Searcher, least: float, *, expand: bool
) -> None:
    """Headlines with their item among the ten best rank it above its other versions, with few exceptions."""
    before = []
    for own, question in headlines():
        hits = found(searcher, question.text, expand=expand)
        others = [hits.index(item) for item in question.grades if item != own and item in hits]
        if own in hits:
            before.append(all(hits.index(own) < other for other in others))
    assert len(before) >= 0.95 * len(ITEMS)
    assert mean(before) >= least


@EXPAND
def test_the_first_hit_is_in_the_language_of_the_headline(searcher: Searcher, *, expand: bool) -> None:
    """With expansions, few headlines rank an item of another language first."""
    elsewhere = [
        language_of(found(searcher, question.text, expand=expand)[0]) != question.language
        for _, question in headlines()
    ]
    assert mean(elsewhere) <= 0.05


@EXPAND
def test_false_friends_are_not_matched(searcher: Searcher, *, expand: bool) -> None:
    """Few questions match another word, of any language, that is spelt or stemmed alike."""
    wrong = []
    for language, text, not_meant, is_given in false_friends():
        options = {"query_language": language} if is_given else {}
        wrong.append(not not_meant.isdisjoint(found(searcher, text, expand=expand, **options)))
    assert mean(wrong) <= 0.03


@pytest.mark.parametrize("kind", ["headlines", "everyday"])
def test_questions_are_answered_in_all_languages(searcher: Searcher, kind: str) -> None:
    """Relevant items come first, in the question's language and then in the others."""
    questions = everyday() if kind == "everyday" else [question for _, question in headlines()]
    assert mean(ndcg(found(searcher, text, expand=True), grades) for _, text, grades in questions) >= 0.86


@pytest.mark.slow
def test_news_only_in_other_languages_is_found(make_shared_index: Callable[..., Path]) -> None:
    """If an event has no item in the question's language, its versions in the others are found."""
    measured: dict[str, list[float]] = {"headlines": [], "everyday": []}
    told_thrice = {event_of(item) for item in IDS if all(other in IDS for other in versions(event_of(item)))}
    for language in LANGUAGES:
        left_out = {f"{event}-{language}" for event in told_thrice}
        asked = {
            "headlines": [question for own, question in headlines() if own in left_out],
            "everyday": [question for question in everyday() if question.language == language],
        }
        items = [item for item in ITEMS if item["id"] not in left_out]
        with Searcher(make_shared_index(*items, name=language)) as searcher:
            for kind, questions in asked.items():
                for _, text, grades in questions:
                    others = {item: grade for item, grade in grades.items() if item not in left_out}
                    if all(language_of(item) != language for item in others):
                        measured[kind].append(ndcg(found(searcher, text), others))
    assert {kind: len(values) for kind, values in measured.items()} == {"headlines": 72, "everyday": 131}
    for kind, values in measured.items():
        assert mean(values) >= 0.80, kind


def test_few_items_of_a_language_are_not_ranked_last(make_shared_index: Callable[..., Path]) -> None:
    """If only a sixth of the events is in a language, headlines in it still rank their items first."""
    told_thrice = sorted(
        {event_of(item) for item in IDS if all(one in IDS for one in versions(event_of(item)))}
    )
    first = []
    for language in LANGUAGES:
        few = {f"{event}-{language}" for event in told_thrice[::6]}
        items = [item for item in ITEMS if item["language"] != language or item["id"] in few]
        with Searcher(make_shared_index(*items, name=f"few-{language}")) as searcher:
            asked = [(own, question.text) for own, question in headlines() if own in few]
            first += [found(searcher, text)[0] == own for own, text in asked]
    assert len(first) == 12
    assert mean(first) >= 0.9


@by_table
def test_a_suggestion_is_in_the_language_of_the_question(
    searcher: Searcher, typed: str, foreign: str
) -> None:
    """A word of another language is no correction if the question's language has one as near."""
    assert searcher.search("alto el fueo", facets=()).suggestion == "alto el fuego"
    assert searcher.search(typed, facets=()).suggestion != foreign
