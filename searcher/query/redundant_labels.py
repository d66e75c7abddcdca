"""Remove labels that add no matches to the typed words and the other labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import And, DisjunctionMax, Phrase, Term, join, leaves, parts_of
from searcher.query.word_restrictions import restrict_to_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.model import Node

Key = tuple[str, tuple[str, ...]]  # a language or field, and adjacent terms


def distinctive_labels(
    labels: Iterable[tuple[float, ConceptLabel]], typed: set[Key]
) -> list[tuple[float, ConceptLabel]]:
    """Return the labels that contain neither the typed words nor an earlier label.

    The omitted labels would add no matches: every text with "female judge" also has "judge".
    """
    distinctive: list[tuple[float, ConceptLabel]] = []
    for weight, label in labels:
        is_idle = any(
            language == label.language and _find_terms(label.terms, terms) for language, terms in typed
        )
        if not is_idle and not any(_contains(label, other) for _, other in distinctive):
            distinctive.append((weight, label))
    return distinctive


def _contains(label: ConceptLabel, other: ConceptLabel) -> bool:
    """Return whether a label contains another label of its language."""
    if label.language != other.language:
        return False
    return any(
        other.offsets == tuple([offset - label.offsets[at] for offset in label.offsets[at:end]])
        for at, end in _find_terms(label.terms, other.terms)
    )


def _find_terms(terms: tuple[str, ...], others: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the start and end of each place where ``terms`` contain the sequence ``others``."""
    size = len(others)
    places = [(at, at + size) for at in range(len(terms) - size + 1)]
    return [(at, end) for at, end in places if terms[at:end] == others]


def remove_redundant(
    query: Node, typed: Sequence[Node | None], forms: Callable[[str, str], Sequence[str]]
) -> Node | None:
    """Remove labels that the typed words already match, so that cognates count once.

    If a typed word only matches some forms of a label (French *films*, English *film*), the other forms
    remain.

    Args:
        query: The query for the labels that the expansion added.
        typed: The query of each typed word, or ``None`` for an ignored word.
        forms: Returns the words of a stem in a field.

    Returns:
        The remaining expansion, or None if nothing is left.
    """
    searched = [dict(_searched(word)) for word in typed if word]
    labels = query.parts if isinstance(query, DisjunctionMax) else (query,)
    kept = [one for label in labels if (one := _not_searched(label, searched, forms))]
    return join(lambda labels: query.replace(parts=labels), kept)


def _searched(node: Node) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """Yield each field and sequence of terms that the query of a typed word searches for.

    The second value has the forms of words to which the terms are restricted. It is empty without a
    restriction.
    """
    key = _key(node)
    if key:
        yield key, tuple([word for leaf in leaves(node) for word in getattr(leaf, "words", ())])
    else:
        for part in parts_of(node):
            yield from _searched(part)


def _not_searched(
    label: Node, words: Sequence[dict[Key, tuple[str, ...]]], forms: Callable[[str, str], Sequence[str]]
) -> Node | None:
    """Return the query for a label without the forms that the typed words match.

    The result is ``None`` if no form is left.
    """
    if not words or (key := _key(label)) is None:
        return label
    field, terms = key
    some = next((keys[key] for keys in words if key in keys), None)
    own, *conditions = label.parts if isinstance(label, And) else (label,)
    if some and isinstance(own, Term):
        every = may = forms(field.rpartition("_")[2], own.text)
        if conditions:  # the restriction to forms replaces an earlier one
            may = [word for leaf in leaves(label) for word in getattr(leaf, "words", ())] or every
            conditions = [one for one in conditions if not any(hasattr(end, "words") for end in leaves(one))]
        if not (rest := [form for form in may if form not in some]):
            return None
        own = restrict_to_forms(own, rest, every)
        return join(And, [*(own.parts if isinstance(own, And) else (own,)), *conditions])
    is_contained = all(
        any(
            field == of_word and not only and _find_terms(terms, others)
            for (of_word, others), only in keys.items()
        )
        for keys in words
    )
    return None if some is not None or is_contained else label


def _key(leaf: Node) -> Key | None:
    """Return the field and the terms of a node, or None if it has no terms."""
    match leaf:
        case Phrase():
            return leaf.field, leaf.terms
        case Term():
            return leaf.field, (leaf.text,)
        case And():  # a term restricted to certain forms
            return _key(leaf.parts[0])
    return None
