"""In how many items the parts of a query stand: what reading and scoring them takes, before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.schema import WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from whoosh.query import Query

    from searcher.engine import Vocabulary
    from searcher.execution.light import LightQuery
    from searcher.query.budget import Budget

FEW: Final = 40  # words, of plain ones or of a phrase, whose places need not be counted
WIDE: Final = 500_000  # places from which on the tree takes less time and memory than the short way
UNPACKED: Final = 2  # places are scored while one of a pattern's word is unpacked and sorted
CARRIED: Final = 30  # so many documents are carried along to another word while one place is scored


def is_wide(light: LightQuery, vocabulary: Vocabulary) -> bool:
    """Tell whether plain words stand in so many items that they are better read as a tree.

    Args:
        light: The words, or the phrase.
        vocabulary: The terms of the index.
    """
    words = (*light.optional, *light.required)
    if len(words) > FEW:
        places = sum(vocabulary.frequency(field, _text(term)) for word in words for field, term in word.terms)
        return places > WIDE
    return any(
        _of_phrase(phrase.field, list(map(_text, phrase.terms)), vocabulary) > WIDE
        for phrase in light.phrases
        if len(phrase.terms) > FEW
    )


def count_places(
    tree: Query, vocabulary: Vocabulary, budget: Budget, written: Mapping[tuple[str, str], str]
) -> None:
    """Hold a query to the items in which its parts stand, counted leaf by leaf.

    Args:
        tree: The query.
        vocabulary: The terms of the index.
        budget: What the query may ask for.
        written: A field and a term to the word as typed.

    Raises:
        QueryError: They are too many.
    """
    items = vocabulary.documents(WORDS)
    for leaf in tree.leaves():
        budget.spend_places(*_places(leaf, vocabulary, written, items), items)


def _places(
    leaf: Any, vocabulary: Vocabulary, written: Mapping[tuple[str, str], str], items: int
) -> tuple[str, int]:
    """Return what a leaf was written as, and in how many items its terms stand."""
    from whoosh import query as q

    from searcher.execution.found_words import FoundWords

    match leaf:
        case q.Phrase():
            return " ".join(leaf.words), _of_phrase(leaf.fieldname, leaf.words, vocabulary)
        case FoundWords():
            places = sum(vocabulary.frequency(leaf.fieldname, word) for word in leaf.found)
            return leaf.text, places * UNPACKED
        case q.Every():
            return "*", items
        case q.NumericRange():
            return "date:", items // 2  # a period takes two of them
        case q.Term():
            known = written.get((leaf.fieldname, leaf.text), leaf.text)
            return known, vocabulary.frequency(leaf.fieldname, leaf.text)
    return "", 0


def _of_phrase(field: str, words: Collection[str], vocabulary: Vocabulary) -> int:
    """Return the places of a phrase: the documents of its rarest word are carried along to each other."""
    frequencies = [vocabulary.frequency(field, word) for word in words]
    return sum(frequencies) + min(frequencies) * len(words) ** 2 // CARRIED


def _text(term: bytes) -> str:
    return term.decode("utf-8", "surrogatepass")
