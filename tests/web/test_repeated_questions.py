"""A searcher that is shared answers a question the same each time, in any order and from any thread."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tables import rows_by_name

from searcher import Searcher
from searcher.web.page.links import PageContext
from searcher.web.parameters import SearchParams
from searcher.web.responses import Body
from searcher.web.routes import ROUTES

QUESTIONS = [
    (path, SearchParams(**eval(f"dict({given})")))
    for path, rows in rows_by_name(__file__, "questions").items()
    for (given,) in rows
]
MAKE = {route.path: route.make for route in ROUTES}
CACHES = """searcher.execution.embedded_engine.MAX_KNOWN_TEXTS searcher.execution.query_plan.PLAN_CACHE_SIZE
searcher.term_matcher.MAX_CHUNKS searcher.reading.story_evidence.MAX_KEPT
searcher.reading.distinctive_words.MAX_CACHED searcher.answer.DETAILS_BATCH_SIZE""".split()


def answer(searcher: Searcher, path: str, params: SearchParams) -> str:
    """Return the text of a response, without the time that it took."""
    made: Body | str | Any = MAKE[path](params, PageContext(searcher, origin="http://a"))
    text = made if isinstance(made, str) else made.text
    return "\n".join([line for line in text.split("\n") if "took_ms" not in line])


@pytest.fixture(scope="module")
def expected(mixed_index: Path) -> list[str]:
    """Return the answers of new searchers, one for each question."""
    found = []
    for question in QUESTIONS:
        with Searcher(mixed_index) as searcher:
            found.append(answer(searcher, *question))
    return found


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_question_has_the_same_answer_after_others(
    mixed_index: Path, expected: list[str], seed: int
) -> None:
    """No answer changes what a searcher or a process keeps for the next one."""
    order = [at for at in range(len(QUESTIONS)) for _ in range(2)]
    random.Random(seed).shuffle(order)
    with Searcher(mixed_index) as searcher:
        for at in order:
            assert answer(searcher, *QUESTIONS[at]) == expected[at], QUESTIONS[at]


@pytest.mark.parametrize("threads", [2, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("most", [None, 3])
@pytest.mark.usefixtures("fast_switching")
def test_threads_get_the_answers_of_new_searchers(
    mixed_index: Path, expected: list[str], monkeypatch: pytest.MonkeyPatch, most: int | None, threads: int
) -> None:
    """Threads ask a searcher that has answered nothing yet, each in its own order, with tiny caches too."""
    for name in CACHES if most else ():
        monkeypatch.setattr(name, most)

    def ask(seed: int) -> None:
        for at in random.Random(seed).sample(range(len(QUESTIONS)), len(QUESTIONS)):
            assert answer(searcher, *QUESTIONS[at]) == expected[at], QUESTIONS[at]

    with Searcher(mixed_index) as searcher, ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask, range(threads)))
