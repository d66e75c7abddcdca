"""Sources of a few items each, and the items that an index has of them."""

from pathlib import Path

from indexer.store.check import check_index
from indexer.store.manifest import Manifest
from searcher import Searcher

TEXT = "The {} {} was under water, and the people of the town were told to stay at home until the evening."


def write(path: Path | str, *numbers: int, word: str = "quay") -> Path:
    """Write records without ids, each with its own day."""
    (path := Path(path)).parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(
            f'{{"title": "Tide {number}", "body": "{TEXT.format(word, number)}", '
            f'"date": "2019-03-{number:02}", "language": "en"}}\n'
            for number in numbers
        )
    )
    return path


def titles(index: Path | str) -> set[str]:
    """Return the titles of all items."""
    assert check_index(Path(index)).findings == ()
    with Searcher(index) as searcher:
        return {hit.title or "" for hit in searcher.search(None, limit=None, group=False)}


def sources(index: str = "index_data") -> list[tuple[str, int]]:
    """Return the known sources of an index with their number of items."""
    return [(source.file, source.items) for source in Manifest.read(Path(index)).sources]
