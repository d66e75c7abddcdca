"""Choose the parts of a long label that are also expanded.

A word of a label usually has another meaning alone: *monde* in *coupe du monde*, *building* in *capacity
building*. It is expanded if it is the rarest word of the label, and the labels of the concept in other
languages express it in one word: *sensibilisation* in *campagne de sensibilisation* is *awareness* in
*awareness campaign*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.concepts import Span

Words = tuple[str, tuple[str, ...]]
"""A language, and adjacent terms."""

MAX_PART_LENGTH: Final = 3  # words of a label that are compared with those of another
_ADJECTIVES_FOLLOW: Final = ("es", "fr")


def words_in_labels(labels: Iterable[ConceptLabel]) -> dict[Words, bool]:
    """Return the words, and groups of adjacent words, in the labels of a concept.

    Returns:
        A dictionary from each word or group to a flag that is true if it may be a noun. In Spanish and
        French, an adjective directly follows another word (*marché noir*). A noun is the first word or
        follows a function word (*campagne de sensibilisation*).
    """
    found: dict[Words, bool] = {}
    for language, terms, offsets, _ in labels:
        for at in range(len(terms)):
            is_noun = not at or language not in _ADJECTIVES_FOLLOW or offsets[at] - offsets[at - 1] > 1
            for end in range(at + 1, min(at + MAX_PART_LENGTH, len(terms)) + 1):
                key = (language, terms[at:end])
                found[key] = found.get(key, False) or is_noun
    return found


def form_in_labels(label: ConceptLabel, wholes: Iterable[ConceptLabel]) -> ConceptLabel:
    """Return a one-word label, with its word in the form that longer labels contain.

    For example, *golpear* becomes *golpe*, as in *golpe de Estado*. ``wholes`` are the longer labels.
    """
    language, terms, _, _ = label
    for whole in wholes:
        if whole.language == language and terms[0] in whole.terms and len(terms) == 1:
            found = (token for token in analyzer(language).tokens(whole.text) if token.term == terms[0])
            token = next(found, None)
            if token is not None:
                return label._replace(text=whole.text[token.start : token.end])
    return label


def expandable_parts(
    span: Span,
    labels_of: Callable[[Span], Sequence[ConceptLabel]],
    document_frequency: Callable[[str, str], int],
) -> Iterator[Span]:
    """Yield the parts of a label that are expanded separately.

    ``labels_of`` returns the labels of the concepts of a span. A part of several words is always expanded. A
    single word is expanded only if it is the rarest word of the label and not an adjective, and if the label
    is not a name.
    """
    rarest: set[tuple[str, str]] = set()
    for reading in span.readings:
        counted = {
            (reading.language, term): document_frequency(reading.language, term) for term in reading.terms
        }
        fewest = min(counted.values())
        rarest.update(word for word, count in counted.items() if count == fewest)
    labels = labels_of(span)
    named = is_name(span, labels)
    within = words_in_labels(labels)
    for part in span.parts:
        if part.words > 1:
            yield part
        elif not named and any((reading.language, reading.terms[0]) in rarest for reading in part.readings):
            may_be_noun = [
                within[language, terms]
                for language, terms, *_ in labels_of(part)
                if language in _ADJECTIVES_FOLLOW and (language, terms) in within
            ]
            if any(may_be_noun) or not may_be_noun:
                yield part


def is_name(span: Span, labels: Iterable[ConceptLabel]) -> bool:
    """Return whether each word of a label is capitalised: Prix Nobel, White House."""
    typed = {(reading.language, reading.terms) for reading in span.readings}
    return any(
        (language, terms) in typed
        and not text.isupper()
        and sum(word[0].isupper() for word in text.split()) >= len(terms)
        for language, terms, _, text in labels
    )
