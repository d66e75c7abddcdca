"""Find similar items by searching for the distinctive words and concepts of an item."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.checkpoint import add_checkpoints
from indexer.errors import message
from indexer.schema import ID, text_field
from searcher.answer import compute_undated, count_left_out, hits_of_page
from searcher.bm25 import idf
from searcher.engine import Filters, ResultRequest
from searcher.inspection import read_item
from searcher.query.concept_fields import require_evidence, resolve_fields
from searcher.query.limits import first_of
from searcher.query.model import And, AndNot, ConstantScore, DisjunctionMax, Keyword, Or, Term, join
from searcher.query.notes import Note
from searcher.results import HitContext, Results

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from indexer.thesaurus.table import Table
    from searcher.engine import Engine, Vocabulary
    from searcher.query.model import Node
    from searcher.search_options import SearchRequest

MAX_TERMS: Final = 25  # words of the item
MAX_CONCEPTS: Final = 15
NAMED: Final = 5  # near duplicates of an item that a note lists
TITLE: Final = 2  # the weight of a word of the title
_CONCEPT: Final = 0.8  # the weight of a concept's label in another language, relative to the item's words


def similar_to(item_id: str, request: SearchRequest, engine: Engine) -> Results:
    """Find the items that are most similar to an item, except the item itself.

    Raises:
        QueryError: No item has the id, or a filter is invalid.
    """
    item = read_item(engine, item_id)
    request = resolve_fields(request, engine) if request.custom_fields else request
    results = engine.plan_requests(lambda: compute_undated(_similar(item, request, engine)))
    return _similar(item, request, engine) if results is None else results


def _similar(item: NewsItem, request: SearchRequest, engine: Engine) -> Results:
    filters, wanted = request.filters, request.wanted
    if request.country_via:
        require_evidence(engine)
    query = similar_query(item, engine.thesaurus, engine)
    typed, notes = message("similar.query", id=item.id), request.notes
    if query is None:
        return Results(typed, 0, [], {}, 0, generation=engine.generation, notes=notes)
    end = wanted.offset + wanted.limit
    found = engine.execute(query, filters, wanted._replace(limit=end + 1, offset=0))
    own = engine.find(item.id)
    duplicates = engine.duplicates(own) if wanted.group and own is not None else []
    ids = [item.id, *[one for one, _ in engine.ids_and_titles(duplicates)]]
    left_out = {own, *duplicates}
    page = [pair for pair in found.top if pair[0] not in left_out][wanted.offset : end]
    same: Node = Or(tuple([Keyword(ID, one) for one in ids]))
    if duplicates:
        same = And((query, ConstantScore(same)))
        notes = (*notes, _duplicates_note(ids[1:]))
    itself = 1
    if duplicates or own is None or filters != Filters():
        itself = engine.execute(same, filters, ResultRequest()).total
    reading, total = engine.reading_context(), found.total - itself
    groups = found.grouped.groups - bool(itself) if found.grouped else total
    context = HitContext(engine, reading, None, wanted.offset, found.grouped)

    def count() -> int:
        others = AndNot(query, same)
        with reading:
            return count_left_out(engine, filters, total, others, others)

    return Results(
        typed,
        total,
        hits_of_page(context, page, wanted.limit),
        {},
        groups,
        generation=engine.generation,
        _count_left_out=count,
        notes=notes,
    )


def _duplicates_note(ids: list[str]) -> Note:
    """Return a note on the excluded near duplicates of an item."""
    return Note("same", message("similar.same", n=len(ids), ids=first_of(ids, NAMED)))


def similar_query(item: NewsItem, table: Table, vocabulary: Vocabulary) -> Node | None:
    """Return a query for items like this one: its words, and labels of its concepts.

    Returns:
        The query, which also matches the item itself, or ``None`` if the item has no content word.
    """
    weighed: list[tuple[float, tuple[str, str]]] = []
    concepts: Counter[int] = Counter()
    for language in item.languages:
        counts: Counter[str] = Counter()
        for text, times in ((item.title or "", TITLE), *[(line, 1) for line in item.body.split("\n")]):
            terms = [
                token.term
                for token in add_checkpoints(analyzer(language).tokens(text))
                if not is_function_word(text[token.start : token.end])
            ]
            counts.update(terms * times)
            named = table.longest_labels(language, terms)
            concepts.update([number for _, label in named for number in label.concepts] * times)
        field = text_field(language)
        documents = vocabulary.documents(field)
        for term, count in add_checkpoints(counts.items()):
            # A paragraph adds terms only to the field of its language.
            if frequency := vocabulary.document_frequency(field, term):
                weighed.append((count * idf(documents, frequency), (field, term)))
    own = sorted(weighed, key=lambda pair: (-pair[0], pair[1]))[:MAX_TERMS]
    highest = own[0][0] if own else 1.0
    nodes: list[Node] = [Term(*key, boost=weight / highest) for weight, key in own]
    nodes += _query_other_languages(concepts, table, vocabulary, set(item.languages), highest)
    return Or(tuple(nodes)) if nodes else None


def _query_other_languages(
    concepts: Counter[int], table: Table, vocabulary: Vocabulary, languages: set[str], most: float
) -> list[Node]:
    """Return queries for an item's concepts in the languages that the item is not in."""
    ranked = []
    for number, count in concepts.items():
        weight, labels = table.concept(number)
        terms = {
            (text_field(label.language), label.terms)
            for label in labels
            if label.language not in languages and len(label.terms) <= 2
        }
        known = [
            (field, words)
            for field, words in sorted(terms)
            if all(vocabulary.document_frequency(field, word) for word in words)
        ]
        if known:
            rarest = min(max(_idf(vocabulary, field, word) for word in words) for field, words in known)
            ranked.append((count * weight * rarest, number, known))
    nodes: list[Node] = []
    for value, _, known in sorted(ranked, key=lambda concept: (-concept[0], concept[1]))[:MAX_CONCEPTS]:
        boost = _CONCEPT * value / most
        nodes_of_labels = [
            join(And, [Term(field, word, boost / len(words)) for word in words]) for field, words in known
        ]
        nodes.append(DisjunctionMax(tuple(filter(None, nodes_of_labels))))
    return nodes


def _idf(vocabulary: Vocabulary, field: str, term: str) -> float:
    """Return the idf of a term, to compare the terms of labels."""
    return idf(vocabulary.documents(field), vocabulary.document_frequency(field, term))
