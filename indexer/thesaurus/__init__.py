"""Compile concepts to the thesaurus of an index.

Concepts have labels in three languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.thesaurus.concept import Concept


def gather_concepts(files: Sequence[str | Path] = (), *, own: bool = True) -> Iterable[Concept]:
    """Return the concepts for a new index, from files and from the bundled thesaurus.

    Args:
        files: SKOS thesauri and FreeDict dictionaries (recognised by file name). A concept replaces the
            bundled concept of the same name. If several files describe a concept, for example in a language
            each, the descriptions are merged.
        own: Whether to include the bundled thesaurus. The names of countries and cities are always included.

    Raises:
        SourceError: A file cannot be read.
    """
    from indexer.thesaurus.bundled import NAMESPACE, BundledConcepts, bundled_concepts, place_concepts

    if own and not files:
        return BundledConcepts()

    from indexer.thesaurus.thesaurus_files import is_freedict, read_freedict, read_skos

    translated: list[Concept] = []
    described: dict[str, Concept] = {}
    for path in files:
        if is_freedict(path):
            translated += read_freedict(path)
            continue
        for concept in read_skos(path):
            known = described.get(concept.name)
            described[concept.name] = known.merge(concept) if known else concept
    given = [*described.values(), *translated]
    replaced = {concept.name.removeprefix(NAMESPACE) for concept in given}
    ours = bundled_concepts() if own else ()
    return [*(concept for concept in ours if concept.name not in replaced), *place_concepts(), *given]
