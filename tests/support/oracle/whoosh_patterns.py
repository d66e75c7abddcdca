"""The words of patterns, as Whoosh's own queries look them up."""

from __future__ import annotations

from whoosh import query as q
from whoosh.reading import IndexReader

from indexer.analysis.characters import fold
from indexer.schema import WORDS
from searcher.query.model import DisjunctionMax, Fuzzy, Node, Pattern, WordSet, leaves


def found_by_whoosh(parsed: Node, reader: IndexReader) -> dict[Node, Node]:
    """Replace our lookup of the words of patterns and fuzzy words by Whoosh's, to compare both.

    A word that a fuzzy one matches with so many edits at least scores 1 / (1 + edits).
    """
    found: dict[Node, Node] = {}
    for leaf in leaves(parsed):
        match leaf:
            case Pattern():
                found[leaf] = WordSet(leaf.text, _words(q.Wildcard(WORDS, fold(leaf.text.lower())), reader))
            case Fuzzy():
                word, nearer = fold(leaf.text.lower()), set[str]()
                near = []
                for edits in range(leaf.edits + 1):
                    within = _words(q.FuzzyTerm(WORDS, word, maxdist=edits, prefixlength=1), reader)
                    only = tuple(text for text in within if text not in nearer)
                    near.append(WordSet(f"{word}~{edits}", only, 1 / (1 + edits)))
                    nearer.update(within)
                found[leaf] = DisjunctionMax(tuple(near))
    return found


def _words(query: q.MultiTerm, reader: IndexReader) -> tuple[str, ...]:
    terms = (term if isinstance(term, bytes) else term.encode() for term in query._btexts(reader))
    return tuple(term.decode("utf-8", "surrogatepass") for term in terms)
