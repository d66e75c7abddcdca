"""Restrict a term to texts with a given word, label or concept.

Without the restriction, the term would also match other words with its stem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis.analyzer import SAME, family, has_families
from indexer.analysis.characters import fold, plain
from indexer.schema import COUNTRY, OWN
from searcher.query import model
from searcher.query.model import join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

LONG_STEM: Final = 6  # letters of a stem that unrelated words rarely share
MOST: Final = 256  # maximum labels to read per stem or concept, since an untrusted index may have many
_FAR: Final = 1 << 8  # larger than the distance of any form


def restrict_to_word(vocabulary: Vocabulary, language: str, word: str, term: model.Term) -> Node:
    """Restrict a term to texts that contain a form of a word.

    Words with one stem may be different words: *gaz* and *Gaza* in French, *puerta* and *puerto* in Spanish.
    A form of a word is its plural, feminine, verb form or adjective.

    Returns:
        The term itself, if its stem is long and no unrelated words share it, or if all words with this stem
        in the texts are forms of the word. If none of them is a form, the result depends on the stem. For a
        short stem it is the term itself. For a long stem, its text begins with ``=``, so it matches nothing.
    """
    is_long = len(term.text) >= LONG_STEM
    if is_long and not has_families(language, term.text):
        return term
    forms = vocabulary.forms(language, term.text)
    meant = plain(word)
    if forms == (fold(meant),):
        return term
    if is_long:
        same = [form for form in forms if family(language, form) == family(language, fold(meant))]
        if forms and not same:  # the word itself may equal the stem: import, important
            return term.replace(text=f"={fold(meant)}")
        return restrict_to_forms(term, same, forms)
    return restrict_to_forms(
        term, [form for form in forms if _distance(language, form, [meant]) < _FAR] or forms, forms
    )


def restrict_to_label(
    table: Table, vocabulary: Vocabulary, label: ConceptLabel, concepts: Sequence[int], term: model.Term
) -> Node | None:
    """Restrict a term to texts with a one-word label.

    The result is ``None`` if no text has the label. Forms of the label, or of another label of the concept
    with the same stem, match. Words that are more similar to a label of an unrelated concept do not match:
    *training* is not *train*. All other words match if the stem is long. If the stem is short and no text has
    a form of the label, words of related concepts match: *vacuna* for *vacunación*, but not *parte* for
    *parto*.
    """
    language = label.language
    near = {other for number in concepts for other in table.near(number)}
    own, others, akin = plain(label.text).split(), list[str](), list[str]()
    for entry in table.beginning(language, term.text)[:MOST]:
        if not entry.rest and not entry.acronym and len(entry.written) <= 1:
            word = (entry.written or (term.text,))[0]
            if not {*concepts}.isdisjoint(entry.concepts):
                own.append(word)
            else:
                (others if near.isdisjoint(entry.concepts) else akin).append(word)
    if len(term.text) >= LONG_STEM and not others:
        return restrict_to_word(vocabulary, language, label.text, term)
    forms = vocabulary.forms(language, term.text)
    far = [(form, _distance(language, form, own), _distance(language, form, others)) for form in forms]
    meant = [(form, own) for form, own, other in far if own <= other]
    same = [form for form, own in meant if own < _FAR or len(term.text) >= LONG_STEM]
    same = same or [form for form, _ in meant if _distance(language, form, akin) < _FAR]
    return restrict_to_forms(term, same, forms) if same else None


def restrict_to_forms(term: model.Term, same: Sequence[str], forms: Sequence[str]) -> Node:
    """Restrict a term to texts that contain one of the words ``same``.

    ``forms`` are all words of the index that are stemmed to the term.
    """
    if len(same) == len(forms):
        return term
    return model.And(
        (term, model.ConstantScore(model.WordSet(fold(plain(term.written)), tuple(same), 1.0, term.written)))
    )


def restrict_to_topics(table: Table, vocabulary: Vocabulary, concepts: Sequence[int], node: Node) -> Node:
    """Restrict a node to items whose topic, organisation or country is one of the concepts.

    If no item has such a topic, the node is not restricted.
    """
    found = [model.Keyword(*value) for number in concepts if (value := _facet_value(table, number))]
    having = [one for one in found if vocabulary.document_frequency(one.field, one.value)]
    topic = join(model.Or, having)
    if topic is None:
        return node
    parts = node.parts if isinstance(node, model.And) else (node,)
    return model.And((*parts, model.ConstantScore(topic)))


def _facet_value(table: Table, number: int) -> tuple[str, str] | None:
    """Return the field and the value of a topic or country concept, or None for other concepts."""
    if term := table.keyword(number):
        return OWN, term
    code = country_of(table, (number,))
    return (COUNTRY, code) if code else None


def country_of(table: Table, concepts: Collection[int]) -> str | None:
    """Return the country code if ``concepts`` is exactly one country, or None for other concepts."""
    labels = table.concept(*concepts)[1] if len(concepts) == 1 else ()
    name = labels[0].text if labels else ""
    if not name[:1].isupper() or name.isupper():  # an acronym may equal a code
        return None
    from indexer.countries.country_names import find_country  # few labels are names

    return find_country(name)


def _distance(language: str, form: str, words: Iterable[str]) -> int:
    """Return the distance of a form to the nearest of ``words``."""
    if any(fold(word) == form for word in words):
        return SAME
    from indexer.analysis.word_forms import distance  # its tables are only needed for inflected words

    pairs = [pair for word in words for pair in ((word, form), (form, word))]
    far = [distance(language, one, other, within=True) for one, other in pairs]
    return min([one for one in far if one is not None], default=_FAR)
