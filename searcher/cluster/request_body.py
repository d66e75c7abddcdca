"""Translate queries, filters and facets to the body of a request to a cluster."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster import mapping
from indexer.cluster.mapping import custom_query, value_of, values_body
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import COUNTRY_VIA, ESTIMATED_DATE, ID, UNKNOWN
from searcher.bm25 import counted_documents, term_weight
from searcher.cluster.span_queries import proximity_queries
from searcher.cluster.vocabulary_requests import DocumentFrequency
from searcher.engine import FACET_DEFINITIONS
from searcher.execution.date_ranges import EVERY_YEAR, month_year
from searcher.query import model
from searcher.query.field_filters import custom_filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.cluster.vocabulary_requests import ClusterVocabulary
    from searcher.engine import Filters, ResultRequest, Sort


Json = dict[str, Any]

_YEARS: Final = 10_000
_COUNTRIES: Final = 1_000
MAX_LENGTH: Final = 2**31 - 1  # the largest integer of a cluster, above any number of words


def facet_counts(name: str, answer: Json, filters: Filters, labels: Mapping[str, str]) -> dict[str, int]:
    """Return the counts of a facet from a response, without zeros."""
    facet = FACET_DEFINITIONS[name]
    found: dict[str, int] = {}
    for part in (f"{name}s", f"estimated_{name}s") if facet.digits else ():
        for bucket in answer.get(part, {}).get("buckets", ()):
            number = bucket["key"]
            key = f"{number:04d}" if name == "year" else f"{number // 100:04d}-{number % 100:02d}"
            found[key] = found.get(key, 0) + bucket["doc_count"]
    for bucket in answer.get("values", {}).get("buckets", ()):
        value = bucket["key"]
        if facet.is_custom:
            value = labels[value_of(name, value)[0]]
        found[value] = found.get(value, 0) + bucket["doc_count"]
    if name != "month" or month_year(filters) == EVERY_YEAR:
        for part in (UNKNOWN, ESTIMATED_DATE):
            found[part] = found.get(part, 0) + answer.get(part, {}).get("doc_count", 0)
    return {value: count for value, count in found.items() if count}


def by_place(answer: Json) -> dict[str, int] | None:
    """Return, for each country, how many documents name a place in it, but not the country itself.

    The result is ``None`` if a document was indexed by an older version, which did not store the evidence.
    """
    if answer["unplaced"]["doc_count"]:
        return None
    found = [(value_of(COUNTRY_VIA, one["key"])[0], one["doc_count"]) for one in answer["places"]["buckets"]]
    return {value.split()[0].upper(): count for value, count in found}


def facet_part(aggregations: Mapping[str, Json], name: str) -> Json:
    """Return the part of a response that belongs to a facet."""
    return aggregations.get(f"filtered {name}") or {
        part: one for key, one in aggregations.items() for part, _, of in [key.partition(" ")] if of == name
    }


def facet_body(name: str, filters: Filters) -> Json:
    """Return the aggregations that count a facet."""
    facet = FACET_DEFINITIONS[name]
    if facet.is_custom:
        without = {"bool": {"must_not": [custom_query(name)]}}
        return {"values": values_body(name), UNKNOWN: {"filter": without}}
    if not facet.digits:
        values: Json = {"values": _values(name, _COUNTRIES)}
        if name != "country":
            return values
        unplaced: Json = {"filter": {"bool": {"must_not": [custom_query(COUNTRY_VIA)]}}}
        return values | {"places": values_body(COUNTRY_VIA, ".. place"), "unplaced": unplaced}
    months: list[int] | None = None
    if name == "month" and (year := month_year(filters)) != EVERY_YEAR:
        months = [year * 100 + month for month in range(1, 13)]
    fields = [f"{name}s", *([f"estimated_{name}s"] if filters.estimated else [])]
    undated = {UNKNOWN: {"filter": _query_undated(estimated=filters.estimated)}}
    if not filters.estimated:
        undated[ESTIMATED_DATE] = {"filter": {"term": {"dating": "estimated"}}}
    return {field: _values(field, _YEARS, months) for field in fields} | undated


def _values(field: str, size: int, include: list[int] | None = None) -> Json:
    terms: Json = {"field": field, "size": size}
    return {"terms": terms | ({"include": include} if include else {})}


def _query_undated(*, estimated: bool) -> Json:
    """Return a query for documents without a stated date.

    If ``estimated`` is true, they have no estimated date either.
    """
    return {"bool": {"must_not": [{"exists": {"field": "start" if estimated else "day"}}]}}


NOTHING: Final[Json] = {"match_none": {}}


class Translator(NamedTuple):
    """Translates resolved queries to the query language of a cluster.

    Attributes:
        vocabulary: The statistics for scores, or ``None`` if nothing is ranked or the cluster's BM25 is used.
        gap: The difference between the positions of the title and of the text.
        names: For each leaf, the name under which hits report its score.
        matching_ids: For each part that needs stored texts, the ids of the matching documents.
    """

    vocabulary: ClusterVocabulary | None
    gap: int = mapping.GAP
    names: Mapping[model.Node, str] = {}  # never changed
    matching_ids: Mapping[model.Node, Sequence[str]] = {}

    @property
    def unranked(self) -> Translator:
        """The translator for queries whose matches are not scored."""
        return self._replace(vocabulary=None, names={})

    def name_leaves(self, leaves: Mapping[int, model.Node]) -> Translator:
        """Return a translator that gives names to ``leaves``."""
        return self._replace(names={leaf: str(name) for name, leaf in leaves.items()})

    def compared_parts(self, query: model.Node) -> list[model.Node]:
        """Return the parts of a query that must be compared with the stored texts."""
        return [
            node
            for node in model.leaves_and_proximities(query)
            if isinstance(node, model.Exact)
            or (isinstance(node, model.Positional) and self._proximity(node) is None)
        ]

    def _proximity(self, node: model.Positional) -> list[Json] | None:
        return proximity_queries(node, self.unranked.query, self.gap)

    def query(self, node: model.Node) -> Json:
        """Translate a node of a resolved query.

        Raises:
            QueryError: The cluster does not support a part of the query.
        """
        query = self._query(node)
        if node in self.names and query is not NOTHING:
            ((kind, body),) = query.items()
            if kind == "term":  # a term query has its name next to the value
                ((field, value),) = body.items()
                return {"term": {field: value | {"_name": self.names[node]}}}
            return {kind: body | {"_name": self.names[node]}}
        return query

    def _query(self, node: model.Node) -> Json:  # noqa: C901, PLR0911, PLR0912 - one case per node
        match node:
            case model.Term():
                return self._term(node.field, node.text, node.boost)
            case model.Phrase():
                terms = [self._term(node.field, text, node.boost) for text in node.terms]
                return {"bool": {"must": terms, "filter": [_phrase_query(node)]}}
            case model.Positional() | model.Exact():
                ranked = (node.part,) if isinstance(node, model.Exact) else model.kept_parts(node)
                scored = [self.query(part) for part in ranked if part]
                found = self._proximity(node) if isinstance(node, model.Positional) else None
                if found is None:
                    return {"bool": {"must": scored, "filter": [{"terms": {ID: self.matching_ids[node]}}]}}
                return {"bool": {"must": scored, "filter": [_any_query(found)]}}
            case model.Or():
                return _any_query(list(map(self.query, node.parts)))
            case model.DisjunctionMax():
                return {
                    "dis_max": {"queries": list(map(self.query, node.parts)), "tie_breaker": node.tie_breaker}
                }
            case model.And():
                return {"bool": {"must": list(map(self.query, node.parts))}}
            case model.Should():
                required, optional = self.query(node.required), self.query(node.optional)
                return {"bool": {"must": [required], "should": [optional]}}
            case model.AndNot():
                kept, excluded = self.query(node.kept), self.query(node.excluded)
                return {"bool": {"must": [kept], "must_not": [excluded]}}
            case model.Not():
                return _constant({"bool": {"must_not": [self.query(node.part)]}}, 1.0)
            case model.ConstantScore():
                return _constant(self.query(node.part), node.boost)
            case model.Everything():
                return {"bool": {"filter": [{"match_all": {}}]}}
            case model.WordSet():
                return _constant({"terms": {"words": list(node.words)}}, node.boost)
            case model.Keyword(field="own"):
                return _constant(custom_query(node.value), 1.0)
            case model.Keyword():
                return _constant({"term": {node.field: node.value}}, 1.0)
            case model.Numbers():
                return _constant(self._near_query(node), 1.0)
            case model.Days():
                return _constant(_date_query(node.first, node.last, estimated=node.estimated), node.boost)
        raise QueryError(message("query.unsupported", name=type(node).__name__))

    def _near_query(self, node: model.Numbers) -> Json:
        if self.gap < mapping.GAP:
            raise QueryError(message("cluster.ranges_need_new_index"))
        if node.field == "length":
            first, last = (min(max(end, -1), MAX_LENGTH) for end in (node.first, node.last))
            return {"range": {"length": {"gte": ceil(first), "lte": floor(last)}}}
        keys = [mapping.number_key(node.field, end) for end in (node.first, node.last)]
        return {"range": {"own_number": {"gte": keys[0], "lte": keys[1]}}}

    def _term(self, field: str, text: str, boost: float) -> Json:
        if self.vocabulary is None:
            return {"term": {field: {"value": text, "boost": boost}}}
        document_frequency = self.vocabulary.answer(DocumentFrequency(field, text))
        if not document_frequency:
            return NOTHING
        statistics = self.vocabulary.statistics
        documents = counted_documents(field, lambda name: statistics[name].documents)
        weight, average = term_weight(documents, document_frequency, boost), statistics[field].average
        params = {"f": field, "t": text, "l": mapping.length_field(field), "w": weight, "a": average}
        script = {"source": mapping.SCORE_SCRIPT, "params": params}
        return {"script_score": {"query": {"term": {field: text}}, "script": script}}


_UNRANKED: Final = Translator(None)


def search_body(query: Json, filters: Filters, wanted: ResultRequest) -> Json:
    """Return the body of a search: the page, the order, and the facets."""
    standing = _filters(filters)
    apart = {FACET_DEFINITIONS[name].narrowed_by for name in wanted.facets}
    always = [one for name, one in standing.items() if name not in apart]
    later = [one for name, one in standing.items() if name in apart]
    body: Json = {
        "query": {"bool": {"must": [query], "filter": always}} if always else query,
        "size": wanted.limit,
        "from": wanted.offset,
        "track_total_hits": True,
        "_source": ["record", "id", "title", "group"],
        "sort": sort_order(wanted.sort, estimated=filters.estimated),
        "track_scores": wanted.sort == "relevance",
    }
    if later:
        body["post_filter"] = {"bool": {"filter": later}}
    aggs: Json = {}
    for name in wanted.facets:
        own = FACET_DEFINITIONS[name].narrowed_by
        others = [one for kind, one in standing.items() if kind in apart and kind != own]
        parts = facet_body(name, filters)
        if others:
            aggs[f"filtered {name}"] = {"filter": {"bool": {"filter": others}}, "aggs": parts}
        else:  # even a filter that excludes nothing costs time for each match
            aggs |= {f"{part} {name}": one for part, one in parts.items()}
    if aggs:
        body["aggs"] = aggs
    return body


def sort_order(sort: Sort, *, estimated: bool) -> list[Json]:
    """Return the sort order of hits, in which ids break ties."""
    by_id = {"id": "asc"}
    if sort == "relevance":
        return [{"_score": "desc"}, {"start": {"order": "desc", "missing": "_last"}}, by_id]
    day = "start" if estimated else "day"
    return [{day: {"order": "desc" if sort == "newest" else "asc", "missing": "_last"}}, by_id]


def _filters(filters: Filters) -> dict[str, Json]:
    """Return the active filters by the name of their facet."""
    found: dict[str, Json] = {}
    if filters.countries:
        found["country"] = {"terms": {"country": sorted(filters.countries)}}
    if filters.languages:
        found["language"] = {"terms": {"language": sorted(filters.languages)}}
    if filters.first_day or filters.last_day:
        found["date"] = _date_query(filters.first_day, filters.last_day, estimated=filters.estimated)
    for name, values in filters.where:
        found[name] = _any_query([_UNRANKED.query(custom_filter(name, value)) for value in values])
    return found


def _date_query(first: int | None, last: int | None, *, estimated: bool) -> Json:
    """Return a query for the documents with a date that overlaps the filter's days."""
    ranges: list[Json] = [{"exists": {"field": "start"}}]
    if last is not None:
        ranges.append({"range": {"start": {"lte": last}}})
    if first is not None:
        ranges.append({"range": {"end": {"gte": first}}})
    clause: Json = {"filter": ranges}
    return {"bool": clause | ({} if estimated else {"must_not": [{"term": {"dating": "estimated"}}]})}


def _any_query(queries: list[Json]) -> Json:
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def _constant(query: Json, boost: float) -> Json:
    # A guessed score may be negative (a term of a language without items), which a cluster rejects.
    return {"constant_score": {"filter": query, "boost": max(boost, 0.0)}}


def _phrase_query(phrase: model.Phrase) -> Json:
    """Return a query for the documents that contain a phrase."""
    words = [phrase.terms[0]]
    for term, (before, after) in zip(phrase.terms[1:], pairwise(phrase.offsets), strict=True):
        words += [mapping.HOLE] * (after - before - 1) + [term]
    query = {"query": " ".join(words), "analyzer": "terms", "slop": phrase.slop}
    return {"match_phrase": {phrase.field: query}}
