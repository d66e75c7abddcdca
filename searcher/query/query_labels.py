"""Remove expansions from a query, and find the words that a label was typed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.schema import ANALYZED_LANGUAGES
from searcher.query.all_words import without_leaves
from searcher.query.expansion import are_forms
from searcher.query.limits import check_value, shortened
from searcher.query.model import TYPED, Phrase, leaves
from searcher.query.notes import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.query.expansion import Expander
    from searcher.query.model import Node


def without_labels(
    query: Node, expansions: Sequence[dict[str, Any]], labels: Sequence[str]
) -> tuple[Node, list[dict[str, Any]], list[Note]]:
    """Take labels out of a resolved query.

    Args:
        query: The query; what was typed stays in it.
        expansions: What joined which words, as results tell it.
        labels: The labels, as told there; forms of a label go with it.

    Returns:
        The query, what still joins, and a note for each label that did not join.

    Raises:
        QueryError: A label is longer than a value may be.
    """
    for label in labels:
        check_value("--drop", label)
    others = [leaf for leaf in leaves(query) if getattr(leaf, "via", TYPED) != TYPED]
    dropped = {leaf for leaf in others if any(_is(label, leaf) for label in labels)}
    known = {other.casefold() for one in expansions for other in one["to"]}
    kept = [one | {"to": [other for other in one["to"] if not _among(other, labels)]} for one in expansions]
    notes = [
        Note("not_dropped", f"“{shortened(label)}” did not join the query: nothing is left out for it")
        for label in labels
        if label.casefold() not in known
    ]
    left = without_leaves(query, dropped) if dropped else query
    return left, [one for one in kept if one["to"]], notes


def _among(label: str, labels: Sequence[str]) -> bool:
    return any(label.casefold() == other.casefold() for other in labels)


def _is(label: str, leaf: Any) -> bool:
    """Tell whether a leaf stands for a label, or a form of it."""
    written = leaf.written or (" ".join(leaf.terms) if isinstance(leaf, Phrase) else "")
    if _among(written.replace("-", " "), [label, label.replace("-", " ")]):
        return True
    language = getattr(leaf, "field", "").rpartition("_")[2]
    return language in ANALYZED_LANGUAGES and are_forms(language, written, label)


def words_of_labels(
    expander: Expander, chunks: Sequence[str], finds: Callable[[Node], bool], most: int
) -> dict[str, bool]:
    """List the words that are a label with others: well spelt, though no text may have them as they are.

    Args:
        expander: Finds what joins words.
        chunks: The words of a query as typed.
        finds: Tells whether anything matches a query.
        most: How many words, or groups of words, are looked at.

    Returns:
        Whether what joins the label is found: no other word is then guessed for one of its words.
    """
    return {
        chunk: one.query is not None and finds(one.query)
        for one in expander.expansions(chunks, most)[0]
        if one.first < one.last
        for chunk in chunks[one.first : one.last + 1]
    }
