"""Find adjacent words of a query that texts write as one word.

For example, texts may write *stable coins* as *stablecoins*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.analyzer import NUMBER
from indexer.analysis.characters import fold, plain
from indexer.schema import ANALYZED_LANGUAGES, LANGUAGES, UNDETERMINED, WORDS, text_field
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import RELATED, Or, Phrase, Term
from searcher.query.word_restrictions import restrict_to_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords

MIN_LENGTHS: Final = 3, 4  # letters of the words; many words end like a shorter one: *carpet*
MAX_LENGTH: Final = 40
_ENDING: Final = 2  # last letters that may differ in the plural


def joined_words(
    words: QueryWords, chunks: Sequence[str], count: Callable[[Node], int], boost: float
) -> Iterator[tuple[int, str, list[Node]]]:
    """Yield each pair of adjacent chunks that may be written as one word.

    The one-word form must occur in at least as many items as the two adjacent words. If it occurs in none,
    it must be part of a label, and one of the two words must be missing from the index.

    Args:
        words: Looks up query words in the index.
        chunks: The chunks of a query.
        count: Returns the number of matches of a resolved query.
        boost: The factor by which the scores of the joined words' terms are multiplied.

    Yields:
        The index of the first chunk, the one-word form, and the terms of this form. There are no terms if no
        item has the form.
    """
    for at in range(len(chunks) - 1):
        first, second = chunks[at], chunks[at + 1].rstrip(PUNCTUATION_AROUND)
        if (
            len(first) < MIN_LENGTHS[0]
            or len(second) < MIN_LENGTHS[1]
            or len(first) + len(second) > MAX_LENGTH
            or not (first.isalpha() and second.isalpha())
            or (second[0].isupper() and first.islower())  # a name
        ):
            continue
        joined = first + second.lower()
        typed = fold(plain(joined))
        if written := words.vocabulary.words(typed[:-_ENDING]):
            near = [form for form in written.split() if abs(len(form) - len(typed)) <= _ENDING]
            forms = {form for form in near if _is_same(typed, form)}
            if forms and _is_usual(words, (first, second), forms, count):
                yield at, joined, list(_terms(words, joined, forms, boost))
        elif not (words.word(first).occurs and words.word(second).occurs) and _is_label(
            words, first, second, typed
        ):
            yield at, joined, []


def _is_same(typed: str, form: str) -> bool:
    """Return whether ``form`` is the typed word, its plural or its singular."""
    if typed == form:
        return True
    from indexer.analysis.word_forms import relations  # few queries need it

    return any(NUMBER in relations(language, typed, form, within=False) for language in ANALYZED_LANGUAGES)


def _is_label(words: QueryWords, first: str, second: str, joined: str) -> bool:
    """Return whether two content words, written as one, are a word of a label."""
    has_grammar = words.word(first).is_function_word or words.word(second).is_function_word
    return not has_grammar and words.thesaurus.has_word(joined)


def _is_usual(
    words: QueryWords, pair: tuple[str, str], forms: set[str], count: Callable[[Node], int]
) -> bool:
    """Return whether a compound is at least as frequent as its two words next to each other.

    Args:
        words: Looks up query words in the index.
        pair: The two adjacent words of the query.
        forms: The forms of the compound that the index has.
        count: Returns the number of items that match a resolved query.
    """
    typed = [word for word in map(words.word, pair) if not word.is_function_word]
    if len(typed) < len(pair):  # function words are not indexed: you tube
        return len(typed) == 1 and not typed[0].occurs
    most = sum([words.vocabulary.document_frequency(WORDS, form) for form in forms])
    if min([sum([word[language].frequency for language in LANGUAGES]) for word in typed]) <= most:
        return True
    phrases = []
    for language in LANGUAGES:
        terms = tuple([word[language].terms[0] for word in typed])
        phrases.append(Phrase(text_field(language), terms, (0, 1)))
    return count(Or(tuple(phrases))) <= most


def _terms(words: QueryWords, joined: str, same: set[str], boost: float) -> Iterator[Node]:
    """Yield the terms of a compound, restricted to its forms in ``same``."""
    for language in LANGUAGES:
        field = text_field(language)
        for term in analyzer(language).query_terms(joined):
            if words.vocabulary.document_frequency(field, term):
                forms = (term,) if language == UNDETERMINED else words.vocabulary.forms(language, term)
                if own := [form for form in forms if form in same]:
                    yield restrict_to_forms(Term(field, term, boost, joined, via=RELATED), own, forms)
