"""The engine of an index on a cluster: the same answers as the embedded one gives, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import parse_address
from indexer.cluster.bulk_requests import walk
from indexer.cluster.cached_lists import open_labels
from indexer.cluster.catalog import ClusterContents, ReplacementGuard, read_contents
from indexer.cluster.client import Cluster
from indexer.cluster.register import ClusterRegister
from indexer.item import NewsItem
from indexer.schema import CONCEPTS, FORMAT_VERSION, ID, OWN, WORDS
from indexer.thesaurus.table import Table
from searcher.cluster.request_batcher import RequestRounds, is_found
from searcher.cluster.request_body import Translator
from searcher.cluster.searches import PAGE, MetDocuments, Search, Searches
from searcher.cluster.vocabulary_requests import ClusterVocabulary, DocumentFrequency, Forms, Variants, Words
from searcher.engine import EVERY_HIT, Execution, Filters, Group, IndexInfo, ResultRequest
from searcher.execution.duplicate_hits import execute_grouped
from searcher.query.model import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from indexer.item import SourceLines
    from searcher.cluster.request_batcher import RequestBatcher
    from searcher.engine import Sort, T
    from searcher.execution.duplicate_hits import Top
    from searcher.query.model import Node

    Run = Callable[[Search], Execution]


MOST: Final = 10_000  # members that are read at once; of more, all are walked


class _Matching:
    """The matches of one search that have near duplicates.

    Args:
        search: The search.
        execution: Its answer, ungrouped.
        met: The documents that were met.
        run: Runs a search.
    """

    def __init__(self, search: Search, execution: Execution, met: MetDocuments, run: Run) -> None:
        self._search = search
        self._met = met
        self._run = run
        self.beneath = execution.total - execution.grouped.groups if execution.grouped else 0

    def groups(self, top: Top) -> list[int]:
        """Give the number of the group of each of some matches; -1 where it has none."""
        return [self._met.groups.get(document, -1) for document, _ in top]

    def members(self, groups: Sequence[int]) -> dict[int, list[int]]:
        """List the matches of some groups in the order of their dates, as it was asked for."""
        members: dict[int, list[int]] = {group: [] for group in groups}
        if groups:
            sort: Sort = "oldest" if self._search.wanted.sort == "oldest" else "newest"
            search = self._search._replace(wanted=ResultRequest(sort, MOST), groups=tuple(groups))
            execution = self._run(search)
            if execution.total > MOST:
                execution = self._run(search._replace(wanted=ResultRequest(sort, EVERY_HIT)))
            for document, _ in execution.top:
                members[self._met.groups[document]].append(document)
        return members


EXACT: Final = "opensearch"
APPROXIMATE: Final = "opensearch, scores of its own BM25: it runs no scripts"


class ClusterEngine:
    """An engine over an index on a cluster; threads may share it.

    Args:
        place: The address.
        cluster: The cluster.
        contents: What the index consists of.
    """

    def __init__(self, place: str, cluster: Cluster, contents: ClusterContents) -> None:
        self.place = place
        self._cluster = cluster
        self._contents = contents
        self._vocabulary = ClusterVocabulary(cluster, contents)
        self._translator = Translator(self._vocabulary if contents.scripts else None)
        self._met = MetDocuments(cluster, contents.items_index)
        self._searches = Searches(cluster, contents, self._translator, self._met)
        self._register = ClusterRegister(cluster, contents)
        self.thesaurus = Table(open_labels(cluster, contents))
        self._rounds = RequestRounds(self._vocabulary, self._searches)
        self._closed = False

    @classmethod
    def open(cls, place: str) -> ClusterEngine:
        """Open the index at an address.

        Raises:
            ClusterError: There is none, or it cannot be read.
        """
        cluster = Cluster(parse_address(place))
        return cls(place, cluster, read_contents(cluster))

    @property
    def _batcher(self) -> RequestBatcher | None:
        """The rehearsal that runs in this thread."""
        return self._rounds.batcher

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Answer with guesses, then request them together: :meth:`RequestRounds.plan_requests`."""
        return self._rounds.plan_requests(ask, known)

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Find, rank and count what matches a resolved query.

        Raises:
            QueryError: A leaf that the engine cannot look up.
            ClusterError: The cluster does not answer.
        """
        search = Search(query, filters, wanted._replace(then=None))
        if not (wanted.group and self._contents.groups):
            return self._run(search._replace(wanted=search.wanted._replace(group=False)), wanted.then)

        def ungrouped(wanted: ResultRequest) -> tuple[Execution, _Matching]:
            execution = self._run(search._replace(wanted=wanted))
            return execution, _Matching(search, execution, self._met, self._run)

        return execute_grouped(search.wanted, ungrouped)

    def finds(self, query: Node) -> bool:
        """Tell whether anything matches a resolved query; mostly its words tell."""
        found = is_found(query, self.document_frequency)
        if found is None:
            search, batcher = Search(query, Filters(), ResultRequest()), self._batcher
            found = batcher.finds(search) if batcher else self._searches.run(search).total > 0
        return found

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents that have a term in a field."""
        return int(self._answer(DocumentFrequency(field, term)))

    def documents(self, field: str) -> int:
        """Count the documents that have a field."""
        if field in {WORDS, OWN}:
            return self._contents.items
        return self._vocabulary.statistics[field].documents

    def terms(self, field: str, prefix: str) -> Iterator[str]:  # noqa: ARG002 - of one field it is asked
        """Give the words that start with a prefix, ascending; words alone are asked for so."""
        yield from self._answer(Words(prefix))

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Give the terms that stand for a word typed without its accents."""
        return tuple(self._answer(Variants(language, word)))

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Give the words, folded and in lower case, that texts of a language have for a term, ascending."""
        return tuple(self._answer(Forms(language, term)))

    def leaf_scores(self, leaf: Node, documents: Sequence[int]) -> Mapping[int, float]:
        """Score some documents by one leaf of a resolved query; those that it does not match are left out."""
        found = self._met.scores(leaf, documents)
        if found is None:
            self._score(leaf, documents)
            found = self._met.scores(leaf, documents) or {}
        return found

    def matched(self, leaf: Node, documents: Sequence[int]) -> Sequence[int]:
        """Give those of some documents that a leaf of a resolved query matches."""
        found = self._met.matched(leaf, documents)
        if found is None:
            self._score(leaf, documents)
            found = self._met.matched(leaf, documents) or []
        return found

    def ids_and_titles(self, documents: Sequence[int]) -> list[tuple[str, str | None]]:
        """Give the id and the title of some documents."""
        met = self._met
        for _ in met.read([document for document in documents if document not in met.titles]):
            pass  # which notes its title
        return [(met.ids[document], met.titles[document]) for document in documents]

    def item(self, document: int) -> NewsItem:
        """Read the item of a document."""
        ((_, raw),) = self._met.read([document])
        record = json.loads(raw)
        record.setdefault("since", self._contents.since)
        return NewsItem.from_record(record)

    def records(self, documents: Sequence[int]) -> Iterator[bytes]:
        """Yield the stored records of documents in their order, with all that is known of them."""
        from indexer.documents.stored_record import with_history, with_since

        for first in range(0, len(documents), PAGE):
            page = documents[first : first + PAGE]
            known = self._register.histories([self._met.ids[document] for document in page])
            for document, (_, raw) in zip(page, self._met.read(page), strict=True):
                record = raw.encode()
                if history := known.get(self._met.ids[document]):
                    record = with_history(record, *history)
                yield with_since(record, self._contents.since)

    def find(self, item_id: str) -> int | None:
        """Find the document with an id, or with one that it had before."""
        number = self._met.number(item_id)
        if number is not None:
            return number
        found = self._met.hits({"term": {ID: item_id}}, 1)
        if not found and (current := self._register.current(item_id)) is not None:
            found = self._met.hits({"term": {ID: current}}, 1)
        return self._met.meet(found[0]) if found else None

    def groups(self) -> Sequence[Group]:
        """Give the groups of items that are the same news."""
        if not self._contents.groups:
            return ()
        found: dict[tuple[int, Any], list[int]] = {}
        for hit in self._walk({"exists": {"field": "group"}}):
            place = hit["_source"]["group"], hit["_source"]["kind"]
            found.setdefault(place, []).append(self._met.meet(hit))
        return [Group(kind, tuple(found[group, kind])) for group, kind in sorted(found)]

    def duplicates(self, document: int) -> list[int]:
        """List the other items of an item's group of near duplicates; none where it has none."""
        if not self._contents.groups:
            return []
        group = self._met.groups.get(document)
        if group is None:
            (hit,) = self._walk({"term": {ID: self._met.ids[document]}})
            group = hit["_source"].get("group")
        if group is None:
            return []
        found = [self._met.meet(hit) for hit in self._walk({"term": {"group": group}})]
        return [other for other in found if other != document]

    def _walk(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """List the documents that match, with their groups."""
        return [*walk(self._cluster, self._contents.items_index, query, ("id", "title", "group", "kind"))]

    def ids_beginning(self, beginning: str, most: int) -> list[str]:
        """List the first few ids that begin so, or that an item had before, ascending."""
        found = [hit["_source"]["id"] for hit in self._met.hits({"prefix": {ID: beginning}}, most)]
        if len(found) < most:
            found = sorted({*found, *self._register.beginning(beginning, most)})[:most]
        return found

    def history(self, item_id: str) -> tuple[tuple[str, ...], tuple[SourceLines, ...]]:
        """Give the ids that an item had before, and the other places where it stands."""
        return self._register.histories([item_id]).get(item_id, ((), ()))

    def is_left_out(self, item_id: str) -> bool:
        """Tell whether somebody said that what has an id is no item."""
        return self._register.excludes(item_id)

    def is_current(self) -> bool:
        """Tell whether this is still the generation that the index has.

        Raises:
            ClusterError: There is no index any more, or it is of another format.
        """
        return read_contents(self._cluster) == self._contents

    def info(self) -> IndexInfo:
        """Describe the index: its format, its generation and its sources."""
        contents = self._contents
        codec = EXACT if contents.scripts else APPROXIMATE
        about = contents.built, contents.generation, tuple([source[:4] for source in contents.sources])
        return IndexInfo(FORMAT_VERSION, codec, *about, contents.corrections)

    @property
    def generation(self) -> str:
        """The generation of the index, which changes with every write."""
        return self._contents.generation

    @property
    def counted(self) -> tuple[str, ...]:
        """The own fields that the build named as facets."""
        return self._contents.facets

    def custom_fields(self) -> frozenset[str]:
        """Name the own fields that any item has, ``source`` among them."""
        return frozenset([name for name in self._contents.fields if not name.endswith(CONCEPTS)])

    def asking(self) -> AbstractContextManager[None]:
        """Enter around whatever reads the index; what was given out enters it after the engine is closed too.

        Raises:
            RuntimeError: The engine is closed.
        """
        if self._closed:
            raise RuntimeError("this searcher is closed; open another one")
        return ReplacementGuard(self.place)

    def close(self) -> None:
        """Close the connections; what was given out opens them again where it has to."""
        self._closed = True
        self._cluster.close()

    def _run(self, search: Search, then: Node | None = None) -> Execution:
        batcher = self._batcher
        return batcher.execute(search, then) if batcher else self._searches.run(search)

    def _answer(self, ask: Any) -> Any:
        return (self._batcher or self._vocabulary).answer(ask)

    def _score(self, leaf: Node, documents: Sequence[int]) -> None:
        """Score documents by a leaf, and in the same request by all others of its question.

        Who asks for one leaf of a question asks for all of them.
        """
        requested = next((query for query in self._searches.recent() if leaf in leaves(query)), leaf)
        named = dict(enumerate(dict.fromkeys([leaf, *leaves(requested)])))
        translator = self._translator.named(named)
        queries = [translator.query(leaf) for leaf in named.values()]
        for first in range(0, len(documents), PAGE):
            part = [self._met.ids[document] for document in documents[first : first + PAGE]]
            body = {
                "query": {"bool": {"filter": [{"terms": {ID: part}}], "should": queries}},
                "size": len(part),
                "_source": ["id"],
                "track_total_hits": False,
            }
            index = self._contents.items_index
            answer = self._cluster.search(index, body, include_named_queries_score="true")
            for hit in answer["hits"]["hits"]:
                self._met.meet(hit, named, scored=True)
