"""Compile concepts to the lines of a table (:mod:`indexer.thesaurus.table`)."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from indexer.analysis.word_forms import are_forms
from indexer.codec.layout_writer import ContainerWriter
from indexer.errors import SourceError, message
from indexer.thesaurus.bundled import NAMESPACE, BundledConcepts, bundled_table, stems
from indexer.thesaurus.concept import UNCOUNTED, analyse_label
from indexer.thesaurus.table import (
    GAP,
    KINDS_KEY,
    LINES,
    MAX_LINE_BYTES,
    MAX_NEAR,
    WORDS,
    label_words,
    line_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.codec.layout import FileChecksum
    from indexer.thesaurus.concept import Concept


Near = dict[int, dict[int, None]]


def relations(concepts: Sequence[Concept]) -> tuple[Near, Near, Near]:
    """Find the relations between concepts.

    Args:
        concepts: The concepts of all sources. Names of missing concepts, and relations of a concept to
            itself, are ignored.

    Returns:
        The numbers of the broader, narrower and related concepts of each concept. A relation counts for both
        concepts, even if only one of them lists the other. The concepts that a concept lists itself come
        first.
    """
    numbers: dict[str, int] = {}
    for number, concept in enumerate(concepts):
        numbers.setdefault(concept.name.removeprefix(NAMESPACE), number)
    broader: Near = {}
    narrower: Near = {}
    related: Near = {}
    stated = [
        (number, numbers[name], there, back)
        for number, concept in enumerate(concepts)
        for names, there, back in (
            (concept.broader, broader, narrower),
            (concept.narrower, narrower, broader),
            (concept.related, related, related),
        )
        for name in (name.removeprefix(NAMESPACE) for name in names)
        if numbers.get(name, number) != number
    ]
    for number, other, there, _ in stated:
        there.setdefault(number, {})[other] = None
    for number, other, _, back in stated:
        back.setdefault(other, {})[number] = None
    return broader, narrower, related


def near_concepts(found: tuple[Near, Near, Near]) -> Iterator[tuple[int, list[int]]]:
    """Yield each concept with relations, and its broader, narrower and related concepts."""
    for number in sorted({number for near in found for number in near}):
        near = [other for kind in found for other in kind.get(number, ())]
        yield number, [*dict.fromkeys(near)][:MAX_NEAR]


def write_table(concepts: Iterable[Concept], path: Path) -> FileChecksum:
    """Compile concepts to a table file, and return its checksum."""
    own = bundled_table() if isinstance(concepts, BundledConcepts) else None
    with ContainerWriter(path) as container:
        if own is not None:
            return container.copy(own)
        return _write_lines(container, compile_lines(tuple(concepts)))


def _write_lines(container: ContainerWriter, lines: tuple[bytes, ...]) -> FileChecksum:
    """Write the lines of a table, and its labels as arrays.

    Returns the checksum of the file.
    """
    import numpy as np

    from indexer.codec.segment_writer import add_lexicon
    from indexer.thesaurus.label_arrays import make_arrays, write_arrays

    add_lexicon(container, LINES, lines)
    words = label_words([line for line in lines if line.startswith(b"#")])
    container.add(WORDS, "u1", np.frombuffer(words.encode(), np.uint8))
    write_arrays(container, make_arrays(lines))
    return container.finish(stems() | {LINES: len(lines)})


@lru_cache(maxsize=1)  # for a process that builds several indexes
def compile_lines(concepts: tuple[Concept, ...]) -> tuple[bytes, ...]:
    """Compile concepts to the sorted lines of a table.

    Raises:
        SourceError: Too many labels begin with the same word, or belong to the same concept.
    """
    entries: dict[str, dict[tuple[str, str, str], dict[int, None]]] = {}
    found = relations(concepts)
    lines: list[str] = []
    for number, concept in enumerate(concepts):
        cells: dict[tuple[str, tuple[str | None, ...], str], list[tuple[tuple[str, ...], str]]] = {}
        for label in concept.labels:
            analysed = analyse_label(label.language, label.text)
            if analysed is None:
                continue
            words = analysed.words
            first, *rest = words
            written = "" if analysed.written == words else _cell(" ".join(analysed.written))
            labels = entries.setdefault(f"{label.language} {first}", {})
            labels.setdefault((" ".join(rest), analysed.acronym, written), {})[number] = None
            if not label.hidden and not analysed.bound:
                alike = cells.setdefault((label.language, analysed.terms, analysed.acronym), [])
                if not any(_are_forms(label.language, analysed.written, other) for other, _ in alike):
                    alike.append((analysed.written, label.text))
        shown = [
            f"{language}|{' '.join(term or GAP for term in terms)}|{_cell(text)}"
            for (language, terms, _), alike in cells.items()
            for _, text in alike
        ]
        lines.append("\t".join([line_key("#", number), f"{concept.weight:g}", *shown]))
    lines += _counted_lines(concepts, found[0])
    for number, near in near_concepts(found):
        lines.append("\t".join([line_key(">", number), *map(str, near)]))
    for key, labels in entries.items():
        those = [
            f"{rest}|{acronym}|{','.join(map(str, numbers))}|{written}"
            for (rest, acronym, written), numbers in labels.items()
        ]
        lines.append("\t".join([key, *sorted(those)]))
    table = sorted(line.encode() for line in lines)
    for line in table:
        if len(line) > MAX_LINE_BYTES:
            raise SourceError(
                message(
                    "thesaurus.too_many_labels", label=line[:40].decode(errors="replace").partition(chr(9))[0]
                )
            )
    return tuple(table)


def _are_forms(language: str, words: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two labels have the same words, in any of their forms."""
    return all(are_forms(language, word, other) for word, other in zip(words, others, strict=True))


def _counted_lines(concepts: Sequence[Concept], broader: Near) -> Iterator[str]:
    """Yield a line for each concept that is counted as a facet.

    The last line lists their kinds.
    """
    for number, concept in enumerate(concepts):
        if concept.kind != UNCOUNTED:
            preferred: dict[str, str] = {}
            for label in concept.labels:
                if not label.hidden:
                    preferred.setdefault(label.language, label.text)
            labels = [f"{language}|{_cell(text)}" for language, text in preferred.items()]
            name = _cell(concept.name.removeprefix(NAMESPACE))
            numbers = ",".join(map(str, islice(broader.get(number, ()), MAX_NEAR)))
            yield "\t".join([line_key("=", number), name, concept.kind, numbers, *labels])
    if kinds := sorted({concept.kind for concept in concepts} - {UNCOUNTED}):
        yield "\t".join([KINDS_KEY, *kinds])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", " ").split())
