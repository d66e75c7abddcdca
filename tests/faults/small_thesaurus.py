"""Indexes with a thesaurus of a few concepts, so that all files of a small index are small."""

import sys
from collections.abc import Sequence
from pathlib import Path

import indexer.store.indexing
from indexer.store.indexing import FolderLocation, write_sources
from indexer.store.protocols import WriteRequest
from indexer.store.write_report import WriteReport
from indexer.thesaurus.concept import Concept, Label

_ROOT = Path(__file__).parents[2]
_PROGRAM = f"""
import sys
sys.path[:0] = [{str(_ROOT)!r}, {str(_ROOT / "tests")!r}]
from faults.small_thesaurus import use_in_this_process
from searcher.commands.launch import main
use_in_this_process()
main()
"""
COMMAND = (sys.executable, "-c", _PROGRAM)
"""The command line, with a thesaurus of a few concepts in the place of Dragoman's own."""

_WORDS = {
    "en": ("harbour", "ferry", "pilot", "crane", "school", "clinic", "bridge", "market", "goal", "violin"),
    "es": tuple("puerto barco escuela puente mercado muelle policía montaña faro canal".split()),
    "fr": ("bateau", "école", "marché", "hôpital", "équipe", "forêt", "musique", "phare", "jetée", "port"),
}


def _concepts(step: int) -> tuple[Concept, ...]:
    """Return concepts that relate each word to the one so many steps on, in all languages."""
    return tuple(
        Concept(
            f"{number}",
            tuple(
                Label(language, words[at % 10])
                for language, words in _WORDS.items()
                for at in (number, number + step)
            ),
            related=(f"{(number + 5) % 10}",),
        )
        for number in range(10)
    )


BEFORE, AFTER = _concepts(1), _concepts(3)
"""Two thesauri of the same words, so that it shows which one an index has."""


def build(sources: Sequence[str | Path], folder: Path, *, concepts: Sequence[Concept] = AFTER) -> WriteReport:
    """Build as :func:`indexer.store.indexing.build` does, with a thesaurus of these concepts."""
    location = FolderLocation(folder)
    with location.lock(0):
        return write_sources(WriteRequest(sources), location, concepts=list(concepts))


def use_in_this_process() -> None:
    """Make every later build use the second thesaurus; only for a separate process."""
    indexer.store.indexing.gather_concepts = indexer.store.indexing.gather_concepts = lambda *_, **__: list(
        AFTER
    )
