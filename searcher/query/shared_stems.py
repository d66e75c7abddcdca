"""Stems that different words share: narrowed to the texts that have a form of the word meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from indexer.analysis.nearness import SAME
from searcher.query.model import AllOf, Found, Narrow, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

LONG_STEM: Final = 6  # letters of a stem that words of two meanings hardly share
BEGINNING: Final = 4  # letters of a term by which the words of two meanings have to do with each other
MOST: Final = 256  # labels with one stem, or of one concept, that are looked at: a stranger's may be many
_FAR: Final = 1 << 8  # farther than any form


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
    forms = vocabulary.forms(language, term.text)
    meant = plain(word)
    return _among(term, [form for form in forms if _distance(language, form, [meant]) < _FAR] or forms, forms)


def narrowed_to_label(
    table: Table, vocabulary: Vocabulary, label: ConceptLabel, concepts: Sequence[int], term: Term
) -> Node | None:
    """Narrow a term to the texts that have a label of one word.

    A form of its word counts, or of another label with its stem that means the same; not what is nearer to a
    label of something else, unless the thesaurus or other languages lead to it: *training* is no
    *train*. Where the stem is long, all else counts too; where it is short, and no form of the label
    stands, what has to do with it: *vacuna* for *vacunación*, but no *parte* for *parto*.

    Args:
        table: The thesaurus.
        vocabulary: The terms of the index.
        label: The label.
        concepts: What is meant.
        term: The label's term.

    Returns:
        The term itself where all that texts have for it counts; None where nothing does.
    """
    language = label.language
    near = {other for number in concepts for other in table.near(number)}
    beginnings = _begin_elsewhere(table, language, concepts)
    own, others, akin = [plain(label.text)], [], []
    for entry in table.beginning(language, term.text)[:MOST]:
        if not entry.rest and not entry.acronym and len(entry.written) <= 1:
            word = (entry.written or (term.text,))[0]
            if not {*concepts}.isdisjoint(entry.concepts):
                own.append(word)
            elif near.isdisjoint(entry.concepts) and beginnings.isdisjoint(
                _begin_elsewhere(table, language, entry.concepts)
            ):
                others.append(word)
            else:
                akin.append(word)
    if len(term.text) >= LONG_STEM and not others:
        return term
    forms = vocabulary.forms(language, term.text)
    far = [(form, _distance(language, form, own), _distance(language, form, others)) for form in forms]
    meant = [(form, own) for form, own, other in far if own <= other]
    same = [form for form, own in meant if own < _FAR or len(term.text) >= LONG_STEM]
    same = same or [form for form, _ in meant if _distance(language, form, akin) < _FAR]
    return _among(term, same, forms) if same else None


def _begin_elsewhere(table: Table, language: str, concepts: Sequence[int]) -> set[tuple[str, str]]:
    """Give what labels of one word begin with in other languages: where they begin alike, they are akin.

    *Vaccine* and *vaccination* are *vacuna* and *vacunación*, *train* and *training* *tren* and *formación*.
    """
    return {
        (label.language, label.terms[0][:BEGINNING])
        for number in concepts[:MOST]
        for label in table.concept(number)[1][:MOST]
        if len(label.terms) == 1 and label.language != language
    }


def _among(term: Term, same: Sequence[str], forms: Sequence[str]) -> Node:
    if len(same) == len(forms):
        return term
    return AllOf((term, Narrow(Found(fold(plain(term.written)), tuple(same), 1.0, term.written))))


def _distance(language: str, form: str, words: Iterable[str]) -> int:
    """Measure how far a word of texts, folded, is from the nearest of some words."""
    if any(fold(word) == form for word in words):
        return SAME
    from indexer.analysis.word_forms import distance  # its tables of endings are for words in another form

    pairs = [pair for word in words for pair in ((word, form), (form, word))]
    far = [distance(language, one, other, within=True) for one, other in pairs]
    return min([one for one in far if one is not None], default=_FAR)
