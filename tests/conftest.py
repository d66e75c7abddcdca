"""Fixtures that several folders share: small invented archives and the index of the sample archive."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import examples
import pytest
from _pytest.runner import runtestprotocol
from command_line import Run

pytest.register_assert_rewrite("brute_force", "rules")
gc.set_threshold(100_000, 20, 100)  # collecting less often saves a sixth of the time of all tests
# Settings of the user, and the language of the terminal, do not affect the tests.
for name in [*os.environ]:
    if name.startswith(("DRAGOMAN_", "LC_", "NO_COLOR")) and name != "DRAGOMAN_NODE_VERSION":
        del os.environ[name]
os.environ |= {"XDG_CONFIG_HOME": os.devnull, "LANG": "C.UTF-8"}
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a tenth of the time that a new process takes to load numpy
SHARED = Path(__file__).parents[2] / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Derive examples from the seed alone, not from loaded modules; those of thorough runs use both."""
    if config.getoption("--hypothesis-seed") is not None or not config.getoption("--hypothesis-profile"):
        examples.draw_by_seed_alone()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Collect garbage once, not eight times: pytest and Python do so for all objects."""
    gc.collect()
    gc.freeze()


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Send from a worker of xdist only reports that are printed, since sending costs more than most tests."""
    if not hasattr(item.config, "workerinput") or item.config.getoption("durations") is not None:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            report.keywords = {}  # half of a message
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.fixture(scope="session", autouse=True)
def _shared_finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Parse the labels of a thesaurus once for all builds, and store it once."""
    import shared_finder

    with pytest.MonkeyPatch.context() as patch:
        shared_finder.share(patch, tmp_path_factory.mktemp("thesaurus"))
        yield


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Undo the choice of a language, which a command keeps for its process."""
    if catalogue := sys.modules.get("searcher.present.catalogue"):
        catalogue.use_language("en")


@pytest.fixture
def fast_switching() -> Iterator[None]:
    """Let threads take turns a thousand times as often, so that races occur."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="session")
def feed() -> Path:
    """Return the real page, if it is available."""
    path = SHARED / "feed" / "news_feed.txt"
    if not path.exists():
        pytest.skip("the real feed is not at hand (../shared/feed/news_feed.txt)")
    return path


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the sample archive; no test writes to it."""
    from indexer.sample import sample_path
    from indexer.store.indexing import build

    folder = tmp_path_factory.mktemp("sample_index")
    with sample_path() as path:
        build([path], folder)
    return folder


@pytest.fixture(scope="session")
def mixed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the archive with the same news in three languages; no test writes to it."""
    from indexer.store.indexing import build

    folder = tmp_path_factory.mktemp("mixed") / "index"
    build([Path(__file__).parent / "mixed" / "archive.jsonl"], folder)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands in this process, without the settings of the environment."""
    from command_line import Run

    for name in [name for name in os.environ if name.startswith("DRAGOMAN_")]:
        monkeypatch.delenv(name)
    return Run()


@pytest.fixture
def make_index(tmp_path: Path) -> Callable[..., Path]:
    """Build an index from records in JSON lines format; each needs only the fields of its test."""
    return partial(_make_index, tmp_path)


@pytest.fixture(scope="module")
def make_shared_index(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build an index that the tests of a module only read."""
    return partial(_make_index, tmp_path_factory.mktemp("shared"))


def _make_index(base: Path, *records: dict[str, Any], name: str = "index") -> Path:
    from indexer.store.indexing import build

    source = base / f"{name}.jsonl"
    defaults = {"language": "en", "countries": []}
    with source.open("w", encoding="utf-8") as handle:
        for number, record in enumerate(records):
            handle.write(json.dumps({"id": f"d{number}", **defaults, **record}) + "\n")
    folder = base / name
    build([source], folder)
    return folder


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return small archives of texts (`rules.Archives`), which no test changes."""
    from rules import Archives

    made = Archives(partial(_make_index, tmp_path_factory.mktemp("archives")))
    yield made
    made.close()
