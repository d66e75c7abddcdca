"""What an index is built with where nobody brings a thesaurus: our concepts and the places, compiled.

Analysing their 32,000 labels takes longer than many an archive. The lines that come out are kept in a file,
and a test compares. They hold the stems of one version of PyStemmer: with another one they are compiled anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, overload

from indexer.thesaurus.concept import Concept

FILE: Final = Path(__file__).with_name("own.lines")


class OwnConcepts(Sequence[Concept]):
    """All of our concepts and all places, read when somebody looks at them."""

    @cached_property
    def _concepts(self) -> tuple[Concept, ...]:
        from indexer.thesaurus.bundled import bundled_concepts
        from indexer.thesaurus.places import place_concepts

        return (*bundled_concepts(), *place_concepts())

    def __len__(self) -> int:
        return len(self._concepts)

    @overload
    def __getitem__(self, place: int) -> Concept: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Concept]: ...
    def __getitem__(self, place: int | slice) -> Concept | Sequence[Concept]:
        return self._concepts[place]


def own_lines(file: Path = FILE) -> tuple[bytes, ...] | None:
    """Return the lines that ``compile_lines`` makes of our concepts.

    Args:
        file: Where they are kept.

    Returns:
        None where the stems in them are not those of the PyStemmer that is installed.
    """
    head, *lines = file.read_bytes().split(b"\n")[:-1]
    return tuple(lines) if head == _head() else None


def generated() -> bytes:
    """Return what the generated file has to hold."""
    from indexer.thesaurus.compiled import compile_lines

    return b"".join(line + b"\n" for line in (_head(), *compile_lines(tuple(OwnConcepts()))))


def _head() -> bytes:
    import Stemmer

    return (
        f"# Compiled with PyStemmer {Stemmer.version()}, do not edit: python -m indexer.thesaurus.bundled"
    ).encode()
