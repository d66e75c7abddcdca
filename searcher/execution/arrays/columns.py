"""The columns of one segment as numpy arrays."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.distinct import distinct
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.codec.segment import Segment
    from searcher.execution.arrays.doc_sets import Array


KNOWN_VALUES: Final = 4096  # values of fields that are not ranked whose numbers are kept


def _column(name: str) -> cached_property[Array]:
    """Declare a column, read when it is first asked for."""
    return cached_property(lambda columns: columns.segment.array(name))


class Columns:
    """What evaluation reads of one segment.

    Attributes:
        segment: The segment.
        number: Its number in the index.
        base: The global number of its first document.
        years: The years of the whole index, newest first: all segments count the same, so that counts add up.
    """

    def __init__(self, segment: Segment, number: int, base: int, years: Sequence[int]) -> None:
        self.segment = segment
        self.years = years
        self.number = number
        self.base = base
        self.country_ordinals = {UNKNOWN: NO_COUNTRY} | {
            code: at for at, code in enumerate(segment.countries, FIRST_COUNTRY)
        }
        self._terms_of = lru_cache(KNOWN_VALUES)(segment.keyword_terms)
        self._of_country: dict[str, Array | None] = {}  # views, made once: there are few countries
        self.date_filters: dict[Any, Any] = {}  # what the filters keep: those lately asked for
        self.has_many = len(self.many) > 0
        self.periods: dict[Any, Any] = {}  # what the facets keep, likewise
        self.own: dict[str, Any] = {}  # and the values of own fields
        self.concepts: dict[str, Any] = {}  # and the concepts of each kind
        self.where: dict[Any, Any] = {}  # which documents the filters by own fields let through, lately

    start = _column("start")  # first days
    end = _column("end")  # last days
    spans = _column("spans")  # documents whose dates are more than a day
    crossing = _column("crossing")  # those of them that reach another year
    languages = _column("languages")  # masks
    countries = _column("countries")  # the first four ordinals, packed
    many = _column("many.docs")  # documents with more than four countries
    many_at = _column("many.at")  # for each of these where the others begin
    many_countries = _column("many.countries")  # ordinals of the fifth and later countries

    @cached_property
    def dead(self) -> Array | None:
        """Whether each document is deleted; None when none is."""
        if not self.segment.deleted:
            return None
        dead = np.zeros(self.segment.documents, np.bool_)
        dead[self.segment.deleted] = True
        return dead

    def live_at(self, docs: Array) -> Array | slice:
        """Find those of some documents that are not deleted, as places among them."""
        if self.dead is None:
            return slice(None)
        places: Array = (~self.dead.take(docs)).nonzero()[0]
        return places

    def of_country(self, code: str) -> Array | None:
        """Give the documents about a country, sorted; None where the segment keeps no such list."""
        if code not in self._of_country:
            self._of_country[code] = self.keyword("country", code)
        return self._of_country[code]

    def keyword(self, field: str, value: str) -> Array | None:
        """Give the documents that have a value of a field that is not ranked, sorted; None where none has."""
        terms = self._terms_of(field, value)
        return self.having(field, terms) if terms else None

    def having(self, field: str, terms: range) -> Array:
        """Give the documents that have any of some terms side by side of such a field, sorted."""
        postings = self.segment.postings(field)
        ids = postings.documents(*postings.bounds(terms.start, len(terms)))
        if not len(ids) or (len(terms) > 1 and not all(map(postings.document_frequency, terms))):
            # A value that all have takes no posting.
            return np.arange(self.segment.documents, dtype=np.uint32)
        return distinct(ids) if len(terms) > 1 else ids
