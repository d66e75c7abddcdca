"""The last step of a build: runs and vocabularies become the arrays of one segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.columns import ordered_documents
from indexer.bulk.inversion import TERMS, TITLES, WORDS
from indexer.bulk.keywords import write_keywords
from indexer.bulk.merge import SectionMerge
from indexer.schema import LANGUAGES, VARIANTS, text_field, title_field
from indexer.schema import WORDS as WORDS_FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.bulk.epochs import MergedVocabulary
    from indexer.bulk.merge import Batch
    from indexer.bulk.spilled_run import SpilledRun
    from indexer.codec.field_writer import FieldWriter
    from indexer.codec.segment_writer import SegmentWriter

    Numbers = NDArray[Any]


@dataclass(slots=True)
class Assembly:
    """All that a segment is made of.

    Attributes:
        runs: The runs, in order of arrival.
        codes: The country code of each code number.
        terms, words, variants: The merged vocabularies.
        variant_documents: For each epoch, the arrival number of the first document with each variant.
        budget: How many postings to hold in memory at a time.
    """

    runs: Sequence[SpilledRun]
    codes: Sequence[str]
    terms: MergedVocabulary
    words: MergedVocabulary
    variants: MergedVocabulary
    variant_documents: Sequence[Numbers]
    budget: int
    _new: Numbers = field(init=False)

    def write(self, writer: SegmentWriter) -> None:
        """Write columns and fields; the stored records were written as they came."""
        documents = ordered_documents(self.runs, self.codes)
        order = documents.stored_at
        self._new = np.empty(len(order), dtype=np.uint32)
        self._new[order] = np.arange(len(order), dtype=np.uint32)
        writer.documents(documents)
        write_keywords(writer, documents)
        del documents
        self._write_section(writer, TERMS, order)
        self._write_section(writer, TITLES, order)
        self._write_words(writer, order)
        self._write_variants(writer)
        writer.finish()

    def _merge(self, section: str, vocabulary: MergedVocabulary) -> SectionMerge:
        sections = [run.section(section, vocabulary.ranks[run.epoch]) for run in self.runs]
        return SectionMerge(sections, len(vocabulary), self._new, self.budget)

    def _lengths(self, section: str, columns: int, column: int, order: Numbers) -> Numbers:
        parts = [run.lengths[section].read().reshape(-1, columns)[:, column].copy() for run in self.runs]
        ordered: Numbers = np.concatenate(parts)[order]
        return ordered

    def _write_section(self, writer: SegmentWriter, section: str, order: Numbers) -> None:
        """Write the text fields (TERMS) or the title fields (TITLES), a language behind the other."""
        titles = section == TITLES
        merge = self._merge(section, self.terms)
        longest = max((run.longest[section] for run in self.runs), default=0)
        self.terms.rewind()
        first = 0
        for number, language in enumerate(LANGUAGES):
            last = first + self.terms.initials[ord(str(number))]
            postings, occurrences = merge.totals(first, last)
            if not postings:
                self.terms.take(last - first)
                first = last
                continue
            target = writer.field(
                title_field(language) if titles else text_field(language),
                postings=postings,
                occurrences=occurrences,
                max_position=longest if titles else longest >> 1,
                lengths=self._lengths(section, len(LANGUAGES), number, order),
            )
            for batch in merge.batches(first, last):
                names = [name[1:] for name in self.terms.take(batch.last - batch.first)]
                if titles:
                    _add_plain(target, batch, names)
                else:
                    _add_weighted(target, batch, names)
            target.close()
            first = last

    def _write_words(self, writer: SegmentWriter, order: Numbers) -> None:
        merge = self._merge(WORDS, self.words)
        size = len(self.words)
        postings, _ = merge.totals(0, size)
        target = writer.field(
            WORDS_FIELD, postings=postings, lengths=self._lengths(WORDS, 1, 0, order), positions=False
        )
        self.words.rewind()
        for batch in merge.batches(0, size):
            names = self.words.take(batch.last - batch.first)
            target.add(names, batch.frequencies, batch.documents, batch.places)
        target.close()

    def _write_variants(self, writer: SegmentWriter) -> None:
        """Write the accent variants, each at the first document that has it: the field is a dictionary."""
        size = len(self.variants)
        first = np.full(size, np.iinfo(np.uint32).max, dtype=np.uint32)
        for ranks, documents in zip(self.variants.ranks, self.variant_documents, strict=True):
            np.minimum.at(first, ranks, documents)
        target = writer.field(VARIANTS, postings=size, counts=False, positions=False)
        self.variants.rewind()
        target.add(self.variants.take(size), np.ones(size, dtype=np.int64), self._new[first])
        target.close()


def _add_weighted(field: FieldWriter, batch: Batch, names: list[bytes]) -> None:
    """Add terms whose places are ``position << 1 | in title``."""
    occurrences = np.diff(batch.postings, append=len(batch.places))
    in_title = np.add.reduceat(batch.places & np.uint32(1), batch.postings) if len(batch.places) else None
    field.add(names, batch.frequencies, batch.documents, occurrences, in_title, batch.places >> np.uint32(1))


def _add_plain(field: FieldWriter, batch: Batch, names: list[bytes]) -> None:
    """Add terms whose places are positions; those that no title has are left out."""
    present = np.flatnonzero(batch.frequencies)
    occurrences = np.diff(batch.postings, append=len(batch.places))
    field.add(
        [names[number] for number in present.tolist()],
        batch.frequencies[present],
        batch.documents,
        occurrences,
        None,
        batch.places,
    )
