"""Build a segment by merging runs and their vocabularies.

A run is the data of the documents that were written (spilled) to disk together. An epoch is the life of one
vocabulary, which may last for several runs.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from indexer.analysis.word_arrays import distinct, ranges
from indexer.bulk.inversion import Lengths, SectionMerge, invert, run_in_thread
from indexer.bulk.run import BATCH_CHARACTERS, OPTIONAL_COLUMNS, Run, SpillFile
from indexer.bulk.tokens import NOTHING, TokenTable
from indexer.bulk.vocabulary import MergedVocabulary, SpilledVocabulary, TokenLabels, Vocabulary, next_terms
from indexer.codec.document_columns import Documents, document_order, pack_numbers
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.optional_parts import PARAGRAPHS, PARAGRAPHS_AT
from indexer.codec.segment import SegmentEntry
from indexer.codec.segment_writer import SegmentWriter
from indexer.codec.stored_writer import StoredWriter
from indexer.schema import LANGUAGES, OWN, SKETCH_KEYS, TITLE_WEIGHT, VARIANTS, WORDS, text_field, title_field
from indexer.thesaurus.finder import open_finder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.bulk.inversion import Batch, Sections
    from indexer.bulk.run import BuildLimits, SpilledArray, SpilledRun
    from indexer.codec.layout import Container, FileChecksum
    from indexer.codec.segment_writer import FieldWriter
    from indexer.documents import Document
    from indexer.thesaurus.finder import ConceptFinder

    Numbers = NDArray[Any]


HEAD_BATCH_SIZE: Final = 1 << 16  # documents


def gather_columns(runs: Sequence[SpilledRun], country_codes: Sequence[str]) -> Documents:
    """Gather the columns of the documents of all runs, in the order of the segment."""

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([run.columns[name].read() for run in runs])

    start, kind = column("start"), column("kind")
    ids = [key for run in runs for key in run.ids.read()]
    # UTF-8 sorts like text, so the ids can stay encoded, which saves memory.
    order = document_order(cast("Sequence[str]", ids), start, kind)
    listed = order.tolist()
    ids = [ids[number] for number in listed]
    titles = [title for run in runs for title in run.titles.read()]

    def heads() -> Iterator[list[bytes]]:
        for first in range(0, len(ids), HEAD_BATCH_SIZE):
            titled = [titles[number] for number in listed[first : first + HEAD_BATCH_SIZE]]
            keys = ids[first : first + HEAD_BATCH_SIZE]
            yield [key + b"\0" + title if title else key for key, title in zip(keys, titled, strict=True)]

    counts = column("country_counts")
    begins = np.cumsum(counts, dtype=np.int64) - counts
    plain = {name: column(name)[order] for name in ("end", "languages", "language", "digest")}
    return Documents(
        **plain,
        start=start[order],
        kind=kind[order],
        countries=pack_numbers(column("countries"), begins[order], counts[order], country_codes),
        ids=ids,
        heads=heads,
        stored_at=order,
        sketches=column("sketches").reshape(-1, SKETCH_KEYS)[order],
    )


class TermForms:
    """The unstemmed forms of each term, computed from the tokens of all epochs."""

    def __init__(self, tokens: Sequence[tuple[Numbers, Numbers]], words: MergedVocabulary) -> None:
        keys = [term.astype(np.uint64) << np.uint64(32) | word for term, word in tokens]
        pairs = distinct(np.concatenate(keys)) if keys else np.zeros(0, np.uint64)
        self._terms = (pairs >> np.uint64(32)).astype(np.uint32)
        self._words = pairs.astype(np.uint32)
        with words.open() as lines:
            self._names = lines.read()
        ends = np.flatnonzero(np.frombuffer(self._names, np.uint8) == ord("\n"))
        self._begins = np.concatenate(([0], ends + 1))

    def of_terms(self, first: int, last: int) -> list[bytes]:
        """Return the forms of each term in a range of ranks, sorted and separated by spaces.

        The rank of a term is its position among all terms in byte order.
        """
        at = self._terms.searchsorted(np.arange(first, last + 1, dtype=np.uint32))
        words = self._words[at[0] : at[-1]]
        begins, ends = self._begins.take(words).tolist(), (self._begins.take(words + 1) - 1).tolist()
        names = [self._names[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return [b" ".join(names[low:high]) for low, high in pairwise((at - at[0]).tolist())]


@dataclass(frozen=True, slots=True)
class Epoch:
    """The vocabularies and tokens of an epoch, on disk."""

    terms: SpilledVocabulary
    words: SpilledVocabulary
    variants: SpilledVocabulary
    variant_documents: SpilledArray
    term: SpilledArray
    word: SpilledArray

    @classmethod
    def spill(cls, stem: Path, table: TokenTable) -> Epoch:
        """Write a token table to disk, and free its memory.

        The table must not be used afterwards.
        """
        file = SpillFile(stem.with_suffix(".tokens"))
        epoch = cls(
            terms=SpilledVocabulary(stem.with_suffix(".terms"), table.terms),
            words=SpilledVocabulary(stem.with_suffix(".words"), table.words),
            variants=SpilledVocabulary(stem.with_suffix(".variants"), table.variants),
            variant_documents=file.add(np.array(table.variant_documents)),
            term=file.add(np.array(table.term)),
            word=file.add(np.array(table.word)),
        )
        file.close()
        table.languages.clear()  # they refer to the table, which is freed now, without a collection
        return epoch


class SegmentBuilder:
    """Writes a segment from runs on disk."""

    def __init__(
        self,
        container: ContainerWriter,
        scratch: Path,
        runs: Sequence[SpilledRun],
        epochs: Sequence[Epoch],
        country_codes: Sequence[str],
    ) -> None:
        """Write the columns, and merge the vocabularies."""
        documents = gather_columns(runs, country_codes)
        self._writer = SegmentWriter(container, documents, TITLE_WEIGHT)
        order = documents.stored_at
        self._numbers = np.empty(len(order), dtype=np.uint32)
        self._numbers[order] = np.arange(len(order), dtype=np.uint32)
        self._optional = {
            block: np.concatenate([run.columns[name].read() for run in runs])[order]
            for block, name in OPTIONAL_COLUMNS.items()
        }
        self._lengths = Lengths(len(order))
        self._scratch = scratch
        self._tokens: list[tuple[Numbers, Numbers]] = []  # the term and word ranks of each epoch
        self._runs = runs
        self._epochs = epochs
        self._terms = MergedVocabulary(scratch / "terms", [epoch.terms for epoch in epochs])
        self._initials = self._terms.initials()
        self._words = MergedVocabulary(scratch / "words", [epoch.words for epoch in epochs])
        self._variants = MergedVocabulary(scratch / "variants", [epoch.variants for epoch in epochs])
        self._own = MergedVocabulary(scratch / "own", [run.own for run in runs])

    def write(self, budget: int) -> FileChecksum:
        """Write the fields, with at most ``budget`` postings in memory, and return the file's checksum."""
        inverted = self._invert()
        for titles in (False, True):
            sections = [run.titles if titles else run.texts for run in inverted]
            self._write_languages(SectionMerge(sections, len(self._terms), budget), titles=titles)
        self._write_words(SectionMerge([run.words for run in inverted], len(self._words), budget))
        self._write_variants()
        self._write_custom(SectionMerge([run.own for run in inverted], len(self._own), budget))
        at, entries = self._paragraphs()
        return self._writer.finish(self._optional | {PARAGRAPHS_AT: at, PARAGRAPHS: entries})

    def _paragraphs(self) -> tuple[Numbers, Numbers]:
        """Return where the paragraph entries of each document start, and the entries of all documents."""
        sizes = np.zeros(len(self._numbers) + 1, np.int64)
        counts = [run.columns["paragraph_counts"].read() for run in self._runs]
        sizes[self._numbers + np.uint32(1)] = np.concatenate(counts)
        at = sizes.cumsum()
        entries = np.empty(at[-1], np.uint32)
        for run, of_run in zip(self._runs, counts, strict=True):
            begins = at[self._numbers[run.first : run.first + run.size]]
            entries[ranges(begins, of_run)] = run.columns["paragraphs"].read()
        return at, entries

    def _invert(self) -> list[Sections]:
        """Invert all runs, two at a time in threads."""
        inverted: list[Sections] = []
        tasks = self._inversions()
        for task in tasks:
            following = next(tasks, None)
            other = run_in_thread(following) if following else None
            inverted.append(task())
            if other:
                inverted.append(other())
        return inverted

    def _inversions(self) -> Iterator[Callable[[], Sections]]:
        """Yield a function for each run that inverts it."""
        epoch = -1
        for run, own_ranks in zip(self._runs, self._own.ranks, strict=True):
            if run.epoch != epoch:
                epoch = run.epoch
                sealed = self._epochs[epoch]
                ranks = (
                    _ranks(sealed.term.read(), self._terms.ranks[epoch]),
                    _ranks(sealed.word.read(), self._words.ranks[epoch]),
                )
                holding = ranks[0] != NOTHING
                self._tokens.append((ranks[0][holding], ranks[1][holding]))
            numbers = self._numbers[run.first : run.first + run.size]
            path = self._scratch / f"sections{run.first}"
            yield partial(invert, run, (*ranks, own_ranks), numbers, self._lengths, path)

    def _write_languages(self, merge: SectionMerge, *, titles: bool) -> None:
        """Write the title fields or the text fields, one language after another."""
        last = 0
        forms = None if titles else TermForms(self._tokens, self._words)
        with self._terms.open() as lines:
            for number, language in enumerate(LANGUAGES):
                first, last = last, last + self._initials[ord(str(number))]
                postings, occurrences = merge.totals(first, last)
                if not postings:
                    next_terms(lines, last - first)
                    continue
                target = self._writer.field(
                    title_field(language) if titles else text_field(language),
                    postings=postings,
                    lengths=self._lengths.of_language(number, titles=titles),
                    occurrences=occurrences,
                )
                rank = first
                for batch in merge.batches(first, last):
                    # Each term starts with the number of the language.
                    named = next_terms(lines, len(batch.document_frequencies))
                    if forms is None:
                        _add_plain(target, batch, named)
                    else:
                        words = forms.of_terms(rank, rank + len(named))
                        _add_weighted(target, batch, [name[1:] for name in named], words)
                    rank += len(named)
                target.close()

    def _write_words(self, merge: SectionMerge) -> None:
        size = len(self._words)
        postings, _ = merge.totals(0, size)
        in_all = self._lengths.tokens.sum(axis=1, dtype=np.uint32)
        target = self._writer.field(WORDS, postings=postings, lengths=in_all)
        with self._words.open() as lines:
            for batch in merge.batches(0, size):
                df = batch.document_frequencies
                target.add(next_terms(lines, len(df)), df, batch.documents, batch.values)
        target.close()

    def _write_variants(self) -> None:
        """Write the dictionary of accent variants.

        The only posting of a variant is its first document.
        """
        size = len(self._variants)
        first = np.full(size, np.iinfo(np.uint32).max, dtype=np.uint32)
        for ranks, epoch in zip(self._variants.ranks, self._epochs, strict=True):
            np.minimum.at(first, ranks, epoch.variant_documents.read())
        target = self._writer.field(VARIANTS, postings=size)
        with self._variants.open() as lines:
            target.add(next_terms(lines, size), np.ones(size, dtype=np.int64), self._numbers[first])
        target.close()

    def _write_custom(self, merge: SectionMerge) -> None:
        """Write the custom fields.

        The postings of a value that every document has are left out.
        """
        size, everywhere = len(self._own), merge.document_frequencies == len(self._numbers)
        target = self._writer.field(OWN, postings=int(merge.document_frequencies[~everywhere].sum()))
        first = 0
        with self._own.open() as lines:
            for batch in merge.batches(0, size):
                df = batch.document_frequencies
                last = first + len(df)
                whole = everywhere[first:last]
                documents = batch.documents[~np.repeat(whole, df)]
                target.add(next_terms(lines, last - first), np.where(whole, 0, df), documents)
                first = last
        target.close()


def _ranks(numbers: Numbers, ranks: Numbers) -> Numbers:
    """Replace term numbers, one per token, by ranks; NOTHING (for a stop word) is not replaced."""
    return np.append(ranks, np.uint32(NOTHING)).take(numbers, mode="clip")


def _add_weighted(field: FieldWriter, batch: Batch, names: list[bytes], forms: list[bytes]) -> None:
    """Add a batch of terms to a text field.

    The lowest bit of an occurrence's value is 1 in the title; the other bits are the position.
    """
    occurrences = np.diff(batch.postings, append=len(batch.values))
    in_title = np.add.reduceat(batch.values & np.uint32(1), batch.postings) if len(batch.values) else None
    positions = batch.values >> np.uint32(1)
    field.add(names, batch.document_frequencies, batch.documents, occurrences, in_title, positions, forms)


def _add_plain(field: FieldWriter, batch: Batch, names: list[bytes]) -> None:
    """Add a batch of terms to a title field, without terms that have no postings."""
    present = np.flatnonzero(batch.document_frequencies)
    occurrences = np.diff(batch.postings, append=len(batch.values))
    field.add(
        [names[number][1:] for number in present.tolist()],
        batch.document_frequencies[present],
        batch.documents,
        occurrences,
        None,
        batch.values,
    )


COLLECTION_THRESHOLD = 50_000  # new objects; Python's default of 700 takes a tenth of the time of a build


class BulkBuilder:
    """Builds segments from documents, in bounded memory."""

    def __init__(
        self,
        folder: Path,
        limits: BuildLimits,
        first_segment: int = 1,
        labels: Callable[[], Container | None] = lambda: None,
    ) -> None:
        """Start a build.

        Args:
            folder: The folder for the segments; its subfolder ``unfinished`` is for temporary files.
            limits: The memory limits.
            first_segment: The number in the first segment's name.
            labels: Returns the file of the thesaurus with which to find concepts, or ``None`` to find none.
                Called when the first document is added.
        """
        self._labels = labels
        self._folder = folder
        self._limits = limits
        self._next = first_segment
        self._entries: list[SegmentEntry] = []
        self._scratch = folder / "unfinished"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._records: StoredWriter | None = None

    def add(self, document: Document) -> None:
        """Add a document."""
        if self._records is None:
            self._records = self._start_segment()
        self._records.store(document.record)
        characters = len(document.record)
        if characters > BATCH_CHARACTERS and len(self._run) and characters > self._run.room:
            self._end_run()  # a text as long as a run is a separate run
        if self._run.add(document, characters) and self._run.full:
            self._end_run()
            own = sum(run.own.size for run in self._runs)  # the custom terms of all runs are merged in memory
            if self._run.first >= self._limits.segment_documents or own > self._limits.custom_terms:
                self._end_segment()

    def finish(self) -> list[SegmentEntry]:
        """Write the remaining documents to disk, and return the segments in order."""
        self._end_segment()
        return self._entries

    def cancel(self) -> None:
        """Remove the unfinished file of records, unless ``finish`` was called."""
        if self._records is not None:
            self._records.abandon()
            self._records = None

    def _start_segment(self) -> StoredWriter:
        self._name = f"segment{self._next}"
        self._next += 1
        self._country_codes = Vocabulary()
        self._runs: list[SpilledRun] = []
        self._epochs: list[Epoch] = []
        self._table = self._new_table()
        self._run = Run(self._table, self._country_codes, 0, self._limits)
        return StoredWriter(self._folder / f"{self._name}.text")

    @cached_property
    def _finder(self) -> ConceptFinder | None:
        labels = self._labels()
        return open_finder(labels) if labels else None

    def _new_table(self) -> TokenTable:
        return TokenTable(TokenLabels(self._finder) if self._finder else None)

    def _end_run(self) -> None:
        run = self._run
        if not len(run):
            return
        path = self._scratch / f"run{len(self._runs)}"
        self._runs.append(run.spill(path, len(self._epochs)))
        if self._table.nbytes > self._limits.vocabulary:
            self._end_epoch()
            self._table = self._new_table()
        self._run = Run(self._table, self._country_codes, run.first + len(run), self._limits)

    def _end_epoch(self) -> None:
        stem = self._scratch / f"epoch{len(self._epochs)}"
        self._epochs.append(Epoch.spill(stem, self._table))

    def _end_segment(self) -> None:
        if self._records is None:
            return
        text = self._records.finish()
        self._end_run()
        if not self._epochs or self._runs[-1].epoch == len(self._epochs):
            self._end_epoch()
        del self._table, self._run
        with ContainerWriter(self._folder / f"{self._name}.seg") as container:
            builder = SegmentBuilder(
                container, self._scratch, self._runs, self._epochs, [*self._country_codes]
            )
            arrays = builder.write(self._limits.merge)
        for path in self._scratch.iterdir():
            path.unlink()
        documents = sum(run.size for run in self._runs)
        self._entries.append(SegmentEntry(self._name, documents, None, (("seg", arrays), ("text", text))))
        self._records = None


@contextmanager
def rare_collection() -> Iterator[None]:
    """Run the garbage collector only rarely, and on new objects, within the block.

    A build creates hardly any garbage.
    """
    before = gc.get_threshold()
    # A caller that collects rarely, or never, needs nothing; counting the objects that it has frozen is slow.
    if not before[0] or before[0] >= COLLECTION_THRESHOLD:
        yield
        return
    frozen = gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(COLLECTION_THRESHOLD, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()
