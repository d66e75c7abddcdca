"""Number the terms of an index.

An *epoch* is the time in which one vocabulary is used. A vocabulary that grows too large is written to disk,
and the next epoch starts with an empty vocabulary. Within an epoch, terms are numbered in order of first
occurrence. At the end, all vocabularies are merged as streams, so memory is bounded for any number of terms.
Then terms are numbered by rank, their position among all terms in byte order.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from functools import partial
from io import BytesIO
from itertools import compress, count, islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.word_arrays import ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from numpy.typing import NDArray

    from indexer.thesaurus.finder import ConceptFinder

    Numbers = NDArray[Any]


_LINES_AT_ONCE = 1 << 14
_SMALL = 1 << 10  # terms


class Vocabulary(dict[str, int]):
    """Distinct terms, numbered in order of first occurrence."""

    def number(self, name: str) -> int:
        """Return the number of a term, which is the next number for a new term."""
        return self.setdefault(name, len(self))


class SpilledVocabulary:
    """A vocabulary on disk, with its terms in byte order and the number of each term.

    There is one term per line. Sorting strings by code point also sorts their UTF-8 bytes.
    A small vocabulary stays in memory.
    """

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        """Write a vocabulary, which must not grow afterwards, and whose terms have no line breaks."""
        names = [*vocabulary]  # in the order of their numbers
        self.order = np.array(sorted(range(len(names)), key=names.__getitem__), np.uint32)
        self.open: Callable[[], IO[bytes]] = lambda: path.open("rb")  # for :func:`next_terms`
        with BytesIO() if len(names) <= _SMALL else path.open("wb") as file:
            for first in range(0, len(names), _LINES_AT_ONCE):
                lines = [names[number] for number in self.order[first : first + _LINES_AT_ONCE].tolist()]
                file.write(("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"))
            self.size = file.tell()
            if isinstance(file, BytesIO):
                self.open = partial(BytesIO, file.getvalue())


class MergedVocabulary:
    """Maps the term numbers of each epoch to ranks of all terms in byte order."""

    def __init__(self, path: Path, epochs: Sequence[SpilledVocabulary]) -> None:
        """Merge the vocabularies of epochs into a file."""
        if len(epochs) == 1:
            self.open, ranks = epochs[0].open, [array("I", range(len(epochs[0].order)))]
        else:
            self.open, ranks = lambda: path.open("rb"), _merge(path, epochs)
        self._size = 1 + max((own[-1] for own in ranks if own), default=-1)
        self.ranks = [np.empty(len(own), dtype=np.uint32) for own in ranks]
        for numbered, epoch, own in zip(self.ranks, epochs, ranks, strict=True):
            numbered[epoch.order] = own

    def __len__(self) -> int:
        """Return the number of distinct terms."""
        return self._size

    def initials(self) -> Counter[int]:
        """Count the terms by first byte."""
        with self.open() as lines:
            return Counter(map(itemgetter(0), lines))


def next_terms(lines: IO[bytes], count: int) -> list[bytes]:
    """Read the next ``count`` terms in byte order."""
    return [line[:-1] for line in islice(lines, count)]


def _merge(path: Path, epochs: Sequence[SpilledVocabulary]) -> list[array[int]]:
    """Merge the sorted files of epochs into one, and return the rank of each line of each file."""
    ranks = [array("I") for _ in epochs]
    last, rank = b"", -1
    with path.open("wb") as merged:
        for line, epoch in heapq.merge(*(_lines(sealed, at) for at, sealed in enumerate(epochs))):
            if line != last:
                merged.write(line)
                last = line
                rank += 1
            ranks[epoch].append(rank)
    return ranks


def _lines(sealed: SpilledVocabulary, epoch: int) -> Iterator[tuple[bytes, int]]:
    with sealed.open() as file:
        yield from zip(file, repeat(epoch))


class TokenLabels:
    """The thesaurus labels (words or phrases that name a concept) in which the tokens of a table occur."""

    def __init__(self, finder: ConceptFinder) -> None:
        self.finder = finder
        self._words = array("I")  # for each token, its number among the words of multi-word labels
        self._sets = array("I")  # for each token, the number of the set of concepts whose label it is
        self._sets_in_capitals = array("I")  # the same for texts that are in capitals
        self._capital = array("B")
        self._distinctive = array("B")

    def add_words(self, names: Sequence[str], words: Sequence[str]) -> None:
        """Add the next tokens, which are lower-case words, with their terms and spellings."""
        first, finder = len(self._words), self.finder
        for values in (self._words, self._sets, self._sets_in_capitals, self._capital, self._distinctive):
            values.frombytes(bytes(values.itemsize * len(names)))
        for place in compress(count(), map(finder.names.__contains__, names)):
            self._record(first + place, names[place], words[place])

    def add(self, name: str, written: str) -> None:
        """Add the next token, with its term (empty for none) and its spelling."""
        for values in (self._words, self._sets, self._sets_in_capitals, self._distinctive):
            values.append(0)
        self._capital.append(written[:1].isupper())
        if name in self.finder.names:
            self._record(len(self._words) - 1, name, written)

    def distinctive(self, tokens: Numbers) -> list[int]:
        """Return the positions of the tokens whose capitalised form matches other labels.

        The capitalised form of such a token is a separate token.
        """
        marks = np.frombuffer(self._distinctive, bool)
        single = (tokens < len(marks)).nonzero()[0]
        found: list[int] = single[marks[tokens[single]]].tolist()
        return found

    def _record(self, token: int, name: str, written: str) -> None:
        self._words[token] = number = self.finder.word_number(name, written)
        self._distinctive[token] = number in self.finder.capital_words
        if name not in self.finder.alone:
            return
        small = written.lower()
        own = self.finder.concept_set(name, written)
        self._sets[token] = own
        self._sets_in_capitals[token] = own if written == small else self.finder.concept_set(name, small)
        if self.finder.depends_on_case(name):
            self._distinctive[token] = 1

    def concepts(
        self, tokens: Numbers, parts: dict[str, Numbers], in_capitals: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Find the concepts of a batch of documents.

        Args:
            tokens: The concatenated tokens of the documents' texts.
            parts: For each text, its ``document``, the end of its title (``title_end``) and its own end
                (``end``).
            in_capitals: For each text, whether its title and whether its body is in capitals, as two
                consecutive values.

        Returns:
            Two arrays, the documents and the concepts of all distinct pairs, sorted by document. A concept is
            given by its number in the finder.
        """
        ends = np.stack((parts["title_end"], parts["end"]), axis=1).ravel()
        sizes = np.diff(ends, prepend=0)
        small = np.repeat(in_capitals, sizes)
        sets = np.frombuffer(self._sets, np.uint32).take(tokens)
        if small.any():
            sets[small] = np.frombuffer(self._sets_in_capitals, np.uint32).take(tokens[small])
        alone = sets.nonzero()[0]
        capital = np.frombuffer(self._capital, bool).take(tokens) & ~small
        words = np.frombuffer(self._words, np.uint32).take(tokens)
        places, found = self.finder.phrases(words, np.repeat(ends, sizes), capital)
        at = np.concatenate((alone, places))
        documents = np.repeat(parts["document"], 2)[np.searchsorted(ends, at, "right")]
        documents, numbers = _pairs(documents, np.concatenate((sets[alone], found)))
        members, begins = self.finder.members()
        counts = begins[numbers + 1] - begins[numbers]
        return _pairs(np.repeat(documents, counts), members[ranges(begins[numbers], counts)])


def _pairs(documents: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Return the distinct pairs of a document and a number, sorted, as two arrays like the arguments."""
    shift = int(numbers.max(initial=0)).bit_length()
    small = int(documents.max(initial=0)).bit_length() + shift <= np.iinfo(np.uint32).bits
    kind: Any = np.uint32 if small else np.uint64  # 32-bit keys are sorted in half the time
    keys = (documents.astype(kind) << kind(shift)) | numbers.astype(kind)
    keys.sort()
    kept = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=kept[1:])
    keys = keys[kept]
    return (keys >> kind(shift)).astype(np.int64), (keys & kind((1 << shift) - 1)).astype(np.int64)
