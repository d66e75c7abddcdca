"""One concept finder, one set of labels and one table of places for all indexes of a test process."""

import copy
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np
import pytest

import indexer.bulk.builder
import indexer.thesaurus.compiler
import indexer.thesaurus.finder
from indexer.codec.layout import Container, FileChecksum
from indexer.codec.layout_writer import ContainerWriter
from indexer.thesaurus.bundled import BundledConcepts, place_concepts
from indexer.thesaurus.concept import Concept
from indexer.thesaurus.finder import ConceptFinder
from indexer.thesaurus.label_arrays import _BLOCKS, LabelArrays, read_arrays
from indexer.thesaurus.table import Table
from searcher.reading import distinctive_words

UNSHARED = indexer.thesaurus.finder.open_finder
_COMPILE = indexer.thesaurus.compiler.write_table
_PLACES: list[Any] = []
_FINDERS: dict[tuple[int, ...], ConceptFinder | None] = {}


def share(patch: pytest.MonkeyPatch) -> None:
    """Make builds and checks use :func:`open_finder`."""
    for module in (indexer.bulk.builder, indexer.thesaurus.finder):
        patch.setattr(module, "open_finder", open_finder)
    patch.setattr(indexer.thesaurus.compiler, "write_table", write_table)
    patch.setattr(distinctive_words, "_Thesaurus", once_for_each(distinctive_words._Thesaurus))
    for name in ("counted", "named"):
        patch.setattr(Table, name, property(once_for_each(getattr(Table, name).func)))


def once_for_each(read: Callable[[Table], Any]) -> Callable[[Table], Any]:
    """Read the same part of equal tables once."""
    made: dict[object, Any] = {}

    def read_once(table: Table) -> Any:
        key = table._container and table._container.checksum
        if key not in made:
            made[key] = read(table)
        return made[key]

    return read_once


def open_finder(container: Container) -> ConceptFinder | None:
    """Open the finder of a compiled thesaurus, as ``indexer.thesaurus.finder.open_finder`` does."""
    key = tuple([crc32(container.array(name)) if name in container else -1 for name in _BLOCKS])
    if key not in _FINDERS:
        arrays = read_arrays(container)
        # Copies: the file of the first index may be changed or removed.
        _FINDERS[key] = arrays and arrays.concepts and ConceptFinder(LabelArrays(*map(_copied, arrays)))
    finder = copy.copy(_FINDERS[key]) or None
    if finder:  # the numbers of sets of concepts depend on the texts of a build
        finder._sets, finder._further = dict(finder._sets), []
    return finder


def write_table(concepts: Iterable[Concept], path: Path) -> FileChecksum:
    """Write a table, as ``indexer.thesaurus.compiler.write_table`` does; compile that of places once."""
    gathered = concepts if isinstance(concepts, BundledConcepts) else tuple(concepts)
    if gathered != place_concepts():
        return _COMPILE(gathered, path)
    if not _PLACES:
        checksum = _COMPILE(gathered, path)
        _PLACES.append(SimpleNamespace(file_view=partial(memoryview, path.read_bytes()), checksum=checksum))
        return checksum
    with ContainerWriter(path) as container:
        return container.copy(_PLACES[0])


def _copied(values: object) -> object:
    return values.copy() if isinstance(values, np.ndarray) else values
