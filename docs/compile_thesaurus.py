"""Generate the files of the bundled thesaurus and the words of its labels: ``make thesaurus``.

Run it after a change of a Turtle file in ``concepts``, a place in the gazetteer or an analyzer. Unlike a
build, it needs the Turtle reader.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from indexer.languages.detection import VOTES
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.bundled import (
    CONCEPTS_FILE,
    HIDDEN_LABEL,
    KIND,
    LABEL,
    NAMESPACE,
    RELATIONS,
    TABLE_FILE,
    BundledConcepts,
    bundled_concepts,
)
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import TOPIC
from indexer.thesaurus.label_spellings import irregular_plurals
from indexer.thesaurus.thesaurus_files import read_skos

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.thesaurus.concept import Concept

SOURCES: Final = CONCEPTS_FILE.with_name("concepts")
WORDS_FILE: Final = CONCEPTS_FILE.parents[1] / "languages" / "label_words.tsv"
_HEADER: Final = "# Compiled from {}, do not edit: make thesaurus\n"


def concepts_text() -> str:
    """Generate ``bundled.tsv``: a row for each concept, as :mod:`indexer.thesaurus.bundled` reads it."""
    merged: defaultdict[str, list[Concept]] = defaultdict(list)  # a concept may be described in two files
    for path in sorted(SOURCES.glob("*.ttl")):
        for concept in read_skos(path, as_written=True):
            merged[_normalized_name(concept.name)].append(concept)
    table = ([name, *dict.fromkeys(_cells(merged[name]))] for name in sorted(merged))
    return _HEADER.format("concepts/*.ttl") + "".join("\t".join(row) + "\n" for row in table)


def _cells(descriptions: Sequence[Concept]) -> Iterator[str]:
    """Yield the cells of a concept; all its labels decide whether it has verbs, which have no plurals."""
    labels = [*dict.fromkeys([label for one in descriptions for label in one.labels])]
    for label in [*labels, *irregular_plurals(labels)]:
        yield f"{HIDDEN_LABEL if label.hidden else LABEL}{label.language}{label.text}"
    for one in descriptions:
        for sign, names in zip(RELATIONS, (one.broader, one.narrower, one.related), strict=True):
            for name in names:
                yield f"{sign}{_normalized_name(name)}"
        if one.kind != TOPIC:
            yield f"{KIND}{one.kind}"


def label_words_text() -> str:
    """Generate ``label_words.tsv``, by which short texts get a language: words by the languages of labels."""
    languages: defaultdict[str, set[str]] = defaultdict(set)
    for concept in bundled_concepts():
        for label in concept.labels:
            for word in () if label.hidden else re.findall(r"[^\W\d_]{2,}", label.text.lower()):
                languages[word].add(label.language)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(languages.keys() - {vote.decode("latin-1") for vote in VOTES}):
        found[" ".join([one for one in ANALYZED_LANGUAGES if one in languages[word]])].append(word)
    table = (f"{key}\t{' '.join(found[key])}\n" for key in sorted(found))
    return _HEADER.format(CONCEPTS_FILE.name) + "# languages\twords\n" + "".join(table)


def _normalized_name(name: str) -> str:
    return name.removeprefix(NAMESPACE)


if __name__ == "__main__":
    CONCEPTS_FILE.write_text(concepts_text(), encoding="utf-8")
    WORDS_FILE.write_text(label_words_text(), encoding="utf-8")
    write_table([*BundledConcepts()], TABLE_FILE)
