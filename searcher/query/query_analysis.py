"""Analyze the words and phrases of a query in each language."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.analysis.analyzer import CONTENT_AS_WRITTEN, SEARCHED_STOP_WORDS, STOP_WORDS, has_families
from indexer.analysis.characters import fold_all
from indexer.checkpoint import add_checkpoints
from indexer.runtime import cache_method
from indexer.schema import (
    ANALYZED_LANGUAGES,
    LANGUAGE,
    LANGUAGES,
    UNDETERMINED,
    WORDS,
    text_field,
    title_field,
)
from indexer.thesaurus.table import MAX_ACRONYM_LENGTH
from searcher.bm25 import idf, term_weight
from searcher.query import model
from searcher.query.chunks import LEAD, abbreviations, index_field
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import DisjunctionMax, join, leaves, parts_of
from searcher.query.word_restrictions import (
    LONG_STEM,
    restrict_to_forms,
    restrict_to_topics,
    restrict_to_word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searcher.engine import Vocabulary
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget
    from searcher.query.query_words import QueryWord, QueryWords, WordPart

# The factor of words and added labels in languages other than the query's, so that texts in
# the query's language come first. docs/measurements/ranking.md has the numbers.
ELSEWHERE: Final = 0.7
ACRONYM: Final = 0.5  # the factor of a word in texts that may only have it as an acronym
_SHORTEST_SLIP: Final = 3  # letters of a word that may be a misspelt function word
WORD_CACHE_SIZE: Final = 1 << 11  # cached nodes of words


class QueryAnalyzer:
    """Analyzes the words of queries for an open index.

    Threads may share it. A word is analyzed in the language of the query, if it is known; it also matches
    texts of other languages that contain the word as typed. Function words of any language are ignored.
    """

    def __init__(self, words: QueryWords, language: str | None = None) -> None:
        self._words = words
        self._vocabulary = words.vocabulary
        self._language = language
        self.word = cache_method(self._word, WORD_CACHE_SIZE)
        self.spells_acronym = cache_method(self._spells_acronym, WORD_CACHE_SIZE)

    @cached_property
    def _has_undetermined(self) -> bool:
        """Whether the index has texts in languages other than English, Spanish and French."""
        return self._vocabulary.documents(text_field(UNDETERMINED)) > 0

    def _word(self, text: str, field: str, boost: float = 1.0) -> Node | None:
        """Resolve a word to a node.

        A word with hyphens becomes a phrase, or the compound if texts contain it. The node scores the maximum
        over the languages, so that a word counts once in a bilingual item. The result is ``None`` for chunks
        that are not indexed, such as function words and punctuation.
        """
        word = self._words.word(text)
        if self.lacks_content(text) and word.plain not in SEARCHED_STOP_WORDS and not text.isupper():
            return None  # ¿cuántas hay?: not the English hay
        nodes: list[Node] = []
        for language in LANGUAGES:
            if language == UNDETERMINED and nodes and not self._has_undetermined:
                break
            if word.is_one_word and not self._may_match(language, word):
                continue
            parts = [part for part in word.parts(language) if part.is_searched]
            if not parts:
                continue
            if word.is_one_word or all(self._may_match(language, part.word) for part in parts):
                in_field = _field_nodes(parts, field, language, boost=boost)
                own = self._restrict_to_typed(language, parts, in_field)
                nodes += [self._as_acronym(language, word, one) for one in own] if text.isupper() else own
            if len(parts) > 1:
                written = "".join([part.word.written for part in parts])
                whole = _known_term(self._vocabulary, language, written)
                if whole is not None:
                    nodes.append(model.Term(_field(field, language), whole, boost, text))
        return join(DisjunctionMax, nodes)

    def rarity(self, node: Node) -> float:
        """Return the idf of the rarest term of a word."""
        vocabulary = self._vocabulary
        return max(
            [
                idf(vocabulary.documents(leaf.field), vocabulary.document_frequency(leaf.field, leaf.text))
                for leaf in leaves(node)
                if isinstance(leaf, model.Term)
            ],
            default=0.0,
        )

    def lacks_content(self, chunk: str) -> bool:
        """Return whether a word is a function word in the language of the query."""
        return self._language is not None and self._words.word(chunk).lacks_content(self._language)

    def is_foreign(self, word: str) -> bool:
        """Return whether a word belongs to other languages, but not to that of the query."""
        languages = self._words.word(word).languages if self._language else ()
        return bool(languages) and self._language not in languages

    def is_homonym(self, word: str) -> bool:
        """Return whether a foreign word has another meaning in the language of the query.

        In an English query, French *pays* is a homonym; *munition* is not, because it means the same in
        English.
        """
        known, own = self._words.word(word), str(self._language)
        if not self.is_foreign(word) or known.label_distance(own) is None:
            return False
        meant, *others = [
            {number for entry in known.label_entries(language) if not entry.rest for number in entry.concepts}
            for language in (own, *known.languages)
        ]
        return all(map(meant.isdisjoint, others))

    def is_own(self, word: str) -> bool:
        """Return whether a word may belong to the language of the query."""
        return self._language is not None and not self.is_foreign(word)

    def occurs_in_index(self, node: Node) -> bool:
        """Return whether the index has a term of a resolved word."""
        for leaf in leaves(node):
            if isinstance(leaf, model.Term) and self._vocabulary.document_frequency(leaf.field, leaf.text):
                return True
        return False

    def acronym(self, chunk: str) -> str:
        """Return the acronym that a lower-case word may be (UN for ``un``), or an empty string."""
        if not self.spells_acronym(chunk):
            return ""
        word = self._words.word(chunk)
        is_label = any(word.plain in word[language].labels for language in ANALYZED_LANGUAGES)
        return "" if is_label else chunk.upper()

    def content_spelling(self, chunk: str, chunks: Sequence[str]) -> str:
        """Return the indexed name or acronym spelt like the only function word of a query (US for *us*)."""
        written = CONTENT_AS_WRITTEN.get(self._language or "", ())
        spellings = sorted([one for one in written if one.lower() == chunk], key=str.isupper)
        if not spellings or chunks.count(chunk) > 1:
            return ""
        is_short = sum(map(is_grammar, chunks)) == 1 and "".join(chunks).isalpha()  # no sentence or date
        return next((one for one in spellings if is_short and self.has(one)), "")

    def function_word(self, chunk: str) -> str:
        """Return the function word that a misspelt word means, or an empty string.

        Only swapped letters are recognised, as in *teh* for *the*.
        """
        if len(chunk) < _SHORTEST_SLIP:
            return ""
        languages = (self._language,) if self._language else ANALYZED_LANGUAGES
        swapped = [f"{chunk[:at]}{chunk[at + 1]}{chunk[at]}{chunk[at + 2 :]}" for at in range(len(chunk) - 1)]
        return next((one for one in swapped if any(one in STOP_WORDS[code] for code in languages)), "")

    def _spells_acronym(self, chunk: str) -> bool:
        """Return whether a lower-case word has the letters of an acronym of the thesaurus."""
        if not (chunk.islower() and chunk.isalpha() and len(chunk) <= MAX_ACRONYM_LENGTH):
            return False
        word, acronym = self._words.word(chunk), chunk.upper()
        return any(
            entry.acronym == acronym for language in ANALYZED_LANGUAGES for entry in word[language].entries
        )

    def _as_acronym(self, language: str, word: QueryWord, node: Node) -> Node:
        """Restrict an acronym in capitals to texts with it or its plural.

        AIDS, for example, is not a form of *aid*. If a label in lower case is spelt like the acronym (*car*),
        items with the acronym's concept score higher.
        """
        term = next(iter(parts_of(node)), node)
        meant = [one for one in word[language].entries if one.acronym == word.written]
        if not isinstance(term, model.Term) or not meant:
            return node
        forms = self._vocabulary.forms(language, term.text)
        same = [form for form in forms if form in {word.folded, f"{word.folded}s"}]
        found = restrict_to_forms(term, same, forms) if same else term.replace(text=word.folded)
        if word.label_distance(language) is None:
            return found
        concepts = [number for one in meant for number in one.concepts]
        return self._prefer_topics(concepts, found) or found

    def _prefer_topics(self, concepts: Sequence[int], node: Node) -> Node | None:
        """Return a node with the same matches that scores documents with a concept higher.

        The result is ``None`` if no document has one of ``concepts``.
        """
        likely = restrict_to_topics(self._words.thesaurus, self._vocabulary, concepts, node)
        less = partial(times, ACRONYM)
        return None if likely is node else DisjunctionMax((likely, model.rewrite(node, less)))

    def topic_before_acronym(self, chunk: str) -> Node | None:
        """Resolve a lower-case word that is spelt like an acronym, such as *car* (CAR).

        Items whose topic is the word's concept score higher. The result is ``None`` for other words, and if
        no item has this topic.
        """
        is_acronym = self.spells_acronym(chunk) or self.spells_acronym(chunk.removesuffix("s"))
        node = self.word(chunk, "text") if is_acronym else None
        if node is None:
            return None
        meant = {
            number
            for language in ANALYZED_LANGUAGES
            for entry in self._words.word(chunk)[language].entries
            if not entry.rest and not entry.acronym and entry.written in {(), (chunk,)}
            for number in entry.concepts
        }
        return self._prefer_topics(sorted(meant), node)

    def has(self, word: str) -> bool:
        """Return whether the index contains a word."""
        node = self.word(word, "text")
        return node is not None and self.occurs_in_index(node)

    def occurs_as_typed(self, word: str) -> bool:
        """Return whether texts of any language contain a word in the typed spelling."""
        return any(one.share for one in map(self._words.word(word).__getitem__, ANALYZED_LANGUAGES))

    def is_inflected(self, word: str) -> bool:
        """Return whether the index has other forms of a word (*tips* for *tip*).

        An acronym has no other forms.
        """
        known, forms = self._words.word(word), self._vocabulary.forms
        return any({*forms(one, known[one].terms[0])} - {known.folded} for one in ANALYZED_LANGUAGES)

    def forms_elsewhere(self, language: str, term: str) -> Sequence[str]:
        """Return the indexed words of a term, or no words if it is in the language of the query."""
        return () if self._language in (None, language) else self._vocabulary.forms(language, term)

    def phrase(self, quoted: model.Quoted, sets: Mapping[str, Sequence[str]] | None = None) -> Node | None:
        """Resolve a phrase to a query with one phrase for each language whose texts may contain it.

        Function words are not searched but keep their positions. If the phrase has patterns, such as
        ``elect*``, ``sets`` maps each to the words that it matches; there is one phrase for each combination
        of these words. If nothing can match, the result is NOTHING with patterns, and ``None`` without.
        """
        nodes: list[Node] = []
        chunks = list(map(self._words.word, quoted.words))
        for language in LANGUAGES:
            if sets is not None:
                nodes += self._phrases(quoted, language, sets)
                continue
            if language == UNDETERMINED and nodes and not self._has_undetermined:
                break
            every = chain.from_iterable([chunk.parts(language) for chunk in chunks])
            parts = [
                part if part.position == position else part._replace(position=position)
                for position, part in enumerate(every)
                if not part.is_stop_word
            ]
            if parts and all(self._may_match(language, part.word) for part in parts):
                found = _field_nodes(parts, quoted.field, language, quoted.slop)
                nodes += self._restrict_to_typed(language, parts, found)
        return join(DisjunctionMax, nodes) or (model.NOTHING if sets else None)

    def candidates(self, words: tuple[str, ...], field: str) -> Node:
        """Return a query for the documents that may contain an exact phrase.

        Function words are not indexed. So if all words are function words of a language, all items in the
        language are candidates.
        """
        parts: dict[tuple[str, ...], list[str]] = {}
        for language in LANGUAGES:
            tokens = chain.from_iterable(map(analyzer(language).analyse_chunk, words))
            parts.setdefault(tuple([one.word for one in tokens if one.term is not None]), []).append(language)
        nodes: list[Node] = []
        for indexed, languages in parts.items():
            every: list[Node] = [model.ConstantScore(model.WordSet(word, (word,))) for word in indexed]
            if not every:
                every = [join(model.Or, [model.Keyword(LANGUAGE, one) for one in languages]) or model.NOTHING]
            nodes.append(model.ConstantScore(join(model.And, every) or model.NOTHING))
        found = join(model.Or, nodes) or model.NOTHING
        ranked = self.word(words[0], field) if len(words) == 1 else self.phrase(model.Quoted(words, 0, field))
        if ranked is None:  # a phrase of function words scores as a word of one item
            return model.ConstantScore(found, term_weight(self._vocabulary.documents(WORDS), 1, 1.0))
        return model.Should(found, ranked)

    def joined(self, chunks: Sequence[str], field: str, budget: Budget) -> dict[str, Node]:
        """Map each abbreviation with ``&`` or ``+`` (AT&T) to a query that compares texts with it."""
        joined: dict[str, Node] = {}
        for chunk, spellings in abbreviations(chunks).items() if field != LEAD else ():
            found = [
                model.Exact((one,), field, self.candidates((one,), index_field(field))) for one in spellings
            ]
            texts = self._most_candidates(found[0].part or model.NOTHING)
            if budget.spend_texts(chunk, len(found), texts):
                joined[chunk] = join(model.Or, found) or model.NOTHING
        return joined

    def _most_candidates(self, node: Node) -> int:
        """Return an upper bound of the matches of a query from :meth:`candidates`."""
        match node:
            case model.Keyword():
                return self._vocabulary.documents(text_field(node.value))
            case model.WordSet():
                return self._vocabulary.document_frequency(WORDS, node.pattern)
            case model.Or() | model.And():
                return (sum if isinstance(node, model.Or) else min)(map(self._most_candidates, node.parts))
        return self._most_candidates(parts_of(node)[0])

    def edge_function_words(self, phrase: model.Quoted) -> dict[str, list[str]]:
        """Return the function words at the ends of a phrase, which are not searched.

        The key is the exact query for the same phrase. The result is empty for a phrase with a slop or in the
        lead, for which there is no exact query.
        """
        if phrase.slop or phrase.field == LEAD:
            return {}
        words = phrase.words
        kept = [at for at, word in enumerate(words) if not self._is_dropped(word)]
        first, last = (kept[0], kept[-1]) if kept else (len(words), len(words))
        exact = f'{phrase.field}:="{" ".join(words)}"'.removeprefix("text:")
        edges = [word.strip(PUNCTUATION_AROUND) for word in (*words[:first], *words[last + 1 :])]
        return {exact: edges} if edges else {}

    def _is_dropped(self, written: str) -> bool:
        """Return whether a phrase's word is not indexed in texts of the query's language."""
        word = self._words.word(written)
        if self._language is None:
            return word.is_function_word
        return all(part.is_stop_word for part in word.parts(self._language))

    def _phrases(
        self, quoted: model.Quoted, language: str, sets: Mapping[str, Sequence[str]]
    ) -> Iterator[Node]:
        """Yield a phrase in one language for each combination of words that its patterns match."""
        name = _field(quoted.field, language)
        choices: list[tuple[int, list[Any]]] = []  # the alternative terms at each position
        position = 0
        for typed in quoted.words:
            parts = [] if typed in sets else self._words.word(typed).parts(language)
            if typed in sets:
                words = model.WordSet(typed, tuple(sets[typed]), 1.0, typed)
                choices.append((position, [*self._terms_of(words, language, name)]))
            for at, part in enumerate(parts, position):
                if not part.is_stop_word:
                    choices.append((at, [model.Term(name, part.word[language].terms[0])]))
            position += max(1, len(parts))  # a pattern, or any word
        offsets = tuple([at - choices[0][0] for at, _ in choices])
        written = " ".join(quoted.words)
        for chosen in product(*[terms for _, terms in choices]) if choices else ():
            terms = tuple([leaves(one)[0].text for one in chosen])  # type: ignore[attr-defined]  # each begins with a term
            found: Node = model.Phrase(name, terms, offsets, quoted.slop, 1.0, written)
            if len(terms) == 1:
                found = model.Term(name, terms[0], 1.0, written)
            restricted = [words for one in chosen for words in parts_of(one)[1:]]
            yield model.And((found, *restricted)) if restricted else found

    def terms_of_set(self, found: Node, field: str) -> Node:
        """Return terms for the words that a pattern or a fuzzy word matches."""
        nodes: list[Node] = []
        for words in leaves(found):
            assert isinstance(words, model.WordSet)
            for language in LANGUAGES:
                nodes += self._terms_of(words, language, _field(field, language))
        return join(DisjunctionMax, nodes) or model.NOTHING

    def _terms_of(self, words: model.WordSet, language: str, name: str) -> Iterator[Any]:
        """Yield the terms of words in a field, each restricted to texts with the word."""
        variants = partial(self._vocabulary.variants, language)
        terms = {
            term: None
            for word in add_checkpoints(words.words)
            for term in analyzer(language).query_terms(word, variants)
        }
        for text in terms:
            if self._vocabulary.document_frequency(name, text):
                forms = self._vocabulary.forms(language, text)
                if same := sorted({*forms}.intersection(words.words)):
                    yield restrict_to_forms(model.Term(name, text, words.boost, words.written), same, forms)

    def _may_match(self, language: str, word: QueryWord) -> bool:
        """Return whether texts in a language may match a word."""
        return language in (self._language, UNDETERMINED) or word[language].frequency > 0

    def _restrict_to_typed(
        self, language: str, parts: list[WordPart], nodes: list[model.Term] | list[model.Phrase]
    ) -> Sequence[Node]:
        """Restrict nodes for a language to texts that contain the typed words.

        Words of different languages may share a stem. So texts in another language than the query's only
        match if they contain the word or a cognate, not another word with its stem.
        """
        if language == UNDETERMINED:
            return nodes
        if language == self._language:  # a phrase or an accented spelling is specific enough
            word = parts[0].word
            return [
                restrict_to_word(self._vocabulary, language, word.written, node)
                if isinstance(node, model.Term) and node.text == word[language].terms[0]
                else node
                for node in nodes
            ]
        if any(self._is_homograph(language, part) for part in parts):
            return ()
        return [one for node in nodes if (one := self._restrict_to_meaning(language, parts, node))]

    def _restrict_to_meaning(
        self, language: str, parts: list[WordPart], node: model.Term | model.Phrase
    ) -> Node | None:
        """Restrict a node for another language to the typed words and their cognates.

        The result is ``None`` if no text has such words.
        """
        terms = node.terms if isinstance(node, model.Phrase) else (node.text,)
        found: list[Node] = []
        for part, term in zip(parts, terms, strict=True):
            forms = self._vocabulary.forms(language, term)
            same = tuple([form for form in forms if self._is_intended(language, part, form)])
            if not same:
                return None
            if len(same) < len(forms) and (len(term) < LONG_STEM or has_families(language, term)):
                found.append(model.ConstantScore(model.WordSet(part.folded, same, 1.0, part.word.written)))
        own = node if self._language is None else node.replace(boost=node.boost * ELSEWHERE)
        return model.And((own, *found)) if found else own

    def _is_homograph(self, language: str, part: WordPart) -> bool:
        """Return whether a word means something else in a language than in the query's."""
        if self._language is None:
            return False
        from searcher.query.cognates import are_homographs  # few words are in two languages

        return are_homographs(fold_all(part.folded), self._language, language)

    def _is_intended(self, language: str, part: WordPart, form: str) -> bool:
        """Return whether a word of another language is the typed word, a cognate or a form."""
        typed, other = fold_all(part.folded), fold_all(form)
        if typed == other:
            return True
        if self._language is not None:
            from searcher.query.cognates import are_cognates

            return are_cognates(typed, other)
        from indexer.analysis.word_forms import distance

        return distance(language, part.word.plain, form, within=False) is not None


def times(factor: float, node: Node) -> Node:
    """Multiply the scores of a leaf by a factor."""
    return node.replace(boost=node.boost * factor) if hasattr(node, "boost") else node


def mark_corrected(query: Node) -> Node:
    """Mark the words of a query as added by spelling correction."""
    return model.rewrite(
        query, lambda node: node.replace(via=model.CORRECTED) if hasattr(node, "via") else node
    )


def _known_term(vocabulary: Vocabulary, language: str, word: str) -> str | None:
    """Analyze a word, and return the first of its terms that is in the index, or None."""
    name, terms = text_field(language), analyzer(language).query_terms(word)
    return next((term for term in terms if vocabulary.document_frequency(name, term)), None)


def _field(name: str, language: str) -> str:
    return title_field(language) if name == "title" else text_field(language)


def _field_nodes(
    parts: list[WordPart], name: str, language: str, slop: int = 0, boost: float = 1.0
) -> list[model.Term] | list[model.Phrase]:
    """Return the nodes for words in one field: terms, or a phrase."""
    if not parts:
        return []
    field, first = _field(name, language), parts[0]
    if len(parts) == 1:
        return [model.Term(field, term, boost, first.word.written) for term in first.word[language].terms]
    written = " ".join([part.word.written for part in parts])
    offsets = tuple([part.position - first.position for part in parts])
    terms = tuple([part.word[language].terms[0] for part in parts])
    return [model.Phrase(field, terms, offsets, slop, boost, written)]


def is_grammar(chunk: str) -> bool:
    """Return whether a lower-case word is a function word of any language."""
    return any(chunk in words for words in STOP_WORDS.values())
