"""From raw leaves to the fields of the index: words are analysed as the text was, in all its languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import translate
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from whoosh import query as q

from indexer import schema as names
from indexer.analysis import analyzer, is_function_word
from indexer.analysis.accents import fold
from indexer.analysis.chunk_words import chunk_words
from indexer.countries.names import resolve_country
from searcher.highlights import Highlights
from searcher.periods import parse_span
from searcher.query.budget import Budget
from searcher.query.compounds import joined
from searcher.query.concepts import likely_languages
from searcher.query.expand import Expander, Expansion, beside, weighed
from searcher.query.joining import report
from searcher.query.limits import LONGEST_ID, LONGEST_VALUE, check_value
from searcher.query.phrase import GappedPhrase
from searcher.query.syntax import NARROWING, TEXT, TITLE, AllRequired
from searcher.request import resolve_language

if TYPE_CHECKING:
    from searcher.engine import Vocabulary
    from searcher.execution.found_words import FoundWords
    from searcher.query.patterns import Patterns

CORRECTED = 0.6  # what a word one slip away counts; two slips away its square

Variants = Callable[[str, str], Sequence[str]]


class Placed(NamedTuple):
    """A word of the query as one language's analyzer sees it.

    Attributes:
        terms: The terms that it stands for.
        position: Its place, stop words counted.
        written: As typed.
    """

    terms: tuple[str, ...]
    position: int
    written: str


class Resolver:
    """Turns one parsed query into a tree over the fields of the index.

    Attributes:
        highlights: What was asked for, gathered on the way.
        expansions: What joined which words, as results tell it.
        corrected: Chunks with an unknown word, to the chunk with the likeliest word in its place.
        notes: The identity of a node of the tree to where it comes from, if not from what was typed.
        written: A field and a term to the word as typed.
        ignored: Words that were left out because they are in nearly every text.
    """

    def __init__(  # noqa: PLR0913 - what a query is read with, each by its name
        self,
        variants: Variants,
        *,
        estimated: bool,
        vocabulary: Vocabulary | None = None,
        expander: Expander | None = None,
        patterns: Patterns | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Prepare for one query.

        Args:
            variants: (language, folded word) to the terms owed to it in the index.
            estimated: Whether ``date:`` sees estimated dates.
            vocabulary: The terms of the index, for words that some write joined and others apart.
            expander: What lets related words join; None for the words as typed alone.
            patterns: What finds the words that patterns stand for; None to leave patterns out.
            budget: What the query may ask for; None for a new one.
        """
        self._variants = variants
        self._estimated = estimated
        self._vocabulary = vocabulary
        self._expander = expander
        self._patterns = patterns
        self._excluding = False
        self._exact = False
        self.expansions: list[dict[str, Any]] = []
        self.corrected: dict[str, str] = {}
        self.notes: dict[int, str] = {}
        self.written: dict[tuple[str, str], str] = {}
        self._budget = budget or Budget()
        self._found: dict[int, FoundWords] = {}
        self.highlights = Highlights()
        self.ignored: list[str] = []

    def resolve(self, parsed: q.Query) -> q.Query | None:
        """Return the tree over fields; None where nothing is left to search for.

        Raises:
            QueryError: A part cannot be understood, or is beyond a limit.
        """
        # Before any word: what patterns may be compared with, corrections may use only what they leave.
        self._found = self._patterns.of(parsed) if self._patterns else {}
        return self._node(parsed)

    def _node(self, node: q.Query) -> q.Query | None:  # noqa: C901, PLR0911 - one case a node
        match node:
            case q.Wildcard():
                return self._pattern(node)
            case q.FuzzyTerm():
                return self._found.get(id(node))
            case q.Term():
                return self._leaf(node.fieldname, node.text)
            case q.Phrase():
                return self._quoted(node)
            case q.Not():
                self._budget.spend_wide("NOT", node.startchar)
                excluded = self._excluded(node.query)
                return q.Not(excluded) if excluded else None
            case q.AndNot():
                kept, excluded = self._node(node.a), self._excluded(node.b)
                return q.AndNot(kept, excluded) if kept and excluded else kept
            case q.AndMaybe():
                required, optional = self._node(node.a), self._node(node.b)
                return q.AndMaybe(required, optional) if required and optional else required or optional
            case AllRequired():
                with self._as_typed():
                    return _joined(q.And, map(self._node, node.subqueries))
            case q.And():
                return _joined(q.And, (self._side_by_side([part]) for part in node.subqueries))
            case q.Or():
                runs = groupby(node.subqueries, _is_plain_word)
                return _joined(
                    q.Or,
                    (
                        part
                        for plain, run in runs
                        for part in (self._run(list(run)) if plain else map(self._node, run))
                    ),
                )
        return None

    @contextmanager
    def _as_typed(self) -> Iterator[None]:
        before, self._exact = self._exact, True
        try:
            yield
        finally:
            self._exact = before

    def _side_by_side(self, nodes: list[q.Query]) -> q.Query | None:
        """Return one node for nodes of which any may match."""
        if all(map(_is_plain_word, nodes)):
            return _joined(q.Or, self._run(nodes))
        return _joined(q.Or, map(self._node, nodes))

    def _run(self, leaves: list[q.Query]) -> list[q.Query | None]:
        """Return the nodes for words side by side, with what joins them."""
        if self._expander is None or self._exact or self._excluding:
            return [self._node(leaf) for leaf in leaves]
        chunks = [leaf.text for leaf in leaves]
        own = self._spelt(chunks)
        return self._with(self._expander.expansions(chunks), own, chunks, 0, len(own))

    def _with(
        self,
        expansions: list[Expansion],
        own: list[q.Query | None],
        chunks: list[str],
        first: int,
        end: int,
    ) -> list[q.Query | None]:
        """Return the nodes for some of the words, each span of them beside what joins it."""
        parts: list[q.Query | None] = []
        for expansion in expansions:
            joining = expansion.joining
            parts += own[first : joining.first]
            first = joining.last + 1
            if joining.added:
                told = report(chunks, joining)
                self._tell(told)
                self.notes[id(expansion.query)] = f"joined for “{told['from']}”"
            within = self._with(expansion.parts, own, chunks, joining.first, first)
            parts.append(beside(_joined(q.Or, within), expansion.query))
            for label, _ in joining.added:
                self.highlights.terms[label.language].update(label.terms)
        return parts + own[first:end]

    def _spelt(self, chunks: list[str]) -> list[q.Query | None]:
        """Return the node for each word, with what was probably meant by those that the index does not know.

        In ``chunks``, such a word is replaced by the likeliest.
        """
        languages = likely_languages(chunks)
        return [self._spelt_word(chunks, number, languages) for number in range(len(chunks))]

    def _spelt_word(self, chunks: list[str], number: int, languages: Sequence[str]) -> q.Query | None:
        chunk = chunks[number]
        if self._expander is None or is_function_word(chunk) or len(chunk_words(chunk, "und")) != 1:
            return self._words(TEXT, [chunk])
        word = chunk_words(chunk, "und")[0]
        written = chunk[word.start : word.end]
        parted = self._expander.apart(written)
        if parted:
            self._tell({"from": written, "to": [" ".join(two) for two in parted]})
            return _joined(
                q.Or,
                [self._words(TEXT, [chunk]), *(self._words(TEXT, ["-".join(two)]) for two in parted)],
            )
        if self._expander.knows(written):
            return self._words(TEXT, [chunk])
        corrections = self._expander.corrections(written, languages)
        if not corrections:
            return self._words(TEXT, [chunk])
        chunks[number] = corrections[0].word
        self.corrected[chunk] = chunk.replace(written, corrections[0].word)
        self._tell({"from": written, "to": [correction.word for correction in corrections]})
        nodes = [
            weighed(node, CORRECTED ** max(1.0, correction.cost))
            for correction in corrections
            if (node := self._words(TEXT, [correction.word]))
        ]
        for node in nodes:
            self.notes[id(node)] = f"perhaps meant by “{written}”"
        return q.DisjunctionMax(nodes) if len(nodes) > 1 else nodes[0] if nodes else None

    def _tell(self, expansion: dict[str, Any]) -> None:
        if expansion not in self.expansions:
            self.expansions.append(expansion)

    def _excluded(self, node: q.Query) -> q.Query | None:
        before, self._excluding = self._excluding, True
        try:
            return self._node(node)
        finally:
            self._excluding = before

    # Leaves

    def _leaf(self, name: str, text: str) -> q.Query | None:
        if name in NARROWING:
            if name == "date":
                self._budget.spend_wide("date:", None)
            return q.ConstantScoreQuery(self._narrowing(name, text), 0.0)
        return self._words(name, [text])

    def _quoted(self, node: q.Phrase) -> q.Query | None:
        if node.fieldname in NARROWING:
            return self._leaf(node.fieldname, " ".join(node.words))
        return self._words(node.fieldname, node.words, slop=node.slop, phrase=True)

    def _words(self, name: str, chunks: list[str], *, slop: int = 1, phrase: bool = False) -> q.Query | None:
        """Return the query for one word as typed (whose parts stand side by side), or for a phrase."""
        field_of = names.title_field if name == TITLE else names.text_field
        parts: list[q.Query] = []
        for language in names.LANGUAGES:
            placed = self._analysed(language, chunks, keep_function_words=phrase)
            if not placed:
                continue
            if not self._excluding:
                self.highlights.terms[language].update(term for word in placed for term in word.terms)
            if len(placed) == 1:
                for term in placed[0].terms:
                    parts.append(q.Term(field_of(language), term))
                    self.written[field_of(language), term] = placed[0].written
                continue
            offsets = [word.position - placed[0].position for word in placed]
            parts.append(GappedPhrase(field_of(language), [w.terms[0] for w in placed], offsets, slop=slop))
            if not phrase and self._vocabulary is not None:
                whole = joined(self._vocabulary, language, [word.written for word in placed])
                if whole is not None:
                    parts.append(q.Term(field_of(language), whole))
                    self.highlights.terms[language].add(whole)
        if not parts:
            self.ignored.extend(chunks)
            return None
        return q.Or(parts) if len(parts) > 1 else parts[0]

    def _analysed(self, language: str, chunks: list[str], *, keep_function_words: bool) -> list[Placed]:
        analyse = analyzer(language)
        placed: list[Placed] = []
        position = 0
        for chunk in chunks:
            for token in analyse.analyse_chunk(chunk):
                if token.term is not None and (
                    keep_function_words or not is_function_word(chunk[token.start : token.end])
                ):
                    written = chunk[token.start : token.end]
                    terms = analyse.query_terms(written, lambda word: self._variants(language, word))
                    placed.append(Placed(terms, position, written))
                position += 1
        return placed

    def _pattern(self, node: q.Wildcard) -> q.Query | None:
        if node.text.strip("*") == "":
            self._budget.spend_wide("*", node.startchar)
            return q.ConstantScoreQuery(q.Every(), 0.0)
        if not self._excluding:
            self.highlights.patterns.append(re.compile(translate(fold(node.text.lower()))))
        return self._found.get(id(node))

    def _narrowing(self, name: str, text: str) -> q.Query:
        check_value(f"{name}:", text, LONGEST_ID if name == "id" else LONGEST_VALUE)
        match name:
            case "country":
                code = names.UNKNOWN if text.lower() == names.UNKNOWN else resolve_country(text)
                return q.Term(names.COUNTRY, code)
            case "lang":
                return q.Term(names.LANGUAGE, resolve_language(text))
            case "id":
                return q.Term(names.ID, text)
        if text.lower() == names.UNKNOWN:
            kinds = ["none"] if self._estimated else ["none", "estimated"]
            return q.Or([q.Term(names.DATING, kind) for kind in kinds])
        first, last = parse_span(text)
        dated = _overlapping(names.START_DAY, names.END_DAY, first, last)
        if not self._estimated:
            return dated
        return q.Or([dated, _overlapping(names.ESTIMATED_START, names.ESTIMATED_END, first, last)])


def _is_plain_word(node: q.Query) -> bool:
    return type(node) is q.Term and node.fieldname == TEXT


def _joined(kind: type[q.Query], parts: Iterable[q.Query | None]) -> q.Query | None:
    """Return one node for the parts that are left; None where none is."""
    kept = [part for part in parts if part]
    return kind(kept) if len(kept) > 1 else kept[0] if kept else None


def _overlapping(start: str, end: str, first: int | None, last: int | None) -> q.Query:
    """Return the query for intervals that share a day with the given one."""
    return q.And([q.NumericRange(start, None, last), q.NumericRange(end, first, None)])
