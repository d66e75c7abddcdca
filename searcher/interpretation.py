"""Interpret a typed query: resolve its words, and add notes on how it was read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple, cache_method
from indexer.schema import ANALYZED_LANGUAGES
from searcher.query.all_words import double_every_word, prefer_country, prefer_phrase, prefer_rarer
from searcher.query.limits import FOREIGN_OPERATORS, LIMITS, MAX_SUGGESTED_LENGTH, Limits
from searcher.query.model import NOTHING, Everything, Filter, Or, Quoted, Word, added_leaves, leaves, rewrite
from searcher.query.parser import Parsed, parse
from searcher.query.query_analysis import QueryAnalyzer
from searcher.query.query_cost import Budget, limit_postings
from searcher.query.query_words import QueryWords
from searcher.query.question_language import detect_language
from searcher.query.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from searcher.engine import Engine, Filters, Vocabulary
    from searcher.query.expansion import Expander
    from searcher.query.known_words import KnownWords, WordTools
    from searcher.query.model import Node
    from searcher.query.notes import Note

QUERY_CACHE_SIZE: Final = 256  # queries: paging and filtering repeat the same query ...
MAX_CACHED_LENGTH: Final = 100  # ... of up to this many characters: one of a thousand words takes megabytes
MAX_ADJACENT: Final = 32  # words of a query with a label that is searched as a phrase, too
_PATTERN_SIGNS: Final = frozenset("*?~/")  # a query without them has no patterns and no fuzzy words


class NothingToSearchForError(QueryError):
    """A query has no words to search for."""


class Interpretation(NamedTuple):
    """An interpreted query that can be executed.

    Attributes:
        query: The resolved query.
        expansions: The expansions of words, as in :class:`~searcher.results.Results`.
        suggestion: The query with unknown words replaced by likely corrections, or ``None`` without
            corrections.
        notes: Notes on parts that were not read exactly as typed, and on ignored words.
        language: The language of the query, or ``None`` if unknown.
        unmatched: Words for which no document contains the word or an expansion of it.
        has_added_words: Whether the query includes words that were not typed.
        ranked: A query with the same matches that is used to rank them, or ``None`` to rank by ``query``.
        has_dates: Whether the query has dates, so that including estimated dates may change its matches.
        countries: The countries that the query names, each with the resolved words that name it.
        phrase: A query of adjacent words as a phrase, to rank items with the phrase higher, or ``None`` for
            other queries.
    """

    query: Node
    expansions: tuple[dict[str, Any], ...] = ()
    suggestion: str | None = None
    notes: tuple[Note, ...] = ()
    language: str | None = None
    unmatched: tuple[str, ...] = ()
    has_added_words: bool = False
    ranked: Node | None = None
    has_dates: bool = False
    countries: Mapping[str, Node] | None = None
    phrase: Node | None = None

    def remove_labels(self, labels: tuple[str, ...], vocabulary: Vocabulary) -> Interpretation:
        """Return an interpretation without the given labels that expansion added.

        A note lists each given label that the query does not have.

        Raises:
            QueryError: A label is too long.
        """
        from searcher.query.provenance import remove_labels  # few requests need it

        query, expansions, notes = remove_labels(self.query, self.expansions, labels)
        return self._replace(
            query=query,
            expansions=tuple(expansions),
            notes=(*self.notes, *notes),
            has_added_words=bool(added_leaves(query)),
            ranked=self.ranked and _ranking_query(query, self.countries, self.phrase, vocabulary),
        )


EVERYTHING: Final = Interpretation(Everything())


class Interpreter:
    """Interprets queries for an open index.

    Threads may share an interpreter.

    Attributes:
        words: Looks up query words in the index.
    """

    def __init__(self, engine: Engine, limits: Limits = LIMITS) -> None:
        self._engine = engine
        self._limits = limits
        self.words = words = QueryWords(engine, engine.thesaurus)
        self._analyzers = {
            language: QueryAnalyzer(words, language) for language in (None, *ANALYZED_LANGUAGES)
        }
        self._tools = cache_method(self._new_tools, None)
        self._remembered = cache_method(self._interpret, QUERY_CACHE_SIZE)

    def interpret(  # noqa: PLR0913 - the inputs of an interpretation
        self,
        query: str | None,
        filters: Filters,
        *,
        expand: bool = True,
        strict: bool = False,
        patterns: bool = True,
        language: str | None = None,
    ) -> Interpretation:
        """Parse a query, expand its words, and correct unknown ones.

        Args:
            query: The query as typed, or ``None`` for all items.
            filters: The filters of the search, which decide whether ``date:`` includes estimated dates.
            expand: Whether to expand words and correct unknown ones.
            strict: Whether to raise an error for an invalid part. If false, the part is read as text.
            patterns: Whether to look up patterns and fuzzy words, or ignore them.
            language: The language of the query, or ``None`` to detect it.

        Raises:
            QueryError: The query is too long or has no words, the value of a filter is unknown, or, in a
                strict query, a part is invalid or beyond a limit, or all words are function words.
        """
        if query is None:
            return EVERYTHING
        if not query.strip():
            raise QueryError(message("query.empty"))
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
        except RecursionError:  # within the limit, but the caller's stack is deep
            raise QueryError(message("query.too_deep")) from None

    def _parse(self, query: str, *, strict: bool) -> Parsed:
        if ":" not in query:
            return parse(query, strict=strict)
        from searcher.query.field_filters import field_names  # few requests need it

        parsed = parse(query, strict=strict, custom_fields=field_names(self._engine))
        if parsed.query and any(isinstance(leaf, Filter) for leaf in leaves(parsed.query)):
            from searcher.query.concept_fields import resolve_concepts

            return parsed._replace(query=resolve_concepts(parsed.query, self._engine))
        return parsed

    def _interpret(  # noqa: PLR0913 - the key of the cache
        self, query: str, *, estimated: bool, expand: bool, strict: bool, patterns: bool, language: str | None
    ) -> Interpretation:
        parsed, notes = self._parse(query, strict=strict)
        budget = Budget(self._limits, strict=strict)
        found: dict[Node, Node] = {}  # first, since patterns and corrections share a limit on comparisons
        if parsed and patterns and not _PATTERN_SIGNS.isdisjoint(query):
            from searcher.query.near_words import NearWords, find_words  # few requests need it

            parsed, found = find_words(parsed, NearWords(self._engine), budget)
        detected = language or (detect_language(parsed, self.words) if parsed else None)
        resolver = Resolver(
            self._analyzers[detected],
            budget,
            estimated=estimated,
            found=found,
            tools=self._tools(detected) if expand else None,
            finds=self._engine.finds,
            alone=self._query_of_word,
            dates=not strict,
        )
        if parsed and expand and not (language or found) and (right := resolver.find_corrections(parsed)):
            likely = detect_language(_insert_corrections(parsed, right), self.words)
            if likely not in {None, detected}:  # correct spellings may indicate another language
                resolver.change_language(self._analyzers[likely], self._tools(likely))
                detected = likely
        resolved = resolver.resolve(parsed) if parsed else None
        if resolved is not None:
            resolved = limit_postings(resolved, self._engine, budget)
        if resolved is None and (strict or budget.fault or not any(map(str.isalnum, query))):
            raise NothingToSearchForError(budget.fault or _no_words_note(query, resolver).text)
        read = notes + budget.notes() + self._notes(query, resolver)
        if resolved is None and parsed is None:  # of only fields that are ignored, which another note tells
            return Interpretation(NOTHING, notes=read)
        if resolved is None:
            read = tuple(dict.fromkeys((*read, _no_words_note(query, resolver))))
            return Interpretation(NOTHING, notes=read, language=detected)
        phrase = self._phrase(parsed, detected) if expand and resolver.has_label else None
        interpretation = Interpretation(
            resolved,
            _join_expansions(resolver.expansions),
            _suggestion(query, resolver) if resolver.corrected else None,
            read,
            detected,
            tuple(resolver.unmatched),
            expand and bool(added_leaves(resolved)),
            _ranking_query(resolved, resolver.countries, phrase, self._engine) if expand else None,
            _has_dates(query, parsed),
            resolver.countries,
            phrase,
        )
        if parsed is None or not resolver.excludes:
            return interpretation
        from searcher.query.provenance import excluded_labels, exclusion_notes  # few requests need it

        if resolver.unmatched and expand:
            notes = exclusion_notes(parsed, resolver.unmatched, self._expander)
            interpretation = interpretation._replace(notes=interpretation.notes + notes)
        return interpretation.remove_labels(excluded_labels(parsed, interpretation.expansions), self._engine)

    def _phrase(self, parsed: Node | None, language: str | None) -> Node | None:
        """Resolve a query of adjacent words as a phrase, or return None for other queries."""
        parts = parsed.parts if isinstance(parsed, Or) and not parsed.apart else ()
        words = tuple([part.text for part in parts if isinstance(part, Word) and part.field == "text"])
        if not words or len(words) < len(parts) or len(words) > MAX_ADJACENT:
            return None
        return self._analyzers[language].phrase(Quoted(words))

    def _query_of_word(self, chunk: str) -> Node | None:
        languages = self.words.word(chunk).languages
        return self._analyzers[languages[0] if len(languages) == 1 else None].word(chunk, "text")

    def known_words(self, language: str | None) -> KnownWords:
        """Return the words that need no correction in queries in a language."""
        return self._tools(language).known_words

    @cached_property
    def _expander(self) -> Expander:
        from searcher.query.expansion import Expander

        return Expander(self.words, self._engine.finds, self._engine.count)

    def _new_tools(self, language: str | None) -> WordTools:
        from searcher.query.known_words import KnownWords, WordTools
        from searcher.query.spelling_variants import SpellingVariants

        known_words = KnownWords(self._engine, self.words, self._analyzers[language])
        return WordTools(self._expander, known_words, SpellingVariants(self.words, language))

    def _notes(self, query: str, resolver: Resolver) -> tuple[Note, ...]:
        """Return notes on foreign operators, ignored words, regions, and dates."""
        notes: tuple[Note, ...] = ()
        if not FOREIGN_OPERATORS.isdisjoint(query.casefold().split()):
            from searcher.query.query_text import foreign_operators  # few requests need it

            notes = foreign_operators(query)
        is_short = len(query) <= MAX_SUGGESTED_LENGTH  # suggestions look up every sequence of words
        not_done = resolver.not_corrected, resolver.not_expanded
        if not (
            any(not_done)
            or resolver.regions
            or resolver.unmatched
            or resolver.dates
            or resolver.empty_dates
            or resolver.acronyms
            or resolver.edges
        ):
            return notes
        from searcher.query.field_filters import suggest_filters
        from searcher.query.notes import (
            acronym_notes,
            broader_notes,
            date_notes,
            edge_notes,
            region_note,
            skipped_words_notes,
        )

        return (
            *notes,
            *skipped_words_notes(*not_done, self._limits),
            *map(region_note, resolver.regions),
            *(suggest_filters(query, resolver.unmatched, self._engine.finds) if is_short else ()),
            *date_notes(resolver.dates, resolver.empty_dates),
            *acronym_notes(resolver.acronyms),
            *edge_notes(resolver.edges),
            *broader_notes(resolver.broader),
        )


def _join_expansions(expansions: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Merge expansions of the same words.

    If a label is added both for words and for a longer group with these words, it is only listed for the
    group.
    """
    added: dict[str, dict[str, None]] = {}
    for one in expansions:
        added.setdefault(one["from"], {}).update(dict.fromkeys(one["to"]))
    for typed, labels in added.items():
        longer = [added[one] for one in added if one != typed and f" {typed} " in f" {one} "]
        added[typed] = {label: None for label in labels if not any(label in others for others in longer)}
    return tuple([{"from": typed, "to": [*labels]} for typed, labels in added.items() if labels])


def _ranking_query(
    query: Node, countries: Mapping[str, Node] | None, phrase: Node | None, vocabulary: Vocabulary
) -> Node:
    """Return a query with the same matches, in which better matches score higher.

    Items with all words, with all words as a phrase, or about a country in the query, rank higher.
    """
    ranked = double_every_word(query if countries else prefer_rarer(query, vocabulary), vocabulary)
    if phrase is not None:
        ranked = prefer_phrase(ranked, query, phrase, vocabulary)
    for country, words in (countries or {}).items():
        ranked = prefer_country(ranked, query, country, words, vocabulary)
    return ranked


def _suggestion(query: str, resolver: Resolver) -> str | None:
    """Return the query with misspelt words corrected, or None if it is too long."""
    if len(query) > MAX_SUGGESTED_LENGTH:
        return None
    from searcher.query.corrector import corrected_query

    return corrected_query(query, resolver.corrected)


def _no_words_note(query: str, resolver: Resolver) -> Note:
    """Return a note on why the query has no words to search for."""
    from searcher.query.notes import acronym_notes, no_words_note

    return next(iter(acronym_notes(resolver.acronyms)), no_words_note(query))


def _insert_corrections(parsed: Node, corrected: dict[str, str]) -> Node:
    """Return a parsed query with misspelt words replaced by their corrections."""
    return rewrite(
        parsed,
        lambda leaf: (
            leaf.replace(text=corrected.get(leaf.text, leaf.text)) if isinstance(leaf, Word) else leaf
        ),
    )


def _has_dates(query: str, parsed: Node | None) -> bool:
    """Return whether a query contains dates."""
    if parsed is None or not (":" in query or any(map(str.isdigit, query))):
        return False
    from searcher.query.query_dates import has_dates  # few requests need it

    return has_dates(parsed)
