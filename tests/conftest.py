"""Fixtures that several areas share: small invented archives and the index of the sample archive."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.thesaurus.concept import Concept

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def _thesaurus_compiled_once() -> Iterator[None]:
    """Keep what a thesaurus was compiled to: the tests build hundreds of indexes, most with the same one."""
    from indexer.thesaurus import bundled, compiled, places

    # What is imported by now stays: a build collects garbage, and need not look through pytest each time.
    gc.freeze()
    compile_concepts = cache(compiled.compile_lines)

    def compile_lines(concepts: Iterable[Concept]) -> list[bytes]:
        return compile_concepts(tuple(concepts))

    read_bundled, read_places = cache(bundled.bundled_concepts), cache(places.place_concepts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "compile_lines", compile_lines)
        patch.setattr(bundled, "bundled_concepts", lambda: list(read_bundled()))
        patch.setattr(places, "place_concepts", lambda: list(read_places()))
        yield


@pytest.fixture(scope="session")
def feed() -> Path:
    """The real page, where it is at hand."""
    path = SHARED / "feed" / "news_feed.txt"
    if not path.exists():
        pytest.skip("the real feed is not at hand (../shared/feed/news_feed.txt)")
    return path


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample archive; no test writes to it."""
    from indexer.build import build
    from indexer.sample import sample_path

    folder = tmp_path_factory.mktemp("sample_index")
    with sample_path() as path:
        build([path], folder)
    return folder


@pytest.fixture
def make_index(tmp_path: Path) -> Callable[..., Path]:
    """Build an index from records in the JSONL form; each needs only what its test is about."""

    def make(*records: dict[str, Any], name: str = "index") -> Path:
        source = tmp_path / f"{name}.jsonl"
        defaults = {"language": "en", "countries": []}
        with source.open("w", encoding="utf-8") as handle:
            for number, record in enumerate(records):
                handle.write(json.dumps({"id": f"d{number}", **defaults, **record}) + "\n")
        from indexer.build import build

        folder = tmp_path / name
        build([source], folder)
        return folder

    return make
