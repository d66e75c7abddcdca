"""Share one concept finder, and the files of usual thesauri, among all indexes of the tests."""

import copy
import os
import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexer.bulk.builder
import indexer.store.check
import indexer.thesaurus.compiler
import indexer.thesaurus.finder
from indexer.codec.layout import Container, FileChecksum
from indexer.thesaurus.bundled import BundledConcepts, place_concepts
from indexer.thesaurus.concept import Concept
from indexer.thesaurus.finder import ConceptFinder
from indexer.thesaurus.label_arrays import _BLOCKS, LabelArrays, read_arrays
from indexer.thesaurus.table import Table
from searcher.reading import distinctive_words

UNSHARED = indexer.thesaurus.finder.open_finder
READ_FROM_FILES = {name: vars(Table)[name] for name in ("counted", "named")}
_COMPILE = indexer.thesaurus.compiler.write_table
_WRITTEN: dict[Path, tuple[FileChecksum, int]] = {}
_FINDERS: dict[FileChecksum, ConceptFinder | None] = {}


def share(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make builds and checks use :func:`open_finder`, and indexes link thesauri from a folder."""
    for module in (indexer.bulk.builder, indexer.thesaurus.finder):
        patch.setattr(module, "open_finder", open_finder)
    patch.setattr(indexer.thesaurus.compiler, "write_table", partial(write_table, folder))
    patch.setattr(distinctive_words, "_Thesaurus", once_for_each(distinctive_words._Thesaurus))
    # It gets files that are intact, so that files with equal checksums are equal.
    check = indexer.store.check
    patch.setattr(check, "_check_thesaurus", once_for_each(check._check_thesaurus))
    for name, read in READ_FROM_FILES.items():
        patch.setattr(Table, name, property(once_for_each(read.func)))


def once_for_each(read: Callable[[Any], Any]) -> Callable[[Table | Container], Any]:
    """Return a function that reads a part of equal tables, or of their files, only once."""
    made: dict[object, Any] = {}

    def read_once(table: Table | Container) -> Any:
        container = table._container if isinstance(table, Table) else table
        key = container and container.checksum
        if key not in made:
            made[key] = read(table)
        return made[key]

    return read_once


def open_finder(container: Container) -> ConceptFinder | None:
    """Open a concept finder, like ``indexer.thesaurus.finder.open_finder``."""
    for name in filter(container.__contains__, _BLOCKS):
        container.verify_part(name)
    key = container.checksum
    if key not in _FINDERS:
        arrays = read_arrays(container)
        # Copies: the file of the first index may be changed or removed.
        _FINDERS[key] = arrays and arrays.concepts and ConceptFinder(LabelArrays(*map(_copied, arrays)))
    finder = copy.copy(_FINDERS[key]) or None
    if finder:  # the numbers of sets of concepts depend on the texts of a build
        finder._sets, finder._further = dict(finder._sets), []
    return finder


def write_table(folder: Path, concepts: Iterable[Concept], path: Path) -> FileChecksum:
    """Write a table as the compiler does, but link a table that most tests use to a shared file."""
    gathered = concepts if isinstance(concepts, BundledConcepts) else tuple(concepts)
    if not isinstance(gathered, BundledConcepts) and gathered != place_concepts():
        return _COMPILE(gathered, path)
    shared = folder / type(gathered).__name__
    if shared not in _WRITTEN:
        _WRITTEN[shared] = _COMPILE(gathered, shared), shared.stat().st_mtime_ns
    checksum, time = _WRITTEN[shared]
    assert shared.stat().st_mtime_ns == time, "a test has changed the thesaurus of all indexes"
    try:
        os.link(shared, path)
    except OSError:  # another disk
        shutil.copy(shared, path)
    return checksum


def _copied(values: object) -> object:
    return values.copy() if isinstance(values, np.ndarray) else values
