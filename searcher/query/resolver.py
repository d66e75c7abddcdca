"""Resolve a parsed query for an index: words become terms, and filter values become codes."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING, Any

from indexer.analysis.chunk_words import chunk_words
from indexer.errors import message
from indexer.thesaurus.table import MAX_ACRONYM_LENGTH
from searcher.query import model
from searcher.query.chunks import PLACES, index_field, patterns_in
from searcher.query.limits import PUNCTUATION_AROUND, SAME, quote_part
from searcher.query.model import is_plain_word, replace_parts, rewrite
from searcher.query.query_analysis import is_grammar, mark_corrected, times
from searcher.query.query_words import join_e, join_prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.countries.country_names import Countries
    from searcher.query.corrector import Correction, Corrector
    from searcher.query.expansion import Expansion
    from searcher.query.known_words import UnknownWords, WordTools
    from searcher.query.query_analysis import QueryAnalyzer
    from searcher.query.query_cost import Budget

CORRECTED = 0.6  # the factor of a correction with one error; squared for two errors
PART = 0.4  # the factor of a word's labels if no item has another word of its label

_WORDS = partial(model.Or, words=True)


class Resolver:
    """Resolves a parsed query for an index.

    Args:
        analyzer: Converts words to terms of the index.
        budget: The limits of the query.
        estimated: Whether ``date:`` includes estimated dates.
        found: The words that each pattern matches. A pattern that is not included matches nothing.
        tools: The tools that expand and correct words, or ``None`` to search the typed words only.
        finds: Returns whether any document matches a resolved query.
        alone: Returns the query for a word in the language that it indicates, or None for an ignored word.
        dates: Whether to recognize dates in words (``March 2016``).

    Attributes:
        expansions: The expansions of words, as in :class:`~searcher.results.Results`.
        corrected: The corrected chunk for each typed chunk with an unknown word.
        unmatched: Typed words for which no document contains the word or an expansion.
        dates: Dates in the syntax of ``date:``, by the typed words. Items of these dates rank higher.
        empty_dates: The nearest dates that items have, by the typed words of a date that no item has.
        acronyms: The acronym for each lower-case word that may mean one, but was read as a word.
        edges: The function words at the ends of each phrase (not searched), by the exact query for the
            phrase.
        broader: Labels of broad concepts related to missing words. They are suggested, not searched.
        not_corrected, not_expanded: The number of words beyond the limits of corrections and expansions.
        regions: The regions of ``country:`` filters.
        countries: The query of the words that name a country, by the code of the country.
        excludes: Whether the query excludes any words.
        has_label: Whether several adjacent words of the query are a label.
    """

    def __init__(  # noqa: PLR0913 - the inputs of a resolution
        self,
        analyzer: QueryAnalyzer,
        budget: Budget,
        *,
        estimated: bool,
        found: Mapping[model.Node, model.Node],
        tools: WordTools | None,
        finds: Callable[[model.Node], bool],
        alone: Callable[[str], model.Node | None],
        dates: bool,
    ) -> None:
        self._analyzer = analyzer
        self._budget = budget
        self._estimated = estimated
        self._found = found
        self._tools = tools
        self._finds = finds
        self._alone = alone
        self._dates, self._in_proximity = dates, False  # whether the parts of a proximity are resolved
        self.expansions: list[dict[str, Any]] = []
        self.corrected: dict[str, str] = {}
        self.unmatched: dict[str, None] = {}
        self.dates: dict[str, str] = {}
        self.empty_dates: dict[str, str] = {}
        self.acronyms: dict[str, str] = {}
        self.edges: dict[str, list[str]] = {}
        self.broader: dict[str, None] = {}
        self.not_corrected = self.not_expanded = self._expanded = 0
        self.regions: dict[Countries, None] = {}
        self.countries: dict[str, model.Node] = {}
        self.excludes = self.has_label = False
        self._unknown: dict[tuple[str, ...], UnknownWords] = {}  # by adjacent words
        self._sure: dict[str, float] = {}  # corrections of adjacent words, with their factors

    def find_corrections(self, node: model.Node) -> dict[str, str]:
        """Return the corrections of misspelt words and of lower-case acronyms in a parsed query."""
        from searcher.query.known_words import adjacent_words

        found: dict[str, str] = {}
        for chunks in adjacent_words(node):
            for chunk in self._unknown_words(chunks).words:
                written, _, corrections = self._corrections(chunk, chunks)
                if corrections and not (corrections[0].is_only_suggested or corrections[0].is_cognate):
                    found[chunk] = chunk.replace(written, corrections[0].word)
            if min(map(len, chunks)) <= MAX_ACRONYM_LENGTH:
                acronyms = {chunk: acronym for chunk in chunks if (acronym := self._analyzer.acronym(chunk))}
                found |= {chunk: acronyms[chunk] for chunk in acronyms if self._is_acronym(chunk, chunks)}
        return found

    def change_language(self, analyzer: QueryAnalyzer, tools: WordTools) -> None:
        """Resolve the following words in another language, and keep earlier corrections."""
        self._analyzer, self._tools = analyzer, tools
        self._unknown.clear()

    def resolve(self, node: model.Node, *, as_typed: bool = False) -> model.Node | None:  # noqa: C901, PLR0911, PLR0912 - one case per node
        """Resolve a node to the fields of the index, or to None if nothing is left to search for.

        If ``as_typed`` is true, words are neither expanded nor corrected.

        Raises:
            QueryError: A filter is invalid, or a strict query is beyond a limit.
        """
        match node:
            case model.Word(field="text"):
                return self._resolve_alternatives((node,), as_typed=as_typed)
            case model.Word() | model.Quoted():
                return self._in_field(node, as_typed=as_typed)
            case model.Or(apart=False):
                return self._resolve_alternatives(node.parts, as_typed=as_typed)
            case model.Or() | model.And():
                exact = as_typed or (isinstance(node, model.And) and node.exact)
                resolved = [self.resolve(part, as_typed=exact) for part in node.parts]
                return model.join(type(node), [part for part in resolved if part])
            case model.Should():
                required = self.resolve(node.required, as_typed=as_typed)
                optional = self.resolve(node.optional, as_typed=as_typed)
                return model.Should(required, optional) if required and optional else required or optional
            case model.AndNot():
                return self._resolve_exclusion(node, as_typed=as_typed)
            case model.Not():
                if not self._budget.spend_wide("NOT", node.at):
                    return None
                excluded = self.resolve(node.part, as_typed=True)
                return model.Not(excluded) if excluded else None
            case model.Near() | model.NotNear():
                return self._proximity(node, as_typed=as_typed)
            case model.Occurring():
                (part,) = self._resolve_positional((node.part, as_typed))
                return part and node.replace(part=part)
            case model.Exact():
                if not self._budget.spend_wide("=", node.at):
                    return None
                return node.replace(part=self._analyzer.candidates(node.words, index_field(node.field)))
            case model.Pattern() | model.Fuzzy():
                found = self._found.get(node)
                if self._in_proximity or node.field != "text":
                    found = self._restrict(self._read_pattern(node, found), node.field)
                return found
            case model.Filter():
                from searcher.query.field_filters import resolve_filter  # many queries have no filter

                meant = resolve_filter(node, self._budget, self.regions, estimated=self._estimated)
                return model.ConstantScore(meant) if meant else None
            case model.Everything():
                return node if self._budget.spend_wide("*", node.at) else None
        return node

    def _resolve_exclusion(self, node: model.AndNot, *, as_typed: bool) -> model.Node | None:
        """Resolve an excluded part, whose words are neither expanded nor corrected."""
        self.excludes = True
        kept = self.resolve(node.kept, as_typed=as_typed)
        excluded = self.resolve(node.excluded, as_typed=True)
        if kept is None and excluded is not None:
            return model.Not(excluded) if self._budget.spend_wide("NOT", None) else None
        return model.AndNot(kept, excluded) if kept and excluded else kept

    def _proximity(self, node: model.Near | model.NotNear, *, as_typed: bool) -> model.Node | None:
        """Resolve a proximity query, in which dates are plain words."""
        parts = model.parts_of(node)
        if not self._budget.spend_wide("NEAR", node.at):
            return self.resolve(parts[0], as_typed=as_typed)
        excludes = isinstance(node, model.NotNear)
        first, second = self._resolve_positional((parts[0], as_typed), (parts[1], as_typed or excludes))
        if first and second:
            return replace_parts(node, (first, second))
        limit = message("query.near_needs_words")
        written = f"NEAR/{node.distance}" if node.distance else SAME
        place = quote_part(written.partition("/")[0], node.at)
        self._budget.leave_out(written, limit, message("query.at_fault", place=place, fault=limit))
        return first or (None if excludes else second)

    def _restrict(self, found: model.Node | None, field: str) -> model.Node | None:
        """Restrict a node (or None) to the ``lead`` or ``body`` of texts, if the field is one of these."""
        if not found or field not in PLACES:
            return found
        self._budget.compares_positions = True
        return model.Occurring(rewrite(found, model.remove_keywords), 1, field)

    def _resolve_positional(self, *parts: tuple[model.Node, bool]) -> list[model.Node | None]:
        """Resolve parts whose positions are compared, each with ``as_typed`` as for :meth:`resolve`."""
        self._budget.compares_positions = True
        before = self._dates, self._in_proximity
        self._dates, self._in_proximity = False, True
        try:
            found = (self.resolve(part, as_typed=as_typed) for part, as_typed in parts)
            return [part and rewrite(part, model.remove_keywords) for part in found]
        finally:
            self._dates, self._in_proximity = before

    def _in_field(self, node: model.Word | model.Quoted, *, as_typed: bool) -> model.Node | None:
        """Resolve a phrase, or a word in a field."""
        words = (node.text,) if isinstance(node, model.Word) else node.words
        joined = {} if self._in_proximity else self._analyzer.joined(words, node.field, self._budget)
        if joined and len(words) == 1:
            return joined[words[0]]
        if isinstance(node, model.Quoted):
            found = self._phrase(node, as_typed=as_typed or self._in_proximity or bool(joined))
            kept = [one for one in (*joined.values(), self._restrict(found, node.field)) if one]
            return model.join(model.And, kept)
        return self._restrict(self._analyzer.word(node.text, index_field(node.field)), node.field)

    def _phrase(self, node: model.Quoted, *, as_typed: bool) -> model.Node | None:
        """Resolve a phrase, with its patterns replaced by the words that they match."""
        patterns, typed = patterns_in(node), node
        node = node.replace(field=index_field(node.field))
        if not patterns and "*" not in node.words:
            self.edges |= {} if as_typed or self._budget.strict else self._analyzer.edge_function_words(typed)
            return self._analyzer.phrase(node)
        found = ((word, self._found.get(pattern)) for word, pattern in patterns.items())
        sets = {word: one.words for word, one in found if isinstance(one, model.WordSet)}
        most = self._budget.limits.placed // 2  # a phrase is more work than a word
        if prod([len(sets[word]) for word in node.words if word in sets]) > most:
            limit = message("query.phrases_of_patterns", most=most)
            self._budget.ask_for_letters(" ".join(node.words), node.at, limit)
            sets = {}
        return self._analyzer.phrase(node, sets)

    def _read_pattern(self, node: model.Pattern | model.Fuzzy, found: model.Node | None) -> model.Node | None:
        """Return the terms of a pattern's words for a proximity query or a field, or None for no words."""
        words = [one for leaf in (model.leaves(found) if found else ()) for one in getattr(leaf, "words", ())]
        most = self._budget.limits.placed
        if len(words) <= most:
            return self._analyzer.terms_of_set(found, index_field(node.field)) if found else None
        self._budget.ask_for_letters(node.text, node.at, message("query.placed", most=most))
        return self._analyzer.word(node.text.strip("*?/") or node.text, index_field(node.field))

    def _resolve_alternatives(self, parts: Sequence[model.Node], *, as_typed: bool) -> model.Node | None:
        """Resolve the parts of a union. Parts that are adjacent words are resolved together."""
        resolved: list[model.Node | None] = []
        for is_word, run in groupby(parts, is_plain_word):
            if is_word:
                chunks = [part.text for part in run if isinstance(part, model.Word)]
                resolved += self._words(chunks, as_typed=as_typed)
            else:
                resolved += [self.resolve(part, as_typed=as_typed) for part in run]
        union = model.join(_WORDS, [part for part in resolved if part])
        if union is None or as_typed or not self._dates:
            return union
        chunks = [part.text if isinstance(part, model.Word) else "" for part in parts]
        if not any(map(str.isdigit, "".join(chunks))):
            return union
        from searcher.query.query_dates import add_dates  # few requests need it

        added = {"dates": self.dates, "empty": self.empty_dates}
        union = add_dates(union, chunks, self._analyzer, self._finds, **added, estimated=self._estimated)
        for word in " ".join(self.dates).split():
            self.unmatched.pop(word.strip(PUNCTUATION_AROUND), None)  # an item's date matches it
        return union

    def _words(self, chunks: list[str], *, as_typed: bool) -> list[model.Node | None]:
        """Convert adjacent words to queries with their expansions (None for a word that matches nothing)."""
        join_e(chunks, partial(self._analyzer.word, field="text"), self._finds)
        # A proximity query needs positions, which abbreviations such as AT&T do not have.
        joined = {} if self._in_proximity else self._analyzer.joined(chunks, "text", self._budget)
        if as_typed or self._tools is None:
            nodes = [joined.get(chunk) or self._analyzer.word(chunk, "text") for chunk in chunks]
            self._note_unmatched(chunks, nodes, None)
            return nodes
        from searcher.query.expansion import TIE_BREAKER

        expander, _, variants = self._tools
        join_prefixes(chunks, expander.words, partial(expander.can_replace_parts, self._analyzer))
        written = tuple(chunks)
        unknown, spelled, months = self._unknown_words(written)
        most = self._budget.limits.expanded - self._expanded
        self._sure.clear()
        again = {chunk: self._resolve_corrected(chunk, written) for chunk in unknown}
        if min(map(len, written)) <= MAX_ACRONYM_LENGTH:
            again |= self._acronyms(written)
        again |= {chunk: (node, chunk) for chunk, node in joined.items()}
        for chunk in written:  # a correction that was also typed is certain
            self._sure.pop(chunk, None)
        typed: list[model.Node | None] = []
        for number, chunk in enumerate(written):
            node, chunks[number] = again.get(chunk) or (self._analyzer.word(chunk, "text"), chunk)
            typed.append(node)
        if self._sure:
            spelled = spelled | variants.find_spellings([chunk for chunk in chunks if chunk in self._sure])
        for number, node in enumerate(typed):
            if node and (others := spelled.get(chunks[number])):
                likely = partial(times, self._sure.get(chunks[number], 1.0))
                spellings = [rewrite(other, likely) for other in others]
                typed[number] = model.DisjunctionMax((node, *spellings), TIE_BREAKER)
        expansions, left = expander.expansions(chunks, most)
        if months:  # mai 2020 is not maize
            expansions = [it for it in expansions if it.last > it.first or chunks[it.first] not in months]
        self.has_label |= any(one.last > one.first for one in expansions)
        self._expanded += len(expansions)
        self.not_expanded += left
        missing = self._note_unmatched(written, typed, expansions, chunks)
        if missing:
            from searcher.query.query_dates import add_months  # few requests need either
            from searcher.query.related_concepts import Neighbours

            near, vocabulary = Neighbours(expander.words, self._finds), expander.words.vocabulary
            spelled = spelled | add_months(missing, self.unmatched, written, typed, vocabulary)
            most = 0 if self._in_proximity else most
            self.expansions += near.add(written, typed, missing, expansions, most)
            self.broader |= near.offered
        nodes = self._add_expansions(expansions, typed, chunks, 0, len(typed))
        self.expansions = variants.add_to_record(self.expansions, spelled)
        return nodes

    def _unknown_words(self, chunks: tuple[str, ...]) -> UnknownWords:
        if chunks not in self._unknown:
            from searcher.query.known_words import unknown_words

            assert self._tools is not None
            most = self._budget.limits.expanded - self._expanded
            self._unknown[chunks] = unknown_words(chunks, self._tools, most, dates=self._dates)
        return self._unknown[chunks]

    def _acronyms(self, chunks: Sequence[str]) -> dict[str, tuple[model.Node | None, str]]:
        """Read lower-case words that no text has as acronyms, and suggest acronyms for others."""
        read: dict[str, tuple[model.Node | None, str]] = {}
        for chunk in chunks:
            acronym = self._analyzer.acronym(chunk)
            if acronym and len(chunks) > 1 and (word := self._analyzer.function_word(chunk)):
                self.corrected[chunk], read[chunk] = word, (None, word)
                self.expansions.append({"from": chunk, "to": [word]})
            elif acronym and self._is_acronym(chunk, chunks):
                self.corrected[chunk], read[chunk] = acronym, (self._analyzer.word(acronym, "text"), acronym)
                self.expansions.append({"from": chunk, "to": [acronym]})
            elif acronym and (len(chunks) == 1 or not is_grammar(chunk)):
                self.acronyms[chunk] = acronym
            elif meant := self._analyzer.content_spelling(chunk, chunks):
                self.acronyms[chunk] = meant
            elif node := self._analyzer.topic_before_acronym(chunk):
                read[chunk] = node, chunk
        return read

    def _is_acronym(self, chunk: str, chunks: Sequence[str]) -> bool:
        """Return whether a lower-case word is read as the acronym with its letters."""
        if not is_grammar(chunk):
            is_slip = len(chunks) > 1 and self._analyzer.function_word(chunk)
            return not (is_slip or (self._analyzer.has(chunk) and self._analyzer.is_inflected(chunk)))
        return len(chunks) == 1 and not self._in_proximity and self._analyzer.has(chunk.upper())

    def _note_unmatched(
        self,
        chunks: Sequence[str],
        nodes: list[model.Node | None],
        expansions: Sequence[Expansion] | None,
        corrected: Sequence[str] = (),
    ) -> list[str]:
        """Record and return the words that match no item, not even by their expansions.

        Unless words are searched as typed, each such word, and each other word of its label, is also resolved
        as if it were the whole query; the result is added to the node of the word if it has matches.
        """
        alone: dict[int, model.Node | None] = {}
        missing, known, most = list[str](), dict[model.Node, bool](), self._budget.limits.expanded
        for at, (chunk, node) in enumerate(zip(chunks, nodes, strict=True)):
            if node is None or self._analyzer.occurs_in_index(node) or self._analyzer.lacks_content(chunk):
                continue
            label = next((one for one in expansions or () if one.first <= at <= one.last), None)
            known[node] = known[node] if node in known else self._finds(node)
            by_label = bool(label and label.query and self._finds(label.query))
            known[node] |= by_label and label is not None and label.first == label.last
            if known[node] or by_label:
                continue
            found = {place for place, query in label.queries() if self._finds(query)} if label else set()
            occurs = self._analyzer.occurs_as_typed(chunk)
            may_be_read = expansions is not None and len(chunks) > 1 and len(alone) < most
            may_be_read = may_be_read and "&" not in chunk and "+" not in chunk
            is_lower = chunk.islower() and not self._analyzer.is_homonym(chunk)
            may_be_read = may_be_read and (is_lower or (occurs and chunk.istitle()))  # a name: Tour de France
            if at not in found:
                is_apart = label is None and "-" in chunk
                reported = len(self.expansions)
                word = self._read_alone(corrected[at], label, apart=is_apart) if may_be_read else None
                missing.append(chunk.strip(PUNCTUATION_AROUND))
                if is_found := bool(word and self._finds(word)):
                    alone[at] = word
                else:  # its labels find nothing
                    del self.expansions[reported:]
                if is_apart or not (is_found or occurs):
                    self.unmatched[missing[-1]] = None
                    tilde = self._tools.known_words.tilde_spellings(chunk) if self._tools else ()
                    self.corrected |= {chunk: tilde[0]} if tilde else {}  # campaña, for campana
            if label and may_be_read:
                others = {*range(label.first, label.last + 1)}.difference(found, alone)
                factor = 1.0 if at in found or at in alone else PART
                others = {place for place in others if not self._analyzer.lacks_content(chunks[place])}
                alone |= {place: self._read_alone(corrected[place], label, factor) for place in others}
        for at, word in alone.items():
            if word and (node := nodes[at]):
                nodes[at] = model.DisjunctionMax((node, word))
        return missing

    def _read_alone(
        self, chunk: str, label: Expansion | None, factor: float = 1.0, *, apart: bool = False
    ) -> model.Node | None:
        """Resolve a word, or if ``apart`` the words of a compound, as if it were the whole query."""
        assert self._tools is not None
        chunks = chunk.split("-") if apart else [chunk]
        typed = [self._alone(one) for one in chunks]
        if len(chunks) == 1 and self._tools.known_words.has_only_cognates(chunk):
            typed[0], chunks[0] = self._resolve_corrected(chunk, (chunk,))
        most = max(self._budget.limits.expanded - self._expanded, 0)
        self._expanded += len(found := self._tools.expander.expansions_within(chunks, label, most))
        node = model.join(_WORDS, [*filter(None, self._add_expansions(found, typed, chunks, 0, len(typed)))])
        return rewrite(node, partial(times, factor)) if node and factor < 1 else node

    def _add_expansions(
        self,
        expansions: Sequence[Expansion],
        typed: list[model.Node | None],
        chunks: list[str],
        first: int,
        end: int,
    ) -> list[model.Node | None]:
        """Combine typed words with their expansions."""
        from searcher.query.expansion import TIE_BREAKER

        nodes: list[model.Node | None] = []
        for expansion in expansions:
            nodes += typed[first : expansion.first]
            first = expansion.last + 1
            place = len(self.expansions)
            within = self._add_expansions(expansion.parts, typed, chunks, expansion.first, first)
            own = model.join(_WORDS, [node for node in within if node])
            written = " ".join(chunks[expansion.first : first]).strip(PUNCTUATION_AROUND)
            own_words = tuple(typed[expansion.first : first])
            query, reported = expansion.added_query(own_words, written, self._analyzer.forms_elsewhere)
            words = {one.strip(PUNCTUATION_AROUND) for one in chunks[expansion.first : first]}
            if reported["to"] and words.isdisjoint(self.unmatched):
                self.expansions.insert(place, reported)
            sure = min(self._sure.get(chunk, 1.0) for chunk in chunks[expansion.first : first])
            query = rewrite(query, partial(times, sure)) if query and sure < 1 else query
            found = model.DisjunctionMax((own, query), TIE_BREAKER) if own and query else own or query
            if expansion.country and found and sure == 1 and written not in self.corrected.values():
                self.countries[expansion.country] = found
            nodes.append(found)
        return nodes + typed[first:end]

    def _resolve_corrected(self, chunk: str, chunks: Sequence[str]) -> tuple[model.Node | None, str]:
        """Resolve a word that may be misspelt or lack a space, and return its likeliest correction."""
        typed = self._analyzer.word(chunk, "text")
        written, split_term, corrections = self._corrections(chunk, chunks)
        if split_term:
            self.expansions.append({"from": written, "to": [" ".join(two) for two in split_term]})
            apart = filter(None, [self._analyzer.word("-".join(two), "text") for two in split_term])
            return model.join(model.Or, [*filter(None, [typed]), *map(mark_corrected, apart)]), chunk
        first = corrections[0] if corrections else None
        if first and not first.is_cognate:
            self.corrected[chunk] = chunk.replace(written, first.word)
        if not first or first.is_only_suggested:
            return typed, chunk
        self._sure[first.word] = CORRECTED ** max(1.0, first.cost)
        self.expansions.append({"from": written, "to": [correction.word for correction in corrections]})
        nodes = [
            mark_corrected(node).replace(origin=("explain.perhaps_meant", written))
            for word, cost, share, *_ in corrections
            if (node := self._analyzer.word(word, "text", share * CORRECTED ** max(1.0, cost)))
        ]
        return model.join(model.DisjunctionMax, nodes), first.word

    def _corrections(
        self, chunk: str, chunks: Sequence[str]
    ) -> tuple[str, list[tuple[str, str]], list[Correction]]:
        """Return a chunk's word, the pairs of words into which it can be split, and its corrections."""
        (only,) = chunk_words(chunk, "fr")  # l'éducation without the elided article
        written = chunk[only.start : only.end]
        split_term, corrections = self._corrector.correct(written, chunks)
        self.not_corrected = len(self._corrector.skipped)
        return written, split_term, corrections

    @cached_property
    def _corrector(self) -> Corrector:
        from searcher.query.corrector import Corrector  # most queries have no word to correct

        assert self._tools is not None
        return Corrector(self._tools, self._budget)
