"""Read the names and the values of custom fields in all segments."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any

from indexer.annotations import annotation_field
from indexer.custom_fields import (
    MAX_VALUES,
    NUMBER,
    display_name,
    is_concept,
    source_field,
    split_term,
    value_key,
)
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import CONCEPTS, COUNTRY_VIA, OWN, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from indexer.codec.segment import Segment


class CustomValue(NamedTuple):
    """A normalised value of a custom field in a segment, with the terms of its spellings."""

    key: str
    terms: range


class CustomValues:
    """The custom fields of an index."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._annotations = next((one.annotations.table for one in segments if one.annotations), None)
        self._segments = [segment for segment in segments if OWN in segment.fields]
        self._labels: dict[str, dict[str, str]] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names of all custom fields, also of those that only deleted documents have."""
        return frozenset([name for name in self._names if not name.endswith(CONCEPTS)])

    def holds(self, name: str) -> bool:
        """Return whether any document has a custom field, or a concept of a kind, with this name."""
        return name in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        separator = SEPARATOR.encode()
        names: set[str] = set()
        for segment in self._segments:
            lexicon, number = segment.lexicon(OWN), 0
            while number < len(lexicon):
                name = lexicon.term(number).split(separator)[0]
                names.add(name.decode("utf-8", "surrogatepass"))
                # The first term of the next name: a space follows the separator in byte order.
                number = max(number + 1, lexicon.floor(name + b" "))
        return frozenset(names)

    def labels(self, name: str) -> dict[str, str]:
        """Return the most frequent spelling of each normalised value of a field.

        Raises:
            QueryError: There are too many values to count.
        """
        if name not in self._labels:
            self._labels[name] = self._read_labels(name)
        return self._labels[name]

    def _read_labels(self, name: str) -> dict[str, str]:
        labels: dict[str, str] = {}
        counts: Counter[tuple[str, str]] = Counter()
        if self._annotations and annotation_field(name):
            return {
                key: max([(len(ids), one) for one, ids in written.items()])[1]
                for key, written in self._annotations.keywords(name).items()
            }
        for segment in self._segments:
            numbers = segment.keyword_terms(OWN, name)
            frequencies = segment.postings(OWN).document_frequencies(numbers)
            for count, (key, label) in zip(frequencies, _values(segment, numbers), strict=True):
                counts[key, label] += count or segment.documents
                labels.setdefault(key, label)
                if len(labels) > MAX_VALUES and not is_concept(name):
                    field = display_name(name)
                    raise QueryError(message("store.too_many_values", name=field, most=MAX_VALUES))
        if len(counts) > len(labels):
            for key, label in counts:
                other = labels[key]
                labels[key] = max((counts[key, label], label), (counts[key, other], other))[1]
        return labels


def annotated_values(segment: Segment, name: str) -> list[tuple[str, Sequence[int]]] | None:
    """Return the values of an annotation field in a segment, with their documents.

    The result is ``None`` if the field is not an annotation field.
    """
    if not annotation_field(name):
        return None
    return segment.annotations.values(name) if segment.annotations else []


def values_of(segment: Segment, name: str) -> list[CustomValue]:
    """Return the values of a custom field in a segment, sorted."""
    numbers = segment.keyword_terms(OWN, name)
    keys = [key for key, _ in _values(segment, numbers)]
    firsts = [at for at, key in enumerate(keys) if not at or key != keys[at - 1]]
    ends = [*firsts[1:], len(keys)]
    return [CustomValue(keys[at], numbers[at:end]) for at, end in zip(firsts, ends, strict=False)]


def numbers_of(segment: Segment, terms: range) -> list[float]:
    """Return the numeric value of each custom term in a range, or NaN if the value is not a number."""
    value_in = re.compile(f"[^{SEPARATOR}]*{SEPARATOR}({NUMBER}){SEPARATOR}".encode()).match
    found = map(value_in, segment.lexicon(OWN).walk(terms) if terms else ())
    return [float(value[1]) if value else nan for value in found]


def place_terms(segment: Segment) -> tuple[dict[str, range], list[range]]:
    """Return the terms that record how countries were determined.

    Returns:
        A mapping and a list. The mapping has, by country code, the terms of documents that only name a place
        in the country. The list has the terms that all documents with such records have, one range for each
        spelling (see ``country_via_terms``).
    """
    named, every = {}, []
    for key, terms in values_of(segment, COUNTRY_VIA):
        code, *ways = key.split()
        if code == "*":
            every.append(terms)
        elif ways == ["place"]:
            named[code.upper()] = terms
    return named, every


def source_documents(segment: Segment, name: str) -> npt.NDArray[Any]:
    """Return the documents of a source, or of a file in a source, sorted.

    Deleted documents are included.
    """
    import numpy as np

    from indexer.analysis.word_arrays import distinct

    written = " ".join(name.split())
    first = f"{source_field(name)}{SEPARATOR}{value_key(name)}".encode("utf-8", "surrogatepass")
    numbers = segment.lexicon(OWN).numbers_with_prefix(first) if OWN in segment.fields else range(0)
    lists = [np.empty(0, np.uint32)]
    for number, term in zip(numbers, segment.lexicon(OWN).texts(numbers) if numbers else (), strict=True):
        own = split_term(term)[2]
        if own == written or own.startswith(f"{written}/"):
            lists.append(np.asarray(segment.documents_of_terms(OWN, range(number, number + 1)), np.uint32))
    return distinct(np.concatenate(lists))


def _values(segment: Segment, numbers: range) -> Iterator[tuple[str, str]]:
    """Yield the normalised value and the spelling of each term."""
    for term in segment.lexicon(OWN).texts(numbers) if numbers else ():
        yield split_term(term)[1:]
