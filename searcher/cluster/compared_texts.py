"""Compare stored texts with the parts of a query that a cluster cannot search for.

These parts are exact phrases, words in the same paragraph, and proximity queries that span queries cannot
express. The records of documents that may match are fetched. Exact phrases are compared with the texts; for
other parts, the records are indexed in a temporary folder and searched like a local index.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import add_checkpoints
from indexer.errors import QueryError
from indexer.schema import ID
from searcher.query.as_written import candidates, check_candidates, find_exact
from searcher.query.model import Exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.cluster.client import Cluster
    from indexer.codec.array_index import ArrayIndex
    from searcher.cluster.request_body import Translator
    from searcher.cluster.vocabulary_requests import ExtraSearch
    from searcher.query.model import Node

    Ids = dict[Node, list[str]]  # the ids of the documents that match each part

PAGE: Final = 1_000  # records per request
CACHE_SIZE: Final = 128  # cached queries: twice the searches of a request
_MEMORY: Final = 64  # megabytes of a temporary index


class ComparedTexts:
    """Finds the matches of query parts that the index of a cluster cannot answer.

    It fetches the documents that may match, and searches their stored texts. Threads may share it.
    """

    def __init__(self, cluster: Cluster, index: str, translator: Translator) -> None:
        self._cluster = cluster
        self._index = index
        self._translator = translator
        self._parts = lru_cache(CACHE_SIZE)(translator.compared_parts)
        self._lock = Lock()
        self._known: dict[Node, Ids | QueryError] = {}

    def matching_ids(self, query: Node) -> Ids | None:
        """Return the ids of the documents that match each part that needs stored texts.

        The result is ``None`` if the texts were not compared yet.

        Raises:
            QueryError: There are too many texts to compare.
        """
        found = self._known.get(query) if self._parts(query) else {}
        if isinstance(found, QueryError):
            raise found
        return found

    def request(self, query: Node) -> ExtraSearch:
        """Return the search for the texts to compare, and a function that reads its response."""
        compared = candidates(query, self._parts(query))
        body: dict[str, Any] = {
            "query": {"constant_score": {"filter": self._translator.unranked.query(compared)}},
            "size": PAGE,
            "track_total_hits": True,
            "sort": [{ID: "asc"}],
            "_source": [ID, "record"],
        }
        return {"index": self._index}, body, partial(self._compare_pages, query, body)

    def _compare_pages(self, query: Node, body: dict[str, Any], answer: dict[str, Any]) -> None:
        """Compare all pages of candidate documents with the parts of a query.

        The matches are cached.
        """
        parts = self._parts(query)
        found: Ids | QueryError
        try:
            check_candidates(parts, answer["hits"]["total"]["value"])
            found = _match_parts(parts, [hit["_source"] for hit in self._pages(body, answer)])
        except QueryError as error:
            found = error
        with self._lock:
            while len(self._known) >= CACHE_SIZE:
                del self._known[next(iter(self._known))]
            self._known[query] = found

    def _pages(self, body: dict[str, Any], answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the hits of a page and of all later pages."""
        while hits := answer["hits"]["hits"]:
            yield from hits
            if len(hits) < PAGE:
                break
            following = body | {"search_after": hits[-1]["sort"], "track_total_hits": False}
            answer = self._cluster.search(self._index, following)


def _match_parts(parts: Sequence[Node], sources: Sequence[dict[str, Any]]) -> Ids:
    """Return the ids of the documents that match each part of a query."""
    exact = [part for part in parts if isinstance(part, Exact)]
    records = [source["record"].encode() for source in sources]
    found: Ids = {part: [] for part in exact}
    for source, has in zip(
        sources, find_exact(exact, add_checkpoints(records)) if exact else (), strict=False
    ):
        for part, is_met in zip(exact, has, strict=True):
            if is_met:
                found[part].append(source[ID])
    others = [part for part in parts if not isinstance(part, Exact)]
    return found | (_find_proximities(others, records) if others else {})


def temporary_index(records: Iterable[bytes]) -> ArrayIndex:
    """Index records in a temporary folder, which is removed immediately.

    Its open files remain readable.
    """
    from indexer.bulk.builder import BulkBuilder
    from indexer.bulk.run import BuildLimits
    from indexer.codec.array_index import ArrayIndex
    from indexer.documents.document import restore

    with TemporaryDirectory() as folder:
        builder = BulkBuilder(Path(folder), BuildLimits.within(_MEMORY))
        for record in add_checkpoints(records):
            builder.add(restore(record))
        return ArrayIndex([entry.open(folder) for entry in builder.finish()])


def _find_proximities(parts: Sequence[Node], records: Sequence[bytes]) -> Ids:
    """Return the ids of the documents in which each proximity query occurs."""
    from searcher.execution.arrays.array_evaluator import ArrayEvaluator
    from searcher.execution.query_plan import EVERY, Plans

    index = temporary_index(records)
    plans, evaluator = Plans(index), ArrayEvaluator(index)
    found: Ids = {}
    for part in parts:
        matched = evaluator.leaf_scores(plans[part, EVERY].node, range(index.documents))
        found[part] = [item_id for item_id, _ in index.ids_and_titles(sorted(matched))]
    return found
