"""Two writers that mirror, delete and restore take turns, and readers see complete steps of each."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from faults.known_archive import groups_of, make_items, make_versions, write_source
from faults.small_thesaurus import build

from indexer.store.check import check_index
from indexer.store.deletion import delete
from indexer.store.indexing import update
from searcher import Searcher

TURNS, MOST = 4, 10


@pytest.mark.slow
def test_readers_see_complete_steps_of_two_writers(tmp_path: Path) -> None:
    """Readers see all items of a source or none, one of the two states, and the groups of these items."""
    folder = tmp_path / "index"
    versions = make_versions("tide", range(6))
    kept, first, second = (
        write_source(
            tmp_path / f"{name}.jsonl",
            [
                *make_items(seed, 10, name).values(),
                *(one | {"id": name + one["id"]} for one in versions[2 * seed : 2 * seed + 2]),
            ],
        )
        for seed, name in enumerate(("k", "a", "b"))
    )
    moving = tmp_path / "moving.jsonl"
    moving.write_bytes(first.read_bytes())
    build([kept, moving], folder)

    def mirror() -> None:
        for turn in range(TURNS):
            moving.write_bytes((second, first)[turn % 2].read_bytes())
            update([moving], folder, wait=60, mirror=True, sure=True)

    def delete_and_restore() -> None:
        for _ in range(TURNS // 2):
            delete(folder, lambda: None, sources=[kept], wait=60)
            update([kept], folder, wait=60, restore=["all"])

    seen: set[tuple[int, ...]] = set()
    for _ in range(MOST):  # on a busy machine readers may miss all steps of the writers
        with ThreadPoolExecutor() as threads:
            writers = [threads.submit(mirror), threads.submit(delete_and_restore)]
            while not all(writer.done() for writer in writers):
                with Searcher(folder) as searcher:
                    hits = searcher.search(None, limit=None, facets=(), group=False).hits
                    assert all(searcher.item(hit.id).id == hit.id for hit in hits)
                    tide = {hit.id for hit in hits if "tide" in hit.id}
                    assert tide in groups_of(searcher)
                seen.add(tuple(sum(hit.id.startswith(letter) for hit in hits) for letter in "kab"))
        for writer in writers:
            writer.result()
        if len(seen) > 1:
            break
    assert seen <= {(kept, *moving) for kept in (0, 12) for moving in ((12, 0), (0, 12))}
    assert len(seen) > 1
    assert check_index(folder).findings == ()
    with Searcher(folder) as searcher:
        assert {hit.id[0] for hit in searcher.search(None, limit=None, group=False).hits} == {"k", "a"}
