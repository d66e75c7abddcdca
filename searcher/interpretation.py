"""Interpretation: a query as typed becomes resolved nodes, and what people should know of how it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError
from indexer.runtime import NamedTuple, remembered
from indexer.schema import ANALYZED_LANGUAGES
from searcher.query.all_words import every_word_twice
from searcher.query.expansion import Expander
from searcher.query.known_words import SettledWords
from searcher.query.limits import FOREIGN_OPERATORS, LIMITS, MAX_SUGGESTED_LENGTH, Limits, shortened
from searcher.query.model import TYPED, Everything, Filter, Fuzzy, Pattern, leaves
from searcher.query.parser import Parsed, merge_equal, parse
from searcher.query.query_analysis import QueryAnalyzer
from searcher.query.query_cost import Budget, affordable
from searcher.query.query_words import QueryWords
from searcher.query.question_language import detect_language
from searcher.query.resolver import Expanding, Resolver

if TYPE_CHECKING:
    from searcher.engine import Engine, Filters
    from searcher.query.model import Node
    from searcher.query.notes import Note

REMEMBERED: Final = 256  # queries: whoever asks turns pages and narrows, and the same query comes again ...
MAX_CACHED_LENGTH: Final = 100  # ... of so many characters at most: one of a thousand words takes megabytes


class NothingToSearchForError(QueryError):
    """A query that holds only signs, or words that are in nearly every text."""


class Interpretation(NamedTuple):
    """A query, ready to be executed.

    Attributes:
        query: The resolved query.
        expansions: What joined which words, as results tell it.
        suggestion: The query with the likeliest words in the place of unknown ones; None without any.
        notes: How it was read, where that is not plain, and what was not done for all its words.
        language: The language that it was read in; None where nothing tells it.
        unmatched: Words that no document has, nor anything that joined for them.
        joined: Whether other words than those typed are in the query.
        ranked: The query as it ranks, with the same matches; None where it is the same.
        dated: Whether it has dates, so that it may match others where estimated dates count.
    """

    query: Node
    expansions: tuple[dict[str, Any], ...] = ()
    suggestion: str | None = None
    notes: tuple[Note, ...] = ()
    language: str | None = None
    unmatched: tuple[str, ...] = ()
    joined: bool = False
    ranked: Node | None = None
    dated: bool = False

    def without(self, labels: tuple[str, ...]) -> Interpretation:
        """Take labels that joined out again; a note tells of each that did not join.

        Raises:
            QueryError: A label is longer than a value may be.
        """
        from searcher.query.query_labels import without_labels  # few questions drop any

        query, expansions, notes = without_labels(self.query, self.expansions, labels)
        joined = any(getattr(leaf, "via", TYPED) != TYPED for leaf in leaves(query))
        ranked = self.ranked and every_word_twice(query)
        reported = (*self.notes, *notes)
        return self._replace(
            query=query, expansions=tuple(expansions), notes=reported, joined=joined, ranked=ranked
        )


EVERYTHING: Final = Interpretation(Everything())


class Interpreter:
    """Interprets queries over one open index; threads may share it.

    Args:
        engine: The open index.
        limits: How much one query may ask for.

    Attributes:
        words: The words of questions to it.
    """

    def __init__(self, engine: Engine, limits: Limits = LIMITS) -> None:
        self._engine = engine
        self._limits = limits
        self.words = words = QueryWords(engine, engine.thesaurus)
        self._analyzers = {
            language: QueryAnalyzer(words, language) for language in (None, *ANALYZED_LANGUAGES)
        }
        self._expander = Expander(words)
        self._expanding = remembered(self._new_expanding, None)
        self._remembered = remembered(self._interpret, REMEMBERED)

    def interpret(  # noqa: PLR0913 - all that an interpretation depends on
        self,
        query: str | None,
        filters: Filters,
        *,
        expand: bool = True,
        strict: bool = False,
        patterns: bool = True,
        language: str | None = None,
    ) -> Interpretation:
        """Interpret a query.

        Args:
            query: As typed; None for everything.
            filters: What narrows the search: ``date:`` sees estimated dates where they count.
            expand: Whether related words may join, and unknown ones be corrected.
            strict: Whether what cannot be read is an error, not text.
            patterns: Whether patterns and fuzzy words are looked up, or left out.
            language: The language that it is in; None to work it out.

        Raises:
            QueryError: It is longer than one may be, a value of a filter is not known, it says nothing,
                or, read strictly, a part of it cannot be understood or is beyond a limit.
        """
        if query is None:
            return EVERYTHING
        if not query.strip():
            raise QueryError("the query is empty; type some words, or * for everything")
        interpret = self._remembered if len(query) <= MAX_CACHED_LENGTH else self._interpret
        try:
            return interpret(
                query,
                estimated=filters.estimated,
                expand=expand,
                strict=strict,
                patterns=patterns,
                language=language,
            )
        except RecursionError:  # within the limit, but the caller stands deep in its own functions
            raise QueryError("the query is nested too deeply; use fewer parentheses") from None

    def _parsed(self, query: str, *, strict: bool) -> Parsed:
        if ":" not in query:
            return parse(query, strict=strict)
        from searcher.query.field_filters import field_names  # few queries hold filters

        parsed = parse(query, strict=strict, custom_fields=field_names(self._engine))
        if parsed.query and any(isinstance(leaf, Filter) for leaf in leaves(parsed.query)):
            from searcher.query.concept_fields import with_concepts

            return parsed._replace(query=with_concepts(parsed.query, self._engine))
        return parsed

    def _interpret(  # noqa: PLR0913 - all that an interpretation depends on, by which it is kept
        self,
        query: str,
        *,
        estimated: bool,
        expand: bool,
        strict: bool,
        patterns: bool,
        language: str | None,
    ) -> Interpretation:
        parsed, notes = self._parsed(query, strict=strict)
        budget, near_words = Budget(self._limits, strict=strict), None
        found: dict[Node, Node] = {}
        # Before any word: corrections may compare only what patterns leave.
        if parsed and patterns and any(isinstance(leaf, (Pattern, Fuzzy)) for leaf in leaves(parsed)):
            from searcher.query.near_words import NearWords, find_words  # few questions hold any

            near_words = NearWords(self._engine)
            parsed, found = find_words(parsed, near_words, budget)
        if language is None and parsed is not None:
            language = detect_language(parsed, self.words)
        resolver = Resolver(
            self._analyzers[language],
            budget,
            estimated=estimated,
            found=found,
            near_words=near_words,
            expanding=self._expanding(language) if expand else None,
            finds=self.finds,
            dates=not strict,
        )
        resolved = resolver.resolve(parsed) if parsed else None
        if resolved is not None:
            resolved = affordable(merge_equal(resolved), self._engine, budget)
        if resolved is None:
            raise NothingToSearchForError(
                budget.fault
                or f"nothing to search for in “{shortened(query, 60)}”: only signs, or words that "
                "are in nearly every text; add a word that says more, or use * for everything"
            )
        suggestion = None
        if resolver.corrected and len(query) <= MAX_SUGGESTED_LENGTH:
            from searcher.query.corrector import corrected_query

            suggestion = corrected_query(query, resolver.corrected)
        return Interpretation(
            resolved,
            tuple(resolver.expansions),
            suggestion,
            notes + budget.notes() + self._notes(query, resolver),
            language,
            tuple(resolver.unmatched),
            any(getattr(leaf, "via", TYPED) != TYPED for leaf in leaves(resolved)),
            every_word_twice(resolved) if expand else None,
            _has_dates(query, parsed),
        )

    def _new_expanding(self, language: str | None) -> Expanding:
        from searcher.query.spelling_variants import SpellingVariants  # where words may join

        settled = SettledWords(self._engine, self.words, self._analyzers[language])
        return Expanding(self._expander, settled, SpellingVariants(self.words, language))

    def _notes(self, query: str, resolver: Resolver) -> tuple[Note, ...]:
        """Tell of foreign operators, of what was not done for all words, and of regions and dates."""
        notes: tuple[Note, ...] = ()
        if any(word.rstrip("/0123456789") in FOREIGN_OPERATORS for word in query.casefold().split()):
            from searcher.query.query_text import foreign_operators  # few questions hold any

            notes = foreign_operators(query)
        not_done = resolver.not_corrected, resolver.not_expanded
        if not any((*not_done, resolver.regions, resolver.unmatched, resolver.dates)):
            return notes
        from searcher.query.notes import dates_in_words, region_note, region_offers, words_skipped

        return (
            *notes,
            *words_skipped(*not_done, self._limits),
            *map(region_note, resolver.regions),
            *region_offers(resolver.unmatched),
            *dates_in_words(resolver.dates),
        )

    def finds(self, query: Node) -> bool:
        """Tell whether anything matches a resolved query."""
        return self._engine.finds(query)


def _has_dates(query: str, parsed: Node | None) -> bool:
    """Check whether a query has dates, as typed and parsed."""
    if parsed is None or not (":" in query or any(map(str.isdigit, query))):
        return False
    from searcher.query.query_dates import has_dates  # few questions hold a year

    return has_dates(parsed)
