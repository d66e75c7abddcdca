"""More like this: an item's telling words, and the concepts that it names, as a query."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from whoosh import query as q

from indexer.analysis import analyzer, is_function_word
from indexer.schema import text_field
from searcher.execution.bm25 import idf

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary

MOST_TERMS: Final = 25  # of the item's own words
MOST_CONCEPTS: Final = 15
TITLE: Final = 2  # how often a word of the title counts
_CONCEPT: Final = 0.8  # of a concept's label in another language, beside the item's own words


def similar_query(item: NewsItem, table: Table, vocabulary: Vocabulary) -> q.Query | None:
    """Return the query for items like one, in every language that the thesaurus leads to.

    Args:
        item: The item.
        table: The thesaurus.
        vocabulary: The terms of the index.

    Returns:
        The query; it finds the item itself too. None where the item has no word of content.
    """
    counts: Counter[tuple[str, str]] = Counter()
    concepts: Counter[int] = Counter()
    for language in item.languages:
        texts = [*([item.title] * TITLE if item.title else ()), *item.body.split("\n")]
        for text in texts:
            terms = [
                token.term
                for token in analyzer(language).tokens(text)
                if not is_function_word(text[token.start : token.end])
            ]
            counts.update((text_field(language), term) for term in terms)
            concepts.update(_named(table, language, terms))
    weighed = [(count * _idf(vocabulary, *key), key) for key, count in counts.items()]
    own = sorted(weighed, key=lambda one: (-one[0], one[1]))[:MOST_TERMS]
    nodes = (
        [q.Term(*key, boost=weight / own[0][0]) for weight, key in own if weight > 0]
        if own and own[0][0] > 0
        else []
    )
    nodes += _elsewhere(concepts, table, vocabulary, set(item.languages), own[0][0] if own else 1.0)
    return q.Or(nodes) if nodes else None


def _named(table: Table, language: str, terms: list[str]) -> list[int]:
    """Return the concepts whose labels stand in a text, the longest label at each place."""
    found: list[int] = []
    place = 0
    while place < len(terms):
        fitting = [
            entry
            for entry in table.beginning(language, terms[place])
            if not entry.acronym and entry.rest == tuple(terms[place + 1 : place + 1 + len(entry.rest)])
        ]
        best = max(fitting, key=lambda entry: len(entry.rest), default=None)
        if best is None:
            place += 1
            continue
        found.extend(best.concepts)
        place += 1 + len(best.rest)
    return found


def _elsewhere(
    concepts: Counter[int], table: Table, vocabulary: Vocabulary, languages: set[str], most: float
) -> list[q.Query]:
    """Return the query for an item's concepts in the languages that it is not written in."""
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
            if all(vocabulary.frequency(field, word) for word in words)
        ]
        if known:
            rarest = min(max(_idf(vocabulary, field, word) for word in words) for field, words in known)
            ranked.append((count * weight * rarest, number, known))
    nodes: list[q.Query] = []
    for value, _, known in sorted(ranked, key=lambda one: (-one[0], one[1]))[:MOST_CONCEPTS]:
        boost = _CONCEPT * value / most if most else _CONCEPT
        nodes.append(
            q.DisjunctionMax(
                [
                    q.And([q.Term(field, word, boost=boost / len(words)) for word in words])
                    for field, words in known
                ]
            )
        )
    return nodes


def _idf(vocabulary: Vocabulary, field: str, term: str) -> float:
    return idf(vocabulary.documents(field), vocabulary.frequency(field, term))
