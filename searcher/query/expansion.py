"""Expand a query by other labels of its concepts."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import plain
from indexer.analysis.chunk_words import chunk_words
from indexer.countries.shared_names import countries_sharing
from indexer.runtime import NamedTuple, cache_method
from indexer.schema import COUNTRY, text_field
from indexer.thesaurus.table import is_in_capitals
from searcher.bm25 import idf
from searcher.query.concepts import recognise
from searcher.query.joined_words import joined_words
from searcher.query.model import (
    RELATED,
    TRANSLATED,
    And,
    ConstantScore,
    DisjunctionMax,
    Keyword,
    Or,
    Phrase,
    Term,
    join,
    leaves,
)
from searcher.query.query_analysis import ELSEWHERE
from searcher.query.redundant_labels import distinctive_labels, remove_redundant
from searcher.query.word_restrictions import country_of, restrict_to_label, restrict_to_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.concepts import Span
    from searcher.query.model import Node
    from searcher.query.query_analysis import QueryAnalyzer
    from searcher.query.query_words import QueryWords
    from searcher.query.redundant_labels import Key

MAX_ADDED: Final = 6  # labels; more take time without finding more


def preferred_labels(labels: Iterable[ConceptLabel]) -> set[tuple[str, tuple[str, ...]]]:
    """Return the language and terms of the first label of a concept in each language.

    These are added first, because the frequency of a label is only estimated, from its rarest word. By this
    estimate, *working children* would be added to *trabajo infantil* instead of *child labour*.
    """
    first: dict[str, tuple[str, ...]] = {}
    for label in labels:
        first.setdefault(label.language, label.terms)
    return set(first.items())


def choose_labels(labels: Sequence[tuple[float, ConceptLabel]]) -> list[tuple[float, ConceptLabel]]:
    """Choose at most ``MAX_ADDED`` labels to add to a query.

    The first label of each language is chosen first, then the second of each language, and so on.
    """
    places: dict[str, int] = {}
    turns = []
    for at, (_, label) in enumerate(labels):
        places[label.language] = places.get(label.language, 0) + 1
        turns.append((places[label.language], at))
    chosen = {at for _, at in sorted(turns)[:MAX_ADDED]}
    return [label for at, label in enumerate(labels) if at in chosen]


MAX_LABELS: Final = 256  # per concept; another person's index may have any thesaurus
MAX_LABEL_LENGTH: Final = 32  # words
MIN_COMMON_LETTERS: Final = 4  # minimum common letters of derived words of a concept
WEIGHT: Final = 0.8  # of an added label; typed words have 1. See docs/measurements/ranking.md
TIE_BREAKER: Final = 0.4  # the factor of labels other than the best
AMBIGUOUS: Final = 0.5  # the factor of labels of a word that means something else in another language
GROWTH: Final = 0.5  # an expansion is multiplied by the number of typed words to this power
FORM_CACHE_SIZE: Final = 1 << 14  # cached labels split into words, and cached pairs of labels
LABEL_CACHE_SIZE: Final = 1024  # cached labels in queries, and cached queries of labels


class Expansion(NamedTuple):
    """The expansion of adjacent words in a query."""

    first: int  # the numbers of the first and last chunk of the words
    last: int
    query: Node | None  # the query of the added labels; None if there are none
    parts: tuple[Expansion, ...]  # expansions of fewer of the words
    country: str | None = None  # the code of the country that the words mean
    concepts: tuple[int, ...] = ()  # the concepts of the words

    def queries(self) -> Iterator[tuple[int, Node]]:
        """Yield the index of each expanded chunk, and the query of its expansion."""
        if self.query is not None:
            yield from ((place, self.query) for place in range(self.first, self.last + 1))
        for part in self.parts:
            yield from part.queries()

    def added_query(
        self, typed: tuple[Node | None, ...], written: str, forms: Callable[[str, str], Sequence[str]]
    ) -> tuple[Node | None, dict[str, Any]]:
        """Return the query for the added labels, and the JSON object that lists them.

        Labels that match nothing more than the typed words are omitted.
        """
        query = remove_redundant(self.query, typed, forms) if self.query else None
        if query is None:
            return None, {"from": written, "to": []}
        return query.replace(origin=("explain.joined_for", written)), expansion_record(written, query)


_Meaning = tuple[str, tuple[str, ...], tuple[int, ...]]


class Expander:
    """Expands the words of queries. Threads may share an expander.

    Args:
        words: Looks up query words in the index.
        finds: Returns whether any document matches a resolved query.
        count: Returns the number of items that match a resolved query.
    """

    def __init__(
        self, words: QueryWords, finds: Callable[[Node], bool], count: Callable[[Node], int]
    ) -> None:
        self.words = words
        self._finds = finds
        self._count = count
        self._table = words.thesaurus
        self._vocabulary = words.vocabulary
        # The same words are often searched with other filters and pages.
        self._spans = cache_method(self._recognise, LABEL_CACHE_SIZE)
        self._labels = cache_method(self._choose_labels, LABEL_CACHE_SIZE)
        self._occurs = cache_method(self._have_labels, LABEL_CACHE_SIZE)
        self._joined = cache_method(self._join, LABEL_CACHE_SIZE)

    def expansions(self, chunks: Sequence[str], most: int) -> tuple[list[Expansion], int]:
        """Return at most ``most`` expansions of adjacent words, and the number of further labels in them."""
        spans, most = self._spans(tuple(chunks)), max(most, 0)
        found = [self._expansion(span, country=self._country(span, chunks)) for span in spans[:most]]
        joined = self._joined(tuple(chunks[:most]))[: most - len(found)] if len(chunks) > 1 else ()
        for pair in joined:
            around = [one for one in found if one.first <= pair.last and one.last >= pair.first]
            if all(one.first == one.last for one in around):  # a label of several words is not divided
                found = [one for one in found if one not in around]
                found.append(pair._replace(parts=tuple(around)))
        return sorted(found, key=lambda one: one.first) if joined else found, len(spans[most:])

    def expansions_within(
        self, chunks: Sequence[str], label: Expansion | None, most: int
    ) -> Sequence[Expansion]:
        """Return the expansions of a word by the meaning that it has in a longer label.

        French *évasion* is an escape, but not in *évasion fiscale*: no label of "escape" in another language
        begins like a word of *tax evasion*. If ``label`` is None or has one word, all expansions are
        returned.
        """
        if label is None or label.first == label.last:
            return self.expansions(chunks, most)[0]
        from searcher.query.label_parts import words_in_labels  # few words are missing

        within = {
            (language, terms[0][:MIN_COMMON_LETTERS])
            for language, terms in words_in_labels(self._labels_of(label.concepts))
            if len(terms) == 1
        }
        found = []
        for span in self._spans(tuple(chunks))[: max(most, 0)]:
            kept = [
                reading._replace(concepts=meant)
                for reading in span.readings
                if (
                    meant := tuple(
                        [one for one in reading.concepts if self._is_within(one, reading.language, within)]
                    )
                )
            ]
            if kept:
                found.append(self._expansion(span._replace(readings=kept)))
        return found

    def _is_within(self, concept: int, language: str, beginnings: Collection[tuple[str, str]]) -> bool:
        """Return whether a concept has a label that begins like one of the words of a longer label.

        Only labels in other languages than ``language`` are compared. ``beginnings`` has the language and the
        first letters of each word of the longer label.
        """
        return any(
            label.language != language and (label.language, label.terms[0][:MIN_COMMON_LETTERS]) in beginnings
            for label in self._labels_of((concept,))
        )

    def can_replace_parts(self, analyzer: QueryAnalyzer, prefix: str, rest: str) -> bool:
        """Return whether a query can search for a compound in place of a prefix and a separate word.

        Texts must contain the compound or its labels, but never the prefix followed by the separate word.
        """
        expansions, _ = self.expansions([prefix + rest], 1)
        label, apart = (analyzer.word(word, "text") for word in (prefix + rest, f"{prefix}-{rest}"))
        phrases = [one for one in (leaves(apart) if apart else ()) if isinstance(one, Phrase)]
        found = [label, *(one.query for one in expansions)]
        return not any(map(self._finds, phrases)) and any(node and self._finds(node) for node in found)

    def _join(self, chunks: tuple[str, ...]) -> tuple[Expansion, ...]:
        """Return expansions of two adjacent words that texts or labels write as one.

        *Flood plain* is expanded by *floodplain*.
        """
        found: list[Expansion] = []
        for at, joined, terms in joined_words(self.words, chunks, self._count, WEIGHT * 2**GROWTH):
            labels = [one.query for one in self.expansions([joined], 1)[0] if one.query]
            query = join(partial(DisjunctionMax, tie_breaker=TIE_BREAKER), [*terms, *labels])
            if query and (not found or found[-1].last < at):
                found.append(Expansion(at, at + 1, query, ()))
        return tuple(found)

    def _recognise(self, chunks: tuple[str, ...]) -> list[Span]:
        if self._table.empty or not any(self.words.word(chunk).begins_label() for chunk in chunks):
            return []  # names and rare words begin no label
        return recognise(self.words, chunks)

    def _expansion(self, span: Span, whole: tuple[int, ...] = (), country: str | None = None) -> Expansion:
        readings = tuple((reading.language, reading.terms, reading.concepts) for reading in span.readings)
        parts: tuple[Expansion, ...] = ()
        if span.parts:
            from searcher.query.label_parts import expandable_parts, is_name  # few labels contain others

            meant = _meant(span)
            labels = self._labels_of(meant)
            found = [*expandable_parts(span, lambda part: self._labels_of(_meant(part)), self._frequency)]
            parts = tuple([self._part(part, meant) for part in found])
            if len(found) < len(span.parts) and not is_name(span, labels):
                every = tuple([self._part(part, meant) for part in span.parts])
                parts = every if self._may_have_parts(span, every) and not self._occurs(meant) else parts
        added = self._labels(readings, whole)
        return Expansion(span.first, span.last, added, parts, country, _meant(span))

    def _country(self, span: Span, chunks: Sequence[str]) -> str | None:
        """Return the code of the country that words mean, or None if they may mean another thing."""
        concepts = {number for reading in span.readings for number in reading.concepts}
        code = country_of(self._table, concepts)
        if code is None or span.first < span.last or len(chunks) == 1:
            return code
        from searcher.query.name_words import is_other_sense  # few queries name countries

        return None if is_other_sense(chunks, span.first) else code

    def _part(self, part: Span, whole: tuple[int, ...]) -> Expansion:
        return self._expansion(part, () if part.words > 1 else whole)

    def _may_have_parts(self, span: Span, parts: Iterable[Expansion]) -> bool:
        """Return whether texts contain each word of a label, or an expansion of that word."""
        expanded = {(part.first, part.last) for part in parts if part.query}
        found = {
            (reading.language, term)
            for part in span.parts
            for reading in part.readings
            for term in reading.terms
            if (part.first, part.last) in expanded
        }
        return any(
            all((one.language, term) in found or self._frequency(one.language, term) for term in one.terms)
            for one in span.readings
        )

    def _have_labels(self, concepts: tuple[int, ...]) -> bool:
        """Return whether texts contain any label of the concepts."""
        known = [label for label in self._labels_of(concepts) if self._document_frequency(label)]
        phrases = tuple(
            [
                Phrase(text_field(label.language), label.terms, label.offsets)
                for label in known
                if len(label.terms) > 1
            ]
        )
        return len(phrases) < len(known) or (bool(phrases) and self._finds(Or(phrases)))

    def _labels_of(self, concepts: Iterable[int]) -> list[ConceptLabel]:
        return [
            label
            for number in concepts
            for label in self._table.concept(number)[1][:MAX_LABELS]
            if len(label.terms) <= MAX_LABEL_LENGTH
        ]

    def _frequency(self, language: str, term: str) -> int:
        return self._vocabulary.document_frequency(text_field(language), term)

    def _choose_labels(self, readings: tuple[_Meaning, ...], whole: tuple[int, ...]) -> Node | None:
        """Return a query for the most frequent labels of the concepts of words.

        Args:
            readings: The words in each possible language, with their concepts.
            whole: The concepts of a longer label that contains the words. Then only parts of that label and
                its translations are added, because the expansion of the longer label adds the complete
                labels.
        """
        if whole:
            from searcher.query.label_parts import form_in_labels, words_in_labels

            of_whole = self._labels_of(whole)
            within = words_in_labels(of_whole).keys() - {(label.language, label.terms) for label in of_whole}
        typed = {(language, terms) for language, terms, _ in readings}
        labels: dict[tuple[str, tuple[str, ...]], tuple[float, ConceptLabel]] = {}
        meant = tuple(dict.fromkeys([number for *_, concepts in readings for number in concepts]))
        preferred: set[tuple[str, tuple[str, ...]]] = set()
        for number in meant:
            weight, of_concept = self._table.concept(number)
            preferred |= preferred_labels(of_concept)
            own_words = within & {(one.language, one.terms) for one in of_concept} if whole else set()
            for label in of_concept[:MAX_LABELS]:
                if len(label.terms) > MAX_LABEL_LENGTH:
                    continue
                key = (label.language, label.terms)
                if whole and key not in within and not _is_derived(label, own_words):
                    continue
                if weight > labels.get(key, (0.0, label))[0]:
                    labels[key] = weight, form_in_labels(label, of_whole) if whole else label
        known = [
            (frequency, weight, label)
            for weight, label in labels.values()
            if (frequency := self._document_frequency(label))
        ]
        known.sort(key=lambda found: (-found[0], len(found[2].terms)))
        own = {language for language, _ in typed}
        share = AMBIGUOUS if _has_other_meaning(readings) else 1.0
        rarity = self._rarity([(label.language, frequency) for frequency, _, label in known])
        distinctive = distinctive_labels(((weight, label) for _, weight, label in known), typed)
        distinctive.sort(key=lambda found: (found[1].language, found[1].terms) not in preferred)
        added = choose_labels(distinctive) + _cognates(readings, known)
        words = max(len(terms) for _, terms in typed)
        found = [
            self._node(
                label,
                share * weight * words**GROWTH,
                rarity[label.language],
                meant,
                related=label.language in own,
            )
            for weight, label in added
        ]
        nodes = tuple([node for node in found if node])
        return DisjunctionMax(nodes, TIE_BREAKER) if len(nodes) > 1 else nodes[0] if nodes else None

    def _document_frequency(self, label: ConceptLabel) -> int:
        """Return an upper bound of the number of documents with a label."""
        field = text_field(label.language)
        least = 0
        for term in label.terms:
            found = self._vocabulary.document_frequency(field, term)
            if not found:
                return 0
            least = min(least, found) if least else found
        return least

    def _rarity(self, frequencies: Iterable[tuple[str, int]]) -> dict[str, float]:
        """Return the idf of a concept's most frequent label in each language.

        ``frequencies`` must have the most frequent label of each language first.
        """
        rarity: dict[str, float] = {}
        for language, frequency in frequencies:
            if language not in rarity:
                rarity[language] = idf(self._vocabulary.documents(text_field(language)), frequency)
        return rarity

    def _node(
        self, label: ConceptLabel, weight: float, rarity: float, concepts: tuple[int, ...], *, related: bool
    ) -> Node | None:
        """Return the query for a label, or None if no text has it; its terms together weigh as one."""
        field = text_field(label.language)
        documents = self._vocabulary.documents(field)  # unadjusted, see `idf`
        alone = sum(idf(documents, self._vocabulary.document_frequency(field, term)) for term in label.terms)
        boost = weight * (WEIGHT if related else ELSEWHERE) * (rarity / alone)
        via = RELATED if related else TRANSLATED
        if len(label.terms) == 1:
            term = Term(field, label.terms[0], boost, label.text, via=via)
            node = restrict_to_label(self._table, self._vocabulary, label, concepts, term)
            return (
                self._restrict_to_country(label, concepts, self._restrict_to_concept(label, concepts, node))
                if node
                else None
            )
        return Phrase(field, label.terms, label.offsets, 0, boost, label.text, via=via)

    def _restrict_to_country(self, label: ConceptLabel, concepts: tuple[int, ...], node: Node) -> Node:
        """Restrict a label that also names other places (*America*) to items about its country."""
        if label.text.isupper() or not (codes := countries_sharing(label.text)):
            return node
        from indexer.countries.country_names import find_country  # few labels are shared names

        names = [other.text for number in concepts for other in self._table.concept(number)[1]]
        code = next((code for name in names if (code := find_country(name)) in codes), None)
        return And((node, ConstantScore(Keyword(COUNTRY, code)))) if code else node

    def _restrict_to_concept(self, label: ConceptLabel, concepts: tuple[int, ...], node: Node) -> Node:
        """Restrict a label to its concept if it may be an acronym or a word (*car*, CAR).

        The label is unchanged if no document has the concept or the concept is not counted as a facet.
        """
        text = label.text
        if not is_in_capitals(text.upper()) or not (text.islower() or self._spells_word(label)):
            return node
        key, labels = (label.language, label.terms), self._table.concept
        having = [one for one in concepts if key in {(of.language, of.terms) for of in labels(one)[1]}]
        return restrict_to_topics(self._table, self._vocabulary, having, node)

    def _spells_word(self, label: ConceptLabel) -> bool:
        """Return whether an acronym is spelt like a label (CAR) or an inflected word (TIP)."""
        if not label.text.isupper():
            return False
        entries = self._table.beginning(label.language, label.terms[0])
        forms = self._vocabulary.forms(label.language, label.terms[0])
        return len(forms) > 1 or any(not (one.rest or one.acronym) for one in entries)


def _has_other_meaning(readings: Sequence[_Meaning]) -> bool:
    """Return whether a word has unrelated meanings in two possible languages of the query."""
    first = readings[0]
    return any(
        language != first[0] and {*concepts}.isdisjoint(first[2]) for language, _, concepts in readings
    )


def _cognates(
    readings: Sequence[_Meaning], known: Iterable[tuple[int, float, ConceptLabel]]
) -> list[tuple[float, ConceptLabel]]:
    """Return labels with the typed spelling in several languages, such as *film*.

    The typed word of a French query may match only some English forms. The label adds the others: *films*.
    """
    if len(readings) < 2:
        return []
    shared = [
        (language, terms)
        for language, terms, concepts in readings
        if len(terms) == 1
        and any(other != language and not {*own}.isdisjoint(concepts) for other, _, own in readings)
    ]
    return [(weight, label) for _, weight, label in known if (label.language, label.terms) in shared]


def _is_derived(label: ConceptLabel, words: Iterable[Key]) -> bool:
    """Return whether a one-word label begins like one of the given words of its language.

    *Marriage*, for example, is derived from *marry*.
    """
    beginning = label.terms[0][:MIN_COMMON_LETTERS]
    return len(label.terms) == 1 and any(
        label.language == language and len(terms) == 1 and terms[0].startswith(beginning)
        for language, terms in words
    )


def _meant(span: Span) -> tuple[int, ...]:
    return tuple(dict.fromkeys([number for reading in span.readings for number in reading.concepts]))


def expansion_record(typed: str, query: Node) -> dict[str, Any]:
    """Return an expansion as a JSON object: the typed words, and the labels added to them.

    Of several forms of a word, only the shortest is listed. Forms of the typed word are not listed.
    """
    described = [typed]
    for leaf in leaves(query):
        if isinstance(leaf, (Term, Phrase)):
            language, label = leaf.field.rpartition("_")[2], leaf.written
            same = next((at for at, other in enumerate(described) if are_forms(language, label, other)), None)
            if same is None and leaf.via == RELATED and _is_inflected(label, typed):
                continue
            if same is None:
                described.append(label)
            elif same and len(label) < len(described[same]):
                described[same] = label
    return {"from": typed, "to": described[1:]}


@lru_cache(FORM_CACHE_SIZE)
def _words_of(text: str) -> list[str]:
    return [plain(text[word.start : word.end]) for word in chunk_words(text, "und")]


@lru_cache(FORM_CACHE_SIZE)
def are_forms(language: str, label: str, other: str) -> bool:
    """Return whether the words of two labels are forms of each other."""
    from indexer.analysis import word_forms

    words, others = _words_of(label), _words_of(other)
    return len(words) == len(others) and all(
        word_forms.are_forms(language, word, other) for word, other in zip(words, others, strict=True)
    )


def _is_inflected(label: str, typed: str) -> bool:
    """Return whether two words differ by one letter that is not the first: make, made."""
    changed = [one != other for one, other in zip(label.lower(), typed.lower(), strict=False)]
    return len(label) == len(typed) and sum(changed) == 1 and not changed[0]
