"""Store the labels of a thesaurus as arrays, which find all of them in texts at once.

The arrays are stored with the lines of the compiled thesaurus, because creating them takes longer than many
updates. A thesaurus of an earlier version has no arrays, and its concepts are not counted.

The words of labels of several words form a tree. A number encodes an edge: the node that it leaves, the
distance to the next word, and the number of that word. Nodes are numbered from 1 in the order of the edges
that lead to them; the root is 0.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.word_forms import are_forms
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGE_NUMBERS, LANGUAGES, UNDETERMINED
from indexer.thesaurus.concept import TOPIC, acronym_of, analyse_label, bare_word
from indexer.thesaurus.table import concept_cells, counted_concept, is_in_capitals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.analysis.word_arrays import Numbers
    from indexer.codec.layout import Container
    from indexer.codec.layout_writer import ContainerWriter
    from indexer.thesaurus.table import ConceptLabel, CountedConcept

WORD_BITS: Final = 24  # the low bits of an edge; above them are the distance, then the node
DISTANCE_BITS: Final = 8
MAX_LABELS: Final = 256  # of a concept
MAX_LABEL_LENGTH: Final = 32  # words
LABELS: Final = "found"  # the name of the arrays in findings of damage
_BLOCKS: Final = {
    "found.words": "u1",
    "found.alone": "u1",
    "found.concepts": "u1",
    "found.edges": "u8",
    "found.label_nodes": "u4",
    "found.label_concepts": "u4",
    "found.label_capitals": "u1",
    "found.wider": "u4",
    "found.wider_at": "u4",
}


class LabelArrays(NamedTuple):
    """The labels of a thesaurus as arrays.

    Attributes:
        words: The words in labels of several words, in the order of their numbers, from 1 on. A row has two
            cells, separated by a tab. The first is the number of the language followed by the term, the
            second has spellings that are forms of each other.
        alone: The one-word labels. A row has four cells, separated by tabs: the number of the language
            followed by the term; the position of the concept; ``name``, ``acronym``, ``word`` (for a short
            one) or nothing; and the bare word.
        concepts: The kind and the name of each counted concept, separated by a tab.
        edges: The encoded edges, sorted.
        label_nodes: The last node of each label of several words, sorted.
        label_concepts: For each of ``label_nodes``, the position of the label's concept in ``concepts``.
        label_capitals: Whether its first word (1) or its last word (2) needs a capital, as a bit mask.
        wider: The positions of each concept and all its broader concepts, concatenated.
        wider_at: The index in ``wider`` at which the positions of each concept start, followed by the length
            of ``wider``.
    """

    words: Sequence[str]
    alone: Sequence[str]
    concepts: Sequence[str]
    edges: Numbers
    label_nodes: Numbers
    label_concepts: Numbers
    label_capitals: Numbers
    wider: Numbers
    wider_at: Numbers


def edge(node: Any, distance: Any, word: Any) -> Any:
    """Encode an edge of the tree of labels, or an array of edges."""
    return (node << (DISTANCE_BITS + WORD_BITS)) | (distance << WORD_BITS) | word


# Short words that are also written in capitals.
_OR_ACRONYM: Final = frozenset({"sida", "ovni", "pyme", "opa", "wifi", "mpox"})
FORMER: Final = (0, 1)  # versions of the arrays: labels as written; short words without a sort
VERSION: Final = 2


def make_arrays(lines: Iterable[bytes], *, version: int = VERSION) -> LabelArrays:
    """Build the arrays from the lines of a compiled thesaurus.

    ``version`` is the version of the rules.
    """
    labels: dict[int, Sequence[ConceptLabel]] = {}
    counted: list[CountedConcept] = []
    for line in lines:
        if line.startswith(b"#"):
            key, *cells = line.decode().split("\t")
            labels[int(key[1:])] = concept_cells(cells)[1]
        elif (concept := counted_concept(line.decode())) is not None:
            counted.append(concept)
    places = {concept.number: place for place, concept in enumerate(counted)}
    alone: list[str] = []
    several: list[tuple[ConceptLabel, list[tuple[str, str]], int, int]] = []
    for place, concept in enumerate(counted):
        is_name = concept.kind != TOPIC
        for label in labels[concept.number][:MAX_LABELS]:
            names = [f"{LANGUAGE_NUMBERS[label.language]}{term}" for term in label.terms]
            if len(names) == 1:
                word = bare_word(label.text) if version else label.text
                capital = not word.islower() and (is_name or word != label.text)
                is_short = version == VERSION and word.islower() and is_in_capitals(word.upper())
                is_short = is_short and word not in _OR_ACRONYM
                sort = "acronym" if acronym_of(label.text) else "name" if capital else "word" * is_short
                alone.append("\t".join((names[0], str(place), sort, word)))
            elif len(names) <= MAX_LABEL_LENGTH and label.offsets[-1] < 1 << DISTANCE_BITS:
                words_of_label = label.text.split()
                first, last = (is_name and words_of_label[at][:1].isupper() for at in (0, -1))
                several.append((label, _words(label, names), place, first + 2 * last))
    words, numbers = _number_words(chain.from_iterable(named for _, named, *_ in several))
    paths = [
        tuple(
            [
                edge(0, to - before, numbers[word])
                for before, to, word in zip((0, *label.offsets), label.offsets, named, strict=False)
            ]
        )
        for label, named, *_ in several
    ]
    edges, nodes = _tree(paths)
    order = np.argsort(nodes, kind="stable")
    wider = [_add_broader(concept, counted, places) for concept in counted]
    return LabelArrays(
        words,
        alone,
        [f"{concept.kind}\t{concept.name}" for concept in counted],
        edges,
        nodes[order].astype(np.uint32),
        np.array([place for *_, place, _ in several], np.uint32)[order],
        np.array([capitals for *_, capitals in several], np.uint8)[order],
        np.array([*chain.from_iterable(wider)], np.uint32),
        np.cumsum([0, *map(len, wider)]).astype(np.uint32),
    )


def write_arrays(container: ContainerWriter, arrays: LabelArrays) -> None:
    """Write the arrays into a container."""
    for (name, kind), values in zip(_BLOCKS.items(), arrays, strict=True):
        written = (
            values if isinstance(values, np.ndarray) else np.frombuffer("\n".join(values).encode(), np.uint8)
        )
        container.add(name, kind, written)


def read_arrays(container: Container) -> LabelArrays | None:
    """Read the arrays of a container, or return None if it has none."""
    if any(name not in container or container.kind(name) != kind for name, kind in _BLOCKS.items()):
        return None
    blocks: list[Any] = [container.array(name) for name in _BLOCKS]
    try:
        for place, block in enumerate(blocks[:3]):
            blocks[place] = block.tobytes().decode().split("\n") if len(block) else []
    except UnicodeDecodeError:
        raise container.damage_error(LABELS) from None
    arrays = LabelArrays(*blocks)
    if not _are_in_range(arrays):
        raise container.damage_error(LABELS)
    return arrays


def match_lines(arrays: LabelArrays, lines: Iterable[bytes]) -> bool:
    """Return whether arrays equal those built from the lines of a compiled thesaurus."""
    lines, found = [*lines], [*map(list, arrays)]
    return any(found == [*map(list, make_arrays(lines, version=one))] for one in (VERSION, *FORMER))


def _are_in_range(arrays: LabelArrays) -> bool:
    """Return whether all numbers are in range.

    This check prevents forged arrays from exhausting memory.
    """
    concepts, edges = len(arrays.concepts), arrays.edges
    nodes, numbers = edges >> np.uint64(WORD_BITS + DISTANCE_BITS), edges & np.uint64((1 << WORD_BITS) - 1)
    at, labels = arrays.wider_at.astype(np.int64), arrays.label_nodes.astype(np.int64)
    return bool(
        len(labels) == len(arrays.label_concepts) == len(arrays.label_capitals)
        and len(at) == concepts + 1
        and (at[0], at[-1]) == (0, len(arrays.wider))
        and (np.diff(at) > 0).all()
        and (np.diff(labels) >= 0).all()
        and (nodes <= len(edges)).all()
        and (numbers <= len(arrays.words)).all()
        and (labels <= len(edges)).all()
        and (arrays.label_concepts < concepts).all()
        and (arrays.wider < concepts).all()
    )


def _words(label: ConceptLabel, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return a key and a spelling for each word of a label.

    The key is the number of the language followed by the term.
    """
    analysed = analyse_label(label.language, label.text) if label.language != UNDETERMINED else None
    # In a forged table a label may be any text.
    written = analysed.written if analysed and analysed.words == label.terms else label.terms
    return [*zip(names, written, strict=True)]


def _number_words(words: Iterable[tuple[str, str]]) -> tuple[list[str], dict[tuple[str, str], int]]:
    """Number the words of labels, with one number for the forms of a word.

    *Trafficking* and *traffickers* share a stem, but differ in meaning.

    Returns:
        A row for each number, starting at 1, and the number of each word.
    """
    of_name: dict[str, list[list[str]]] = {}
    for name, word in dict.fromkeys(words):
        apart: list[list[str]] = []
        same = [word]
        for others in of_name.get(name, ()):
            if any(are_forms(LANGUAGES[int(name[0])], word, other) for other in others):
                same += others
            else:
                apart.append(others)
        of_name[name] = [*apart, same]
    rows = [(name, same) for name, several in of_name.items() for same in several]
    numbers = {(name, word): number for number, (name, same) in enumerate(rows, start=1) for word in same}
    return [f"{name}\t{' '.join(same)}" for name, same in rows], numbers


def _tree(paths: Sequence[tuple[int, ...]]) -> tuple[Numbers, Numbers]:
    """Build the tree of labels.

    Returns its sorted edges, and the node where each label ends.

    Args:
        paths: For each label, the edges of its words, encoded as if each edge left the root.
    """
    nodes = np.zeros(len(paths), np.int64)
    edges = [np.empty(0, np.uint64)]
    count = 0
    longest = max(map(len, paths), default=0)
    for depth in range(longest):
        here = np.array([at for at, path in enumerate(paths) if len(path) > depth], np.int64)
        step = np.array([paths[at][depth] for at in here], np.uint64)
        keys, inverse = np.unique(
            edge(nodes[here].astype(np.uint64), np.uint64(0), np.uint64(0)) | step, return_inverse=True
        )
        nodes[here] = count + 1 + inverse
        count += len(keys)
        edges.append(keys)
    return np.concatenate(edges), nodes


def _add_broader(
    concept: CountedConcept, counted: Sequence[CountedConcept], places: Mapping[int, int]
) -> list[int]:
    """Return the positions of a concept and of all its broader concepts.

    Relations may form a cycle.
    """
    found = {places[concept.number]: None}
    waiting = [concept]
    for one in waiting:
        for number in one.broader:
            place = places.get(number)
            if place is not None and place not in found:
                found[place] = None
                waiting.append(counted[place])
    return [*found]
