"""What a request means: plain words go the short way, all else through the parser, with the same meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from indexer.analysis import analyzer
from indexer.errors import QueryError
from searcher.highlights import Highlights, light_highlights

if TYPE_CHECKING:
    from collections.abc import Callable

    from whoosh.query import Query

    from indexer.thesaurus.table import Table
    from searcher.execution.executor import IndexExecutor
    from searcher.execution.light import LightQuery
    from searcher.execution.shapes import Execution
    from searcher.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A request, ready to be executed.

    Attributes:
        execute: Runs it.
        highlights: Gives the words to mark in what it finds.
        tree: The query tree; None where plain words went the short way.
        notes: The identity of a node of the tree to where it comes from, if not from what was typed.
        expansions: What joined which words, as results tell it.
        corrected: Unknown words to the likeliest word in their place.
    """

    execute: Callable[[], Execution]
    highlights: Callable[[], Highlights]
    tree: Query | None = None
    notes: dict[int, str] = field(default_factory=dict)
    expansions: list[dict[str, Any]] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)


class Interpreter:
    """Interprets requests over one open index.

    Args:
        executor: The open index.
        table: Its thesaurus.
    """

    def __init__(self, executor: IndexExecutor, table: Table) -> None:
        self._executor = executor
        self._table = table

    def interpret(self, request: SearchRequest, *, expand: bool, explain: bool = False) -> Interpretation:
        """Interpret a request.

        Args:
            request: The request.
            expand: Whether related words may join.
            explain: Whether the tree is needed, whatever it takes.

        Raises:
            QueryError: The query cannot be understood, or says nothing.
        """
        light = None if request.query is None or explain else self._executor.read_plain(request.query)
        if light is None or (expand and self._may_grow(light, request.query or "")):
            return self._by_tree(request, expand=expand)
        execute = partial(self._executor.execute_light, light, **request.asked())
        return Interpretation(execute, partial(light_highlights, light))

    def _may_grow(self, light: LightQuery, text: str) -> bool:
        """Tell whether expansion could add to plain words: one is unknown, or some are a label."""
        if light.phrases or not light.optional:
            return False  # phrases and required words are taken as typed
        if not all(
            any(self._executor.frequency(name, term.decode()) for name, term in word.terms)
            for word in light.optional
        ):
            return True
        from searcher.query.concepts import recognise

        return bool(light.required) or bool(recognise(self._table, text.split(), self._terms))

    def _terms(self, language: str, word: str) -> tuple[str, ...]:
        return analyzer(language).query_terms(word, lambda key: self._executor.variants(language, key))

    def _by_tree(self, request: SearchRequest, *, expand: bool) -> Interpretation:
        # Whoosh's parser takes longer to import than most questions take to answer.
        from searcher.query.expand import Expander
        from searcher.query.faults import refuse_faults
        from searcher.query.resolve import Resolver
        from searcher.query.syntax import parse_syntax

        expander = Expander(self._table, self._executor, request.filters.languages) if expand else None
        resolver = Resolver(
            self._executor.variants,
            estimated=request.filters.estimated,
            vocabulary=self._executor,
            expander=expander,
        )
        if request.query is None:
            tree = everything()
        else:
            refuse_faults(request.query)
            try:
                tree = resolver.resolve(parse_syntax(request.query))
            except RecursionError:
                raise QueryError("the query is nested too deeply; use fewer parentheses") from None
            if tree is None:
                raise QueryError(
                    f"nothing to search for in “{_shortened(request.query)}”: only signs, or words that are "
                    "in nearly every text; add a word that says more, or use * for everything"
                )
        return Interpretation(
            partial(self._executor.execute, tree, **request.asked()),
            lambda: resolver.highlights,
            tree,
            resolver.notes,
            resolver.expansions,
            resolver.corrected,
        )


def everything() -> Any:
    """Return the tree of the query for every document."""
    from whoosh.query import ConstantScoreQuery, Every

    return ConstantScoreQuery(Every(), 0.0)


def _shortened(query: str, most: int = 60) -> str:
    words = " ".join(query.split())
    return words if len(words) <= most else f"{words[:most]}…"
