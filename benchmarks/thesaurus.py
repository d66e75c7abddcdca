"""Measure the import of a user's thesaurus: python -m benchmarks.thesaurus [CONCEPTS].

Like many library thesauri, it is in capitals without accents, with six labels per concept in three languages.
CPU times are the best of three processes.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.corpus import LANGUAGES, SEED
from benchmarks.processes import dragoman, run
from indexer.analysis.characters import fold
from indexer.thesaurus.bundled import bundled_concepts

CONCEPTS: Final = 7000
KINDS: Final = ("prefLabel", "altLabel")
TRIES: Final = 3
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_READ_AND_COMPILE: Final = """
import sys
from pathlib import Path
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.thesaurus_files import read_skos
write_table(read_skos(sys.argv[1]), Path(sys.argv[2]))
"""


def write_thesaurus(path: Path, concepts: int) -> None:
    """Write a thesaurus with ``concepts`` concepts as N-Triples."""
    chance = random.Random(SEED)
    words: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for concept in bundled_concepts():
        for label in concept.labels:
            words[label.language] += filter(str.isalpha, label.text.split())
    with path.open("w", encoding="utf-8") as file:
        for number in range(concepts):
            for language in LANGUAGES:
                for kind in KINDS:
                    text = fold(" ".join(chance.choices(words[language], k=chance.choice((1, 2, 2, 3)))))
                    file.write(f'<urn:c{number}> <{_SKOS}{kind}> "{text.upper()}"@{language} .\n')
            file.write(f"<urn:c{number}> <{_SKOS}broader> <urn:c{chance.randrange(concepts)}> .\n")


def main(concepts: int) -> None:
    """Print the cost of a thesaurus with ``concepts`` concepts in the build of a small archive."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        thesaurus, archive, index = folder / "t.nt", folder / "a.jsonl", folder / "index"
        write_thesaurus(thesaurus, concepts)
        archive.write_text(json.dumps({"id": "1", "text": "A ferry."}) + "\n")
        build = dragoman("build", archive, "--index", index)
        compiled = [sys.executable, "-c", _READ_AND_COMPILE, str(thesaurus), str(folder / "table")]
        print(f"{concepts:,} concepts, {len(LANGUAGES) * len(KINDS) * concepts:,} labels")
        for what, command in (
            ("Python and numpy", [sys.executable, "-c", "import numpy"]),
            ("read and compiled", compiled),
            ("build without it", build),
            ("build with it", [*build, "--thesaurus", str(thesaurus)]),
            ("build with it alone", [*build, "--thesaurus", str(thesaurus), "--no-own-thesaurus"]),
        ):
            print(f"{what:20} {min(run(command).cpu for _ in range(TRIES)):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else CONCEPTS)
