import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer import build, update
from searcher import IndexFolderError, Searcher

MAPS = Path("/proc/self/maps")


def tides(numbers: range) -> list[dict[str, str]]:
    """Return items that all match ``tide``."""
    return [
        {"id": f"d{number}", "title": "Tide", "body": f"The tide came in over quay {number}."}
        for number in numbers
    ]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build(tmp_path / "index", items=tides(range(3)), own_thesaurus=False)
    return tmp_path / "index"


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Turn garbage collection off, so that only reference counts free objects."""
    gc.collect()
    gc.freeze()  # so that the next collection looks at few objects
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_a_searcher_sees_a_new_generation_on_refresh(index: Path) -> None:
    """Before a refresh it answers as before; without a new generation refresh returns False."""
    with Searcher(index) as searcher:
        assert not searcher.refresh()
        update(index, items=tides(range(2, 7)))
        assert searcher.search("tide").total == 3
        assert searcher.refresh()
        assert searcher.search("tide").total == 7
        assert searcher.item("d6").title == "Tide"
        assert not searcher.refresh()
        build(index, items=tides(range(1)), own_thesaurus=False)
        assert searcher.refresh()
        assert searcher.search("tide").total == 1


def test_a_failed_refresh_changes_nothing(index: Path, tmp_path: Path) -> None:
    """If the index is missing or damaged, this is an error, and answers stay as before."""
    searcher = Searcher(index)
    index.rename(tmp_path / "elsewhere")
    with pytest.raises(IndexFolderError, match="there is no index folder"):
        searcher.refresh()
    assert searcher.search("tide").total == 3
    (tmp_path / "elsewhere").rename(index)
    assert not searcher.refresh()
    searcher.close()
    with pytest.raises(RuntimeError, match="closed"):
        searcher.refresh()


@pytest.mark.skipif(not MAPS.exists(), reason="there is no list of mapped files")
@pytest.mark.parametrize("arrays", [False, True])
@pytest.mark.usefixtures("no_collection")
def test_an_unused_old_generation_is_closed(
    index: Path, monkeypatch: pytest.MonkeyPatch, *, arrays: bool
) -> None:
    """A returned hit can still be read; when it is freed, no file of the old generation is mapped."""
    if not arrays:
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules={}))
    searcher = Searcher(index)
    hit = searcher.search("tied quay", limit=1).hits[0]
    build(index, items=tides(range(9)), own_thesaurus=False)
    gc.collect()  # garbage of the writer
    assert searcher.refresh()
    assert searcher.search("tide").total == 9
    first = f"{index}/segments/segment1."
    assert first in MAPS.read_text()
    assert "tide" in (hit.snippet or "")
    del hit
    assert first not in MAPS.read_text()
    searcher.close()
