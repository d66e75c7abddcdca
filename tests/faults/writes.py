"""The kinds of writes that tests run on an index, except builds."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from indexer.annotations import AnnotationChange
from indexer.store.corrections.correction import AnnotationRequest, CorrectionRequest, annotate, correct
from indexer.store.deletion import delete
from indexer.store.indexing import update
from searcher import Searcher


def ids_in(source: Path) -> list[str]:
    """Read a list of ids, one a line."""
    return source.read_text(encoding="utf-8").split()


def delete_listed(sources: Sequence[Path], folder: Path) -> object:
    """Delete the listed items that are in the index."""

    def select() -> list[str]:
        with Searcher(folder) as searcher:
            return [item_id for item_id in ids_in(sources[0]) if searcher.has(item_id)]

    return delete(folder, select)


def correct_first(sources: Sequence[Path], folder: Path) -> object:
    """Correct the first item that a file lists, in a file of corrections in the same folder."""
    file = str(sources[0].with_name("corrections.jsonl"))
    return correct(folder, CorrectionRequest(ids_in(sources[0])[0], {"date": "1999"}, corrections=file))


def tag_listed(sources: Sequence[Path], folder: Path) -> object:
    """Tag the listed items, in a file of corrections in the same folder."""
    file = str(sources[0].with_name("corrections.jsonl"))
    request = AnnotationRequest(AnnotationChange(tags=("lit",)), corrections=file)
    return annotate(folder, lambda: ids_in(sources[0]), request)


CHANGES: dict[str, Callable[[Sequence[Path], Path], object]] = {
    "update": update,
    "mirror": partial(update, mirror=True, sure=True),
    "delete": delete_listed,
    "correct": correct_first,
    "tag": tag_listed,
}
