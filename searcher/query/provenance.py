"""Restrict a query by how its matches are found, or remove labels of expansions.

Matches are found by typed words, related words, translations or corrections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import message
from indexer.schema import ANALYZED_LANGUAGES
from searcher.query import model
from searcher.query.all_words import remove_leaves
from searcher.query.expansion import are_forms, expansion_record
from searcher.query.limits import PUNCTUATION_AROUND, check_value, shorten_line
from searcher.query.model import added_leaves, join, kept_parts, leaves, nodes
from searcher.query.notes import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.query.expansion import Expander
    from searcher.query.model import Node


def restrict_to_way(query: Node, via: str) -> Node | None:  # noqa: C901, PLR0911 - one case per node
    """Return a query for the documents found in one way, such as by ``related`` words.

    The scores of this query have no meaning. The result is ``None`` if no part of the query finds documents
    in this way.
    """
    match query:
        case model.Term() | model.Phrase() | model.WordSet():
            return query if query.via == via else None
        case model.Or() | model.DisjunctionMax():
            return join(model.Or, _parts_found_by(query.parts, via))
        case model.And():
            ranked = [_words_of(part) for part in query.parts if not isinstance(part, model.ConstantScore)]
            by = join(model.Or, _parts_found_by(ranked or query.parts, via))
            return model.And((query, by)) if by else None
        case model.Should(optional=model.Days()):  # an optional date
            return restrict_to_way(query.required, via)
        case model.Should():
            by = join(model.Or, _parts_found_by((query.required, query.optional), via))
            return model.And((query.required, by)) if by else None
        case model.ConstantScore() if query.boost:  # more for documents that other parts match
            return None
        case model.Near(parts=(first, second)):
            found = _parts_found_by((first, second), via)
            if via == model.TYPED:  # both sides
                return model.And((query, *found)) if len(found) == len(query.parts) else None
            return model.And((query, join(model.Or, found) or query)) if found else None
        case model.Positional():
            by = restrict_to_way(kept_parts(query)[0], via)
            return model.And((query, by)) if by else None
        case model.AndNot():
            by = restrict_to_way(query.kept, via)
            return model.AndNot(by, query.excluded) if by else None
    return query if via == model.TYPED else None


def restrict_to_ways(query: Node, vias: Iterable[str]) -> Node:
    """Restrict a query to documents found in one of the given ways.

    The scores are unchanged.
    """
    by = join(model.Or, [part for via in vias if (part := restrict_to_way(query, via))])
    return model.And((query, model.ConstantScore(by))) if by else model.Or(())


def _words_of(part: Node) -> Node:
    """Return a part without the date that may replace its words.

    An item that only has the date does not contain the words.
    """
    match part:
        case model.Or(parts=(words, model.Days())):
            return words
    return part


def _parts_found_by(parts: Iterable[Node], via: str) -> list[Node]:
    return [found for part in parts if (found := restrict_to_way(part, via))]


def remove_labels(
    query: Node, expansions: Sequence[dict[str, Any]], labels: Sequence[str]
) -> tuple[Node, list[dict[str, Any]], list[Note]]:
    """Remove labels and their forms from a resolved query and its expansions.

    Returns:
        The query, the remaining expansions, and a note for each label that no expansion has.
    """
    for label in labels:
        check_value("drop", label)
    dropped = {leaf for leaf in added_leaves(query) if any(_is_label(label, leaf) for label in labels)}
    known = {other.casefold() for one in expansions for other in one["to"]}
    kept = [
        one | {"to": [other for other in one["to"] if not _is_any_label(other, labels)]} for one in expansions
    ]
    notes = [
        Note("not_dropped", message("query.nothing_to_drop", label=shorten_line(label)))
        for label in labels
        if label.casefold() not in known
    ]
    left = remove_leaves(query, dropped) if dropped else query
    return left, [one for one in kept if one["to"]], notes


def excluded_labels(parsed: Node, expansions: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the labels of expansions that contain a word excluded by the query."""
    words = _excluded_words(parsed)
    labels = [label for one in expansions for label in one["to"]]
    return tuple([label for label in labels if any(_has_form(label, word) for word in words)])


def exclusion_notes(parsed: Node, unmatched: Iterable[str], expander: Expander) -> tuple[Note, ...]:
    """Return a note on excluded words that no item contains, but that have labels that items contain.

    The result is empty if there are none.
    """
    words = {word.strip(PUNCTUATION_AROUND) for word in _excluded_words(parsed)}.intersection(unmatched)
    found = [(word, one.query) for word in sorted(words) for one in expander.expansions([word], 1)[0]]
    labels = [label for word, query in found if query for label in expansion_record(word, query)["to"]]
    written = " ".join([f'-"{label}"' if " " in label else f"-{label}" for label in labels])
    text = message("query.excluded_as_typed", query=shorten_line(written))
    return (Note("operators", text),) if labels else ()


def _excluded_words(parsed: Node) -> list[str]:
    """Return the words that a query excludes."""
    excluded = [
        node.excluded if isinstance(node, model.AndNot) else node.part
        for node in nodes(parsed)
        if isinstance(node, (model.AndNot, model.Not))
    ]
    return [leaf.text for part in excluded for leaf in leaves(part) if isinstance(leaf, model.Word)]


def _has_form(label: str, word: str) -> bool:
    return any(are_forms(language, one, word) for language in ANALYZED_LANGUAGES for one in label.split())


def _is_any_label(label: str, labels: Sequence[str]) -> bool:
    return any(label.casefold() == other.casefold() for other in labels)


def _is_label(label: str, leaf: Any) -> bool:
    """Return whether a leaf searches for a label, or for a form of it in its language."""
    written = leaf.written or (" ".join(leaf.terms) if isinstance(leaf, model.Phrase) else "")
    if _is_any_label(written.replace("-", " "), [label, label.replace("-", " ")]):
        return True
    language = getattr(leaf, "field", "").rpartition("_")[2]
    return language in ANALYZED_LANGUAGES and are_forms(language, written, label)
