"""Fixtures of the tests of searching."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from searcher import Searcher


@pytest.fixture(scope="module")
def sample(sample_index: Path) -> Iterator[Searcher]:
    """Return a searcher of the sample archive."""
    with Searcher(sample_index) as opened:
        yield opened


@pytest.fixture
def searcher(sample: Searcher) -> Searcher:
    """Return a searcher of the sample archive, unless a module has another one."""
    return sample


@pytest.fixture(params=["arrays", "scalar"])
def evaluator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with each evaluator: arrays, and document by document without numpy."""
    if request.param == "scalar":
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules={}))
    return str(request.param)
