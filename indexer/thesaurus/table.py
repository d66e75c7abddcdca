"""Read the compiled thesaurus of an index, a table of sorted lines.

Cells are separated by tabs, lines are in byte order. There are four kinds of lines:

- ``en traffick``, then ``person|TIP|12,40|trafficking persons`` for each label of the language that begins
with that term: its other terms, the acronym that must be typed in capitals (or nothing), the numbers of its
concepts, and its words in lower case (or nothing if they equal the terms).
- ``#000012``, the weight, then ``en|traffick _ person|trafficking in persons`` for each label of the concept,
with ``_`` for function words.
- ``>000012``, then the numbers of neighbouring concepts: broader, narrower and related ones.
- ``=000012``, for a concept that is counted as a facet: its name, its kind, the numbers of its broader
concepts, and ``fr|sous-marin`` for its preferred label in each language. ``=kinds`` lists the kinds. A table
of an earlier version has none of these lines.

The lines are in a container like those of segments, in blocks of 64, whose checksums are verified before use.
"""

from __future__ import annotations

from functools import cached_property
from operator import contains
from sys import intern
from typing import TYPE_CHECKING, Final
from zlib import crc32

from indexer.analysis.characters import fold
from indexer.codec.postings import BLOCK_TERMS, Lexicon
from indexer.data_tables import has_line
from indexer.runtime import NamedTuple, cache_method, late_pattern
from indexer.schema import ANALYZED_LANGUAGES, CONCEPTS, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from indexer.codec.layout import Container

LINES: Final = "lines"
GAP: Final = "_"
KINDS_KEY: Final = "=kinds"
WORDS: Final = f"{LINES}.words"  # the block of the words of labels; not in format 8
_WORD_END: Final = late_pattern("[ )-]")
_AFTER_APOSTROPHE: Final = late_pattern("'([^'\n]*)\n")
# The term of a line, or the first word of a label that is not an acronym; empty if it is the term.
_FIRST_WORDS: Final = late_pattern(r"\n.. ([^\t\n]+)|\t[^|\t\n]*\|\|[^|\t\n]*\|([^ \t\n]*)")
# Endings of regular plurals and feminine forms, by the last letter that they replace.
_ENDINGS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {"y": ("y", "ys", "ies"), **{end: (end, f"{end}s", f"{end}es") for end in "hsxz"}},
    "es": {"o": ("o", "os", "a", "as"), "z": ("z", "ces")},
    "fr": {"l": ("l", "ls", "le", "les", "ux"), "s": ("s",), "x": ("x",)},
}
_OTHER_ENDINGS: Final = {"en": ("", "s"), "es": ("", "s", "es"), "fr": ("", "s", "e", "es")}
MAX_ACRONYM_LENGTH: Final = 4  # letters
MAX_NEAR: Final = 256  # neighbours of a concept that are read, from the first on
MAX_LINE_BYTES: Final = 1 << 20  # bytes; the longest of the bundled thesaurus has some thousands
REMEMBERED: Final = 1 << 10  # parsed lines in the caches of a searcher
MANY_WORDS: Final = 256  # looked up in a process that answers many queries, as a server does ...
MARKS: Final = 1 << 18  # ... so that reading all lines once pays off, to mark the hashes of their terms
_BLOCKS: Final = {f"{LINES}.terms": "u1", f"{LINES}.block_at": "u4", f"{LINES}.firsts": "u1"}
_FORMER: Final = {LINES: "u1", "starts": "u4"}  # of format 8


class LabelEntry(NamedTuple):
    """A label as it may occur in a query.

    Attributes:
        rest: The terms of the label after its first term.
        acronym: For an acronym that must be typed in capitals, its spelling; empty for any other label.
        concepts: The numbers of the concepts that have the label.
        written: All its words in lower case; empty if they equal the terms. If there are more words than
            terms, all must be typed, including function words.
    """

    rest: tuple[str, ...]
    acronym: str
    concepts: tuple[int, ...]
    written: tuple[str, ...] = ()


class ConceptLabel(NamedTuple):
    """A label of a concept, in the form in which texts are searched for it.

    Attributes:
        language: The language.
        terms: The terms, in order.
        offsets: The position of each term, relative to the first.
        text: The label as written.
    """

    language: str
    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    text: str


class CountedConcept(NamedTuple):
    """A concept that is counted as a facet.

    Attributes:
        number: The number.
        name: The identifier in its source; for a bundled concept, only the part after the last slash.
        kind: One of :data:`indexer.thesaurus.concept.KINDS`.
        broader: The numbers of its broader concepts, of any kind.
        written: The preferred labels as one string (``en|ferry``, tab, ``fr|bac``), which takes less memory
            than a dictionary.
    """

    number: int
    name: str
    kind: str
    broader: tuple[int, ...]
    written: str

    @property
    def labels(self) -> dict[str, str]:
        """The preferred labels, for each language that has one."""
        return {cell[:2]: cell[3:] for cell in self.written.split("\t")} if self.written else {}


class Table:
    """An open compiled thesaurus.

    Threads may share it.

    Args:
        container: The file of the compiled thesaurus, or ``None`` for a thesaurus without concepts.

    Raises:
        IndexFolderError: The file is not a thesaurus.
    """

    def __init__(self, container: Container | None) -> None:
        self._container = container
        self._lines = None if container is None else _open_lines(container)
        self.lines = len(self._lines or ())
        self._looked_up = 0
        self.beginning = cache_method(self._beginning, REMEMBERED)
        self.concept = cache_method(self._concept, REMEMBERED)
        self.near = cache_method(self._neighbours, REMEMBERED)
        self.words = cache_method(self._words, None)
        self.words_ending = cache_method(self._words_ending, REMEMBERED)

    @property
    def empty(self) -> bool:
        """Whether there are no concepts."""
        return not self.lines

    def concepts(self) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Yield the number and the labels of each concept."""
        for line in self._lines_with(b"#"):
            key, _, *cells = line.decode().split("\t")
            split = [cell.split("|", 2) for cell in cells]
            yield int(key[1:]), [(language, text) for language, _, text in split]

    def read_lines(self) -> Iterator[bytes]:
        """Yield all lines in order."""
        return self._lines_with(b"")

    def check(self) -> bool:
        """Return whether all lines are valid and sorted, and refer to existing concepts."""
        if self._lines is None:
            return True
        previous = b""
        numbers: set[int] = set()
        referred: set[int] = set()
        try:
            for number, line in enumerate(self.read_lines()):
                key, cells = _parse_line(line)
                term = key.encode()
                # If lookups find the first and the last line of a block, they find the sorted lines between.
                is_end = number % BLOCK_TERMS in {0, BLOCK_TERMS - 1}
                if term <= previous or (is_end and self._lines.entry(term)[0] != number):
                    return False
                previous = term
                if key.startswith("#"):
                    numbers.add(int(key[1:]))
                    concept_cells(cells)
                elif key.startswith("="):
                    if concept := counted_concept(line.decode()):
                        referred.update((concept.number, *concept.broader))
                elif key.startswith(">"):
                    referred.update((int(key[1:]), int(cells[0]), *map(int, cells[1:])))
                else:
                    referred.update(number for cell in cells for number in _entry(cell).concepts)
            words = label_words(self._lines_with(b"#"))
        except (ValueError, IndexError):
            return False
        return referred <= numbers and words == self._label_words

    def _beginning(self, language: str, term: str) -> tuple[LabelEntry, ...]:
        """Return the labels of a language that begin with the given term."""
        key = f"{language} {term}"
        self._looked_up += 1
        if (
            self._looked_up > MANY_WORDS
            and not self._first_terms[crc32(key.encode("utf-8", "surrogatepass")) % MARKS]
        ):
            return ()
        return tuple(map(_entry, self._cells(key)))

    @cached_property
    def _first_terms(self) -> bytes:
        """A hash filter that shows whether a label of a language may begin with a term."""
        marks = bytearray(MARKS)
        for language in ANALYZED_LANGUAGES:
            for line in self._lines_with(f"{language} ".encode()):
                marks[crc32(line.partition(b"\t")[0]) % MARKS] = 1
        return bytes(marks)

    def _words(self, letter: str) -> str:
        """Return the sorted first words of labels that begin with ``letter``.

        The result is one text, with a line break before each word. Words have no accents. Feminine forms and
        plurals are included.
        """
        if self._lines is None:
            return ""
        found: set[str] = set()
        for language in ANALYZED_LANGUAGES:
            lines = self._lines.lines_with_prefix(f"{language} {letter}".encode()).decode()
            term = ""
            # Avoids a call for each of thousands of words.
            first = {
                word or term
                for next_term, word in _FIRST_WORDS.findall(lines)
                if not (next_term and (term := next_term))
            }
            found.update(inflect(language, fold("\n".join(first)).split("\n") if first else []))
        return "".join([f"\n{word}" for word in sorted(found)])

    def _words_ending(self, end: str) -> frozenset[str]:
        """Return the words of labels that end with ``end``.

        The words are in lower case and without elided articles.
        """
        words, at = self._label_words, -1
        found: set[str] = set()
        while (at := words.find(f"{end}\n", at + 1)) >= 0:
            start = max(words.rfind("\n", 0, at), words.rfind("'", 0, at)) + 1
            found.add(words[start : at + len(end)].lower())
        return frozenset(found)

    def has_word(self, word: str) -> bool:
        """Return whether a word in lower case is in a label, perhaps after an elided article."""
        return word in self._words_after_apostrophes or has_line(self._label_words, word)

    @cached_property
    def _words_after_apostrophes(self) -> frozenset[str]:
        return frozenset(_AFTER_APOSTROPHE.findall(self._label_words))

    @cached_property
    def _label_words(self) -> str:
        if self._container is None or WORDS not in self._container:
            return label_words(self._lines_with(b"#"))
        return self._container.view(WORDS).tobytes().decode(errors="replace")  # the check compares it

    def labels_at(
        self, language: str, words: Sequence[Collection[str]], at: int = 0
    ) -> Iterator[tuple[str, LabelEntry]]:
        """Yield the labels that start at a word of a text or a query, with their first terms.

        Args:
            language: The language of the labels.
            words: The possible terms of each content word, in order.
            at: The index of the word.
        """
        after = at + 1
        left = len(words) - after
        for term in words[at]:
            for entry in self.beginning(language, term):
                rest = entry.rest
                if not rest or (
                    (size := len(rest)) <= left and all(map(contains, words[after : after + size], rest))
                ):
                    yield term, entry

    def longest_labels(self, language: str, terms: Iterable[str]) -> Iterator[tuple[int, LabelEntry]]:
        """Yield the longest labels in a text, with the position of their first word.

        Args:
            language: The language of the text.
            terms: The terms of the content words of the text. Acronyms, which depend on capitals, are
                skipped.
        """
        words = [(term,) for term in terms]
        end = 0
        for at in range(len(words)):
            if at >= end and self.beginning(language, *words[at]):
                labels = [entry for _, entry in self.labels_at(language, words, at) if not entry.acronym]
                if longest := max(labels, key=lambda entry: len(entry.rest), default=None):
                    yield at, longest
                    end = at + 1 + len(longest.rest)

    def _concept(self, number: int) -> tuple[float, tuple[ConceptLabel, ...]]:
        """Return the ranking weight and the labels of a concept, given its number."""
        return concept_cells(self._cells(line_key("#", number)))

    def keyword(self, number: int) -> str:
        """Return the keyword with which the index marks documents that mention a concept.

        The keyword is empty if the concept is not counted as a facet.
        """
        cells = self._cells(line_key("=", number))
        if not cells:
            return ""
        from indexer.custom_fields import custom_keyword  # most searches need none

        return custom_keyword(f"{cells[1]}{CONCEPTS}", cells[0])

    def _neighbours(self, number: int) -> tuple[int, ...]:
        """Return the broader, narrower and related concepts of a concept, in this order."""
        return tuple(map(int, self._cells(line_key(">", number))[:MAX_NEAR]))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of concepts that are counted as facets; an older table has none."""
        return tuple(self._cells(KINDS_KEY))

    @cached_property
    def counted(self) -> dict[int, CountedConcept]:
        """The concepts that are counted as facets, by number."""
        lines = b"" if self._lines is None else self._lines.lines_with_prefix(b"=")
        parsed = map(counted_concept, lines.decode().split("\n"))
        return {concept.number: concept for concept in parsed if concept}

    @cached_property
    def named(self) -> dict[str, list[CountedConcept]]:
        """The concepts that are counted as facets, by normalised name."""
        from indexer.custom_fields import value_key  # most searches need none

        found: dict[str, list[CountedConcept]] = {}
        for concept in self.counted.values():
            found.setdefault(value_key(concept.name), []).append(concept)
        return found

    def _cells(self, key: str) -> list[str]:
        """Return the cells of the line that has a key, or an empty list if there is no such line."""
        if self._lines is None:
            return []
        number, cells = self._lines.entry(key.encode("utf-8", "surrogatepass"))
        if number < 0:
            return []
        if len(cells) > MAX_LINE_BYTES:
            raise ValueError(LINES)
        return cells.decode().split("\t")

    def _lines_with(self, start: bytes) -> Iterator[bytes]:
        """Yield the lines that start with a prefix, in order."""
        if self._lines is not None:
            numbers = self._lines.numbers_with_prefix(start) if start else range(self.lines)
            for first in range(numbers.start, numbers.stop, BLOCK_TERMS):
                yield from self._lines.lines(range(first, min(first + BLOCK_TERMS, numbers.stop)))


def inflect(language: str, words: Collection[str]) -> list[str]:
    """Return possible plurals and feminine forms of words.

    Some of them do not exist.
    """
    endings, others = _ENDINGS[language], _OTHER_ENDINGS[language]
    return [
        *[word[:-1] + ending for word in words if word[-1] in endings for ending in endings[word[-1]]],
        *[word + ending for word in words if word[-1] not in endings for ending in others],
    ]


def label_words(lines: Iterable[bytes]) -> str:
    """Return the distinct words of all labels, separated by line breaks."""
    texts = {cell.split("|", 2)[2] for line in lines for cell in line.decode().split("\t")[2:]}
    pieces = {piece for text in texts for piece in _WORD_END.split(text)}
    return "\n".join(["", *sorted({piece.rpartition("(")[2] for piece in pieces} - {""}), ""])


def _open_lines(container: Container) -> Lexicon:
    """Open the lines of a table."""
    is_former = LINES in container
    if any(container.kind(name) != kind for name, kind in (_FORMER if is_former else _BLOCKS).items()):
        raise container.damage_error("its table")
    if is_former:
        from indexer.codec.optional_parts import FormerLexicon

        return FormerLexicon(container, max(container.count("starts") - 1, 0), [(LINES, "starts")])
    size = container.meta.get(LINES)
    blocks = container.count(f"{LINES}.block_at") - 1
    if not isinstance(size, int) or blocks != max(-(-size // BLOCK_TERMS), 1):
        raise container.damage_error("its table")
    return Lexicon(container, LINES, size)


def _parse_line(line: bytes) -> tuple[str, list[str]]:
    """Split a line into its key and its cells."""
    key, *cells = line.decode().split("\t")
    return key, cells


def is_acronym(written: str, acronym: str, exact: str = "") -> bool:
    """Return whether a word spells an acronym: WHO or W.H.O., but not who.

    Args:
        written: The word.
        acronym: The acronym in capitals.
        exact: The spelling of the label (*PhD*): only this spelling and the capitals match. If empty, some
            letters after the first may be in lower case.
    """
    letters = written.replace(".", "")
    if exact:
        return letters in (exact, acronym)
    return letters.upper() == acronym and not letters[1:].islower()


def is_in_capitals(word: str) -> bool:
    """Return whether a capitalised word is probably an acronym (GIFT).

    This is only right if the text is not all in capitals.
    """
    return 1 < len(word) <= MAX_ACRONYM_LENGTH and word.isupper()


def line_key(sign: str, number: int) -> str:
    """Return the key of a concept's line.

    ``sign`` is the sign for the kind of line, ``number`` the number of the concept.
    """
    return f"{sign}{number:06d}"


def counted_concept(line: str) -> CountedConcept | None:
    """Parse the line of a concept that is counted as a facet, or return None for other lines.

    Raises:
        ValueError: The line is invalid.
    """
    if not line.startswith("=") or line.startswith(KINDS_KEY):
        return None
    key, name, kind, broader, written = f"{line}\t".split("\t", 4)
    numbers = tuple([int(number) for number in broader.split(",")]) if broader else ()
    return CountedConcept(int(key[1:]), name, intern(kind), numbers, written[:-1])


def _entry(cell: str) -> LabelEntry:
    rest, acronym, numbers, written = cell.split("|")
    return LabelEntry(
        tuple(rest.split()), acronym, tuple(map(int, numbers.split(","))), tuple(written.split())
    )


def concept_cells(cells: list[str]) -> tuple[float, tuple[ConceptLabel, ...]]:
    """Parse the cells of a concept's line, which are its weight and its labels."""
    weight = float(cells[0])
    if not 0 < weight <= 1:
        raise ValueError(cells[0])
    return weight, tuple(map(_concept_label, cells[1:]))


def _concept_label(cell: str) -> ConceptLabel:
    language, terms, text = cell.split("|", 2)
    offsets = {offset: term for offset, term in enumerate(terms.split()) if term != GAP}
    if language not in LANGUAGES or not offsets:
        raise ValueError(cell)
    return ConceptLabel(language, tuple(offsets.values()), tuple(offsets), text)
