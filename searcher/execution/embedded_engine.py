"""Implement the engine for an index in a folder, within this process."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import add_checkpoints
from indexer.codec.array_index import ArrayIndex, read_records
from indexer.codec.optional_parts import PARAGRAPHS_AT
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import IndexFolderError, message
from indexer.item import NewsItem, decode_record
from indexer.runtime import NamedTuple, cache_method
from indexer.schema import CONCEPTS, COUNTRY_VIA, OWN, VARIANTS, WORDS, text_field
from indexer.store.damage import DamageGuard
from indexer.store.index_folder import read_manifest
from indexer.store.manifest import CODEC
from indexer.thesaurus.table import Table
from searcher.engine import FACETS, Filters, IndexInfo, ResultRequest
from searcher.execution.query_plan import EVERY, DocumentList, Plans
from searcher.query.limits import MAX_COMPARED_TEXTS
from searcher.query.model import COMPOUNDS, NOTHING, Exact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from indexer.annotations import Annotations
    from indexer.codec.duplicate_sets import Groups
    from indexer.codec.line_table import AnnotationTable
    from indexer.codec.plain_file import StrPath
    from indexer.codec.segment import Segment
    from indexer.item import SourceLines
    from indexer.store.manifest import Manifest
    from indexer.store.register import Register
    from searcher.engine import Days, Execution, Group, T, TermCounts
    from searcher.execution.arrays.array_evaluator import ArrayEvaluator
    from searcher.execution.duplicate_hits import DuplicateMatches, IndexGroups, ScalarDuplicateMatches
    from searcher.execution.query_plan import Plan
    from searcher.query.model import Node


TRIES = 1000  # retries if a commit occurs between reading the table and opening its files


class Generation(NamedTuple):
    """A generation of an index, which can be read even after it is replaced."""

    manifest: Manifest
    segments: list[Segment]
    thesaurus: Table
    groups: Groups | None = None  # the groups of near duplicates, or None
    # Facts about items that are stored outside their records, such as former ids, or None
    register: Register | None = None
    annotations: AnnotationTable | None = None  # the annotations of items, or None


def open_generation(folder: StrPath) -> Generation:
    """Open all files of the current generation of an index folder.

    A writer removes a generation's files after committing the next one. If this happens between reading the
    manifest and opening its files, the next generation is opened instead.

    Raises:
        IndexFolderError: There is no index, or it is unfinished, damaged, or of a newer format.
    """
    manifest = read_manifest(folder)
    for _ in range(TRIES):
        try:
            return _open_generation(folder, manifest)
        except IndexFolderError:
            now = read_manifest(folder)
            if now.generation == manifest.generation:
                raise
            manifest = now
    raise IndexFolderError(message("codec.changes_too_fast", folder=folder))


def _open_generation(folder: StrPath, manifest: Manifest) -> Generation:
    segments = f"{folder}/{SEGMENTS_FOLDER}"
    opened = [entry.open(segments) for entry in manifest.segments]
    labels = manifest.thesaurus.open(segments) if manifest.thesaurus else None
    groups = register = annotations = None
    if manifest.groups:
        from indexer.codec.duplicate_sets import Groups  # many indexes have none

        groups = Groups(manifest.groups.open(segments))
    if manifest.register:
        from indexer.store.register import Register  # as above

        register = Register(manifest.register.open(segments))
    if manifest.annotations:
        from indexer.codec.line_table import AnnotatedDocuments, AnnotationTable  # as above

        annotations = AnnotationTable(manifest.annotations.open(segments))
        for segment in opened:
            segment.annotations = AnnotatedDocuments(annotations, segment.find_id)
    return Generation(manifest, opened, Table(labels), groups, register, annotations)


# Postings evaluated without numpy in the time of importing numpy.
FEW_POSTINGS: Final = 30_000
COMPARED_CACHE_SIZE: Final = 16  # cached results of comparing the texts of documents with queries
MAX_KNOWN_TEXTS: Final = 1 << 17  # cached comparisons of texts


class EmbeddedEngine:
    """An engine for one generation of an index folder.

    Threads may share it.
    """

    def __init__(self, folder: str, generation: Generation) -> None:
        index = ArrayIndex(generation.segments)
        self._index = index
        self.place = folder
        self._manifest, _, self.thesaurus, self._groups, self._register, self._annotations = generation
        self._guard = DamageGuard(folder)
        self._plans = Plans(index, cache_method(self._compare_texts, COMPARED_CACHE_SIZE))
        self._occurring: dict[tuple[tuple[str, ...], str, int], bool] = {}
        self._evaluated = 0  # postings that were evaluated without numpy
        # If each document has only one language, a language filter excludes terms of other languages.
        self._single = not any(segment.mixed for segment in index.segments)
        self._has_variants = any(one.fields.get(VARIANTS, {}).get("terms") for one in index.segments)
        self._closed = False
        self.documents = cache_method(self._documents, None)

    @classmethod
    def open(cls, folder: str) -> EmbeddedEngine:
        """Open the current generation of an index folder.

        Raises:
            IndexFolderError: There is no index, or it is unfinished, damaged, or of another format.
        """
        generation = open_generation(folder)
        with DamageGuard(folder):
            return cls(folder, generation)

    @cached_property
    def _arrays(self) -> ArrayEvaluator:
        import isal.isal_zlib  # noqa: F401 - compares checksums faster than zlib, loaded in 1 ms

        from searcher.execution.arrays.array_evaluator import ArrayEvaluator

        return ArrayEvaluator(self._index)

    @cached_property
    def _grouping(self) -> IndexGroups | None:
        if self._groups is None:
            return None
        from searcher.execution.duplicate_hits import IndexGroups  # an index without groups does not need it

        return IndexGroups(self._groups, self._index)

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Do nothing, because lookups need no requests."""

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Find, rank and count the matches of a resolved query."""
        if wanted.group and self._grouping is not None:
            return self._grouping.execute(wanted, partial(self._execute, query, filters))
        return self._execute(query, filters, wanted)[0]

    def _execute(
        self, query: Node, filters: Filters, wanted: ResultRequest, more: int = 0
    ) -> tuple[Execution, DuplicateMatches | None]:
        """Execute a query, and return the result and the matches with near duplicates.

        The matches with near duplicates are ``None`` if hits are not grouped. ``more`` documents are ranked
        after the page, to replace documents that a near duplicate outranks.
        """
        for at, (name, _) in enumerate(filters.where):
            if name in wanted.facets:  # a facet is counted without its own filter
                others = filters._replace(where=filters.where[:at] + filters.where[at + 1 :])
                counted, _ = self._execute(query, others, ResultRequest(facets=(name,)))
                rest = wanted._replace(facets=tuple([one for one in wanted.facets if one != name]))
                execution, duplicates = self._execute(query, filters, rest, more)
                return execution._replace(facets={**execution.facets, **counted.facets}), duplicates
        idle = self._single and "language" not in wanted.facets
        plan = self._plans[query, filters.languages if idle else EVERY]
        # Choose the evaluator: importing numpy takes longer than evaluating few postings without it. A
        # process with many searches eventually exceeds the limit, and imports it.
        if "numpy" not in sys.modules:
            # The few terms of COUNTRY_VIA are read faster than numpy is imported.
            own = len([name for name in wanted.facets if name not in FACETS and name != COUNTRY_VIA])
            self._evaluated += plan.postings + own * self._index.documents
            if self._evaluated <= FEW_POSTINGS:
                return self._execute_scalar(plan, filters, wanted, more)
        duplicates = None
        if wanted.group and self._grouping is not None:
            duplicates = self._grouping.columns.new_matches()
        return self._arrays.execute(plan, filters, wanted, duplicates, more), duplicates

    def _execute_scalar(
        self, plan: Plan, filters: Filters, wanted: ResultRequest, more: int
    ) -> tuple[Execution, ScalarDuplicateMatches | None]:
        from searcher.execution.scalar_evaluator import execute

        if wanted.group and self._grouping is not None:
            from searcher.execution.duplicate_hits import ScalarDuplicateMatches, execute_without_outranked

            duplicates = ScalarDuplicateMatches(self._grouping)
            run = partial(execute, self._index, plan, filters, duplicates=duplicates)
            return execute_without_outranked(wanted, more, run, duplicates.group_of), duplicates
        return execute(self._index, plan, filters, wanted), None

    def _documents(self, field: str) -> int:
        """Return the number of documents with a field."""
        return self._index.statistics(field)[0]

    def words(self, prefix: str) -> str:
        """Return the sorted words in texts that start with a prefix, as one text, each after a line break."""
        return self._index.terms_with_prefix(WORDS, prefix)

    def count(self, query: Node) -> int:
        """Return the number of documents that match a resolved query."""
        return self.execute(query, Filters(), ResultRequest()).total

    def finds(self, query: Node) -> bool:
        """Return whether anything matches a resolved query."""
        return self.count(query) > 0

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score documents by a leaf of a resolved query."""
        if isinstance(leaf, Exact):
            (found,) = self._find_matching([leaf], documents)
            having = [document for document, has in zip(documents, found, strict=True) if has]
            return self._scores(self._plans[leaf.part or NOTHING, EVERY].node, having)
        weighted = self._plans.leaf(leaf)
        return self._scores(weighted, documents) if weighted else {}

    def _scores(self, weighted: Node, documents: Sequence[int]) -> Mapping[int, float]:
        if "numpy" not in sys.modules:  # the leaf's query was evaluated without numpy
            from searcher.execution.scalar_evaluator import leaf_scores

            return leaf_scores(self._index, weighted, documents)
        return self._arrays.leaf_scores(weighted, documents)

    def matching_documents(self, node: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score the ``documents`` that match one leaf or proximity query (*NEAR*)."""
        if type(node) in COMPOUNDS:  # a proximity
            return self._arrays.leaf_scores(self._plans[node, EVERY].node, documents)
        return self.leaf_scores(node, documents)

    def _compare_texts(self, query: Node) -> dict[Exact, DocumentList]:
        """Return the documents that match each exact phrase of a query, by reading texts."""
        from searcher.query.as_written import candidates, check_candidates, exact_leaves

        exact = exact_leaves(query)
        wanted = ResultRequest("newest", MAX_COMPARED_TEXTS)
        execution, _ = self._execute(candidates(query, exact), Filters(), wanted)
        check_candidates(exact, execution.total)
        documents = sorted([document for document, _ in execution.top])
        return {
            leaf: DocumentList(
                self._index.by_segment([one for one, has in zip(documents, found, strict=True) if has])
            )
            for leaf, found in zip(exact, self._find_matching(exact, documents), strict=True)
        }

    def _find_matching(self, exact: Sequence[Exact], documents: Sequence[int]) -> list[list[bool]]:
        """Return, for each exact phrase, whether each document contains it."""
        from searcher.query.as_written import find_exact

        if len(self._occurring) > MAX_KNOWN_TEXTS:
            self._occurring = {}  # a new dict, since other threads may read the old one
        known = self._occurring
        keys = [[(leaf.words, leaf.field, document) for leaf in exact] for document in documents]
        new = [own for own in keys if any(key not in known for key in own)]
        if new:
            found = find_exact(exact, add_checkpoints(read_records(self._index, [own[0][-1] for own in new])))
            for own, has in zip(new, found, strict=True):
                known.update(zip(own, has, strict=True))
        return [[known[own[at]] for own in keys] for at in range(len(exact))]

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Return the ids and titles of documents, which is faster than reading the items."""
        return self._index.ids_and_titles(documents)

    def duplicates(self, document: int) -> list[int]:
        """Return the near duplicates of a document, without deleted ones."""
        return [] if self._grouping is None else self._grouping.duplicates(document)

    def items(self, documents: Sequence[int]) -> list[NewsItem]:
        """Read the items of documents, even after the engine is closed."""
        found = []
        with self._guard:
            for document in documents:
                segment, doc = self._index.locate(document)
                record = decode_record(segment.read_record(doc))
                record.setdefault("since", segment.since)
                found.append(NewsItem.from_record(record))
        return found

    def records(self, documents: Sequence[int]) -> Iterator[bytes]:
        """Yield the stored records of documents, with former ids and other locations."""
        from indexer.documents.stored_record import add_history, add_since

        index = self._index
        with self._guard:
            for document, stored in add_checkpoints(
                zip(documents, read_records(index, documents), strict=True)
            ):
                record = stored
                if self._register and any(known := self.history(index.head(document)[0])):
                    record = add_history(record, *known)
                since = index.locate(document)[0].since
                yield add_since(record, since) if since else record

    def day_counts(self, documents: Sequence[int]) -> Mapping[Days | None, int]:
        """Count documents by first day, last day and whether these are estimated."""
        with self._guard:
            if len(documents) > FEW_POSTINGS:
                return self._arrays.day_counts(documents)
            return Counter([segment.days(doc) for segment, doc in map(self._index.locate, documents)])

    def words_by_days(self) -> Mapping[Days, int]:
        """Return the number of words in the texts of each stated date.

        Raises:
            QueryError: An earlier version built the index.
        """
        with self._guard:
            return self._arrays.words_by_days()

    def term_counts(self, documents: Sequence[int], others: Sequence[int] | None = None) -> TermCounts:
        """Count the terms in ``documents``, and in ``others`` for comparison.

        If ``others`` is ``None``, these are all other documents of the index.
        """
        from searcher.execution.arrays.term_counts import ArrayTermCounts  # few requests need it

        return ArrayTermCounts(self._index, documents, others)

    def find(self, item_id: str) -> int | None:
        """Return the number of the document with a current or former id, or None."""
        found = self._index.find(item_id)
        if found is None and self._register and (current := self._register.current(item_id)) is not None:
            return self._index.find(current)
        return found

    def groups(self) -> Sequence[Group]:
        """Return the groups of near duplicates."""
        return () if self._grouping is None else self._grouping.groups()

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the ids of items with a current or former id that starts with a prefix, at most ``most``."""
        found = self._index.ids_with_prefix(prefix, most)
        if self._register and len(found) < most:
            found = sorted({*found, *self._register.ids_with_prefix(prefix, most)})[:most]
        return found

    def history(self, item_id: str) -> tuple[tuple[str, ...], tuple[SourceLines, ...]]:
        """Return the former ids of an item, and its other locations in sources."""
        if self._register is None:
            return (), ()
        return self._register.former(item_id), self._register.places(item_id)

    def annotation_kinds(self) -> frozenset[str]:
        """Return the kinds of annotations that items have."""
        fields = self._annotations.fields if self._annotations else ()
        return frozenset([field.removesuffix(CONCEPTS) for field in fields])

    def annotations(self, ids: Sequence[str]) -> dict[str, Annotations]:
        """Return the annotations (tags, collections, notes) of the items that have any, by current id."""
        if self._annotations is None:
            return {}
        found = {item_id: self._annotations.of(item_id) for item_id in ids}
        return {item_id: one for item_id, one in found.items() if any(one)}

    def hide_notes(self) -> None:
        """Hide the users' notes on all items."""
        if self._annotations is not None:
            self._annotations.hides_notes = True

    def is_left_out(self, item_id: str) -> bool:
        """Return whether a correction marks the record with an id as not a news item."""
        return self._register is not None and self._register.excludes(item_id)

    def is_current(self) -> bool:
        """Return whether this is the newest generation of the index.

        Raises an error if the index is missing or damaged.
        """
        return read_manifest(self.place) == self._manifest

    def info(self) -> IndexInfo:
        """Return the format, the generation and the sources of the index."""
        manifest = self._manifest
        return IndexInfo(
            manifest.format,
            CODEC,
            manifest.built or "",
            self.generation,
            tuple([source[:4] for source in manifest.sources]),
            manifest.corrections,
            self._items_of_one_paragraph,
            manifest.times,
        )

    def _items_of_one_paragraph(self) -> int | None:
        """Return the number of items with a single paragraph, or None if paragraphs are unknown."""
        items = 0
        for segment in self._index.segments:
            if PARAGRAPHS_AT not in segment.container:
                return None
            bounds = pairwise(segment.paragraphs()[0])
            items += sum(
                first == last and not segment.is_deleted(doc) for doc, (first, last) in enumerate(bounds)
            )
        return items

    @property
    def generation(self) -> str:
        """The generation of the index, which changes with every write."""
        return str(self._manifest.generation)

    @property
    def default_facets(self) -> tuple[str, ...]:
        """The custom fields that are facets by default."""
        return self._manifest.facets

    def custom_fields(self) -> frozenset[str]:
        """Return ``source`` and the custom fields that at least one item has."""
        return self._index.own.names

    def reading_context(self) -> AbstractContextManager[None]:
        """Return a context manager for reading, which raises a clear error if a file is damaged.

        Raises:
            RuntimeError: The engine is closed.
        """
        if self._closed:
            raise RuntimeError("this searcher is closed; open another one")
        return self._guard

    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term in a field, including deleted ones."""
        return (
            self._index.count_keyword(field, term)
            if field == OWN
            else self._index.lookup(field, term).documents
        )

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms of the accented words that equal a word without accents."""
        if not self._has_variants:
            return ()
        prefix = f"{language} {word} "
        lines = self._index.terms_with_prefix(VARIANTS, prefix)
        return tuple(lines.split(f"\n{prefix}")[1:]) if lines else ()

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Return the words that the language's stemmer turns into ``term``, sorted."""
        return self._index.lookup(text_field(language), term).forms

    def close(self) -> None:
        """Drop cached plans and arrays. Returned hits can still read their details."""
        self._closed = True
        self._plans.clear()
        self.__dict__.pop("_arrays", None)
