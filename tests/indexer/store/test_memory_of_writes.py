"""What a write leaves in memory."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from indexer.store.indexing import update
from indexer.thesaurus.finder import ConceptFinder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def finders() -> list[ConceptFinder]:
    """List what writes have made to find concepts, and is still there."""
    return [one for one in gc.get_objects() if isinstance(one, ConceptFinder)]


def test_a_write_leaves_nothing_behind(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Who updates an index again and again in one process does not gather what each update made."""
    before = finders()
    folder = make_index({"title": "Ferry sinks", "text": "The ferry sank."})
    source = tmp_path / "more.jsonl"
    source.write_text(
        '{"id": "x", "title": "Flood", "text": "The river rose.", "language": "en", "countries": []}\n'
    )
    update([source], folder)
    assert [one for one in finders() if one not in before] == []
