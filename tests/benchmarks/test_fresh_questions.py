"""Questions that run once: seeded, of every kind, and no two with the same words."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.corpus import FUNCTION_WORDS, documents, read_corpus, write_corpus
from benchmarks.fresh import (
    BLOCK,
    COUNTRY,
    DATES,
    DEFAULT,
    KINDS,
    MISSPELT,
    PHRASE,
    PLAIN,
    PREFIX,
    ask_once,
    fresh_questions,
    fresh_real_questions,
)
from benchmarks.question import Answer, Question
from benchmarks.real_words import AS_TYPED, JOINED, real_documents
from indexer.store.indexing import build
from searcher import Searcher

MADE = 400


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the beginning of the corpus, from which questions are made."""
    path = tmp_path_factory.mktemp("fresh") / "corpus.jsonl"
    write_corpus(path, documents(1000))
    return path


@pytest.fixture(scope="module")
def made(sample: Path) -> list[Question]:
    """Return some questions."""
    return fresh_questions(sample, MADE)


@pytest.mark.slow
def test_fresh_questions_are_the_same_in_each_run(sample: Path, made: list[Question]) -> None:
    """The questions are drawn by a fixed seed, and fewer questions are the beginning of more."""
    assert fresh_questions(sample, 100) == made[:100]


@pytest.mark.slow
def test_no_two_fresh_questions_have_the_same_words(made: list[Question]) -> None:
    """No two questions have the same words, in any order and of any kind."""
    assert len({frozenset(question.words) for question in made}) == MADE


@pytest.mark.slow
def test_each_block_has_its_share_of_every_kind(made: list[Question]) -> None:
    """Any block of the questions is as hard as another one."""
    for first in range(0, MADE, BLOCK):
        assert Counter(question.kind for question in made[first : first + BLOCK]) == Counter(KINDS)


@pytest.mark.slow
def test_fresh_questions_fit_their_kind(made: list[Question]) -> None:
    """Questions have one to three content words, and filters, signs and labels where their kind has them."""
    for question in made:
        assert len(question.words) == 1 if question.kind in {MISSPELT, PREFIX} else len(question.words) <= 3
        assert not set(question.words) & set(FUNCTION_WORDS[question.language].split())
        assert (question.operator == "phrase") == (question.kind == PHRASE)
        assert bool(question.dates) == (question.kind == DATES)
        assert bool(question.country) == (question.kind == COUNTRY)
        assert question.words[0].endswith("*") == (question.kind == PREFIX)
        assert question.expand == question.everywhere == (question.kind in {DEFAULT, MISSPELT})


@pytest.mark.slow
def test_fresh_questions_match_unless_misspelt(sample: Path, made: list[Question], tmp_path: Path) -> None:
    """Every question matches the item that it is made from; a misspelt word is in no item."""
    build([sample], tmp_path / "index")
    words = {
        word
        for item in read_corpus(sample)
        for word in item["text"].lower().replace(".", "").replace(",", "").split()
    }
    with Searcher(tmp_path / "index") as searcher:
        for question in made:
            if question.kind == MISSPELT:
                assert not set(question.words) & words
            else:
                assert searcher.search(**question.arguments()).total


@pytest.mark.slow
def test_real_questions_alternate_without_and_with_labels(tmp_path: Path) -> None:
    """No two questions have the same words, those with labels included."""
    write_corpus(tmp_path / "real.jsonl", real_documents(1500))
    asked = fresh_real_questions(tmp_path / "real.jsonl", 60)
    assert [question.kind for question in asked] == [AS_TYPED, JOINED] * 30
    assert [question.expand for question in asked] == [False, True] * 30
    assert len({question.words for question in asked}) == 60


class Noting:
    """An index that records the questions it gets."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        """Record the question and return nothing."""
        self.asked.append(question)
        return Answer([], 0, {}, {})


def test_each_question_runs_once_after_the_warm_up() -> None:
    """The last questions run first, untimed; kinds that a peer cannot answer are left out."""
    questions = [
        Question((PLAIN, PREFIX)[number % 2], "en", "any", (f"ferry{number}",)) for number in range(50)
    ]
    ours, theirs = Noting(), Noting()
    mine, others = ask_once([(ours, KINDS), (theirs, (PLAIN,))], questions, warm_up=6)
    assert ours.asked == questions[-6:] + questions[:-6]
    assert theirs.asked == [question for question in ours.asked if question.kind == PLAIN]
    assert list(mine) == questions[:-6]
    assert list(others) == questions[:-6:2]
