"""Measure spelling corrections and compounds: ``python -m benchmarks.spelling INDEX [SEED]``.

Prints for each language: the share of misspelt labels with the same first hit as the correct spelling; words
of the index that are corrected by mistake; labels of several words of which one is reported as missing
although it has matches by itself.
"""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.corpus import SEED
from benchmarks.fresh import misspelt
from indexer.analysis.characters import fold
from indexer.errors import DragomanError
from indexer.schema import ANALYZED_LANGUAGES
from searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SLIPS: Final = 500  # typing errors per language
COMPOUNDS: Final = 1500  # labels of several words, per language
RIGHT: Final = 2000  # correct words to test, from labels and from texts
SHORTEST: Final = 5  # minimum letters of a misspelt label


def labels_of(searcher: Searcher) -> dict[str, list[str]]:
    """Return the labels of the thesaurus by language, in order, except acronyms and names."""
    found: dict[str, set[str]] = {language: set() for language in ANALYZED_LANGUAGES}
    for _, labels in searcher._engine.thesaurus.concepts():  # noqa: SLF001 - not part of the interface
        for language, text in labels:
            if text == text.lower() and all(word.isalpha() for word in text.split()):
                found[language].add(text)
    return {language: sorted(texts) for language, texts in found.items()}


def slips(
    chance: random.Random, labels: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield labels with a typing error in one word that yields no other word, in random order."""
    for text in chance.sample(list(labels), len(labels)):
        words = [word for word in text.split() if len(word) >= SHORTEST]
        if words:
            word = chance.choice(words)
            typed = misspelt(chance, word, anywhere=True)
            if fold(typed) not in known:
                yield text.replace(word, typed, 1), text


def first_hit(searcher: Searcher, query: str) -> str | None:
    """Return the id of the first hit of a query that was not relaxed."""
    try:
        results = searcher.search(query, facets=(), limit=1)
    except DragomanError:
        return None
    return results.hits[0].id if results.hits and not results.relaxed else None


def corrected(searcher: Searcher, words: Collection[str]) -> list[str]:
    """Return the words for which another word is searched, except words that are only split in two."""
    found = []
    for word in words:
        with suppress(DragomanError):
            if searcher.search(word, facets=(), limit=0).suggestion is not None:
                found.append(word)
    return found


def hiding(searcher: Searcher, labels: Collection[str]) -> list[tuple[str, str]]:
    """Return labels of which a word is reported as missing but has matches by itself, with the word."""
    found = []
    for text in labels:
        try:
            missing = searcher.search(text, facets=(), limit=0).unmatched
        except DragomanError:
            continue
        found += [(text, word) for word in missing if first_hit(searcher, word)][:1]
    return found


def main(index: Path, seed: str) -> None:
    """Print the measurements of an index."""
    with Searcher(index) as searcher:
        labels = labels_of(searcher)
        of_texts = searcher._engine.words("").split("\n")[1:]  # noqa: SLF001 - not part of the interface
        known = {
            *of_texts,
            *(fold(word) for texts in labels.values() for text in texts for word in text.split()),
        }
        for language, texts in labels.items():
            print(_row(searcher, language, texts, known, seed), flush=True)
        chance = random.Random(f"{seed} texts")
        some = chance.sample(of_texts, min(RIGHT, len(of_texts)))
        wrong = corrected(searcher, some)
        print(f"words of texts: {len(wrong)} of {len(some)} corrected, {wrong[:5]}")


def _row(searcher: Searcher, language: str, texts: list[str], known: Collection[str], seed: str) -> str:
    chance = random.Random(f"{seed} {language}")
    tried: dict[int, list[bool]] = {1: [], 2: []}
    for typed, text in slips(chance, texts, known):
        of_size = tried[min(2, len(text.split()))]
        if len(of_size) == SLIPS or (right := first_hit(searcher, text)) is None:
            continue
        of_size.append(first_hit(searcher, typed) == right)
    words = sorted({word for text in texts for word in text.split()})
    some = chance.sample(words, min(RIGHT, len(words)))
    wrong = corrected(searcher, some)
    compounds = [text for text in texts if " " in text]
    asked = chance.sample(compounds, min(COMPOUNDS, len(compounds)))
    hidden = hiding(searcher, asked)
    cells = (
        *(
            f"{name} {_share(found)}"
            for name, found in zip(("one word", "several"), tried.values(), strict=True)
        ),
        f"{len(wrong)} of {len(some)} right words corrected",
        f"{len(hidden)} of {len(asked)} compounds hide a part",
    )
    return f"{language}: {'; '.join(cells)}"


def _share(found: list[bool]) -> str:
    return f"{sum(found) / len(found):.3f} of {len(found)}" if found else "none"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else str(SEED))
