"""Short stems, which different words share: narrowed to the texts that have a form of the word meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from searcher.query.model import AllOf, Found, Narrow, Term

if TYPE_CHECKING:
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

LONG_STEM: Final = 6  # letters of a stem that words of two meanings hardly share


def narrowed(vocabulary: Vocabulary, language: str, word: str, term: Term) -> Node:
    """Narrow a term to the texts that have a form of a word.

    *Gaz* and *Gaza* have one stem in French, *puerta* and *puerto* in Spanish: what is no form of a word
    (number, gender, verb, adjective) is another word.

    Args:
        vocabulary: The terms of the index.
        language: The language of the word.
        word: The word as written.
        term: What it stands for.

    Returns:
        The term itself where its stem is long, or all that texts have for it are forms of the word, or none.
    """
    if len(term.text) >= LONG_STEM:
        return term
    meant, forms = plain(word), vocabulary.forms(language, term.text)
    same = tuple([form for form in forms if _is_form(language, meant, form)])
    if not same or len(same) == len(forms):
        return term
    return AllOf((term, Narrow(Found(fold(meant), same, 1.0, word))))


def _is_form(language: str, word: str, form: str) -> bool:
    """Tell whether a word of texts, folded, is a form of a word."""
    if fold(word) == form:
        return True
    from indexer.analysis.word_forms import are_forms

    return are_forms(language, word, form)
