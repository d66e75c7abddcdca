"""Patterns as Whoosh's own queries, which look their words up by themselves."""

from __future__ import annotations

from whoosh import query as q

from indexer.analysis.accents import fold
from indexer.schema import WORDS


class WhooshPatterns:
    """What a resolver is given in the place of our patterns, so that ours are compared with Whoosh's."""

    def of(self, parsed: q.Query) -> dict[int, q.Query]:
        """Return Whoosh's query for each pattern and each fuzzy word."""
        found: dict[int, q.Query] = {}
        for leaf in parsed.leaves():
            text = fold(leaf.text.lower()) if isinstance(leaf, (q.Wildcard, q.FuzzyTerm)) else ""
            stem = text.removesuffix("*")
            match leaf:
                case q.Wildcard() if "*" in stem or "?" in stem:
                    found[id(leaf)] = q.Wildcard(WORDS, text)
                case q.Wildcard() if stem:
                    found[id(leaf)] = q.Prefix(WORDS, stem)
                case q.FuzzyTerm():
                    found[id(leaf)] = q.FuzzyTerm(WORDS, text, maxdist=leaf.maxdist, prefixlength=1)
        return found
