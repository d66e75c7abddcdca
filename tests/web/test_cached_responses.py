"""Finished responses are kept in memory, and none is sent after the index has changed."""

import gc
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec  # noqa: F401 - a server writes JSON with it once it is imported
import pytest
from page_reading import client_of
from starlette.responses import Response
from starlette.testclient import TestClient

from indexer import build, correct, delete, update
from searcher import Searcher
from searcher.term_matcher import QUERY_CACHE_SIZE
from searcher.web import generations, routes
from searcher.web.generations import RESPONSE_OVERHEAD, Generations, ResponseCache
from searcher.web.page.item_page import item_page
from searcher.web.page.links import PageContext
from searcher.web.parameters import SearchParams
from searcher.web.pool import retry_problem
from searcher.web.routes import search_html, search_rows

TIME = re.compile(rb'"took_ms": [\d.]+')
PLACES = ("Kenya", "Fiji", "Ecuador", "Chile")
PATHS = (
    *("/", "/search?q=ferry&ui=es", "/search?q=fery", "/report?q=ferry", "/items/a1", "/items/a2.json"),
    *("/search.json?q=ferry", "/search.json?country=KE", "/search.csv?q=ferry+boat&sort=newest"),
    *("/search.atom?q=ferry", "/facets.json?q=boat", "/timeline.json?q=ferry", "/timeline.svg?q=ferry"),
    *("/concordance.json?q=ferry", "/stories.json", "/healthz", "/openapi.json", "/items/none"),
    "/search.json?q=ferry&limit=x",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "fr"},
    {"Accept-Encoding": "identity"},
    {"Host": "archive.example"},
)


def item(chance: random.Random, number: int) -> dict[str, Any]:
    words = chance.choices(("ferry", "boat", "harbour", "storm", "sails"), k=9)
    day = f"20{chance.randrange(10, 20)}-0{chance.randrange(1, 10)}-11"
    return {
        "id": f"a{number}",
        "title": " ".join(words[:3]).capitalize(),
        "body": f"In {chance.choice(PLACES)} the {' '.join(words[3:])} of {number}.",
        "date": day,
    }


def answered(client: TestClient, path: str, headers: dict[str, str], method: str = "GET") -> tuple[Any, ...]:
    answer = client.request(method, path, headers=headers)
    kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return answer.status_code, kept, TIME.sub(b"", answer.content)


@pytest.mark.parametrize(
    ("seed", "each"), [(0, 3), *[pytest.param(seed, 1, marks=pytest.mark.slow) for seed in (0, 1, 2)]]
)
def test_a_response_is_that_of_a_new_server(tmp_path: Path, seed: int, each: int) -> None:
    """After any write each response, or every third, equals that of a server that was started afterwards."""
    chance, index = random.Random(seed), tmp_path / "index"
    build(index, items=[item(chance, number) for number in range(12)])
    served = client_of(index)

    def write(step: int) -> None:
        match chance.randrange(4):
            case 0:
                update(index, items=[item(chance, number) for number in chance.sample(range(20), 3)])
            case 1:
                update(index, items=[item(chance, 30 + step)])
                delete(index, [f"a{30 + step}"])
            case 2:
                day = f"20{10 + step}-05-02"
                correct(index, "a1", date=day, corrections=tmp_path / "corrections.jsonl")
            case _:
                build(index, items=[item(chance, number) for number in (*range(1 + step, 14), 1)])

    for step in range(4):
        if step:
            write(step)
        new = client_of(index)
        for path in PATHS[step % each :: each]:
            for headers in chance.sample(HEADERS, 2 if each == 1 else 1):
                wanted = answered(new, path, headers)
                assert answered(served, path, headers) == answered(served, path, headers) == wanted, path
                assert answered(served, path, headers, "HEAD")[:2] == wanted[:2], path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the paths whose bodies are made."""
    found: list[str] = []

    def recorded(path: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def record(*arguments: Any, **named: Any) -> Any:
            found.append(path)
            return make(*arguments, **named)

        return record

    changed = [route._replace(make=recorded(route.path, route.make)) for route in routes.ROUTES]
    monkeypatch.setattr("searcher.web.app.ROUTES", changed)
    return found


def test_a_page_is_made_once_for_each_form(sample_index: Path, made: list[str]) -> None:
    """A page is made again for another address, language, encoding or host, but not for the same."""
    client = client_of(sample_index)
    made.clear()
    for headers in (*HEADERS, {"Accept-Language": "fr, en;q=0.5"}, {"Cookie": "a=b"}):
        for method in ("GET", "HEAD", "GET"):
            client.request(method, "/", headers=headers)
    assert made == ["/"] * len(HEADERS)
    for path in ("/search.json?q=ferry", "/search.json?q=ferry&ui=es", "/search.csv?q=ferry"):
        assert client.get(path).headers["ETag"] == client.get(path).headers["ETag"]
    assert made[len(HEADERS) :] == ["/search.json", "/search.json", "/search.csv"]


def test_the_first_of_several_languages_counts(sample_index: Path) -> None:
    """With a repeated ``Accept-Language`` header no page in another language is returned or cached."""
    client = client_of(sample_index)
    pages = {
        one: client_of(sample_index).get("/", headers={"Accept-Language": one}).text for one in ("fr", "es")
    }
    for first, second in (("fr", "es"), ("es", "fr")) * 2:
        headers = [("Accept-Language", first), ("Accept-Language", second)]
        assert client.get("/", headers=headers).text == pages[first]
        assert client.get("/", headers=headers[1:]).text == pages[second]


def test_problems_and_other_methods_are_not_cached(sample_index: Path, made: list[str]) -> None:
    client = client_of(sample_index)
    made.clear()
    for _ in range(2):
        assert client.get("/items/none").status_code == 404
        assert client.post("/search.json?q=ferry").status_code == 405
    assert made == ["/items/{item_id:path}"] * 2


def test_a_drawing_is_in_the_language_of_its_reader(sample_index: Path) -> None:
    """The drawing of a timeline and its entity tag depend on the language of the reader."""
    client = client_of(sample_index)
    answers = [client.get("/timeline.svg?q=ferry", headers={"Accept-Language": one}) for one in ("es", "fr")]
    assert len({one.text for one in answers}) == len({one.headers["ETag"] for one in answers}) == 2
    assert {one.headers["Vary"] for one in answers} == {"Accept-Encoding, Accept-Language"}


def test_the_least_recently_used_response_is_dropped() -> None:
    """A response that is too large is not kept."""
    one = Response(b"x" * 1_000)
    cache = ResponseCache(2 * (1_500 + RESPONSE_OVERHEAD))
    for key in "ab":
        cache.put(key, one)
    assert cache.get("a") is one
    cache.put("c", one)
    assert [cache.get(key) for key in "abc"] == [one, None, one]
    cache = ResponseCache()
    for key, size in (("a", 1 << 20), ("b", 1 + (1 << 20))):
        cache.put(key, Response(b"x" * size))
    assert [cache.get(key) is None for key in "ab"] == [False, True]


def test_a_generation_that_waits_for_a_thread_answers_503(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = client_of(sample_index)

    async def refuse(*_: object) -> None:
        raise retry_problem("too many questions are asked at once")

    monkeypatch.setattr(Generations, "latest", refuse)
    assert served.get("/search.json?q=ferry").status_code == 503


def test_files_that_disappear_while_listed_are_skipped(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write removes the files of the generation before while a server opens the new one."""
    whole = generations._files(str(sample_index))
    gone = next(iter(whole))

    class Entry:
        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.path, self.inode, self.is_file = entry.path, entry.inode, entry.is_file
            self.stat = entry.stat if entry.path != gone else Path(f"{gone}.removed").stat

    @contextmanager
    def listed(folder: str) -> Iterator[Iterator[Entry]]:
        with scandir(folder) as found:
            yield map(Entry, found)

    scandir = os.scandir
    monkeypatch.setattr(generations.os, "scandir", listed)
    assert generations._files(str(sample_index)) == {name: whole[name] for name in whole if name != gone}


DEFAULTS = (
    SearchParams("ferry escuela"),
    SearchParams("xyzzy"),
    SearchParams(None, from_="2016", to="2017", facet=("topic",)),
)


@pytest.fixture
def context(sample_index: Path) -> PageContext:
    return PageContext(Searcher(sample_index))


def garbage(work: Callable[[], object]) -> int:
    """Return the number of objects that some work leaves in cycles of references."""
    gc.freeze()  # leaves out all earlier objects
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize("params", DEFAULTS)
def test_an_answer_leaves_no_garbage(context: PageContext, params: SearchParams) -> None:
    """No object of an answer, as JSON or as a page, refers to itself: all of it is freed when it is sent."""

    def answer() -> None:
        search_rows(params, context, "json")
        search_html(params, context)

    answer()  # fills the caches
    assert garbage(answer) == 0


def test_old_questions_leave_no_garbage(context: PageContext) -> None:
    """Objects dropped from caches, such as the words to highlight, are freed at once too."""
    words = [f"ferry {year}" for year in range(1980, 1980 + 2 * QUERY_CACHE_SIZE)]
    search_html(SearchParams(words[0]), context)
    assert garbage(lambda: [search_html(SearchParams(word), context) for word in words]) == 0


def test_the_page_of_an_item_leaves_no_garbage(context: PageContext) -> None:
    """The page of an item has no cycles of references, either."""
    item = context.searcher.item(context.searcher.search("ferry").hits[0].id)
    item_page(SearchParams("ferry"), item, context)
    assert garbage(lambda: item_page(SearchParams("ferry"), item, context)) == 0
