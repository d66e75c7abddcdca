"""Implement the engine for an index on a cluster."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from indexer.annotations import FIELDS, NOTES, annotation_field
from indexer.cluster.address import parse_address
from indexer.cluster.bulk_requests import walk
from indexer.cluster.cached_lists import open_labels
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import ClusterManifest, read_cluster_manifest
from indexer.cluster.mapping import GAP, WORD_COUNT
from indexer.cluster.register import ClusterRegister, decode_annotations
from indexer.errors import ClusterError, QueryError, ReplacedIndexError, message
from indexer.item import NewsItem, read_day
from indexer.schema import CONCEPTS, FORMAT_VERSION, ID, OWN, WORDS
from indexer.thesaurus.table import Table
from searcher.cluster.request_batcher import RequestRounds, is_found
from searcher.cluster.request_body import Translator
from searcher.cluster.searches import PAGE, NumberedDocuments, Search, Searches
from searcher.cluster.vocabulary_requests import ClusterVocabulary, DocumentFrequency, Forms, Variants, Words
from searcher.engine import EVERY_HIT, Execution, Filters, Group, IndexInfo, ResultRequest, days_of_date
from searcher.execution.duplicate_hits import execute_grouped, execute_without_outranked
from searcher.query.limits import MAX_COMPARED_TEXTS
from searcher.query.model import Keyword, leaves_and_proximities, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from indexer.annotations import Annotations
    from indexer.item import SourceLines
    from searcher.cluster.request_batcher import RequestBatcher
    from searcher.engine import Days, Sort, T, TermCounts
    from searcher.query.model import Node

    Run = Callable[[Search], Execution]


_HIDDEN: Final = f"hidden{CONCEPTS}"  # a field that no item has


def _remove_notes(node: Node) -> Node:
    """Replace a node that searches notes by a node without matches.

    Other nodes are returned unchanged.
    """
    if isinstance(node, Keyword) and node.field == OWN and annotation_field(node.value) == NOTES:
        return node.replace(value=_HIDDEN + node.value.removeprefix(NOTES))
    return node


MOST: Final = 10_000  # members that are read at once; more are read in pages


class _DuplicateMatches:
    """The near duplicates among the matches of a search."""

    def __init__(self, search: Search, execution: Execution, met: NumberedDocuments, run: Run) -> None:
        self._search = search
        self._numbered = met
        self._run = run
        self.below_hits = execution.total - execution.grouped.groups if execution.grouped else 0

    def same(self, documents: Sequence[int]) -> dict[int, list[int]]:
        """Map each document that has near duplicates among the matches to these, sorted by date."""
        known = self._numbered.groups
        groups = {known[document]: document for document in documents if document in known}
        found: dict[int, list[int]] = {}
        if groups:
            sort: Sort = "oldest" if self._search.wanted.sort == "oldest" else "newest"
            search = self._search._replace(wanted=ResultRequest(sort, MOST), groups=tuple(groups))
            execution = self._run(search)
            if execution.total > MOST:
                execution = self._run(search._replace(wanted=ResultRequest(sort, EVERY_HIT)))
            for document, _ in execution.top:
                if (hit := groups[known[document]]) != document:
                    found.setdefault(hit, []).append(document)
        return found


EXACT: Final = "opensearch"
APPROXIMATE: Final = "opensearch, scores of its own BM25: it runs no scripts"


class ClusterEngine:
    """An engine for an index on a cluster.

    Threads may share it.
    """

    def __init__(self, place: str, cluster: Cluster, manifest: ClusterManifest) -> None:
        self.place = place
        self._cluster = cluster
        self._manifest = manifest
        self._vocabulary = ClusterVocabulary(cluster, manifest)
        translator = Translator(self._vocabulary if manifest.scripts else None, gap=manifest.gap)
        self._numbered = NumberedDocuments(cluster, manifest.items_index)
        self._searches = Searches(cluster, manifest, translator, self._numbered)
        self._register = ClusterRegister(cluster, manifest)
        self.thesaurus = Table(open_labels(cluster, manifest))
        self._rounds = RequestRounds(self._vocabulary, self._searches)
        self._closed = False
        self._hides_notes = False

    @classmethod
    def open(cls, place: str) -> ClusterEngine:
        """Open the index at a URL.

        Raises:
            ClusterError: There is no index, or the index cannot be read.
        """
        cluster = Cluster(parse_address(place))
        return cls(place, cluster, read_cluster_manifest(cluster))

    @property
    def _batcher(self) -> RequestBatcher | None:
        """The batcher of requests that this thread is using, or None."""
        return self._rounds.batcher

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Collect the requests of a function and send them together."""
        return self._rounds.plan_requests(ask, known)

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Find, rank and count the matches of a resolved query.

        Raises:
            QueryError: The engine does not support a part of the query.
            ClusterError: The cluster does not respond.
        """
        if self._hides_notes:
            where = [(_HIDDEN if name == NOTES else name, values) for name, values in filters.where]
            query, filters = self._hide_notes(query), filters._replace(where=tuple(where))
        search = Search(query, filters, wanted._replace(then=None))
        if not (wanted.group and self._manifest.groups):
            return self._run(search._replace(wanted=search.wanted._replace(group=False)), wanted.then)

        def ungrouped(wanted: ResultRequest, more: int) -> tuple[Execution, _DuplicateMatches]:
            def run(wanted: ResultRequest) -> Execution:
                return self._run(search._replace(wanted=wanted))

            execution = execute_without_outranked(wanted, more, run, self._numbered.groups.get)
            return execution, _DuplicateMatches(search, execution, self._numbered, self._run)

        return execute_grouped(search.wanted, ungrouped)

    def finds(self, query: Node) -> bool:
        """Return whether any item matches a resolved query.

        Document frequencies may suffice to decide.
        """
        query = self._hide_notes(query)
        found = is_found(query, self.document_frequency)
        return self.count(query) > 0 if found is None else found

    def count(self, query: Node) -> int:
        """Return the number of items that match a resolved query."""
        search, batcher = Search(self._hide_notes(query), Filters(), ResultRequest()), self._batcher
        return batcher.count(search) if batcher else self._searches.run(search).total

    def document_frequency(self, field: str, term: str) -> int:
        """Return the number of documents with a term in a field."""
        return int(self._answer(DocumentFrequency(field, term)))

    def documents(self, field: str) -> int:
        """Return the number of documents with a field."""
        if field in {WORDS, OWN}:
            return self._manifest.items
        return self._vocabulary.statistics[field].documents

    def words(self, prefix: str) -> str:
        """Return the sorted words in texts that start with a prefix, as one text, each after a line break."""
        return "".join([f"\n{word}" for word in self._answer(Words(prefix))])

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms of the accented words that equal a word without accents."""
        return tuple(self._answer(Variants(language, word)))

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Return the words that the language's stemmer turns into ``term``, folded and sorted."""
        return tuple(self._answer(Forms(language, term)))

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score the documents that match a leaf of a resolved query."""
        found = self._numbered.scores(leaf, documents)
        if found is None:
            self._request_scores(leaf, documents)
            found = self._numbered.scores(leaf, documents) or {}
        return found

    def matching_documents(self, node: Node, documents: Sequence[int]) -> Sequence[int]:
        """Return the ``documents`` that match one leaf or proximity query (*NEAR*)."""
        found = self._numbered.matching_documents(node, documents)
        if found is None:
            self._request_scores(node, documents)
            found = self._numbered.matching_documents(node, documents) or []
        return found

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Return the ids and titles of documents."""
        met = self._numbered
        for _ in met.read([document for document in documents if document not in met.titles]):
            pass  # registers the title
        return [(met.ids[document], met.titles[document]) for document in documents]

    def items(self, documents: Sequence[int]) -> list[NewsItem]:
        """Read the items of documents."""
        records = [json.loads(raw) for _, raw in self._numbered.read(documents)]
        return [NewsItem.from_record({"since": self._manifest.since, **record}) for record in records]

    def records(self, documents: Sequence[int]) -> Iterator[bytes]:
        """Yield the stored records of documents, with former ids and other locations."""
        from indexer.documents.stored_record import add_history, add_since

        for first in range(0, len(documents), PAGE):
            page = documents[first : first + PAGE]
            known = self._register.histories([self._numbered.ids[document] for document in page])
            for document, (_, raw) in zip(page, self._numbered.read(page), strict=True):
                record = raw.encode()
                if history := known.get(self._numbered.ids[document]):
                    record = add_history(record, *history)
                yield add_since(record, self._manifest.since)

    def day_counts(self, documents: Sequence[int]) -> Mapping[Days | None, int]:
        """Count documents by first day, last day and whether these are estimated."""
        return Counter([days_of_date(read_day(json.loads(raw)["date"])) for raw in self.records(documents)])

    def words_by_days(self) -> Mapping[Days, int]:
        """Return the number of words in the texts of each stated date.

        Raises:
            QueryError: An earlier version built the index.
        """
        if self._manifest.gap < GAP:  # the index lacks the field
            raise QueryError(message("cluster.needs_new_index"))
        sources = [{name: {"terms": {"field": name}}} for name in ("start", "end")]
        days: dict[str, Any] = {"size": MOST, "sources": sources}
        body = {
            "size": 0,
            "query": {"exists": {"field": "day"}},
            "aggs": {"days": {"composite": days, "aggs": {"words": {"sum": {"field": WORD_COUNT}}}}},
        }
        counts: dict[Days, int] = {}
        while True:
            try:
                found = self._cluster.search(self._manifest.items_index, body)["aggregations"]["days"]
            except ClusterError as error:
                if error.kind != "illegal_argument_exception":  # the field cannot be aggregated
                    raise
                raise QueryError(message("cluster.needs_new_index")) from None
            for bucket in found["buckets"]:
                key = bucket["key"]
                counts[key["start"], key["end"], False] = int(bucket["words"]["value"])
            if len(found["buckets"]) < MOST:
                return counts
            days["after"] = found["after_key"]

    def term_counts(self, documents: Sequence[int], others: Sequence[int] | None = None) -> TermCounts:
        """Count the terms in ``documents`` and in ``others``, or in all other documents if that is None.

        Raises:
            QueryError: There are too many texts to index in a temporary folder.
        """
        from searcher.cluster.compared_texts import temporary_index
        from searcher.execution.arrays.term_counts import ArrayTermCounts

        count = self._manifest.items if others is None else len({*documents, *others})
        if count > MAX_COMPARED_TEXTS:
            raise QueryError(message("terms.too_many", most=MAX_COMPARED_TEXTS, count=count))
        if others is None:
            others = [self._numbered.number_of(hit) for hit in self._read_all_hits({"match_all": {}})]
        counted = list(dict.fromkeys([*documents, *others]))
        index = temporary_index(raw.encode() for _, raw in self._numbered.read(counted))
        ids = [self._numbered.ids[document] for document in documents]
        return ArrayTermCounts(index, [number for one in ids if (number := index.find(one)) is not None])

    def find(self, item_id: str) -> int | None:
        """Return the number of the document with a current or former id, or None."""
        number = self._numbered.number(item_id)
        if number is not None:
            return number
        found = self._numbered.hits({"term": {ID: item_id}}, 1)
        if not found and (current := self._register.current(item_id)) is not None:
            found = self._numbered.hits({"term": {ID: current}}, 1)
        return self._numbered.number_of(found[0]) if found else None

    def groups(self) -> Sequence[Group]:
        """Return the groups of near duplicates."""
        if not self._manifest.groups:
            return ()
        found: dict[tuple[int, Any], list[int]] = {}
        for hit in self._read_all_hits({"exists": {"field": "group"}}):
            place = hit["_source"]["group"], hit["_source"]["kind"]
            found.setdefault(place, []).append(self._numbered.number_of(hit))
        return [Group(kind, tuple(found[group, kind])) for group, kind in sorted(found)]

    def duplicates(self, document: int) -> list[int]:
        """Return the other items in the group of near duplicates of an item."""
        if not self._manifest.groups:
            return []
        group = self._numbered.groups.get(document)
        if group is None:
            (hit,) = self._read_all_hits({"term": {ID: self._numbered.ids[document]}})
            group = hit["_source"].get("group")
        if group is None:
            return []
        found = [self._numbered.number_of(hit) for hit in self._read_all_hits({"term": {"group": group}})]
        return [other for other in found if other != document]

    def _read_all_hits(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the hits of all documents that match a query, with their groups."""
        return [*walk(self._cluster, self._manifest.items_index, query, ("id", "title", "group", "kind"))]

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the ids of items with a current or former id that starts with a prefix, at most ``most``."""
        found = [hit["_source"]["id"] for hit in self._numbered.hits({"prefix": {ID: prefix}}, most)]
        if len(found) < most:
            found = sorted({*found, *self._register.ids_with_prefix(prefix, most)})[:most]
        return found

    def history(self, item_id: str) -> tuple[tuple[str, ...], tuple[SourceLines, ...]]:
        """Return the former ids of an item, and its other locations in sources."""
        return self._register.histories([item_id]).get(item_id, ((), ()))

    def annotation_kinds(self) -> frozenset[str]:
        """Return the kinds of annotations that items have."""
        hidden = {NOTES} if self._hides_notes else set()
        fields = set(self._manifest.fields).intersection(FIELDS) - hidden
        return frozenset([field.removesuffix(CONCEPTS) for field in fields])

    def annotations(self, ids: Sequence[str]) -> dict[str, Annotations]:
        """Return the annotations (tags, collections, notes) of the items that have any, by current id.

        The annotations of hits are cached.
        """
        met, found = self._numbered, {}
        if not self.annotation_kinds():
            return {}
        missing = [item_id for item_id in ids if met.number(item_id) is None]
        for first in range(0, len(missing), PAGE):
            page = missing[first : first + PAGE]
            for hit in met.hits({"terms": {ID: page}}, len(page)):
                met.number_of(hit)
        for item_id in ids:
            number = met.number(item_id)
            if number is not None and (text := met.annotations.get(number)):
                one = decode_annotations(json.loads(text))
                found[item_id] = one._replace(note="") if self._hides_notes else one
        return {item_id: one for item_id, one in found.items() if any(one)}

    def hide_notes(self) -> None:
        """Hide the users' notes on all items. This must be called before the first search."""
        self._hides_notes = True

    def _hide_notes(self, query: Node) -> Node:
        """Remove the parts of a query that search notes, if notes are hidden."""
        return rewrite(query, _remove_notes) if self._hides_notes else query

    def is_left_out(self, item_id: str) -> bool:
        """Return whether a correction marks the record with an id as not a news item."""
        return self._register.excludes(item_id)

    def is_current(self) -> bool:
        """Return whether this is the newest generation of the index.

        Raises:
            ClusterError: The index no longer exists, or has another format.
        """
        return read_cluster_manifest(self._cluster) == self._manifest

    def info(self) -> IndexInfo:
        """Return the format, the generation and the sources of the index."""
        manifest = self._manifest
        codec = EXACT if manifest.scripts else APPROXIMATE
        about = manifest.built, manifest.generation, tuple([source[:4] for source in manifest.sources])
        return IndexInfo(FORMAT_VERSION, codec, *about, manifest.corrections, times=manifest.times)

    @property
    def generation(self) -> str:
        """The generation of the index, which changes with every write."""
        return self._manifest.generation

    @property
    def default_facets(self) -> tuple[str, ...]:
        """The custom fields that are facets by default."""
        return self._manifest.facets

    def custom_fields(self) -> frozenset[str]:
        """Return ``source`` and the custom fields that at least one item has."""
        return frozenset([name for name in self._manifest.fields if not name.endswith(CONCEPTS)])

    def reading_context(self) -> AbstractContextManager[None]:
        """Return a context manager that reports if the index is replaced while it is read.

        A context that was returned before the engine is closed remains usable, so that hits can still be
        read.

        Raises:
            RuntimeError: The engine is closed.
        """
        if self._closed:
            raise RuntimeError("this searcher is closed; open another one")
        return _ReplacementGuard(self.place)

    def close(self) -> None:
        """Close the connections. Returned hits can open them again."""
        self._closed = True
        self._cluster.close()

    def _run(self, search: Search, then: Node | None = None) -> Execution:
        batcher = self._batcher
        return batcher.execute(search, then) if batcher else self._searches.run(search)

    def _answer(self, ask: Any) -> Any:
        return (self._batcher or self._vocabulary).answer(ask)

    def _request_scores(self, leaf: Node, documents: Sequence[int]) -> None:
        """Request the scores of documents for a leaf.

        The scores for the other leaves of the query are requested at the same time, because callers need all
        of them.
        """
        recent = self._searches.recent()
        requested = next((query for query in recent if leaf in leaves_and_proximities(query)), leaf)
        named = dict(enumerate(dict.fromkeys([leaf, *leaves_and_proximities(requested)])))
        translator = self._searches.translator(requested).name_leaves(named)
        queries = [translator.query(leaf) for leaf in named.values()]
        for first in range(0, len(documents), PAGE):
            part = [self._numbered.ids[document] for document in documents[first : first + PAGE]]
            body = {
                "query": {"bool": {"filter": [{"terms": {ID: part}}], "should": queries}},
                "size": len(part),
                "_source": ["id"],
                "track_total_hits": False,
            }
            index = self._manifest.items_index
            answer = self._cluster.search(index, body, include_named_queries_score="true")
            for hit in answer["hits"]["hits"]:
                self._numbered.number_of(hit, named, scored=True)


class _ReplacementGuard:
    """A context manager for reading an index that may be rebuilt meanwhile.

    It may be nested.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Replace the error for a missing index by a clear one, if the index was rebuilt.

        Raises:
            ReplacedIndexError: The index was rebuilt.
        """
        if isinstance(error, ClusterError) and error.kind == "index_not_found_exception":
            raise ReplacedIndexError(message("cluster.rebuilt_meanwhile", place=self._place)) from None
