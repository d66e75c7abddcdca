"""Find the concepts of a thesaurus in many texts at once, to count them.

A label matches a text of its language where the terms of the label occur at the same distances as in the
label. Three rules are stricter than for queries, because counts must not include other words:

- Different words may share a term (*Gaza* and *gaz* in French). A one-word label matches the forms of its
word, except those that are closer to another label: *training* does not match *train*. In a label of several
words, each word must likewise be the closest one (*human trafficking* does not match *human trafficker*). A
word of the text that is a form of no label word matches only if a single label word has its term.
- An acronym of up to four letters needs its capitals (*WHO*, not *who*). Conversely, a word of up to four
capitals is only matched by acronyms (*CAR* does not match *car*).
- The name of an organisation or a person needs its capitals (*Walk Free*, not *to walk free*).

One-word labels with an article are found only if they are names or verbs, both with and without the article
(*the Tories*, *to migrate*, but not *the poor*); names are also found without *'s*.

In a text all in capitals, neither acronyms nor names are found. A found concept implies all its broader
concepts, of any kind. A test compares the results with a simple implementation of the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.analyzer import SAME
from indexer.analysis.characters import plain
from indexer.analysis.word_arrays import distinct, ranges
from indexer.analysis.word_forms import distance
from indexer.custom_fields import concept_term
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES
from indexer.thesaurus.label_arrays import DISTANCE_BITS, WORD_BITS, edge, read_arrays
from indexer.thesaurus.table import is_acronym, is_in_capitals

if TYPE_CHECKING:
    from indexer.analysis.word_arrays import Numbers
    from indexer.codec.layout import Container
    from indexer.thesaurus.label_arrays import LabelArrays

_FILTER_BITS: Final = 20  # the size of the filter that avoids looking up most words without an edge


class WordLabel(NamedTuple):
    """A one-word label.

    Attributes:
        concept: The number of its concept.
        sort: ``acronym``, ``name``, ``word`` (of few letters), or empty for other labels.
        text: The letters of an acronym as written; the word of any other label in lower case.
    """

    concept: int
    sort: str
    text: str

    def distance(self, language: str, written: str) -> int | None:
        """Return the distance between a word in a text and the label, or None if the words are unrelated."""
        if self.sort == "acronym":
            return SAME if is_acronym(written, self.text.upper(), self.text) else None
        if (self.sort == "name" and not written[:1].isupper()) or (
            self.sort == "word" and is_in_capitals(written)
        ):
            return None
        return distance(language, plain(written), self.text, within=False)


def open_finder(container: Container) -> ConceptFinder | None:
    """Return a finder for a compiled thesaurus.

    The result is ``None`` if no concept of the thesaurus is counted as a facet.
    """
    arrays = read_arrays(container)
    return ConceptFinder(arrays) if arrays is not None and arrays.concepts else None


class ConceptFinder:
    """Finds concepts in texts, if they are counted as facets.

    Each word in labels of several words has a number. The forms of a word share a number. A key is the number
    of a language, followed by a term.

    Attributes:
        concepts: The kind and the name of each concept, separated by a tab.
        alone: The one-word labels by key, as stored in :class:`LabelArrays`.
        first_numbers: The lowest number of the words with a term, by key. Words with the same term have
            consecutive numbers.
        names: The keys of ``alone`` and ``first_numbers``.
        capital_words: The numbers of the words that need a capital in a label of several words.
    """

    def __init__(self, arrays: LabelArrays) -> None:
        self.concepts = arrays.concepts
        self._terms: dict[int, str] = {}
        self.first_numbers: dict[str, int] = {}
        for number, row in enumerate(arrays.words, start=1):
            self.first_numbers.setdefault(row.partition("\t")[0], number)
        self.alone: dict[str, list[str]] = {}  # parsed on demand, as most never occur
        self._read: dict[str, list[WordLabel]] = {}
        for row in arrays.alone:
            self.alone.setdefault(row.partition("\t")[0], []).append(row)
        self.names = self.first_numbers.keys() | self.alone.keys()
        self._edges = arrays.edges
        self._edge_filter = np.zeros(1 << _FILTER_BITS, bool)
        self._edge_filter[_filter_hash(self._edges)] = True
        distances = (self._edges >> np.uint64(WORD_BITS)) & np.uint64((1 << DISTANCE_BITS) - 1)
        self._distances = distinct(distances[distances > 0]).astype(np.int64)
        # Whether a node has an edge of each distance.
        self._ahead = np.zeros((len(self._distances), len(self._edges) + 1), bool)
        leaving = (self._edges >> np.uint64(DISTANCE_BITS + WORD_BITS)).astype(np.int64)
        for going, far in zip(self._ahead, self._distances.tolist(), strict=True):
            going[leaving[distances == np.uint64(far)]] = True
        beginning = int(np.searchsorted(self._edges, np.uint64(1 << WORD_BITS)))
        self._first = np.zeros(len(arrays.words) + 1, np.int64)  # the node of each word that begins a label
        self._first[self._edges[:beginning].astype(np.int64)] = np.arange(1, beginning + 1)
        ending = np.bincount(arrays.label_nodes, minlength=len(self._edges) + 1)
        self._label_at = np.concatenate((np.zeros(1, np.int64), np.cumsum(ending)))
        self._labels = arrays
        self.capital_words = self._find_capital_words()
        # Sets of concepts of which words are labels: first the empty set, then each concept with its broader
        # ones, then sets as they occur.
        self._sets: dict[tuple[int, ...], int] = {(): 0}
        self._places = arrays.wider
        self._begins = np.concatenate((np.zeros(1, np.int64), arrays.wider_at))
        self._further: list[Numbers] = []

    def members(self) -> tuple[Numbers, Numbers]:
        """Return the positions of the concepts of all concept sets, and the start of each set."""
        if self._further:
            sizes = [len(places) for places in self._further]
            self._places = np.concatenate((self._places, *self._further))
            self._begins = np.concatenate((self._begins, self._begins[-1] + np.cumsum(sizes)))
            self._further = []
        return self._places, self._begins

    def term(self, place: int) -> str:
        """Return the index term of a concept."""
        term = self._terms.get(place)
        if term is None:
            term = self._terms[place] = concept_term(*self.concepts[place].split("\t"))
        return term

    def depends_on_case(self, name: str) -> bool:
        """Return whether capitals matter for a one-word label with a term."""
        return any(label.sort for label in self._labels_of(name))

    def concept_set(self, name: str, written: str) -> int:
        """Return the number of the concept set that a word names, or 0 if it names none.

        Args:
            name: The term of the word, preceded by the number of the language.
            written: The word as written in the text.
        """
        language = LANGUAGES[int(name[0])]
        far = [(label.distance(language, written), label.concept) for label in self._labels_of(name)]
        nearest = min([one for one, _ in far if one is not None], default=None)
        found = {concept for one, concept in far if one is not None and one == nearest}
        if len(found) == 1:
            return found.pop() + 1
        met = tuple(sorted(found))
        if met not in self._sets:
            self._sets[met] = len(self._begins) - 1 + len(self._further)
            at, places = self._labels.wider_at, self._labels.wider
            self._further.append(distinct(np.concatenate([places[at[one] : at[one + 1]] for one in met])))
        return self._sets[met]

    def word_number(self, name: str, written: str) -> int:
        """Return the number of a word among the words of longer labels, or 0 if no label has it."""
        first = last = self.first_numbers.get(name, 0)
        rows, start = self._labels.words, f"{name}\t"
        while 0 < last < len(rows) and rows[last].startswith(start):  # words with one term are adjacent
            last += 1
        if first == last:
            return first
        word, language = plain(written), LANGUAGES[int(name[0])]
        far = [
            (between, number)
            for number, row in enumerate(rows[first - 1 : last], start=first)
            for of_label in row.split()[1:]
            if (between := distance(language, word, of_label, within=True)) is not None
        ]
        return min(far)[1] if far else 0

    def _labels_of(self, name: str) -> list[WordLabel]:
        """Return the one-word labels that are stemmed to the term ``name``."""
        labels = self._read.get(name)
        if labels is None:
            rows = [row.split("\t") for row in self.alone.get(name, ())]
            labels = self._read[name] = [
                WordLabel(int(place), sort, text.replace(".", "") if sort == "acronym" else plain(text))
                for _, place, sort, text in rows
            ]
        return labels

    def phrases(self, words: Numbers, ends: Numbers, capital: Numbers) -> tuple[Numbers, Numbers]:
        """Find the labels of several words in texts.

        Returns the index of the first word of each label, and the number of its concept set.

        Args:
            words: The number of each word in the concatenated texts (see :meth:`word_number`).
            ends: For each word, the end of its text.
            capital: Whether each word has a capital.
        """
        first = self._first[words]
        at = starts = first.nonzero()[0]
        nodes = first[at]
        found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        while len(at):
            steps = [
                self._step((words, ends), [part[going.take(nodes)] for part in (at, nodes, starts)], far)
                for far, going in zip(self._distances.tolist(), self._ahead, strict=True)
            ]
            at, nodes, starts = (np.concatenate(parts) for parts in zip(*steps, strict=True))
            counts = self._label_at[nodes + 1] - self._label_at[nodes]
            labels = ranges(self._label_at[nodes], counts)
            needed = self._labels.label_capitals[labels]
            begins, last = np.repeat(starts, counts), np.repeat(at, counts)
            kept = (capital[begins] | (needed & 1 == 0)) & (capital[last] | (needed & 2 == 0))
            concepts = self._labels.label_concepts[labels[kept]].astype(np.int64)
            found.append((begins[kept], concepts + 1))
        begins, sets = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return begins, sets

    def _step(
        self, texts: tuple[Numbers, Numbers], places: list[Numbers], distance: int
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Extend partial label matches by a word ``distance`` positions later.

        The word must continue the label: the tree of labels must have an edge for it.
        """
        words, ends = texts
        at, nodes, starts = places
        inside = (at + distance < ends[at]).nonzero()[0]
        following = words[at[inside] + distance]
        some = following.nonzero()[0]
        inside = inside[some]
        keys = edge(nodes[inside], distance, following[some].astype(np.int64)).astype(np.uint64)
        likely = self._edge_filter[_filter_hash(keys)].nonzero()[0]
        inside, keys = inside[likely], keys[likely]
        found = np.minimum(np.searchsorted(self._edges, keys), len(self._edges) - 1)
        kept = (self._edges[found] == keys).nonzero()[0]
        inside = inside[kept]
        return at[inside] + distance, found[kept] + 1, starts[inside]

    def _find_capital_words(self) -> frozenset[int]:
        """Return the numbers of words that need a capital in a label of several words.

        They are at the start or the end of the label.
        """
        labels = self._labels
        edges, nodes = self._edges.astype(np.int64), labels.label_nodes.astype(np.int64)
        last = edges[nodes[labels.label_capitals & 2 != 0] - 1] & ((1 << WORD_BITS) - 1)
        nodes = nodes[labels.label_capitals & 1 != 0]
        while (before := edges[nodes - 1] >> (DISTANCE_BITS + WORD_BITS)).any():
            nodes = np.where(before > 0, before, nodes)
        first = edges[nodes - 1] & ((1 << WORD_BITS) - 1)
        return frozenset(first.tolist()) | frozenset(last.tolist())


def _filter_hash(edges: Numbers) -> Numbers:
    """Hash edges for the filter (Knuth's multiplicative method)."""
    return (edges * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _FILTER_BITS)
