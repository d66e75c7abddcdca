"""Find occurrences of terms, phrases and proximities in one document after the other, without numpy."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.optional_parts import BODY_STARTS, optional_block
from indexer.schema import LANGUAGE_NUMBERS, LANGUAGES, LEAD, WORDS
from searcher.execution.query_plan import WeightedPhrase, WeightedTerm
from searcher.query.positions import occurrences, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.segment import Segment
    from searcher.query.model import Node

TEXT_BITS: Final = 30
IN_TEXT: Final = 1 << TEXT_BITS  # more than any position and distance: title and text are far apart ...
LANGUAGE: Final = 31  # ... and so are the texts of each language


class TermPositions:
    """The positions of a term in a segment: its documents, sorted, and all postings of its field."""

    def __init__(self, segment: Segment, number: int, term: WeightedTerm) -> None:
        self._field = term.field
        self.ids: Sequence[int] = ()
        if term.numbers[number] >= 0:
            self.postings = segment.postings(term.field)
            self._first, last = self.postings.bounds(term.numbers[number])
            self.ids = self.postings.ids_of(self._first, last)

    def find(self, doc: int) -> int | None:
        """Return the posting of a document; None if it lacks the term."""
        at = bisect_left(self.ids, doc)
        return self._first + at if at < len(self.ids) and self.ids[at] == doc else None

    def keys(self, posting: int) -> list[int]:
        """Return the positions of a posting, those in the text far from those in the title."""
        positions = self.postings.positions_of(posting)
        in_title = (
            len(positions) if self._field.startswith("title_") else self.postings.title_count_of(posting)
        )
        return [*positions[:in_title], *[at + IN_TEXT for at in positions[in_title:]]]


def phrase_occurrences(phrase: WeightedPhrase, keys: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Yield the occurrences of a phrase in a document, from the keys of each of its terms."""
    return phrases(keys, [term.numbers for term in phrase.terms], phrase.offsets, phrase.slop)


class OccurrenceReader:
    """Finds occurrences in the documents of a segment."""

    def __init__(self, segment: Segment, number: int) -> None:
        self._segment = segment
        self._number = number
        self._terms: dict[int, TermPositions] = {}  # by the identity of the term
        self._having: dict[tuple[str, ...], set[int]] = {}
        self._begins: dict[int, list[int]] = {}  # of the paragraphs of each document

    def occurs(self, node: Node, doc: int) -> bool:
        """Return whether a node of a weighted query occurs in a document."""
        leaf, holds = partial(self._leaf, doc), partial(self._holds, doc)
        return bool(occurrences(node, leaf, holds, partial(self._is_in, doc), partial(self._paragraph, doc)))

    def _paragraph(self, doc: int, key: int) -> int:
        """Return the number of the paragraph of a key in a document."""
        if doc not in self._begins:
            at, entries = self._segment.paragraphs()
            language, keys = 0, self._begins.setdefault(doc, [])
            for entry in entries[at[doc] : at[doc + 1]]:
                if entry:
                    keys.append((language << LANGUAGE) + IN_TEXT + entry - 1)
                else:
                    language += 1
        return (key >> TEXT_BITS) + bisect_right(self._begins[doc], key)

    def _is_in(self, doc: int, place: str, key: int) -> bool:
        """Return whether the key of a last word is in a place of a document."""
        in_text = key & IN_TEXT > 0
        if place == "body" or not in_text:
            return in_text == (place == "body")
        start, language = divmod(self._body_starts[doc], len(LANGUAGES))
        return key % IN_TEXT - start * (language == key >> LANGUAGE) < LEAD

    @cached_property
    def _body_starts(self) -> memoryview[int]:
        return optional_block(self._segment.container, BODY_STARTS, self._segment.documents)

    def _leaf(self, doc: int, leaf: WeightedTerm | WeightedPhrase) -> list[tuple[int, int]]:
        """Return the keys of the first and the last word of each occurrence of a leaf in a document."""
        if isinstance(leaf, WeightedTerm):
            return [(at, at) for at in self._keys(leaf, doc)]
        keys = [self._keys(term, doc) for term in leaf.terms]
        return [(at[0], at[-1]) for at in phrase_occurrences(leaf, keys)]

    def _holds(self, doc: int, restriction: Any) -> bool:
        return doc in self._with(restriction.part.words)

    def _keys(self, term: WeightedTerm, doc: int) -> list[int]:
        """Return the keys of the occurrences of a term in a document, ascending."""
        known = self._terms.get(id(term))
        if known is None:
            known = self._terms[id(term)] = TermPositions(self._segment, self._number, term)
        posting = known.find(doc)
        language = LANGUAGE_NUMBERS[term.field.rpartition("_")[2]] << LANGUAGE
        return [] if posting is None else [at + language for at in known.keys(posting)]

    def _with(self, words: tuple[str, ...]) -> set[int]:
        """Return the documents with any of some words."""
        if words not in self._having:
            self._having[words] = set().union(*[self._segment.having(WORDS, word) for word in words])
        return self._having[words]
