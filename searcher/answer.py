"""Execute a validated search request: interpret its query, and run it.

If nothing matches, the query is relaxed.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import count, repeat
from time import perf_counter
from typing import TYPE_CHECKING, Final

from indexer.countries.country_names import country_names
from indexer.errors import Message, QueryError
from indexer.runtime import late_pattern
from indexer.schema import COUNTRY_VIA
from searcher.engine import EVERY_HIT, ResultRequest
from searcher.facet_values import HitDetails
from searcher.facets import counts_by_way, label_facets
from searcher.interpretation import Interpreter
from searcher.query.all_words import require_every_word
from searcher.query.limits import FOREIGN_PARTS, FOREIGN_SIGNS, FOREIGN_WORDS, MAX_CHARACTERS, QUOTED, SHORT
from searcher.query.model import (
    CORRECTED,
    TYPED,
    And,
    AndNot,
    Days,
    Not,
    Should,
    leaves,
    parts_of,
    rewrite,
)
from searcher.results import RELAXED, Hit, HitContext, Results
from searcher.search_options import OWN_SYNTAX
from searcher.snippets import snippets
from searcher.term_matcher import highlights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from searcher.engine import Engine, Execution, Filters
    from searcher.interpretation import Interpretation
    from searcher.query.model import Node
    from searcher.results import Explanation, HitExtras
    from searcher.search_options import SearchRequest

DETAILS_BATCH_SIZE: Final = 10  # hits whose details are read together
_DIGITS: Final = "0123456789"  # importing string takes 0.8 ms
OPENING: Final = 200  # characters of an untitled item that replace its title
_QUOTED: Final = late_pattern(QUOTED)
_FEW: Final = 20  # matches of a phrase up to which a query without quotation marks is offered


class Answerer:
    """Executes search requests on an open index.

    Threads may share it. Methods raise QueryError for an invalid query.

    Attributes:
        engine: The open index.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._interpreter = Interpreter(engine)

    def answer(self, request: SearchRequest) -> Results:
        """Execute a request.

        If nothing matches, relax its query unless the request is strict.
        """
        started = perf_counter()
        results = self._prepare_and_execute(request, Answerer._execute_or_relax)
        results.took_ms = (perf_counter() - started) * 1000
        return results

    def _prepare(self, request: SearchRequest) -> SearchRequest:
        """Resolve a request's custom fields, translate its syntax, truncate a long query."""
        if request.custom_fields:
            from searcher.query.concept_fields import resolve_fields  # few requests need it

            request = resolve_fields(request, self.engine)
        return _truncate_query(_translate_syntax(request, self.engine))

    def _execute_or_relax(self, request: SearchRequest) -> Results:
        """Execute a request from :meth:`_prepare`, and relax its query if nothing matches."""
        results = self._execute(request)
        if not results.total and not request.strict:
            results = self._relax(request, results)
        elif results.total <= _FEW and request.expand and _QUOTED.search(request.query or ""):
            from searcher.relax import unquoted_notes

            results.notes += unquoted_notes(
                request, results.total, self._count, self._interpreter.words, self.engine
            )
        return results

    def execute(self, request: SearchRequest) -> Results:
        """Execute a request without relaxation."""
        return self._prepare_and_execute(request, Answerer._execute)

    def executed_query(self, request: SearchRequest) -> tuple[Node, int]:
        """Return the query that is executed for a request, and the number of its matches."""
        engine, requested = self.engine, self._prepare(request)

        def find(answerer: Answerer) -> tuple[Node, int]:
            query = _executable_query(answerer._interpret(requested), requested, ranked=True)
            return query, engine.execute(query, requested.filters, ResultRequest()).total

        return engine.plan_requests(lambda: find(Answerer(engine)), lambda: find(self)) or find(self)

    def _prepare_and_execute(
        self, request: SearchRequest, execute: Callable[[Answerer, SearchRequest], Results]
    ) -> Results:
        """Prepare a request and call ``execute`` with it.

        On a cluster, the counts that are computed on demand are computed at once, together with the results.
        """
        engine, requested = self.engine, self._prepare(request)
        results = engine.plan_requests(
            lambda: _compute_counts(execute(Answerer(engine), requested)),
            lambda: _compute_counts(execute(self, requested)),
        )
        if results is None:
            results = execute(self, requested)
        results.query = request.query or ""
        return results

    def _execute(self, request: SearchRequest, *, relaxed: bool = False) -> Results:
        """Execute a request from :meth:`_prepare`, without relaxation."""
        engine, wanted, reading = self.engine, request.wanted, self.engine.reading_context()
        if request.country_via:
            from searcher.query.concept_fields import require_evidence  # few requests need it

            require_evidence(engine)
        interpretation = self._interpret(request)
        ranked = wanted.sort == "relevance"
        query = _executable_query(interpretation, request, ranked=True)
        execution = engine.execute(query, request.filters, wanted)
        explanations: tuple[Explanation, ...] = ()
        notes = (
            tuple(dict.fromkeys((*request.notes, *interpretation.notes)))
            if request.notes
            else interpretation.notes
        )
        if request.explain:
            from searcher.explain import explain_hits

            explanations, more = explain_hits(query, execution.top, engine)
            notes += more

        via = (RELAXED,) if relaxed else None if interpretation.has_added_words else (TYPED,)
        grouped = execution.grouped
        context = HitContext(engine, reading, query, wanted.offset, grouped, ranked, via)
        return Results(
            request.query or "",
            execution.total,
            hits_of_page(context, execution.top, wanted.limit),
            label_facets(execution.facets, request, engine, interpretation.language),
            grouped.groups if grouped else execution.total,
            generation=engine.generation,
            query_language=interpretation.language,
            notes=notes,
            # The typed query has its own suggestion.
            suggestion=None if relaxed else self._check_suggestion(interpretation, request, execution.total),
            # Copies, since the interpretation is cached for the next request.
            expansions=tuple(
                [{"from": one["from"], "to": list(one["to"])} for one in interpretation.expansions]
            ),
            unmatched=interpretation.unmatched,
            explanations=explanations,
            all_words=request.all_words,
            filters=request.filters_record(),
            _count_all_words=partial(
                self._count_with_all_words, request, interpretation, execution.total, reading
            ),
            _count_left_out=partial(
                self._count_with_estimated, request, interpretation, execution.total, reading
            ),
            _count_by_place=partial(_count_by_place, execution, request, reading),
            _is_ranked=lambda: bool(highlights_of(query)),
        )

    def _relax(self, request: SearchRequest, nothing: Results) -> Results:
        """Execute the closest relaxed request with matches.

        If none has, explain why nothing matches.
        """
        from searcher.query.notes import broader_notes
        from searcher.query.related_concepts import Neighbours
        from searcher.relax import relax, similar_words_note

        engine, known = self.engine, self._interpreter
        neighbours = Neighbours(known.words, engine.finds)
        nearest, notes = relax(request, nothing.unmatched, self._count, neighbours, engine)
        results = nothing
        if nearest is not None:
            results = self._execute(nearest, relaxed=True)
            results.relaxed = nearest.query
            results.query, results.query_language = nothing.query, nothing.query_language
            results.unmatched, results.suggestion = nothing.unmatched, nothing.suggestion
            results.undated_left_out = nothing.undated_left_out or results.undated_left_out
        else:
            notes += broader_notes(neighbours.offered)
        results.notes = nothing.notes + notes
        if not (results.total or results.suggestion or notes):
            results.notes += similar_words_note(results.unmatched, known.known_words(results.query_language))
        return results

    def _interpret(self, request: SearchRequest, *, patterns: bool = True) -> Interpretation:
        interpretation = self._interpreter.interpret(
            request.query,
            request.filters,
            expand=request.expand,
            strict=request.strict,
            patterns=patterns,
            language=request.language,
        )
        if interpretation.unmatched and (
            written := _suggested_translation(request)
        ):  # ignore the other system's operators
            unmatched = [
                word for word in interpretation.unmatched if word in re.split(r'[\s():="]+', written)
            ]
            interpretation = interpretation._replace(unmatched=tuple(unmatched))
        return interpretation.remove_labels(request.drop, self.engine) if request.drop else interpretation

    def _count_with_all_words(
        self,
        request: SearchRequest,
        interpretation: Interpretation,
        total: int,
        reading: AbstractContextManager[None],
    ) -> int:
        """Count the matches that contain every word.

        This works even if the searcher was closed after the search.
        """
        every = _executable_query(interpretation, request._replace(all_words=True))
        if not total or every == _executable_query(interpretation, request):
            return total
        with reading:
            return self.engine.execute(every, request.filters, ResultRequest()).total

    def _count_with_estimated(
        self,
        request: SearchRequest,
        interpretation: Interpretation,
        total: int,
        reading: AbstractContextManager[None],
    ) -> int:
        """Count the additional matches if estimated dates are included.

        This works even if the searcher was closed after the search.
        """
        filters = request.filters
        if filters.estimated or not (interpretation.has_dates or filters.first_day or filters.last_day):
            return 0
        with reading:
            query = every = _executable_query(interpretation, request)
            if interpretation.has_dates:  # without dates in the query, only the filters differ
                estimated = request._replace(filters=filters._replace(estimated=True))
                every = _executable_query(self._interpret(estimated), estimated)
            return count_left_out(self.engine, filters, total, query, every)

    def _count(self, request: SearchRequest, *, patterns: bool = True, nearest: bool = False) -> int:
        """Return the number of matches of a request, or 0 for an invalid request."""
        try:
            interpretation = self._interpret(request, patterns=patterns)
        except QueryError:  # a corrected word may exceed the limit of a phrase, or be the name of a field
            return 0
        wanted = ResultRequest(then=_executable_query(interpretation, request, ranked=True))
        total = self.engine.execute(_executable_query(interpretation, request), request.filters, wanted).total
        if nearest and not total:  # may be a guess of a cluster: send the next lookups too
            self._count_with_estimated(request, interpretation, total, self.engine.reading_context())
        return total

    def _check_suggestion(
        self, interpretation: Interpretation, request: SearchRequest, total: int
    ) -> str | None:
        """Return the suggested query if it is useful, otherwise None.

        It is useful if its corrections are already searched, or if it matches more items than the typed
        query. Patterns are ignored in the counts, because both queries have the same patterns. If the typed
        query has matches, expansion is ignored in the comparison.
        """
        suggested = interpretation.suggestion
        if suggested is None:
            return None
        vias = [getattr(leaf, "via", TYPED) for leaf in leaves(interpretation.query)]
        is_searched = total > 0 and CORRECTED in vias
        typed = request._replace(expand=request.expand and (is_searched or not total))
        found = 0 if is_searched else self._count(typed, patterns=False)
        more = self._count(typed._replace(query=suggested), patterns=False)
        return suggested if more > found else None


def _count_by_place(
    execution: Execution, request: SearchRequest, reading: AbstractContextManager[None]
) -> Mapping[str, int] | None:
    """Count, for each country, the items that name a place in it, but not the country itself.

    The result is ``None`` if this is not known. See ``by_place`` of :class:`Execution`.
    """
    if "place" in request.country_via:  # then the facet counts countries by kind of evidence
        return counts_by_way(execution.facets.get(COUNTRY_VIA, {}), ("place",))
    with reading:
        return execution.by_place()


def _compute_counts(results: Results) -> Results:
    """Compute the counts of ``results`` that are normally computed on demand."""
    _ = results.total_all_words, "country" in results.facets and results.by_place_only
    return compute_undated(results)


def _translate_syntax(request: SearchRequest, engine: Engine) -> SearchRequest:
    """Translate a query from another system's syntax.

    If the syntax is not given but the query seems to be in another one, add a note instead.
    """
    if not request.query:
        return request
    if request.syntax != OWN_SYNTAX:
        from searcher.query.foreign_syntax import translate  # few requests need it

        query, notes = translate(request.query, request.syntax, strict=request.strict)
        return request._replace(query=query, notes=request.notes + notes)
    if len(request.query) > MAX_CHARACTERS:  # will be rejected
        return request
    typed = request.query.lower()
    if (
        FOREIGN_SIGNS.isdisjoint(typed)
        and FOREIGN_WORDS.isdisjoint([word.rstrip(_DIGITS) for word in request.query.split()])
        and not any(map(typed.__contains__, FOREIGN_PARTS))
    ):
        return request
    from searcher.query.query_text import foreign_note

    def fields() -> frozenset[str]:
        from searcher.query.field_filters import field_names

        return field_names(engine)

    notes = foreign_note(request.query, strict=request.strict, custom_fields=fields)
    return request._replace(notes=request.notes + notes)


def _suggested_translation(request: SearchRequest) -> str | None:
    """Return the translation that a note suggests, or None."""
    texts = [note.text for note in request.notes if isinstance(note.text, Message)]
    return next((text.values["query"] for text in texts if text.key == "query.foreign"), None)


def _truncate_query(request: SearchRequest) -> SearchRequest:
    """Truncate a query that is too long, unless the request is strict."""
    if request.query is None or request.strict or len(request.query) <= SHORT:
        return request
    from searcher.query.query_text import shorten  # few requests need it

    query, notes = shorten(request.query)
    return request._replace(query=query, notes=request.notes + notes)


def _executable_query(
    interpretation: Interpretation, request: SearchRequest, *, ranked: bool = False
) -> Node:
    """Return the query to execute.

    If ``ranked`` is true, it may have additional parts that only change the order of the matches.
    """
    ranked = ranked and request.wanted.sort == "relevance" and request.wanted.limit > 0
    query = interpretation.ranked if ranked and interpretation.ranked else interpretation.query
    query = require_every_word(query) if request.all_words else query
    if not request.via:
        return query
    from searcher.query.provenance import restrict_to_ways

    return restrict_to_ways(query, request.via)


def make_hits(context: HitContext, top: list[tuple[int, float]], before: int = 0) -> list[Hit]:
    """Return hits for ranked documents.

    Args:
        context: The data that the hits share.
        top: The documents with their scores, best first.
        before: The number of hits on earlier pages.
    """
    engine, query, offset, grouped = context.engine, context.query, context.offset, context.grouped
    documents, scores = ([*column] for column in zip(*top, strict=True)) if top else ([], [])
    same: Mapping[int, Sequence[int]] = grouped.same if grouped else {}
    places: dict[int, int] = {}
    known: dict[int, HitDetails] = {}
    extras: HitExtras | None = None

    def read(document: int) -> HitDetails:
        """Return the details of a document; also read the details of the next hits."""
        nonlocal known
        found = known  # other threads may replace the dict
        if document not in found:
            if not places:
                places.update(zip(documents, range(len(documents)), strict=True))
            at = places.get(document, 0) // DETAILS_BATCH_SIZE * DETAILS_BATCH_SIZE
            some = documents[at : at + DETAILS_BATCH_SIZE] if document in places else [document]
            known = found = dict(zip(some, _details(engine, some, query), strict=True))
        return found[document]

    def read_extras() -> HitExtras:
        nonlocal extras
        from searcher.hit_details import LazyHitExtras

        extras = extras or LazyHitExtras(context, documents, read)
        return extras

    ids, titles = zip(*engine.ids_and_titles(documents), strict=True) if documents else ((), ())
    ranks, duplicates = count(offset + before + 1), map(same.get, documents, repeat(()))
    hits = list(
        map(Hit, ranks, ids, scores, titles, documents, repeat(read), repeat(read_extras), duplicates)
    )
    if context.via is not None:
        for hit in hits:
            hit.via = context.via
    return hits


def _details(engine: Engine, documents: Sequence[int], query: Node | None) -> list[HitDetails]:
    items = engine.items(documents)
    texts = [(item.body or item.title or "", item.languages) for item in items]
    countries = country_names()
    return [
        HitDetails(
            snippet=passage,
            date=item.date,
            language=item.language,
            languages=item.languages,
            countries=item.countries,
            country_names={code: countries.get(code, code) for code, _, _ in item.countries},
            source=item.source,
            url=item.url,
            opening="" if item.title else " ".join(item.body[:OPENING].split()),
        )
        for item, passage in zip(items, snippets(texts, highlights_of(query)), strict=True)
    ]


def hits_of_page(context: HitContext, top: list[tuple[int, float]], limit: int) -> Sequence[Hit]:
    """Return the hits of a page, or a lazy sequence if all hits are requested."""
    if limit < EVERY_HIT:
        return make_hits(context, top)
    from searcher.hit_details import EveryHit

    return EveryHit(top, partial(make_hits, context), query=context.query)


def compute_undated(results: Results) -> Results:
    """Compute :attr:`Results.undated_left_out`, and return the results."""
    _ = results.undated_left_out
    return results


def count_left_out(engine: Engine, filters: Filters, total: int, query: Node, estimated: Node) -> int:
    """Return how many more items match if estimated dates are included."""
    query, estimated = rewrite(query, _remove_optional), rewrite(estimated, _remove_optional)
    by_date = bool(filters.first_day or filters.last_day)
    if filters.estimated or (query == estimated and not by_date):
        return 0
    every = filters._replace(estimated=True)
    if _matches_superset(query, estimated):
        return engine.execute(estimated, every, ResultRequest()).total - total
    # With an excluded date, estimated dates may also remove matches: count the added ones.
    found = And((query, Days(filters.first_day, filters.last_day))) if by_date else query
    return engine.execute(AndNot(estimated, found), every, ResultRequest()).total


def _remove_optional(node: Node) -> Node:
    """Return a node without its optional part, which does not change the matches."""
    return node.required if isinstance(node, Should) else node


def _matches_superset(query: Node, estimated: Node) -> bool:
    """Return whether ``estimated`` surely matches all documents that ``query`` matches.

    Only the structure of both queries is compared.
    """
    if query == estimated or (isinstance(query, Days) and isinstance(estimated, Days)):
        return True
    if isinstance(query, Not) or type(query) is not type(estimated):
        return False
    if isinstance(query, AndNot) and isinstance(estimated, AndNot) and query.excluded != estimated.excluded:
        return False
    below, others = parts_of(query), parts_of(estimated)
    return 0 < len(below) == len(others) and all(map(_matches_superset, below, others))
