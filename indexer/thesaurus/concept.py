"""Define concepts and their labels, which are analyzed like texts and queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.characters import plain

TOPIC: Final = "topic"
ORGANISATION: Final = "organisation"
PERSON: Final = "person"
KINDS: Final = (TOPIC, ORGANISATION, PERSON)
"""The kinds of concepts that are counted as facets, separately."""

UNCOUNTED: Final = ""  # the kind of all others: places, which are counted as countries, and everyday words


class Label(NamedTuple):
    """A name of a concept.

    Attributes:
        language: ``en``, ``es`` or ``fr``.
        text: The name as written.
        hidden: Whether the label is only recognised in queries, and never added to a query (``hiddenLabel``
            in SKOS).
    """

    language: str
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """A meaning with several labels.

    Attributes:
        name: The name, unique in its source.
        labels: The labels, preferred ones first.
        weight: The weight of its labels in query expansion, at most 1. It is lower for a dictionary than for
            a thesaurus.
        broader: The names of broader concepts, which need not exist.
        narrower: The names of narrower concepts. They may be omitted if the narrower concept names this
            concept in ``broader``.
        related: The names of related concepts. It is enough if one of two concepts states the relation.
        kind: One of ``KINDS``, or ``UNCOUNTED``.
    """

    name: str
    labels: tuple[Label, ...]
    weight: float = 1.0
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    kind: str = TOPIC

    def merge(self, other: Concept) -> Concept:
        """Merge another description of the concept, with its labels and relations, into this one."""
        labels = tuple(dict.fromkeys(self.labels + other.labels))
        broader, narrower = self.broader + other.broader, self.narrower + other.narrower
        kind = other.kind if self.kind == TOPIC else self.kind
        return Concept(self.name, labels, self.weight, broader, narrower, self.related + other.related, kind)


REMEMBERED: Final = 1 << 16  # words of labels
# Words that may be missing before another word: the Caribbean, to migrate, per cent.
_ARTICLES = frozenset({"the", "to", "al", "el", "la", "los", "las", "le", "les", "per", "se"})
_ARTICLE = re.compile(rf"(?i:(?P<infinitive>to |se )|(?:{'|'.join(sorted(_ARTICLES))})[ -]|l['’])(?=\S+$)")
# A short acronym is often a word too: TIP is only recognised in a query when typed in capitals.
_ACRONYM = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Za-z]{2,4}")


class AnalysedLabel(NamedTuple):
    """The analyzed terms of a label.

    Attributes:
        terms: The terms in order, with ``None`` for each function word, because function words have positions
            in texts. The first and the last term are never ``None``.
        acronym: The acronym in capitals, as it must be typed in a query; empty for any other label.
        written: The lower-case words of the terms. For a bound label, all parts between white spaces and
            hyphens.
        bound: Whether the label has a single content word that means something else without the function
            words: *call for*, *de derecha*, *Europe de l'Est*, *sous-marin*, *R&D*. The index does not
            distinguish such a label from its content word. So it is recognised in queries, but never added
            to a query.
    """

    terms: tuple[str | None, ...]
    acronym: str = ""
    written: tuple[str, ...] = ()
    bound: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The terms of the content words."""
        return tuple(term for term in self.terms if term is not None)


def analyse_label(language: str, text: str) -> AnalysedLabel | None:
    """Analyze a label like texts and queries, or return None for only function words."""
    chunks = text.split()
    found = [pair for chunk in chunks for pair in _words(language, chunk)]
    content = [place for place, (term, _) in enumerate(found) if term is not None]
    if not content:
        return None
    terms = [term for term, _ in found[content[0] : content[-1] + 1]]
    words = [found[place][1] for place in content]
    pieces = [piece for chunk in chunks for piece in chunk.split("-") if piece]
    has_article = words[0] == plain(pieces[-1]) and all(_is_optional(one, pieces[-1]) for one in pieces[:-1])
    bound = len(words) == 1 and ("&" in text or (len(pieces) > 1 and not has_article))
    written = tuple(map(plain, pieces) if bound else words)
    return AnalysedLabel(tuple(terms), acronym_of(text), written, bound)


def acronym_of(text: str) -> str:
    """Return the capitals of a label that is a short acronym, or an empty string."""
    acronym = text.replace(".", "")
    return acronym.upper() if _ACRONYM.fullmatch(acronym) else ""


def bare_word(text: str) -> str:
    """Return the word of a one-word label as texts write it.

    A verb or a name loses its article (*to migrate*, *la Moncloa*), and a name its *'s* (*Alzheimer's*).
    Other words, which would mean something else without the article (*the poor*, *la derecha*), are
    unchanged.
    """
    article = _ARTICLE.match(text)
    word = text[article.end() :] if article else text
    if word[:1].isupper():
        return word.removesuffix("'s").removesuffix("’s")
    return word if article and article["infinitive"] else text


def terms(language: str, word: str) -> tuple[str | None, ...]:
    """Return the terms of a word of a label, with None for a function word."""
    return tuple([term for term, _ in _words(language, word)])


@lru_cache(REMEMBERED)  # labels share most of their words
def _words(language: str, chunk: str) -> tuple[tuple[str | None, str], ...]:
    """Split a chunk (text between spaces) into words.

    Returns the term of each word, which is None for a function word, and the word in lower case.
    """
    found: list[tuple[str | None, str]] = []
    for token in analyzer(language).analyse_chunk(chunk):
        written = chunk[token.start : token.end]
        term = None if is_function_word(written) else token.term
        found.append((term, plain(written)))
    return tuple(found)


def _is_optional(chunk: str, word: str) -> bool:
    """Return whether texts may omit a part of a one-word label.

    It may be an article, or a part of a name.
    """
    return chunk in _ARTICLES or not (chunk.islower() or (word.islower() and chunk[-1] != "."))
