"""Run searches on a generation of an index on a cluster, and cache their results.

The cluster also counts the matching groups of near duplicates. Its count of distinct values would be an
estimate, so a script sets a bit for each matching group. Without scripts, the cluster lists the groups with
several matches, which takes 1.5 to 3 times as long.
"""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.mapping import ANNOTATIONS, groups_metric, value_labels, values_body
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import ID
from searcher.cluster.compared_texts import ComparedTexts
from searcher.cluster.request_body import by_place, facet_counts, facet_part, search_body, sort_order
from searcher.engine import FACETS, Execution, Filters, Grouped, ResultRequest, sort_counts
from searcher.query.model import added_leaves, leaves_and_proximities

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest
    from searcher.cluster.request_body import Translator
    from searcher.cluster.vocabulary_requests import ExtraSearch
    from searcher.query.model import Node


ANSWER_CACHE_SIZE: Final = 512  # cached results of this search and of earlier ones
DEEPEST: Final = 10_000  # maximum offset of a cluster; deeper hits are read in pages
PAGE: Final = 1_000  # hits per request of a deep page
_MAX_GROUPS: Final = 65_535  # maximum number of groups that a cluster lists
_ALIVE: Final = "1m"  # the lifetime of the index state between two pages


class Search(NamedTuple):
    """A search on a cluster.

    Attributes:
        query: The resolved query.
        filters: The filters.
        wanted: The results to return.
        groups: The groups of near duplicates to search. Their documents are then sorted by date. If empty,
            all documents are searched.
    """

    query: Node
    filters: Filters
    wanted: ResultRequest
    groups: tuple[int, ...] = ()


class Searches:
    """Runs searches, and caches their results.

    Threads may share it.
    """

    def __init__(
        self, cluster: Cluster, manifest: ClusterManifest, translator: Translator, met: NumberedDocuments
    ) -> None:
        self._cluster = cluster
        self._manifest = manifest
        self._translator = translator
        self._compared = ComparedTexts(cluster, manifest.items_index, translator)
        self._numbered = met
        self._lock = Lock()
        self._labels: dict[str, dict[str, str]] = {}  # labels of counted custom fields
        self.done: dict[Search, Execution] = {}

    def recent(self) -> list[Node]:
        """Return the queries of the latest requests for hits, the most recent first."""
        with self._lock:
            return [search.query for search in reversed(self.done) if search.wanted.limit]

    def run(self, search: Search) -> Execution:
        """Return the results of a search, from the cache if possible.

        Raises:
            QueryError: The engine does not support a part of the query.
            ClusterError: The cluster does not respond.
        """
        wanted, counting = search.wanted, drop_deep_hits(search)
        counted = self._page(counting)
        if counting is search:
            return counted
        # The offset may exceed the number of hits, which is not known before.
        return counted._replace(top=self._read_deep_page(search) if counted.total > wanted.offset else [])

    def _page(self, search: Search) -> Execution:
        while (done := self.recall(search)) is None:
            for head, body, read in self.next_request(search):
                read(self._cluster.search(head.pop("index"), body, **head))
        return done

    def recall(self, search: Search) -> Execution | None:
        """Return the cached results of a search, or None if there are none."""
        self._compared.matching_ids(search.query)
        return self.done.get(search)

    def translator(self, query: Node) -> Translator:
        """Return the translator for a query, after comparing stored texts if necessary."""
        while (matching_ids := self._compared.matching_ids(query)) is None:
            head, body, read = self._compared.request(query)
            read(self._cluster.search(head["index"], body))
        return self._translator._replace(matching_ids=matching_ids)

    def next_request(self, search: Search) -> list[ExtraSearch]:
        """Return a list of the next request of a search, with a function that reads the response.

        If parts of the query need stored texts that were not yet compared, the request is for the texts. The
        list is empty if there are too many texts.
        """
        try:
            matching_ids = self._compared.matching_ids(search.query)
        except QueryError:
            return []  # the error is raised once the results are needed
        if matching_ids is None:
            return [self._compared.request(search.query)]
        translator = self._translator._replace(matching_ids=matching_ids)
        named = dict(enumerate(leaves_and_proximities(search.query))) if _needs_via(search) else {}
        if search.groups or not search.wanted.limit:  # searches that only count need no scores
            translator = translator.unranked
        query = (translator.name_leaves(named) if named else translator).query(search.query)
        body = self._body(search, query)
        for name in search.wanted.facets:
            if name not in FACETS and name not in self._labels:
                body["aggs"][f"all {name}"] = {"global": {}, "aggs": {"values": values_body(name)}}
        return [(self._head(), body, partial(self._read, search, named))]

    def _body(self, search: Search, query: dict[str, Any]) -> dict[str, Any]:
        body = search_body(query, search.filters, search.wanted)
        if self._manifest.annotated:
            body["stored_fields"] = [ANNOTATIONS]
        if search.groups:
            body["query"] = {"bool": {"filter": [body["query"], {"terms": {"group": list(search.groups)}}]}}
            body["sort"] = sort_order(search.wanted.sort, estimated=True)
        elif search.wanted.group:
            groups = _groups_body(self._manifest, body.get("post_filter"))
            body["aggs"] = body.get("aggs", {}) | {"groups of all": groups}
        return body

    def _head(self) -> dict[str, Any]:
        head = {"index": self._manifest.items_index}
        # Without exact scores each shard would weight words by its own statistics.
        return head if self._manifest.scripts else head | {"search_type": "dfs_query_then_fetch"}

    def _read(self, search: Search, named: dict[int, Node], answer: dict[str, Any]) -> None:
        ranked = search.wanted.sort == "relevance"
        found = answer.get("aggregations", {})
        facets = {}
        for name in search.wanted.facets:
            if whole := found.get(f"all {name}"):
                self._labels[name] = value_labels(name, whole["values"])
            counted = facet_counts(name, facet_part(found, name), search.filters, self._labels.get(name, {}))
            facets[name] = sort_counts(name, counted)
        top = [
            (self._numbered.number_of(hit, named), hit["_score"] if ranked else 0.0)
            for hit in answer["hits"]["hits"]
        ]
        total, grouped = answer["hits"]["total"]["value"], None
        if groups := found.get("groups of all"):
            grouped = Grouped(total - _count_below_hits(groups), {})
        places = partial(by_place, facet_part(found, "country")) if "country" in facets else dict
        execution = Execution(total, top, facets, grouped, places)
        with self._lock:
            if len(self.done) >= ANSWER_CACHE_SIZE:
                for old in list(self.done)[: ANSWER_CACHE_SIZE // 2]:
                    del self.done[old]
            self.done[search] = execution

    def _read_deep_page(self, search: Search) -> list[tuple[int, float]]:
        """Return the hits of a page far down in the results."""
        wanted = search.wanted
        index, ranked = self._manifest.items_index, wanted.sort == "relevance"
        body = self._body(search, self.translator(search.query).query(search.query))
        pit = self._cluster.post(f"/{index}/_search/point_in_time", keep_alive=_ALIVE)["pit_id"]
        page: dict[str, Any] = {
            name: body[name] for name in ("query", "post_filter", "track_scores", "sort") if name in body
        }
        page |= {"size": PAGE, "track_total_hits": False, "_source": ["id", "group"]}
        top: list[tuple[int, float]] = []
        passed, end = 0, wanted.offset + wanted.limit
        try:
            while passed < end:
                hits = self._cluster.search_in(pit, _ALIVE, page)["hits"]["hits"]
                shown = hits[max(wanted.offset - passed, 0) : end - passed]
                top += [(self._numbered.number_of(hit), hit["_score"] if ranked else 0.0) for hit in shown]
                passed += len(hits)
                if len(hits) < PAGE:
                    break
                page["search_after"] = hits[-1]["sort"]
        finally:
            self._cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [pit]}, allowed=(404,))
        return top


def drop_deep_hits(search: Search) -> Search:
    """Return a search without its hits, if they are too deep for one request."""
    wanted = search.wanted
    if wanted.limit + wanted.offset <= DEEPEST:
        return search
    return search._replace(wanted=wanted._replace(limit=0, offset=0))


def _needs_via(search: Search) -> bool:
    """Return whether to request, for each hit, the expansions that it matches."""
    return bool(search.wanted.limit and not search.groups and added_leaves(search.query))


RECORD_CACHE_SIZE: Final = 10_000  # cached records of hits, and cached scores of leaves


class NumberedDocuments:
    """Numbers the documents of an index in the order of their first use.

    Threads may share it.

    Attributes:
        ids: The ids by number.
        records: The title and the record of cached documents, by number.
        titles: The titles read so far, by number.
        groups: The group of near duplicates, by document number, of the documents that are in one.
        annotations: The annotations of annotated documents as JSON, by number.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._matched: dict[int, dict[Node, bool]] = {}
        self._scores: dict[int, dict[Node, float | None]] = {}
        self.ids: list[str] = []
        self.titles: dict[int, str | None] = {}
        self.groups: dict[int, int] = {}
        self.records: dict[int, tuple[str | None, str]] = {}
        self.annotations: dict[int, str] = {}

    def number_of(
        self, hit: Mapping[str, Any], named: Mapping[int, Node] | None = None, *, scored: bool = False
    ) -> int:
        """Return the document number of a hit.

        The document gets a number at its first use.

        Args:
            hit: The hit, as in the response of OpenSearch.
            named: The leaves of the query by the number with which they were named in the request.
            scored: Whether the scores of the leaves were requested.
        """
        source = hit["_source"]
        with self._lock:
            number = self._numbers.get(source["id"])
            if number is None:
                number = self._numbers[source["id"]] = len(self.ids)
                self.ids.append(source["id"])
            if "record" in source or "kind" in source:
                self.titles[number] = source.get("title")
            if "group" in source:
                self.groups[number] = source["group"]
            if "record" in source:
                if len(self.records) >= RECORD_CACHE_SIZE:
                    self.records.clear()
                    self.annotations.clear()
                if stored := hit.get("fields", {}).get(ANNOTATIONS):
                    (self.annotations[number],) = stored
                self.records[number] = source.get("title"), source["record"]
            if named:
                if len(self._matched) >= RECORD_CACHE_SIZE:
                    self._matched.clear()
                    self._scores.clear()
                matched = hit.get("matched_queries", {})  # names, names with scores, or missing
                leaves = self._matched.setdefault(number, {})
                leaves.update({leaf: str(name) in matched for name, leaf in named.items()})
                if scored:
                    scores = self._scores.setdefault(number, {})
                    scores.update({leaf: matched.get(str(name)) for name, leaf in named.items()})
        return number

    def number(self, item_id: str) -> int | None:
        """Return the number of a document whose record is cached, otherwise None."""
        number = self._numbers.get(item_id)
        return number if number in self.records else None

    def scores(self, leaf: Node, documents: Sequence[int]) -> dict[int, float] | None:
        """Return the scores of the ``documents`` that match a leaf.

        The result is ``None`` if this is not cached for all documents.
        """
        found = {}
        for document in documents:
            known = self._scores.get(document, {})
            if leaf not in known:
                return None
            if (score := known[leaf]) is not None:
                found[document] = score
        return found

    def matching_documents(self, leaf: Node, documents: Sequence[int]) -> list[int] | None:
        """Return the ``documents`` that match a leaf.

        The result is ``None`` if this is not cached for all documents.
        """
        known = [self._matched.get(document, {}).get(leaf) for document in documents]
        if None in known:
            return None
        return [document for document, has in zip(documents, known, strict=True) if has]

    def hits(self, query: dict[str, Any], most: int) -> list[dict[str, Any]]:
        """Return the first ``most`` hits of a query, sorted by id."""
        body = {"query": {"constant_score": {"filter": query}}, "size": most, "sort": [{ID: "asc"}]}
        body |= {"_source": True, "stored_fields": [ANNOTATIONS]}
        found: list[dict[str, Any]] = self._cluster.search(self._index, body)["hits"]["hits"]
        return found

    def read(self, documents: Sequence[int]) -> Iterator[tuple[str | None, str]]:
        """Yield the titles and records of documents, in order.

        They are read with several requests.
        """
        for first in range(0, len(documents), PAGE):
            page = documents[first : first + PAGE]
            found = {number: kept for number in page if (kept := self.records.get(number))}
            missing = [self.ids[number] for number in page if number not in found]
            for hit in self.hits({"terms": {ID: missing}}, len(missing)) if missing else ():
                source = hit["_source"]
                found[self.number_of(hit)] = source.get("title"), source["record"]
            yield from [found[number] for number in page]


def _groups_body(manifest: ClusterManifest, post_filter: dict[str, Any] | None) -> dict[str, Any]:
    """Return the aggregation that counts the groups of near duplicates of the matches.

    Args:
        manifest: The manifest of the index.
        post_filter: The filter that applies to hits but not to facets, or None.
    """
    grouped = [{"exists": {"field": "group"}}, *([post_filter] if post_filter else [])]
    if manifest.scripts:
        counted: dict[str, Any] = {"distinct": groups_metric(manifest.unused_group)}
    else:
        several = {"field": "group", "size": _MAX_GROUPS, "min_doc_count": 2}
        counted = {
            "several": {"terms": several},
            "counts": {"stats_bucket": {"buckets_path": "several._count"}},
        }
    return {"filter": {"bool": {"filter": grouped}}, "aggs": counted}


def _count_below_hits(answer: dict[str, Any]) -> int:
    """Return how many matches are shown below a hit as its near duplicates.

    Raises:
        QueryError: There are too many groups to count.
    """
    if "distinct" in answer:
        return int(answer["doc_count"] - (answer["distinct"]["value"] or 0))
    if answer["several"]["sum_other_doc_count"]:
        raise QueryError(message("cluster.too_many_groups"))
    return int(answer["counts"]["sum"] - answer["counts"]["count"])
