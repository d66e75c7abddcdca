"""Measure the languages of short texts: ``python -m benchmarks.headlines FOLDER``.

FOLDER has texts in the layout of the test data of lingua (``language-testdata``): ``word-pairs/en.txt``,
``sentences/en.txt`` and so on, one text per line. Prints a line for each length of text: the share of texts
with the right language, for each language of an index and for other languages, which should be ``und``.

The rates of label words in ``indexer/languages/detection.py`` were counted in every second sentence; only the
other sentences are measured.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Final

from indexer.languages import split_by_language
from indexer.languages.detection import VOTING_LANGUAGES, label

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIKE: Final = ("nl", "pl", "ro", "sv", "tr")
"""Languages that the detector does not distinguish."""

LENGTHS: Final = (3, 5, 7)  # words of a part of a sentence
LONGER: Final = 2  # a sentence must have this many more words


def pairs(folder: Path, language: str) -> list[str]:
    """Return the pairs of words in a language."""
    return _lines(folder / "word-pairs" / f"{language}.txt")


def parts(folder: Path, language: str, words: int) -> Iterator[str]:
    """Yield a random part of every second sentence in a language.

    Args:
        folder: The folder of texts.
        language: The language.
        words: The length of the parts, in words.
    """
    chance = random.Random(words)
    for sentence in _lines(folder / "sentences" / f"{language}.txt")[1::2]:
        split = sentence.split()
        if len(split) >= words + LONGER:
            at = chance.randrange(len(split) - words + 1)
            yield " ".join(split[at : at + words])


def shares(texts: dict[str, list[str]]) -> str:
    """Return a line of the shares of texts with the right language."""
    right = {
        language: mean([split_by_language([], text).languages == (_label(language),) for text in found])
        for language, found in texts.items()
    }
    return "  ".join([f"{language} {share:.3f}" for language, share in right.items()])


def _label(language: str) -> str:
    return label(language) if language in VOTING_LANGUAGES else "und"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(folder: Path) -> None:
    """Print the shares for pairs of words and for parts of sentences."""
    languages = (*VOTING_LANGUAGES, *UNLIKE)
    print("2 words:", shares({one: pairs(folder, one) for one in languages}))
    for words in LENGTHS:
        print(f"{words} words:", shares({one: [*parts(folder, one, words)] for one in languages}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
