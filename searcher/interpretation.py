"""What a request means: plain words go the short way, all else through the parser, with the same meaning."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.highlights import Highlights, light_highlights
from searcher.query.limits import MOST_JOINED, shortened
from searcher.query.places import is_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from whoosh.query import Query

    from indexer.thesaurus.table import Table
    from searcher.engine import Execution
    from searcher.execution.executor import IndexExecutor
    from searcher.query.joining import Joiner, Joining
    from searcher.request import SearchRequest
    from searcher.spelling.known import KnownWords


_NOTHING: Final[Mapping[Any, str]] = {}
REMEMBERED: Final = 4096  # words of queries of which a searcher keeps the terms at hand


class Interpretation(NamedTuple):
    """A request, ready to be executed.

    Attributes:
        execute: Runs it.
        highlights: Gives the words to mark in what it finds.
        tree: The query tree; None where plain words went the short way.
        notes: The identity of a node of the tree to where it comes from, if not from what was typed.
        expansions: What joined which words, as results tell it.
        corrected: Unknown words to the likeliest word in their place.
        left_out: A line for each thing that was not done for all words of the query.
    """

    execute: Callable[[], Execution]
    highlights: Callable[[], Highlights]
    tree: Query | None = None
    notes: Mapping[int, str] = _NOTHING
    expansions: Sequence[dict[str, Any]] = ()
    corrected: Mapping[str, str] = _NOTHING
    left_out: Sequence[str] = ()


class Interpreter:
    """Interprets requests over one open index.

    Args:
        executor: The open index.
        table: Its thesaurus.
    """

    def __init__(self, executor: IndexExecutor, table: Table) -> None:
        self._executor = executor
        self._table = table

    def interpret(
        self, request: SearchRequest, *, expand: bool, explain: bool = False, patterns: bool = True
    ) -> Interpretation:
        """Interpret a request.

        Args:
            request: The request.
            expand: Whether related words may join.
            explain: Whether the tree is needed, whatever it takes.
            patterns: Whether patterns and fuzzy words are searched, or left out.

        Raises:
            QueryError: The query cannot be understood, or says nothing.
        """
        query = request.query
        light = None if query is None or explain else self._executor.read_plain(query)
        if light is None or query is None or is_wide(light, self._executor):
            return self._by_tree(request, expand=expand, patterns=patterns)
        left_out: Sequence[str] = ()
        if expand and not light.phrases and light.optional:  # a phrase and required words are taken as typed
            chunks = query.split()
            if light.required or not all(map(self._known.stands, chunks)):
                return self._by_tree(request, expand=expand, patterns=patterns)
            joining = self._joiner.joining(chunks, request.filters.languages)
            if len(joining) == MOST_JOINED:
                left_out = self._not_joined(chunks)
            if any(one.adds() for one in joining):
                return self._joined(request, chunks, joining, left_out)
        execute = partial(self._executor.execute_light, light, request.filters, request.wanted)
        return Interpretation(execute, partial(light_highlights, light), left_out=left_out)

    def _joined(
        self,
        request: SearchRequest,
        chunks: list[str],
        joining: tuple[Joining, ...],
        left_out: Sequence[str],
    ) -> Interpretation:
        from searcher.query.beside import joined_highlights, joined_query, reports

        query = joined_query([self._executor.read_word(chunk) for chunk in chunks], joining)
        return Interpretation(
            partial(self._executor.execute_joined, query, request.filters, request.wanted),
            partial(joined_highlights, query),
            expansions=reports(chunks, joining),
            left_out=left_out,
        )

    def _not_joined(self, chunks: list[str]) -> Sequence[str]:
        from searcher.query.passed_over import labels_passed_over

        passed_over = self._joiner.passed_over(chunks)
        return (labels_passed_over(passed_over),) if passed_over else ()

    @cached_property
    def _terms(self) -> Callable[[str, str], tuple[str, ...]]:
        """What gives the terms of a word as typed in a language."""

        @lru_cache(REMEMBERED)
        def terms(language: str, word: str) -> tuple[str, ...]:
            return analyzer(language).query_terms(word, partial(self._executor.variants, language))

        return terms

    @cached_property
    def _joiner(self) -> Joiner:
        from searcher.query.joining import Joiner

        return Joiner(self._table, self._executor, self._terms)

    @cached_property
    def _known(self) -> KnownWords:
        from searcher.spelling.known import KnownWords

        return KnownWords(self._executor, self._table, self._terms)

    def _by_tree(self, request: SearchRequest, *, expand: bool, patterns: bool) -> Interpretation:
        # Whoosh's parser takes longer to import than most questions take to answer.
        from searcher.query.budget import Budget
        from searcher.query.expand import Expander
        from searcher.query.faults import refuse_faults
        from searcher.query.patterns import Patterns
        from searcher.query.places import count_places
        from searcher.query.repeats import each_once
        from searcher.query.resolve import Resolver
        from searcher.query.syntax import parse_syntax
        from searcher.spelling.near_words import NearWords

        budget, words = Budget(), NearWords(self._executor)
        expander = None
        if expand:
            asked = request.filters.languages
            expander = Expander(
                self._joiner, self._known, self._executor, words, budget=budget, languages=asked
            )
        resolver = Resolver(
            self._executor.variants,
            estimated=request.filters.estimated,
            vocabulary=self._executor,
            expander=expander,
            patterns=Patterns(words, budget) if patterns else None,
            budget=budget,
        )
        if request.query is None:
            tree = everything()
        else:
            refuse_faults(request.query)
            try:
                tree = resolver.resolve(parse_syntax(request.query))
                if tree is not None:
                    tree = each_once(tree, told=resolver.notes)
                    count_places(tree, self._executor, budget, resolver.written)
            except RecursionError:
                raise QueryError("the query is nested too deeply; use fewer parentheses") from None
            if tree is None:
                raise QueryError(
                    f"nothing to search for in “{shortened(request.query, 60)}”: only signs, or words that "
                    "are in nearly every text; add a word that says more, or use * for everything"
                )
        highlights = resolver.highlights  # alone: hits keep them, and should not keep the words compared
        return Interpretation(
            partial(self._executor.execute, tree, request.filters, request.wanted),
            lambda: highlights,
            tree,
            resolver.notes,
            resolver.expansions,
            resolver.corrected,
            expander.left_out() if expander else (),
        )


def everything() -> Any:
    """Return the tree of the query for every document."""
    from whoosh.query import ConstantScoreQuery, Every

    return ConstantScoreQuery(Every(), 0.0)
