"""Labels that find nothing more than what is searched for anyway: they neither join nor are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import AllOf, BestOf, Phrase, Term, joined, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.model import Node

_Key = tuple[str, tuple[str, ...]]  # a language or a field, and terms side by side


def telling_labels(
    labels: Iterable[tuple[float, ConceptLabel]], typed: set[_Key]
) -> list[tuple[float, ConceptLabel]]:
    """Leave out the labels that hold what was typed, or a label before them, as it stands.

    They find nothing more: "female judge" stands in no text that has no "judge".
    """
    telling: list[tuple[float, ConceptLabel]] = []
    for weight, label in labels:
        is_idle = any(language == label.language and _hold(label.terms, terms) for language, terms in typed)
        if not is_idle and not any(_holds(label, other) for _, other in telling):
            telling.append((weight, label))
    return telling


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


def besides(query: Node, typed: Sequence[Node | None]) -> Node | None:
    """Leave out of what joins words what they stand for anyway: a cognate counts once.

    Args:
        query: What joins them.
        typed: What each of them is searched as; None for a word that is not.

    Returns:
        The labels that can stand where not all of the words do; None where there are none.
    """
    searched = [{key for leaf in leaves(word) if (key := _key(leaf))} for word in typed if word]
    if not isinstance(query, BestOf):
        return None if _is_idle(_key(query), searched) else query
    kept = [label for label in query.parts if not _is_idle(_key(label), searched)]
    return joined(lambda labels: query.replace(parts=labels), kept)


def _is_idle(label: _Key | None, words: Sequence[Iterable[_Key]]) -> bool:
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
        case AllOf():  # a term that is narrowed to some forms
            return _key(leaf.parts[0])
    return None
