"""Expansion: the other labels of the concepts that a query's words name, and how much each counts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import plain
from indexer.analysis.chunk_words import chunk_words
from indexer.runtime import NamedTuple, remembered
from indexer.schema import text_field
from searcher.bm25 import idf
from searcher.query.concepts import begins_label, recognise
from searcher.query.model import RELATED, TRANSLATED, And, DisjunctionMax, Phrase, Term, joined, leaves
from searcher.query.query_analysis import ELSEWHERE, narrowed_to_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.concepts import Span
    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords


MAX_ADDED: Final = 6  # labels; more cost time and find nothing more


def preferred_of(labels: Iterable[ConceptLabel]) -> set[tuple[str, tuple[str, ...]]]:
    """Give the label by which a concept is called in each language, the first: its language and terms.

    How many texts have a label of several words is not known, only how many have the rarest of them: by that
    alone *working children* joined *trabajo infantil*, and *child labour* did not.

    Args:
        labels: Those of one concept.
    """
    first: dict[str, tuple[str, ...]] = {}
    for label in labels:
        first.setdefault(label.language, label.terms)
    return set(first.items())


def dealt(labels: Sequence[tuple[float, ConceptLabel]]) -> list[tuple[float, ConceptLabel]]:
    """Choose the labels that join: the first, as many of one language as of another if there are.

    Args:
        labels: Weights and labels, those that are to join before others first.
    """
    places: dict[str, int] = {}
    turns = []
    for at, (_, label) in enumerate(labels):
        places[label.language] = places.get(label.language, 0) + 1
        turns.append((places[label.language], at))
    chosen = {at for _, at in sorted(turns)[:MAX_ADDED]}
    return [label for at, label in enumerate(labels) if at in chosen]


_Key = tuple[str, tuple[str, ...]]  # a language or a field, and terms side by side


def distinctive_labels(
    labels: Iterable[tuple[float, ConceptLabel]], typed: set[_Key]
) -> list[tuple[float, ConceptLabel]]:
    """Leave out the labels that hold what was typed, or a label before them, as it stands.

    They find nothing more: "female judge" stands in no text that has no "judge".
    """
    distinctive: list[tuple[float, ConceptLabel]] = []
    for weight, label in labels:
        is_idle = any(language == label.language and _hold(label.terms, terms) for language, terms in typed)
        if not is_idle and not any(_holds(label, other) for _, other in distinctive):
            distinctive.append((weight, label))
    return distinctive


def _holds(label: ConceptLabel, other: ConceptLabel) -> bool:
    """Tell whether a label stands in another one of its language."""
    if label.language != other.language:
        return False
    return any(
        other.offsets == tuple([offset - label.offsets[at] for offset in label.offsets[at:end]])
        for at, end in _hold(label.terms, other.terms)
    )


def _hold(terms: tuple[str, ...], others: tuple[str, ...]) -> list[tuple[int, int]]:
    """Find where some terms stand among others side by side."""
    size = len(others)
    places = [(at, at + size) for at in range(len(terms) - size + 1)]
    return [(at, end) for at, end in places if terms[at:end] == others]


def without_redundant(query: Node, typed: Sequence[Node | None]) -> Node | None:
    """Leave out of what joins words what they stand for anyway: a cognate counts once.

    Args:
        query: What joins them.
        typed: What each of them is searched as; None for a word that is not.

    Returns:
        The labels that can stand where not all of the words do; None where there are none.
    """
    searched = [{key for leaf in leaves(word) if (key := _key(leaf))} for word in typed if word]
    if not isinstance(query, DisjunctionMax):
        return None if _is_redundant(_key(query), searched) else query
    kept = [label for label in query.parts if not _is_redundant(_key(label), searched)]
    return joined(lambda labels: query.replace(parts=labels), kept)


def _is_redundant(label: _Key | None, words: Sequence[Iterable[_Key]]) -> bool:
    """Tell whether a label is one of some words, or stands only where all of them do."""
    if label is None or not words:
        return False
    field, terms = label
    return any(label in keys for keys in words) or all(
        any(field == of_word and _hold(terms, others) for of_word, others in keys) for keys in words
    )


def _key(leaf: Node) -> _Key | None:
    """Give the field and the terms of a leaf, by which it is compared; None for one without terms."""
    match leaf:
        case Phrase():
            return leaf.field, leaf.terms
        case Term():
            return leaf.field, (leaf.text,)
        case And():  # a term that is narrowed to some forms
            return _key(leaf.parts[0])
    return None


# What a thesaurus may hold is bounded where it is used: that of a stranger's index may hold anything.
MAX_LABELS: Final = 256  # of a concept
MAX_LABEL_LENGTH: Final = 32  # words
# Measured on all collections; docs/relevance.md has the table.
WEIGHT: Final = 0.8  # of a label that joins, beside the words as typed
TIE_BREAKER: Final = 0.4  # how much all but the best of several labels count
# What joins several words counts more than what joins one, as they do: by this power of their number.
GROWTH: Final = 0.5
FORMS_REMEMBERED: Final = 1 << 14  # labels as words, and pairs of them, that are kept
WORDS_REMEMBERED: Final = 1 << 13  # words of which is kept whether a label begins with them
REMEMBERED: Final = 1024  # queries, and labels with what joins them, that are kept


class Expansion(NamedTuple):
    """What joins some words of a query.

    Attributes:
        first, last: The first and the last of the chunks that it joins.
        query: What is searched for them; None where there are none.
        parts: What joins fewer of the words.
        labels: What the query was made of.
    """

    first: int
    last: int
    query: Node | None
    parts: tuple[Expansion, ...]
    labels: _Labels


_Meaning = tuple[str, tuple[str, ...], tuple[int, ...]]
_Labels = tuple[tuple[_Meaning, ...], tuple[int, ...]]


class Expander:
    """Finds what joins the words of a query, by one thesaurus over one index; threads may share it.

    Args:
        words: The words of questions to the index.
    """

    def __init__(self, words: QueryWords) -> None:
        self._words = words
        self._table = words.thesaurus
        self._vocabulary = words.vocabulary
        # The same words are asked again and again with other filters and pages.
        self._spans = remembered(self._recognised, REMEMBERED)
        self._begins = remembered(self._begins_label, WORDS_REMEMBERED)
        self._labels = remembered(self._most_frequent, REMEMBERED)
        self.alongside = remembered(self._new_alongside, REMEMBERED)

    def expansions(self, chunks: Sequence[str], most: int) -> tuple[list[Expansion], int]:
        """Find what joins some words side by side.

        Args:
            chunks: The words as typed.
            most: How many words, or groups of words, may be joined.

        Returns:
            The expansions, and how many more words or groups of words are labels.
        """
        spans = self._spans(tuple(chunks))
        return [self._expansion(span) for span in spans[:most]], len(spans[most:])

    def _recognised(self, chunks: tuple[str, ...]) -> list[Span]:
        if self._table.empty or not any(map(self._begins, chunks)):  # names and rare words begin no label
            return []
        return recognise(self._table, chunks, self._words.label_terms)

    def _begins_label(self, chunk: str) -> bool:
        return begins_label(self._table, chunk, self._words.label_terms)

    def _expansion(self, span: Span, whole: tuple[int, ...] = ()) -> Expansion:
        readings = tuple((reading.language, reading.terms, reading.concepts) for reading in span.readings)
        parts: tuple[Expansion, ...] = ()
        if span.parts:
            from searcher.query.label_parts import joining_parts  # few labels hold others

            meant = _meant(span)
            found = joining_parts(
                span, lambda part: self._labels_of(_meant(part)), self._document_frequency_of
            )
            parts = tuple([self._expansion(part, () if part.words > 1 else meant) for part in found])
        labels = (readings, whole)
        return Expansion(span.first, span.last, self._labels(*labels), parts, labels)

    def _new_alongside(
        self, typed: tuple[Node | None, ...], written: str, labels: _Labels
    ) -> tuple[Node | None, dict[str, Any]]:
        """Return what is added to some words, apart from what they match anyway, and how results show it.

        Args:
            typed: What the words are searched as; None for a word that is not.
            written: The words as typed.
            labels: The labels of their expansion.

        Returns:
            What is searched for them, None where that is nothing more; what was typed, and each label.
        """
        query = self._labels(*labels)
        query = without_redundant(query, typed) if query else None
        if query is None:
            return None, {"from": written, "to": []}
        return query.replace(origin=f"joined for “{written}”"), report(written, query)

    def _labels_of(self, concepts: Iterable[int]) -> list[ConceptLabel]:
        return [
            label
            for number in concepts
            for label in self._table.concept(number)[1][:MAX_LABELS]
            if len(label.terms) <= MAX_LABEL_LENGTH
        ]

    def _document_frequency_of(self, language: str, term: str) -> int:
        return self._vocabulary.document_frequency(text_field(language), term)

    def _most_frequent(self, readings: tuple[_Meaning, ...], whole: tuple[int, ...]) -> Node | None:
        """Choose the labels that join words, and make the query for them.

        Args:
            readings: What the words may be.
            whole: The concepts of the longer label of which a word is a part: what joins it stands in their
                labels, and is none of them, which join the whole.
        """
        if whole:
            from searcher.query.label_parts import as_written, words_within

            of_whole = self._labels_of(whole)
            within = words_within(of_whole).keys() - {(label.language, label.terms) for label in of_whole}
        typed = {(language, terms) for language, terms, _ in readings}
        labels: dict[tuple[str, tuple[str, ...]], tuple[float, ConceptLabel]] = {}
        meant = tuple(dict.fromkeys([number for *_, concepts in readings for number in concepts]))
        preferred: set[tuple[str, tuple[str, ...]]] = set()
        for number in meant:
            weight, of_concept = self._table.concept(number)
            preferred |= preferred_of(of_concept)
            for label in of_concept[:MAX_LABELS]:
                if len(label.terms) > MAX_LABEL_LENGTH:
                    continue
                key = (label.language, label.terms)
                if whole and key not in within:
                    continue
                if weight > labels.get(key, (0.0, label))[0]:
                    labels[key] = weight, as_written(label, of_whole) if whole else label
        known = [
            (frequency, weight, label)
            for weight, label in labels.values()
            if (frequency := self._document_frequency(label))
        ]
        known.sort(key=lambda found: (-found[0], len(found[2].terms)))
        own = {language for language, _ in typed}
        rarity = self._rarity([(label.language, frequency) for frequency, _, label in known])
        distinctive = distinctive_labels(((weight, label) for _, weight, label in known), typed)
        distinctive.sort(key=lambda found: (found[1].language, found[1].terms) not in preferred)
        added = dealt(distinctive)
        words = max(len(terms) for _, terms in typed)
        found = [
            self._node(
                label, weight * words**GROWTH, rarity[label.language], meant, related=label.language in own
            )
            for weight, label in added
        ]
        nodes = tuple([node for node in found if node])
        return DisjunctionMax(nodes, TIE_BREAKER) if len(nodes) > 1 else nodes[0] if nodes else None

    def _document_frequency(self, label: ConceptLabel) -> int:
        """Count the documents that a label can stand in at most."""
        field = text_field(label.language)
        least = 0
        for term in label.terms:
            found = self._vocabulary.document_frequency(field, term)
            if not found:
                return 0
            least = min(least, found) if least else found
        return least

    def _rarity(self, frequencies: Iterable[tuple[str, int]]) -> dict[str, float]:
        """Compute how rare a concept is in each language, as an idf: as its most frequent label there.

        Args:
            frequencies: Languages and document frequencies of its labels, the most frequent first.
        """
        rarity: dict[str, float] = {}
        for language, frequency in frequencies:
            if language not in rarity:
                rarity[language] = idf(self._vocabulary.documents(text_field(language)), frequency)
        return rarity

    def _node(
        self, label: ConceptLabel, weight: float, rarity: float, meant: tuple[int, ...], *, related: bool
    ) -> Node | None:
        """Make the query for a label: its terms together weigh as much as one term so frequent would."""
        field = text_field(label.language)
        documents = self._vocabulary.documents(field)  # as they are, see `idf`
        alone = sum(idf(documents, self._vocabulary.document_frequency(field, term)) for term in label.terms)
        boost = weight * (WEIGHT if related else ELSEWHERE) * (rarity / alone)
        via = RELATED if related else TRANSLATED
        if len(label.terms) == 1:
            term = Term(field, label.terms[0], boost, label.text, via=via)
            return narrowed_to_label(self._table, self._vocabulary, label, meant, term)
        return Phrase(field, label.terms, label.offsets, 1, boost, label.text, via=via)


def _meant(span: Span) -> tuple[int, ...]:
    return tuple(dict.fromkeys([number for reading in span.readings for number in reading.concepts]))


def report(typed: str, query: Node) -> dict[str, Any]:
    """Give what joined some words as results show it: what was typed, and each label that is searched for.

    Of several forms of a word the shortest is said, and none beside what was typed.
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


@lru_cache(FORMS_REMEMBERED)
def _words_of(text: str) -> list[str]:
    return [plain(text[word.start : word.end]) for word in chunk_words(text, "und")]


@lru_cache(FORMS_REMEMBERED)
def are_forms(language: str, label: str, other: str) -> bool:
    """Tell whether two labels are the same words in other forms."""
    from indexer.analysis import word_forms

    words, others = _words_of(label), _words_of(other)
    return len(words) == len(others) and all(
        word_forms.are_forms(language, word, other) for word, other in zip(words, others, strict=True)
    )


def _is_inflected(label: str, typed: str) -> bool:
    """Tell whether a label is a word with another letter inside, as irregular forms are: make, made."""
    changed = [one != other for one, other in zip(label.lower(), typed.lower(), strict=False)]
    return len(label) == len(typed) and sum(changed) == 1 and not changed[0]
