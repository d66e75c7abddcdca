"""The thesaurus: concepts with their labels in three languages, compiled into a table of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.thesaurus.concept import Concept


def gather_concepts(files: Sequence[str | Path] = (), *, own: bool = True) -> Iterable[Concept]:
    """Collect the concepts that an index is built with.

    Args:
        files: Thesauri in SKOS, and dictionaries of FreeDict (known by their names). A concept that is
            named as one of Dragoman's own replaces it; one that several files describe is one, as where each
            has the labels of a language.
        own: Whether Dragoman's own thesaurus is among them; the names of countries and cities always are.

    Raises:
        SourceError: A file cannot be read.
    """
    from indexer.thesaurus.bundled import NAMESPACE, BundledConcepts, bundled_concepts, place_concepts

    if own and not files:
        return BundledConcepts()

    from indexer.thesaurus.freedict import is_freedict, read_freedict
    from indexer.thesaurus.skos import read_skos

    translated: list[Concept] = []
    described: dict[str, Concept] = {}
    for path in files:
        if is_freedict(path):
            translated += read_freedict(path)
            continue
        for concept in read_skos(path):
            known = described.get(concept.name)
            described[concept.name] = known.merged_with(concept) if known else concept
    given = [*described.values(), *translated]
    replaced = {concept.name.removeprefix(NAMESPACE) for concept in given}
    ours = bundled_concepts() if own else ()
    return [*(concept for concept in ours if concept.name not in replaced), *place_concepts(), *given]
