"""Remove expansions from a query, and find the words of labels that were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import message
from indexer.schema import ANALYZED_LANGUAGES
from searcher.query.all_words import without_leaves
from searcher.query.expansion import are_forms
from searcher.query.limits import check_value, shortened
from searcher.query.model import TYPED, AndNot, Phrase, Word, leaves, nodes
from searcher.query.notes import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.query.model import Node


def without_labels(
    query: Node, expansions: Sequence[dict[str, Any]], labels: Sequence[str]
) -> tuple[Node, list[dict[str, Any]], list[Note]]:
    """Remove labels from a resolved query.

    Args:
        query: The query; typed words stay in it.
        expansions: The expansions, as in results.
        labels: The labels, as in the expansions; forms of a label are removed too.

    Returns:
        The query, the remaining expansions, and a note for each label that was not added.

    Raises:
        QueryError: A label is too long.
    """
    for label in labels:
        check_value("drop", label)
    others = [leaf for leaf in leaves(query) if getattr(leaf, "via", TYPED) != TYPED]
    dropped = {leaf for leaf in others if any(_is(label, leaf) for label in labels)}
    known = {other.casefold() for one in expansions for other in one["to"]}
    kept = [one | {"to": [other for other in one["to"] if not _among(other, labels)]} for one in expansions]
    notes = [
        Note("not_dropped", message("query.nothing_to_drop", label=shortened(label)))
        for label in labels
        if label.casefold() not in known
    ]
    left = without_leaves(query, dropped) if dropped else query
    return left, [one for one in kept if one["to"]], notes


def excluded_labels(parsed: Node, expansions: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the labels with a word that the query excludes: they match nothing.

    Args:
        parsed: The parsed query.
        expansions: The expansions, as in results.
    """
    parts = [leaf for node in nodes(parsed) if isinstance(node, AndNot) for leaf in leaves(node.excluded)]
    words = [part.text for part in parts if isinstance(part, Word)]
    labels = [label for one in expansions for label in one["to"]]
    return tuple([label for label in labels if any(_has_form(label, word) for word in words)])


def _has_form(label: str, word: str) -> bool:
    return any(are_forms(language, one, word) for language in ANALYZED_LANGUAGES for one in label.split())


def _among(label: str, labels: Sequence[str]) -> bool:
    return any(label.casefold() == other.casefold() for other in labels)


def _is(label: str, leaf: Any) -> bool:
    """Return whether a leaf is a label or a form of it."""
    written = leaf.written or (" ".join(leaf.terms) if isinstance(leaf, Phrase) else "")
    if _among(written.replace("-", " "), [label, label.replace("-", " ")]):
        return True
    language = getattr(leaf, "field", "").rpartition("_")[2]
    return language in ANALYZED_LANGUAGES and are_forms(language, written, label)
