"""Readers are never blocked and see one generation from start to end, in any number of threads."""

import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pytest
from faults.forking_parent import ROOT
from faults.known_archive import QUERIES, answers_of, groups_of, make_items, make_versions, write_source
from faults.small_thesaurus import build
from faults.tally import tell
from faults.two_states import ITEMS, States

import indexer.store.check
import searcher.execution.embedded_engine
from indexer.store.check import check_index
from indexer.store.indexing import update
from indexer.store.lock import WriterLock
from searcher import Searcher

THREADS = 8
QUESTIONS: tuple[tuple[str | None, dict[str, Any]], ...] = (
    *((query, {}) for query in QUERIES),
    ("harbour school", {"countries": ["CO"], "limit": 30}),
    ("ferry crane goal", {"date_from": "2015", "date_to": "2019-06", "estimated": True}),
    ("harbor~ puert*", {"sort": "oldest", "limit": 50}),
    ("+bridge +market", {"languages": ["en", "fr"], "facets": ("year", "country")}),
    ("h?rbour OR (pilot AND NOT violin)", {"offset": 5}),
    ("the policia of the montana", {"limit": 40}),
    (None, {"sort": "newest", "limit": 5}),
    ("people in front", {"group": False, "limit": 50}),
    ("people in front", {}),
)
COMMITS = """
import itertools, sys
from pathlib import Path
from indexer.store.indexing import update
folder, *sources = map(Path, sys.argv[1:])
for source in itertools.cycle(sources):
    update([source], folder)
    print(flush=True)
"""


class Committing:
    """Another process that updates an index with one source, then another, repeatedly."""

    def __init__(self, folder: Path, sources: list[Path]) -> None:
        self._arguments = [sys.executable, "-c", COMMITS, str(folder), *map(str, sources)]
        self.commits = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._arguments, cwd=ROOT, stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._count)
        self._thread.start()
        return self

    def _count(self) -> None:
        for _ in self._process.stdout:
            self.commits += 1

    def __exit__(self, *_: object) -> None:
        assert self._process.poll() is None, "the writer failed"
        self._process.terminate()
        self._thread.join()
        self._process.wait()
        self._process.stdout.close()


def _answer(opened: Searcher, question: tuple[str | None, dict[str, Any]]) -> tuple[Any, ...]:
    results = opened.search(question[0], **question[1])
    shown = [(hit.id, hit.title, hit.score, hit.snippet, hit.date, hit.countries) for hit in results.hits]
    hits = [
        (*one, hit.group, [other.id for other in hit.same]) for one, hit in zip(shown, results, strict=True)
    ]
    return results.total, results.groups, hits, results.facets, results.undated_left_out


def _in_threads(work: Callable[[int], None], count: int = THREADS) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))


@pytest.mark.parametrize(
    ("seconds", "items", "least"),
    [
        pytest.param(0.8, 300, 1, marks=pytest.mark.slow),
        pytest.param(60.0, 3000, 126, marks=pytest.mark.faults),
    ],
)
@pytest.mark.usefixtures("fast_switching")
def test_threads_share_a_searcher_under_commits(
    tmp_path: Path, seconds: float, items: int, least: int
) -> None:
    """Eight threads that share a searcher get the results of a single thread while a process commits."""
    folder = tmp_path / "index"
    there = [*make_items(1, items).values(), *make_versions("tower", range(3)), *make_versions("tide", [0])]
    build([write_source(tmp_path / "all.jsonl", there)], folder)
    sources = [
        write_source(tmp_path / f"{n}.jsonl", [*make_items(n, 30).values(), *make_versions(story, [1])])
        for n, story in ((2, "tide"), (3, "lamp"))
    ]
    found: Counter[str] = Counter()
    with Searcher(folder) as alone:
        expected = [_answer(alone, question) for question in QUESTIONS]
    with Searcher(folder) as shared, Committing(folder, sources) as other:
        end = time.monotonic() + seconds

        def ask(number: int) -> None:
            random_ = random.Random(number)
            asked = 0
            while time.monotonic() < end or not other.commits or asked < least:
                at = random_.randrange(len(QUESTIONS))
                assert _answer(shared, QUESTIONS[at]) == expected[at], QUESTIONS[at]
                asked += 1
            found["answers"] += asked

        _in_threads(ask)
        found["commits meanwhile"] = other.commits
    assert found["answers"] >= THREADS * least
    assert found["commits meanwhile"]
    tell(f"8 threads, {seconds} s under commits", found, lost=0)


@pytest.mark.parametrize(
    "seconds", [pytest.param(0.7, marks=pytest.mark.slow), pytest.param(30.0, marks=pytest.mark.faults)]
)
def test_a_searcher_opened_during_commits_sees_one_generation(
    two_states: States, tmp_path: Path, seconds: float
) -> None:
    """A searcher that is opened while another process commits answers as before a commit or after it."""
    states = two_states("update", ITEMS)
    folder = states.copy_old(tmp_path / "index")
    back = tmp_path / "back.jsonl"
    shutil.copy(states.before, back)
    update([states.source], folder)
    update([back], folder)
    with Searcher(folder) as opened:
        old = answers_of(opened)
    update([states.source], folder)
    with Searcher(folder) as opened:
        new = answers_of(opened)
    found: Counter[str] = Counter()
    with Committing(folder, [back, states.source]) as other:
        end = time.monotonic() + seconds

        def ask(_: int) -> None:
            while time.monotonic() < end or not other.commits:
                with Searcher(folder) as opened:
                    first = answers_of(opened)
                    assert first in (old, new)
                    assert answers_of(opened) == first
                found["old" if first == old else "new"] += 1

        _in_threads(ask, 3)
        found["commits meanwhile"] = other.commits
    assert found["old"] + found["new"]
    tell(f"opening under commits, {seconds} s", found, lost=0)


def test_a_searcher_keeps_the_files_of_its_generation(tmp_path: Path) -> None:
    """A searcher opened before a build still answers from the old files, records and groups included."""
    folder = tmp_path / "index"
    items = [*make_items(1, 20).values(), *make_versions("tide", range(3))]
    build([write_source(tmp_path / "a.jsonl", items)], folder)
    with Searcher(folder) as before:
        build([write_source(tmp_path / "b.jsonl", make_items(2, 20).values())], folder)
        late = [_answer(before, question) for question in QUESTIONS]
    build([tmp_path / "a.jsonl"], tmp_path / "other")
    with Searcher(tmp_path / "other") as again:
        assert {frozenset(("tide0", "tide1", "tide2"))} <= groups_of(again)
        assert late == [_answer(again, question) for question in QUESTIONS]


def test_a_generation_replaced_while_opening_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the files that the table listed a moment ago are deleted, the next generation is opened."""
    folder = tmp_path / "index"
    build([write_source(tmp_path / "a.jsonl", make_items(1, 5).values())], folder)
    real = searcher.execution.embedded_engine.read_manifest
    replaced = []

    def replaced_at_once(path: Path) -> Any:
        contents = real(path)
        if not replaced:
            replaced.append(build([write_source(tmp_path / "b.jsonl", make_items(2, 7).values())], folder))
        return contents

    monkeypatch.setattr(searcher.execution.embedded_engine, "read_manifest", replaced_at_once)
    with Searcher(folder) as opened:
        assert opened.search(None).total == 7


def test_an_active_writer_blocks_no_reader(tmp_path: Path) -> None:
    """The lock of writers does not affect readers."""
    folder = tmp_path / "index"
    build([write_source(tmp_path / "a.jsonl", make_items(1, 5).values())], folder)
    with WriterLock(folder), Searcher(folder) as opened:
        assert opened.search(None).total == 5


def test_a_check_reads_one_generation_while_a_writer_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit during a check is never reported as damage; a check reads the files that it opened."""
    folder = tmp_path / "index"
    build([write_source(tmp_path / "a.jsonl", make_items(1, 5).values())], folder)
    commits = []

    def commit(*_: object) -> None:
        if len(commits) < 2:
            commits.append(len(commits) + 6)
            build([write_source(tmp_path / "b.jsonl", make_items(2, commits[-1]).values())], folder)

    real = indexer.store.check.read_manifest

    def replaced_at_once(path: Path) -> Any:
        contents = real(path)
        commit()
        return contents

    monkeypatch.setattr(indexer.store.check, "read_manifest", replaced_at_once)
    report = check_index(folder)
    assert (report.items, report.findings) == (7, ())
    monkeypatch.undo()
    commits.clear()
    report = check_index(folder, commit)
    assert (report.items, report.findings) == (7, ())
    assert commits == [6, 7]
