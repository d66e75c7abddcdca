"""Memory after a write."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
import shared_finder

import indexer.bulk.builder
from indexer.store.indexing import update
from indexer.thesaurus.finder import ConceptFinder


def finders() -> list[ConceptFinder]:
    """Return the concept finders of writes that are still in memory."""
    return [one for one in gc.get_objects() if type(one) is ConceptFinder]


def test_a_write_leaves_nothing_in_memory(
    make_index: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeated updates in one process do not accumulate memory."""
    monkeypatch.setattr(indexer.bulk.builder, "open_finder", shared_finder.UNSHARED)
    before = finders()
    folder = make_index({"title": "Ferry sinks", "text": "The ferry sank."})
    source = tmp_path / "more.jsonl"
    source.write_text(
        '{"id": "x", "title": "Flood", "text": "The river rose.", "language": "en", "countries": []}\n'
    )
    update([source], folder)
    assert [one for one in finders() if one not in before] == []
