"""The words that patterns stand for, as Whoosh's own queries look them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh import query as q

from indexer.analysis.accents import fold
from indexer.schema import WORDS
from searcher.query.model import Found, Fuzzy, Node, Pattern, leaves

if TYPE_CHECKING:
    from whoosh.reading import IndexReader


def found_by_whoosh(parsed: Node, reader: IndexReader) -> dict[Node, Found]:
    """Find the words of each pattern and each fuzzy word, in the place of ours, so that ours are compared."""
    found: dict[Node, Found] = {}
    for leaf in leaves(parsed):
        match leaf:
            case Pattern():
                query: q.MultiTerm = q.Wildcard(WORDS, fold(leaf.text.lower()))
            case Fuzzy():
                query = q.FuzzyTerm(WORDS, fold(leaf.text.lower()), maxdist=leaf.edits, prefixlength=1)
            case _:
                continue
        words = (term if isinstance(term, bytes) else term.encode() for term in query._btexts(reader))
        texts = tuple(word.decode("utf-8", "surrogatepass") for word in words)
        found[leaf] = Found(leaf.text, texts)
    return found


def _text(term: str | bytes) -> str:
    return term if isinstance(term, str) else term.decode("utf-8", "surrogatepass")
