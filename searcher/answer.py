"""Execute a validated search request: interpret and execute its query, or relax it if nothing matches."""

from __future__ import annotations

import re
from functools import cache, partial
from itertools import count, repeat
from time import perf_counter
from typing import TYPE_CHECKING, Final

from indexer.countries.country_names import country_names
from indexer.errors import Message, QueryError
from indexer.schema import COUNTRY_VIA
from searcher.engine import EVERY_HIT, ResultRequest
from searcher.facet_values import HitDetails
from searcher.facets import counts_by_way, label_facets
from searcher.interpretation import Interpreter
from searcher.query.all_words import every_word
from searcher.query.limits import FOREIGN_PARTS, FOREIGN_SIGNS, FOREIGN_WORDS, MAX_CHARACTERS, SHORT
from searcher.query.model import TYPED, And, AndNot, Days, Not, Should, parts_of, rewrite
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
    from searcher.search_options import Question

TOGETHER: Final = 10  # hits whose details are read together
_DIGITS: Final = "0123456789"  # importing string takes 0.8 ms
OPENING: Final = 200  # characters of an untitled item that replace its title


class Answerer:
    """Executes search requests on an open index; threads may share it.

    Methods raise QueryError for an invalid query.

    Attributes:
        engine: The open index.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._interpreter = Interpreter(engine)

    def answer(self, question: Question) -> Results:
        """Execute a request; if nothing matches, relax its query unless the request is strict."""
        started = perf_counter()
        results = self._ask(question, Answerer.nearest)
        results.took_ms = (perf_counter() - started) * 1000
        return results

    def _prepare(self, question: Question) -> Question:
        """Resolve the fields of a request for the index, and truncate a query that is too long."""
        if question.custom_fields:
            from searcher.query.concept_fields import with_fields  # few requests need it

            question = with_fields(question, self.engine)
        return _truncate_query(_translate_syntax(question, self.engine))

    def nearest(self, question: Question) -> Results:
        """Execute a request whose query has a valid length; relax the query if nothing matches."""
        results = self.answer_as_typed(question)
        if not results.total and not question.strict:
            results = self._relax(question, results)
        return results

    def matches(self, question: Question) -> Results:
        """Execute a request without relaxation."""
        return self._ask(question, Answerer.answer_as_typed)

    def executed(self, question: Question) -> tuple[Node, int]:
        """Return the query that is executed for a request, and the number of its matches."""
        engine, requested = self.engine, self._prepare(question)

        def find(answerer: Answerer) -> tuple[Node, int]:
            query = _executable_query(answerer._interpret(requested), requested, ranked=True)
            return query, engine.execute(query, requested.filters, ResultRequest()).total

        return engine.plan_requests(lambda: find(Answerer(engine)), lambda: find(self)) or find(self)

    def _ask(self, question: Question, answer: Callable[[Answerer, Question], Results]) -> Results:
        """Prepare a request and pass it to ``answer``; on a cluster, also compute the lazy counts."""
        engine, requested = self.engine, self._prepare(question)
        results = engine.plan_requests(
            lambda: _compute_counts(answer(Answerer(engine), requested)),
            lambda: _compute_counts(answer(self, requested)),
        )
        if results is None:
            results = answer(self, requested)
        results.query = question.query or ""
        return results

    def answer_as_typed(self, question: Question, *, relaxed: bool = False) -> Results:
        """Execute a request whose query has a valid length, without relaxation."""
        engine, wanted, reading = self.engine, question.wanted, self.engine.asking()
        if question.country_via:
            from searcher.query.concept_fields import require_evidence  # few requests need it

            require_evidence(engine)
        meant = self._interpret(question)
        ranked = wanted.sort == "relevance"
        query = _executable_query(meant, question, ranked=True)
        execution = engine.execute(query, question.filters, wanted)
        explanations: tuple[Explanation, ...] = ()
        notes = tuple(dict.fromkeys((*question.notes, *meant.notes))) if question.notes else meant.notes
        if question.explain:
            from searcher.explain import explanations_of

            explanations, more = explanations_of(query, execution.top, engine)
            notes += more

        via = (RELAXED,) if relaxed else None if meant.joined else (TYPED,)
        grouped = execution.grouped
        context = HitContext(engine, reading, query, wanted.offset, grouped, ranked, via)
        return Results(
            question.query or "",
            execution.total,
            page_or_every(context, execution.top, wanted.limit),
            label_facets(execution.facets, question, engine, meant.language),
            grouped.groups if grouped else execution.total,
            generation=engine.generation,
            query_language=meant.language,
            notes=notes,
            # The typed query has its own suggestion.
            suggestion=None if relaxed else self._finding_more(meant.suggestion, question, execution.total),
            # Copies, since the interpretation is cached for the next request.
            expansions=tuple([{"from": one["from"], "to": list(one["to"])} for one in meant.expansions]),
            unmatched=meant.unmatched,
            explanations=explanations,
            all_words=question.all_words,
            filters=question.filters_record(),
            _count_all_words=partial(self._having_all_words, question, meant, execution.total, reading),
            _count_left_out=partial(self._left_out, question, meant, execution.total, reading),
            _count_by_place=partial(_by_place, execution, question, reading),
            _is_ranked=lambda: bool(highlights_of(query)),
        )

    def _relax(self, question: Question, nothing: Results) -> Results:
        """Execute the closest relaxed request with matches; if none has, explain why nothing matches."""
        from searcher.query.notes import broader_offered
        from searcher.query.related_concepts import Neighbours
        from searcher.relax import nearest_words, relax

        engine, known = self.engine, self._interpreter
        neighbours = Neighbours(known.words, engine.finds)
        nearest, notes = relax(question, nothing.unmatched, self._count, neighbours, engine)
        results = nothing
        if nearest is not None:
            results = self.answer_as_typed(nearest, relaxed=True)
            results.relaxed = nearest.query
            results.query, results.query_language = nothing.query, nothing.query_language
            results.unmatched, results.suggestion = nothing.unmatched, nothing.suggestion
            results.undated_left_out = nothing.undated_left_out or results.undated_left_out
        else:
            notes += broader_offered(neighbours.offered)
        results.notes = nothing.notes + notes
        if not (results.total or results.suggestion or notes):
            results.notes += nearest_words(results.unmatched, known.settled(results.query_language))
        return results

    def _interpret(self, question: Question, *, patterns: bool = True) -> Interpretation:
        meant = self._interpreter.interpret(
            question.query,
            question.filters,
            expand=question.expand,
            strict=question.strict,
            patterns=patterns,
            language=question.language,
        )
        if meant.unmatched and (
            written := _suggested_translation(question)
        ):  # ignore the other system's operators
            unmatched = [word for word in meant.unmatched if word in re.split(r'[\s():="]+', written)]
            meant = meant._replace(unmatched=tuple(unmatched))
        return meant.without(question.drop, self.engine) if question.drop else meant

    def _having_all_words(
        self, question: Question, meant: Interpretation, total: int, reading: AbstractContextManager[None]
    ) -> int:
        """Return the number of matches with every word; the searcher may be closed already."""
        every = _executable_query(meant, question._replace(all_words=True))
        if not total or every == _executable_query(meant, question):
            return total
        with reading:
            return self.engine.execute(every, question.filters, ResultRequest()).total

    def _left_out(
        self, question: Question, meant: Interpretation, total: int, reading: AbstractContextManager[None]
    ) -> int:
        """Return how many more items match with estimated dates; the searcher may be closed already."""
        filters = question.filters
        if filters.estimated or not (meant.dated or filters.first_day or filters.last_day):
            return 0
        with reading:
            query = every = _executable_query(meant, question)
            if meant.dated:  # without dates in the query, only the filters differ
                estimated = question._replace(filters=filters._replace(estimated=True))
                every = _executable_query(self._interpret(estimated), estimated)
            return count_left_out(self.engine, filters, total, query, every)

    def _count(self, question: Question, *, patterns: bool = True, nearest: bool = False) -> int:
        """Return the number of matches of a request; 0 for an invalid request."""
        try:
            meant = self._interpret(question, patterns=patterns)
        except QueryError:  # a corrected word may exceed the limit of a phrase, or be the name of a field
            return 0
        wanted = ResultRequest(then=_executable_query(meant, question, ranked=True))
        total = self.engine.execute(_executable_query(meant, question), question.filters, wanted).total
        if nearest and not total:  # may be a guess of a cluster: send the next lookups too
            self._left_out(question, meant, total, self.engine.asking())
        return total

    def _finding_more(self, suggested: str | None, question: Question, total: int) -> str | None:
        """Return a corrected query if it matches more items than the query as typed.

        Patterns are ignored in both counts, since they match the same items. So is expansion if the typed
        query has matches, since expansion includes corrections.
        """
        if suggested is None:
            return None
        typed = question._replace(expand=question.expand and not total)
        found, more = (self._count(one, patterns=False) for one in (typed, typed._replace(query=suggested)))
        return suggested if more > found else None


def _by_place(
    execution: Execution, question: Question, reading: AbstractContextManager[None]
) -> Mapping[str, int] | None:
    """Return, by country, the number of items with only a place of the country; see :class:`Execution`."""
    if "place" in question.country_via:  # then the facet counts countries by kind of evidence
        return counts_by_way(execution.facets.get(COUNTRY_VIA, {}), ("place",))
    with reading:
        return execution.by_place()


def _compute_counts(results: Results) -> Results:
    """Compute the lazy counts of results, and return the results."""
    _ = results.total_all_words, "country" in results.facets and results.by_place_only
    return counted(results)


def _translate_syntax(question: Question, engine: Engine) -> Question:
    """Translate a query from another system's syntax, or note that a query seems to be in one."""
    if not question.query:
        return question
    if question.syntax != OWN_SYNTAX:
        from searcher.query.foreign_syntax import translate  # few requests need it

        query, notes = translate(question.query, question.syntax, strict=question.strict)
        return question._replace(query=query, notes=question.notes + notes)
    if len(question.query) > MAX_CHARACTERS:  # will be rejected
        return question
    typed = question.query.lower()
    if (
        FOREIGN_SIGNS.isdisjoint(typed)
        and FOREIGN_WORDS.isdisjoint([word.rstrip(_DIGITS) for word in question.query.split()])
        and not any(map(typed.__contains__, FOREIGN_PARTS))
    ):
        return question
    from searcher.query.query_text import foreign_note

    def fields() -> frozenset[str]:
        from searcher.query.field_filters import field_names

        return field_names(engine)

    notes = foreign_note(question.query, strict=question.strict, custom_fields=fields)
    return question._replace(notes=question.notes + notes)


def _suggested_translation(question: Question) -> str | None:
    """Return the translation that a note suggests for a query in another system's syntax."""
    texts = [note.text for note in question.notes if isinstance(note.text, Message)]
    return next((text.values["query"] for text in texts if text.key == "query.foreign"), None)


def _truncate_query(question: Question) -> Question:
    """Truncate a query that is too long, unless the request is strict."""
    if question.query is None or question.strict or len(question.query) <= SHORT:
        return question
    from searcher.query.query_text import shorten  # few requests need it

    query, notes = shorten(question.query)
    return question._replace(query=query, notes=question.notes + notes)


def _executable_query(meant: Interpretation, question: Question, *, ranked: bool = False) -> Node:
    """Return the query to execute: for ranking, or only for matching."""
    ranked = ranked and question.wanted.sort == "relevance" and question.wanted.limit > 0
    query = meant.ranked if ranked and meant.ranked else meant.query
    query = every_word(query) if question.all_words else query
    if not question.via:
        return query
    from searcher.query.provenance import kept_by

    return kept_by(query, question.via)


def make_hits(context: HitContext, top: list[tuple[int, float]], before: int = 0) -> list[Hit]:
    """Return hits for ranked documents.

    Args:
        context: The common data of the hits.
        top: The documents with their scores, best first.
        before: The number of hits on earlier pages.
    """
    engine, query, offset, grouped = context.engine, context.query, context.offset, context.grouped
    documents, scores = ([*column] for column in zip(*top, strict=True)) if top else ([], [])
    same: Mapping[int, Sequence[int]] = grouped.same if grouped else {}
    places: dict[int, int] = {}
    known: dict[int, HitDetails] = {}

    def read(document: int) -> HitDetails:
        """Return the details of a document; read the details of the next hits with it."""
        nonlocal known
        found = known  # other threads may replace the dict
        if document not in found:
            if not places:
                places.update(zip(documents, range(len(documents)), strict=True))
            at = places.get(document, 0) // TOGETHER * TOGETHER
            some = documents[at : at + TOGETHER] if document in places else [document]
            known = found = dict(zip(some, _details(engine, some, query), strict=True))
        return found[document]

    @cache
    def read_extras() -> HitExtras:
        from searcher.hit_details import LazyHitExtras

        return LazyHitExtras(context, documents, read)

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
    """Return the details of documents."""
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


def page_or_every(context: HitContext, top: list[tuple[int, float]], limit: int) -> Sequence[Hit]:
    """Return the hits of a page; if all hits are requested, return a lazy sequence."""
    if limit < EVERY_HIT:
        return make_hits(context, top)
    from searcher.hit_details import EveryHit

    return EveryHit(top, partial(make_hits, context), query=context.query)


def counted(results: Results) -> Results:
    """Compute the lazy count of undated items, and return the results."""
    _ = results.undated_left_out
    return results


def count_left_out(engine: Engine, filters: Filters, total: int, query: Node, estimated: Node) -> int:
    """Return how many more items match if estimated dates are included."""
    query, estimated = rewrite(query, _without_optional), rewrite(estimated, _without_optional)
    by_date = bool(filters.first_day or filters.last_day)
    if filters.estimated or (query == estimated and not by_date):
        return 0
    every = filters._replace(estimated=True)
    if _only_adds(query, estimated):
        return engine.execute(estimated, every, ResultRequest()).total - total
    # With an excluded date, estimated dates may also remove matches: count the added ones.
    found = And((query, Days(filters.first_day, filters.last_day))) if by_date else query
    return engine.execute(AndNot(estimated, found), every, ResultRequest()).total


def _without_optional(node: Node) -> Node:
    """Remove an optional clause, which has no matches of its own."""
    return node.required if isinstance(node, Should) else node


def _only_adds(query: Node, estimated: Node) -> bool:
    """Return whether including estimated dates can only add matches, by the structure of the query."""
    if query == estimated or (isinstance(query, Days) and isinstance(estimated, Days)):
        return True
    if isinstance(query, Not) or type(query) is not type(estimated):
        return False
    if isinstance(query, AndNot) and isinstance(estimated, AndNot) and query.excluded != estimated.excluded:
        return False
    below, others = parts_of(query), parts_of(estimated)
    return 0 < len(below) == len(others) and all(map(_only_adds, below, others))
